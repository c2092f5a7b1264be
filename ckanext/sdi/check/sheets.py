"""All sheets of a workbook as they are, cell by cell, read in a process apart.

For what is no table of records but a form of its own; ``workbook`` looks for the table.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook

from ckanext.sdi.check.spool import Refused, told_at_end, write_end

KIND = "sheets"


@dataclass(frozen=True)
class Sheet:
    """One sheet, which stays in the file that it was written to."""

    name: str
    _spool: IO[bytes]
    _begin: int
    _count: int

    def rows(self) -> Iterator[tuple[list[str], list[int]]]:
        """Its rows from the first on, each with the columns that it keeps as a number, a date or
        another value that is no text.
        """
        place = self._begin
        for _ in range(self._count):
            # Another reader of the file may have moved it on.
            self._spool.seek(place)
            line = self._spool.readline()
            place += len(line)
            yield json.loads(line)


def read(source: IO[bytes], target: IO[bytes], asked: dict[str, Any]) -> None:
    """Read the sheets; runs in the process apart.

    :param asked: ``last_row`` is the last one that is read
    :raises Refused: when it is no workbook
    """
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(source.read()))
        told, place = [], 0
        for name in workbook.sheet_names:
            count, begin = 0, place
            for row in islice(workbook.get_sheet_by_name(name).iter_rows(), asked["last_row"]):
                place += target.write(_line(row))
                count += 1
            told.append((name, begin, count))
    except (CalamineError, OSError, ValueError) as error:
        raise Refused("damaged", kind="XLSX") from error
    write_end(target, told)


def _line(row: list[Any]) -> bytes:
    others = [column for column, value in enumerate(row) if not isinstance(value, str)]
    return json.dumps([[_text(value) for value in row], others]).encode() + b"\n"


def sheets_of(spool: IO[bytes]) -> list[Sheet]:
    """What ``read`` has written."""
    return [Sheet(name, spool, begin, count) for name, begin, count in told_at_end(spool)]


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
