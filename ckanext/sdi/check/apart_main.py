"""The process in which a workbook, JSON or Parquet is read; ``apart`` starts it.

Its input is the file, its output the spool; it gives itself the limits that it is told of. What it
refuses stands on its standard error, as one line of JSON.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import sys
from typing import Any

from ckanext.sdi.check import parquet, records, sheets, workbook
from ckanext.sdi.check.spool import Refused

READERS = {"JSON": records.read, "Parquet": parquet.read, sheets.KIND: sheets.read}


def main() -> int:
    """Read one file.

    :returns: 0 when the spool is whole, 3 when the file was refused, 4 when the machine failed
    """
    asked: dict[str, Any] = json.loads(sys.argv[1])
    _limit(asked)
    read = READERS.get(asked["kind"], workbook.read)
    try:
        read(sys.stdin.buffer, sys.stdout.buffer, asked)
    except Refused as refused:
        refusal = {"rule": refused.rule, "params": refused.params}
    except MemoryError:
        refusal = {"rule": "too_costly", "params": {}}
    except OSError as error:
        # The only file that is written is the spool.
        if error.errno != errno.EFBIG:
            print(json.dumps({"errno": error.errno}), file=sys.stderr, flush=True)
            # What is left to write would fail again at the end, with an exit code of its own.
            os._exit(4)
        refusal = {"rule": "too_large", "params": {}}
    else:
        return 0
    print(json.dumps(refusal), file=sys.stderr)
    return 3


def _limit(asked: dict[str, Any]) -> None:
    """Take no more memory, time and disk than is given; leave no picture of the memory behind."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        now = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for what, most in (
        (resource.RLIMIT_AS, now + asked["memory"]),
        (resource.RLIMIT_CPU, asked["seconds"]),
        (resource.RLIMIT_FSIZE, asked["unpacked"]),
    ):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(
            what, (most, most) if hard == resource.RLIM_INFINITY else (min(most, hard), hard)
        )
