"""Suggested values of one task, looked over and then taken: the corrected file is a new version of
the resource's upload, which is noted and checked again.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import IO, Any

from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.sdi.check.correct import UnfittingError, corrected
from ckanext.sdi.check.reader import CsvTable
from ckanext.sdi.check.report import Place, Report
from ckanext.sdi.datastore import annotated, checks, files, findings_file
from ckanext.sdi.datastore.types import schema_of
from ckanext.sdi.lifecycle import dataset
from ckanext.sdi.model import Check
from ckanext.sdi.rules.catalogue import N_

CHANGED = N_(
    "The file is no longer the one that was checked. Wait for its check and look at the"
    " suggested values again."
)
NONE = N_("This task has no suggested values that could be taken.")
NO_CSV = N_(
    "Suggested values are put only into CSV files in UTF-8 or Windows letters that are not packed:"
    " of others not every cell could be left as it is. Take your file with the findings, and type"
    " the values that stand there."
)
UNFITTING = N_(
    "One of the suggested values cannot be put into this file as it is. Nothing was changed."
)
TAKEN = N_("Suggested values taken in {file}, column {column}: {n} cells (rule {rule}).")


def preview(resource: model.Resource, place: Place, *, offset: int, limit: int) -> dict[str, Any]:
    """The cells of a task that have a suggested value.

    :param place: the rule and column of the task
    :returns: ``count``, ``changes`` (``cell``, ``row``, ``value``, ``suggestion``), the ``sha256``
        of the file they are about, and as ``reason`` why they cannot be taken, or ``None``
    """
    check = _check_of(resource)
    count, found = findings_file.suggestions(
        resource.id, check.id, place, offset=offset, limit=limit
    )
    reason = NONE if not count else None if _is_plain(resource, check) else NO_CSV
    return {
        "sha256": check.sha256,
        "count": count,
        "changes": [
            {
                "cell": one.cell,
                "row": one.row,
                "value": one.value or "",
                "suggestion": one.suggestion,
            }
            for one in found
        ],
        "reason": tk._(reason) if reason else None,
    }


def take(
    context: Context, resource: model.Resource, place: Place, sha256: str | None
) -> dict[str, Any]:
    """Put all suggested values of a task into the file, and start its check.

    The dataset is locked by the caller.

    :param sha256: the file that was looked over; ``None``: the one that was checked
    :returns: ``count`` of the cells and the ``check_id`` of the check before
    :raises ckan.logic.ValidationError: when the file has changed, or they cannot be taken
    """
    check = _check_of(resource)
    if sha256 is not None and sha256 != check.sha256:
        raise _refused(CHANGED)
    looked_at = preview(resource, place, offset=0, limit=0)
    if looked_at["reason"]:
        raise tk.ValidationError({"id": [looked_at["reason"]]})
    told = {"count": looked_at["count"], "check_id": check.id}
    name = Path(resource.url or "").name
    text = tk._(TAKEN).format(
        file=resource.name or name, column=place[1], n=looked_at["count"], rule=place[0]
    )
    with tempfile.TemporaryFile() as target:
        _write(resource, check, place, target)
        target.seek(0)
        dataset.note(context, resource.package_id or "", "apply_suggestions", text)
        try:
            tk.get_action("resource_patch")(
                {"user": context.get("user", "")},
                {"id": resource.id, "upload": FileStorage(target, filename=name)},
            )
        except BaseException:
            model.Session.rollback()
            raise
    return told


def _check_of(resource: model.Resource) -> Check:
    """The newest check, which must have judged the file as it is now."""
    check = checks.newest(resource.id)
    if check is None or check.state not in ("passed", "failed"):
        raise _refused(CHANGED)
    return check


def _refused(message: str) -> tk.ValidationError:
    return tk.ValidationError({"id": [tk._(message)]})


def _is_plain(resource: model.Resource, check: Check) -> bool:
    """Whether the file is a CSV as it lies there: not packed, and in an encoding that stays."""
    layout = Report.from_dict(check.report).layout
    packed = Path(resource.url or "").suffix.casefold() in (".gz", ".zip")
    is_csv = layout.get("format") == "csv" and layout.get("encoding") in ("utf-8", "cp1252")
    return is_csv and not packed


def _write(resource: model.Resource, check: Check, place: Place, target: IO[bytes]) -> None:
    schema = schema_of(resource)
    if schema is None:
        raise _refused(CHANGED)
    try:
        with (
            annotated.checked_file(resource, check) as path,
            files.as_table(path, resource.url, schema) as table,
        ):
            if not isinstance(table, CsvTable) or table.path != path:
                raise _refused(NO_CSV)
            for piece in corrected(table, findings_file.every(resource.id, check.id, place)):
                target.write(piece)
    except annotated.ChangedError as error:
        raise _refused(CHANGED) from error
    except UnfittingError as error:
        raise _refused(UNFITTING) from error
