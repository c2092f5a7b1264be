"""Some records of a table, and the table that they come from, whatever kind of file it is.

Each record knows its number (``row``, 1 for the first under the header, blank rows not counted) and
its line as the person's own program shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.arrow import pc
from ckanext.sdi.rules.table import table_finding


def cell_address(column: int, line: int) -> str:
    """A cell's address in a spreadsheet: column 0 and line 18 are ``A18``."""
    return f"{column_letters(column)}{line}"


def column_letters(column: int) -> str:
    """What a spreadsheet calls a column: 0 is ``A``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def lines_text(rows: Sequence[int]) -> str:
    """Lines as people write them: 1–3, 5."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    texts = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
    return ", ".join(texts[:10]) + (", …" if len(texts) > 10 else "")


def layout_findings(layout: Mapping[str, Any]) -> Iterator[Finding]:
    """What was taken for the names of the columns, and what was left out, as findings."""
    rows = layout.get("header_rows", 1)
    if rows > 1:
        first = layout["header_row"]
        yield table_finding("header_rows", first=str(first), last=str(first + rows - 1))
    for one in layout.get("skipped", ()):
        yield table_finding(f"{one['why']}_rows", lines=lines_text(one["rows"]))


@dataclass(frozen=True)
class Places:
    """Where the columns of a table stand in the person's own file.

    :param columns: for each column its number in the sheet; None when they are counted from 0
    :param sheet: the sheet's name, where the file has several
    """

    columns: Sequence[int] | None = None
    sheet: str | None = None

    def cell(self, place: int, line: int) -> str:
        """The address of a cell; that of the column where names stand in no line, as in JSON."""
        return f"{self._column(place)}{line or ''}"

    def cells(self, place: int, lines: np.ndarray) -> pa.Array:
        """The addresses of the cells of a column on some lines."""
        texts = pa.array(lines).cast(pa.string())
        return pc.binary_join_element_wise(self._column(place), texts, "")

    def _column(self, place: int) -> str:
        letters = column_letters(self.columns[place] if self.columns else place)
        return f"{self.sheet}!{letters}" if self.sheet else letters


@dataclass(frozen=True)
class NumberedPlaces(Places):
    """Where cells stand in what is no file: their row's number tells it.

    :param mark: what stands before the number
    """

    mark: str = "#"

    def cell(self, place: int, line: int) -> str:
        """The row as people call it; nothing where names stand in no row."""
        return f"{self.mark}{line}" if line else ""

    def cells(self, place: int, lines: np.ndarray) -> pa.Array:
        """The rows of the cells of a column."""
        return pc.binary_join_element_wise(self.mark, pa.array(lines).cast(pa.string()), "")


@dataclass(frozen=True)
class Asked:
    """What a person says of the layout of a file; what is None is guessed.

    :param sheet: the name of the sheet
    :param header_row: the line in which the names of the columns begin
    :param header_rows: how many lines they take
    :param last_row: the line of the last record
    """

    sheet: str | None = None
    header_row: int | None = None
    header_rows: int | None = None
    last_row: int | None = None


@dataclass(frozen=True)
class Block:
    """Some records: their texts by column, and where they stand.

    :param header: the names of the columns, as they stand in the file
    :param columns: one array of strings for each column of the header
    :param rows: for each record its number
    :param lines: for each record its line as a spreadsheet shows it
    :param kinds: for each column what its cells are (see ``cells``), where the file tells
        numbers and dates from texts
    """

    header: list[str]
    columns: list[pa.Array]
    rows: np.ndarray
    lines: np.ndarray
    kinds: list[np.ndarray] | None = None

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def first_row(self) -> int:
        """The number of the first record."""
        return int(self.rows[0])


def joined(blocks: Sequence[Block]) -> Block:
    """Blocks that follow each other, as one."""
    if len(blocks) == 1:
        return blocks[0]
    kinds = [one.kinds for one in blocks if one.kinds is not None]
    return Block(
        blocks[0].header,
        [pa.concat_arrays(parts) for parts in zip(*(one.columns for one in blocks), strict=True)],
        np.concatenate([one.rows for one in blocks]),
        np.concatenate([one.lines for one in blocks]),
        [np.concatenate(parts) for parts in zip(*kinds, strict=True)] if kinds else None,
    )


@dataclass
class Table:
    """An opened file; iterate it once for its blocks, and close it (it is a context manager).

    :param header: the names of the columns
    :param header_line: the line that they stand in, the last of several
    :param layout: how the file was read, guesses included, as JSON can hold it
    :param warnings: what is known of the file when it is opened
    :param on_row: told of each record that is in no block although it counts in ``rows``
    """

    header: list[str]
    header_line: int
    size: int
    encoding: str = ""
    delimiter: str = ""
    places: Places = field(default_factory=Places)
    layout: dict[str, Any] = field(default_factory=dict)
    warnings: list[Finding] = field(default_factory=list)
    on_row: Callable[[Finding], None] = lambda finding: None
    rows: int = 0
    blank_rows: int = 0
    bytes_read: int = 0
    held: ExitStack = field(default_factory=ExitStack)

    def __iter__(self) -> Iterator[Block]:
        """The blocks of the file.

        :raises ckanext.sdi.check.sniff.Unreadable: when it turns out to be no table
        """
        raise NotImplementedError

    def __enter__(self) -> Table:
        return self

    def __exit__(self, *exception: object) -> None:
        self.held.close()
