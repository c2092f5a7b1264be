"""Rows with the names of their codes."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

import ckan.plugins.toolkit as tk
from ckan import model

from tests.province import (
    TABLE_SCHEMA,
    Province,
    add_resource,
    make_dataset,
    published_dataset,
    run_checks,
)


def _search(resource_id: str, **more: Any) -> dict[str, Any]:
    return tk.get_action("sdi_datastore_search")({"user": ""}, {"resource_id": resource_id, **more})


@pytest.fixture
def resource_id(province: Province) -> str:
    return published_dataset(province)["resources"][0]["id"]


@pytest.mark.parametrize("expand", ["kode_wilayah", ["kode_wilayah"], " kode_wilayah, "])
def test_names_stand_beside_the_codes(resource_id: str, expand: Any) -> None:
    found = _search(resource_id, expand=expand, sort="kode_wilayah")
    names = [(record["kode_wilayah"], record["kode_wilayah_nama"]) for record in found["records"]]
    assert names == [("64.71", "Kota Balikpapan"), ("64.72", "Kota Samarinda")]
    assert found["fields"][-1] == {"id": "kode_wilayah_nama", "type": "text"}
    assert found["total"] == 2


def test_without_expand_it_is_ckans_own_answer(resource_id: str) -> None:
    own = tk.get_action("datastore_search")({"user": ""}, {"resource_id": resource_id})
    assert _search(resource_id) == own
    assert _search(resource_id, expand="") == own


@pytest.mark.parametrize(
    "asked",
    [
        {"expand": "jumlah"},
        {"expand": "npwp"},
        {"expand": "tidak_ada"},
        {"expand": {"kode_wilayah": 1}},
        {"expand": ["kode_wilayah", 3]},
        {"expand": "kode_wilayah", "fields": ["jumlah"]},
        {"expand": "kode_wilayah", "records_format": "csv"},
    ],
)
def test_what_has_no_names_is_refused(resource_id: str, asked: dict[str, Any]) -> None:
    with pytest.raises(tk.ValidationError) as caught:
        _search(resource_id, **asked)
    assert list(caught.value.error_dict) == ["expand"]


def test_a_column_is_not_written_over(province: Province) -> None:
    standard = copy.deepcopy(TABLE_SCHEMA)
    standard["fields"].append({"name": "kode_wilayah_nama", "type": "string"})
    made = make_dataset(province)
    text = (
        "kode_wilayah,npwp,tahun,jumlah,kode_wilayah_nama\n64.72,013121660091000,2025,1,Samarinda\n"
    )
    resource = add_resource(province, made["id"], text, table_schema=json.dumps(standard))
    run_checks()
    with pytest.raises(tk.ValidationError):
        province.act(
            "produsen", "sdi_datastore_search", resource_id=resource["id"], expand="kode_wilayah"
        )


def test_a_name_is_that_of_the_data_s_own_time(province: Province) -> None:
    """Kabupaten Bulungan was 64.04 until 2012, when it became 65.01 of Kalimantan Utara."""
    made = make_dataset(province)
    standard = copy.deepcopy(TABLE_SCHEMA)
    text = "kode_wilayah,npwp,tahun,jumlah\n64.04,013121660091000,2010,1\n"
    resource = add_resource(
        province, made["id"], text, table_schema=json.dumps(standard), periode_data="2010"
    )
    run_checks()
    found = province.act(
        "produsen", "sdi_datastore_search", resource_id=resource["id"], expand="kode_wilayah"
    )
    assert [record["kode_wilayah_nama"] for record in found["records"]] == ["Kabupaten Bulungan"]


def test_private_rows_stay_private(province: Province) -> None:
    made = make_dataset(province)
    resource = add_resource(province, made["id"])
    run_checks()
    for asked in ({}, {"expand": "kode_wilayah"}):
        with pytest.raises(tk.NotAuthorized):
            _search(resource["id"], **asked)
        model.Session.rollback()
    with pytest.raises(tk.ObjectNotFound):
        _search("tidak-ada", expand="kode_wilayah")
