"""When a resource's file is to be checked: once for each version of the file and its standard."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from redis.exceptions import RedisError
from rq import Retry

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.redis import is_redis_available

from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.datastore import check_queue, checks, forget, rows_job
from ckanext.sdi.datastore.table import table_exists
from ckanext.sdi.datastore.types import digest_of, schema_of
from ckanext.sdi.lifecycle import gate, states
from ckanext.sdi.model import Check
from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.rules.dataset import ROWS_BY_API

log = logging.getLogger(__name__)

NO_QUEUE = N_(
    "The check could not be started because the portal's queue does not answer. Start it again in"
    " a few minutes."
)
ROWS_STAY = N_(
    "This was not saved: the rows of the file cannot be taken away because the portal's queue does"
    " not answer. Save again in a few minutes."
)
NOT_GOVERNED = N_("This resource is not checked: its dataset is of another type.")
ATTACHMENT = N_(
    "This resource is declared an attachment, so it is not checked. If it is a table, take that"
    " mark away in the resource's form."
)
LINK = N_(
    "This resource is a link. Only uploaded files are checked: download the file and upload it"
    " here, or declare the resource an attachment."
)
NO_STANDARD_FOR_ROWS = N_(
    "This resource has no column standard yet, so the rows that come by the Data API are not"
    " taken. Give it one first."
)
NO_STANDARD = N_(
    "This resource has no column standard yet. Take one before the file can be checked."
)


def dataset_changed(package_id: str) -> None:
    """Start a check of each resource whose file or column standard is new.

    Called at each save, within its transaction: a job finds its check when the save is committed,
    and never before. What did not change is not checked again.
    """
    if not gate.has_governed_type(package_id):
        return
    for row in model.Session.scalars(
        sa.select(model.Resource).where(
            model.Resource.package_id == package_id, model.Resource.state == model.State.ACTIVE
        )
    ):
        _look_at(row)


def refuse_before_upload(resources: Iterable[Mapping[str, Any]]) -> None:
    """Refuse a new file for what becomes an attachment while its rows could not be taken away.

    CKAN puts a file in place before ``dataset_changed`` is asked; a refusal then comes too late.

    :param resources: the resources of a dataset as they are about to be saved
    :raises ckan.logic.ValidationError: as ``dataset_changed`` does
    """
    for resource in resources:
        if not resource.get("upload") or not _is_set(resource.get("lampiran")):
            continue
        row = model.Session.get(model.Resource, resource.get("id") or "")
        if row is not None and _rows_would_go(row) and not is_redis_available():
            raise tk.ValidationError({"sdi": [tk._(ROWS_STAY)]})


def _is_set(posted: Any) -> bool:
    """Whether a checkbox was posted as set; what is no truth value is refused by its validator."""
    try:
        return tk.asbool(posted or False)
    except ValueError:
        return False


def restart(resource: model.Resource) -> Check:
    """Start a new check, whatever came before, unless one is under way.

    The transaction is the caller's to commit.

    :raises ckan.logic.ValidationError: when the resource cannot be checked, with the reason
    """
    reason = why_not(resource)
    schema = schema_of(resource)
    if reason or schema is None:
        raise tk.ValidationError({"id": [tk._(reason or NO_STANDARD)]})
    newest = checks.newest(resource.id)
    if newest and newest.state in checks.OPEN_STATES and not checks.is_stalled(newest):
        return newest
    check = checks.add(resource, digest_of(resource, schema))
    _enqueue(check)
    return check


def rows_written(resource_id: str) -> None:
    """Have the rows of a resource checked after a call has written some.

    A check that waits will see them. The transaction is the caller's to commit.
    """
    resource = model.Session.get(model.Resource, resource_id)
    schema = schema_of(resource) if resource is not None else None
    if resource is None or schema is None or why_not(resource) is not None:
        return
    newest = checks.newest(resource_id, lock=True)
    if newest and newest.state == "waiting" and not checks.is_stalled(newest):
        return
    _enqueue(checks.add(resource, digest_of(resource, schema)))


def why_not(resource: model.Resource) -> str | None:
    """Why a resource is not checked, as a message id; ``None`` when it is."""
    if not gate.has_governed_type(resource.package_id):
        return NOT_GOVERNED
    if resource.url_type in ROWS_BY_API:
        if schema_of(resource) is None:
            return NO_STANDARD_FOR_ROWS
        return None if resource.extras.get("datastore_active") else rows_job.NO_ROWS
    if tk.asbool(resource.extras.get("lampiran") or False):
        return ATTACHMENT
    if resource.url_type != "upload":
        return LINK
    if schema_of(resource) is None:
        return NO_STANDARD
    return None


def _look_at(resource: model.Resource) -> None:
    newest = checks.newest(resource.id)
    if why_not(resource) is not None:
        if newest is not None or resource.extras.get("datastore_active"):
            _end_checks(resource)
        return
    schema = schema_of(resource)
    if schema is not None and not _is_same(resource, schema, newest):
        _enqueue(checks.add(resource, digest_of(resource, schema)))


def _is_same(resource: model.Resource, schema: TableSchema, newest: Check | None) -> bool:
    """Whether the newest check is of the file and standard as they are now.

    CKAN sets ``last_modified`` whenever a file is uploaded; of rows that come by the Data API, each
    write has them checked itself.
    """
    return (
        newest is not None
        and newest.state != "superseded"
        and newest.schema_sha256 == digest_of(resource, schema)
        and (
            resource.url_type in ROWS_BY_API
            or resource.last_modified is None
            or resource.last_modified <= newest.created_at
        )
    )


def _end_checks(resource: model.Resource) -> None:
    """What was checked is no table any more: its checks are history, its rows go.

    :raises ckan.logic.ValidationError: when nobody can be told to take the rows away: a dataset
        must not be published with rows that nothing vouches for
    """
    rows_go = _rows_would_go(resource)
    checks.supersede(resource.id, finished_too=True)
    if gate.is_adopted(resource.package_id or ""):
        # Its rows stay as they are, and others may write them again.
        checks.say_nothing_is_loaded(resource.id)
        return
    if rows_go:
        try:
            tk.enqueue_job(
                forget.rows_and_index,
                [resource.id],
                title=f"SDI: rows of {resource.id}",
                rq_kwargs={"retry": Retry(max=2)},
            )
        except RedisError as error:
            log.exception("The rows of resource %s cannot be taken away", resource.id)
            model.Session.rollback()
            raise tk.ValidationError({"sdi": [tk._(ROWS_STAY)]}) from error


def _rows_would_go(resource: model.Resource) -> bool:
    """Whether there are rows that go when the resource is no table any more.

    Those that come by the Data API stay: nothing else holds them.
    """
    package_id = resource.package_id or ""
    kept = gate.state_of(package_id) in states.WITH_REVIEWER | {states.PUBLISHED}
    if kept or gate.is_adopted(package_id) or resource.url_type in ROWS_BY_API:
        return False
    loaded = sa.select(Check.id).where(
        Check.resource_id == resource.id, Check.loaded_sha256.is_not(None)
    )
    return model.Session.scalar(loaded.limit(1)) is not None or table_exists(resource.id)


def _enqueue(check: Check) -> None:
    try:
        check_queue.enqueue(check.id, check.resource_id)
    except RedisError:
        log.exception("Check %s could not be queued", check.id)
        check.state, check.message = "error", NO_QUEUE
