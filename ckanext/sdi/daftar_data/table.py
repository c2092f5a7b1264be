"""A list's file as rows of text: CSV in UTF-8, or a workbook. What it is, its content tells."""

from __future__ import annotations

import csv
import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ckanext.sdi.check.apart import sheets_apart
from ckanext.sdi.check.sniff import Limits
from ckanext.sdi.check.sniff import Unreadable as NotRead
from ckanext.sdi.rules import daftar_data_file as rules
from ckanext.sdi.rules.finding import Finding

MAX_BYTES = 20 * 2**20
MAX_ROWS = 100_000
MAX_UNPACKED_BYTES = 200 * 2**20
_LIMITS = Limits(unpacked=MAX_UNPACKED_BYTES, memory=1 << 30, seconds=60)
DELIMITERS = (",", ";", "\t")

_WEB_PAGE = re.compile(rb"\A\s*(<!doctype|<html|<head|<body|<table|<\?xml|<!--)", re.IGNORECASE)
_PACKED = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"

# One cell may be as long as the whole file may be; Python's own limit is 131,072 letters.
csv.field_size_limit(MAX_BYTES)


class Unreadable(Exception):
    """The file is no table; ``finding`` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.rule)
        self.finding = finding


@dataclass(frozen=True)
class Records:
    """The records of a file, as text; ``numbers`` are the cells a workbook keeps as a number."""

    rows: list[list[str]]
    sheet: str | None = None
    numbers: frozenset[tuple[int, int]] = field(default=frozenset())


def letters(column: int) -> str:
    """The spreadsheet's name of a column: 0 is ``A``, 26 is ``AA``."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def read_records(content: bytes, limit: int, most_rows: int) -> Iterator[Records]:
    """The ways to read a file: a CSV once for each delimiter, a workbook once for each sheet.

    :raises Unreadable: when it is too large, empty, a web page, not in UTF-8 or no table at all
    """
    if len(content) > limit:
        raise Unreadable(rules.told(rules.TOO_LARGE, limit=_size(limit)))
    if not content.strip():
        raise Unreadable(rules.told(rules.EMPTY))
    if content.startswith((_PACKED, _OLD_WORKBOOK)):
        yield from _sheets(content, most_rows)
        return
    if _WEB_PAGE.match(content.removeprefix(b"\xef\xbb\xbf")):
        raise Unreadable(rules.told(rules.WEB_PAGE))
    text = _decoded(content)
    for delimiter in DELIMITERS:
        yield Records(_parsed(text, delimiter, most_rows))


def _size(limit: int) -> str:
    return f"{limit // 2**20} MB" if limit >= 2**20 else f"{limit} byte"


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(rules.told(rules.ENCODING, cell="A1"))
    if b"\x00" in content or content.startswith(b"%PDF"):
        raise Unreadable(rules.told(rules.NOT_A_TABLE))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # error.object lacks the mark at the file's start, which utf-8-sig has taken off.
        before = error.object[: error.start].decode("utf-8")
        raise Unreadable(rules.told(rules.ENCODING, cell=_last_cell(before))) from error


def _last_cell(text: str) -> str:
    """The address of the cell that a CSV's text, cut off somewhere, ends in."""
    best = max(DELIMITERS, key=text.count)
    rows = _parsed(text + "?", best, len(text))
    return f"{letters(len(rows[-1]) - 1)}{len(rows)}"


def _parsed(text: str, delimiter: str, most_rows: int) -> list[list[str]]:
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = list(itertools.islice(records, most_rows + 1))
    except csv.Error as error:
        raise Unreadable(rules.told(rules.NOT_A_TABLE)) from error
    return _not_too_many(rows, most_rows)


def _not_too_many(rows: list[list[Any]], most_rows: int) -> list[list[Any]]:
    if len(rows) > most_rows:
        raise Unreadable(rules.told(rules.TOO_MANY_ROWS, n=most_rows))
    return rows


def _sheets(content: bytes, most_rows: int) -> Iterator[Records]:
    if content.startswith(_PACKED):
        _refuse_bomb(content)
    try:
        # One row more tells that there are too many.
        sheets = sheets_apart(content, _LIMITS, most_rows + 1)
    except NotRead as error:
        raise Unreadable(_as_told_here(error.finding)) from error
    for sheet in sheets:
        yield Records(_not_too_many(sheet.rows, most_rows), sheet.name, sheet.numbers)


def _as_told_here(finding: Finding) -> Finding:
    if finding.rule == "table.too_costly":
        return finding
    if finding.rule == "table.too_large":
        return rules.told(rules.TOO_LARGE, limit=_size(MAX_UNPACKED_BYTES))
    return rules.told(rules.NOT_A_TABLE)


def _refuse_bomb(content: bytes) -> None:
    """Refuse a workbook that unpacks to far more than it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
    except zipfile.BadZipFile as error:
        raise Unreadable(rules.told(rules.NOT_A_TABLE)) from error
    if size > MAX_UNPACKED_BYTES:
        raise Unreadable(rules.told(rules.TOO_LARGE, limit=_size(MAX_UNPACKED_BYTES)))
