"""Datasets judged anew after something beside them changed: a few at once, many by the worker."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from redis.exceptions import RedisError
from rq import Retry, get_current_job
from rq.job import JobStatus

import ckan.plugins.toolkit as tk
from ckan.lib import search
from ckan.lib.jobs import job_from_id

from ckanext.sdi.lifecycle import conformity

log = logging.getLogger(__name__)

AT_ONCE = 5
"""More datasets than these are judged anew by the worker, not while a person waits."""
JOB_TIMEOUT = 4 * 60 * 60
DONE, OF = "done", "of"
_GOING_ON = (JobStatus.QUEUED, JobStatus.STARTED, JobStatus.SCHEDULED, JobStatus.DEFERRED)


def judge_again(package_ids: Sequence[str], *, edition_id: str | None = None) -> None:
    """Judge datasets anew, in what is committed.

    :param edition_id: the edition that was agreed to: it can be asked for how far this is
    """
    if len(package_ids) > AT_ONCE:
        try:
            _enqueue(list(package_ids), edition_id)
            return
        except RedisError:
            log.exception("The queue does not answer: %s datasets are judged now", len(package_ids))
    conformity.refresh_and_index(package_ids)


def _enqueue(package_ids: list[str], edition_id: str | None) -> None:
    named: dict[str, Any] = {"job_id": _job_of(edition_id)} if edition_id else {}
    tk.enqueue_job(
        run,
        [package_ids],
        title=f"SDI: {len(package_ids)} datasets are judged anew",
        rq_kwargs={
            **named,
            "timeout": JOB_TIMEOUT,
            "retry": Retry(max=2),
            "meta": {DONE: 0, OF: len(package_ids)},
        },
    )


def run(package_ids: Sequence[str]) -> int:
    """Judge each, and note how far it is; begun again, a job goes on after the last one.

    One that Solr refuses, or that is purged meanwhile, does not keep the others waiting.

    :returns: how many of them could not be indexed; ``ckan sdi gate verify`` finds these
    """
    job = get_current_job()
    meta = job.meta if job else {}
    failed = 0
    for number, package_id in enumerate(package_ids):
        if number < meta.get(DONE, 0):
            continue
        try:
            conformity.refresh_and_index([package_id])
        except search.SearchIndexError:
            log.exception("Dataset %s could not be indexed", package_id)
            failed += 1
        except tk.ObjectNotFound:
            log.info("Dataset %s is not there any more", package_id)
        if job:
            meta[DONE] = number + 1
            job.save_meta()
    return failed


def how_far(edition_id: str) -> dict[str, int] | None:
    """How many datasets of how many are judged by an edition; none when it is not going on."""
    try:
        job = job_from_id(_job_of(edition_id))
        going_on = job.get_status() in _GOING_ON
    except KeyError:
        return None
    except RedisError:
        log.exception("The queue does not answer")
        return None
    return {name: job.meta[name] for name in (DONE, OF)} if going_on else None


def _job_of(edition_id: str) -> str:
    return f"sdi-agreed-{edition_id}"
