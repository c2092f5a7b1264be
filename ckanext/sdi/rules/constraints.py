"""Rules on cells by the constraints that a column standard sets: required, enum, unique, …"""

from __future__ import annotations

from ckanext.sdi.rules.catalogue import N_, Example, Rule, register
from ckanext.sdi.rules.columns import AGAIN, FIX_ALL, FIX_CELL, STANDAR, column_rule

WHY_LIMIT = N_("The column standard says which values the column may hold.")

column_rule(
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
    (N_("Fill the cell, or remove the row if it is no record."), AGAIN),
    source=STANDAR,
)
column_rule(
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
    (N_("Choose one of the values allowed, letter by letter."), FIX_ALL),
    source=STANDAR,
)
column_rule(
    "value.minimum",
    (
        N_("Cell {cell}, column {column}: “{value}” is less than the least allowed, {limit}."),
        N_("In column {column}, {n} values are less than {limit} (the first: {cell}, “{value}”)."),
        N_("All {n} values of column {column} are less than {limit} (the first: “{value}”)."),
    ),
    WHY_LIMIT,
    {"name": "jumlah", "type": "integer", "constraints": {"minimum": 0}},
    "-5",
    "5",
    (FIX_CELL, FIX_ALL, AGAIN),
    source=STANDAR,
)
column_rule(
    "value.maximum",
    (
        N_("Cell {cell}, column {column}: “{value}” is more than the most allowed, {limit}."),
        N_("In column {column}, {n} values are more than {limit} (the first: {cell}, “{value}”)."),
        N_("All {n} values of column {column} are more than {limit} (the first: “{value}”)."),
    ),
    WHY_LIMIT,
    {"name": "persen", "type": "number", "constraints": {"maximum": 100}},
    "105",
    "95",
    (FIX_CELL, FIX_ALL, AGAIN),
    source=STANDAR,
)
column_rule(
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
    WHY_LIMIT,
    {"name": "semester", "constraints": {"pattern": "S[12]"}},
    "I",
    "S1",
    (
        N_("Read the description of the column in the column standard for the form asked."),
        FIX_CELL,
    ),
    source=STANDAR,
)
column_rule(
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
    WHY_LIMIT,
    {"name": "singkatan", "constraints": {"minLength": 2, "maxLength": 5}},
    "ABCDEF",
    "ABC",
    (FIX_CELL, FIX_ALL),
    source=STANDAR,
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
        source=STANDAR,
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
        source=STANDAR,
        wrong=Example(csv="kode,tahun\na,1\na,1\n", table_schema=_PRIMARY),
        right=Example(csv="kode,tahun\na,1\na,2\n", table_schema=_PRIMARY),
        steps=_UNIQUE_STEPS,
        severity={"wajib": "error", "anjuran": "warning"},
        blocks=True,
        job="produsen",
    )
)
