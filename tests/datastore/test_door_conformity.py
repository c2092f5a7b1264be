"""Rows by the Data API are part of the dataset's conformity, and stand still when it does."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.datastore import leftovers, table
from tests.datastore.test_door import KEYED, SAMARINDA, make_door, upsert
from tests.datastore.working import rows, shown, states, work
from tests.lifecycle.seen import adopt
from tests.lifecycle.test_at_once import Call, at_once, refusals
from tests.province import TABLE_SCHEMA, Province, add_resource, make_dataset, run_checks, upload

pytestmark = pytest.mark.usefixtures("with_plugins")

PERSONS = {"fields": [{"name": "pemegang"}, {"name": "jumlah", "type": "integer"}]}
NIK = "3171011708450001"


@pytest.fixture
def door(province: Province, draft: dict[str, Any]) -> dict[str, Any]:
    """A door with a key and one row."""
    return make_door(province, draft["id"], KEYED, records=[SAMARINDA])


def blocking(province: Province, package_id: str) -> set[str]:
    """The rules that keep a dataset from being handed in."""
    with pytest.raises(tk.ValidationError) as caught:
        province.act("produsen", "sdi_dataset_submit", id=package_id)
    findings: Any = caught.value.error_dict["findings"]
    return {finding["rule"] for finding in findings}


def submit(province: Province, package_id: str) -> None:
    province.act("produsen", "sdi_dataset_submit", id=package_id)


def past_the_door(resource: dict[str, Any]) -> None:
    """Change a row past every layer, as raw SQL would."""
    with table.get_write_engine().begin() as connection:
        named = sa.table(resource["id"], sa.column("jumlah"))
        connection.execute(sa.update(named).values(jumlah=named.c.jumlah + 1))


def test_rows_go_the_whole_way(province: Province, door: dict[str, Any]) -> None:
    package_id = door["package_id"]
    assert states(door) == ["waiting"]
    assert blocking(province, package_id) == {"interoperabilitas.not_checked"}
    run_checks()
    told = shown(province, door)
    assert (told["state"], told["rows"], told["rows_by"], told["loaded"]) == (
        "passed",
        1,
        "api",
        True,
    )
    submit(province, package_id)
    refused_writes(province, door)
    province.act("walidata", "sdi_dataset_publish", id=package_id)
    refused_writes(province, door)
    found = tk.get_action("datastore_search")({"user": ""}, {"resource_id": door["id"]})
    assert found["total"] == 1
    province.act("walidata", "sdi_dataset_withdraw", id=package_id, reason="uji")
    upsert(province, door, records=[{**SAMARINDA, "jumlah": 1}])
    assert rows(door)[0]["jumlah"] == 1


def refused_writes(province: Province, resource: dict[str, Any]) -> None:
    """Nothing can be changed, by an office or by a sysadmin."""
    before = rows(resource)
    call = {"resource_id": resource["id"], "force": True}
    for role in ("produsen", "admin"):
        for action, data in (
            ("datastore_upsert", {"records": [{**SAMARINDA, "tahun": 2023}]}),
            ("datastore_create", {"records": [{**SAMARINDA, "tahun": 2023}]}),
            ("datastore_delete", {"filters": {}}),
            ("datastore_delete", {}),
        ):
            with pytest.raises(tk.ValidationError) as caught:
                province.act(role, action, **call, **data)
            assert "sdi" in caught.value.error_dict
            model.Session.rollback()
    assert rows(resource) == before


def test_each_write_has_the_rows_checked_again(province: Province, door: dict[str, Any]) -> None:
    run_checks()
    more = [{**SAMARINDA, "tahun": 2024}]
    upsert(province, door, records=more)
    upsert(province, door, records=more)
    assert states(door) == ["passed", "waiting"]
    assert blocking(province, door["package_id"]) == {"interoperabilitas.not_checked"}
    run_checks()
    assert shown(province, door)["rows"] == 2
    province.act("produsen", "datastore_records_delete", id=door["id"], filters={})
    run_checks()
    assert shown(province, door)["state"] == "unreadable"
    assert blocking(province, door["package_id"]) == {"interoperabilitas.check_failed"}


def test_rows_changed_past_the_door_are_seen(province: Province, door: dict[str, Any]) -> None:
    run_checks()
    past_the_door(door)
    assert blocking(province, door["package_id"]) == {"interoperabilitas.rows_differ"}


def test_another_standard_or_period_has_the_rows_judged_again(
    province: Province, door: dict[str, Any]
) -> None:
    run_checks()
    tight = {**KEYED, "fields": [*KEYED["fields"][:3], {"name": "jumlah", "type": "integer"}]}
    tight["fields"][3] = {**tight["fields"][3], "constraints": {"maximum": 5}}
    province.act("produsen", "resource_patch", id=door["id"], table_schema=tight)
    assert states(door) == ["passed", "waiting"]
    run_checks()
    told = shown(province, door)
    assert told["state"] == "failed"
    assert [(one["rule"], one["column"]) for one in told["tasks"]] == [("value.maximum", "jumlah")]
    assert told["tasks"][0]["samples"][0]["cell"] == "_id 1"
    assert len(rows(door)) == 1
    assert blocking(province, door["package_id"]) == {"interoperabilitas.check_failed"}
    province.act("produsen", "resource_patch", id=door["id"], periode_data="2024")
    assert states(door)[-1] == "waiting"


def test_columns_that_are_not_the_standards_are_no_checked_rows(
    province: Province, door: dict[str, Any]
) -> None:
    text = {**KEYED, "fields": [*KEYED["fields"][:3], {"name": "jumlah"}]}
    province.act("produsen", "resource_patch", id=door["id"], table_schema=text)
    run_checks()
    told = shown(province, door)
    assert (told["state"], bool(told["message"])) == ("unreadable", True)


def test_numbers_of_persons_block_what_is_open(province: Province, draft: dict[str, Any]) -> None:
    resource = make_door(province, draft["id"], PERSONS, records=[{"pemegang": NIK, "jumlah": 1}])
    run_checks()
    assert shown(province, resource)["state"] == "passed"
    assert blocking(province, draft["id"]) == {"data_pribadi.terbuka"}


@pytest.mark.parametrize("change", [{"lampiran": "true"}, {"url_type": "", "lampiran": "true"}])
def test_rows_do_not_slip_through_as_an_attachment(
    province: Province, draft: dict[str, Any], change: dict[str, Any]
) -> None:
    resource = make_door(province, draft["id"], PERSONS, records=[{"pemegang": NIK, "jumlah": 1}])
    province.act(
        "produsen", "resource_patch", id=resource["id"], url="https://example.com/a", **change
    )
    run_checks()
    if "url_type" in change:
        work()
        assert not table.table_exists(resource["id"])
    else:
        assert "data_pribadi.terbuka" in blocking(province, draft["id"])


def test_a_file_takes_the_place_of_the_rows(province: Province, door: dict[str, Any]) -> None:
    run_checks()
    csv = "kode_wilayah,npwp,tahun,jumlah\n64.74,,2025,3\n"
    province.act("produsen", "resource_patch", id=door["id"], upload=upload(csv), format="CSV")
    run_checks()
    assert [row["kode_wilayah"] for row in rows(door)] == ["64.74"]
    with pytest.raises(tk.ValidationError):
        upsert(province, door, records=[SAMARINDA])
    model.Session.rollback()
    submit(province, door["package_id"])


def test_rows_of_a_call_and_of_a_file_are_one(province: Province, draft: dict[str, Any]) -> None:
    schema = {
        "fields": [
            {"name": "nomor"},
            {"name": "kode", "sdi": {"code": "kode_wilayah", "normalise": True}},
            {"name": "nama_siswa"},
            {"name": "surel"},
            {"name": "luas", "type": "number", "decimalChar": ",", "groupChar": "."},
            {"name": "sejak", "type": "date", "format": "%d/%m/%Y"},
            {"name": "aktif", "type": "boolean"},
            {"name": "tahun", "type": "year"},
        ],
        "primaryKey": "nomor",
        "missingValues": ["", "-"],
        "sdi": {"reference_date": {"column": "tahun"}},
    }
    names = [field["name"] for field in schema["fields"]]
    lines = [
        ["1", "64.72", "Contoh Satu", "satu@example.id", "1.234,50", "31/12/2025", "Ya", "2025"],
        ["2", "64.04", "Contoh Dua", "dua@example.id", "-", "", "tidak", "2024"],
        ["3", "64-71", "-", "tiga@example.id", "0,5", "01/01/1999", "", "0999"],
    ]
    text = "".join(f"{';'.join(line)}\n" for line in [names, *lines])
    file = add_resource(province, draft["id"], text, table_schema=json.dumps(schema))
    records = [dict(zip(names, line, strict=True)) for line in lines]
    door = make_door(province, draft["id"], schema, records=records)
    run_checks()
    of_file, of_call = shown(province, file), shown(province, door)
    assert rows(door) == rows(file)
    assert (of_file["state"], of_call["state"]) == ("passed", "passed")
    told = [
        {(task["rule"], task["column"], task["count"]) for task in check["tasks"]}
        for check in (of_file, of_call)
    ]
    # What was normalised when it was written is normal since.
    assert told[0] - told[1] <= {("kode.separator", "kode", 1)}
    assert told[1] <= told[0]
    assert told[1]


def test_an_adopted_dataset_takes_no_rows_unseen(province: Province) -> None:
    made = make_dataset(province, name="lama")
    adopt(made["id"])
    with pytest.raises(tk.ValidationError) as caught:
        make_door(province, made["id"], records=[SAMARINDA])
    assert "sdi" in caught.value.error_dict


def test_rows_that_wait_are_no_leftovers(province: Province, door: dict[str, Any]) -> None:
    run_checks()
    past_the_door(door)
    province.act("produsen", "sdi_resource_check", id=door["id"])
    run_checks()
    assert door["id"] not in {left.name for left in leftovers.find()}


@pytest.mark.ckan_config("ckanext.sdi.gate", "report")
def test_while_the_gate_reports_rows_are_checked_afterwards(
    province: Province, draft: dict[str, Any]
) -> None:
    resource = make_door(province, draft["id"], TABLE_SCHEMA, fields=FIELDS, records=[BAD])
    run_checks()
    assert shown(province, resource)["state"] == "failed"
    upsert(province, resource, records=[BAD], method="insert")
    assert states(resource)[-1] == "waiting"


FIELDS = [
    {"id": "kode_wilayah", "type": "text"},
    {"id": "npwp", "type": "text"},
    {"id": "tahun", "type": "int4"},
    {"id": "jumlah", "type": "int8"},
]
BAD = {**SAMARINDA, "kode_wilayah": "64.99"}


class TestAtOnce:
    def test_one_key_is_written_once(self, province: Province, door: dict[str, Any]) -> None:
        call: Call = (
            "produsen",
            "datastore_upsert",
            {
                "resource_id": door["id"],
                "method": "insert",
                "records": [{**SAMARINDA, "tahun": 2020}],
            },
        )
        results = at_once(province, call, call, call)
        assert len(refusals(results)) == 2
        assert all("findings" in one.error_dict for one in refusals(results))
        assert len(rows(door)) == 2

    def test_what_is_handed_in_is_what_was_checked(
        self, province: Province, door: dict[str, Any]
    ) -> None:
        run_checks()
        write: Call = (
            "produsen",
            "datastore_upsert",
            {"resource_id": door["id"], "records": [{**SAMARINDA, "tahun": 2020}]},
        )
        hand_in: Call = ("produsen", "sdi_dataset_submit", {"id": door["package_id"]})
        written, handed_in = at_once(province, write, hand_in)
        assert len(refusals([written, handed_in])) == 1
        assert len(rows(door)) == (1 if isinstance(written, Exception) else 2)
