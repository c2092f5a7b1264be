"""The rows that tell of checks: started, claimed by a worker, kept alive, finished.

A worker writes them through connections of its own, so that the page sees how far it is while its
own session stays untouched.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import logging
import threading
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.model import Check
from ckanext.sdi.model.base import now

log = logging.getLogger(__name__)

OPEN_STATES = ("waiting", "running")
STALLED_AFTER = dt.timedelta(minutes=2)
BEAT_SECONDS = 20.0


class OvertakenError(Exception):
    """The check is no longer wanted: a newer one took its place, or its resource is gone."""


def newest(resource_id: str, *, lock: bool = False) -> Check | None:
    """The newest check of a resource.

    :param lock: as the database has it now, and no worker takes it until the transaction ends
    """
    query = sa.select(Check).where(Check.resource_id == resource_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return model.Session.scalar(query.order_by(Check.created_at.desc()).limit(1))


def is_stalled(check: Check | sa.Row[Any]) -> bool:
    """Whether nobody works on an open check any more, so that it has to be started again."""
    last_sign = check.heartbeat_at or check.created_at
    if check.state not in OPEN_STATES or now() - last_sign < STALLED_AFTER:
        return False
    return check.state == "running" or not is_queued(check.id)


def is_queued(job_id: str) -> bool:
    """Whether the queue has a job; what a queue that does not answer has, it still has."""
    try:
        status = tk.job_from_id(job_id).get_status()
    except KeyError:
        return False
    except RedisError:
        log.warning("The queue cannot be asked about check %s", job_id)
        return True
    return status in ("queued", "started", "deferred", "scheduled")


def without_sign_of_life() -> list[tuple[str, str]]:
    """Open checks that may be stalled, the oldest first: their ids and resources."""
    last_sign = sa.func.coalesce(Check.heartbeat_at, Check.created_at)
    query = (
        sa.select(Check.id, Check.resource_id)
        .where(Check.state.in_(OPEN_STATES), last_sign < now() - STALLED_AFTER)
        .order_by(Check.created_at)
    )
    with begin() as connection:
        return [(id_, resource_id) for id_, resource_id in connection.execute(query)]


def locked(connection: sa.Connection, check_id: str) -> sa.Row[Any] | None:
    """An open check that nobody else may change until the transaction ends.

    :returns: ``None`` when it is not open, or somebody else has it
    """
    of = (
        Check.id,
        Check.resource_id,
        Check.package_id,
        Check.schema_sha256,
        Check.state,
        Check.created_at,
        Check.heartbeat_at,
    )
    query = sa.select(*of).where(Check.id == check_id, Check.state.in_(OPEN_STATES))
    return connection.execute(query.with_for_update(skip_locked=True)).one_or_none()


def tries(connection: sa.Connection, check: sa.Row[Any], message: str) -> int:
    """How often a check was started, itself included: those right before it with this message."""
    before = (
        sa.select(Check.message)
        .where(Check.resource_id == check.resource_id, Check.created_at < check.created_at)
        .order_by(Check.created_at.desc())
    )
    return 1 + len(list(itertools.takewhile(message.__eq__, connection.scalars(before))))


def add(resource: model.Resource, schema_sha256: str) -> Check:
    """A new check, in the session's transaction; what is open of older ones is superseded."""
    supersede(resource.id)
    check = Check(
        resource_id=resource.id, package_id=resource.package_id, schema_sha256=schema_sha256
    )
    model.Session.add(check)
    model.Session.flush()
    return check


def same_verdict(
    resource_id: str, sha256: str, schema_sha256: str, basis: str
) -> tuple[str, dict[str, Any]] | None:
    """An earlier check of a resource that judged the same, and its report."""
    query = (
        sa.select(Check.id, Check.report)
        .where(
            Check.resource_id == resource_id,
            Check.sha256 == sha256,
            Check.schema_sha256 == schema_sha256,
            Check.report["basis"].astext == basis,
        )
        .order_by(Check.created_at.desc())
        .limit(1)
    )
    with begin() as connection:
        row = connection.execute(query).one_or_none()
    return (row[0], row[1]) if row else None


def supersede(resource_id: str, *, finished_too: bool = False) -> None:
    """Mark a resource's open checks (or all of them) as overtaken, in the session's transaction."""
    query = sa.update(Check).where(Check.resource_id == resource_id)
    if not finished_too:
        query = query.where(Check.state.in_(OPEN_STATES))
    model.Session.execute(query.values(state="superseded", finished_at=now()))


def say_nothing_is_loaded(resource_id: str) -> None:
    """Forget which file a resource's rows are from, in the session's transaction."""
    model.Session.execute(
        sa.update(Check).where(Check.resource_id == resource_id).values(loaded_sha256=None)
    )


def claim(check_id: str) -> Check | None:
    """Take a waiting check for this worker.

    :returns: the check; ``None`` when it does not wait any more
    """
    with begin() as connection:
        check = locked(connection, check_id)
        if check is None or check.state != "waiting":
            return None
        others = sa.select(Check.id).where(Check.resource_id == check.resource_id)
        overtaken = connection.scalar(others.where(Check.created_at > check.created_at).limit(1))
        values: dict[str, Any] = {"state": "running", "started_at": now(), "heartbeat_at": now()}
        if overtaken:
            values = {"state": "superseded", "finished_at": now()}
        connection.execute(sa.update(Check).where(Check.id == check_id).values(values))
        # Of two saves at once neither saw the other's check.
        connection.execute(
            sa.update(Check)
            .where(
                Check.resource_id == check.resource_id,
                Check.created_at < check.created_at,
                Check.state.in_(OPEN_STATES),
            )
            .values(state="superseded", finished_at=now())
        )
    if overtaken:
        return None
    # Seen anew, whatever the session held before.
    model.Session.rollback()
    return model.Session.get(Check, check_id)


def standing_of(check_id: str) -> sa.Row[Any] | None:
    """The state, resource and dataset of a check; ``None`` when it is not there."""
    query = sa.select(Check.state, Check.resource_id, Check.package_id).where(Check.id == check_id)
    with begin() as connection:
        return connection.execute(query).one_or_none()


def note(check_id: str, **values: Any) -> None:
    """Write how far a running check is.

    :raises OvertakenError: when it is not running any more
    """
    with begin() as connection:
        done = connection.execute(
            sa.update(Check)
            .where(Check.id == check_id, Check.state == "running")
            .values(heartbeat_at=now(), **values)
        )
    if not done.rowcount:
        raise OvertakenError(check_id)


def finish(check_id: str, state: str, **values: Any) -> None:
    """Write what came out of a running check.

    :raises OvertakenError: when it is not running any more
    """
    note(check_id, state=state, finished_at=now(), **values)


def drop(check_id: str) -> None:
    """End a running check that nobody wants any more; one that is overtaken is so already."""
    with contextlib.suppress(OvertakenError):
        finish(check_id, "superseded")


@contextlib.contextmanager
def beating(check_id: str) -> Iterator[None]:
    """Within it the check shows a sign of life, however long a single step takes."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_SECONDS) and _sign_of_life(check_id):
            pass

    thread = threading.Thread(target=beat, name=f"sdi-check-{check_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _sign_of_life(check_id: str) -> bool:
    """Write one; whether another is wanted."""
    try:
        note(check_id)
    except OvertakenError:
        return False
    except SQLAlchemyError:
        # The worker itself will meet the same fault and say so.
        log.warning("No sign of life of check %s could be written", check_id)
    return True


def begin() -> contextlib.AbstractContextManager[sa.Connection]:
    """A transaction of its own, beside that of the session."""
    engine = model.meta.engine
    if engine is None:
        raise RuntimeError("CKAN's database is not configured")
    return engine.begin()
