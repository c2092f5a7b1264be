"""All sheets of a workbook as they are, cell by cell, read in a process apart.

For what is no table of records but a form of its own; ``workbook`` looks for the table.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook

from ckanext.sdi.check.spool import Refused

KIND = "sheets"


@dataclass(frozen=True)
class Sheet:
    """One sheet; ``numbers`` are the cells that it keeps as a number."""

    name: str
    rows: list[list[str]]
    numbers: frozenset[tuple[int, int]]


def read(source: IO[bytes], target: IO[bytes], asked: dict[str, Any]) -> None:
    """Read the sheets; runs in the process apart.

    :param asked: ``last_row`` is the last one that is read
    :raises Refused: when it is no workbook
    """
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(source.read()))
        lines = [_line(workbook, name, asked["last_row"]) for name in workbook.sheet_names]
    except (CalamineError, OSError, ValueError) as error:
        raise Refused("damaged", kind="XLSX") from error
    target.writelines(lines)
    target.flush()


def _line(workbook: CalamineWorkbook, name: str, most_rows: int) -> bytes:
    rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=most_rows)
    numbers = [
        (r, c)
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    ]
    texts = [[_text(value) for value in row] for row in rows]
    return json.dumps([name, texts, numbers]).encode() + b"\n"


def sheets_of(source: IO[bytes]) -> list[Sheet]:
    """What ``read`` has written."""
    told = [json.loads(line) for line in source]
    return [
        Sheet(name, rows, frozenset((row, column) for row, column in numbers))
        for name, rows, numbers in told
    ]


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
