"""A text file, looked at before it is read: its encoding, delimiter and header."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa

from ckanext.sdi.check.block import Asked
from ckanext.sdi.check.layout import HEAD, Header, find_header, is_ordinals
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.table import table_finding

CHUNK = 1 << 19
DELIMITERS = ",;\t|"
_QUOTE = ord('"')
_UNDEFINED_CP1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")


class Unreadable(Exception):
    """The file cannot be read as a table; ``finding`` says why and what to do."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.rule)
        self.finding = finding


def size_text(size: int) -> str:
    """A number of bytes as people read it."""
    if size >= 1 << 30:
        return f"{size / (1 << 30):.3g} GB"
    return f"{size >> 20} MB" if size >= 1 << 20 else f"{size >> 10} kB"


def unreadable(rule: str, **params: str) -> Unreadable:
    """The verdict of one of the rules on files."""
    return Unreadable(table_finding(rule).at(params=params))


@dataclass(frozen=True)
class Limits:
    """How much a file may ask for.

    :param block: bytes that are read and judged at once; no record, and no cell, may be longer
    :param columns: the database takes 1,600, with those of CKAN's own
    :param header: bytes in which the header must be found
    :param line: bytes without a line break, so that a file of one line is refused at once
    :param unpacked: bytes that a packed file may have when it is unpacked
    :param ratio: how many times larger it may be then; packed tables are seldom over a hundred
    :param cells: cells of a workbook, of JSON or Parquet
    :param memory: bytes that reading one of those may take, and ``seconds`` of time
    """

    block: int = 2 << 20
    columns: int = 1500
    header: int = 1 << 20
    line: int = 2 << 20
    unpacked: int = 2 << 30
    ratio: int = 1000
    cells: int = 100_000_000
    memory: int = 1 << 30
    seconds: int = 120


@dataclass(frozen=True)
class Sniffed:
    """What was found in the file before its rows are read.

    :param header: the names of the columns, and where they stand
    :param body: where the first byte of the first record stands
    :param odd_quotes: the quotation marks are odd in number
    :param short: no record is longer than ``CHUNK``
    """

    encoding: str
    delimiter: str
    header: Header
    body: int
    size: int
    odd_quotes: bool
    short: bool


def sniff(path: Path, limits: Limits, asked: Asked | None = None) -> Sniffed:
    """Look at a file.

    Every byte is seen once, in flat memory: only so is it known before the first finding whether
    the file is UTF-8 throughout.

    :param asked: what is said of where the names of the columns stand
    :raises Unreadable: when it is no table that can be read
    :raises OSError: when it cannot be opened
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        sample = file.read(limits.header)
        file.seek(0)
        scan = _scan(file, limits)
    start = len(codecs.BOM_UTF8) if sample.startswith(codecs.BOM_UTF8) else 0
    text = sample[start:].decode(scan.encoding, errors="ignore")
    is_cut = size > limits.header
    if not is_cut and not text.strip('\r\n \t,;|\x1a"'):
        raise unreadable("empty")
    delimiter = find_delimiter(text)
    header, letters = _header(text, delimiter, limits, asked or Asked(), is_cut=is_cut)
    length = len(text[:letters].encode(scan.encoding))
    odd_quotes = scan.quotes % 2 == 1
    if odd_quotes and start + length >= size and "\n" in header.names[-1]:
        # The mark that is never closed stands in the header itself.
        raise Unreadable(table_finding("quote", cell=f"A{header.last + 1}"))
    # Only within quotation marks a record has more than one line.
    short = not scan.quotes and scan.longest <= CHUNK
    return Sniffed(scan.encoding, delimiter, header, start + length, size, odd_quotes, short)


@dataclass
class _Scan:
    """``longest`` is the length of the longest line, if that is over ``CHUNK``."""

    encoding: str
    quotes: int
    longest: int


def _scan(file: io.BufferedReader, limits: Limits) -> _Scan:
    """Encoding, quotation marks, NUL bytes and the length of lines, over the whole file."""
    utf8, cp1252, cut = True, True, b""
    quotes, since_break, longest, seen = 0, 0, 0, 0
    while chunk := file.read(CHUNK):
        if b"\0" in chunk:
            raise unreadable("nul", byte=str(seen + chunk.index(b"\0") + 1))
        ended, since_break = _lines(chunk, since_break, limits)
        longest = max(longest, ended, since_break)
        # Numpy counts ten times faster than bytes do.
        quotes += int(np.count_nonzero(np.frombuffer(chunk, dtype=np.uint8) == _QUOTE))
        if cut or not chunk.isascii():
            whole, cut = _cut_letter(cut + chunk)
            utf8 = utf8 and _is_utf8(whole)
            cp1252 = cp1252 and not any(byte in chunk for byte in _UNDEFINED_CP1252)
        seen += len(chunk)
    utf8 = utf8 and not cut
    if not utf8 and not cp1252:
        raise unreadable("encoding")
    return _Scan("utf-8" if utf8 else "cp1252", quotes, longest)


def _cut_letter(data: bytes) -> tuple[bytes, bytes]:
    """Bytes without the beginning of a letter of UTF-8 at their end, and that beginning."""
    for back in range(1, min(4, len(data) + 1)):
        byte = data[-back]
        if byte < 0x80:
            break
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return (data[:-back], data[-back:]) if length > back else (data, b"")
    return data, b""


def _is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8; Arrow sees it twice as fast as a decoder, which makes a text."""
    ends = pa.py_buffer(np.array([0, len(data)], dtype=np.int32))
    try:
        pa.Array.from_buffers(pa.string(), 1, [None, ends, pa.py_buffer(data)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _lines(chunk: bytes, since_break: int, limits: Limits) -> tuple[int, int]:
    """The length of the line that ends in a chunk first, and of the one that does not end in it.

    :raises Unreadable: when one of them is too long
    """
    first = _next_break(chunk)
    if first < 0:
        ended, open_end = 0, since_break + len(chunk)
    else:
        ended = since_break + first
        open_end = len(chunk) - 1 - max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
    if max(ended, open_end) > limits.line:
        raise unreadable("line_too_long", limit=size_text(limits.line))
    return ended, open_end


def _next_break(chunk: bytes) -> int:
    found = [place for place in (chunk.find(b"\n"), chunk.find(b"\r")) if place >= 0]
    return min(found, default=-1)


def _records(text: str, delimiter: str) -> Iterator[tuple[list[str], int]]:
    """The records of a text, each with the number of characters up to its end."""
    length = 0

    def lines() -> Iterator[str]:
        nonlocal length
        for line in io.StringIO(text, newline=""):
            length += len(line)
            yield line

    reader = csv.reader(lines(), delimiter=delimiter)
    while True:
        try:
            record = next(reader)
        except (StopIteration, csv.Error):
            return
        yield record, length


def find_delimiter(text: str) -> str:
    """The sign that parts the columns: the one that gives the first and most records the same,
    widest shape.
    """
    best, best_score = ",", (False, 0, 0)
    for delimiter in DELIMITERS:
        widths = []
        for record, _ in _records(text[: 1 << 16], delimiter):
            if any(cell.strip() for cell in record):
                widths.append(len(record))
            if len(widths) == 50:
                break
        if not widths or (widths[0] == 1 and max(widths) == 1):
            continue
        common = max(set(widths), key=lambda width: (widths.count(width), width))
        score = (
            (widths[0] == common, widths.count(common), common)
            if common > 1
            else (False, 0, max(widths))
        )
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _header(
    text: str, delimiter: str, limits: Limits, asked: Asked, *, is_cut: bool
) -> tuple[Header, int]:
    """Where the names of the columns stand, and the number of letters before the first record."""
    rows: list[list[str]] = []
    ends: list[int] = []
    # As far down as the row that is asked for.
    for record, end in islice(_records(text, delimiter), HEAD + (asked.header_row or 0)):
        if is_cut and end >= len(text):
            break
        rows.append(record)
        ends.append(end)
    found = _found(rows, asked)
    if found is None:
        raise unreadable("header_too_long", limit=size_text(limits.header))
    if len(found.names) > limits.columns:
        n = str(len(found.names))
        raise unreadable("too_many_columns", n=n, limit=str(limits.columns))
    return found, ends[found.body - 1]


def _found(rows: Sequence[list[str]], asked: Asked) -> Header | None:
    """The names of the columns: in the first row that is not blank, or under a title.

    A file that begins with several cells begins with their names, whatever these are.
    """
    start = (asked.header_row or 1) - 1
    filled = [row for row in range(start, len(rows)) if any(map(str.strip, rows[row]))]
    if not filled:
        return None
    first = filled[0]
    if asked.header_rows or (asked.header_row is None and _is_single(rows[first])):
        found = find_header(
            rows, header_row=asked.header_row and first, header_rows=asked.header_rows
        )
        if found and (found.are_words or asked.header_rows):
            width = max(len(rows[row]) for row in range(found.first, found.last + 1))
            names = rows[found.first] if found.first == found.last else found.names[:width]
            return replace(found, names=names)
    numbers = first + 1 if first + 1 < len(rows) and _counts(rows[first + 1]) else None
    return Header(rows[first], True, first, first, (numbers or first) + 1, numbers)


def _counts(row: Sequence[str]) -> bool:
    """Whether a row only counts the columns, as (1), (2), (3): bare numbers may be a record."""
    return is_ordinals(row) and next(filter(str.strip, row)).strip()[0] in "(-"


def _is_single(row: Sequence[str]) -> bool:
    return sum(bool(cell.strip()) for cell in row) == 1
