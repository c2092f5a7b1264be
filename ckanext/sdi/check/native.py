"""Cells that a file holds as numbers, dates or truth values, beside those that it holds as text.

A column standard says how *text* is to be read. What a file holds as a number needs no reading: it
is written as the standard would have it, so that 12.5 never becomes 125 where a comma is declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from ckanext.sdi.check.block import Block, Places
from ckanext.sdi.check.cells import (
    DATE,
    ERROR,
    NUL,
    NUMBER,
    ROUNDED,
    SHOWN_ERRORS,
    TEXT,
    TRUTH,
)
from ckanext.sdi.rules import Field, Finding
from ckanext.sdi.rules.arrow import pc
from ckanext.sdi.rules.catalogue import get_rule
from ckanext.sdi.rules.judge import shown
from ckanext.sdi.rules.personal_numbers import has_sign
from ckanext.sdi.rules.table import table_finding
from ckanext.sdi.rules.values import write_date

Placed = Sequence[tuple[Field, int | None]]


def as_declared(block: Block, fields: Placed) -> Block:
    """A block whose numbers, dates and truth values are written as their columns declare.

    :param fields: the fields of the standard with their place in the file
    """
    if block.kinds is None:
        return block
    columns = list(block.columns)
    for field, place in fields:
        write = _writing(field)
        if place is None or write is None:
            continue
        kind, made = write
        cells = np.flatnonzero(block.kinds[place] == kind)
        if len(cells):
            texts = columns[place].to_pylist()
            for cell in cells.tolist():
                texts[cell] = made(texts[cell])
            columns[place] = pa.array(texts, pa.string())
    return Block(block.header, columns, block.rows, block.lines, block.kinds)


def _writing(field: Field) -> tuple[int, Callable[[str], str]] | None:
    """How cells of a kind are written in a column; None where they stand as they are."""
    if field.type == "date" and field.date_pattern != "%Y-%m-%d":
        return DATE, lambda text: _dated(field, text)
    if field.type == "number" and field.decimal_char != ".":
        return NUMBER, lambda text: text.replace(".", field.decimal_char)
    if field.type == "boolean":
        words = {"TRUE": field.true_values, "FALSE": field.false_values}
        return TRUTH, lambda text: text if text in words[text] else words[text][0]
    return None


def _dated(field: Field, text: str) -> str:
    try:
        return write_date(field.date_pattern, date.fromisoformat(text))
    except ValueError:
        # A moment, with an hour: no date of the standard's.
        return text


def with_shown_errors(block: Block, missing_values: Sequence[str]) -> Block:
    """A block in which texts such as #REF! are cells that show an error, as they were in the
    spreadsheet that a file was saved from.

    :param missing_values: texts that stand for no value, whatever they look like
    """
    shown = [text for text in SHOWN_ERRORS if text not in missing_values]
    found = {
        place: errors
        for place, texts in enumerate(block.columns)
        if has_sign(texts, ord("#"))
        and (errors := pc.is_in(texts, value_set=pa.array(shown, pa.string()))).true_count
    }
    if not found:
        return block
    columns = list(block.columns)
    plain = np.full(len(block), TEXT, dtype=np.uint8)
    kinds = list(block.kinds) if block.kinds is not None else [plain] * len(columns)
    for place, errors in found.items():
        columns[place] = pc.if_else(errors, "", columns[place])
        kinds[place] = np.where(errors.to_numpy(zero_copy_only=False), ERROR, kinds[place])
    return Block(block.header, columns, block.rows, block.lines, kinds)


def error_cells(block: Block, places: Places, *, but: Sequence[int] = ()) -> Iterator[Finding]:
    """The cells that show an error or had a NUL sign, whether their columns are declared or not.

    :param but: the places of columns that are left out of the rows
    """
    for place, kinds in enumerate(block.kinds or ()):
        if place in but:
            continue
        for cell in np.flatnonzero(kinds >= ERROR).tolist():
            line = int(block.lines[cell])
            finding = table_finding("error_cells")
            if kinds[cell] == NUL:
                finding = table_finding("nul_cell", line=str(line))
            yield finding.at(
                column=block.header[place],
                row=int(block.rows[cell]),
                cell=places.cell(place, line),
            )


class NumberCodes:
    """Codes that a file holds as numbers: told for the column, and for each cell that lost digits.

    :param fields: the fields of the standard with their place in the file
    :param places: where the columns stand in it
    """

    def __init__(self, fields: Placed, places: Places) -> None:
        self._fields = [(f, place) for f, place in fields if f.code and place is not None]
        self._places = places
        self._counts: dict[int, int] = {}

    def see(self, block: Block) -> Iterator[Finding]:
        """Take in a block; gives the cells that lost digits."""
        if block.kinds is None:
            return
        for field, place in self._fields:
            kinds = block.kinds[place]
            count = int(np.isin(kinds, (NUMBER, ROUNDED)).sum())
            self._counts[place] = self._counts.get(place, 0) + count
            for cell in np.flatnonzero(kinds == ROUNDED).tolist():
                yield Finding(
                    rule="kode.digits_lost",
                    severity=get_rule("kode.digits_lost").severity["wajib"],
                    column=field.name,
                    row=int(block.rows[cell]),
                    cell=self._places.cell(place, int(block.lines[cell])),
                    value=shown(field, block.columns[place][cell].as_py()),
                )

    def found(self, header_line: int) -> Iterator[Finding]:
        """The columns that are held as numbers."""
        for field, place in self._fields:
            if self._counts.get(place):
                yield Finding(
                    rule="kode.number",
                    severity=get_rule("kode.number").severity["wajib"],
                    params={"n": str(self._counts[place])},
                    column=field.name,
                    cell=self._places.cell(place, header_line),
                )
