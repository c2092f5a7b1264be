"""A worker is killed wherever it is; nothing is lost, nothing doubled, nothing left."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ckan import model
from ckan.lib import jobs

from ckanext.sdi.datastore import findings_file
from tests.datastore.dying import (
    POINTS,
    assert_nothing_is_left,
    killer,
    let_time_pass,
    work_apart,
)
from tests.datastore.working import NEW_CSV, codes, indexes, oid, shown, states, work
from tests.province import BAD_CSV, Province, add_resource, upload

pytestmark = pytest.mark.usefixtures("with_plugins", "empty_queue", "own_folder")


@pytest.fixture
def loaded(province: Province, draft: dict[str, Any]) -> dict[str, Any]:
    """A resource with rows of an earlier file."""
    resource = add_resource(province, draft["id"])
    work()
    return resource


@pytest.mark.parametrize("point", POINTS)
def test_a_process_killed_in(
    province: Province,
    loaded: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    point: str,
) -> None:
    before = oid(loaded)
    province.act("produsen", "resource_patch", id=loaded["id"], upload=upload(NEW_CSV))
    with monkeypatch.context() as patch:
        POINTS[point](patch, killer(tmp_path))
        at_death = work_apart(lambda: codes(loaded))
    is_there = point.startswith("after")
    # A reader of that moment sees all rows of one file.
    assert at_death == [["64.01" if is_there else "64.72", "64.71"]]
    stopped = [] if point.startswith("after the end") else ["superseded"]
    assert states(loaded) == ["passed", *stopped, "passed"]
    assert shown(province, loaded)["loaded"]
    assert codes(loaded) == ["64.01", "64.71"]
    assert oid(loaded) != before
    # Of _id, the words and two columns of codes.
    assert len(indexes(loaded)) == 4
    assert_nothing_is_left(loaded["id"])


def test_a_process_killed_while_it_writes_findings(
    province: Province, loaded: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    province.act("produsen", "resource_patch", id=loaded["id"], upload=upload(BAD_CSV))
    with monkeypatch.context() as patch:
        POINTS["writing the report"](patch, killer(tmp_path))
        assert len(work_apart()) == 1
    check = shown(province, loaded)
    assert (check["state"], check["severities"]["error"]) == ("failed", 3)
    found = findings_file.page(
        loaded["id"], check["check_id"], rule=None, column=None, offset=0, limit=99
    )
    assert len(found) == 3
    assert_nothing_is_left(loaded["id"])


@pytest.mark.parametrize("noticed_by", ["page", "queue"])
def test_a_whole_worker_killed(
    province: Province,
    loaded: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    noticed_by: str,
) -> None:
    """With nobody left who notices it: as when a machine goes off."""
    province.act("produsen", "resource_patch", id=loaded["id"], upload=upload(NEW_CSV))
    model.Session.remove()
    with monkeypatch.context() as patch:
        POINTS["COPY"](patch, killer(tmp_path, with_worker=True))
        worker = os.fork()
        if not worker:
            work_apart()
            os._exit(0)
        assert os.WIFSIGNALED(os.waitpid(worker, 0)[1])
    assert states(loaded) == ["passed", "running"]
    assert codes(loaded) == ["64.72", "64.71"]
    if noticed_by == "page":
        let_time_pass()
        assert shown(province, loaded)["state"] == "waiting"
        work()
    # Each worker looks for such jobs when it begins, and every ten minutes.
    for _ in range(2):
        jobs.get_queue().started_job_registry.cleanup(timestamp=2**40)
        work()
    assert states(loaded) == ["passed", "superseded", "passed"]
    assert codes(loaded) == ["64.01", "64.71"]
    assert_nothing_is_left(loaded["id"])
