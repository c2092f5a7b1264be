"""The schema files themselves."""

from __future__ import annotations

from importlib import resources
from typing import Any

import pytest
import yaml

from ckanext.sdi.rules import filled
from ckanext.sdi.rules.labels import LABELS

OF_THE_CONTRACT = {
    "daftar_data_item", "jenis_data", "konsep", "definisi", "klasifikasi", "ukuran", "satuan",
    "kode_sds", "kode_metadata", "jadwal_pemutakhiran", "periode_awal", "periode_akhir",
    "cakupan_wilayah", "tingkat_penyajian", "metode_pengumpulan", "sumber", "penanggung_jawab",
    "klasifikasi_risiko", "prioritas_tahun", "kategori",
}  # fmt: skip
PRESETS = {
    "sdi_nik", "sdi_nomor_kk", "sdi_npwp", "sdi_nitku", "sdi_kode_wilayah", "sdi_kode_sds",
    "sdi_kode_dssd", "sdi_daftar_data_item", "sdi_table_schema", "sdi_satuan", "sdi_periode",
}  # fmt: skip


def load(name: str) -> dict[str, Any]:
    text = resources.files("ckanext.sdi.schemas").joinpath(name).read_text("utf-8")
    return yaml.safe_load(text)


@pytest.fixture(scope="module")
def dataset() -> dict[str, Any]:
    return load("dataset.yaml")


def test_the_fields_of_the_contract_are_there(dataset: dict[str, Any]) -> None:
    assert {field["field_name"] for field in dataset["dataset_fields"]} >= OF_THE_CONTRACT
    assert {"table_schema", "periode_data", "lampiran"} <= {
        field["field_name"] for field in dataset["resource_fields"]
    }


def test_only_title_name_and_organisation_are_required(dataset: dict[str, Any]) -> None:
    fields = dataset["dataset_fields"] + dataset["resource_fields"]
    required = {field["field_name"] for field in fields if field.get("required")}
    assert required == {"title", "name", "owner_org"}


def test_each_asked_field_has_a_help_text_or_is_plain(dataset: dict[str, Any]) -> None:
    plain = {"jenis_data", "name"}
    for field in dataset["dataset_fields"]:
        asked = field.get("form_snippet", "") is not None and field.get("preset") != "sdi_kept"
        if asked and field["field_name"] not in plain:
            assert field.get("help_text"), field["field_name"]


def test_five_groups_in_the_order_of_filling_in(dataset: dict[str, Any]) -> None:
    titles = [
        field["form_group"]["title"] for field in dataset["dataset_fields"] if "form_group" in field
    ]
    assert titles == [
        "From the list",
        "Data standard",
        "Coverage and period",
        "Source and responsibility",
        "Access",
    ]


def test_each_text_has_a_longest_length(dataset: dict[str, Any]) -> None:
    bounded = ("sdi_at_most", "sdi_choice", "sdi_years", "sdi_private", "name_validator")
    presets = {p["preset_name"]: p["values"] for p in load("presets.yaml")["presets"]}
    for field in dataset["dataset_fields"] + dataset["resource_fields"]:
        validators = field.get("validators") or presets.get(field.get("preset"), {}).get(
            "validators", ""
        )
        if field.get("preset") in PRESETS | {
            "dataset_slug",
            "dataset_organization",
            "tag_string_autocomplete",
            "resource_format_autocomplete",
        }:
            continue
        if field["field_name"] == "lampiran":
            continue
        assert any(name in validators for name in bounded), field["field_name"]


def test_labels_are_those_that_findings_use(dataset: dict[str, Any]) -> None:
    labels = {field["field_name"]: field["label"] for field in dataset["dataset_fields"]}
    assert {name: labels.get(name) for name in LABELS} == LABELS


def test_fields_the_item_decides_are_marked(dataset: dict[str, Any]) -> None:
    marked = {f["field_name"] for f in dataset["dataset_fields"] if f.get("from_item")}
    assert marked == set(filled.BINDING) - {"owner_org"}


def test_there_is_a_preset_for_each_validator_of_the_contract() -> None:
    presets = {p["preset_name"]: p["values"] for p in load("presets.yaml")["presets"]}
    assert set(presets) >= PRESETS
    for name in PRESETS:
        assert presets[name]["validators"].split()[-1] == name


def test_no_form_offers_public_or_private(dataset: dict[str, Any]) -> None:
    (private,) = [f for f in dataset["dataset_fields"] if f["field_name"] == "private"]
    assert private["form_snippet"] is None
    assert private["validators"] == "sdi_private"
