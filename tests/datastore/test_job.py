"""From an upload to typed rows, on real servers with a real queue."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import rq
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import jobs, uploader

from ckanext.sdi.datastore import checks, findings_file, job, table
from ckanext.sdi.lifecycle import gate
from ckanext.sdi.model import Check
from ckanext.sdi.model.base import now
from tests.province import (
    BAD_CSV,
    GOOD_CSV,
    TABLE_SCHEMA,
    Province,
    add_resource,
    make_dataset,
    published_dataset,
    ready_dataset,
    upload,
)

pytestmark = pytest.mark.usefixtures("with_plugins")


@pytest.fixture(autouse=True)
def empty_queue(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = jobs.get_queue()
    queue.empty()
    for job_id in queue.failed_job_registry.get_job_ids():
        queue.failed_job_registry.remove(job_id)
    # Here a save is committed long before the job runs.
    monkeypatch.setattr(job, "VISIBLE_WITHIN", 0.3)


@pytest.fixture
def draft(province: Province) -> dict[str, Any]:
    return make_dataset(province)


def work() -> None:
    """Do all that is queued, as a worker would."""
    model.Session.rollback()
    queue = jobs.get_queue()
    rq.SimpleWorker([queue], connection=queue.connection).work(burst=True)


def shown(province: Province, resource: dict[str, Any]) -> dict[str, Any]:
    model.Session.rollback()
    return province.act("produsen", "sdi_resource_check_show", id=resource["id"])


def rows(resource: dict[str, Any]) -> list[dict[str, Any]]:
    return tk.get_action("datastore_search")(
        {"ignore_auth": True}, {"resource_id": resource["id"], "sort": "_id"}
    )["records"]


def states(resource: dict[str, Any]) -> list[str]:
    model.Session.rollback()
    query = sa.select(Check.state).where(Check.resource_id == resource["id"])
    return list(model.Session.scalars(query.order_by(Check.created_at)))


def oid(resource: dict[str, Any]) -> int:
    with table.get_write_engine().connect() as connection:
        query = sa.text("SELECT oid FROM pg_class WHERE relname = :name")
        return connection.scalar(query, {"name": resource["id"]})


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
    check_table = job.check_table

    def slow(*args: Any, **more: Any) -> Any:
        monkeypatch.setattr(job, "check_table", check_table)
        province.act("produsen", "resource_patch", id=resource["id"], upload=upload(GOOD_CSV))
        return check_table(*args, **more)

    monkeypatch.setattr(job, "check_table", slow)
    work()
    assert states(resource) == ["superseded", "passed"]
    folder = findings_file.path_of(resource["id"], "x").parent
    assert len(list(folder.iterdir())) == 1


def test_the_same_bytes_are_not_loaded_twice(province: Province, draft: dict[str, Any]) -> None:
    resource = add_resource(province, draft["id"])
    work()
    before = oid(resource)
    province.act("produsen", "sdi_resource_check", id=resource["id"])
    work()
    assert states(resource) == ["passed", "passed"]
    assert shown(province, resource)["loaded"]
    assert oid(resource) == before


def test_a_fault_of_the_portal_is_told_and_not_hidden(
    province: Province, draft: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = add_resource(province, draft["id"])

    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(job, "load_table", broken)
        waiting = shown(province, resource)["check_id"]
        with pytest.raises(ZeroDivisionError):
            job.run(waiting)
    check = shown(province, resource)
    assert check["state"] == "error"
    assert check["message"]
    assert not check["loaded"]
    province.act("produsen", "sdi_resource_check", id=resource["id"])
    work()
    assert shown(province, resource)["state"] == "passed"


@pytest.mark.parametrize("action", ["resource_delete", "package_delete", "dataset_purge"])
@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_deleted_resource_leaves_nothing(
    province: Province,
    draft: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    when: str,
) -> None:
    resource = add_resource(province, draft["id"])

    def delete() -> None:
        target = resource["id"] if action == "resource_delete" else draft["id"]
        province.act("admin", action, id=target)

    check_table = job.check_table

    def slow(*args: Any, **more: Any) -> Any:
        report = check_table(*args, **more)
        delete()
        return report

    if when == "before":
        delete()
    else:
        monkeypatch.setattr(job, "check_table", slow)
    work()
    assert not table.table_exists(resource["id"])
    folder = findings_file.path_of(resource["id"], "x").parent
    assert not list(folder.glob("*"))
    assert not jobs.get_queue().failed_job_registry.get_job_ids()


def test_a_check_that_was_never_committed_ends(province: Province) -> None:
    job.run("no-such-check")
    assert model.Session.scalar(sa.select(sa.func.count(Check.id))) == 0


def test_a_stalled_check_says_so_and_starts_again(
    province: Province, draft: dict[str, Any]
) -> None:
    resource = add_resource(province, draft["id"])
    assert not shown(province, resource)["stalled"]
    long_ago = now() - checks.STALLED_AFTER - dt.timedelta(seconds=1)
    model.Session.execute(
        sa.update(Check).values(state="running", heartbeat_at=long_ago, started_at=long_ago)
    )
    model.Session.commit()
    assert shown(province, resource)["stalled"]
    assert province.act("produsen", "sdi_resource_check", id=resource["id"])["state"] == "waiting"
    work()
    assert states(resource) == ["superseded", "passed"]


def test_a_check_whose_job_was_lost_is_stalled(province: Province, draft: dict[str, Any]) -> None:
    resource = add_resource(province, draft["id"])
    model.Session.execute(
        sa.update(Check).values(created_at=now() - checks.STALLED_AFTER - dt.timedelta(seconds=1))
    )
    model.Session.commit()
    assert not shown(province, resource)["stalled"], "it waits in the queue"
    jobs.get_queue().empty()
    assert shown(province, resource)["stalled"]


def test_a_check_under_way_is_not_started_twice(province: Province, draft: dict[str, Any]) -> None:
    resource = add_resource(province, draft["id"])
    province.act("produsen", "sdi_resource_check", id=resource["id"])
    assert states(resource) == ["waiting"]


def test_a_queue_that_does_not_answer_is_told(
    province: Province, draft: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from redis.exceptions import ConnectionError as NoRedis

    def broken(*_: Any, **__: Any) -> None:
        raise NoRedis

    monkeypatch.setattr(tk, "enqueue_job", broken)
    resource = add_resource(province, draft["id"])
    check = shown(province, resource)
    assert check["state"] == "error"
    assert check["message"]


@pytest.fixture
def published(province: Province) -> dict[str, Any]:
    return published_dataset(province)


def test_published_rows_stay_when_a_new_check_fails(
    province: Province, published: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new decree may make codes wrong; what is published stays until it is withdrawn."""
    resource = published["resources"][0]
    before = oid(resource)
    check_table = job.check_table

    def failing(*args: Any, **more: Any) -> Any:
        report = check_table(*args, **more)
        report.severities["error"] = 1
        return report

    monkeypatch.setattr(job, "check_table", failing)
    tk.get_action("sdi_resource_check")({"ignore_auth": True}, {"id": resource["id"]})
    work()
    assert states(resource)[-1] == "failed"
    assert oid(resource) == before
    assert shown(province, resource)["loaded"]
    assert gate.state_of(published["id"]) == "published"


def test_a_dataset_that_is_ready_has_its_rows(province: Province) -> None:
    made = ready_dataset(province)
    judged = province.act("produsen", "sdi_dataset_conformity", id=made["id"])
    assert not [finding for finding in judged["findings"] if finding["blocks"]]


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


def test_published_rows_are_not_replaced_by_those_of_another_file(
    province: Province, published: dict[str, Any]
) -> None:
    """A file exchanged on the disk is found out, and does not become what the public reads."""
    resource = published["resources"][0]
    before = oid(resource)
    path = Path(uploader.get_resource_uploader(resource).get_path(resource["id"]))
    path.write_text(GOOD_CSV.replace("64.72", "64.01"))
    tk.get_action("sdi_resource_check")({"ignore_auth": True}, {"id": resource["id"]})
    work()
    assert oid(resource) == before
    judged = tk.get_action("sdi_dataset_conformity")({"ignore_auth": True}, {"id": published["id"]})
    rules = {finding["rule"] for finding in judged["findings"]}
    assert "interoperabilitas.rows_differ" in rules
