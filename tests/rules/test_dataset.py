"""Datasets judged: what each principle, the Daftar Data and personal data ask."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ckanext.sdi.rules import DatasetContext, Finding, ResourceFacts, judge_dataset
from ckanext.sdi.rules.dataset import as_list, is_filled
from ckanext.sdi.rules.dataset_entries import CONTEXT, DATASET, ITEM, TABLE
from ckanext.sdi.rules.dataset_persons import declared_personal

RIGHT = DatasetContext(**{**CONTEXT, "resources": [ResourceFacts(**TABLE)]})


def judged(context: DatasetContext = RIGHT, **changed: Any) -> list[Finding]:
    return judge_dataset({**DATASET, **changed}, context)


def rules(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


def test_a_right_dataset_has_no_findings() -> None:
    assert judged() == []


def test_an_empty_dataset_lacks_something_of_every_principle() -> None:
    findings = judge_dataset({}, DatasetContext())
    assert {f.principle for f in findings if f.blocks} >= {
        "daftar_data", "metadata", "standar_data", "interoperabilitas",
    }  # fmt: skip
    assert all(finding.message(str) for finding in findings)


@pytest.mark.parametrize("field", ["konsep", "definisi", "klasifikasi", "ukuran", "satuan"])
@pytest.mark.parametrize("value", ["", " - ", None, "n/a"])
def test_each_part_of_the_standard_must_say_something(field: str, value: str | None) -> None:
    found = [f for f in judged(RIGHT, **{field: value}) if f.rule == "standar_data.required"]
    assert [(f.field, f.blocks) for f in found] == [(field, True)]


def test_a_field_is_told_by_its_label() -> None:
    (finding,) = judged(periode_awal="")
    assert finding.message(str).startswith("Period from is missing")


@pytest.mark.parametrize(
    ("resource", "rule"),
    [
        ({"url_type": ""}, "not_attachment"),
        ({"format": "PDF"}, "not_attachment"),
        ({"table_schema": None}, "no_table_schema"),
        ({"check_state": None}, "not_checked"),
        ({"check_state": "waiting"}, "not_checked"),
        ({"check_state": "running"}, "not_checked"),
        ({"check_state": "superseded"}, "not_checked"),
        ({"check_state": "error"}, "not_checked"),
        ({"check_state": "failed"}, "check_failed"),
        ({"check_state": "unreadable"}, "check_failed"),
        ({"loaded_sha256": None}, "rows_differ"),
        ({"loaded_sha256": "bb"}, "rows_differ"),
        ({"file_sha256": "bb"}, "rows_differ"),
        ({"file_sha256": None}, "rows_differ"),
    ],
)
def test_a_table_is_published_only_as_it_was_checked(resource: dict[str, Any], rule: str) -> None:
    context = replace(RIGHT, resources=[ResourceFacts(**{**TABLE, **resource})])
    (finding,) = judged(context)
    assert finding.rule == f"interoperabilitas.{rule}"
    assert finding.blocks
    assert finding.resource_id == "r1"


def test_an_attachment_is_not_judged_as_a_table_but_does_not_stand_for_one() -> None:
    attachment = ResourceFacts(id="r2", name="Laporan", format="PDF", is_attachment=True)
    with_both = replace(RIGHT, resources=[*RIGHT.resources, attachment])
    assert judged(with_both) == []
    assert rules(judged(replace(RIGHT, resources=[attachment]))) == [
        "interoperabilitas.no_resource"
    ]


@pytest.mark.parametrize(
    "resource",
    [
        {"personal_columns": ["nik"]},
        {"table_schema": {"fields": [{"name": "nik", "sdi": {"code": "nik"}}]}},
        {"table_schema": '{"fields": [{"name": "nik", "sdi": {"code": "nik"}}]}'},
    ],
)
def test_a_column_that_identifies_persons_cannot_be_open(resource: dict[str, Any]) -> None:
    context = replace(RIGHT, resources=[ResourceFacts(**{**TABLE, **resource})])
    (finding,) = judged(context)
    assert (finding.rule, finding.column, finding.blocks) == ("data_pribadi.terbuka", "nik", True)
    closed = replace(context, item={**ITEM, "klasifikasi_risiko": "terbatas"})
    assert judged(closed, klasifikasi_risiko="terbatas") == []


def test_the_class_cannot_be_opened_against_the_list() -> None:
    context = replace(RIGHT, item={**ITEM, "klasifikasi_risiko": "terbatas"})
    (finding,) = judged(context)
    assert (finding.rule, finding.field) == ("daftar_data.contradicts", "klasifikasi_risiko")
    assert finding.suggestion == "terbatas"


def test_blanks_and_order_are_no_contradiction() -> None:
    context = replace(
        RIGHT, item={**ITEM, "konsep": "Penduduk  tetap\n", "prioritas_tahun": [2026, 2025]}
    )
    assert judged(context, konsep=" Penduduk tetap", prioritas_tahun="2026,2025") == []


@pytest.mark.parametrize(
    ("item", "rule", "severity"),
    [
        ({"status": "belum_dicek"}, "belum_dicek", "error"),
        ({"status": "tidak_mengacu"}, "tidak_mengacu", "warning"),
        (
            {"status": "tidak_mengacu", "prioritas_tahun": [2025]},
            "prioritas_tidak_mengacu",
            "error",
        ),
    ],
)
def test_the_tie_to_the_centres_list(item: dict[str, Any], rule: str, severity: str) -> None:
    findings = judged(replace(RIGHT, item={**ITEM, **item}), prioritas_tahun="2025")
    assert (f"daftar_data.{rule}", severity) in [(f.rule, f.severity) for f in findings]


def test_areas_are_judged_on_the_last_day_of_the_period() -> None:
    assert judged(cakupan_wilayah=["64.04"], periode_awal="2010", periode_akhir="2010") == []
    (finding,) = judged(cakupan_wilayah=["64", "64.04"])
    assert finding.rule == "kode_referensi.cakupan_wilayah"
    assert finding.value == "64.04"
    assert "2025-12-31" in finding.message(str)


def test_five_thousand_areas_are_judged_quickly() -> None:
    areas = [f"64.{number:02d}" for number in range(1, 100)] * 51
    findings = judged(cakupan_wilayah=areas)
    assert {finding.rule for finding in findings} == {"kode_referensi.cakupan_wilayah"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["64.72"], ["64.72"]),
        ('["64.72", "64.71"]', ["64.72", "64.71"]),
        ("64.72,64.71", ["64.72", "64.71"]),
        ("{64.72,64.71}", ["64.72", "64.71"]),
        ("[64.72", ["[64.72"]),
        (None, []),
        (5, []),
    ],
)
def test_lists_in_every_form(value: Any, expected: list[str]) -> None:
    assert as_list(value) == expected


def test_a_dash_says_nothing() -> None:
    assert not is_filled("-")
    assert not is_filled([])
    assert is_filled("0")


@pytest.mark.parametrize("raw", [None, "", "{", "[]", {}, {"fields": "x"}, {"fields": [1]}])
def test_a_broken_standard_declares_no_person(raw: Any) -> None:
    assert declared_personal(raw) == []


NIK = "3171011708450001"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": f"Penerima {NIK}"}, "title"),
        ({"penanggung_jawab": f"Contoh, NIK: 317101.170845.0001 {2025}"}, "penanggung_jawab"),
        ({"notes": f"Tabel.\n\nNIK {NIK}."}, "notes"),
        ({"tags": [{"name": NIK}]}, "tags"),
        ({"extras": [{"key": "catatan", "value": NIK}]}, "extras"),
        ({"resources": [{"id": "r1", "name": f"{NIK}.csv"}]}, "name"),
        ({"resources": [{"id": "r1", "name": "x", "description": NIK}]}, "description"),
    ],
)
def test_no_number_of_a_person_in_open_metadata(changed: dict[str, Any], field: str) -> None:
    (finding,) = judged(**changed)
    assert (finding.rule, finding.field, finding.blocks) == ("data_pribadi.metadata", field, True)
    assert "•" * 3 in str(finding.value)
    assert "0845" not in finding.message(str)
    closed = replace(RIGHT, item={**ITEM, "klasifikasi_risiko": "terbatas"})
    assert judged(closed, klasifikasi_risiko="terbatas", **changed) == []


@pytest.mark.parametrize(
    "text",
    [
        "Telepon 0541-123456, e-mail data@contoh.go.id",
        "Nomor 3171013213450001",
        "17/01/2005-05/03/2025",
        '{"coordinates": [110.1011708450001, -7.1]}',
        "https://contoh.go.id/dataset/0f8fad5b-d9cb-469f-a165-70867728950e",
    ],
)
def test_other_numbers_in_metadata_are_no_persons(text: str) -> None:
    assert judged(notes=text, spatial=text) == []


def test_names_in_open_data_are_a_warning() -> None:
    table = ResourceFacts(**{**TABLE, "name_columns": ["nama_siswa"]})
    (finding,) = judged(replace(RIGHT, resources=[table]))
    assert (finding.rule, finding.column) == ("data_pribadi.names_open", "nama_siswa")
    assert (finding.severity, finding.blocks) == ("warning", False)
