"""Cells of a sheet of an old workbook (XLS) that show an error."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ckanext.sdi.check.ole import stream_of

Place = tuple[int, int]
"""A line, from 1, and a column, from 0."""
_BEGIN, _END, _SHEET = 0x0809, 0x000A, 0x0085
_ERROR_OR_TRUTH, _FORMULAS = 0x0205, (0x0006, 0x0206, 0x0406)


def error_cells(content: bytes, number: int) -> list[Place]:
    """The lines and columns of such cells.

    :param content: the file
    :param number: the sheet's number among all sheets, from 0
    :raises ValueError: when the workbook is damaged
    """
    stream = stream_of(content, ("Workbook", "Book"))
    try:
        starts = [_start(record) for kind, record in _records(stream, 0) if kind == _SHEET]
        return list(_places(stream, starts[number]))
    except (struct.error, IndexError) as error:
        raise ValueError("no workbook") from error


def _start(record: bytes) -> int:
    return struct.unpack_from("<I", record)[0]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of a part of the stream; those of a chart in it too."""
    deep = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        deep += (kind == _BEGIN) - (kind == _END)
        yield kind, stream[at + 4 : at + 4 + length]
        if deep <= 0:
            return
        at += 4 + length


def _places(stream: bytes, start: int) -> Iterator[Place]:
    for kind, record in _records(stream, start):
        is_error = (kind == _ERROR_OR_TRUTH and record[7] == 1) or (
            # A formula's last value: not a number, and of the kind of errors.
            kind in _FORMULAS and record[12:14] == b"\xff\xff" and record[6] == 2
        )
        if is_error:
            line, column = struct.unpack_from("<HH", record)
            yield line + 1, column
