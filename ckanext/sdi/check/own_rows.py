"""The rows of a sheet of a person's own workbook: cells marked and added, the rest as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import IO

from ckanext.sdi.check.block import column_letters

CHUNK, LONGEST = 1 << 20, 64 << 20
_ROW = re.compile(rb"\s*<row(?=[\s/>])([^>]*?)(?:/>|>(.*?)</row>)", re.DOTALL)
_CELL = re.compile(rb"<c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_NUMBER = re.compile(rb'\sr="(\d+)"')
_ADDRESS = re.compile(rb'\sr="([A-Z]{1,3})\d+"')
_STYLE = re.compile(rb'\ss="(\d+)"')
_SPANS = re.compile(rb'\sspans="[^"]*"')


class OtherBuildError(Exception):
    """The workbook is not built as spreadsheets build them; it is not edited."""


@dataclass(frozen=True)
class OwnRow:
    """A row as it stands.

    :param text: all of it
    :param line: its number
    :param attributes: of its tag, and ``inner`` what is between that and its end
    """

    text: bytes
    line: int
    attributes: bytes = b""
    inner: bytes = b""

    def last_column(self) -> int:
        """The number of no less than the last column that has a cell, from 0; -1 without one."""
        addresses = _ADDRESS.findall(self.inner[self.inner.rfind(b"<c ") :])
        # Cells without an address come one after the other.
        return max([self.inner.count(b"<c") - 1, *map(column_number, addresses)])

    def with_cells(
        self, marked: Collection[int], style: Callable[[int], int], added: tuple[int, bytes]
    ) -> bytes:
        """The row with some cells marked and one more.

        :param style: gives for a cell's style the same one, marked
        :param added: the number of the column and the cell
        """
        cells: dict[int, bytes] = {}
        place, end = -1, 0
        for found in _CELL.finditer(self.inner):
            address = _ADDRESS.search(found[1])
            place = column_number(address[1]) if address else place + 1
            cell = found.group()
            cells[place] = _styled(cell, found[1], style) if place in marked else cell
            end = found.end()
        for place in set(marked) - cells.keys():
            address = f"{column_letters(place)}{self.line}"
            cells[place] = f'<c r="{address}" s="{style(0)}"/>'.encode()
        cells[added[0]] = added[1]
        inner = b"".join(cells[place] for place in sorted(cells)) + self.inner[end:]
        # What a row says of the columns that it spans would be wrong; it need not say it.
        return b"<row" + _SPANS.sub(b"", self.attributes) + b">" + inner + b"</row>"


def _styled(cell: bytes, attributes: bytes, style: Callable[[int], int]) -> bytes:
    found = _STYLE.search(attributes)
    marked = f' s="{style(int(found[1]) if found else 0)}"'.encode()
    changed = _STYLE.sub(b"", attributes) + marked
    return cell.replace(attributes, changed, 1) if attributes else b"<c" + marked + cell[2:]


def column_number(letters: bytes) -> int:
    """The number of a column, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


class OwnSheet:
    """A sheet, read once from its begin to its end.

    :param content: the part of the workbook
    :raises OtherBuildError: when it has no rows as spreadsheets write them
    """

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self._held = b""
        while (start := self._held.find(b"<sheetData>")) < 0:
            self._more()
        start += len(b"<sheetData>")
        self.head, self._held = self._held[:start], self._held[start:]

    def rows(self) -> Iterator[OwnRow]:
        """The rows; the blanks between them belong to them."""
        line = at = 0
        while True:
            found = _ROW.match(self._held, at)
            if found:
                number = _NUMBER.search(found[1])
                before, line = line, int(number[1]) if number else line + 1
                if line <= before:
                    raise OtherBuildError
                yield OwnRow(found.group(), line, found[1], found[2] or b"")
                at = found.end()
                continue
            self._held, at = self._held[at:], 0
            if self._held.lstrip().startswith(b"</sheetData>"):
                return
            self._more()

    def rest(self) -> Iterator[bytes]:
        """What comes after the rows."""
        yield self._held
        while piece := self._content.read(CHUNK):
            yield piece

    def _more(self) -> None:
        piece = self._content.read(CHUNK)
        if not piece or len(self._held) > LONGEST:
            raise OtherBuildError
        self._held += piece
