"""Records of a call are judged as the rows of a file are."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.sdi.check.posted_records import Posted, Stored, judge_alone
from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.rules import Finding
from tests.check.test_threads import RIGHT, SCHEMA, WRONG

LONGEST = 2 << 20
CELLS = {
    name: st.one_of(
        st.just(right),
        st.sampled_from(WRONG[name]),
        st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), max_size=20),
    )
    for name, right in RIGHT.items()
    if name != "catatan"
}
RECORDS = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from(["a", "b", "c", "d"]), **CELLS}),
    min_size=1,
    max_size=12,
)


def told(findings: list[Finding]) -> list[Any]:
    """The errors by row, without where they stand in a spreadsheet."""
    return sorted(
        (one.row, one.column, one.rule, one.value or "", one.suggestion or "", str(one.key))
        for one in findings
        if one.severity == "error"
    )


def of_file(path: Path, records: list[dict[str, Any]]) -> list[Finding]:
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in SCHEMA.fields], quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(records)
    path.write_text(text.getvalue(), encoding="utf-8")
    found: list[Finding] = []
    check_table(path, SCHEMA, sink=found.append)
    return found


@given(records=RECORDS)
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_call_and_a_file_are_judged_alike(records: list[dict[str, Any]], tmp_path: Path) -> None:
    assert told(judge_alone(records, SCHEMA)) == told(of_file(tmp_path / "x.csv", records))


def schema(*fields: dict[str, Any], **more: Any) -> TableSchema:
    return TableSchema.from_dict({"fields": list(fields), **more})


@pytest.mark.parametrize(
    ("field", "value", "written"),
    [
        ({"type": "integer"}, 5, 5),
        ({"type": "integer"}, "5", 5),
        ({"type": "number", "decimalChar": ","}, 1234.5, "1234.5"),
        ({"type": "number", "decimalChar": ",", "groupChar": "."}, "1.234,50", "1234.50"),
        ({"type": "boolean", "trueValues": ["ya"], "falseValues": ["tidak"]}, True, True),
        ({"type": "boolean"}, "Tidak", False),
        ({"sdi": {"code": "npwp"}}, "013121660091000", "013121660091000"),
        ({"sdi": {"code": "kode_wilayah", "normalise": True}}, "64-72", "64.72"),
        ({}, "", None),
        ({}, None, None),
        ({"type": "year"}, 2025, 2025),
    ],
)
def test_values_are_written_as_a_file_is_loaded(
    field: dict[str, Any], value: Any, written: Any
) -> None:
    posted = Posted([{"a": value}], schema({"name": "a", **field}))
    assert posted.judge(Stored([None]), at=None, longest=LONGEST) == []
    assert posted.typed() == [{"a": written}]


@pytest.mark.parametrize(
    ("field", "value", "rules"),
    [
        ({"sdi": {"code": "kode_wilayah"}}, 6472, ["kode.json_number"]),
        ({"sdi": {"code": "nik"}}, True, ["kode.json_number", "nik.characters"]),
        ({}, "a\x00b", ["table.nul_cell"]),
        ({}, "\ud800", ["table.nul_cell"]),
        ({}, ["a"], ["table.nested"]),
        ({}, "x" * (LONGEST + 1), ["table.cell_too_long"]),
        ({"type": "integer"}, True, ["integer.form"]),
        ({"type": "integer"}, 10**20, ["integer.range"]),
        ({"type": "number"}, float("nan"), ["value.placeholder"]),
        ({"type": "date", "format": "%d/%m/%Y"}, "31/02/2025", ["date.impossible"]),
    ],
)
def test_what_json_can_hold_is_refused(field: dict[str, Any], value: Any, rules: list[str]) -> None:
    found = judge_alone([{"a": value}], schema({"name": "a", **field}))
    assert [(one.row, one.column) for one in found] == [(1, "a")] * len(rules)
    assert sorted(one.rule for one in found) == rules


def test_a_part_of_a_record_is_judged_with_the_rest_of_its_row() -> None:
    standard = schema(
        {"name": "keluarga", "sdi": {"code": "id_dtks"}},
        {"name": "anggota", "sdi": {"code": "id_dtks"}},
    )
    stored = Stored([1], {0: {"keluarga": (RIGHT["keluarga"], 0), "anggota": (None, 0)}})
    posted = Posted([{"anggota": "6472010000000000201"}], standard)
    found = posted.judge(stored, at=None, longest=LONGEST)
    assert [(one.row, one.column, one.rule) for one in found] == [(1, "anggota", "id_dtks.family")]
    assert posted.typed() == [{"anggota": "6472010000000000201"}]


def test_numbers_of_persons_are_masked() -> None:
    nik = "3171011708450000"
    standard = schema({"name": "nik", "sdi": {"code": "nik"}}, {"name": "nama"}, primaryKey="nik")
    records = [{"nik": nik, "nama": ["x"]}, {"nik": int(nik), "nama": nik}]
    found = judge_alone(records, standard)
    assert found
    assert nik not in str([one.as_dict(str) for one in found])
