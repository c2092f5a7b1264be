"""A CSV file record by record with each of its bytes, for what writes it again.

A record is a text of one sign a byte (latin-1), its line end included. Where it ends, and where its
cells do, is decided as the reader decides it: only at its beginning a cell is quoted.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

BYTES = "latin-1"
_BOM = "\xef\xbb\xbf"


@contextmanager
def opened(path: Path, start: int = 0) -> Iterator[io.TextIOWrapper]:
    """The lines of a file as texts of one sign a byte.

    :param start: the byte at which the first begins
    """
    with path.open("rb") as file:
        file.seek(start)
        yield io.TextIOWrapper(file, encoding=BYTES, newline="")


def records(lines: Iterable[str], delimiter: str) -> Iterator[str]:
    """The records that some lines make: within quotation marks a line does not end one."""
    held: list[str] = []
    inside = False
    for line in lines:
        if inside or '"' in line:
            inside = _ends_inside(line, delimiter, inside=inside)
            if inside:
                held.append(line)
                continue
        if held:
            yield "".join([*held, line])
            held = []
        else:
            yield line
    if held:
        yield "".join(held)


def _ends_inside(line: str, delimiter: str, *, inside: bool) -> bool:
    """Whether a line ends within quotation marks."""
    place = 0
    if not inside and line[0] == '"':
        inside, place = True, 1
    while True:
        if inside:
            place = _closing(line, place)
            if place < 0:
                return True
        place = line.find(delimiter, place) + 1
        if not place:
            return False
        inside = line.startswith('"', place)
        place += inside


def _closing(line: str, place: int) -> int:
    """The place after the quotation mark that ends a cell, -1 when there is none."""
    while True:
        place = line.find('"', place)
        if place < 0:
            return -1
        if not line.startswith('"', place + 1):
            return place + 1
        place += 2


def without_end(record: str) -> tuple[str, str]:
    """A record, and its line end apart."""
    for end in ("\r\n", "\n", "\r"):
        if record.endswith(end):
            return record[: -len(end)], end
    return record, ""


def cells(record: str, delimiter: str) -> list[str]:
    """The cells of a record without its line end, quotation marks and all."""
    found: list[str] = []
    start = 0
    while True:
        place = _closing(record, start + 1) if record.startswith('"', start) else start
        end = record.find(delimiter, place) if place >= 0 else -1
        if end < 0:
            return [*found, record[start:]]
        found.append(record[start:end])
        start = end + 1


def plain(cell: str, encoding: str) -> str:
    """What a cell says, without its quotation marks."""
    if cell.startswith('"'):
        end = _closing(cell, 1)
        if end > 0:
            cell = cell[1 : end - 1].replace('""', '"') + cell[end:]
    return cell.encode(BYTES).decode(encoding)


def quoted(text: str, delimiter: str, *, always: bool = False) -> str:
    """A text as a cell, in quotation marks where it needs them."""
    if always or text.startswith('"') or any(sign in text for sign in (delimiter, "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text


def is_blank(record: str) -> bool:
    """Whether a record is a blank line; the end sign of old systems is one."""
    return not record.strip(" \t\r\n\x1a")


def with_mark(text: str) -> str:
    """The beginning of a UTF-8 file with the mark by which spreadsheets know it."""
    return text if text.startswith(_BOM) else _BOM + text
