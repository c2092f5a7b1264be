"""A table as a workbook: the cells with findings marked, the findings beside them, and a sheet of
tasks. Each cell stands at the address that the report names.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

from ckanext.sdi.check import sheet
from ckanext.sdi.check.annotate import Translate, heading, told
from ckanext.sdi.check.apart import SpooledTable
from ckanext.sdi.check.by_line import ByLine, column_of
from ckanext.sdi.check.own_rows import OtherBuildError
from ckanext.sdi.check.own_workbook import Note, OwnWorkbook
from ckanext.sdi.check.reader import CsvTable
from ckanext.sdi.check.table import Table
from ckanext.sdi.check.tasks import Task, number
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.catalogue import N_

DATA, TASKS = N_("Data"), N_("Tasks")
SEVERITIES = {
    "error": N_("Must be mended"),
    "warning": N_("Should be looked at"),
    "info": N_("For your information"),
}
HEADINGS = (
    N_("Weight"),
    N_("What is wrong"),
    N_("Column"),
    N_("How often"),
    N_("First cell"),
    N_("How to mend it"),
)
TOO_MANY_ROWS = N_(
    "The table reaches to row {last}, and a sheet holds no more than {most}. Take the annotated"
    " file as CSV instead."
)
TOO_LARGE = N_("The table is too large for one sheet. Take the annotated file as CSV instead.")
ANEW = N_(
    "This workbook was written anew: the values are those of your file, its formats, formulas and"
    " pictures are not in it. They stay in a workbook that is saved as XLSX or XLSM."
)
# Names of sheets are no longer, and have none of these signs.
_NAME, _NO_SIGNS = 31, str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


class NoSheetError(Exception):
    """The table does not fit a sheet; the text says why, in the reader's language."""


def require_fits(table: Table, rows: int, blank_rows: int, translate: Translate) -> None:
    """Refuse what a sheet does not hold.

    :param rows: how many records the check found, and ``blank_rows`` how many blank ones
    :raises NoSheetError: then
    """
    if isinstance(table, SpooledTable) and table.kind == "XLSX":
        # Its rows are in a sheet already.
        return
    last = table.header_line + rows + blank_rows
    if last > sheet.MOST_ROWS:
        raise NoSheetError(
            translate(TOO_MANY_ROWS).format(
                last=number(last, translate), most=number(sheet.MOST_ROWS, translate)
            )
        )
    if 2 * table.size + rows * len(table.header) * sheet.BYTES_OF_CELL > sheet.MOST_BYTES:
        raise NoSheetError(translate(TOO_LARGE))


def annotated_sheet(
    table: Table,
    batches: Iterable[pa.RecordBatch],
    tasks: Sequence[Task],
    translate: Translate,
) -> tuple[str, Iterator[bytes]]:
    """A table as a workbook, piece by piece: the person's own where the table is from one.

    :param table: as it was opened for the check
    :param batches: what the check found, batches of ``rules.columnar.SCHEMA``
    :param tasks: the same as tasks
    :returns: what the name of its file must end with, and the pieces
    """
    own = own_workbook(table, tasks, translate)
    pieces = _pieces(own, table, batches, tasks, translate)
    return own.ending if own else "xlsx", pieces


def _pieces(
    own: OwnWorkbook | None,
    table: Table,
    batches: Iterable[pa.RecordBatch],
    tasks: Sequence[Task],
    translate: Translate,
) -> Iterator[bytes]:
    name = _sheet_name(table.layout.get("sheet") or translate(DATA))
    last = max(table.places.columns or (len(table.header) - 1,)) + 1
    with ByLine(batches) as found:
        if own:
            with own:
                yield from own.written(_notes(found, table.header_line, translate))
            return
        rows = _csv_rows(table) if isinstance(table, CsvTable) else _block_rows(table)
        data = sheet.Sheet(
            name,
            _marked(rows, found, table.header_line, last, translate),
            widths={last: 80},
            frozen=table.header_line,
        )
        notes = [translate(ANEW)] if isinstance(table, SpooledTable) and table.is_workbook else []
        yield from sheet.written([data, _task_sheet(tasks, name, translate, notes)])


def own_workbook(table: Table, tasks: Sequence[Task], translate: Translate) -> OwnWorkbook | None:
    """The workbook that a table is from, where it is one that can be edited."""
    if not isinstance(table, SpooledTable) or table.kind != "XLSX":
        return None
    name = table.layout["sheet"]
    try:
        return OwnWorkbook(table.source, name, _task_sheet(tasks, name, translate))
    except OtherBuildError:
        return None


def _notes(found: ByLine, header_line: int, translate: Translate) -> Iterator[Note]:
    yield Note(header_line, _columns_of(found.general), heading(found.general, translate), True)
    for line, findings in found:
        if line > header_line:
            yield Note(line, _columns_of(findings), told(findings, translate))


def _columns_of(findings: Iterable[Finding]) -> set[int]:
    return {column for column in map(column_of, findings) if column is not None}


def _sheet_name(name: str) -> str:
    return name.translate(_NO_SIGNS)[:_NAME].strip() or DATA


def _csv_rows(table: CsvTable) -> Iterator[sheet.Row]:
    """The records of a CSV file, those of another width and what stands above the header too."""
    csv.field_size_limit(max(csv.field_size_limit(), table.limits.block))
    with table.path.open(encoding=table.encoding.replace("utf-8", "utf-8-sig"), newline="") as file:
        for line, texts in enumerate(csv.reader(file, delimiter=table.delimiter), 1):
            yield sheet.Row(line, texts, is_head=line == table.header_line)


def _block_rows(table: Table) -> Iterator[sheet.Row]:
    columns = list(table.places.columns or range(len(table.header)))
    yield sheet.Row(table.header_line or 1, table.header, columns=columns, is_head=True)
    # Where names stand in no line, as in JSON, the records come after that of the names.
    shift = 0 if table.header_line else 1
    for block in table:
        texts = [column.to_pylist() for column in block.columns]
        kinds = [kind.tolist() for kind in block.kinds or ()]
        rows = zip(*texts, strict=True)
        kinds_of = zip(*kinds, strict=True) if kinds else [None] * len(block)
        for line, row, kind in zip(block.lines.tolist(), rows, kinds_of, strict=True):
            yield sheet.Row(line + shift, row, kind, columns)


def _marked(
    rows: Iterable[sheet.Row], found: ByLine, header_line: int, last: int, translate: Translate
) -> Iterator[sheet.Row]:
    """The rows with their findings in one more column."""
    coming = iter(found)
    shift = 0 if header_line else 1
    line, findings = next(coming, (0, []))
    for row in rows:
        if row.is_head:
            yield _with(row, found.general, last, heading(found.general, translate))
            continue
        due: list[Finding] = []
        while line and line + shift <= row.line:
            due += findings
            line, findings = next(coming, (0, []))
        yield _with(row, due, last, told(due, translate)) if due else row


def _with(row: sheet.Row, findings: Sequence[Finding], last: int, text: str) -> sheet.Row:
    columns = list(row.columns or range(len(row.texts)))
    # A record that is too long goes on where the findings would stand.
    last = max([last, *(column + 1 for column in columns)])
    return sheet.Row(
        row.line,
        [*row.texts, text],
        [*row.kinds, 0] if row.kinds else None,
        [*columns, last],
        marked={place for place in map(column_of, findings) if place in columns},
        is_head=row.is_head,
    )


def _task_sheet(
    tasks: Sequence[Task], data: str, translate: Translate, notes: Sequence[str] = ()
) -> sheet.Sheet:
    rows = [sheet.Row(1, [translate(heading) for heading in HEADINGS], is_head=True)]
    links: dict[str, str] = {}
    for line, task in enumerate(tasks, 2):
        cell = (task.first_cell or "").rpartition("!")[2]
        texts = [
            translate(SEVERITIES[task.severity]),
            task.sentence,
            task.column,
            str(task.count),
            cell,
            "\n".join(task.steps),
        ]
        rows.append(sheet.Row(line, texts, [0, 0, 0, 1, 0, 0], wraps=True))
        if cell[-1:].isdigit():
            quoted = data.replace("'", "''")
            links[f"E{line}"] = f"'{quoted}'!{cell}"
    rows += [
        sheet.Row(line, ["", note], wraps=True) for line, note in enumerate(notes, len(rows) + 1)
    ]
    widths = {0: 20, 1: 70, 2: 24, 3: 12, 4: 12, 5: 70}
    return sheet.Sheet(translate(TASKS), rows, widths, frozen=1, links=links)
