"""Names of columns: what the DataStore can keep and query."""

from __future__ import annotations

import pytest

from ckanext.sdi.check.propose import _name
from ckanext.sdi.rules.table_schema import is_column_name, judge_table_schema
from tests.rules.column_names import GOOD, USELESS


@pytest.mark.parametrize("name", GOOD)
def test_a_name_that_can_be_used(name: str) -> None:
    assert judge_table_schema({"fields": [{"name": name}]}) == []
    assert _name(name) == " ".join(name.split())


@pytest.mark.parametrize("name", USELESS)
def test_a_name_that_cannot(name: str) -> None:
    assert not is_column_name(name)
    (finding,) = judge_table_schema({"fields": [{"name": name}]})
    assert finding.rule == "table_schema.name"
    assert finding.message(str)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("50% :tua", "50% tua"),
        (":tua", "tua"),
        ("a\\:b", "a b"),
        ("$harga", "harga"),
        ("_id", "id"),
        (' nama "asli"\n', "nama asli"),
        ("jumlah\u200b", "jumlah"),
        ("é" * 40, "é" * 31),
        ("ctid", ""),
        ("", ""),
        (":", ":"),
    ],
)
def test_the_name_that_is_proposed_for_a_header(header: str, name: str) -> None:
    assert _name(header) == name
