"""A check that nobody works on any more is taken up again by itself, a bounded number of times."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from redis.exceptions import ConnectionError as NoRedis

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.cli.cli import ckan
from ckan.lib import jobs

from ckanext.sdi.datastore import check_queue, checks, findings_file, forget, job
from ckanext.sdi.model import Check
from ckanext.sdi.model.base import now
from tests.datastore.working import oid, rows, shown, states, work
from tests.province import GOOD_CSV, Province, add_resource, upload

pytestmark = pytest.mark.usefixtures("with_plugins", "empty_queue")


@pytest.fixture
def resource(province: Province, draft: dict[str, Any]) -> dict[str, Any]:
    """A resource whose check waits in the queue."""
    return add_resource(province, draft["id"])


def _let_worker_die(*, ago: dt.timedelta = checks.STALLED_AFTER * 2) -> None:
    """The newest open check was claimed, and nothing was heard of it since."""
    then = now() - ago
    model.Session.execute(
        sa.update(Check)
        .where(Check.state.in_(checks.OPEN_STATES))
        .values(state="running", heartbeat_at=then, started_at=then)
    )
    model.Session.commit()
    jobs.get_queue().empty()


def _lose_job() -> None:
    """The queue has forgotten a check that waits since long."""
    model.Session.execute(sa.update(Check).values(created_at=now() - checks.STALLED_AFTER * 2))
    model.Session.commit()
    jobs.get_queue().empty()


@pytest.mark.parametrize("lost", [_let_worker_die, _lose_job], ids=["worker died", "job lost"])
@pytest.mark.parametrize("who", ["page", "cron", "cron for one", "another check"])
def test_whoever_looks_takes_it_up_again(
    province: Province,
    draft: dict[str, Any],
    resource: dict[str, Any],
    cli: Any,
    lost: Any,
    who: str,
) -> None:
    lost()
    if who == "page":
        check = shown(province, resource)
        assert (check["state"], check["stalled"]) == ("waiting", False)
    elif who == "another check":
        add_resource(province, draft["id"])
        work()
    else:
        given = [resource["id"]] if who == "cron for one" else []
        said = cli.invoke(ckan, ["sdi", "recheck", "--stalled", *given])
        assert "1 checks started again." in said.output
    work()
    assert states(resource) == ["superseded", "passed"]
    assert len(rows(resource)) == 2


def test_what_is_worked_on_or_waits_in_the_queue_is_left_alone(
    province: Province, resource: dict[str, Any], cli: Any
) -> None:
    model.Session.execute(sa.update(Check).values(created_at=now() - checks.STALLED_AFTER * 2))
    model.Session.commit()
    assert not shown(province, resource)["stalled"], "it waits in the queue"
    assert check_queue.take_up_stalled() == 0
    _let_worker_die(ago=dt.timedelta(seconds=1))
    assert not shown(province, resource)["stalled"], "a sign of life has just been given"
    assert check_queue.take_up_stalled() == 0
    assert states(resource) == ["running"]


def test_a_check_that_always_kills_its_worker_is_given_up(
    province: Province, resource: dict[str, Any]
) -> None:
    for _ in range(check_queue.MOST_TRIES):
        assert shown(province, resource)["state"] == "waiting"
        _let_worker_die()
    check = shown(province, resource)
    assert (check["state"], check["loaded"]) == ("error", False)
    assert "three times" in check["message"] or "tiga kali" in check["message"]
    assert states(resource) == ["superseded", "superseded", "error"]
    # A person's own start counts anew.
    province.act("produsen", "sdi_resource_check", id=resource["id"])
    _let_worker_die()
    assert shown(province, resource)["state"] == "waiting"


def test_what_the_queue_gives_again_is_taken_up_at_once(
    province: Province, resource: dict[str, Any]
) -> None:
    """It does so when the process that made the check was killed."""
    check_id = shown(province, resource)["check_id"]
    _let_worker_die(ago=dt.timedelta(seconds=1))
    job.run(check_id)
    work()
    assert states(resource) == ["superseded", "passed"]


def test_without_a_queue_a_stalled_check_stays_to_be_found_again(
    province: Province, resource: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise NoRedis

    _let_worker_die()
    with monkeypatch.context() as patch:
        patch.setattr(tk, "enqueue_job", broken)
        assert shown(province, resource)["stalled"]
        assert states(resource) == ["running"]
    assert shown(province, resource)["state"] == "waiting"


def test_one_of_several_lookers_takes_it_up(resource: dict[str, Any]) -> None:
    _let_worker_die()
    (check_id,) = [id_ for id_, _ in checks.without_sign_of_life()]
    with checks.begin() as connection:
        assert checks.locked(connection, check_id) is not None
        assert not check_queue.take_up(check_id)
    assert check_queue.take_up(check_id)
    assert not check_queue.take_up(check_id)
    assert states(resource) == ["superseded", "waiting"]


def test_a_worker_that_was_only_thought_dead_stops(
    province: Province, resource: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    judge_file = job.judge_file

    def slow(*args: Any, **more: Any) -> Any:
        monkeypatch.setattr(job, "judge_file", judge_file)
        report = judge_file(*args, **more)
        check_id = model.Session.scalar(sa.select(Check.id).where(Check.state == "running"))
        model.Session.rollback()
        assert check_queue.take_up(check_id or "", worker_is_gone=True)
        return report

    monkeypatch.setattr(job, "judge_file", slow)
    work()
    assert states(resource) == ["superseded", "passed"]
    assert len(rows(resource)) == 2


def test_of_two_saves_at_once_the_newer_counts(
    province: Province, resource: dict[str, Any]
) -> None:
    """Neither save saw the other's check, and the older was claimed before the newer was there."""
    older = model.Session.scalars(sa.select(Check)).one()
    newer = Check(
        resource_id=older.resource_id,
        package_id=older.package_id,
        schema_sha256=older.schema_sha256,
        created_at=older.created_at + dt.timedelta(seconds=1),
    )
    model.Session.add(newer)
    older.state, older.heartbeat_at = "running", now()
    model.Session.commit()
    old_id, new_id = older.id, newer.id
    assert checks.claim(new_id) is not None
    with pytest.raises(checks.OvertakenError):
        checks.note(old_id)
    assert states(resource) == ["superseded", "running"]


def test_the_same_bytes_are_not_judged_twice(
    province: Province, resource: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = []
    judge_file = job.judge_file

    def counting(*args: Any, **more: Any) -> Any:
        judged.append(1)
        return judge_file(*args, **more)

    monkeypatch.setattr(job, "judge_file", counting)
    wrong = GOOD_CSV.replace("64.72", "64.99")
    for _ in range(2):
        province.act("produsen", "resource_patch", id=resource["id"], upload=upload(wrong))
        work()
    assert len(judged) == 1
    check = shown(province, resource)
    assert check["state"] == "failed"
    found = findings_file.page(
        resource["id"], check["check_id"], rule=None, column=None, offset=0, limit=9
    )
    assert [one.cell for one in found] == ["A2"]
    # A new decree, a new release, another day: then they are.
    monkeypatch.setattr(job, "basis_of", lambda _name: "another")
    province.act("produsen", "sdi_resource_check", id=resource["id"])
    work()
    assert len(judged) == 2


def test_what_was_judged_before_is_loaded_all_the_same(
    province: Province, resource: dict[str, Any]
) -> None:
    work()
    forget.rows_and_index(resource["id"])
    province.act("produsen", "sdi_resource_check", id=resource["id"])
    work()
    assert len(rows(resource)) == 2
    before = oid(resource)
    province.act("produsen", "sdi_resource_check", id=resource["id"])
    work()
    assert oid(resource) == before
