"""Records that a call sends, judged as the rows of a file are: by the same engine, at once."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from operator import itemgetter
from types import NoneType
from typing import Any

import numpy as np
import pyarrow as pa

from ckanext.sdi.check.block import Block, NumberedPlaces
from ckanext.sdi.check.cells import NUMBER, ROUNDED, TEXT, TRUTH, plain_floats, text_of
from ckanext.sdi.check.convert import typed_columns
from ckanext.sdi.check.native import as_declared
from ckanext.sdi.check.run import check_opened
from ckanext.sdi.check.table import Limits, Table
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.rules import Field, Finding
from ckanext.sdi.rules.arrow import pc
from ckanext.sdi.rules.catalogue import get_rule
from ckanext.sdi.rules.judge import judge_column, shown
from ckanext.sdi.rules.table import table_finding

Record = Mapping[str, Any]
Cell = tuple[str | None, int]
"""A cell's text, None for none, and what it is (see ``cells``)."""
ID = "_id"
"""What the DataStore calls the number of a row."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Stored:
    """What the table has of the rows that records mean.

    :param ids: for each record the number of its row, None where there is none yet
    :param cells: by record, the cells of its row
    :param missed: the records that mean a row which is not there
    :param new: every record makes a row, whose number no record says
    """

    ids: Sequence[int | None]
    cells: Mapping[int, Mapping[str, Cell]] = field(default_factory=dict)
    missed: Collection[int] = ()
    new: bool = False


class Posted:
    """The records of a call.

    :param records: as JSON gives them; what a record does not name stays as it is stored
    :param schema: the column standard
    """

    def __init__(self, records: Sequence[Record], schema: TableSchema) -> None:
        self.records = records
        self.schema = schema
        self._given = _taken(records, [one.name for one in schema.fields])
        self._columns: dict[str, tuple[pa.Array, np.ndarray]] = {}
        self._empty = schema.missing_values[0] if schema.missing_values else ""

    def judge(self, stored: Stored, *, at: date | None, longest: int) -> list[Finding]:
        """All that is wrong, by record; a record's ``row`` is its place in the call, from 1.

        :param at: the date at which codes are judged where the standard names none
        :param longest: the most bytes of a cell
        """
        found = [*self._of_records(stored), *self._of_values(longest)]
        block = self._block(stored.cells)
        check_opened(_Posted(block), self.schema, at=at, sink=found.append)
        wrong = [
            one.at(cell=None)
            for one in found
            if one.severity == "error" and not self._is_elsewhere(one, stored)
        ]
        return sorted(wrong, key=lambda one: one.row or 0)

    def keys(
        self, names: Sequence[str], cells: Mapping[int, Mapping[str, Cell]] | None = None
    ) -> list[list[Any]]:
        """The typed values of some columns, None where a cell has none or is wrong.

        :param cells: what is stored of the rows that records mean
        """
        lines = np.arange(1, len(self.records) + 1)
        typed = []
        for name in names:
            column = self.schema.field(name)
            texts, kinds = self._column(column, cells or {})
            block = as_declared(Block([name], [texts], lines, lines, [kinds]), [(column, 0)])
            judged = judge_column(
                column, block.columns[0], missing_values=self.schema.missing_values
            )
            typed.append(judged.typed.to_pylist())
        return typed

    def _is_elsewhere(self, finding: Finding, stored: Stored) -> bool:
        """Whether a finding is on a cell that a record leaves to a row which is not there."""
        index = (finding.row or 1) - 1
        return (
            index in stored.missed
            and finding.rule != "table.key_unknown"
            and finding.column not in self.records[index]
        )

    def typed(self) -> list[dict[str, Any]]:
        """The records as they are to be written: the values as a file's would be loaded.

        :raises ValueError: when a value is none of its column's type: they were not judged
        """
        block = self._block({})
        made = [dict(record) for record in self.records]
        for one, texts, typed in zip(
            self.schema.fields, block.columns, typed_columns(block, self.schema), strict=True
        ):
            if self._given[one.name].is_written(texts, typed):
                continue
            for record, value in zip(made, typed.to_pylist(), strict=True):
                if one.name in record:
                    record[one.name] = value
        return made

    def _of_records(self, stored: Stored) -> Iterator[Finding]:
        declared = {one.name for one in self.schema.fields}
        if not stored.new:
            declared.add(ID)
        if not declared.issuperset(chain.from_iterable(self.records)):
            for row, record in enumerate(self.records, start=1):
                for name in sorted(map(str, record.keys() - declared)):
                    yield table_finding("column_unknown", row=row, column=name)
        for index in sorted(stored.missed):
            key = ID if ID in self.records[index] else ", ".join(self.schema.primary_key)
            yield table_finding("key_unknown", row=index + 1, column=key)

    def _of_values(self, longest: int) -> Iterator[Finding]:
        for one in self.schema.fields:
            given = self._given[one.name]
            if str in given.types and not given.are_fit(longest):
                for row, value in enumerate(given.values, start=1):
                    if isinstance(value, str):
                        yield from _of_text(one, value, row, longest)
            if given.types & {dict, list} or (one.code and not given.types <= {str, NoneType}):
                for row, value in enumerate(given.values, start=1):
                    yield from _of_other(one, value, row)

    def _block(self, stored: Mapping[int, Mapping[str, Cell]]) -> Block:
        columns, kinds = [], []
        for one in self.schema.fields:
            texts, kind = self._column(one, stored)
            columns.append(texts)
            kinds.append(kind)
        lines = np.arange(1, len(self.records) + 1)
        return Block([one.name for one in self.schema.fields], columns, lines, lines, kinds)

    def _column(
        self, column: Field, stored: Mapping[int, Mapping[str, Cell]]
    ) -> tuple[pa.Array, np.ndarray]:
        """The cells of a column, and what they are; of rows that are stored, all of them."""
        name = column.name
        kept = [index for index in stored if name not in self.records[index]]
        if not kept and name in self._columns:
            return self._columns[name]
        given = self._given[name]
        if kept:
            values = list(given.values)
            for index in kept:
                values[index] = _Kept(*stored[index][name])
            given = _Given(values, given.types | {_Kept})
        texts, kinds = _cells(given)
        if column.code:
            # Numbers among codes are told one by one, not as what a spreadsheet did.
            kinds = np.full(len(texts), TEXT, dtype=np.uint8)
        made = texts.fill_null(self._empty), kinds
        if not kept:
            self._columns[name] = made
        return made


@dataclass(frozen=True)
class _Given:
    """What the records say in a column, None where they say nothing, and which types that is."""

    values: Sequence[Any]
    types: set[type]

    def is_written(self, texts: pa.Array, typed: pa.Array) -> bool:
        """Whether the database takes for ``typed`` just what was sent."""
        if self.types == {int}:
            return pa.types.is_integer(typed.type) and not typed.null_count
        is_plain = self.types == {str} and typed.type in (pa.string(), pa.date32())
        return is_plain and typed.cast(pa.string()).equals(texts)

    def are_fit(self, longest: int) -> bool:
        """Whether the texts can be stored and none is too long, looked at at once."""
        texts = self.values
        if self.types != {str}:
            texts = [one for one in self.values if isinstance(one, str)]
        whole = "".join(texts)
        is_storable = "\0" not in whole and (whole.isascii() or not _UNSTORABLE.search(whole))
        # No sign takes more than four bytes.
        return is_storable and max(map(len, texts)) * 4 <= longest


def _taken(records: Sequence[Record], names: Sequence[str]) -> dict[str, _Given]:
    """The values of each column, in one pass: each record is in memory once."""
    rows: list[Sequence[Any]]
    try:
        # With a last one that is not looked at: of one alone it gives no tuple.
        rows = list(map(itemgetter(*names, names[-1]), records))
    except KeyError:
        rows = [[record.get(name) for name in names] for record in records]
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return {
        name: _Given(values, set(map(type, values)))
        for name, values in zip(names, columns, strict=False)
    }


def _cells(given: _Given) -> tuple[pa.Array, np.ndarray]:
    """Values as texts, null for none, and what they are."""
    values, types = given.values, given.types - {NoneType}
    if given.types == {float} and (texts := plain_floats(values)) is not None:
        return pa.array(texts, pa.string()), np.full(len(texts), NUMBER, dtype=np.uint8)
    if types <= {str} or types == {int}:
        # UnicodeEncodeError and OverflowError: what cannot be stored, one by one.
        with contextlib.suppress(UnicodeEncodeError, OverflowError):
            made = pa.array(values, pa.int64() if int in types else pa.string())
            kind = NUMBER if int in types else TEXT
            kinds = np.where(pc.is_valid(made).to_numpy(zero_copy_only=False), kind, TEXT)
            if kind == NUMBER or not pc.any(pc.match_substring(made, "\0")).as_py():
                return made.cast(pa.string()), kinds.astype(np.uint8)
    pairs = [_pair(value) for value in values]
    kinds = np.fromiter((kind for _, kind in pairs), np.uint8, len(pairs))
    return pa.array([text for text, _ in pairs], pa.string()), kinds


@dataclass(frozen=True)
class _Kept:
    """A cell of the row as it is stored."""

    text: str | None
    kind: int


def _pair(value: Any) -> Cell:
    if value is None or isinstance(value, (dict, list)):
        return None, TEXT
    if isinstance(value, _Kept):
        return value.text, value.kind
    text, kind = text_of(value)
    return _UNSTORABLE.sub("", text), kind


def _of_text(column: Field, text: str, row: int, longest: int) -> Iterator[Finding]:
    if _UNSTORABLE.search(text):
        yield table_finding("nul_cell", row=row, column=column.name, line=str(row))
    # No sign takes more than four bytes.
    if len(text) * 4 > longest and len(text.encode(errors="replace")) > longest:
        limit = f"{longest >> 20} MB"
        yield table_finding(
            "cell_too_long", row=row, column=column.name, line=str(row), limit=limit
        )


def _of_other(column: Field, value: Any, row: int) -> Iterator[Finding]:
    if isinstance(value, (dict, list)):
        yield table_finding(
            "nested", row=row, column=column.name, name=column.name, record=str(row)
        )
    elif column.code:
        text, kind = text_of(value)
        if kind in (NUMBER, ROUNDED, TRUTH):
            yield Finding(
                rule="kode.json_number",
                severity=get_rule("kode.json_number").severity["wajib"],
                column=column.name,
                row=row,
                value=shown(column, text),
            )


class _Posted(Table):
    """The records as a table of one block."""

    def __init__(self, block: Block) -> None:
        super().__init__(
            header=block.header, header_line=0, size=len(block), places=NumberedPlaces()
        )
        self._block = block

    def __iter__(self) -> Iterator[Block]:
        self.rows = len(self._block)
        yield self._block


def judge_alone(records: Sequence[Record], schema: TableSchema) -> list[Finding]:
    """What is wrong with records that are sent for an empty table."""
    missed = [index for index, record in enumerate(records) if ID in record]
    posted = Posted(records, schema)
    return posted.judge(
        Stored([None] * len(records), missed=missed), at=None, longest=Limits().block
    )
