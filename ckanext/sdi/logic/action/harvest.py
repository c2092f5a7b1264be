"""ckanext-harvest's actions, wrapped for when the queue does not answer or a job cannot be made."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from redis.exceptions import RedisError

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.sdi.harvest import words
from ckanext.sdi.logic import posted
from ckanext.sdi.model.base import now
from ckanext.sdi.rules.catalogue import N_

log = logging.getLogger(__name__)

NO_QUEUE = N_(
    "The harvest could not be started because the portal's queue does not answer. Start it again in"
    " a few minutes."
)
RUNNING = N_(
    "A harvest of this source has not ended yet. Wait until it has, or stop it on the page of its"
    " jobs."
)
INACTIVE = N_("This source is not active any more: no harvest of it can be started.")


class QueueSilent(tk.ValidationError):
    """The queue does not answer. As text it is the sentence: pages show it as it is."""

    def __str__(self) -> str:
        return tk._(NO_QUEUE)


@tk.chained_action
def harvest_job_create(
    next_action: Callable[[Context, DataDict], Any], context: Context, data_dict: DataDict
) -> Any:
    """Start a harvest; ckanext-harvest's own refusals would be a fault of the portal by API."""
    from ckanext.harvest.logic import HarvestJobExists, HarvestSourceInactiveError

    posted.reference(data_dict, "source_id")
    try:
        return next_action(context, data_dict)
    except HarvestJobExists as error:
        raise _as_both(HarvestJobExists)({"source_id": [tk._(RUNNING)]}) from error
    except HarvestSourceInactiveError as error:
        raise _as_both(HarvestSourceInactiveError)({"source_id": [tk._(INACTIVE)]}) from error


def _as_both(refusal: type[Exception]) -> type[tk.ValidationError]:
    """A validation error that ckanext-harvest's own pages and commands know as theirs, too."""
    return type(refusal.__name__, (tk.ValidationError, refusal), {})


@tk.chained_action
def harvest_send_job_to_gather_queue(
    next_action: Callable[[Context, DataDict], Any], context: Context, data_dict: DataDict
) -> Any:
    """Put a harvest job on the queue; one that cannot be put there ends, and says why.

    ckanext-harvest writes that it runs before it is on the queue: nobody would ever run it, and no
    other could be started.
    """
    try:
        return next_action(context, data_dict)
    except RedisError as error:
        log.exception("Harvest job %s could not be queued", data_dict.get("id"))
        _end(str(data_dict["id"]))
        raise QueueSilent({"source_id": [tk._(NO_QUEUE)]}) from error


def _end(job_id: str) -> None:
    from ckanext.harvest.model import HarvestGatherError, HarvestJob

    job: Any = model.Session.get(HarvestJob, job_id)
    job.status, job.finished = "Finished", now()
    model.Session.add(HarvestGatherError(message=words.translate()(NO_QUEUE), job=job))
    model.Session.commit()


chained_with = {
    "harvest": {
        "harvest_job_create": harvest_job_create,
        "harvest_send_job_to_gather_queue": harvest_send_job_to_gather_queue,
    }
}
