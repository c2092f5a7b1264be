"""All findings of a check in a Parquet file, task by task and in the order of the rows, and beside
it the rows that they are about: a page of either is read without the rest.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ckanext.sdi.check.block import Table
from ckanext.sdi.check.pieces import Pieces
from ckanext.sdi.check.report import Place
from ckanext.sdi.codes import mask_column
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.arrow import pc
from ckanext.sdi.rules.columnar import SCHEMA, unpack
from ckanext.sdi.rules.finding import SEVERITIES
from ckanext.sdi.rules.mask import DOT
from ckanext.sdi.rules.personal_names import points_to

GROUP = 8192
"""So many findings are read at least, for one of them."""
BUCKET = 1 << 18
"""Rows that are sorted together."""
LONG = 7
"""So many signs a person's number has, though damaged; a count has fewer."""
ROW_CELLS = 40_000
"""So many cells of the rows are read at least, for one of them."""
_TASKS = b"sdi.tasks"


@dataclass(frozen=True)
class _Key:
    rule: str
    column: str
    severity: str
    bucket: int


class Keeper:
    """Takes the findings of a check; a sink for ``check_table``."""

    def __init__(self, path: Path, rows_path: Path, pieces: Pieces[_Key]) -> None:
        self._path, self._rows_path = path, rows_path
        self._pieces = pieces
        # For each row of the file whether something is wrong in it.
        self._bad = np.zeros(1, dtype=bool)
        # For each task how many of its cells have a suggested value.
        self._suggested: dict[Place, int] = {}

    def __call__(self, batch: pa.RecordBatch) -> None:
        """Take a batch of ``rules.columnar.SCHEMA``."""
        rows = pc.fill_null(batch.column("row"), 0).to_numpy()
        last = int(rows.max(initial=0))
        if last >= len(self._bad):
            more = np.zeros(max(last + 1, 2 * len(self._bad)) - len(self._bad), dtype=bool)
            self._bad = np.concatenate([self._bad, more])
        self._bad[rows] = True
        kinds = pc.binary_join_element_wise(
            batch.column("rule"), pc.fill_null(batch.column("column"), ""), "\0"
        ).dictionary_encode()
        codes = kinds.indices.to_numpy().astype(np.int64) << 40 | rows // BUCKET
        order = np.argsort(codes, kind="stable")
        starts = np.flatnonzero(np.diff(codes[order], prepend=-1)).tolist()
        for start, end in pairwise([*starts, len(order)]):
            piece = batch.take(pa.array(order[start:end]))
            key = _Key(
                piece.column("rule")[0].as_py(),
                piece.column("column")[0].as_py() or "",
                piece.column("severity")[0].as_py(),
                int(codes[order[start]] & (1 << 40) - 1),
            )
            self._pieces.add(key, piece)
            place = (key.rule, key.column)
            self._suggested[place] = self._suggested.get(place, 0) + _suggested(piece).sum()

    def keep_rows(self, table: Table, hidden: Collection[str], codes: Mapping[str, str]) -> None:
        """Write the rows in which something is wrong.

        :param table: is read once more
        :param hidden: the columns that identify persons: they are left out
        :param codes: of columns of codes the system: their values are masked as its are
        """
        self._bad[0] = False
        if not self._bad.any():
            return
        shown = [place for place, name in enumerate(table.header) if name not in hidden]
        schema = _rows_schema(table, shown)
        again = replace(table, rows=0, blank_rows=0, on_row=_nobody)
        last = int(np.flatnonzero(self._bad)[-1])
        # Statistics of the numbers of the rows, by which they are found.
        statistics: Any = ["row"]
        with pq.ParquetWriter(
            self._rows_path, schema, compression="zstd", write_statistics=statistics
        ) as writer:
            for block in again:
                if block.first_row > last:
                    break
                known = np.minimum(block.rows, len(self._bad) - 1)
                bad = self._bad[known] & (known == block.rows)
                if not bad.any():
                    continue
                chosen = pa.array(bad)
                columns = [
                    _masked(block.columns[place].filter(chosen), table.header[place], codes)
                    for place in shown
                ]
                rows = pa.Table.from_arrays([pa.array(block.rows[bad]), *columns], schema=schema)
                writer.write_table(rows, max(ROW_CELLS // len(schema), 100))

    def write(self) -> None:
        """Write the findings."""
        keys = sorted(self._pieces.counts, key=self._rank())
        tasks: dict[Place, int] = {}
        for key in keys:
            place = (key.rule, key.column)
            tasks[place] = tasks.get(place, 0) + self._pieces.counts[key]
        told = json.dumps(
            [[*place, count, int(self._suggested[place])] for place, count in tasks.items()]
        )
        schema = SCHEMA.with_metadata({_TASKS: told.encode()})
        with pq.ParquetWriter(
            self._path, schema, compression="zstd", write_statistics=False
        ) as writer:
            held: list[pa.RecordBatch] = []
            for key in keys:
                held += _sorted(list(self._pieces.take(key)))
                if sum(batch.num_rows for batch in held) >= GROUP:
                    writer.write_table(_table(held, schema), GROUP)
                    held = []
            if held:
                writer.write_table(_table(held, schema), GROUP)

    def _rank(self) -> Any:
        came: dict[Place, int] = {}
        for key in self._pieces.counts:
            came.setdefault((key.rule, key.column), len(came))

        def rank(key: _Key) -> tuple[int, int, int]:
            return SEVERITIES.index(key.severity), came[key.rule, key.column], key.bucket

        return rank


def _masked(texts: pa.Array, name: str, codes: Mapping[str, str]) -> pa.Array:
    """What may be kept of a column in which no value of a person was found: damaged ones may be."""
    if name in codes:
        return mask_column(codes[name], texts)
    if points_to(name) is None:
        return texts
    return pc.if_else(pc.less(pc.utf8_length(texts), LONG), texts, DOT * 3)


def _nobody(finding: Finding) -> None:
    """Nobody is told anew of what is wrong with a record."""


def _rows_schema(table: Table, shown: Sequence[int]) -> pa.Schema:
    fields = [pa.field("row", pa.int64()), *(pa.field(f"c{place}", pa.string()) for place in shown)]
    told = {"header": table.header, "columns": list(table.places.columns or ())}
    return pa.schema(fields, {b"sdi.table": json.dumps(told).encode()})


def _table(batches: Sequence[pa.RecordBatch], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_batches(batches, SCHEMA).replace_schema_metadata(schema.metadata)


def _sorted(batches: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
    """Findings of one task in the order of their rows; mostly they came so."""
    table = pa.Table.from_batches(batches, SCHEMA)
    rows = pc.fill_null(table["row"], 0).to_numpy()
    if (np.diff(rows) >= 0).all():
        return batches
    return table.take(pa.array(np.argsort(rows, kind="stable"))).combine_chunks().to_batches()


@contextmanager
def keeper(path: Path, rows_path: Path) -> Iterator[Keeper]:
    """Keep what a check finds.

    :param path: the findings; they are there at the end, when nothing went wrong
    :param rows_path: the rows, where ``keep_rows`` was asked for them
    """
    with ExitStack() as stack:
        keeping = Keeper(path, rows_path, stack.enter_context(Pieces(SCHEMA)))
        yield keeping
        keeping.write()


def read_page(path: Path, place: Place | None, offset: int, limit: int) -> list[Finding]:
    """Some findings, of all tasks or of one.

    :param place: the rule and column of the task
    :raises FileNotFoundError: when there is no such file
    """
    with pq.ParquetFile(path) as file:
        first, count = 0, file.metadata.num_rows
        if place is not None:
            first, count = _range_of(file, place)
        limit = max(min(limit, count - offset), 0)
        return [one for batch in _window(file, first + offset, limit) for one in unpack(batch)]


def tasks_in(path: Path) -> dict[Place, int]:
    """The number of findings of each rule and column.

    :raises FileNotFoundError: when there is no such file
    """
    with pq.ParquetFile(path) as file:
        return {(rule, column): count for rule, column, count, _ in _told(file, _TASKS)}


def read_task(
    path: Path, place: Place | None, columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """All findings of one task, or of all, some thousands at a time.

    :param columns: only these columns of ``rules.columnar.SCHEMA``
    :raises FileNotFoundError: when there is no such file
    """
    with pq.ParquetFile(path) as file:
        first, count = (0, file.metadata.num_rows) if place is None else _range_of(file, place)
        yield from _window(file, first, count, columns)


def read_suggestions(
    path: Path, place: Place, offset: int, limit: int
) -> tuple[int, list[Finding]]:
    """How many findings on cells of a task have a suggested value, and some of them.

    :raises FileNotFoundError: when there is no such file
    """
    with pq.ParquetFile(path) as file:
        counts = [(n, has) for *one, n, has in _told(file, _TASKS) if tuple(one) == place]
    count, suggested = counts[0] if counts else (0, 0)
    if count == suggested:
        return count, read_page(path, place, offset, limit)
    has = [_suggested(batch) for batch in read_task(path, place, ["row", "suggestion"])]
    places = np.flatnonzero(np.concatenate(has))
    wanted = places[offset : offset + limit]
    if not len(wanted):
        return suggested, []
    first = int(wanted[0])
    found = read_page(path, place, first, int(wanted[-1]) - first + 1)
    return suggested, [found[one] for one in (wanted - first).tolist()]


def _suggested(batch: pa.RecordBatch) -> np.ndarray:
    """Which findings are on cells with a suggested value."""
    both = pc.and_(pc.is_valid(batch.column("row")), pc.is_valid(batch.column("suggestion")))
    return both.to_numpy(zero_copy_only=False)


def _range_of(file: pq.ParquetFile, place: Place) -> tuple[int, int]:
    first = 0
    for rule, column, count, _ in _told(file, _TASKS):
        if (rule, column) == place:
            return first, count
        first += count
    return first, 0


def _told(file: pq.ParquetFile, key: bytes) -> Any:
    return json.loads((file.schema_arrow.metadata or {})[key])


def _window(
    file: pq.ParquetFile, offset: int, limit: int, columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Some rows of a file, by their places in it."""
    start, end = 0, offset + limit
    for group in range(file.metadata.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        if start < end and start + rows > offset:
            table = file.read_row_group(group, columns=columns, use_threads=False)
            skipped = max(offset - start, 0)
            table = table.slice(skipped, min(end - start, rows) - skipped)
            yield from table.combine_chunks().to_batches()
        start += rows


@dataclass(frozen=True)
class Rows:
    """Some rows of a person's file.

    :param header: the names of the columns
    :param places: for each column its number in the sheet, from 0
    :param cells: by row number the texts; None for a column that identifies persons
    """

    header: list[str]
    places: list[int]
    cells: dict[int, list[str | None]]


def read_rows(path: Path, wanted: Collection[int]) -> Rows:
    """The rows of these numbers, as far as they were kept.

    :raises FileNotFoundError: when there is no such file
    """
    with pq.ParquetFile(path) as file:
        told = _told(file, b"sdi.table")
        header, places = told["header"], told["columns"] or list(range(len(told["header"])))
        cells: dict[int, list[str | None]] = {}
        numbers = pa.array(sorted(wanted), pa.int64())
        for group in range(file.metadata.num_row_groups):
            among = file.metadata.row_group(group).column(0).statistics
            if not any(among.min <= number <= among.max for number in wanted):
                continue
            table = file.read_row_group(group, use_threads=False)
            table = table.filter(pc.is_in(table["row"], numbers))
            for row in table.to_pylist():
                cells[row["row"]] = [row.get(f"c{place}") for place in range(len(header))]
    return Rows(header, places, cells)
