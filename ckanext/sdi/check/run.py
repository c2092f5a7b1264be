"""The check: a file against a column standard, streamed, every bad cell told."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa

from ckanext.sdi.check.ahead import Ahead
from ckanext.sdi.check.block import lines_text
from ckanext.sdi.check.code_columns import CodeColumns
from ckanext.sdi.check.native import NumberCodes, as_declared, error_cells, with_shown_errors
from ckanext.sdi.check.report import BatchSink, Report, Sink
from ckanext.sdi.check.sniff import unreadable
from ckanext.sdi.check.suspects import ColumnJudge, Suspects
from ckanext.sdi.check.table import Block, Limits, Table, joined, open_table
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.check.tail import HELD as HELD_ROWS
from ckanext.sdi.check.tail import odd_lines
from ckanext.sdi.check.unique import Uniqueness
from ckanext.sdi.rules import Field, Finding
from ckanext.sdi.rules.arrow import pc
from ckanext.sdi.rules.columnar import pack, unpack
from ckanext.sdi.rules.header import ignored_columns, judge_header, match_columns
from ckanext.sdi.rules.judge import Dates, told_apart, without_missing
from ckanext.sdi.rules.personal import PersonalColumns, Seen
from ckanext.sdi.rules.table import table_finding
from ckanext.sdi.rules.values import Misread, parse

Progress = Callable[[int, float], None]
Again = Callable[[Table, Sequence[str], Mapping[str, str]], None]
ROWS, BYTES = 40_000, 8 << 20
"""When so much has been read it is looked at together."""
HELD = 50_000
"""So many suspect cells are judged together."""
AHEAD = 2
"""So many pieces of work are in hand or wait while the file is read on: memory is bounded."""
SINGLE = 10_000
"""Findings that come singly and go out together."""


def check_table(
    path: str | Path,
    schema: TableSchema,
    *,
    at: date | None = None,
    limits: Limits | None = None,
    name: str | None = None,
    sink: Sink | None = None,
    batches: BatchSink | None = None,
    progress: Progress | None = None,
    again: Again | None = None,
) -> Report:
    """Check a file.

    :param path: the file
    :param schema: the column standard
    :param at: the date at which codes are judged when the standard names none; None is today
    :param limits: how much the file may ask for
    :param name: what the person's computer calls the file; None: as the path does
    :param sink: is given every finding, in the order found; values are masked already
    :param batches: is given the same many at once, as batches of ``rules.columnar.SCHEMA``: far
        faster where many cells are bad
    :param progress: is told the rows done and the share of the file, after each block
    :param again: is given the table once more when all is found, with the columns that identify
        persons, and of columns of codes the system
    :returns: the report; its counts are exact
    :raises ckanext.sdi.check.reader.Unreadable: when the file is no table
    :raises OSError: when it cannot be opened
    """
    with open_table(path, limits=limits, asked=schema.layout, name=name) as table:
        return check_opened(
            table, schema, at=at, sink=sink, batches=batches, progress=progress, again=again
        )


def check_opened(
    table: Table,
    schema: TableSchema,
    *,
    at: date | None = None,
    sink: Sink | None = None,
    batches: BatchSink | None = None,
    progress: Progress | None = None,
    again: Again | None = None,
) -> Report:
    """Check a table, wherever its rows come from; parameters are those of ``check_table``.

    :raises ckanext.sdi.check.reader.Unreadable: when it turns out to be no table, or has no rows
    """
    with ExitStack() as stack:
        run = _Run(table, schema, at, _Sinks(sink, batches))
        run.prepare(stack)
        run.judge_blocks(stack.enter_context(closing(_gathered(run.table, progress))))
        run.finish()
        if again:
            codes = {
                table.header[one.place]: one.field.code for one in run.judges if one.field.code
            }
            again(table, run.report.personal_columns, codes)
        return run.report


def _gathered(table: Table, progress: Progress | None) -> Generator[list[Block]]:
    """The blocks of a table, so many as are looked at together."""
    held: list[Block] = []
    rows = size = 0
    for block in table:
        held.append(block)
        rows += len(block)
        size += sum(column.nbytes for column in block.columns)
        if rows >= ROWS or size >= BYTES:
            yield held
            held, rows, size = [], 0, 0
        if progress:
            progress(table.rows, table.bytes_read / max(table.size, 1))
    if held:
        yield held


class _Sinks:
    """Where the findings go."""

    def __init__(self, sink: Sink | None, batches: BatchSink | None) -> None:
        self._sink, self._batches = sink, batches
        # Findings that came singly since the last batch.
        self._single: list[Finding] = []

    def one(self, finding: Finding) -> None:
        if self._sink:
            self._sink(finding)
        if self._batches:
            self._single.append(finding)
            if len(self._single) >= SINGLE:
                self.flush()

    def many(self, batch: pa.RecordBatch) -> None:
        if self._sink:
            for finding in unpack(batch):
                self._sink(finding)
        if self._batches:
            self.flush()
            self._batches(batch)

    def flush(self) -> None:
        if self._batches and self._single:
            self._batches(pack(self._single))
            self._single = []


class _Run:
    """One run of the check over one file.

    Threads pick suspects and judge them, and change nothing here; all that goes on over blocks is
    done on the caller's thread, in the order of the file, and so are its callbacks.
    """

    def __init__(self, table: Table, schema: TableSchema, at: date | None, sinks: _Sinks) -> None:
        self.table = table
        self.schema = schema
        self.at = schema.reference_date or at
        self.sinks = sinks
        self.report = Report(
            header=table.header,
            encoding=table.encoding,
            delimiter=table.delimiter,
            layout=table.layout,
        )
        self.places = match_columns(table.header, schema.fields)
        # Fields of the primary key are filled in every row.
        self.fields = [
            replace(field, required=True) if field.name in schema.primary_key else field
            for field in schema.fields
        ]
        by_place: list[Field | None] = [None] * len(table.header)
        for field, place in zip(self.fields, self.places, strict=True):
            if place is not None:
                by_place[place] = field
        found = [
            (field, place)
            for field, place in zip(self.fields, self.places, strict=True)
            if place is not None
        ]
        key_fields = [(field, place) for field, place in found if field.name in schema.primary_key]
        self.judges = [
            ColumnJudge(
                field, place, table.header[place], table.places, schema.missing_values, key_fields
            )
            for field, place in found
        ]
        self.apart = {one.place for one in self.judges}
        # For each block that is not yet judged the suspects of its columns.
        self.held: list[list[Suspects]] = []
        # The last records of a CSV, where totals and notes stand.
        self.tail: list[tuple[int, tuple[str | None, ...]]] = []
        self.personal = PersonalColumns(table.header, by_place)
        self.ignored = ignored_columns(table.header, schema.fields, schema.ignored)
        self.placed = list(zip(self.fields, self.places, strict=True))
        self.codes = CodeColumns(self.placed, table.places)
        self.numbers = NumberCodes(self.placed, table.places)
        self.unique: list[tuple[str, list[tuple[Field, int]], Uniqueness]] = []
        table.on_row = self.tell

    def tell(self, finding: Finding) -> None:
        self.report.add(finding)
        self.sinks.one(finding)

    def prepare(self, stack: ExitStack) -> None:
        """Judge the header, and make ready what goes on over blocks."""
        self.codes.prepare(stack)
        # The tables that codes are looked up in are made once, before threads ask for them.
        self._pick([_no_rows(self.table.header)])
        line = self.table.header_line
        cells = [self.table.places.cell(place, line) for place in range(len(self.table.header))]
        for finding in [
            *self.table.warnings,
            *judge_header(self.table.header, self.schema.fields, cells, self.schema.ignored),
        ]:
            self.tell(finding)
        keys = [("value.unique", [field.name]) for field in self.fields if field.unique]
        if self.schema.primary_key:
            keys.append(("table.primary_key", list(self.schema.primary_key)))
        for rule, names in keys:
            columns = [
                (field, place)
                for name in names
                for field, place in self.placed
                if field.name == name and place is not None
            ]
            if len(columns) == len(names):
                self.unique.append((rule, columns, stack.enter_context(Uniqueness())))

    def _place(self, name: str) -> int | None:
        for field, place in zip(self.fields, self.places, strict=True):
            if field.name == name:
                return place
        return None

    def judge_blocks(self, blocks: Iterator[list[Block]]) -> None:
        """Judge all blocks, some at once, and take in what is found in their order."""
        with closing(Ahead(AHEAD)) as ahead:
            for some in blocks:
                ahead.submit(partial(self._pick, some))
                if self._is_enough():
                    ahead.submit(partial(self._judge, self._taken()))
            ahead.finish()
        if self.held:
            self._judge(self._taken())()

    def _pick(self, blocks: list[Block]) -> Callable[[], None]:
        """Pick the suspects out of some blocks; gives what is to be done in the file's order."""
        block = with_shown_errors(joined(blocks), self.schema.missing_values)
        block = as_declared(block, self.placed)
        dates = self._dates(block)
        picked = [one.pick(block, dates) for one in self.judges]
        keys = [
            [
                told_apart(field, without_missing(block.columns[place], self.schema.missing_values))
                for field, place in columns
            ]
            for _, columns, _ in self.unique
        ]
        seen = self.personal.look(block.columns, self.apart)
        return partial(self._take_in, block, picked, seen, keys)

    def _take_in(
        self, block: Block, picked: list[Suspects], seen: Seen, keys: list[list[pa.Array]]
    ) -> None:
        self.held.append(picked)
        if self.table.layout.get("format") == "csv":
            self.tail = [*self.tail, *_last_rows(block)][-HELD_ROWS:]
        self.personal.add(seen)
        for (_, _, uniqueness), values in zip(self.unique, keys, strict=True):
            uniqueness.add(values, block.rows, block.lines)
        found = (
            self.codes.see(block),
            self.numbers.see(block),
            error_cells(block, self.table.places, but=self.ignored),
        )
        for finding in chain.from_iterable(found):
            self.tell(finding)

    def _is_enough(self) -> bool:
        return sum(len(suspects) for picked in self.held for suspects in picked) >= HELD

    def _taken(self) -> list[list[Suspects]]:
        held, self.held = self.held, []
        return held

    def _judge(self, held: list[list[Suspects]]) -> Callable[[], None]:
        """Judge suspects; gives what is then to be done in the file's order."""
        columns = [Suspects.joined(parts) for parts in zip(*held, strict=True)]
        judged = [one.judge(parts) for one, parts in zip(self.judges, columns, strict=True)]
        seen = self.personal.look_at_suspects(
            [(one.place, parts.texts) for one, parts in zip(self.judges, columns, strict=True)]
        )
        return partial(self._tell_all, judged, seen)

    def _tell_all(self, judged: list[pa.RecordBatch | None], seen: Seen) -> None:
        self.personal.add(seen)
        for batch in judged:
            if batch is not None:
                self.report.add_column(batch)
                self.sinks.many(batch)

    def _dates(self, block: Block) -> Dates:
        """The date at which each row's codes are judged."""
        name = self.schema.reference_column
        place = self._place(name) if name else None
        if name is None or place is None:
            return self.at
        field = self.schema.field(name)
        texts = block.columns[place]
        known = {text: _last_day(field, text) or self.at for text in pc.unique(texts).to_pylist()}
        if len(known) == 1:
            return next(iter(known.values()))
        return [known[text] for text in texts.to_pylist()]

    def finish(self) -> None:
        """What is known at the end of the file."""
        report, table = self.report, self.table
        if not table.rows:
            raise unreadable("header_only")
        for rule, columns, uniqueness in self.unique:
            for finding in self._repeats(rule, [place for _, place in columns], uniqueness):
                self.tell(finding)
        for found in (self.codes, self.numbers):
            for finding in found.found(table.header_line):
                self.tell(finding)
        if odd := odd_lines(self.tail, len(table.header)) if self.tail else []:
            self.tell(table_finding("tail_rows", lines=lines_text(odd)))
        if table.blank_rows:
            self.tell(table_finding("blank_rows", blank=str(table.blank_rows)))
        for column, kind in self.personal.found().items():
            place = table.header.index(column)
            self.tell(
                Finding(
                    rule="data_pribadi.column",
                    severity="warning",
                    column=column,
                    cell=table.places.cell(place, table.header_line),
                    params={"kind": kind},
                )
            )
            report.personal_columns.append(column)
        for column in self.personal.names_alone():
            self.tell(
                Finding(
                    rule="data_pribadi.names",
                    severity="warning",
                    column=column,
                    cell=table.places.cell(table.header.index(column), table.header_line),
                )
            )
        report.rows, report.blank_rows = table.rows, table.blank_rows
        self.sinks.flush()

    def _repeats(
        self, rule: str, places: Sequence[int], uniqueness: Uniqueness
    ) -> Iterator[Finding]:
        column = ", ".join(self.table.header[place] for place in places)
        for repeat in uniqueness.repeats():
            yield Finding(
                rule=rule,
                severity="error",
                column=column,
                row=repeat.row,
                cell=self.table.places.cell(places[0], repeat.line),
                params={"first_cell": self.table.places.cell(places[0], repeat.first_line)},
            )


def _last_day(field: Field, text: str) -> date | None:
    """The last day of what a reference column's cell names."""
    try:
        value = parse(field, text)
    except Misread:
        return None
    if isinstance(value, date):
        return value
    return date(value, 12, 31) if isinstance(value, int) and 1 <= value <= 9999 else None


def _last_rows(block: Block) -> list[tuple[int, tuple[str | None, ...]]]:
    columns = [column[-HELD_ROWS:].to_pylist() for column in block.columns]
    return list(zip(block.lines[-HELD_ROWS:].tolist(), zip(*columns, strict=True), strict=True))


def _no_rows(header: list[str]) -> Block:
    none = np.empty(0, dtype=np.int64)
    return Block(header, [pa.array([], pa.string()) for _ in header], none, none)
