"""Cells of a sheet that have no value: they show an error such as #REF!, or hold a formula that was
never calculated, as far as a kind of workbook tells that. calamine gives them as empty, or the
errors as texts.
"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import IO, Any
from xml.etree import ElementTree

from python_calamine import CalamineError

from ckanext.sdi.check import error_cells_ods, error_cells_xls, error_cells_xlsb
from ckanext.sdi.check.error_cells_xls import Place

_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*>")
_ADDRESS = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_ERROR = re.compile(rb"""\bt=["']e["']""")
_TEXT = re.compile(rb"""\bt=["']str["']""")
# A formula that no program has calculated yet.
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
CHUNK = LONGEST = 1 << 20
DAMAGED = (
    CalamineError,
    ElementTree.ParseError,
    zipfile.BadZipFile,
    OSError,
    LookupError,
    ValueError,
)
"""All that a damaged workbook is known to raise."""

Errors = Mapping[int, Sequence[int]]
"""The columns of such cells, by line."""


def error_cells(source: IO[bytes], kind: str, sheet: str, number: int) -> list[Place]:
    """The lines and columns of such cells.

    :param source: a workbook
    :param kind: what it is: XLSX, XLS or ODS
    :param sheet: the name of the sheet
    :param number: its number among all sheets, from 0
    :raises ValueError: when the workbook is damaged
    """
    if kind == "XLS":
        source.seek(0)
        return error_cells_xls.error_cells(source.read(), number)
    with zipfile.ZipFile(source) as archive:
        if kind == "ODS":
            return error_cells_ods.error_cells(archive, sheet)
        if error_cells_xlsb.BOOK in archive.namelist():
            part = _related(
                archive, error_cells_xlsb.RELATIONS, error_cells_xlsb.id_of(archive, sheet)
            )
            return error_cells_xlsb.error_cells(archive.read(part)) if part else []
        part = part_of(archive, sheet)
        if part is None:
            return []
        with archive.open(part) as content:
            return list(_places(content))


def by_line(places: Iterable[Place], left: int = 0) -> Errors:
    """The same by line, counted from a column on: what stands beside a table does not count."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for line, column in places:
        if column >= left:
            found[line].append(column - left)
    return found


def with_errors(cells: Sequence[Any], places: Sequence[int], sign: Any) -> Sequence[Any]:
    """A row with a sign in its cells that have no value."""
    if not places:
        return cells
    row = [*cells, *[""] * (max(places) + 1 - len(cells))]
    for place in places:
        row[place] = sign
    return row


def part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The part of the archive that holds a sheet; none in the binary kind of workbook."""
    if "xl/workbook.xml" not in archive.namelist():
        return None
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    # The attribute's name space is one of two.
    ids = {
        one.get("name"): value
        for one in book.iter()
        for name, value in one.items()
        if name.endswith("}id")
    }
    return _related(archive, "xl/_rels/workbook.xml.rels", ids.get(sheet))


def _related(archive: zipfile.ZipFile, relations: str, wanted: str | None) -> str | None:
    """The part of the archive that the workbook's relations know by an id."""
    names = set(archive.namelist())
    if wanted is None or relations not in names:
        return None
    for one in ElementTree.fromstring(archive.read(relations)):  # noqa: S314
        if one.get("Id") == wanted:
            target = one.get("Target", "")
            part = str(PurePosixPath("xl", target)) if target[:1] != "/" else target[1:]
            return part if part in names else None
    return None


def _places(content: IO[bytes]) -> Iterator[Place]:
    rest = b""
    while chunk := content.read(CHUNK):
        text = rest + chunk
        # A cell that the piece cuts through is looked at with the next.
        cell = max(text.rfind(b"<c "), text.rfind(b":c "))
        end = text.rfind(b"<", 0, cell + 1)
        end = len(text) if end < 0 or len(text) - end > LONGEST else end
        yield from _without_value(text[:end])
        rest = text[end:]
    yield from _without_value(rest)


def _without_value(text: bytes) -> Iterator[Place]:
    has_errors = b'"e"' in text or b"'e'" in text
    for cell in _CELL.finditer(text) if has_errors else ():
        if _ERROR.search(cell.group()):
            yield from _place(cell.group())
    for cell in _FORMULA.finditer(text):
        # The value of a formula may be a text without a sign.
        if not _TEXT.search(cell[1]):
            yield from _place(cell[1])


def _place(tag: bytes) -> Iterator[Place]:
    address = _ADDRESS.search(tag)
    if address:
        yield int(address[2]), _column(address[1])


def _column(letters: bytes) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + letter - ord("A") + 1
    return column - 1
