"""Harvests that cannot be started: the queue does not answer, or one is under way."""

from __future__ import annotations

import html
from typing import Any

import pytest
import redis
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestSource
from ckanext.sdi.logic.action.harvest import QueueSilent
from tests.harvest.test_forum import make_source
from tests.province import Province

ADDRESS = "https://forum.example/daftar.csv"


@pytest.fixture
def no_queue(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A Redis that nobody reaches."""
    nowhere = redis.StrictRedis(host="127.0.0.1", port=1)
    monkeypatch.setattr("ckanext.harvest.queue.get_connection", lambda: nowhere)
    return monkeypatch


def test_a_harvest_that_cannot_be_queued_ends_and_says_why(
    province: Province, no_queue: pytest.MonkeyPatch
) -> None:
    source = make_source(province, ADDRESS)
    with pytest.raises(tk.ValidationError) as refused:
        province.act("admin", "harvest_job_create", source_id=source["id"], run=True)
    found: Any = refused.value.error_dict
    [said] = found["source_id"]
    assert str(refused.value) == said
    shown = province.act("admin", "harvest_job_list", source_id=source["id"])
    assert [job["status"] for job in shown] == ["Finished"]
    assert model.Session.scalars(sa.select(HarvestGatherError.message)).all() == [said]
    no_queue.undo()
    again = province.act("admin", "harvest_job_create", source_id=source["id"], run=True)
    assert again["status"] == "Running"


def test_the_page_says_it_in_a_sentence(
    province: Province, app: Any, no_queue: pytest.MonkeyPatch
) -> None:
    source = make_source(province, ADDRESS)
    page = app.post(f"/harvest/refresh/{source['id']}", headers=province.headers("admin"))
    assert str(QueueSilent({})) in html.unescape(page.body)
    assert "source_id" not in page.body


def test_a_second_harvest_waits_for_the_first(province: Province, app: Any) -> None:
    source = make_source(province, ADDRESS)
    province.act("admin", "harvest_job_create", source_id=source["id"], run=False)
    answer = app.post(
        "/api/3/action/harvest_job_create",
        json={"source_id": source["id"], "run": False},
        headers=province.headers("admin"),
    )
    assert answer.status_code == 409
    assert answer.json["error"]["source_id"][0].startswith("Panen dari sumber ini belum selesai.")
    page = app.post(f"/harvest/refresh/{source['id']}", headers=province.headers("admin"))
    assert "sudah dijadwalkan" in page.body
    assert len(province.act("admin", "harvest_job_list", source_id=source["id"])) == 1


def test_the_page_of_a_harvest_under_way_is_in_the_portals_language(
    province: Province, app: Any
) -> None:
    source = make_source(province, ADDRESS)
    made = province.act("admin", "harvest_job_create", source_id=source["id"], run=True)
    assert made["status"] == "Running"
    page = app.get(f"/harvest/admin/{source['name']}", headers=province.headers("admin")).body
    assert "Panen ulang" in page
    assert "Hentikan panen ini" in page
    assert not [word for word in ("Reharvest", "unrun job", "Stop this Job") if word in page]


def test_a_scheduled_harvest_leaves_the_one_under_way_alone(province: Province) -> None:
    source = make_source(province, ADDRESS)
    province.act("admin", "harvest_source_patch", id=source["id"], frequency="DAILY")
    province.act("admin", "harvest_job_create", source_id=source["id"], run=False)
    province.act("admin", "harvest_jobs_run")
    assert len(province.act("admin", "harvest_job_list", source_id=source["id"])) == 1


def test_no_harvest_of_an_inactive_source(province: Province, app: Any) -> None:
    source = make_source(province, ADDRESS)
    stored: Any = model.Session.get_one(HarvestSource, source["id"])
    stored.active = False
    model.Session.commit()
    answer = app.post(
        "/api/3/action/harvest_job_create",
        json={"source_id": source["id"]},
        headers=province.headers("admin"),
    )
    assert answer.status_code == 409
    assert answer.json["error"]["source_id"][0].startswith("Sumber ini tidak aktif lagi")


@pytest.mark.parametrize("given", [{}, {"source_id": None}, {"source_id": ["a"]}])
def test_a_harvest_of_nothing(province: Province, app: Any, given: dict[str, Any]) -> None:
    answer = app.post(
        "/api/3/action/harvest_job_create",
        json=given,
        headers=province.headers("admin"),
    )
    assert answer.status_code == 409


def test_a_scheduled_harvest_stays_due(province: Province, no_queue: pytest.MonkeyPatch) -> None:
    source = make_source(province, ADDRESS)
    province.act("admin", "harvest_source_patch", id=source["id"], frequency="DAILY")
    with pytest.raises(tk.ValidationError):
        province.act("admin", "harvest_jobs_run")
    model.Session.rollback()
    no_queue.undo()
    province.act("admin", "harvest_jobs_run")
    states = [job.status for job in model.Session.query(HarvestJob).order_by(HarvestJob.created)]
    assert states == ["Finished", "Running"]


@pytest.mark.parametrize("step", ["refresh", "clear", "delete"])
def test_no_link_changes_a_source(province: Province, app: Any, step: str) -> None:
    source = make_source(province, ADDRESS)
    answer = app.get(f"/harvest/{step}/{source['name']}", headers=province.headers("admin"))
    assert answer.status_code == 405
    assert province.act("admin", "harvest_job_list", source_id=source["id"]) == []
    assert province.act("admin", "package_show", id=source["id"])["state"] == "active"


def test_a_source_has_no_files(province: Province) -> None:
    source = make_source(province, ADDRESS)
    rows = {"fields": [{"id": "a", "type": "text"}], "records": [{"a": "b"}]}
    for action, asked in (
        ("resource_create", {"package_id": source["id"], "url": "https://a.example/b.csv"}),
        ("datastore_create", {"resource": {"package_id": source["id"]}, **rows}),
    ):
        with pytest.raises(tk.ValidationError):
            province.act("koordinator", action, **asked)
        with pytest.raises(tk.NotAuthorized):
            province.act("pengembang", action, **asked)
