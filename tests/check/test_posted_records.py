"""Records of a call are judged as the rows of a file are."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.sdi.check.cells import NUMBER, plain_floats, text_of
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
        ({"type": "date"}, "2025-12-31", "2025-12-31"),
        ({"type": "date", "format": "%d/%m/%Y"}, "31/12/2025", dt.date(2025, 12, 31)),
        ({"type": "number"}, 12.0, "12"),
        ({"type": "number"}, -0.0, "0"),
        ({"type": "number"}, 0.00001, "0.00001"),
    ],
)
def test_values_are_written_as_a_file_is_loaded(
    field: dict[str, Any], value: Any, written: Any
) -> None:
    posted = Posted([{"a": value}], schema({"name": "a", **field}))
    assert posted.judge(Stored([None]), at=None, longest=LONGEST) == []
    assert posted.typed() == [{"a": written}]


def test_each_record_is_written_as_far_as_it_goes() -> None:
    standard = schema({"name": "a"}, {"name": "n", "type": "integer"}, missingValues=["", "9"])
    records = [{"a": "x", "n": 9}, {"n": 8}, {"a": "9", "_id": 4}]
    posted = Posted(records, standard)
    assert posted.typed() == [{"a": "x", "n": None}, {"n": 8}, {"a": None, "_id": 4}]
    assert records[0]["n"] == 9, "the records of the call are not ours to change"


@given(st.lists(st.floats() | st.integers(-10, 10).map(float), min_size=1))
def test_floats_together_are_written_as_each_alone(values: list[float]) -> None:
    texts = plain_floats(values)
    if texts is not None:
        assert [(text, NUMBER) for text in texts] == list(map(text_of, values))
    common = [value for value in values if value == 0 or 0.001 < abs(value) < 1e9]
    assert plain_floats(common) is not None


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
