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


def stream(resource: model.Resource, form: str) -> tuple[str, Iterator[bytes]]:
    """The file of a resource's newest check with its findings, piece by piece.

    :param form: one of ``FORMS``
    :returns: what the name of the file must end with, and the pieces
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
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(checked_file(resource, check))
        table = stack.enter_context(files.as_table(file, resource.url, schema))
        if form == "csv":
            ending, pieces = form, annotated_csv(table, batches, tk._)
        else:
            require_fits(table, report.rows, report.blank_rows, tk._)
            ending, pieces = annotated_sheet(table, batches, tasks_of(report, tk._), tk._)
        return ending, _holding(stack.pop_all(), pieces)


def _holding(held: contextlib.ExitStack, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces; what they are made from is let go of when they are over."""
    with held:
        yield from pieces
