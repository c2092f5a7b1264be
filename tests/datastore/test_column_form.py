"""A column standard as a form and back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ckanext.sdi.check.table_schema import SchemaError, TableSchema
from ckanext.sdi.datastore import column_form

SCHEMA = {
    "fields": [
        {"name": "kode", "type": "string", "sdi": {"code": "kode_wilayah", "kolom": ["KD"]}},
        {"name": "jumlah", "type": "number", "decimalChar": ",", "groupChar": "."},
        {"name": "tanggal", "type": "date", "format": "%d/%m/%Y"},
        {"name": "banyak", "type": "integer", "constraints": {"minimum": 0}},
    ],
    "primaryKey": ["kode", "tanggal"],
    "sdi": {"reference_date": {"column": "tanggal"}, "sheet": "Data", "header_row": 3},
}


def sent(schema: dict[str, Any]) -> dict[str, Any]:
    """The form as a browser sends it when nothing is changed."""
    form: dict[str, Any] = {
        "base": json.dumps(schema),
        "reference_date": column_form.reference_of(schema),
        **column_form.layout_of(schema),
    }
    for number, row in enumerate(column_form.rows_of(schema)):
        form |= {f"{name}-{number}": value for name, value in row.items() if value is not False}
    return {name: str(value) for name, value in form.items()}


def test_what_is_not_changed_stays() -> None:
    assert column_form.read(sent(SCHEMA)) == SCHEMA


@pytest.mark.parametrize(
    ("changed", "place", "now"),
    [
        ({"type-1": "number"}, ("fields", 1), {"name": "jumlah", "type": "number"}),
        (
            {"type-3": "integer."},
            ("fields", 3),
            {
                "name": "banyak",
                "type": "integer",
                "decimalChar": ",",
                "groupChar": ".",
                "constraints": {"minimum": 0},
            },
        ),
        (
            {"type-2": "date %d %B %Y"},
            ("fields", 2),
            {"name": "tanggal", "type": "date", "format": "%d %B %Y"},
        ),
        ({"key-0": ""}, ("primaryKey",), ["tanggal"]),
        ({"sheet": "", "last_row": "9"}, ("sdi", "last_row"), 9),
    ],
)
def test_one_thing_changed(changed: dict[str, str], place: tuple[Any, ...], now: Any) -> None:
    read: Any = column_form.read({**sent(SCHEMA), **changed})
    TableSchema.from_dict(read)
    for step in place:
        read = read[step]
    assert read == now


def test_a_row_that_is_no_number_is_refused_by_the_standards_own_rules() -> None:
    read = column_form.read({**sent(SCHEMA), "header_row": "tiga"})
    with pytest.raises(SchemaError, match="header_row"):
        TableSchema.from_dict(read)


def test_a_date_is_taken_away() -> None:
    schema = {**SCHEMA, "sdi": {"reference_date": "2025-12-31"}}
    assert "sdi" not in column_form.read({**sent(schema), "reference_date": ""})
