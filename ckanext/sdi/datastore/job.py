"""The job that checks a resource's file and loads its rows.

What passes is loaded. What fails has no rows in the DataStore: rows of an earlier file would speak
for a file that is no longer there. Only of a dataset that is published or under review the rows
stay, as all of it does.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rq
import sqlalchemy as sa
from rq.timeouts import JobTimeoutException

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.check.memory import give_back
from ckanext.sdi.check.report import Report
from ckanext.sdi.check.table import Unreadable
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.datastore import (
    check_queue,
    checks,
    compare,
    files,
    findings_file,
    forget,
    rows_job,
)
from ckanext.sdi.datastore.checks import OvertakenError
from ckanext.sdi.datastore.judge import basis_of, judge_file
from ckanext.sdi.datastore.load import index_rows, load_table
from ckanext.sdi.datastore.table import drop_table, table_exists
from ckanext.sdi.datastore.types import digest_of, schema_of
from ckanext.sdi.lifecycle import conformity, gate, states
from ckanext.sdi.model import Check
from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.rules.dataset import ROWS_BY_API

log = logging.getLogger(__name__)

VISIBLE_WITHIN = 15.0
"""Seconds from the queueing that the save which asked for the check has to be committed in."""
PROGRESS_SECONDS = 1.0
CHECK_SHARE = 0.7
"""How much of the way the check is; the rest is the load."""

CRASHED = N_(
    "The check stopped because of a fault in the portal, not in your file. Start it again; if it"
    " stops once more, tell the portal's administrator."
)
TOO_LONG = N_(
    "The check took longer than the portal allows. Split the file into smaller ones, or ask the"
    " portal's administrator for more time."
)
FILE_GONE = N_("The file is no longer on the portal. Upload it again.")


@dataclass(frozen=True)
class _Task:
    """What the job needs to know, read once."""

    check_id: str
    resource_id: str
    package_id: str
    resource: dict[str, Any]
    schema: TableSchema
    schema_sha256: str
    periode_data: str | None

    @property
    def file_name(self) -> str:
        """What the person's computer calls the file."""
        return Path(self.resource["url"] or "").name


def run(check_id: str) -> None:
    """Make a check and load what passes. The job of the queue.

    :raises Exception: what went wrong in the portal itself, after the check says so
    """
    if _is_given_again(check_id):
        return
    give_back()
    check_queue.take_up_stalled()
    task = _begin(check_id)
    if task is None:
        return
    try:
        with checks.beating(check_id):
            _check(task)
    except OvertakenError:
        log.info("Check %s is not wanted any more", check_id)
        checks.drop(check_id)
        findings_file.remove(task.resource_id, check_id)
        return
    except Exception as error:
        log.exception("Check %s stopped", check_id)
        _end_badly(check_id, TOO_LONG if isinstance(error, JobTimeoutException) else CRASHED)
        raise
    conformity.refresh_and_index([task.package_id])
    index_rows(task.resource_id, task.schema)


def _is_given_again(check_id: str) -> bool:
    """Whether the queue gives the job a second time: its worker is gone, or it met a fault.

    Then the check is taken up again, or what it came to is brought to the index.
    """
    standing = checks.standing_of(check_id)
    if standing is None or standing.state == "waiting":
        return False
    if standing.state == "running":
        check_queue.take_up(check_id, worker_is_gone=True)
    elif standing.state != "superseded":
        conformity.refresh_and_index([standing.package_id])
        resource = model.Session.get(model.Resource, standing.resource_id)
        schema = schema_of(resource) if resource else None
        if schema is not None:
            index_rows(standing.resource_id, schema)
    return True


def _begin(check_id: str) -> _Task | None:
    check = _claim_when_visible(check_id)
    if check is None:
        return None
    resource = model.Session.get(model.Resource, check.resource_id)
    schema = schema_of(resource) if resource else None
    if resource is None or schema is None or not resource.package_id:
        checks.drop(check_id)
        return None
    digest = digest_of(resource, schema)
    if digest != check.schema_sha256:
        log.info("Check %s is for a column standard that is no longer declared", check_id)
        checks.drop(check_id)
        return None
    task = _Task(
        check_id=check.id,
        resource_id=resource.id,
        package_id=resource.package_id,
        resource={"id": resource.id, "url": resource.url, "url_type": resource.url_type},
        schema=schema,
        schema_sha256=digest,
        periode_data=resource.extras.get("periode_data"),
    )
    # No transaction stays open through the minutes of a check.
    model.Session.rollback()
    return task


def _claim_when_visible(check_id: str) -> Check | None:
    """Take the check, as soon as the save that asked for it is committed."""
    deadline = time.monotonic() + VISIBLE_WITHIN - _seconds_since_queueing()
    while checks.standing_of(check_id) is None:
        if time.monotonic() > deadline:
            log.info("Check %s was never committed, or its resource is gone", check_id)
            return None
        time.sleep(0.25)
    return checks.claim(check_id)


def _seconds_since_queueing() -> float:
    job = rq.get_current_job()
    if job is None or job.enqueued_at is None:
        return 0.0
    queued = job.enqueued_at.replace(tzinfo=dt.timezone.utc)
    return (dt.datetime.now(dt.timezone.utc) - queued).total_seconds()


def _check(task: _Task) -> None:
    if task.resource["url_type"] in ROWS_BY_API:
        tell = _progress(task.check_id, 0.0, 1.0)
        rows_job.check(task.check_id, task.resource_id, task.schema, task.periode_data, tell)
        return
    try:
        with files.version(task.resource) as path:
            sha256 = files.sha256_of(path)
            checks.note(task.check_id, sha256=sha256)
            _judge_and_load(task, path, sha256)
    except files.FileMissingError:
        _clear_rows(task)
        checks.finish(task.check_id, "unreadable", message=FILE_GONE)
    except Unreadable as unreadable:
        _clear_rows(task)
        report = Report.unreadable(unreadable.finding)
        checks.finish(task.check_id, "unreadable", report=report.as_dict())


def _judge_and_load(task: _Task, path: Path, sha256: str) -> None:
    basis = basis_of(task.file_name)
    report = _same_report(task, sha256, basis) or _judge(task, path)
    _require_alive(task)
    compared = compare.with_former(
        task.resource_id, task.check_id, sha256, task.schema_sha256, report
    )
    may_load = report.passed and not (report.personal_columns and _is_adopted(task))
    loaded = _load(task, path, sha256, report.rows) if may_load else _clear_rows(task)
    checks.finish(
        task.check_id,
        "passed" if report.passed else "failed",
        rows=report.rows,
        rows_done=report.rows,
        share=1.0,
        report=report.as_dict() | {"basis": basis, "compared": compared},
        findings_path=str(findings_file.path_of(task.resource_id, task.check_id)),
        loaded_sha256=loaded,
    )
    findings_file.keep_only(task.resource_id, task.check_id)


def _same_report(task: _Task, sha256: str, basis: str) -> Report | None:
    """What an earlier check said of these bytes, where nothing it rests on is another now."""
    known = checks.same_verdict(task.resource_id, sha256, task.schema_sha256, basis)
    if known is None:
        return None
    check_id, report = known
    if not findings_file.take_over(task.resource_id, check_id, task.check_id):
        return None
    return Report.from_dict(report)


def _judge(task: _Task, path: Path) -> Report:
    with findings_file.writer(task.resource_id, task.check_id) as (sink, again):
        return judge_file(
            path,
            task.schema,
            task.periode_data,
            name=task.file_name,
            batches=sink,
            progress=_progress(task.check_id, 0.0, CHECK_SHARE),
            again=again,
        )


def _progress(check_id: str, start: float, part: float) -> Callable[[int, float], None]:
    """Writes how far the check is, about once a second."""
    last = time.monotonic()

    def tell(rows: int, share: float) -> None:
        nonlocal last
        if time.monotonic() - last >= PROGRESS_SECONDS:
            checks.note(check_id, rows_done=rows, share=start + part * min(share, 1.0))
            last = time.monotonic()

    return tell


def _load(task: _Task, path: Path, sha256: str, rows: int) -> str | None:
    """Load a passing file's rows, unless they are there or others have to stay.

    :returns: the sha256 of the file whose rows are there afterwards
    """
    if _is_loaded(task, sha256):
        return sha256
    if _rows_stay(task) and not _is_adopted(task):
        return _loaded_sha256(task)
    # From here until the check ends nobody says which rows are there: a fault in between leaves a
    # resource that has to be checked again, never one that passes for what it is not.
    checks.say_nothing_is_loaded(task.resource_id)
    model.Session.commit()
    tell = _progress(task.check_id, CHECK_SHARE, 1.0 - CHECK_SHARE)

    def confirm(loaded: int) -> None:
        if loaded != rows:
            raise RuntimeError(f"{rows} rows were checked but {loaded} were loaded")
        checks.note(task.check_id)
        _require_alive(task)

    load_table(
        task.resource_id,
        path,
        task.schema,
        progress=lambda done: tell(done, done / max(rows, 1)),
        confirm=confirm,
    )
    _activate(task)
    return sha256


def _rows_stay(task: _Task) -> bool:
    """Whether the dataset is published or under review, so that its rows stay as they are."""
    state = gate.state_of(task.package_id)
    model.Session.rollback()
    return state in states.WITH_REVIEWER | {states.PUBLISHED}


def _is_adopted(task: _Task) -> bool:
    """Whether the dataset is public from before: what loads is in the open at once."""
    adopted = gate.is_adopted(task.package_id)
    model.Session.rollback()
    return adopted


def _loaded_sha256(task: _Task) -> str | None:
    """The sha256 of the file whose rows are there."""
    loaded = model.Session.scalar(
        sa.select(Check.loaded_sha256)
        .where(Check.resource_id == task.resource_id, Check.loaded_sha256.is_not(None))
        .order_by(Check.created_at.desc())
        .limit(1)
    )
    model.Session.rollback()
    return loaded


def _is_loaded(task: _Task, sha256: str) -> bool:
    """Whether the rows of these bytes under this standard are there already."""
    before = model.Session.scalar(
        sa.select(Check.id)
        .where(
            Check.resource_id == task.resource_id,
            Check.id != task.check_id,
            Check.loaded_sha256 == sha256,
            Check.schema_sha256 == task.schema_sha256,
        )
        .limit(1)
    )
    model.Session.rollback()
    return before is not None and table_exists(task.resource_id)


def _require_alive(task: _Task) -> None:
    """Stop where the resource or its dataset was deleted meanwhile.

    :raises OvertakenError: then
    """
    alive = model.Session.scalar(
        sa.select(model.Resource.id)
        .join(model.Package, model.Package.id == model.Resource.package_id)
        .where(
            model.Resource.id == task.resource_id,
            model.Resource.state == model.State.ACTIVE,
            model.Package.state != model.State.DELETED,
        )
    )
    model.Session.rollback()
    if alive is None:
        raise OvertakenError(task.check_id)


def _activate(task: _Task) -> None:
    """Tell CKAN that the resource has rows; the first time, give it the views for them."""
    resource = model.Session.get(model.Resource, task.resource_id, with_for_update=True)
    if resource is None or resource.state != model.State.ACTIVE:
        # Deleted between the swap's last look and its commit: CKAN knew of no rows to remove.
        model.Session.rollback()
        drop_table(task.resource_id)
        raise OvertakenError(task.check_id)
    if resource.extras.get("datastore_active"):
        model.Session.rollback()
        return
    with gate.opened(task.package_id):
        resource.extras = {**resource.extras, "datastore_active": True}
        model.Session.commit()
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    shown = tk.get_action("resource_show")(
        {"ignore_auth": True, "use_cache": False}, {"id": task.resource_id}
    )
    tk.get_action("resource_create_default_resource_views")(
        {"ignore_auth": True, "user": user}, {"resource": shown, "create_datastore_views": True}
    )


def _clear_rows(task: _Task) -> str | None:
    """Take rows away that are not those of a passing file.

    :returns: the sha256 of the rows that stay, where they have to
    """
    if _rows_stay(task):
        return _loaded_sha256(task)
    forget.rows(task.resource_id)
    return None


def _end_badly(check_id: str, message: str) -> None:
    model.Session.rollback()
    try:
        checks.finish(check_id, "error", message=message)
    except OvertakenError:
        log.info("Check %s was not wanted any more", check_id)
