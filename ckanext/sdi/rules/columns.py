"""Rules on single cells by the type and the constraints of their column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.sdi.rules.catalogue import N_, Example, Rule, register

_STANDAR = "Perpres 39/2019 Pasal 4"
_SEMANTICS = "Perpres 39/2019 Pasal 9"
_WHY_TYPE = N_(
    "Data that is to be used by others must have one form throughout a column; a single cell of"
    " another form makes the column unusable for calculation."
)
_WHY_LIMIT = N_("The column standard says which values the column may hold.")
_FIX_CELL = N_("Open the file, go to the cell named, and type the value in the right form.")
_FIX_ALL = N_("If the whole column is like this, correct the column standard instead.")
_AGAIN = N_("Save the file and upload it again.")
_REPLACE = N_("Use Find and Replace of your spreadsheet for the whole column.")


def _rule(
    rule_id: str,
    sentences: tuple[str, str, str],
    why: str,
    field: Mapping[str, Any],
    wrong: str,
    right: str,
    steps: tuple[str, ...],
    *,
    source: str = _SEMANTICS,
) -> None:
    """A rule on one cell, in error when the column standard is binding."""
    register(
        Rule(
            id=rule_id,
            principle="standar_data" if source == _STANDAR else "interoperabilitas",
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


_rule(
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
    (_FIX_CELL, _FIX_ALL, _AGAIN),
)
_rule(
    "integer.decimal_zero",
    (
        N_("Cell {cell}, column {column}: “{value}” has a decimal point. Type {suggestion}."),
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
    (N_("Format the column as a number without decimals and save again as CSV."), _FIX_ALL),
)
_rule(
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
    (_FIX_CELL, N_("If the column holds a code, set its type to text in the column standard.")),
)
_rule(
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
        _FIX_ALL,
    ),
)
_rule(
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
_rule(
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
    (_FIX_CELL, _AGAIN),
)
_rule(
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
_rule(
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
    (_FIX_CELL, N_("Or name the words used in trueValues and falseValues of the column standard.")),
)
_rule(
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
    (_FIX_CELL, _FIX_ALL, _AGAIN),
)
_rule(
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
    (N_("Set the format of the column in the column standard, for example %d/%m/%Y."), _FIX_CELL),
)
_rule(
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
    (N_("Look the date up in the source document and correct it."), _AGAIN),
)
_rule(
    "value.required",
    (
        N_("Cell {cell}, column {column}, is empty and must be filled."),
        N_("In column {column}, {n} cells are empty and must be filled (the first: {cell})."),
        N_("Column {column} is empty in all {n} rows and must be filled."),
    ),
    N_("The column standard says that the column is filled in every row."),
    {"name": "kode_kab", "constraints": {"required": True}},
    "",
    "64.72",
    (N_("Fill the cell, or remove the row if it is no record."), _AGAIN),
    source=_STANDAR,
)
_rule(
    "value.enum",
    (
        N_("Cell {cell}, column {column}: “{value}” is not one of the values allowed: {allowed}."),
        N_(
            "In column {column}, {n} cells are not among the values allowed (the first: {cell},"
            " “{value}”)."
        ),
        N_("No row of column {column} holds a value allowed ({n} rows, the first: “{value}”)."),
    ),
    N_(
        "The classification of the column is a closed list, so that data can be compared and"
        " joined."
    ),
    {"name": "kelamin", "constraints": {"enum": ["L", "P"]}},
    "Laki-laki",
    "L",
    (N_("Choose one of the values allowed, letter by letter."), _FIX_ALL),
    source=_STANDAR,
)
_rule(
    "value.minimum",
    (
        N_("Cell {cell}, column {column}: “{value}” is less than the least allowed, {limit}."),
        N_("In column {column}, {n} values are less than {limit} (the first: {cell}, “{value}”)."),
        N_("All {n} values of column {column} are less than {limit} (the first: “{value}”)."),
    ),
    _WHY_LIMIT,
    {"name": "jumlah", "type": "integer", "constraints": {"minimum": 0}},
    "-5",
    "5",
    (_FIX_CELL, _FIX_ALL, _AGAIN),
    source=_STANDAR,
)
_rule(
    "value.maximum",
    (
        N_("Cell {cell}, column {column}: “{value}” is more than the most allowed, {limit}."),
        N_("In column {column}, {n} values are more than {limit} (the first: {cell}, “{value}”)."),
        N_("All {n} values of column {column} are more than {limit} (the first: “{value}”)."),
    ),
    _WHY_LIMIT,
    {"name": "persen", "type": "number", "constraints": {"maximum": 100}},
    "105",
    "95",
    (_FIX_CELL, _FIX_ALL, _AGAIN),
    source=_STANDAR,
)
_rule(
    "value.pattern",
    (
        N_(
            "Cell {cell}, column {column}: “{value}” does not have the form that the column"
            " standard asks."
        ),
        N_(
            "In column {column}, {n} values do not have the form asked (the first: {cell},"
            " “{value}”)."
        ),
        N_("No value of column {column} has the form asked ({n} rows, the first: “{value}”)."),
    ),
    _WHY_LIMIT,
    {"name": "semester", "constraints": {"pattern": "S[12]"}},
    "I",
    "S1",
    (
        N_("Read the description of the column in the column standard for the form asked."),
        _FIX_CELL,
    ),
    source=_STANDAR,
)
_rule(
    "value.length",
    (
        N_(
            "Cell {cell}, column {column}: “{value}” is {length} characters long; {allowed} are"
            " allowed."
        ),
        N_(
            "In column {column}, {n} texts are too short or too long (the first: {cell}, {length}"
            " characters)."
        ),
        N_(
            "All {n} texts of column {column} are too short or too long (the first: {length}"
            " characters)."
        ),
    ),
    _WHY_LIMIT,
    {"name": "singkatan", "constraints": {"minLength": 2, "maxLength": 5}},
    "ABCDEF",
    "ABC",
    (_FIX_CELL, _FIX_ALL),
    source=_STANDAR,
)

_UNIQUE_STEPS = (
    N_("Sort a copy of the file by the column and look at the rows that stand together."),
    N_("Correct the value or remove the row that stands twice."),
)
_KEY = {"fields": [{"name": "kode", "constraints": {"unique": True}}]}
register(
    Rule(
        id="value.unique",
        principle="standar_data",
        one=N_(
            "Cell {cell}, column {column}, repeats the value of cell {first_cell}; each may stand"
            " once."
        ),
        many=N_(
            "In column {column}, {n} cells repeat a value that stands above (the first: {cell})."
        ),
        whole=N_("In column {column}, all {n} rows repeat a value that stands elsewhere."),
        why=N_("The column standard says that each value of the column stands for one thing."),
        source=_STANDAR,
        wrong=Example(csv="kode\na\nb\na\n", table_schema=_KEY),
        right=Example(csv="kode\na\nb\nc\n", table_schema=_KEY),
        steps=_UNIQUE_STEPS,
        severity={"wajib": "error", "anjuran": "warning"},
        blocks=True,
        job="produsen",
    )
)
_PRIMARY = {"fields": [{"name": "kode"}, {"name": "tahun"}], "primaryKey": ["kode", "tahun"]}
register(
    Rule(
        id="table.primary_key",
        principle="standar_data",
        one=N_(
            "Row {row} (from cell {cell}) has the same key ({column}) as the row of cell"
            " {first_cell}."
        ),
        many=N_("{n} rows have the same key ({column}) as a row above (the first: cell {cell})."),
        whole=N_("All {n} rows have a key ({column}) that stands elsewhere too."),
        why=N_("The key names one record; two records of one key contradict or repeat each other."),
        source=_STANDAR,
        wrong=Example(csv="kode,tahun\na,1\na,1\n", table_schema=_PRIMARY),
        right=Example(csv="kode,tahun\na,1\na,2\n", table_schema=_PRIMARY),
        steps=_UNIQUE_STEPS,
        severity={"wajib": "error", "anjuran": "warning"},
        blocks=True,
        job="produsen",
    )
)
