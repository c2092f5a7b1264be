"""ckanext-harvest's actions, wrapped where they reach datasets, or say nothing to a person."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import has_request_context
from redis.exceptions import RedisError

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import index_update_package
from ckan.types import Context, DataDict

from ckanext.sdi.harvest import words
from ckanext.sdi.harvest.fetch import FetchRefused, host_of
from ckanext.sdi.harvest.settings import SCHEMAS, read_config
from ckanext.sdi.lifecycle import gate
from ckanext.sdi.logic import posted, still
from ckanext.sdi.model.base import now
from ckanext.sdi.rules.catalogue import N_

log = logging.getLogger(__name__)

Next = Callable[[Context, DataDict], Any]
# Both take a source's datasets away: from the portal, or from the search.
CLEARING = ("harvest_source_clear", "harvest_source_index_clear")
ERROR_SUMMARIES = ("object_error_summary", "gather_error_summary")
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
def harvest_job_create(next_action: Next, context: Context, data_dict: DataDict) -> Any:
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
    next_action: Next, context: Context, data_dict: DataDict
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


def refuse_source(action: str, context: Context, data_dict: DataDict) -> None:
    """Refuse a source of ours whose address, or configuration, a harvest would refuse.

    Everybody can see the address: a password in it would be public with the first save. What is
    wrong with the configuration ckanext-harvest tells, too, but behind English words of its own.
    """
    kind = data_dict.get("source_type")
    if not isinstance(kind, str) or kind not in SCHEMAS:
        return
    errors: Any = {}
    url = data_dict.get("url")
    if isinstance(url, str) and url:
        try:
            host_of(url)
        except FetchRefused as refused:
            errors["url"] = [tk._(refused.message).format_map(refused.params)]
    try:
        read_config(data_dict.get("config"), tk._, SCHEMAS[kind])
    except ValueError as error:
        errors["config"] = [str(error)]
    if errors:
        tk.check_access(action, context, data_dict)
        raise tk.ValidationError(errors)


def _unless_one_stands_still(name: str) -> Any:
    @tk.chained_action
    def unless_one_stands_still(next_action: Next, context: Context, data_dict: DataDict) -> Any:
        for package in _harvested(posted.reference(data_dict)):
            gate.locked_row_of(package.id)
            reason = still.why_not("harvest_source_clear", context, data_dict, package)
            if reason:
                raise gate.GateClosed(f"{package.title or package.name}: {reason}")
        return next_action(context, data_dict)

    unless_one_stands_still.__name__ = name
    unless_one_stands_still.__doc__ = (
        f"As ``{name}`` of ckanext-harvest, when none of the source's datasets stands still."
    )
    return unless_one_stands_still


@tk.chained_action
def harvest_source_reindex(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Index a harvest source anew. ckanext-harvest does so with any dataset, for anybody.

    It indexes without validation: the fields of a dataset or source were then gone from its page.
    """
    package = model.Package.get(posted.reference(data_dict))
    if package is None or package.type != "harvest":
        raise tk.ObjectNotFound(tk._("Harvest source not found"))
    # ckanext-harvest's own commands come without a user.
    if context.get("user") or has_request_context():
        tk.check_access("harvest_source_reindex", context, data_dict)
    # ckanext-harvest would leave the source's own fields out: the form that edits it came empty.
    index_update_package({"ignore_auth": True}, package.id, context.get("defer_commit", False))
    return True


@tk.side_effect_free
@tk.chained_action
def harvest_source_show_status(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """How a source's last job went; what it says of rows and datasets, to who keeps the source.

    A list that nobody agreed to, or a dataset that nobody sees, would show by it. The search index
    asks for it as well, without a person: it has what everybody sees.
    """
    found = next_action(context, data_dict)
    job = found["last_job"]
    if job is None or _keeps(context, data_dict["id"]):
        return found
    return {**found, "last_job": {**job, **{summary: [] for summary in ERROR_SUMMARIES}}}


def _keeps(context: Context, source: str) -> bool:
    """Whether the asker may change a harvest source."""
    user = context.get("user")
    if not user or context.get("ignore_auth"):
        return False
    # ckanext-harvest takes the models from its context.
    asking: Any = {"model": model, "user": user}
    try:
        tk.check_access("harvest_source_update", asking, {"id": source})
    except tk.NotAuthorized:
        return False
    return True


def _harvested(source: str) -> list[model.Package]:
    """The datasets that a harvest source (by id or name) brought."""
    from ckanext.harvest.model import HarvestObject

    package = model.Package.get(source)
    source_id = package.id if package is not None else source
    query = (
        sa.select(model.Package)
        .join(HarvestObject, HarvestObject.package_id == model.Package.id)
        .where(HarvestObject.harvest_source_id == source_id)
        .where(model.Package.type == gate.GOVERNED_TYPE)
        .distinct()
        # Two that lock the same datasets do so in one order.
        .order_by(model.Package.id)
    )
    return list(model.Session.scalars(query))


chained_with = {
    "harvest": {
        "harvest_source_reindex": harvest_source_reindex,
        "harvest_source_show_status": harvest_source_show_status,
        **{name: _unless_one_stands_still(name) for name in CLEARING},
        "harvest_job_create": harvest_job_create,
        "harvest_send_job_to_gather_queue": harvest_send_job_to_gather_queue,
    }
}
