"""The person's own file with the findings of its check in it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.check.annotate import annotated_csv
from ckanext.sdi.check.annotate_sheet import annotated_sheet, require_fits
from ckanext.sdi.check.report import Report
from ckanext.sdi.check.tasks import tasks_of
from ckanext.sdi.datastore import checks, files, findings_file
from ckanext.sdi.datastore.types import schema_of
from ckanext.sdi.model import Check

FORMS = ("csv", "xlsx")


class ChangedError(Exception):
    """The file is no longer the one that was checked, or nothing of its check is kept."""


@contextlib.contextmanager
def checked_file(resource: model.Resource, check: Check) -> Iterator[Path]:
    """The file that a check was of.

    :raises ChangedError: when it is not there any more
    """
    given = {"id": resource.id, "url": resource.url, "url_type": resource.url_type}
    try:
        with files.version(given) as path:
            if files.sha256_of(path) != check.sha256:
                raise ChangedError(resource.id)
            yield path
    except files.FileMissingError as error:
        raise ChangedError(resource.id) from error


def stream(resource: model.Resource, form: str) -> Iterator[bytes]:
    """The file of a resource's newest check with its findings, piece by piece.

    :param form: one of ``FORMS``
    :raises ChangedError: when the file has changed since, or its findings are not kept any more
    :raises ckanext.sdi.check.annotate_sheet.NoSheetError: when it does not fit a sheet
    """
    check = checks.newest(resource.id)
    schema = schema_of(resource)
    if check is None or schema is None or check.state not in ("passed", "failed"):
        raise ChangedError(resource.id)
    report = Report.from_dict(check.report)
    path = findings_file.parquet_of(resource.id, check.id)
    if not path.exists():
        raise ChangedError(resource.id)
    batches = findings_file.every(resource.id, check.id)
    with (
        checked_file(resource, check) as file,
        files.as_table(file, resource.url, schema) as table,
    ):
        if form == "csv":
            yield from annotated_csv(table, batches, tk._)
            return
        require_fits(table, report.rows, report.blank_rows, tk._)
        yield from annotated_sheet(table, batches, tasks_of(report, tk._), tk._)
