"""Rules on how a table lies in a workbook: what was taken for names, and what was left out."""

from __future__ import annotations

from typing import Any

from ckanext.sdi.rules.catalogue import N_, Example
from ckanext.sdi.rules.table import INFO, SCHEMA, UPLOAD, WARNING, WHY_ONE, table_rule

Rows = list[list[str | float]]
NAMES: list[str | float] = ["kode", "jumlah"]
TABLE: Rows = [NAMES, ["64.71", 5], ["64.72", 6]]
WHY_GUESS = N_(
    "A sheet made for people has more in it than a table; what a program takes from it is a guess"
    " that a person must be able to see."
)
SAY = N_(
    "If the guess is wrong, say it in the column standard: sheet, header_row, header_rows and"
    " last_row under sdi."
)
DELETE = N_("Keep in the sheet one row of names and the records under it, and nothing else.")


def _sheet(rows: Rows, sdi: dict[str, Any] | None = None, **told: str) -> Example:
    return Example(
        sheets={"Data": rows}, table_schema={**SCHEMA, "sdi": sdi or {}}, told=told or None
    )


RIGHT_SHEET = _sheet(TABLE)

table_rule(
    "sheets",
    N_("Of the sheets with a table “{sheet}” was read. Not read: {others}."),
    WHY_GUESS,
    Example(
        sheets={"Data": TABLE, "2024": [NAMES, ["64.71", 4]]},
        table_schema=SCHEMA,
        told={"sheet": "Data", "others": "2024"},
    ),
    N_("Look whether it is the sheet that you mean."),
    SAY,
    right=RIGHT_SHEET,
    severity=WARNING,
)
table_rule(
    "no_sheet",
    N_(
        "The workbook has no sheet “{sheet}”, which the column standard asks for. Its sheets:"
        " {sheets}."
    ),
    WHY_ONE,
    _sheet(TABLE, {"sheet": "2025"}, sheet="2025", sheets="Data"),
    N_("Give the sheet that name, or correct the name in the column standard."),
    UPLOAD,
    right=RIGHT_SHEET,
)
table_rule(
    "title_rows",
    N_("Left out as a title above the table: row {lines}."),
    WHY_GUESS,
    _sheet([["Jumlah sekolah"], ["Tahun 2024"], *TABLE], lines="1–2"),
    SAY,
    DELETE,
    right=RIGHT_SHEET,
    severity=INFO,
)
table_rule(
    "header_rows",
    N_("The names of the columns were put together from the rows {first} to {last}."),
    WHY_GUESS,
    _sheet(
        [["kode", "Sekolah", ""], ["", "negeri", "swasta"], ["64.71", 5, 6]], first="1", last="2"
    ),
    N_("Look whether the names of the columns are right."),
    SAY,
    DELETE,
    right=RIGHT_SHEET,
    severity=INFO,
)
table_rule(
    "numbers_rows",
    N_("Left out because it only counts the columns: row {lines}."),
    WHY_GUESS,
    _sheet(
        [["kode", "nama", "jumlah"], ["(1)", "(2)", "(3)"], ["64.71", "Balikpapan", 5]], lines="2"
    ),
    SAY,
    DELETE,
    right=RIGHT_SHEET,
    severity=INFO,
)
table_rule(
    "total_rows",
    N_("Left out because it is a total: row {lines}. A total is no record."),
    N_("Who adds up the column counts a total twice."),
    _sheet([*TABLE, ["Jumlah", 11]], lines="4"),
    SAY,
    DELETE,
    right=RIGHT_SHEET,
    severity=WARNING,
)
table_rule(
    "note_rows",
    N_("Left out as notes or signatures under the table: row {lines}."),
    WHY_GUESS,
    _sheet([*TABLE, [], ["Sumber: Dinas Pendidikan"]], lines="5"),
    N_("Look whether there is a record among them."),
    SAY,
    DELETE,
    right=RIGHT_SHEET,
    severity=INFO,
)
table_rule(
    "tail_rows",
    N_(
        "At the end of the file there seem to be totals or notes: row {lines}. They are taken for"
        " data here. Delete them from the file, unless they are."
    ),
    N_("Who adds up the column counts a total twice, and a note is no value."),
    Example(
        csv="kode,jumlah\n64.71,5\n64.72,6\nJumlah,11\nSumber: Dinas Contoh,\n",
        table_schema=SCHEMA,
    ),
    DELETE,
    UPLOAD,
    severity=WARNING,
)
table_rule(
    "error_cells",
    (
        N_(
            "Cell {cell} of column {column} has no value: it shows an error such as #REF! or #N/A,"
            " or its formula was never calculated. Mend it, or leave the cell empty."
        ),
        N_(
            "{n} cells of column {column} have no value (the first: {cell}): they show an error"
            " such as #REF! or #N/A, or their formulas were never calculated. Mend them, or leave"
            " the cells empty."
        ),
        N_(
            "No cell of column {column} has a value: they show an error such as #REF! or #N/A, or"
            " their formulas were never calculated. Mend the formulas."
        ),
    ),
    N_("An error is no value; who uses the data cannot tell what should stand there."),
    Example(
        sheets={"Data": [NAMES, ["64.71", 5], ["64.72", "#REF!"]]},
        table_schema=SCHEMA,
        told={"column": "jumlah", "cell": "B3"},
    ),
    N_(
        "Mend the formula, or type the value in its place; leave the cell empty where there is"
        " none."
    ),
    N_(
        "If the formula is right, open the file in your spreadsheet and save it: that calculates"
        " it."
    ),
    UPLOAD,
    right=RIGHT_SHEET,
)
table_rule(
    "merged",
    N_(
        "Among the records {n} cells are merged (the first: {cell}). Only the first row and column"
        " of each has its value; the others are empty."
    ),
    WHY_ONE,
    Example(
        sheets={"Data": [NAMES, ["64.71", 5], ["", 6]]},
        merged=("A2:A3",),
        table_schema=SCHEMA,
        told={"n": "1", "cell": "A2"},
    ),
    N_("Unmerge the cells and write the value into each row."),
    UPLOAD,
    right=RIGHT_SHEET,
    severity=WARNING,
)
