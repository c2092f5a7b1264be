"""Checks in the queue: put there, and put there again when the worker that had them is gone.

The queue gives a job of a dead worker to another one once; what the queue itself lost is found by
whoever looks: the next check that begins, the page and the API of the check, ``ckan sdi recheck
--stalled``. A check that is taken up again is a new one, so that a worker that was only thought
dead cannot write into it.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from redis.exceptions import RedisError
from rq import Retry

import ckan.plugins.toolkit as tk

from ckanext.sdi.datastore import checks, findings_file
from ckanext.sdi.model import Check
from ckanext.sdi.model.base import now
from ckanext.sdi.rules.catalogue import N_

log = logging.getLogger(__name__)

# By its name: the job itself looks for what is stalled.
JOB: Any = "ckanext.sdi.datastore.job.run"
JOB_TIMEOUT = 4 * 60 * 60
MOST_TRIES = 3
STOPPED = N_("The worker stopped during this check. It was started again by itself.")
GIVEN_UP = N_(
    "The check was started three times, and each time the worker that made it stopped, often for"
    " want of memory. Split the file into smaller ones, or ask the portal's administrator: the"
    " worker's log has the reason. Then start the check again."
)


def enqueue(check_id: str, resource_id: str) -> None:
    """Let a worker make a check, once it is committed.

    :raises redis.exceptions.RedisError: when the queue does not answer
    """
    tk.enqueue_job(
        JOB,
        [check_id],
        title=f"SDI: check of {resource_id}",
        rq_kwargs={"job_id": check_id, "timeout": JOB_TIMEOUT, "retry": Retry(max=1)},
    )


def take_up_stalled(resource_ids: Collection[str] | None = None) -> int:
    """Take up again what nobody works on any more, of some resources or of all.

    :returns: how many checks
    """
    found = [
        id_
        for id_, resource_id in checks.without_sign_of_life()
        if resource_ids is None or resource_id in resource_ids
    ]
    return sum(take_up(id_) for id_ in found)


def take_up(check_id: str, *, worker_is_gone: bool = False) -> bool:
    """Start a stalled check again, or say that it was tried often enough.

    Of several who see the same check one does it.

    :param worker_is_gone: it is known to be, whatever the last sign of life
    :returns: whether it was done
    """
    try:
        with checks.begin() as connection:
            check = checks.locked(connection, check_id)
            if check is None:
                return False
            gone = worker_is_gone and check.state == "running"
            if not gone and not checks.is_stalled(check):
                return False
            _replace(connection, check)
    except RedisError:
        log.exception("Check %s could not be taken up again", check_id)
        return False
    findings_file.remove(check.resource_id, check_id)
    return True


def _replace(connection: sa.Connection, check: sa.Row[tuple[Check]]) -> None:
    this = sa.update(Check).where(Check.id == check.id)
    if checks.tries(connection, check, STOPPED) >= MOST_TRIES:
        log.error("Check %s of resource %s is given up", check.id, check.resource_id)
        connection.execute(this.values(state="error", message=GIVEN_UP, finished_at=now()))
        return
    log.warning("Check %s of resource %s is taken up again", check.id, check.resource_id)
    connection.execute(this.values(state="superseded", message=STOPPED, finished_at=now()))
    again = connection.execute(
        sa.insert(Check)
        .values(
            resource_id=check.resource_id,
            package_id=check.package_id,
            schema_sha256=check.schema_sha256,
        )
        .returning(Check.id)
    ).scalar_one()
    # Within the transaction: without a queue all stays as it was, to be found again.
    enqueue(again, check.resource_id)
