"""What a file is, looked at before it is read: its kind, encoding, delimiter and header."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.table import table_finding

CHUNK = 1 << 19
DELIMITERS = ",;\t|"
_UNDEFINED_CP1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
_MAGIC = (
    (b"\xd0\xcf\x11\xe0", "workbook", "XLS"),
    (b"\x1f\x8b", "other_format", "gzip"),
    (b"%PDF", "other_format", "PDF"),
    (b"PAR1", "other_format", "Parquet"),
    (b"\x89PNG", "other_format", "PNG"),
    (b"\xff\xd8\xff", "other_format", "JPEG"),
    (b"Rar!", "other_format", "RAR"),
    (b"7z\xbc\xaf", "other_format", "7z"),
)
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<meta", b"<script")


class Unreadable(Exception):
    """The file cannot be read as a table; ``finding`` says why and what to do."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.rule)
        self.finding = finding


def size_text(size: int) -> str:
    """A number of bytes as people read it."""
    return f"{size >> 20} MB" if size >= 1 << 20 else f"{size >> 10} kB"


def unreadable(rule: str, **params: str) -> Unreadable:
    """The verdict of one of the rules on files."""
    return Unreadable(table_finding(rule).at(params=params))


@dataclass(frozen=True)
class Limits:
    """How much a file may ask for.

    :param block: bytes that are read and judged at once; no record may be longer
    :param columns: the database takes 1,600, with those of CKAN's own
    :param header: bytes in which the header must be found
    :param line: bytes without a line break, so that a file of one line is refused at once
    """

    block: int = 2 << 20
    columns: int = 1500
    header: int = 1 << 20
    line: int = 2 << 20


@dataclass(frozen=True)
class Sniffed:
    """What was found in the file before its rows are read.

    :param body: where the first byte under the header stands
    :param line: the header's line, as a spreadsheet counts
    :param odd_quotes: the quotation marks are odd in number
    :param short: no record is longer than ``CHUNK``
    """

    encoding: str
    delimiter: str
    header: list[str]
    line: int
    body: int
    size: int
    odd_quotes: bool
    short: bool


def sniff(path: Path, limits: Limits) -> Sniffed:
    """Look at a file.

    Every byte is seen once, in flat memory: only so is it known before the first finding whether
    the file is UTF-8 throughout.

    :raises Unreadable: when it is no table that can be read
    :raises OSError: when it cannot be opened
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        sample = file.read(limits.header)
        refuse_other_kinds(sample)
        file.seek(0)
        scan = _scan(file, limits)
    start = len(codecs.BOM_UTF8) if sample.startswith(codecs.BOM_UTF8) else 0
    text = sample[start:].decode(scan.encoding, errors="ignore")
    is_cut = size > limits.header
    if not is_cut and not text.strip('\r\n \t,;|\x1a"'):
        raise unreadable("empty")
    delimiter = find_delimiter(text)
    header, line, length = _header(text, delimiter, scan.encoding, limits, is_cut)
    odd_quotes = scan.quotes % 2 == 1
    if odd_quotes and start + length >= size and "\n" in header[-1]:
        # The mark that is never closed stands in the header itself.
        raise Unreadable(table_finding("quote", cell=f"A{line}"))
    # Only within quotation marks a record has more than one line.
    short = not scan.quotes and scan.longest <= CHUNK
    return Sniffed(scan.encoding, delimiter, header, line, start + length, size, odd_quotes, short)


def refuse_other_kinds(sample: bytes) -> None:
    """Refuse what is no CSV, whatever it is called.

    :raises Unreadable: with the rule for what it is
    """
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise unreadable("utf16")
    if sample.startswith(b"PK\x03\x04"):
        if b"opendocument.spreadsheet" in sample:
            raise unreadable("workbook", kind="ODS")
        if b"xl/" in sample:
            raise unreadable("workbook", kind="XLSX")
        raise unreadable("other_format", kind="ZIP")
    for magic, rule, kind in _MAGIC:
        if sample.startswith(magic):
            raise unreadable(rule, kind=kind)
    begin = sample.removeprefix(codecs.BOM_UTF8).lstrip()[:200].lower()
    if begin.startswith(_HTML) or (begin.startswith(b"<?xml") and b"html" in begin):
        raise unreadable("html")
    if begin.startswith(b"<?xml"):
        raise unreadable("other_format", kind="XML")
    if begin.startswith((b'{"', b'[{"', b"{\n", b"[\n", b"{\r\n", b"[\r\n", b"[ {")):
        raise unreadable("other_format", kind="JSON")


@dataclass
class _Scan:
    """``longest`` is the length of the longest line, if that is over ``CHUNK``."""

    encoding: str
    quotes: int
    longest: int


def _scan(file: io.BufferedReader, limits: Limits) -> _Scan:
    """Encoding, quotation marks, NUL bytes and the length of lines, over the whole file."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8, cp1252 = True, True
    quotes, since_break, longest, seen = 0, 0, 0, 0
    while chunk := file.read(CHUNK):
        if b"\0" in chunk:
            raise unreadable("nul", byte=str(seen + chunk.index(b"\0") + 1))
        ended, since_break = _lines(chunk, since_break, limits)
        longest = max(longest, ended, since_break)
        quotes += chunk.count(b'"')
        if not chunk.isascii() or decoder.getstate()[0]:
            utf8 = utf8 and _decodes(decoder, chunk)
            cp1252 = cp1252 and not any(byte in chunk for byte in _UNDEFINED_CP1252)
        seen += len(chunk)
    if utf8 and decoder.getstate()[0]:
        utf8 = False
    if not utf8 and not cp1252:
        raise unreadable("encoding")
    return _Scan("utf-8" if utf8 else "cp1252", quotes, longest)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        decoder.reset()
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
    """The sign that parts the columns: the one that gives most records the same, widest shape."""
    best, best_score = ",", (0, 0)
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
        score = (widths.count(common), common) if common > 1 else (0, max(widths))
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _header(
    text: str, delimiter: str, encoding: str, limits: Limits, is_cut: bool
) -> tuple[list[str], int, int]:
    """The first record that is not blank, its line, and the bytes up to its end."""
    for line, (record, length) in enumerate(_records(text, delimiter), start=1):
        if not any(cell.strip() for cell in record):
            continue
        if len(record) > limits.columns:
            raise unreadable("too_many_columns", n=str(len(record)), limit=str(limits.columns))
        if is_cut and length >= len(text):
            break
        return record, line, len(text[:length].encode(encoding))
    raise unreadable("header_too_long", limit=size_text(limits.header))
