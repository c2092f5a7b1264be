"""What sloppy and hostile clients send is refused with a 4xx, never a 500, and changes nothing."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import ckan.plugins.toolkit as tk

from ckanext.sdi.logic import action
from ckanext.sdi.logic.discover import functions
from tests.province import Province, add_resource, complete_metadata, make_dataset

DEEP = "[" * 50_000
BAD: list[Any] = [
    None,
    "",
    0,
    -1,
    10**30,
    1.5,
    True,
    [],
    ["a"],
    [["a"]],
    [None],
    {},
    {"a": {"b": 1}},
    [{"a": 1}],
    "tidak ada",
    "a\x00b",
    ["a\x00b"],
    {"a\x00": "b\x00"},
    "\ud800",
    "x" * 100_000,
    DEEP,
    "%s%(a)s{0}{a}",
    "'; DROP TABLE package; --",
]


def parameters() -> dict[str, list[str]]:
    """The parameters of each action, as its docstring has them."""
    own = {name: f for name, f in functions(action).items() if name.startswith("sdi_")}
    return {name: re.findall(r":param (\w+):", f.__doc__ or "") for name, f in own.items()}


def post(app: Any, province: Province, role: str | None, name: str, data: Any) -> int:
    """The status that a call gets."""
    headers = {**province.headers(role), "Content-Type": "application/json"}
    body = data if isinstance(data, str) else json.dumps(data)
    address = f"/api/3/action/{name}"
    return app.post(address, data=body, headers=headers, expect_errors=True).status_code


def right(province: Province, made: dict[str, Any], resource: dict[str, Any]) -> dict[str, Any]:
    """Right values of the parameters of each action, of which one at a time is spoiled."""
    return {
        "sdi_code_check": {"system": "nik", "values": ["1"]},
        "sdi_code_show": {"system": "kode_wilayah", "code": "64.72"},
        "sdi_code_translate": {"system": "kode_wilayah", "values": ["64.72"]},
        "sdi_code_edition_guess": {"system": "kode_wilayah", "values": ["64.72"]},
        "sdi_daftar_data_diff": {"from": province.edition_id, "to": province.edition_id},
        "sdi_daftar_data_item_update": {"id": province.item_id},
        "sdi_daftar_data_items_confirm": {
            "edition": province.edition_id,
            "items": [{"id": "DDD-001", "status": "tidak_mengacu"}],
            "reason": "x",
        },
        "sdi_daftar_data_items_propose": {"edition": province.edition_id},
        "sdi_daftar_data_producer_confirm": {"produsen": "x", "organization": "dinas-uji"},
        "sdi_daftar_data_producers_propose": {"edition": province.edition_id},
        "sdi_daftar_data_show": {"id": province.item_id},
        "sdi_daftar_data_import": {"content": "a,b"},
        "sdi_obligation_create": {
            "id": province.item_id,
            "kind": "owed",
            "organization": "dinas-uji",
            "schedule": "tahunan",
            "grace": 30,
            "first": "2026-01-01",
            "last": "2026-12-31",
            "reason": "x",
        },
        "sdi_obligation_delete": {"id": province.item_id, "obligation": "x"},
        "sdi_dataset_return": {"id": made["id"], "reason": "x"},
        "sdi_dataset_withdraw": {"id": made["id"], "reason": "x"},
        "sdi_role_set": {"organization_id": province.office["id"], "role": "walidata"},
        "sdi_table_schema_propose": {"id": resource["id"]},
        "sdi_code_edition_load": {"edition": "x", "valid_from": "2030-01-01", "content": "a,b"},
        "sdi_code_edition_diff": {"edition": "x", "valid_from": "2030-01-01"},
    }


def test_no_action_fails_on_what_it_is_sent(province: Province, app: Any) -> None:
    made = make_dataset(province)
    resource = add_resource(province, made["id"])
    given = right(province, made, resource)
    wrong = []
    for name, names in parameters().items():
        spoiled = [{**given.get(name, {}), key: bad} for key in names for bad in BAD]
        wrong += [
            (name, str(data)[:100])
            for data in [*spoiled, {}, [], "null", '"x"', "{", '{"id": NaN}']
            if post(app, province, "admin", name, data) >= 500
        ]
    assert wrong == []


DATASET_FIELDS = (
    "name",
    "title",
    "owner_org",
    "daftar_data_item",
    "konsep",
    "satuan",
    "cakupan_wilayah",
    "periode_awal",
    "tag_string",
    "tags",
    "klasifikasi_risiko",
    "prioritas_tahun",
    "private",
    "type",
    "sdi",
    "extras",
    "resources",
    "groups",
    "id",
)
RESOURCE_FIELDS = (
    "name",
    "url",
    "url_type",
    "format",
    "table_schema",
    "periode_data",
    "lampiran",
    "package_id",
    "id",
    "upload",
    "size",
)


def test_no_field_of_a_dataset_fails(province: Province, app: Any) -> None:
    # The name keeps what is otherwise right from being written, which takes time.
    metadata = {**complete_metadata(province), "name": "Tidak Sah"}
    wrong = [
        (field, str(bad)[:30])
        for field in DATASET_FIELDS
        for bad in BAD
        if post(app, province, "produsen", "package_create", {**metadata, field: bad}) >= 500
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ["resource_create", "resource_update", "resource_patch"])
def test_no_field_of_a_resource_fails(province: Province, app: Any, name: str) -> None:
    made = make_dataset(province)
    first = add_resource(province, made["id"])
    own = {"package_id": made["id"]} if name == "resource_create" else {"id": first["id"]}
    # A period that is none keeps what is otherwise right from being written.
    right_but_one = {**own, "name": "x", "url": "x", "format": "X", "periode_data": "kapan"}
    wrong = [
        (field, str(bad)[:30])
        for field in RESOURCE_FIELDS
        for bad in BAD
        if post(app, province, "produsen", name, {**right_but_one, field: bad}) >= 500
    ]
    assert wrong == []


def test_what_cannot_be_stored_is_named(province: Province) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        make_dataset(province, definisi="a\x00b", konsep="\ud800", sumber=10**30)
    assert set(refused.value.error_dict) == {"definisi", "konsep", "sumber"}


def test_a_resource_without_an_address_is_taken(province: Province) -> None:
    made = make_dataset(province, resources=[{"name": "Tanpa alamat"}])
    assert made["resources"][0]["name"] == "Tanpa alamat"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("package_show", "id"),
        ("resource_show", "id"),
        ("organization_show", "id"),
        ("group_show", "id"),
        ("user_show", "id"),
        ("tag_show", "id"),
        ("datastore_search", "resource_id"),
        ("datastore_info", "id"),
        ("sdi_datastore_search", "resource_id"),
        ("harvest_source_reindex", "id"),
        ("resource_view_update", "id"),
        ("group_update", "id"),
    ],
)
def test_what_ckan_reads_by_is_looked_at(app: Any, province: Province, name: str, key: str) -> None:
    wrong = []
    for value in BAD:
        for role in (None, "produsen"):
            status = post(app, province, role, name, {key: value})
            if not 400 <= status < 500:
                wrong.append((role, repr(value)[:30], status))
    assert wrong == []
