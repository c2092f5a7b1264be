"""Cells of a sheet of a binary workbook (XLSB) that show an error.

Whether a formula was ever calculated is not in its bytes: the last value of each is there.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator

from ckanext.sdi.check.error_cells_xls import Place

BOOK, RELATIONS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels"
_ROW, _SHEET = 0, 156
_SHIFTS = (0, 7, 14, 21)
_ERRORS = (3, 11)
"""Cells that hold an error, and cells of formulas that came to one."""


def id_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The id by which the workbook's relations know a sheet.

    :raises ValueError: when the workbook is damaged
    """
    for kind, record in _records(archive.read(BOOK)):
        if kind == _SHEET:
            related, at = _text(record, 8)
            name, _ = _text(record, at)
            if name == sheet:
                return related
    return None


def error_cells(content: bytes) -> list[Place]:
    """The lines and columns of such cells.

    :param content: the part of the workbook that holds the sheet
    :raises ValueError: when it is damaged
    """
    places: list[Place] = []
    line = 0
    for kind, record in _records(content):
        if kind == _ROW:
            line = _number(record, 0) + 1
        elif kind in _ERRORS:
            places.append((line, _number(record, 0)))
    return places


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    at, end = 0, len(content)
    try:
        while at < end:
            kind = content[at]
            at += 1
            if kind & 0x80:
                kind = kind & 0x7F | content[at] << 7
                at += 1
            size = 0
            # No length has more bytes: one that seems to would make a number without end.
            for shift in _SHIFTS:
                size |= (content[at] & 0x7F) << shift
                at += 1
                if not content[at - 1] & 0x80:
                    break
            if at + size > end:
                raise ValueError("a record is cut off")
            yield kind, content[at : at + size]
            at += size
    except IndexError as error:
        raise ValueError("a record is cut off") from error


def _number(record: bytes, at: int) -> int:
    try:
        return struct.unpack_from("<I", record, at)[0]
    except struct.error as error:
        raise ValueError("a record is too short") from error


def _text(record: bytes, at: int) -> tuple[str, int]:
    """A text, and where it ends."""
    end = at + 4 + 2 * _number(record, at)
    return record[at + 4 : end].decode("utf-16-le"), end
