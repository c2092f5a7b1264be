"""From an upload to typed rows, on real servers with a real queue."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import uploader

from ckanext.sdi.datastore import findings_file, job, table
from ckanext.sdi.model import Check
from tests.datastore.working import oid, rows, shown, states, work
from tests.province import (
    BAD_CSV,
    GOOD_CSV,
    TABLE_SCHEMA,
    Province,
    add_resource,
    ready_dataset,
    upload,
)

pytestmark = pytest.mark.usefixtures("with_plugins", "empty_queue")


def test_a_right_file_is_loaded_with_its_types(province: Province, draft: dict[str, Any]) -> None:
    resource = add_resource(province, draft["id"])
    assert shown(province, resource)["state"] == "waiting"
    work()
    check = shown(province, resource)
    assert (check["state"], check["rows"], check["loaded"]) == ("passed", 2, True)
    assert rows(resource) == [
        {"_id": 1, "kode_wilayah": "64.72", "npwp": "013121660091000", "tahun": 2025, "jumlah": 12},
        {"_id": 2, "kode_wilayah": "64.71", "npwp": "021832415000000", "tahun": 2025, "jumlah": 7},
    ]
    saved = province.act("produsen", "resource_show", id=resource["id"])
    assert saved["datastore_active"] is True
    views = province.act("produsen", "resource_view_list", id=resource["id"])
    assert [view["view_type"] for view in views] == ["datatables_view"]


def test_a_wrong_file_has_findings_and_no_rows(province: Province, draft: dict[str, Any]) -> None:
    resource = add_resource(province, draft["id"], BAD_CSV)
    work()
    check = shown(province, resource)
    assert (check["state"], check["loaded"]) == ("failed", False)
    assert {(task["column"], task["first_cell"], task["count"]) for task in check["tasks"]} == {
        ("kode_wilayah", "A2", 1),
        ("npwp", "B3", 1),
        ("jumlah", "D3", 1),
    }
    assert not table.table_exists(resource["id"])
    file = findings_file.path_of(resource["id"], check["check_id"])
    assert gzip.decompress(file.read_bytes()).count(b"\n") == 3


def test_the_corrected_file_is_checked_and_loaded(
    province: Province, draft: dict[str, Any]
) -> None:
    resource = add_resource(province, draft["id"], BAD_CSV)
    work()
    first = shown(province, resource)
    province.act("produsen", "resource_patch", id=resource["id"], upload=upload(GOOD_CSV))
    assert shown(province, resource)["state"] == "waiting"
    work()
    assert shown(province, resource)["state"] == "passed"
    assert len(rows(resource)) == 2
    assert not findings_file.path_of(resource["id"], first["check_id"]).exists()


def test_rows_of_an_earlier_file_go_when_the_new_one_fails(
    province: Province, draft: dict[str, Any]
) -> None:
    resource = add_resource(province, draft["id"])
    work()
    province.act("produsen", "resource_patch", id=resource["id"], upload=upload(BAD_CSV))
    work()
    assert shown(province, resource)["state"] == "failed"
    assert not table.table_exists(resource["id"])
    assert province.act("produsen", "resource_show", id=resource["id"])["datastore_active"] is False


@pytest.mark.parametrize(
    "content",
    ["", "kode_wilayah,npwp,tahun,jumlah\n", "<!DOCTYPE html><html><body>Masuk</body></html>"],
    ids=["empty", "header only", "a web page"],
)
def test_what_is_no_table_is_a_finding(
    province: Province, draft: dict[str, Any], content: str
) -> None:
    resource = add_resource(province, draft["id"], content)
    work()
    check = shown(province, resource)
    assert check["state"] in ("unreadable", "failed")
    assert check["tasks"][0]["sentence"]
    assert not table.table_exists(resource["id"])


def test_a_file_that_is_gone_is_said_so(province: Province, draft: dict[str, Any]) -> None:
    resource = add_resource(province, draft["id"])
    Path(uploader.get_resource_uploader(resource).get_path(resource["id"])).unlink()
    work()
    check = shown(province, resource)
    assert check["state"] == "unreadable"
    assert check["message"]


def test_saving_the_metadata_starts_no_check(province: Province, draft: dict[str, Any]) -> None:
    resource = add_resource(province, draft["id"])
    work()
    province.act("produsen", "resource_patch", id=resource["id"], description="Lain")
    province.act("produsen", "package_patch", id=draft["id"], notes="Lain")
    work()
    assert states(resource) == ["passed"]


def test_a_new_standard_is_checked_and_gives_new_types(
    province: Province, draft: dict[str, Any]
) -> None:
    resource = add_resource(province, draft["id"])
    work()
    fields = [dict(field) for field in TABLE_SCHEMA["fields"]]
    fields[3]["type"] = "number"
    whole = province.act("produsen", "package_show", id=draft["id"])
    whole["resources"][0]["table_schema"] = json.dumps({"fields": fields})
    province.act("produsen", "package_update", **whole)
    work()
    assert states(resource) == ["passed", "passed"]
    info = tk.get_action("datastore_info")({"ignore_auth": True}, {"resource_id": resource["id"]})
    types = {field["id"]: field["type"] for field in info["fields"]}
    assert types["jumlah"] == "numeric"


@pytest.mark.parametrize(
    "changes",
    [
        {"lampiran": "true"},
        {"table_schema": ""},
        {"upload": "", "url": "https://example.com/a.csv"},
    ],
    ids=["attachment", "no standard", "link"],
)
def test_what_is_not_checked_says_why(
    province: Province, draft: dict[str, Any], changes: dict[str, Any]
) -> None:
    resource = add_resource(province, draft["id"], **changes)
    work()
    check = shown(province, resource)
    assert check["state"] == "none"
    assert check["reason"]
    with pytest.raises(tk.ValidationError) as caught:
        province.act("produsen", "sdi_resource_check", id=resource["id"])
    assert caught.value.error_dict["id"] == [check["reason"]]


def test_what_becomes_an_attachment_loses_its_rows(
    province: Province, draft: dict[str, Any]
) -> None:
    resource = add_resource(province, draft["id"])
    work()
    province.act("produsen", "resource_patch", id=resource["id"], lampiran="true")
    work()
    assert states(resource) == ["superseded"]
    assert not table.table_exists(resource["id"])


def test_a_newer_upload_overtakes_the_older(province: Province, draft: dict[str, Any]) -> None:
    resource = add_resource(province, draft["id"], BAD_CSV)
    province.act("produsen", "resource_patch", id=resource["id"], upload=upload(GOOD_CSV))
    work()
    assert states(resource) == ["superseded", "passed"]
    assert len(rows(resource)) == 2


def test_a_newer_upload_stops_the_older_check(
    province: Province, draft: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = add_resource(province, draft["id"], BAD_CSV)
    judge_file = job.judge_file

    def slow(*args: Any, **more: Any) -> Any:
        monkeypatch.setattr(job, "judge_file", judge_file)
        province.act("produsen", "resource_patch", id=resource["id"], upload=upload(GOOD_CSV))
        return judge_file(*args, **more)

    monkeypatch.setattr(job, "judge_file", slow)
    work()
    assert states(resource) == ["superseded", "passed"]
    folder = findings_file.path_of(resource["id"], "x").parent
    assert {path.name.partition(".")[0] for path in folder.iterdir()} == {
        shown(province, resource)["check_id"]
    }


def test_the_same_bytes_are_not_loaded_twice(province: Province, draft: dict[str, Any]) -> None:
    resource = add_resource(province, draft["id"])
    work()
    before = oid(resource)
    province.act("produsen", "sdi_resource_check", id=resource["id"])
    work()
    assert states(resource) == ["passed", "passed"]
    assert shown(province, resource)["loaded"]
    assert oid(resource) == before


def test_the_first_file_again_is_loaded_again(province: Province, draft: dict[str, Any]) -> None:
    resource = add_resource(province, draft["id"])
    work()
    first = rows(resource)
    other = GOOD_CSV.replace("64.72", "64.01")
    for csv in (other, GOOD_CSV):
        province.act("produsen", "resource_patch", id=resource["id"], upload=upload(csv))
        work()
    assert [row["kode_wilayah"] for row in rows(resource)] == [row["kode_wilayah"] for row in first]
    model.Session.rollback()
    claims = model.Session.scalars(
        sa.select(Check.loaded_sha256).where(
            Check.resource_id == resource["id"], Check.loaded_sha256.is_not(None)
        )
    ).all()
    assert len(claims) == 1


def test_a_dataset_that_is_ready_has_its_rows(province: Province) -> None:
    made = ready_dataset(province)
    judged = province.act("produsen", "sdi_dataset_conformity", id=made["id"])
    assert not [finding for finding in judged["findings"] if finding["blocks"]]
