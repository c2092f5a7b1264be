"""All sheets of a workbook as they are, cell by cell, read in a process apart.

For what is no table of records but a form of its own; ``workbook`` looks for the table.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from python_calamine import CalamineWorkbook

from ckanext.sdi.check.cells import SHOWN_ERRORS
from ckanext.sdi.check.error_cells import DAMAGED, by_line, error_cells, with_errors
from ckanext.sdi.check.spool import Refused, told_at_end, write_end

KIND = "sheets"
NO_VALUE = SHOWN_ERRORS[-1]
"""What is given of a cell that shows an error, or whose formula was never calculated."""


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
        content = io.BytesIO(source.read())
        workbook = CalamineWorkbook.from_filelike(content)
        kind = _kind_of(content)
        told, place = [], 0
        for number, name in enumerate(workbook.sheet_names):
            count, begin = 0, place
            errors = by_line(error_cells(content, kind, name, number))
            for row in islice(_rows(workbook, name), asked["last_row"]):
                count += 1
                place += target.write(_line(with_errors(row, errors.get(count, ()), NO_VALUE)))
            told.append((name, begin, count))
    except DAMAGED as error:
        raise Refused("damaged", kind="XLSX") from error
    write_end(target, told)


def _rows(workbook: CalamineWorkbook, name: str) -> Iterator[list[Any]]:
    """The rows of a sheet from its first column on; calamine begins with the first that is used."""
    sheet = workbook.get_sheet_by_name(name)
    empty = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield [*empty, *row]


def _kind_of(content: IO[bytes]) -> str:
    if not zipfile.is_zipfile(content):
        return "XLS"
    with zipfile.ZipFile(content) as archive:
        return "ODS" if "content.xml" in archive.namelist() else "XLSX"


def _line(row: Sequence[Any]) -> bytes:
    others = [column for column, value in enumerate(row) if not isinstance(value, str)]
    return json.dumps([[_text(value) for value in row], others]).encode() + b"\n"


def sheets_of(spool: IO[bytes]) -> list[Sheet]:
    """What ``read`` has written."""
    return [Sheet(name, spool, begin, count) for name, begin, count in told_at_end(spool)]


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
