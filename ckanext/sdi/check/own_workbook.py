"""A person's own workbook with cells marked, one column and one sheet more, and all else as it is.

The parts of the archive are edited where something is added and copied where not, so that formats,
formulas with their values, pictures, charts, widths and other sheets stay: no library that reads
and writes workbooks keeps all of them.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr, unescape

from ckanext.sdi.check import sheet
from ckanext.sdi.check.block import column_letters
from ckanext.sdi.check.error_cells import part_of
from ckanext.sdi.check.own_rows import CHUNK, OtherBuildError, OwnRow, OwnSheet

_TYPES, _STYLES = "[Content_Types].xml", "xl/styles.xml"
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_EDITED = (_TYPES, _BOOK, _RELATIONS, _STYLES)
_ADDED = "worksheets/sdi.xml"
_MOST = 16 << 20
"""The most bytes of a part that is read whole."""
# The strict form of the standard has other names of everything; a template is no workbook.
_OTHER_BUILDS = (
    b"http://purl.oclc.org/ooxml", b"<!DOCTYPE", b"spreadsheetml.template.main",
    b"ms-excel.template.macroEnabled", b"ms-excel.addin.macroEnabled",
)  # fmt: skip
_MACROS = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_XF = re.compile(rb"<xf(?=[\s/>])([^>]*?)(/>|>.*?</xf>)", re.DOTALL)
# All that a damaged archive is known to raise.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, ElementTree.ParseError,
    EOFError, LookupError, OSError, RuntimeError, ValueError,
)  # fmt: skip
_KEY = "sdiTasks"
_MOST_COLUMNS = 16_384
_FILLING = re.compile(rb'\s(?:fillId|applyFill)="[^"]*"')
_DAY = 14
WIDE = 80


@dataclass(frozen=True)
class Note:
    """What is told of a row.

    :param marked: the numbers of the columns of its cells that are marked, from 0
    """

    line: int
    marked: Collection[int]
    text: str
    is_head: bool = False


class OwnWorkbook:
    """A workbook that is edited; use as a context manager.

    :param path: an XLSX file
    :param name: the sheet with the table
    :param more: a sheet that comes to the others
    :raises OtherBuildError: when it is not built as spreadsheets build it
    """

    def __init__(self, path: Path, name: str, more: sheet.Sheet) -> None:
        with ExitStack() as stack:
            try:
                self._archive = stack.enter_context(zipfile.ZipFile(path))
                self._texts = {part: self._read(part) for part in _EDITED}
                self._part = part_of(self._archive, name) or ""
                with self._archive.open(self._part) as content:
                    rows = OwnSheet(content).rows()
                    self.column = 1 + max((row.last_column() for row in rows), default=-1)
            except _DAMAGED as error:
                raise OtherBuildError from error
            if self.column >= _MOST_COLUMNS:
                raise OtherBuildError
            self._styles = _Styles(self._texts[_STYLES])
            self._more = replace(more, name=self._free(more.name), first_style=self._styles.first)
            self._list_more()
            self._held = stack.pop_all()

    @property
    def ending(self) -> str:
        """What the name of its file must end with; with another, spreadsheets refuse macros."""
        return "xlsm" if _MACROS in self._texts[_TYPES] else "xlsx"

    def __enter__(self) -> OwnWorkbook:
        return self

    def __exit__(self, *exception: object) -> None:
        self._held.close()

    def _read(self, name: str) -> bytes:
        if self._archive.getinfo(name).file_size > _MOST:
            raise OtherBuildError
        text = self._archive.read(name)
        if any(one in text for one in _OTHER_BUILDS):
            raise OtherBuildError
        return text

    def _free(self, name: str) -> str:
        """A name that no sheet has."""
        taken = re.findall(r'<sheet\s[^>]*?\bname="([^"]*)"', self._texts[_BOOK].decode())
        known = {unescape(one).casefold() for one in taken}
        names = (name, *(f"{name} {n}" for n in range(2, len(known) + 3)))
        return next(one for one in names if one.casefold() not in known)

    def _list_more(self) -> None:
        """List the sheet that comes to the others where sheets are listed."""
        override = sheet.OVERRIDE.format(part=_ADDED)
        self._texts[_TYPES] = _before(self._texts[_TYPES], b"</Types>", override)
        book, relations = self._texts[_BOOK], self._texts[_RELATIONS]
        numbers = re.findall(rb'<sheet\s[^>]*?\bsheetId="(\d+)"', book)
        if not numbers or f"xl/{_ADDED}" in self._archive.namelist():
            raise OtherBuildError
        listed = (
            f'<sheet xmlns:r="{sheet.OFFICE}" name={quoteattr(self._more.name)}'
            f' sheetId="{1 + max(map(int, numbers))}" r:id="{_KEY}"/>'
        )
        related = sheet.RELATION.format(id=_KEY, kind="worksheet", target=_ADDED)
        self._texts[_BOOK] = _before(book, b"</sheets>", listed)
        self._texts[_RELATIONS] = _before(relations, b"</Relationships>", related)

    def written(self, notes: Iterable[Note]) -> Iterator[bytes]:
        """The workbook, piece by piece.

        :param notes: in the order of their lines
        """
        target = sheet.Target()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:  # pyright: ignore[reportArgumentType, reportCallIssue]
            for member in self._archive.infolist():
                if member.filename == _STYLES or member.is_dir():
                    continue
                with made.open(member.filename, "w", force_zip64=True) as part:
                    for piece in self._pieces(member.filename, notes):
                        part.write(piece)
                        yield target.taken()
            with made.open(f"xl/{_ADDED}", "w") as part:
                for text in sheet.sheet_xml(self._more):
                    part.write(text.encode())
                    yield target.taken()
            # Which styles there are is known when the cells are marked.
            made.writestr(_STYLES, self._styles.written())
        yield target.taken()

    def _pieces(self, name: str, notes: Iterable[Note]) -> Iterator[bytes]:
        if name in self._texts:
            yield self._texts[name]
            return
        with self._archive.open(name) as content:
            if name == self._part:
                yield from self._annotated(OwnSheet(content), notes)
                return
            while piece := content.read(CHUNK):
                yield piece

    def _annotated(self, own: OwnSheet, notes: Iterable[Note]) -> Iterator[bytes]:
        yield _with_width(own.head, self.column)
        coming = iter(notes)
        note = next(coming, None)
        held: list[bytes] = []
        for row in own.rows():
            while note and note.line < row.line:
                held.append(self._noted(OwnRow(b"", note.line, f' r="{note.line}"'.encode()), note))
                note = next(coming, None)
            if note and note.line == row.line:
                held.append(self._noted(row, note))
                note = next(coming, None)
            else:
                held.append(row.text)
            if len(held) >= 500:
                yield b"".join(held)
                held = []
        yield b"".join(held)
        while note:
            yield self._noted(OwnRow(b"", note.line, f' r="{note.line}"'.encode()), note)
            note = next(coming, None)
        yield from own.rest()

    def _noted(self, row: OwnRow, note: Note) -> bytes:
        address = f"{column_letters(self.column)}{row.line}"
        style = sheet.HEAD if note.is_head else sheet.PLAIN
        cell = sheet.cell_xml(address, note.text, 0, style, self._styles.first).encode()
        return row.with_cells(note.marked, self._styles.marked, (self.column, cell))


class _Styles:
    """The formats of a workbook, and those that come to them."""

    def __init__(self, text: bytes) -> None:
        fonts, text = _with_one(text, b"font", sheet.BOLD)
        self._fill, self._text = _with_one(text, b"fill", sheet.FILL)
        _, inner, _ = _split(self._text, b"cellXfs")
        self._own = _XF.findall(inner)
        if not self._own:
            raise OtherBuildError
        self._added = [sheet.formats_xml(bold=fonts, fill=self._fill, day=_DAY).encode()]
        self.first = len(self._own)
        self._marked: dict[int, int] = {}

    def marked(self, style: int) -> int:
        """A style like another, with the fill of marked cells."""
        if style not in self._marked:
            attributes, end = self._own[style if style < len(self._own) else 0]
            filling = f' fillId="{self._fill}" applyFill="1"'.encode()
            self._added.append(b"<xf" + _FILLING.sub(b"", attributes) + filling + end)
            self._marked[style] = self.first + 2 * len(sheet.FORMATS) + len(self._marked)
        return self._marked[style]

    def written(self) -> bytes:
        head, inner, tail = _split(self._text, b"cellXfs")
        count = self.first + 2 * len(sheet.FORMATS) + len(self._marked)
        return _counted(head, count) + inner + b"".join(self._added) + tail


def _with_one(text: bytes, name: bytes, one: str) -> tuple[int, bytes]:
    """The number of one more of something, and the text with it."""
    head, inner, tail = _split(text, name + b"s")
    count = len(re.findall(rb"<" + name + rb"(?=[\s/>])", inner))
    return count, _counted(head, count + 1) + inner + one.encode() + tail


def _split(text: bytes, name: bytes) -> tuple[bytes, bytes, bytes]:
    """What is up to the end of an element's tag, in the element, and from its end on."""
    start = re.search(rb"<" + name + rb"(?:\s[^>]*[^/>])?>", text)
    end = text.find(b"</" + name + b">")
    if start is None or end < 0:
        raise OtherBuildError
    return text[: start.end()], text[start.end() : end], text[end:]


def _counted(head: bytes, count: int) -> bytes:
    """The text up to the end of a tag, whose count is another."""
    start = head.rfind(b"<")
    return head[:start] + re.sub(rb'count="\d+"', f'count="{count}"'.encode(), head[start:])


def _before(text: bytes, end: bytes, more: str) -> bytes:
    place = text.rfind(end)
    if place < 0:
        raise OtherBuildError
    return text[:place] + more.encode() + text[place:]


def _with_width(head: bytes, column: int) -> bytes:
    """What stands above the rows, with a width for one more column."""
    # How far the sheet reaches would be wrong; it need not be said.
    head = re.sub(rb"<dimension\s[^>]*/>", b"", head)
    width = f'<col min="{column + 1}" max="{column + 1}" width="{WIDE}" customWidth="1"/>'
    listed = re.findall(rb'<col\s[^>]*?\bmax="(\d+)"', head)
    if b"</cols>" not in head:
        return _before(head, b"<sheetData>", f"<cols>{width}</cols>")
    if max(map(int, listed), default=0) > column:
        return head
    return _before(head, b"</cols>", width)
