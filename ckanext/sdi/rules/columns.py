"""Rules on single cells by the type of their column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.sdi.rules.catalogue import N_, Example, Rule, register

STANDAR = "Perpres 39/2019 Pasal 4"
SEMANTICS = "Perpres 39/2019 Pasal 9"
_WHY_TYPE = N_(
    "Data that is to be used by others must have one form throughout a column; a single cell of"
    " another form makes the column unusable for calculation."
)
FIX_CELL = N_("Open the file, go to the cell named, and type the value in the right form.")
FIX_ALL = N_("If the whole column is like this, correct the column standard instead.")
AGAIN = N_("Save the file and upload it again.")
_REPLACE = N_("Use Find and Replace of your spreadsheet for the whole column.")


def column_rule(
    rule_id: str,
    sentences: tuple[str, str, str],
    why: str,
    field: Mapping[str, Any],
    wrong: str,
    right: str,
    steps: tuple[str, ...],
    *,
    source: str = SEMANTICS,
) -> None:
    """A rule on one cell, in error when the column standard is binding."""
    register(
        Rule(
            id=rule_id,
            principle="standar_data" if source == STANDAR else "interoperabilitas",
            one=sentences[0],
            many=sentences[1],
            whole=sentences[2],
            why=why,
            source=source,
            wrong=Example(cell={"field": field, "value": wrong}),
            right=Example(cell={"field": field, "value": right}),
            steps=steps,
            severity={"wajib": "error", "anjuran": "warning"},
            blocks=True,
            job="produsen",
        )
    )


column_rule(
    "integer.form",
    (
        N_("Cell {cell}, column {column}: “{value}” is not a whole number. Type digits only."),
        N_("In column {column}, {n} cells are not whole numbers (the first: {cell}, “{value}”)."),
        N_("Column {column} holds no whole number in any of its {n} rows (the first: “{value}”)."),
    ),
    _WHY_TYPE,
    {"name": "jumlah", "type": "integer"},
    "12 orang",
    "12",
    (FIX_CELL, FIX_ALL, AGAIN),
)
column_rule(
    "integer.decimal_zero",
    (
        N_("Cell {cell}, column {column}: “{value}” has a decimal point. Type it without."),
        N_(
            "In column {column}, {n} whole numbers are written with a decimal point"
            " (the first: {cell}, “{value}”)."
        ),
        N_(
            "All {n} rows of column {column} are written with a decimal point, like “{value}”,"
            " though"
            " the column holds whole numbers. Format the column without decimals."
        ),
    ),
    _WHY_TYPE,
    {"name": "tahun", "type": "year"},
    "2019.0",
    "2019",
    (N_("Format the column as a number without decimals and save again as CSV."), FIX_ALL),
)
column_rule(
    "integer.range",
    (
        N_("Cell {cell}, column {column}: “{value}” has too many digits for a number."),
        N_("In column {column}, {n} numbers have too many digits (the first: {cell}, “{value}”)."),
        N_("All {n} numbers of column {column} have too many digits (the first: “{value}”)."),
    ),
    N_(
        "Whole numbers are kept with up to 18 digits; what is longer is a code, and codes are text."
    ),
    {"name": "jumlah", "type": "integer"},
    "99999999999999999999",
    "999999",
    (FIX_CELL, N_("If the column holds a code, set its type to text in the column standard.")),
)
column_rule(
    "number.form",
    (
        N_("Cell {cell}, column {column}: “{value}” is not a number. Type the number only."),
        N_("In column {column}, {n} cells are not numbers (the first: {cell}, “{value}”)."),
        N_("Column {column} holds no number in any of its {n} rows (the first: “{value}”)."),
    ),
    _WHY_TYPE,
    {"name": "luas", "type": "number"},
    "12 ha",
    "12.5",
    (
        N_("Remove units, currency and per cent signs: the unit stands in the column standard."),
        FIX_ALL,
    ),
)
column_rule(
    "number.notation",
    (
        N_(
            "Cell {cell}, column {column}: “{value}” uses comma and point otherwise than the column"
            " standard says."
        ),
        N_(
            "In column {column}, {n} numbers use comma and point otherwise than the column standard"
            " says (the first: {cell}, “{value}”)."
        ),
        N_(
            "All {n} numbers of column {column} use comma and point otherwise than the column"
            " standard"
            " says (the first: “{value}”). Change the decimal sign in the column standard once, not"
            " the cells."
        ),
    ),
    N_("1.234 may be one thousand or one and a bit: only the column standard can say which."),
    {"name": "luas", "type": "number"},
    "1.234,56",
    "1234.56",
    (
        N_(
            "Set decimalChar and groupChar of the column in the column standard as the file has"
            " them."
        ),
        N_("Or write all numbers of the column in the form that the column standard names."),
    ),
)
column_rule(
    "number.range",
    (
        N_(
            "Cell {cell}, column {column}: the number “{value}” is too large or too fine to be"
            " kept."
        ),
        N_("In column {column}, {n} numbers are too large or too fine (the first: {cell})."),
        N_("All {n} numbers of column {column} are too large or too fine (the first: {cell})."),
    ),
    N_("Numbers are kept with up to 100 digits."),
    {"name": "luas", "type": "number"},
    "1e999",
    "1e6",
    (FIX_CELL, AGAIN),
)
column_rule(
    "value.placeholder",
    (
        N_(
            "Cell {cell}, column {column}: “{value}” stands for a missing value. Leave the cell"
            " empty,"
            " or name this sign among the missing values of the column standard."
        ),
        N_(
            "In column {column}, {n} cells hold a sign for a missing value (the first: {cell},"
            " “{value}”). Leave them empty, or name the sign in the column standard."
        ),
        N_(
            "All {n} rows of column {column} hold a sign for a missing value, like “{value}”. Leave"
            " them empty, or name the sign in the column standard."
        ),
    ),
    N_("A dash may mean zero, unknown or not applicable; an empty cell or a named sign is clear."),
    {"name": "luas", "type": "number"},
    "-",
    "0",
    (
        N_(
            "Add the sign to missingValues in the column standard, if it means that no value is"
            " known."
        ),
        _REPLACE,
    ),
)
column_rule(
    "boolean.form",
    (
        N_("Cell {cell}, column {column}: “{value}” is neither yes nor no. Type Ya or Tidak."),
        N_("In column {column}, {n} cells are neither yes nor no (the first: {cell}, “{value}”)."),
        N_("No row of column {column} is yes or no ({n} rows, the first: “{value}”)."),
    ),
    _WHY_TYPE,
    {"name": "aktif", "type": "boolean"},
    "mungkin",
    "Ya",
    (FIX_CELL, N_("Or name the words used in trueValues and falseValues of the column standard.")),
)
column_rule(
    "year.form",
    (
        N_("Cell {cell}, column {column}: “{value}” is not a year. Type four digits."),
        N_("In column {column}, {n} cells are not a year (the first: {cell}, “{value}”)."),
        N_("Column {column} holds no year in any of its {n} rows (the first: “{value}”)."),
    ),
    _WHY_TYPE,
    {"name": "tahun", "type": "year"},
    "2024/2025",
    "2024",
    (FIX_CELL, FIX_ALL, AGAIN),
)
column_rule(
    "date.form",
    (
        N_(
            "Cell {cell}, column {column}: “{value}” is not a date in the form of the column"
            " standard."
        ),
        N_(
            "In column {column}, {n} dates are not in the form of the column standard"
            " (the first: {cell}, “{value}”)."
        ),
        N_(
            "No date of column {column} is in the form of the column standard ({n} rows, the first:"
            " “{value}”). Change the date form in the column standard once, not the cells."
        ),
    ),
    _WHY_TYPE,
    {"name": "tanggal", "type": "date"},
    "31/12/2025",
    "2025-12-31",
    (N_("Set the format of the column in the column standard, for example %d/%m/%Y."), FIX_CELL),
)
column_rule(
    "date.impossible",
    (
        N_("Cell {cell}, column {column}: there is no such day as “{value}”."),
        N_("In column {column}, {n} dates do not exist (the first: {cell}, “{value}”)."),
        N_(
            "No date of column {column} exists ({n} rows, the first: “{value}”): are day and month"
            " swapped?"
        ),
    ),
    N_(
        "A date that is not in the calendar points to a slip in typing or to swapped day and month."
    ),
    {"name": "tanggal", "type": "date"},
    "2025-02-30",
    "2025-02-28",
    (N_("Look the date up in the source document and correct it."), AGAIN),
)
