"""A CSV file as blocks of text columns, streamed in flat memory.

A record's line counts blank rows but not line breaks within a cell, as a spreadsheet does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from ckanext.sdi.check.block import Asked, Block, Table, cell_address, layout_findings
from ckanext.sdi.check.sniff import CHUNK, Limits, Unreadable, size_text, sniff, unreadable
from ckanext.sdi.rules.table import table_finding


@dataclass
class CsvTable(Table):
    """A CSV file.

    ``on_row`` is told of each record that does not have the header's number of cells, and of a
    quotation mark that is never closed. ``body`` is where the first record begins, and ``above``
    how many lines stand above it.
    """

    path: Path = Path()
    limits: Limits = field(default_factory=Limits)
    body: int = 0
    above: int = 1
    odd_quotes: bool = False
    short: bool = False

    def __iter__(self) -> Iterator[Block]:
        """The blocks of the file.

        :raises Unreadable: when a record is longer than a block
        """
        if self.body >= self.size:
            return
        numbering = _Numbering(self.above)
        with self.path.open("rb") as file:
            file.seek(self.body)
            try:
                with closing(self._open(_Counted(self, file), numbering)) as batches:
                    for batch in batches:
                        yield from self._blocks(batch, numbering)
            except pa.ArrowInvalid as error:
                if "Empty CSV file" not in str(error):
                    raise self._too_long(numbering) from error
        ragged = numbering.flush()
        if ragged and ragged[-1].swallowed and self.odd_quotes:
            self.rows += 1
            self.on_row(table_finding("quote", cell=cell_address(0, ragged.pop().line)))
        else:
            self._tell_open_quote(numbering)
        self._tell_ragged(ragged)

    def _open(self, file: Any, numbering: _Numbering) -> pa_csv.CSVStreamingReader:
        names = [f"c{place}" for place in range(len(self.header))]
        return pa_csv.open_csv(
            file,
            read_options=pa_csv.ReadOptions(
                use_threads=False,
                # The reader holds dozens of blocks: they are as small as the records let them be.
                block_size=min(self.limits.block, CHUNK) if self.short else self.limits.block,
                column_names=names,
                encoding=self.encoding,
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=self.delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=numbering.skip,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )

    def _blocks(self, batch: pa.RecordBatch, numbering: _Numbering) -> Iterator[Block]:
        if not batch.num_rows:
            return
        lines = numbering.lines(batch.num_rows)
        blank = _blank_rows(batch)
        columns = list(batch.columns)
        if blank.any():
            kept = pa.array(~blank)
            columns = [column.filter(kept) for column in columns]
            numbering.blanks(lines[blank])
            lines = lines[~blank]
        rows = numbering.rows(lines)
        self._tell_ragged(numbering.take_ragged())
        self.blank_rows = numbering.blank_count
        if len(lines):
            numbering.last_columns = columns
            self.rows += len(lines)
            yield Block(self.header, columns, rows, lines)

    def _tell_ragged(self, ragged: list[_Ragged]) -> None:
        for one in ragged:
            self.rows += 1
            self.on_row(
                table_finding(
                    "ragged",
                    row=one.row,
                    cell=cell_address(0, one.line),
                    actual=str(one.actual),
                    expected=str(len(self.header)),
                )
            )

    def _tell_open_quote(self, numbering: _Numbering) -> None:
        """A quotation mark that is never closed swallows the rest of the file into one cell."""
        if not self.odd_quotes or not numbering.last_columns:
            return
        last = numbering.last_columns[-1]
        text = last[len(last) - 1].as_py()
        if "\n" in text or "\r" in text or self._ends_with(f'"{text}'):
            cell = cell_address(len(self.header) - 1, numbering.last)
            self.on_row(table_finding("quote", cell=cell))

    def _ends_with(self, text: str) -> bool:
        tail = text.encode(self.encoding)
        with self.path.open("rb") as file:
            file.seek(max(self.size - len(tail), 0))
            return file.read() == tail

    def _too_long(self, numbering: _Numbering) -> Unreadable:
        return unreadable(
            "record_too_long", line=str(numbering.last + 1), limit=size_text(self.limits.block)
        )


@dataclass
class _Ragged:
    line: int
    actual: int
    swallowed: bool
    row: int = 0


class _Numbering:
    """The lines and numbers of records, those left out included."""

    def __init__(self, above: int) -> None:
        self.above = above
        self.last = above
        self.blank_count = 0
        self.last_columns: list[pa.Array] = []
        self._skipped: deque[_Ragged] = deque()
        self._passed: list[_Ragged] = []
        self._blank_lines = np.empty(0, dtype=np.int64)

    def skip(self, row: pa_csv.InvalidRow) -> str:
        """Told by the reader of a record with the wrong number of cells."""
        # A line of blanks, or the end sign of old systems, is no record.
        text = row.text or ""
        actual = row.actual_columns if text.strip(" \t\x1a") else 0
        self._skipped.append(_Ragged(self.above + row.number, actual, text.count('"') % 2 == 1))
        return "skip"

    def lines(self, count: int) -> np.ndarray:
        """The lines of the next ``count`` records that were not skipped."""
        pieces: list[np.ndarray] = []
        while count:
            self._pass_skipped()
            until = self._skipped[0].line if self._skipped else self.last + count + 1
            taken = min(count, until - self.last - 1)
            pieces.append(np.arange(self.last + 1, self.last + 1 + taken))
            self.last += taken
            count -= taken
        return np.concatenate(pieces)

    def _pass_skipped(self) -> None:
        while self._skipped and self._skipped[0].line == self.last + 1:
            self._passed.append(self._skipped.popleft())
            self.last += 1

    def blanks(self, lines: np.ndarray) -> None:
        """Told of the blank lines of a block, before its rows are numbered."""
        self._blank_lines = lines

    def rows(self, lines: np.ndarray) -> np.ndarray:
        """The numbers of the records on some lines, blank lines not counted."""
        for ragged in self._passed:
            if not ragged.actual:
                self._blank_lines = np.append(self._blank_lines, ragged.line)
        self._blank_lines.sort()
        blank_before = self.blank_count + np.searchsorted(self._blank_lines, lines)
        for ragged in self._passed:
            before = self.blank_count + int(np.searchsorted(self._blank_lines, ragged.line))
            ragged.row = ragged.line - self.above - before
        self.blank_count += len(self._blank_lines)
        self._blank_lines = np.empty(0, dtype=np.int64)
        return lines - self.above - blank_before

    def take_ragged(self) -> list[_Ragged]:
        """The records of the wrong width that were passed since the last call."""
        passed, self._passed = self._passed, []
        return [ragged for ragged in passed if ragged.actual]

    def flush(self) -> list[_Ragged]:
        """The records of the wrong width after the last right one."""
        self._pass_skipped()
        self.rows(np.empty(0, dtype=np.int64))
        return self.take_ragged()


class _Counted:
    """A file that counts what is read of it, for the progress shown to people."""

    def __init__(self, table: CsvTable, file: Any) -> None:
        self._table = table
        self._file = file
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._table.bytes_read += len(data)
        return data

    def close(self) -> None:
        self.closed = True


def _blank_rows(batch: pa.RecordBatch) -> np.ndarray:
    """Which records have no text in any cell."""
    blank = _empty(batch.column(0))
    for column in batch.columns[1:]:
        if not blank.any():
            break
        blank &= _empty(column)
    return blank


def _empty(column: pa.Array) -> np.ndarray:
    offsets = np.frombuffer(column.buffers()[1], dtype=np.int32)
    lengths = np.diff(offsets[column.offset : column.offset + len(column) + 1])
    return lengths == 0


def open_csv(path: Path, limits: Limits, asked: Asked) -> CsvTable:
    """Open a CSV file.

    :raises Unreadable: when it is no such file; ``finding`` says why
    :raises OSError: when it cannot be opened
    """
    sniffed = sniff(path, limits, asked)
    header = sniffed.header
    layout: dict[str, Any] = {
        "format": "csv",
        "encoding": sniffed.encoding,
        "delimiter": sniffed.delimiter,
        "header_row": header.first + 1,
    }
    if header.count > 1:
        layout["header_rows"] = header.count
    if skipped := header.skipped():
        layout["skipped"] = skipped
    warnings = [table_finding("cp1252")] if sniffed.encoding == "cp1252" else []
    return CsvTable(
        header=header.names,
        header_line=header.last + 1,
        size=sniffed.size,
        encoding=sniffed.encoding,
        delimiter=sniffed.delimiter,
        warnings=[*warnings, *layout_findings(layout)],
        layout=layout,
        path=path,
        limits=limits,
        body=sniffed.body,
        above=header.body,
        odd_quotes=sniffed.odd_quotes,
        short=sniffed.short,
    )
