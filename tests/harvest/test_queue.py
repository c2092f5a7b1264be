"""Harvests while the queue does not answer."""

from __future__ import annotations

import html
from typing import Any

import pytest
import redis
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.harvest.model import HarvestGatherError, HarvestJob
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
