"""A list's file as rows of text: CSV in UTF-8, or a workbook. What it is, its content tells.

Rows are read one after the other, as often as they are asked for, and never all at once.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
import zipfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO

from ckanext.sdi.check.apart import sheets_apart
from ckanext.sdi.check.sheets import Sheet
from ckanext.sdi.check.sniff import Limits
from ckanext.sdi.check.sniff import Unreadable as NotRead
from ckanext.sdi.check.write import as_it_was
from ckanext.sdi.rules import daftar_data_file as rules
from ckanext.sdi.rules.finding import Finding

MAX_BYTES = 100 * 2**20
MAX_ROWS = 200_000
MAX_UNPACKED_BYTES = 400 * 2**20
_LIMITS = Limits(unpacked=MAX_UNPACKED_BYTES, memory=1 << 30, seconds=60)
DELIMITERS = (",", ";", "\t")
HEAD_BYTES = 2**16

_WEB_PAGE = re.compile(rb"\A\s*(<!doctype|<html|<head|<body|<table|<\?xml|<!--)", re.IGNORECASE)
_PACKED = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_UTF8_MARK = b"\xef\xbb\xbf"
_UNDECODED = re.compile("[\udc80-\udcff]")

# Python's own limit is 131,072 letters.
csv.field_size_limit(max(csv.field_size_limit(), 20 * 2**20))

Row = tuple[Sequence[str], Collection[int]]
"""The cells of a row as text, and the columns that a workbook keeps as a number."""


class Unreadable(Exception):
    """The file is no table; ``finding`` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.rule)
        self.finding = finding


@dataclass(frozen=True)
class Records:
    """One way to read the records of a file; ``rows`` begins anew each time."""

    rows: Callable[[], Iterator[Row]]
    sheet: str | None = None


def letters(column: int) -> str:
    """The spreadsheet's name of a column: 0 is ``A``, 26 is ``AA``."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def head_of(file: IO[bytes], limit: int) -> bytes:
    """The beginning of a file, without the mark of UTF-8.

    :raises Unreadable: when the file is too large, empty or a web page
    """
    if file.seek(0, io.SEEK_END) > limit:
        raise Unreadable(rules.told(rules.TOO_LARGE, limit=_size(limit)))
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if not head.strip() and not file.read().strip():
        raise Unreadable(rules.told(rules.EMPTY))
    if _WEB_PAGE.match(head.removeprefix(_UTF8_MARK)):
        raise Unreadable(rules.told(rules.WEB_PAGE))
    return head.removeprefix(_UTF8_MARK)


def read_records(
    file: IO[bytes], head: bytes, most_rows: int, stack: ExitStack
) -> Iterator[Records]:
    """The ways to read a file: a CSV once for each delimiter, a workbook once for each sheet.

    :param head: its beginning
    :param stack: holds what was read of a workbook
    :raises Unreadable: when it is not in UTF-8 or no table at all, here or when its rows are read
    """
    if head.startswith((_PACKED, _OLD_WORKBOOK)):
        for sheet in _sheets(file, head, most_rows, stack):
            yield Records(lambda sheet=sheet: _not_too_many(sheet.rows(), most_rows), sheet.name)
        return
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(rules.told(rules.ENCODING, cell="A1"))
    if b"\x00" in head or head.startswith(b"%PDF"):
        raise Unreadable(rules.told(rules.NOT_A_TABLE))
    for delimiter in DELIMITERS:
        yield Records(lambda sign=delimiter: _parsed(file, sign, most_rows))


def _size(limit: int) -> str:
    return f"{limit // 2**20} MB" if limit >= 2**20 else f"{limit} byte"


def _parsed(file: IO[bytes], delimiter: str, most_rows: int) -> Iterator[Row]:
    number = 0
    try:
        rows = ((row, ()) for row in _cells(file, delimiter, "strict"))
        for row in _not_too_many(rows, most_rows):
            yield row
            number += 1
    except csv.Error as error:
        too_long = "limit" in str(error)
        place = f"A{number + 1}"
        told = rules.told(rules.NOT_A_TABLE) if too_long else rules.told(rules.QUOTE, cell=place)
        raise Unreadable(told) from error
    except UnicodeDecodeError as error:
        raise Unreadable(rules.told(rules.ENCODING, cell=_undecoded(file))) from error


def _cells(file: IO[bytes], delimiter: str, errors: str) -> Iterator[list[str]]:
    file.seek(0)
    text = io.TextIOWrapper(file, "utf-8-sig", errors, newline="")
    try:
        # Else a mark that is never closed would take the rest of the list into one cell.
        for cells in csv.reader(text, delimiter=delimiter, strict=errors == "strict"):
            yield [as_it_was(cell) if cell[:1] == "'" else cell for cell in cells]
    finally:
        # The wrapper would close the file with itself.
        text.detach()


def _undecoded(file: IO[bytes]) -> str:
    """The address of the first cell that is not in UTF-8, by the delimiter that it stands among."""
    places = [_first_undecoded(file, delimiter) for delimiter in DELIMITERS]
    column, row = max(places)
    return f"{letters(column)}{row + 1}"


def _first_undecoded(file: IO[bytes], delimiter: str) -> tuple[int, int]:
    for row, cells in enumerate(_cells(file, delimiter, "surrogateescape")):
        for column, cell in enumerate(cells):
            if _UNDECODED.search(cell):
                return column, row
    return 0, 0


def _not_too_many(rows: Iterator[Row], most_rows: int) -> Iterator[Row]:
    yield from itertools.islice(rows, most_rows)
    if next(rows, None) is not None:
        raise Unreadable(rules.told(rules.TOO_MANY_ROWS, n=most_rows))


def _sheets(file: IO[bytes], head: bytes, most_rows: int, stack: ExitStack) -> list[Sheet]:
    if head.startswith(_PACKED):
        _refuse_bomb(file)
    file.seek(0)
    try:
        # One row more tells that there are too many.
        return sheets_apart(file, _LIMITS, most_rows + 1, stack)
    except NotRead as error:
        raise Unreadable(_as_told_here(error.finding)) from error


def _as_told_here(finding: Finding) -> Finding:
    if finding.rule == "table.too_costly":
        return finding
    if finding.rule == "table.too_large":
        return rules.told(rules.TOO_LARGE, limit=_size(MAX_UNPACKED_BYTES))
    return rules.told(rules.NOT_A_TABLE)


def _refuse_bomb(file: IO[bytes]) -> None:
    """Refuse a workbook that unpacks to far more than it is."""
    try:
        with zipfile.ZipFile(file) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
    except zipfile.BadZipFile as error:
        raise Unreadable(rules.told(rules.NOT_A_TABLE)) from error
    if size > MAX_UNPACKED_BYTES:
        raise Unreadable(rules.told(rules.TOO_LARGE, limit=_size(MAX_UNPACKED_BYTES)))
