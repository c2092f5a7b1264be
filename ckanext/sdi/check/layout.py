"""How a table lies in a sheet: titles above it, names in several rows, notes below. All guesses.

A guess is never silent: what is left out is told with its lines, and a person may say it instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ckanext.sdi.check.cells import is_filled, text_of

Row = Sequence[Any]
Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]
HEAD, HEADER_WITHIN, MOST_HEADER_ROWS = 200, 60, 6
"""So many rows are looked at for the names of the columns, and the names are in the first."""

_NUMBER = re.compile(r"[-+(]?\s*\d[\d.,\s]*\)?%?")
_YEAR = re.compile(r"(19|20)\d\d")
_ORDINAL = re.compile(r"\((\d{1,3})\)|-?(\d{1,3})")


@dataclass
class Header:
    """Where the names of the columns stand; rows are counted from 0, as in the sheet.

    :param names: one for each column of the sheet that is read
    :param are_words: whether they look like names at all
    :param first: the first row with names
    :param last: the last
    :param body: the first row under them
    :param numbers: the row that counts the columns, left out
    :param titles: the rows above that are left out
    """

    names: list[str]
    are_words: bool
    first: int
    last: int
    body: int
    numbers: int | None = None
    titles: list[int] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many rows the names take."""
        return self.last - self.first + 1

    def skipped(
        self, totals: Sequence[int] = (), notes: Sequence[int] = ()
    ) -> list[dict[str, Any]]:
        """What is left out above the records and below them; lines from 1 on.

        :param totals: the lines of totals under the records
        :param notes: those of notes
        """
        lines = {
            "title": [row + 1 for row in self.titles],
            "numbers": [] if self.numbers is None else [self.numbers + 1],
            "total": list(totals),
            "note": list(notes),
        }
        return [{"why": why, "rows": rows} for why, rows in lines.items() if rows]


def find_header(
    rows: Sequence[Row],
    merged: Merged = (),
    *,
    header_row: int | None = None,
    header_rows: int | None = None,
) -> Header | None:
    """Find the names of the columns.

    :param rows: the first rows of a sheet
    :param merged: the ranges of merged cells, both corners, from 0
    :param header_row: the row, from 0, in which they begin; None: to be guessed
    :param header_rows: how many rows they take; None: to be guessed
    :returns: None when there is no table
    """
    grid = _Grid(rows, merged)
    first = _first_row(grid) if header_row is None else header_row
    if first is None or first >= len(rows) or not grid.filled(first):
        return None
    last = first
    if header_row is None and header_rows is None:
        first, last = grid.climbed(first)
    if header_rows:
        last = min(first + header_rows, len(rows)) - 1
    else:
        while last - first + 1 < MOST_HEADER_ROWS and grid.goes_on(first, last):
            last += 1
        if header_row is None and first == last and grid.begins_above(first):
            first -= 1
    body = last + 1
    numbers = None
    if body < len(rows) and is_ordinals(rows[body]):
        numbers, body = body, body + 1
    titles = [row for row in range(first) if grid.filled(row)]
    return Header(grid.names(first, last), grid.is_words(first), first, last, body, numbers, titles)


def _first_row(grid: _Grid) -> int | None:
    counts = [len(grid.filled(row)) for row in range(len(grid.rows))]
    often = [count for count in set(counts) if count and counts.count(count) > 1]
    typical = max(often, default=max(counts, default=0))
    least = min(2, typical)
    wide: int | None = None
    for row in range(min(len(grid.rows), HEADER_WITHIN)):
        if counts[row] < max(least, 1) or len(grid.covered(row)) * 2 < typical:
            continue
        if grid.is_words(row):
            return row
        wide = row if wide is None else wide
    return wide


class _Grid:
    """The first rows of a sheet, its merged cells in mind."""

    def __init__(self, rows: Sequence[Row], merged: Merged) -> None:
        self.rows = rows
        self.merged = merged
        self.width = max((len(row) for row in rows), default=0)

    def filled(self, row: int) -> list[int]:
        """The columns in which something stands."""
        return [place for place, cell in enumerate(self.rows[row]) if is_filled(cell)]

    def covered(self, row: int) -> set[int]:
        """The columns in which something stands, or over which a merged cell reaches."""
        found = set(self.filled(row))
        for (top, left), (bottom, right) in self.merged:
            if top <= row <= bottom and is_filled(self._cell(top, left)):
                found.update(range(left, right + 1))
        return found

    def is_words(self, row: int) -> bool:
        """Whether a row may hold names: words, and years among them."""
        words = False
        for place in self.filled(row):
            value = self.rows[row][place]
            text = text_of(value)[0].strip()
            if not isinstance(value, str) or _NUMBER.fullmatch(text):
                if not _YEAR.fullmatch(text):
                    return False
            else:
                words = True
        return words

    def goes_on(self, first: int, last: int) -> bool:
        """Whether the row after ``last`` holds names too, those under a wider one."""
        below = last + 1
        if below >= len(self.rows) or not self.filled(below):
            return False
        if is_ordinals(self.rows[below]) or not self._may_be_names(below):
            return False
        if any(first <= top <= last and bottom >= below for (top, _), (bottom, _) in self.merged):
            return True
        own = [set(self.filled(row)) for row in range(first, last + 1)]
        named = set[int]().union(*own)
        gaps = set(range(self.width)) - named
        # The name of a group stands at its left end.
        groups = {place for place in own[-1] if place + 1 in gaps} | self._heads(last)
        free = gaps | groups
        fills = set(self.filled(below))
        return bool(fills & gaps) and fills <= free

    def climbed(self, row: int) -> tuple[int, int]:
        """The first and last row of names, where they go down as stairs, as BPS publishes them.

        The first column is named highest, those beside it further down, each in a row of its own.

        :param row: the lowest row of names, or the first record where none looks like names
        """
        last = row if self.is_words(row) else row - 1
        under = self.rows[last + 1] if last + 1 < len(self.rows) else ()
        needed = {place for place, cell in enumerate(under) if is_filled(cell)}
        named = set(self.filled(last)) if last == row else set[int]()
        if needed <= named:
            return row, row
        for above in range(row - 1, -1, -1):
            if not self.filled(above) or not self._may_be_names(above):
                break
            named.update(self.filled(above))
            if needed <= named:
                return above, last
        return row, row

    def _may_be_names(self, row: int) -> bool:
        values = [self.rows[row][place] for place in self.filled(row)]
        years = all(_YEAR.fullmatch(text_of(value)[0]) for value in values)
        return years or self.is_words(row)

    def _heads(self, row: int) -> set[int]:
        return {left for (top, left), (_, right) in self.merged if top == row and right > left}

    def begins_above(self, first: int) -> bool:
        """Whether the row above holds the names of columns and of groups of columns.

        Where cells that were merged are not told, as in ODS.
        """
        above = first - 1
        if above < 0 or len(self.filled(above)) < 2 or not self.is_words(above):
            return False
        return bool(set(self.filled(above)) - set(self.filled(first)))

    def names(self, first: int, last: int) -> list[str]:
        """The name of each column, those of its groups before it."""
        made: list[list[str]] = [[] for _ in range(self.width)]
        for row in range(first, last + 1):
            below = set[int]().union(*(self.filled(one) for one in range(row + 1, last + 1)))
            group = ""
            for place in range(self.width):
                text = " ".join(text_of(self._shown(row, place))[0].split())
                if text:
                    # Over a group its first column has a name of its own.
                    group = text if place in below or row == last else ""
                elif place not in below or self._has_own(first, row, place):
                    group = ""
                name = text or group
                if name and (not made[place] or made[place][-1] != name):
                    made[place].append(name)
        return [" ".join(parts) for parts in made]

    def _has_own(self, first: int, row: int, place: int) -> bool:
        return any(is_filled(self._cell(one, place)) for one in range(first, row))

    def _shown(self, row: int, place: int) -> Any:
        """What is seen in a cell: a merged one shows the same in all its parts."""
        for (top, left), (bottom, right) in self.merged:
            if top <= row <= bottom and left <= place <= right:
                # Down over several rows of names it is one name.
                return self._cell(top, left) if top == row else None
        return self._cell(row, place)

    def _cell(self, row: int, place: int) -> Any:
        cells = self.rows[row] if row < len(self.rows) else ()
        return cells[place] if place < len(cells) else None


def is_ordinals(row: Row) -> bool:
    """Whether a row only counts the columns: (1), (2), …; a spreadsheet makes -1 of (1)."""
    texts = [text_of(value)[0].strip() for value in row if is_filled(value)]
    if len(texts) < 3:
        return False
    found = [_ORDINAL.fullmatch(text) for text in texts]
    if not all(found):
        return False
    numbers = [int(match[1] or match[2]) for match in found if match]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))) or numbers[0] > 1:
        return False
    marked = all(text[0] in "(-" for text in texts[1:])
    return marked or len(numbers) > 3
