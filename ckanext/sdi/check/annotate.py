"""A person's own file with what was found in it: one more column in a CSV, every byte of which
stays as it is; or a workbook with the cells marked and a sheet of tasks.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence

import pyarrow as pa

from ckanext.sdi.check import raw
from ckanext.sdi.check.by_line import ByLine
from ckanext.sdi.check.reader import CsvTable
from ckanext.sdi.check.table import Table
from ckanext.sdi.check.write import neutral
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.catalogue import N_

Translate = Callable[[str], str]
MOST = 20
"""So many findings of a row are told; that there are more is said."""
PIECE = 1 << 16
HEADING = N_("Findings")
MORE = N_("And {n} more in this row.")
OF_FILE = N_("On the whole file: {sentences}")


def told(findings: Sequence[Finding], translate: Translate) -> str:
    """What is wrong in a row, as one text."""
    sentences = [finding.message(translate) for finding in findings[:MOST]]
    if len(findings) > MOST:
        sentences.append(translate(MORE).format(n=len(findings) - MOST))
    return neutral(" ".join(sentences))


def heading(general: Sequence[Finding], translate: Translate) -> str:
    """The head of the column of findings: what must be mended in no row is told there."""
    general = [finding for finding in general if finding.severity != "info"]
    if not general:
        return translate(HEADING)
    sentences = translate(OF_FILE).format(sentences=told(general, translate))
    return f"{translate(HEADING)}. {sentences}"


def annotated_csv(
    table: Table, batches: Iterable[pa.RecordBatch], translate: Translate
) -> Iterator[bytes]:
    """A table as CSV with a column of findings, piece by piece.

    Of a CSV file each byte stays, delimiter and encoding with them; of another kind of table the
    texts are written, and what a spreadsheet would take for a formula is made harmless.

    :param table: as it was opened for the check
    :param batches: what the check found, batches of ``rules.columnar.SCHEMA``
    """
    with ByLine(batches) as found:
        head = heading(found.general, translate)
        if isinstance(table, CsvTable):
            yield from pieces(_own_bytes(table, head, found, translate))
        else:
            yield from pieces(_own_texts(table, head, found, translate))


def pieces(parts: Iterable[bytes]) -> Iterator[bytes]:
    """What comes in small parts, in larger ones."""
    held, size = [], 0
    for part in parts:
        held.append(part)
        size += len(part)
        if size >= PIECE:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


def _own_bytes(table: CsvTable, head: str, found: ByLine, translate: Translate) -> Iterator[bytes]:
    delimiter = table.delimiter

    def added(text: str) -> bytes:
        cell = raw.quoted(text, delimiter, always=True) if text else ""
        # Windows' letters have all that the sentences need, but not all that a name may have.
        return (delimiter + cell).encode(table.encoding, errors="replace")

    with table.path.open("rb") as file:
        above, end = raw.without_end(file.read(table.body).decode(raw.BYTES))
    if table.encoding == "utf-8":
        above = raw.with_mark(above)
    yield above.encode(raw.BYTES) + added(head) + end.encode(raw.BYTES)
    coming = iter(found)
    line, findings = next(coming, (0, []))
    with raw.opened(table.path, table.body) as lines:
        for number, record in enumerate(raw.records(lines, delimiter), table.above + 1):
            if number != line:
                if raw.is_blank(record):
                    yield record.encode(raw.BYTES)
                else:
                    record, end = raw.without_end(record)
                    yield f"{record}{delimiter}{end}".encode(raw.BYTES)
                continue
            record, end = raw.without_end(record)
            record += delimiter * _missing(findings)
            yield record.encode(raw.BYTES) + added(told(findings, translate))
            yield end.encode(raw.BYTES)
            line, findings = next(coming, (0, []))


def _missing(findings: Sequence[Finding]) -> int:
    """The cells that a record lacks, so that the findings stand in their own column."""
    for finding in findings:
        if finding.rule == "table.ragged":
            return max(int(finding.params["expected"]) - int(finding.params["actual"]), 0)
    return 0


def _own_texts(table: Table, head: str, found: ByLine, translate: Translate) -> Iterator[bytes]:
    def line_of(cells: Iterable[str]) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text).writerow([neutral(cell) for cell in cells])
        return text.getvalue().encode()

    yield b"\xef\xbb\xbf" + line_of([*table.header, head])
    coming = iter(found)
    line, findings = next(coming, (0, []))
    for block in table:
        columns = [column.to_pylist() for column in block.columns]
        for number, *cells in zip(block.lines.tolist(), *columns, strict=True):
            # What was found on lines of which no record came is told with the next.
            due: list[Finding] = []
            while line and line <= number:
                due += findings
                line, findings = next(coming, (0, []))
            yield line_of([*cells, told(due, translate) if due else ""])
