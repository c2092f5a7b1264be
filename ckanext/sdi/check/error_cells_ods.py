"""Cells of a sheet of an OpenDocument workbook that show an error, or hold a formula that was never
calculated.
"""

from __future__ import annotations

import re
import zipfile
from typing import IO, Any
from xml.parsers import expat

from ckanext.sdi.check.cells import SHOWN_ERRORS
from ckanext.sdi.check.error_cells_xls import Place

_NAMES = "urn:oasis:names:tc:opendocument:xmlns"
_TABLE, _TEXT = f"{_NAMES}:table:1.0 ", f"{_NAMES}:text:1.0 "
_OFFICE = f"{_NAMES}:office:1.0 "
_VALUES = ("value", "date-value", "time-value", "boolean-value", "string-value")
_KIND = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_SHOWN = "|".join([*map(re.escape, SHOWN_ERRORS), r"Err:\d{3}"])
# What a content that has such cells must have; most have none, and are not parsed.
_LIKELY = re.compile(rf"""=["']error["']|>(?:{_SHOWN})<""".encode())
_CELL = re.compile(rb"<[^<>\s]*table-cell\s([^<]*)")
_LONGEST = 4096
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
CHUNK = 1 << 20


def error_cells(archive: zipfile.ZipFile, sheet: str) -> list[Place]:
    """The lines and columns of such cells.

    :raises ValueError: when the workbook is damaged
    """
    with archive.open("content.xml") as content:
        if not _is_likely(content):
            return []
    cells = _Cells(sheet)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = cells.start
    parser.EndElementHandler = cells.end
    parser.CharacterDataHandler = cells.text
    try:
        with archive.open("content.xml") as content:
            while chunk := content.read(CHUNK):
                parser.Parse(chunk, False)
    except expat.ExpatError as error:
        raise ValueError("content.xml") from error
    return cells.places


def _is_likely(content: IO[bytes]) -> bool:
    rest = b""
    while chunk := content.read(CHUNK):
        text = rest + chunk
        if _LIKELY.search(text) or any(map(_may_lack_value, _CELL.finditer(text))):
            return True
        rest = chunk[-_LONGEST:]
    return False


def _may_lack_value(cell: re.Match[bytes]) -> bool:
    # A sign ">" may stand within a formula: then the cell is looked at, and found right.
    told, _, _ = cell[1].partition(b">")
    return b"formula=" in told and b"value=" not in told


class _Cells:
    """Takes the elements of the content, and notes the places of those that are errors.

    A program of our days says that a cell is one; of others the formula and what it shows tell it.
    """

    def __init__(self, sheet: str) -> None:
        self.places: list[Place] = []
        self._sheet = sheet
        self._is_in = False
        self._line, self._column, self._repeated = 0, 0, 1
        # How deep we are in a cell; a note in it is deeper than its own text.
        self._depth = 0
        self._cell: dict[str, Any] = {}
        self._shown: list[str] = []
        self._errors: list[int] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._depth:
            self._depth += 1
        elif name == f"{_TABLE}table":
            self._is_in = attributes.get(f"{_TABLE}name") == self._sheet
            self._line = 0
        elif name == f"{_TABLE}table-row":
            self._repeated, self._errors = _count(attributes, "number-rows-repeated"), []
            self._column = 0
        elif name in _CELLS and self._is_in:
            self._depth, self._cell, self._shown = 1, attributes, []

    def text(self, text: str) -> None:
        if self._depth == 2:
            self._shown.append(text)

    def end(self, name: str) -> None:
        if self._depth:
            self._depth -= 1
            if not self._depth:
                after = self._column + _count(self._cell, "number-columns-repeated")
                self._errors += range(self._column, after) if self._is_error() else ()
                self._column = after
        elif name == f"{_TABLE}table-row" and self._is_in:
            for line in range(1, self._repeated + 1) if self._errors else ():
                self.places += [(self._line + line, column) for column in self._errors]
            self._line += self._repeated

    def _is_error(self) -> bool:
        if self._cell.get(_KIND) == "error":
            return True
        if f"{_TABLE}formula" not in self._cell:
            return False
        shown = "".join(self._shown)
        return bool(re.fullmatch(_SHOWN, shown)) or not (shown or self._has_value())

    def _has_value(self) -> bool:
        # The value of a formula may be a text without a sign, told by its kind alone.
        is_text = self._cell.get(f"{_OFFICE}value-type") == "string"
        return is_text or any(f"{_OFFICE}{name}" in self._cell for name in _VALUES)


def _count(attributes: dict[str, str], name: str) -> int:
    return int(attributes.get(f"{_TABLE}{name}", "1"))
