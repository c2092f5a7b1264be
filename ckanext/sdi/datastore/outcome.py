"""What became of a resource's check, as the API and the page tell it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.check.causes import causes_of
from ckanext.sdi.check.report import Report
from ckanext.sdi.check.tasks import clean_columns, tasks_of
from ckanext.sdi.datastore import check_job, check_queue, checks, findings_file
from ckanext.sdi.datastore.types import schema_of
from ckanext.sdi.rules import RULES, Finding
from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.rules.dataset import ROWS_BY_API

OUTDATED = N_(
    "This check was made under rules that the portal no longer has. Check the file again to see"
    " what is to be mended."
)


def of(resource: model.Resource) -> dict[str, Any]:
    """The newest check of a resource; keys as ``sdi_resource_check_show`` gives them.

    One that nobody works on any more is started again by it.
    """
    check = checks.newest(resource.id)
    if check is not None and checks.is_stalled(check) and check_queue.take_up(check.id):
        model.Session.expire(check)
        check = checks.newest(resource.id)
    reason = check_job.why_not(resource)
    told: dict[str, Any] = {
        "id": resource.id,
        "package_id": resource.package_id,
        "state": "none",
        "stalled": False,
        "reason": tk._(reason) if reason else None,
        "rows_by": "api" if resource.url_type in ROWS_BY_API else "file",
    }
    if check is None:
        return told
    report = Report.from_dict(check.report) if check.report else None
    # Rules may go from one release to the next; what they said then cannot be told any more.
    outdated = report is not None and any(rule not in RULES for rule, _ in report.counts)
    message = OUTDATED if outdated else check.message
    schema = schema_of(resource)
    told_tasks = tasks_of(report, tk._) if report and not outdated else []
    return told | {
        "check_id": check.id,
        "state": check.state,
        "stalled": checks.is_stalled(check),
        "rows_done": check.rows_done,
        "share": check.share,
        "rows": check.rows,
        "layout": report.layout if report else {},
        "sha256": check.sha256,
        "loaded": check.loaded_sha256 is not None and check.loaded_sha256 == check.sha256,
        "message": tk._(message) if message else None,
        "severities": report.severities if report else {},
        "tasks": [task.as_dict() for task in told_tasks],
        "causes": causes_of(told_tasks, tk._),
        "clean_columns": clean_columns(report, schema) if report and schema else [],
        "compared": check.report.get("compared"),
        "created_at": _moment(check.created_at),
        "started_at": _moment(check.started_at),
        "finished_at": _moment(check.finished_at),
    }


def _moment(value: dt.datetime | None) -> str | None:
    """A moment as CKAN's API writes it: UTC, without zone."""
    return value.isoformat(timespec="seconds") if value else None


def cells(
    check: Mapping[str, Any], *, rule: str | None, column: str | None, offset: int, limit: int
) -> tuple[list[Finding], list[dict[str, Any]]]:
    """Some of a check's bad cells, task by task in the order of the file.

    :param check: as ``of`` gives it
    :param rule: with ``column``: only those of one task
    :returns: the findings, and the same told in the reader's language
    """
    found = findings_file.page(
        check["id"], check["check_id"], rule=rule, column=column, offset=offset, limit=limit
    )
    return found, [finding.as_dict(tk._) for finding in found]
