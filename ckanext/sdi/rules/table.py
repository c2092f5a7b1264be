"""Rules on a file as a table: can it be read, has it the columns it should, are its rows whole?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.sdi.rules.catalogue import N_, Example, Job, Rule, register
from ckanext.sdi.rules.finding import Finding

ERROR = {"wajib": "error", "anjuran": "error"}
WARNING = {"wajib": "warning", "anjuran": "warning"}
INFO = {"wajib": "info", "anjuran": "info"}
SCHEMA: dict[str, Any] = {"fields": [{"name": "kode"}, {"name": "jumlah", "type": "integer"}]}
RIGHT = "kode,jumlah\n64.72,5\n"


def table_finding(
    kind: str,
    *,
    row: int | None = None,
    cell: str | None = None,
    column: str | None = None,
    suggestion: str | None = None,
    **params: str,
) -> Finding:
    """A finding of one of this module's rules, by the name after ``table.``."""
    rule = f"table.{kind}"
    severity = SEVERITIES[kind]["wajib"]
    return Finding(rule, severity, params, None, None, column, row, cell, None, None, suggestion)


SEVERITIES: dict[str, Mapping[str, str]] = {}


def table_rule(
    kind: str,
    sentences: str | tuple[str, str, str],
    why: str,
    wrong: Example,
    *steps: str,
    right: Example | None = None,
    severity: Mapping[str, str] = ERROR,
    job: Job = "produsen",
) -> None:
    """Register a rule on files; one sentence stands for all three forms."""
    one, many, whole = (sentences,) * 3 if isinstance(sentences, str) else sentences
    SEVERITIES[kind] = severity
    register(
        Rule(
            id=f"table.{kind}",
            principle="interoperabilitas",
            one=one,
            many=many,
            whole=whole,
            why=why,
            source="Perpres 39/2019 Pasal 9",
            wrong=wrong,
            right=right or Example(csv=RIGHT, table_schema=SCHEMA),
            steps=steps,
            severity=severity,
            blocks=severity["wajib"] == "error",
            job=job,
        )
    )


def as_csv(text: str, encoding: str = "utf-8") -> Example:
    """An example that is a small file."""
    return Example(csv=text, table_schema=SCHEMA, encoding=encoding)


WHY_READ = N_("Data must be in an open form that a program can read.")
WHY_ONE = N_(
    "A program finds a value by its column: the structure of a table must be the same throughout."
)
SAVE_CSV = N_("In your spreadsheet choose Save as, and as type CSV UTF-8.")
UPLOAD = N_("Upload the new file.")
LOOK = N_("Open the file in a text editor to see what it really is.")
STANDARD = N_("If the file is right, correct the column standard instead.")

table_rule(
    "empty",
    N_("The file is empty. Upload the file that has the data."),
    WHY_READ,
    as_csv(""),
    N_("Open the file on your computer and see whether the data is in it."),
    UPLOAD,
)
table_rule(
    "header_only",
    N_("The file has column names but no rows. Upload the file that has the data."),
    WHY_READ,
    as_csv("kode,jumlah\n"),
    N_("Open the file on your computer and see whether the data is in it."),
    UPLOAD,
)
table_rule(
    "html",
    N_(
        "The file is a web page (HTML), not a table. Some applications save a web page under the"
        " name"
        " of a table: open it in a spreadsheet and save it as CSV."
    ),
    WHY_READ,
    as_csv("<!DOCTYPE html><html><body><table></table></body></html>"),
    N_("Open the file in your spreadsheet."),
    SAVE_CSV,
    UPLOAD,
)
table_rule(
    "other_format",
    N_(
        "The file is {kind}, which holds no table that a program can read. Upload the table as CSV"
        " or as a workbook."
    ),
    WHY_READ,
    as_csv("%PDF-1.7"),
    LOOK,
    SAVE_CSV,
    UPLOAD,
)
table_rule(
    "encoding",
    N_(
        "The letters of the file cannot be read: it is neither UTF-8 nor Windows text. Save it as"
        " CSV UTF-8."
    ),
    WHY_READ,
    as_csv("kode,jumlah\n\x81\x8dé,5\n", "latin-1"),
    SAVE_CSV,
    UPLOAD,
)
table_rule(
    "cp1252",
    N_(
        "The file is not UTF-8; it was read as Windows text (cp1252). Look whether letters such as"
        " é are"
        " right, and save as CSV UTF-8 next time."
    ),
    N_("Only UTF-8 is read in the same way everywhere."),
    as_csv("kode,jumlah\né,5\n", "cp1252"),
    SAVE_CSV,
    severity=WARNING,
)
table_rule(
    "nul",
    N_(
        "The file holds a NUL sign (at byte {byte}), so it is damaged or no text. Save the table"
        " anew as CSV UTF-8."
    ),
    WHY_READ,
    as_csv("kode,jumlah\na\x00,5\n"),
    SAVE_CSV,
    UPLOAD,
)
table_rule(
    "line_too_long",
    N_(
        "A line of the file is longer than {limit}, so it is no table of rows. Save the"
        " table anew as CSV."
    ),
    N_("A table has one record a line; a file of one endless line is something else."),
    as_csv("kode,jumlah\n" + "x" * 20_001),
    LOOK,
    SAVE_CSV,
    UPLOAD,
)
table_rule(
    "record_too_long",
    N_(
        "The record that begins near line {line} is longer than {limit}. Most likely a"
        " quotation mark"
        " is not closed."
    ),
    N_("A quotation mark that is never closed swallows the rows after it into one cell."),
    as_csv('kode,jumlah\n"a,5\n' + "b,6\n" * 12000),
    N_("Look for the last quotation mark before that line and close it or remove it."),
    UPLOAD,
)
table_rule(
    "header_too_long",
    N_(
        "No header was found in the first {limit}. The first row must hold the names of the"
        " columns."
    ),
    WHY_ONE,
    as_csv("\n" * 20_000),
    N_("Put the names of the columns in the first row."),
    UPLOAD,
)
table_rule(
    "too_many_columns",
    N_(
        "The table has {n} columns; at most {limit} can be kept. Write years or groups as rows,"
        " not as columns."
    ),
    N_("A table with a column for each year or group changes its structure with each delivery."),
    as_csv(",".join(f"k{n}" for n in range(2000)) + "\n"),
    N_("Make one column for the year or group and one for the figure, and a row for each."),
    UPLOAD,
)
table_rule(
    "quote",
    N_(
        "A quotation mark in the row of cell {cell} is never closed, so the rest of the file was"
        " read as one cell."
    ),
    N_("A quotation mark that is never closed swallows the rows after it into one cell."),
    as_csv('kode,jumlah\na,5\nb,"6\nc,7\n'),
    N_("Open the file in a text editor, go to that line, and remove the mark or close it."),
    UPLOAD,
)
table_rule(
    "ragged",
    (
        N_("Row {row} (line {cell}) has {actual} cells, but the header has {expected} columns."),
        N_(
            "{n} rows do not have the {expected} cells of the header (the first: line {cell},"
            " {actual} cells)."
            " Often a text holds a comma without quotation marks."
        ),
        N_(
            "All {n} rows have another number of cells than the header has columns ({expected})."
            " Perhaps a column has no name."
        ),
    ),
    WHY_ONE,
    as_csv("kode,jumlah\na,5,6\n"),
    N_("Look whether a text with a comma stands without quotation marks, or a cell is missing."),
    N_("Saving the table anew as CSV from your spreadsheet sets the quotation marks right."),
)
table_rule(
    "header_empty",
    (
        N_("The column of cell {cell} has no name. Give it one, or delete the column."),
        N_("{n} columns have no name (the first: cell {cell}). Name or delete them."),
        N_("No column has a name: the first row must hold the names of the columns."),
    ),
    WHY_ONE,
    as_csv("kode,jumlah,\na,5,6\n"),
    N_("Put one row of names above the data; remove title rows and headers of several rows."),
    UPLOAD,
)
table_rule(
    "header_duplicate",
    (
        N_(
            "The column name “{column}” stands twice (again in cell {cell}). Give each column a"
            " name of its own."
        ),
        N_("{n} columns are named “{column}” once more (the first again: cell {cell})."),
        N_("All columns are named “{column}”."),
    ),
    WHY_ONE,
    as_csv("kode,jumlah,jumlah\na,5,6\n"),
    N_("Rename one of the columns so that each name says what stands in it."),
    UPLOAD,
)
table_rule(
    "column_missing",
    N_(
        "The file has no column “{column}”, which the column standard asks for. Add it, or name it"
        " so."
    ),
    WHY_ONE,
    as_csv("kode\na\n"),
    N_("Compare the names in the first row of the file with those of the column standard."),
    STANDARD,
    UPLOAD,
)
table_rule(
    "column_unknown",
    N_(
        "The column standard does not know the column “{column}” (cell {cell}). Declare it, say"
        " under “Match the columns” that it is ignored, or delete it from the file."
    ),
    N_(
        "What is published must be declared; an undeclared column may hold what must not be public."
    ),
    as_csv("kode,jumlah,catatan\na,5,6\n"),
    N_(
        "If others need the column, add it to the column standard; if they do not, delete it from"
        " the file."
    ),
    N_(
        "If it has to stay in the file but is not wanted in the rows, open “Match the columns” and"
        " tick “Ignore”."
    ),
    UPLOAD,
)
table_rule(
    "column_ignored",
    N_(
        "The column “{column}” (cell {cell}) is ignored, as was said under “Match the columns”: it"
        " does not come into the rows, but it stays in the file, which is published with it."
    ),
    N_(
        "What is published must be declared; an undeclared column may hold what must not be public."
    ),
    Example(
        csv="kode,jumlah,catatan\na,5,6\n", table_schema={**SCHEMA, "sdi": {"ignored": ["catatan"]}}
    ),
    N_("Look once more whether the column may be public. If not, delete it from the file."),
    N_("If others need it, add it to the column standard."),
    severity=WARNING,
)
table_rule(
    "column_spelling",
    N_(
        "The column “{column}” (cell {cell}) was taken for “{declared}” of the column standard."
        " Name it so next time."
    ),
    WHY_ONE,
    as_csv("Kode,jumlah\na,5\n"),
    N_("Rename the column in the first row of the file."),
    severity=INFO,
)
table_rule(
    "blank_rows",
    N_("{blank} blank rows were left out. They change nothing; remove them when you can."),
    WHY_ONE,
    as_csv("kode,jumlah\na,5\n\nb,6\n"),
    N_("Delete the blank rows in your spreadsheet."),
    severity=INFO,
)
