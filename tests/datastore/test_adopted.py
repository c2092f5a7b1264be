"""Datasets that were public before: their owner readies them for handing in while they stay so."""

from __future__ import annotations

import json
from typing import Any

import pytest

import ckan.plugins.toolkit as tk

from ckanext.sdi.datastore import table
from ckanext.sdi.datastore.hands_off import HandsOff
from tests.datastore.working import rows, shown, work
from tests.lifecycle.seen import adopt, is_public
from tests.province import (
    BAD_CSV,
    GOOD_CSV,
    TABLE_SCHEMA,
    Province,
    add_resource,
    make_dataset,
    upload,
)

pytestmark = pytest.mark.usefixtures("with_plugins", "empty_queue")

STANDARD = json.dumps(TABLE_SCHEMA)


@pytest.fixture
def old(province: Province) -> dict[str, Any]:
    """A resource without a column standard, of a dataset that was public before."""
    made = make_dataset(province, name="lama")
    resource = add_resource(province, made["id"], table_schema="")
    adopt(made["id"])
    return resource


def give_standard(province: Province, resource: dict[str, Any], **changes: Any) -> None:
    province.act("produsen", "resource_patch", id=resource["id"], table_schema=STANDARD, **changes)


def test_without_a_standard_all_is_as_before(province: Province, old: dict[str, Any]) -> None:
    province.act("produsen", "resource_patch", id=old["id"], upload=upload(GOOD_CSV))
    assert shown(province, old)["state"] == "none"
    assert HandsOff().can_upload(old["id"])


def test_a_standard_has_it_checked_loaded_and_handed_in(
    province: Province, old: dict[str, Any]
) -> None:
    give_standard(province, old)
    work()
    assert (shown(province, old)["state"], len(rows(old))) == ("passed", 2)
    assert is_public(old["package_id"])
    assert not HandsOff().can_upload(old["id"])
    with pytest.raises(tk.ValidationError):
        province.act(
            "admin", "datastore_upsert", resource_id=old["id"], records=[{"tahun": 1}], force=True
        )
    province.act("produsen", "sdi_dataset_submit", id=old["package_id"])
    assert not is_public(old["package_id"])
    province.act("walidata", "sdi_dataset_publish", id=old["package_id"])
    assert is_public(old["package_id"])


def test_a_wrong_file_takes_no_rows_that_are_in_use(
    province: Province, old: dict[str, Any]
) -> None:
    fields = [{"id": "a", "type": "text"}]
    call = {"resource_id": old["id"], "force": True, "fields": fields, "records": [{"a": "1"}]}
    province.act("produsen", "datastore_create", **call)
    give_standard(province, old, upload=upload(BAD_CSV))
    work()
    check = shown(province, old)
    assert (check["state"], check["loaded"]) == ("failed", False)
    assert [row["a"] for row in rows(old)] == ["1"]
    assert is_public(old["package_id"])


def test_without_the_standard_its_rows_are_nobodys_again(
    province: Province, old: dict[str, Any]
) -> None:
    give_standard(province, old)
    work()
    province.act("produsen", "resource_patch", id=old["id"], table_schema="")
    call = {"resource_id": old["id"], "force": True, "filters": {"jumlah": 7}}
    province.act("produsen", "datastore_records_delete", **call)
    give_standard(province, old)
    work()
    assert (shown(province, old)["loaded"], len(rows(old))) == (True, 2)


def test_rows_that_identify_people_are_not_loaded_into_the_open(
    province: Province, old: dict[str, Any]
) -> None:
    nik = {"name": "nik", "type": "string", "sdi": {"code": "nik"}}
    standard = {"fields": [nik, {"name": "jumlah", "type": "integer"}]}
    file = upload("nik,jumlah\n,1\n")
    province.act(
        "produsen", "resource_patch", id=old["id"], table_schema=json.dumps(standard), upload=file
    )
    work()
    check = shown(province, old)
    assert (check["state"], check["loaded"]) == ("passed", False)
    assert not table.table_exists(old["id"])


@pytest.mark.ckan_config("ckanext.sdi.gate", "report")
def test_rows_written_while_the_gate_reports_are_no_longer_the_files(
    province: Province, old: dict[str, Any]
) -> None:
    give_standard(province, old)
    work()
    assert shown(province, old)["loaded"]
    call = {"resource_id": old["id"], "force": True, "filters": {"jumlah": 7}}
    province.act("produsen", "datastore_records_delete", **call)
    assert not shown(province, old)["loaded"]


def test_another_period_is_another_check(province: Province) -> None:
    made = make_dataset(province)
    # Bulungan's code until North Kalimantan became a province of its own.
    resource = add_resource(province, made["id"], GOOD_CSV.replace("64.71", "64.04"))
    work()
    warned = shown(province, resource)
    province.act("produsen", "resource_patch", id=resource["id"], periode_data="2010")
    work()
    assert shown(province, resource)["check_id"] != warned["check_id"]
    assert shown(province, resource)["tasks"] != warned["tasks"]
