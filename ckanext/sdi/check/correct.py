"""A CSV file in which cells have their suggested values; every other byte stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from ckanext.sdi.check import raw
from ckanext.sdi.check.annotate import pieces
from ckanext.sdi.check.by_line import ByLine, column_of
from ckanext.sdi.check.reader import CsvTable
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.arrow import pc


class UnfittingError(Exception):
    """A suggested value has letters that the file's encoding lacks, or no cell is where it was."""


def with_suggestion(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The findings on cells that have a suggested value."""
    return batch.filter(pc.and_(pc.is_valid(batch.column("suggestion")), _in_cells(batch)))


def _in_cells(batch: pa.RecordBatch) -> pa.Array:
    return pc.and_(pc.is_valid(batch.column("row")), pc.is_valid(batch.column("cell")))


def corrected(table: CsvTable, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    """A CSV file with suggested values, piece by piece.

    :param table: as it was opened for the check
    :param batches: the findings of one rule and column, batches of ``rules.columnar.SCHEMA``
    :raises UnfittingError: when one cannot be put in
    """
    with ByLine(with_suggestion(batch) for batch in batches) as found:
        yield from pieces(_records(table, found))


def _records(table: CsvTable, found: ByLine) -> Iterator[bytes]:
    with table.path.open("rb") as file:
        yield file.read(table.body)
    coming = iter(found)
    line, findings = next(coming, (0, []))
    with raw.opened(table.path, table.body) as lines:
        records = raw.records(lines, table.delimiter)
        for number, record in enumerate(records, table.above + 1):
            if number == line:
                record = _mended(table, record, findings)
                line, findings = next(coming, (0, []))
            yield record.encode(raw.BYTES)
    if line:
        raise UnfittingError(line)


def _mended(table: CsvTable, record: str, findings: list[Finding]) -> str:
    record, end = raw.without_end(record)
    cells = raw.cells(record, table.delimiter)
    for finding in findings:
        place = column_of(finding)
        if place is None or place >= len(cells):
            raise UnfittingError(finding.cell)
        was_quoted = cells[place].startswith('"')
        cell = raw.quoted(finding.suggestion or "", table.delimiter, always=was_quoted)
        try:
            cells[place] = cell.encode(table.encoding).decode(raw.BYTES)
        except UnicodeEncodeError as error:
            raise UnfittingError(finding.cell) from error
    return table.delimiter.join(cells) + end
