"""The check of a whole file: exact counts, capped samples, places, keys, masks, uniqueness."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.sdi.check import run, unique
from ckanext.sdi.check.convert import typed_columns
from ckanext.sdi.check.posted_records import judge_alone
from ckanext.sdi.check.report import SAMPLES, Report
from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table import Limits, open_table
from ckanext.sdi.check.table_schema import SchemaError, TableSchema
from ckanext.sdi.check.tasks import clean_columns, number, tasks_of
from ckanext.sdi.check.unique import Uniqueness
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.columnar import unpack

NIKS = ["3171011708450001", "3404025011880001", "6472014101900003"]


def checked(
    path: Path, text: str, schema: dict[str, Any], **more: Any
) -> tuple[Report, list[Finding]]:
    path.write_text(text, encoding="utf-8", newline="")
    found: list[Finding] = []
    report = check_table(path, TableSchema.from_dict(schema), sink=found.append, **more)
    return report, found


def fields(*made: Any, **more: Any) -> dict[str, Any]:
    return {"fields": [one if isinstance(one, dict) else {"name": one} for one in made], **more}


def test_counts_are_exact_and_samples_are_capped(tmp_path: Path) -> None:
    rows = 3_412
    text = "jumlah,nama\n" + "x1,a\n" * rows + "5,a\n"
    schema = fields({"name": "jumlah", "type": "integer"}, "nama")
    report, found = checked(tmp_path / "x.csv", text, schema, limits=Limits(block=4096))
    assert report.rows == rows + 1
    assert report.counts == {("integer.form", "jumlah"): rows}
    assert report.severities == {"error": rows, "warning": 0, "info": 0}
    assert len(found) == rows
    assert len({finding.cell for finding in found}) == rows
    assert len(report.samples["integer.form", "jumlah"]) == SAMPLES
    (task,) = tasks_of(report, str)
    assert (task.form, task.count, task.first_cell) == ("many", rows, "A2")
    assert "3,412" in task.sentence


def test_a_fault_of_the_whole_column_is_told_once(tmp_path: Path) -> None:
    text = 'kode;luas\na;"1,5"\nb;"2,5"\n\nc;"3,25"\n'
    report, _ = checked(
        tmp_path / "x.csv", text, fields("kode", {"name": "luas", "type": "number"})
    )
    task = tasks_of(report, str)[0]
    assert task.form == "whole"
    assert task.share == 1.0
    assert task.sentence.startswith("All 3 numbers of column luas")


def test_places_are_those_of_the_spreadsheet(tmp_path: Path) -> None:
    text = '\nkode,catatan,jumlah\na,"dua\nbaris",1\n\n,,\nb,ya,x1\nc,pendek\nd,ya,y\n'
    schema = fields("kode", "catatan", {"name": "jumlah", "type": "integer"}, primaryKey=["kode"])
    _, found = checked(tmp_path / "x.csv", text, schema)
    told = {(f.rule, f.row, f.cell, (f.key or {}).get("kode")) for f in found if f.row}
    assert told == {
        ("integer.form", 2, "C6", "b"),
        ("table.ragged", 3, "A7", None),
        ("integer.form", 4, "C8", "d"),
    }


def test_a_report_survives_json(tmp_path: Path) -> None:
    text = "nik,jumlah\n3171011708450000,x1\n" + "".join(f"{nik},1\n" for nik in NIKS)
    schema = fields(
        {"name": "nik", "sdi": {"code": "nik"}},
        {"name": "jumlah", "type": "integer"},
        primaryKey=["nik"],
    )
    report, _ = checked(tmp_path / "x.csv", text, schema)
    again = Report.from_dict(json.loads(json.dumps(report.as_dict())))
    assert again == report
    assert tasks_of(again, str) == tasks_of(report, str)
    assert again.personal_columns == ["nik"]


def test_no_ones_nik_is_repeated(tmp_path: Path) -> None:
    wrong = "3171013202010001"
    text = "nik,nama,surel,kode\n" + "".join(
        f"{nik},Budi Contoh,budi@contoh.id,{nik}\n" for nik in [wrong, *NIKS]
    )
    schema = fields(
        {"name": "nik", "sdi": {"code": "nik"}},
        {"name": "nama", "constraints": {"maxLength": 3}},
        {"name": "surel", "constraints": {"enum": ["-"]}},
        {"name": "kode", "type": "year"},
        primaryKey=["nik"],
    )
    report, found = checked(tmp_path / "x.csv", text, schema)
    told = json.dumps([f.as_dict(str) for f in found]) + json.dumps(report.as_dict())
    assert {f.column for f in found} == {"nik", "nama", "surel", "kode"}
    for secret in [wrong, *NIKS, "Budi", "budi@"]:
        assert secret not in told
    assert set(report.personal_columns) == {"nik", "nama", "surel", "kode"}


def test_a_right_file_passes_and_is_typed(tmp_path: Path) -> None:
    text = (
        "\ufeffKode Kab;npwp;jumlah;luas;tanggal;tahun;aktif\n"
        "64.72;0020000014000000;007;1.234,50;31/12/2025;2025;Ya\n"
        "11.10;;;;;;\n"
    )
    schema = fields(
        {"name": "tahun", "type": "year"},
        {"name": "kode_kab", "sdi": {"code": "kode_wilayah", "level": "kab_kota"}},
        {"name": "npwp", "sdi": {"code": "npwp"}},
        {"name": "jumlah", "type": "integer"},
        {"name": "luas", "type": "number", "decimalChar": ",", "groupChar": "."},
        {"name": "tanggal", "type": "date", "format": "%d/%m/%Y"},
        {"name": "aktif", "type": "boolean"},
    )
    path = tmp_path / "x.csv"
    report, found = checked(path, text, schema)
    assert report.passed
    assert [finding.rule for finding in found] == ["table.column_spelling"]
    (block,) = open_table(path)
    columns = typed_columns(block, TableSchema.from_dict(schema))
    assert [column.to_pylist()[0] for column in columns[1:5]] == [
        "64.72", "0020000014000000", 7, "1234.50",
    ]  # fmt: skip
    assert [str(column.type) for column in columns] == [
        "int32", "string", "string", "int64", "string", "date32[day]", "bool",
    ]  # fmt: skip
    assert [column.to_pylist()[1] for column in columns] == [
        None, "11.10", None, None, None, None, None,
    ]  # fmt: skip


def test_codes_are_judged_at_the_date_of_their_row(tmp_path: Path) -> None:
    text = "kode,tahun\n64.04,2010\n64.04,2024\n65.01,2024\n"
    schema = fields(
        {"name": "kode", "sdi": {"code": "kode_wilayah"}},
        {"name": "tahun", "type": "year"},
        sdi={"reference_date": {"column": "tahun"}},
    )
    _, found = checked(tmp_path / "x.csv", text, schema)
    assert [(f.rule, f.cell) for f in found] == [("kode_wilayah.retired", "A3")]


@pytest.mark.parametrize("held", [1, 7, 50_000])
def test_many_at_once_and_one_by_one_are_the_same(
    held: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "HELD", held)
    wrong = ("3171011708450000", "'3171011708450001", "317101170845", "x", "")
    rows = [f"{n},{wrong[n % 5]},{'x' if n % 3 else n},{2010 + n % 9}" for n in range(500)]
    schema = fields(
        {"name": "id"},
        {"name": "nik", "sdi": {"code": "nik"}, "constraints": {"required": True}},
        {"name": "jumlah", "type": "integer", "constraints": {"minimum": 9}},
        {"name": "tahun", "type": "year", "constraints": {"unique": True}},
        primaryKey=["id"],
        sdi={"reference_date": {"column": "tahun"}},
    )
    path = tmp_path / "x.csv"
    text = "id,nik,jumlah,tahun\n" + "\n".join(rows) + "\n3,pendek\n"
    batches: list[pa.RecordBatch] = []
    report, found = checked(path, text, schema, batches=batches.append, limits=Limits(block=2_000))
    assert [finding for batch in batches for finding in unpack(batch)] == found
    assert sum(report.counts.values()) == len(found)
    by_place: dict[tuple[str, str], list[Finding]] = {}
    for finding in found:
        by_place.setdefault((finding.rule, finding.column or ""), []).append(finding)
    assert {place: len(those) for place, those in by_place.items()} == report.counts
    for place, those in by_place.items():
        assert report.samples[place] == those[:SAMPLES]
    bad = [f for f in found if f.column in ("nik", "jumlah") and f.row]
    # Cells are told in the order of their column, each with the key of its row.
    for column, letter in (("nik", "B"), ("jumlah", "C")):
        of_column = [f for f in bad if f.column == column]
        assert [f.row for f in of_column] == sorted(f.row or 0 for f in of_column)
        for f in of_column:
            assert (f.cell, f.key) == (f"{letter}{(f.row or 0) + 1}", {"id": str((f.row or 0) - 1)})


def test_progress_ends_with_the_whole(tmp_path: Path) -> None:
    told: list[tuple[int, float]] = []
    text = "a,b\n" + "1,2\n" * 50_000
    checked(
        tmp_path / "x.csv",
        text,
        fields("a", "b"),
        limits=Limits(block=32 << 10),
        progress=lambda rows, share: told.append((rows, share)),
    )
    assert len(told) > 3
    assert told == sorted(told)
    assert told[-1] == (50_000, pytest.approx(1, abs=0.01))


TEXTS = st.one_of(st.text(max_size=6), st.text(min_size=60, max_size=90), st.sampled_from("ab"))


@settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=60),
    held=st.sampled_from([4, 1 << 20]),
    size=st.sampled_from([1, 7, 100]),
)
def test_repeats_are_those_of_a_dictionary(
    rows: list[tuple[str, str]], held: int, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unique, "HELD", held)
    first: dict[tuple[str, str], int] = {}
    expected = []
    for row, key in enumerate(rows, start=1):
        if key in first:
            expected.append((row, first[key]))
        first.setdefault(key, row)
    with Uniqueness() as uniqueness:
        for start in range(0, len(rows), size):
            part = rows[start : start + size]
            numbers = np.arange(start + 1, start + 1 + len(part))
            columns = [pa.array([row[place] for row in part], pa.string()) for place in (0, 1)]
            uniqueness.add(columns, numbers, numbers + 1)
        got = [(repeat.row, repeat.first_row) for repeat in uniqueness.repeats()]
    assert sorted(got) == expected


def test_parts_of_a_key_do_not_run_together(tmp_path: Path) -> None:
    text = "a,b\n1,23\n12,3\n,123\n"
    _, found = checked(tmp_path / "x.csv", text, fields("a", "b", primaryKey=["a", "b"]))
    assert [(f.rule, f.cell) for f in found] == [("value.required", "A4")]


@pytest.mark.parametrize(
    ("field", "same", "other"),
    [
        ({"type": "integer"}, ["1", "01", " +1"], ["-1", "10"]),
        ({"type": "number"}, ["1.5", "01.50", "15e-1"], ["15", "-1.5"]),
        ({"type": "number"}, ["0", "-0", "0.00"], ["0.01"]),
        ({"type": "number", "decimalChar": ",", "groupChar": "."}, ["1.234", "1234,0"], ["1,234"]),
        ({"type": "year"}, ["2025", " 2025"], ["2024"]),
        ({"type": "date", "format": "%d/%m/%Y"}, ["01/02/2025", "1/2/2025"], ["02/01/2025"]),
        ({"type": "boolean"}, ["Ya", "TRUE"], ["Tidak"]),
        ({"sdi": {"code": "kode_wilayah", "normalise": True}}, ["64.72", "64-72"], ["64.71"]),
    ],
)
def test_a_key_in_another_notation_is_the_same_key(
    field: dict[str, Any], same: list[str], other: list[str], tmp_path: Path
) -> None:
    # As the database, which would refuse the second row.
    schema = fields({"name": "a", **field, "constraints": {"unique": True}}, "b")
    cells = [*same[:1], *other, *same[1:]]
    text = "a,b\n" + "".join(f'"{cell}",x\n' for cell in cells)
    _, found = checked(tmp_path / "x.csv", text, schema)
    repeated = [(one.row, one.rule) for one in found if one.severity == "error"]
    assert repeated == [(len(other) + n + 1, "value.unique") for n in range(1, len(same))]
    alone = judge_alone([{"a": cell} for cell in cells], TableSchema.from_dict(schema))
    assert [(one.row, one.rule) for one in alone] == repeated


def test_what_is_no_value_is_told_apart_by_its_text(tmp_path: Path) -> None:
    schema = fields({"name": "a", "type": "integer", "constraints": {"unique": True}})
    _, found = checked(tmp_path / "x.csv", "a\n07\nx\n7\nx\ny\n", schema)
    assert [one.row for one in found if one.rule == "value.unique"] == [3, 4]


FAULTY_SCHEMAS = {
    "no list": ([], "table_schema", "table_schema.not_allowed"),
    "no fields": ({}, "table_schema", "table_schema.required"),
    "no name": ({"fields": [{"type": "year"}]}, "fields.#1", "table_schema.required"),
    "type": (fields({"name": "a", "type": "teks"}), "fields.a.type", "table_schema.not_allowed"),
    "extra": (
        fields({"name": "a", "sdi": {"kode": "nik"}}), "fields.a.sdi", "table_schema.not_allowed",
    ),
    "code": (
        fields({"name": "a", "sdi": {"code": "ktp"}}),
        "fields.a.sdi.code",
        "table_schema.not_allowed",
    ),
    "reserved": (fields("_id"), "fields._id.name", "table_schema.name"),
    "quote": (fields('a"b'), 'fields.a"b.name', "table_schema.name"),
    "bytes": (fields("é" * 40), f"fields.{'é' * 40}.name", "table_schema.name"),
    "twice": (fields("a", "a"), "fields.a", "table_schema.name"),
    "number code": (
        fields({"name": "nik", "type": "integer", "sdi": {"code": "nik"}}),
        "fields.nik.type",
        "table_schema.code_not_text",
    ),
    "key": (fields("a", primaryKey=["b"]), "primaryKey", "table_schema.reference"),
    "reference": (
        fields("a", sdi={"reference_date": {"column": "a"}}),
        "sdi.reference_date",
        "table_schema.reference",
    ),
    "day": (
        fields("a", sdi={"reference_date": "2025-02-30"}),
        "sdi.reference_date",
        "table_schema.constraint",
    ),
    "pattern": (
        fields({"name": "a", "constraints": {"pattern": "("}}),
        "fields.a.constraints.pattern",
        "table_schema.constraint",
    ),
    "format": (
        fields({"name": "a", "type": "date", "format": "%d/%y"}),
        "fields.a.format",
        "table_schema.constraint",
    ),
    "minimum": (
        fields({"name": "a", "type": "date", "constraints": {"minimum": "kemarin"}}),
        "fields.a.constraints.minimum",
        "table_schema.constraint",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "place", "rule"), FAULTY_SCHEMAS.values(), ids=FAULTY_SCHEMAS.keys()
)
def test_a_fault_of_the_standard_points_at_its_field(raw: Any, place: str, rule: str) -> None:
    with pytest.raises(SchemaError) as error:
        TableSchema.from_dict(raw)
    assert [(finding.field, finding.rule) for finding in error.value.findings] == [(place, rule)]
    assert all(finding.message(str) for finding in error.value.findings)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000])
def test_what_is_no_json_is_a_fault_too(text: str) -> None:
    with pytest.raises(SchemaError):
        TableSchema.from_json(text)


def test_the_digest_is_that_of_the_content() -> None:
    one = TableSchema.from_json('{"fields": [{"name": "a", "type": "year"}]}')
    same = TableSchema.from_json('{"fields": [{"type": "year", "name": "a"}]}')
    other = TableSchema.from_json('{"fields": [{"name": "a", "type": "integer"}]}')
    assert one.digest() == same.digest() != other.digest()


def test_numbers_are_written_as_the_language_does() -> None:
    assert number(1_234_567, str) == "1,234,567"
    assert number(1_234_567, {"1,000": "1.000"}.__getitem__) == "1.234.567"


def test_an_ignored_column_is_not_in_the_rows_but_looked_at_for_persons(tmp_path: Path) -> None:
    text = "kode,Catatan\n" + "".join(f"{n},{nik}\n" for n, nik in enumerate(NIKS))
    report, found = checked(tmp_path / "x.csv", text, fields("kode", sdi={"ignored": ["catatan"]}))
    assert [(one.rule, one.severity, one.column, one.cell) for one in found] == [
        ("table.column_ignored", "warning", "Catatan", "B1"),
        ("data_pribadi.column", "warning", "Catatan", "B1"),
    ]
    assert report.passed
    assert report.personal_columns == ["Catatan"]
    with open_table(tmp_path / "x.csv") as table:
        schema = TableSchema.from_dict(fields("kode", sdi={"ignored": ["catatan"]}))
        (columns,) = [typed_columns(block, schema) for block in table]
    assert [column.to_pylist() for column in columns] == [["0", "1", "2"]]
    # Without the person's word it is refused as before.
    report, _ = checked(tmp_path / "x.csv", text, fields("kode"))
    assert ("table.column_unknown", "Catatan") in report.counts
    assert not report.passed


def test_columns_in_which_nothing_is_wrong(tmp_path: Path) -> None:
    text = "KODE,Tahun,jumlah,luas,catatan\na,2025,x,1,#REF!\na,2025,2,1,-\n"
    schema = fields(
        "kode",
        {"name": "tahun", "type": "year"},
        {"name": "jumlah", "type": "integer"},
        {"name": "luas_ha", "type": "integer", "sdi": {"kolom": ["luas"]}},
        {"name": "catatan"},
        {"name": "tidak_ada"},
    )
    report, _ = checked(tmp_path / "x.csv", text, schema)
    # Another spelling is for information only.
    assert clean_columns(report, TableSchema.from_dict(schema)) == ["kode", "tahun", "luas_ha"]
    keyed = {**schema, "primaryKey": ["kode", "tahun"]}
    report, _ = checked(tmp_path / "x.csv", text, keyed)
    assert clean_columns(report, TableSchema.from_dict(keyed)) == ["luas_ha"]
