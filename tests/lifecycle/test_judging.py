"""A list that is agreed to: its datasets are judged anew by the worker, and one sees how far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from rq.job import JobStatus

from ckan.lib import jobs, search

from ckanext.sdi.lifecycle import conformity, judging
from tests.daftar_data.acting import imported
from tests.daftar_data.lists import regional
from tests.province import Province, make_dataset

LIST = "sdi_daftar_data_edition_list"


@pytest.fixture
def waiting(province: Province, monkeypatch: pytest.MonkeyPatch) -> tuple[str, list[str]]:
    """An edition that was agreed to and names the item of two datasets; no worker runs."""
    monkeypatch.setattr(judging, "AT_ONCE", 1)
    made = [make_dataset(province, name=name)["id"] for name in ("satu", "dua")]
    edition = imported(province, regional({"ID DDD": "DDD-001"}))["edition"]["id"]
    province.act("koordinator", "sdi_daftar_data_edition_agree", id=edition)
    return edition, made


def told(province: Province, edition: str) -> Any:
    return province.act("koordinator", LIST, id=edition)["results"][0]["judged"]


def worked(edition: str) -> Any:
    """What the worker does with the job, as far as it counts here."""
    job = jobs.job_from_id(f"sdi-agreed-{edition}")
    job.perform()
    return job


def test_one_sees_how_far_it_is(
    province: Province, waiting: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch, app: Any
) -> None:
    edition, made = waiting
    assert told(province, edition) == {"done": 0, "of": 2}
    headers = province.headers("koordinator")
    page = app.get(f"/sdi/daftar-data/edisi/{edition}", headers=headers).body
    assert 'data-module="sdi-judging-progress"' in page
    assert "0 dari 2 dataset" in page

    seen = []

    def judge(ids: Sequence[str]) -> None:
        seen.append((*ids, told(province, edition)["done"]))

    monkeypatch.setattr(conformity, "refresh_and_index", judge)
    job = worked(edition)
    assert sorted(id_ for id_, _ in seen) == sorted(made)
    assert [done for _, done in seen] == [0, 1]
    job.set_status(JobStatus.FINISHED)
    assert told(province, edition) is None
    assert "sdi-judging" not in app.get(f"/sdi/daftar-data/edisi/{edition}", headers=headers).body


def test_it_has_more_time_than_other_jobs(waiting: tuple[str, list[str]]) -> None:
    job = jobs.job_from_id(f"sdi-agreed-{waiting[0]}")
    assert (job.timeout, job.retries_left) == (judging.JOB_TIMEOUT, 2)


def test_one_that_fails_keeps_none_waiting(
    province: Province, waiting: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    edition, _ = waiting
    tried = []

    def judge(ids: Sequence[str]) -> None:
        tried.extend(ids)
        if len(tried) == 1:
            raise search.SearchIndexError("refused")

    monkeypatch.setattr(conformity, "refresh_and_index", judge)
    worked(edition)
    assert len(tried) == 2


def test_one_that_is_purged_meanwhile_keeps_none_waiting(province: Province) -> None:
    made = make_dataset(province)
    assert judging.run(["is-not-there", made["id"]]) == 0


def test_begun_again_it_goes_on_after_the_last(
    waiting: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    edition, made = waiting
    judged: list[str] = []

    def die(ids: Sequence[str]) -> None:
        judged.extend(ids)
        if len(judged) == 2:
            raise MemoryError

    monkeypatch.setattr(conformity, "refresh_and_index", die)
    with pytest.raises(MemoryError):
        worked(edition)
    worked(edition)
    first, second, again = judged
    assert {first, second} == set(made)
    assert again == second
