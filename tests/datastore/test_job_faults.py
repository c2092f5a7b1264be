"""What goes wrong around a check: faults, deletions, lost jobs; and what is published meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import jobs, uploader

from ckanext.sdi.datastore import check_job, findings_file, job, table
from ckanext.sdi.lifecycle import gate
from ckanext.sdi.model import Check
from tests.datastore.working import oid, shown, states, work
from tests.province import GOOD_CSV, Province, add_resource, published_dataset, upload

pytestmark = pytest.mark.usefixtures("with_plugins", "empty_queue")


@pytest.fixture
def published(province: Province) -> dict[str, Any]:
    return published_dataset(province)


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


def test_other_rows_than_were_checked_are_not_loaded(
    province: Province,
    draft: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    resource = add_resource(province, draft["id"])
    load_table = job.load_table

    def cut(resource_id: str, _path: Path, *args: Any, **more: Any) -> Any:
        less = tmp_path / "usaha.csv"
        less.write_text(GOOD_CSV.rsplit("\n", 2)[0])
        return load_table(resource_id, less, *args, **more)

    monkeypatch.setattr(job, "load_table", cut)
    with pytest.raises(RuntimeError, match="2 rows were checked but 1 were loaded"):
        job.run(shown(province, resource)["check_id"])
    assert shown(province, resource)["state"] == "error"
    assert not table.table_exists(resource["id"])


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

    judge_file = job.judge_file

    def slow(*args: Any, **more: Any) -> Any:
        report = judge_file(*args, **more)
        delete()
        return report

    if when == "before":
        delete()
    else:
        monkeypatch.setattr(job, "judge_file", slow)
    work()
    assert not table.table_exists(resource["id"])
    folder = findings_file.path_of(resource["id"], "x").parent
    assert not list(folder.glob("*"))
    assert not jobs.get_queue().failed_job_registry.get_job_ids()


def test_a_check_that_was_never_committed_ends(province: Province) -> None:
    job.run("no-such-check")
    assert model.Session.scalar(sa.select(sa.func.count(Check.id))) == 0


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


def test_published_rows_stay_when_a_new_check_fails(
    province: Province, published: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new decree may make codes wrong; what is published stays until it is withdrawn."""
    resource = published["resources"][0]
    before = oid(resource)
    judge_file = job.judge_file

    def failing(*args: Any, **more: Any) -> Any:
        report = judge_file(*args, **more)
        report.severities["error"] = 1
        return report

    monkeypatch.setattr(job, "judge_file", failing)
    monkeypatch.setattr(job, "basis_of", lambda _name: "another decree")
    tk.get_action("sdi_resource_check")({"ignore_auth": True}, {"id": resource["id"]})
    work()
    assert states(resource)[-1] == "failed"
    assert oid(resource) == before
    assert shown(province, resource)["loaded"]
    assert gate.state_of(published["id"]) == "published"


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


def test_without_a_queue_nothing_stays_behind_what_is_no_table_any_more(
    province: Province, draft: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from redis.exceptions import ConnectionError as NoRedis

    resource = add_resource(province, draft["id"])
    work()

    def gone(*_: Any, **__: Any) -> None:
        raise NoRedis

    with monkeypatch.context() as patch:
        patch.setattr(tk, "enqueue_job", gone)
        with pytest.raises(tk.ValidationError) as caught:
            province.act("produsen", "resource_patch", id=resource["id"], lampiran="true")
    assert "queue" in str(caught.value) or "antrean" in str(caught.value)
    model.Session.rollback()
    assert shown(province, resource)["state"] == "passed"
    assert not province.act("produsen", "resource_show", id=resource["id"]).get("lampiran")
    province.act("produsen", "resource_patch", id=resource["id"], lampiran="true")
    work()
    assert not table.table_exists(resource["id"])


def test_without_a_queue_a_file_is_not_replaced_by_a_save_that_is_refused(
    province: Province, draft: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = add_resource(province, draft["id"])
    work()
    path = Path(uploader.get_resource_uploader(resource).get_path(resource["id"]))
    with monkeypatch.context() as patch:
        patch.setattr(check_job, "is_redis_available", lambda: False)
        with pytest.raises(tk.ValidationError):
            province.act(
                "produsen",
                "resource_patch",
                id=resource["id"],
                lampiran="true",
                upload=upload("lain", "lain.csv"),
            )
        model.Session.rollback()
        assert path.read_text() == GOOD_CSV
        assert shown(province, resource)["loaded"]
        # A table that stays a table is saved; its check can be started again.
        province.act(
            "produsen", "resource_patch", id=resource["id"], upload=upload(GOOD_CSV, "baru.csv")
        )
