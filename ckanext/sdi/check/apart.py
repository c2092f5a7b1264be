"""A file that is read in a process apart, with limits of memory and time: a damaged or hostile one
brings that process down, not the portal.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa

from ckanext.sdi.check import sheets
from ckanext.sdi.check.block import Asked, Block, Places, Table, layout_findings
from ckanext.sdi.check.sniff import Limits, Unreadable, size_text, unreadable
from ckanext.sdi.check.spool import told_at_end
from ckanext.sdi.check.unpack import nameless
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.mask import mask_loose
from ckanext.sdi.rules.table import table_finding

# The code is that of this very process, wherever that has it from.
ROOT = str(Path(__file__).parents[3])
PROGRAM = """
import sys
root = sys.argv.pop(1)
if root not in sys.path:
    sys.path[0] = root
from ckanext.sdi.check.apart_main import main
sys.exit(main())
"""
_REFUSED, _FAILED = 3, 4


@dataclass
class SpooledTable(Table):
    """The records that the process apart has read."""

    spool: Path = Path()
    source: Path = Path()
    kind: str = ""
    columns_kept: list[int] = field(default_factory=list)

    @property
    def is_workbook(self) -> bool:
        """Whether the records are from a workbook."""
        return self.kind in ("XLSX", "XLS", "ODS")

    def __iter__(self) -> Iterator[Block]:
        """The blocks."""
        with self.spool.open("rb") as file, pa.ipc.open_stream(file) as batches:
            for batch in batches:
                self.bytes_read = file.tell()
                rows = np.arange(self.rows + 1, self.rows + 1 + len(batch))
                self.rows += len(batch)
                yield Block(
                    self.header,
                    [batch.column(f"c{place}") for place in self.columns_kept],
                    rows,
                    batch.column("line").to_numpy(),
                    [batch.column(f"k{place}").to_numpy() for place in self.columns_kept],
                )


def open_apart(
    path: Path, kind: str, limits: Limits, asked: Asked, stack: ExitStack
) -> SpooledTable:
    """Read a file in a process apart.

    :param kind: what it is
    :param stack: holds what was read
    :raises Unreadable: when it cannot be read, or only at too high a price
    :raises OSError: when the disk has no room for what is read
    """
    spool, spooled = nameless(stack)
    _run(path, spool, kind, limits, asked)
    told = told_at_end(spool)
    sheet = told["layout"].get("sheet") if told.get("several") else None
    return SpooledTable(
        header=told["header"],
        header_line=told["header_line"],
        size=spooled.stat().st_size,
        places=Places(told.get("places"), sheet),
        layout={"format": kind.lower(), **told["layout"]},
        warnings=list(_warnings(told, Places(sheet=sheet))),
        blank_rows=told["blank_rows"],
        spool=spooled,
        source=path,
        kind=kind,
        columns_kept=told["columns"],
    )


def sheets_apart(
    source: IO[bytes], limits: Limits, most_rows: int, stack: ExitStack
) -> list[sheets.Sheet]:
    """All sheets of a workbook, read in a process apart.

    :param most_rows: so many rows of each are read
    :param stack: holds what was read
    :raises Unreadable: when it cannot be read, or only at too high a price
    """
    file, path = nameless(stack)
    shutil.copyfileobj(source, file)
    file.flush()
    spool, _ = nameless(stack)
    _run(path, spool, sheets.KIND, limits, Asked(last_row=most_rows))
    return sheets.sheets_of(spool)


def _run(path: Path, spool: IO[bytes], kind: str, limits: Limits, asked: Asked) -> None:
    given = {name: value for name, value in asdict(asked).items() if value is not None}
    given |= {
        "kind": kind,
        "columns": limits.columns,
        "cells": limits.cells,
        "longest": limits.block,
        "memory": limits.memory,
        "seconds": limits.seconds,
        "unpacked": limits.unpacked,
    }
    with path.open("rb") as file:
        process = subprocess.Popen(  # noqa: S603
            [_python(), "-c", PROGRAM, ROOT, json.dumps(given)],
            stdin=file,
            stdout=spool,
            stderr=subprocess.PIPE,
            cwd="/",
            env=_environment(),
        )
        try:
            # The process counts its own time; this is for one that waits for something.
            _, said = process.communicate(timeout=2 * limits.seconds)
        except subprocess.TimeoutExpired as error:
            raise _too_costly(limits) from error
        finally:
            process.kill()
            process.wait()
    if process.returncode == _FAILED:
        number = json.loads(said.splitlines()[-1])["errno"]
        raise OSError(number, os.strerror(number))
    if process.returncode == _REFUSED:
        raise _refusal(json.loads(said.splitlines()[-1]), limits)
    if process.returncode:
        raise _too_costly(limits) if _ran_out(process.returncode, said) else _broken(kind)


def _python() -> str:
    """Python itself: under a server that embeds it ``sys.executable`` is the server."""
    own = Path(sys.prefix, "bin", "python3")
    return str(own) if own.exists() else sys.executable


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        # One that gives no memory back to itself would make the limit a matter of chance.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _ran_out(code: int, said: bytes) -> bool:
    """Whether the process ended for want of memory or time, and not by a fault in the file."""
    return b"memory allocation" in said or b"bad_alloc" in said or code in (-24, -9)


def _too_costly(limits: Limits) -> Unreadable:
    return unreadable("too_costly", memory=size_text(limits.memory), seconds=str(limits.seconds))


def _broken(kind: str) -> Unreadable:
    return unreadable("damaged", kind=kind)


def _refusal(told: dict[str, Any], limits: Limits) -> Unreadable:
    if told["rule"] == "too_costly":
        return _too_costly(limits)
    params = {name: mask_loose(text) for name, text in told["params"].items()}
    if told["rule"] in ("too_large", "cell_too_long"):
        most = limits.unpacked if told["rule"] == "too_large" else limits.block
        params = {**params, "limit": size_text(most)}
    return unreadable(told["rule"], **params)


def _warnings(told: dict[str, Any], places: Places) -> Iterator[Finding]:
    """What was guessed, and what is odd, as findings."""
    layout = told["layout"]
    if layout.get("other_sheets"):
        yield table_finding(
            "sheets",
            sheet=mask_loose(layout["sheet"]),
            others=mask_loose(", ".join(layout["other_sheets"][:20])),
        )
    yield from layout_findings(layout)
    if told.get("merged"):
        line, column = told["merged_first"]
        yield table_finding("merged", cell=places.cell(column, line + 1), n=str(told["merged"]))
