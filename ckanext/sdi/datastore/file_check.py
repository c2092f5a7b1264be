"""A check of a file that is handed in to nothing: judged as at its handing in, and forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

import ckan.plugins.toolkit as tk

from ckanext.sdi.check.causes import causes_of
from ckanext.sdi.check.propose import propose_schema
from ckanext.sdi.check.report import Report
from ckanext.sdi.check.table import Unreadable
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.check.tasks import clean_columns, tasks_of
from ckanext.sdi.datastore import files, limits
from ckanext.sdi.datastore.judge import judge_file
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.arrow import pc
from ckanext.sdi.rules.columnar import SCHEMA, unpack

MOST_FINDINGS = 500
"""So many single findings are given; the counts are exact whatever their number."""


def check(
    file: IO[bytes],
    table_schema: Mapping[str, Any] | None,
    periode_data: str | None,
    *,
    name: str,
    limit: int,
) -> dict[str, Any]:
    """Check a file; nothing of it is kept.

    :param file: read once, from where it stands
    :param table_schema: the column standard; None to judge by the one proposed from the file
    :param name: what the person's computer calls it
    :param limit: the most bytes that it may have
    :returns: as ``sdi_file_check`` gives it
    :raises ckanext.sdi.datastore.files.TooLargeError: when it has more
    :raises ckanext.sdi.check.table_schema.SchemaError: when the standard has faults
    """
    with files.received(file, limit) as path:
        told = {"sha256": files.sha256_of(path), "proposed": table_schema is None}
        try:
            return told | _judged(path, table_schema, periode_data, name)
        except Unreadable as unreadable:
            report = Report.unreadable(unreadable.finding)
            given = {"table_schema": None if table_schema is None else dict(table_schema)}
            return told | _told("unreadable", report, [unreadable.finding]) | given


def _judged(
    path: Path, table_schema: Mapping[str, Any] | None, periode_data: str | None, name: str
) -> dict[str, Any]:
    schema = TableSchema.from_dict(table_schema or propose_schema(path, limits=limits.of_portal()))
    first = First(MOST_FINDINGS)
    report = judge_file(path, schema, periode_data, name=name, batches=first)
    state = "passed" if report.passed else "failed"
    return {
        **_told(state, report, first.findings()),
        "clean_columns": clean_columns(report, schema),
        "table_schema": schema.as_dict(),
    }


def _told(state: str, report: Report, findings: list[Finding]) -> dict[str, Any]:
    tasks = tasks_of(report, tk._)
    return {
        "state": state,
        "rows": report.rows,
        "layout": report.layout,
        "severities": report.severities,
        "personal_columns": report.personal_columns,
        "tasks": [task.as_dict() for task in tasks],
        "causes": causes_of(tasks, tk._),
        "clean_columns": [],
        "count": sum(report.counts.values()),
        "findings": [finding.as_dict(tk._) for finding in findings],
    }


class First:
    """Takes findings as they come, many at once, and keeps the first in the order of the rows.

    What is said of the whole file or of a column stands before what is said of a row.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept = SCHEMA.empty_table()

    def __call__(self, batch: pa.RecordBatch) -> None:
        """Take a batch of ``rules.columnar.SCHEMA``."""
        both = pa.concat_tables([self._kept, pa.Table.from_batches([batch])])
        # Sorting is stable: in a row the order is that in which the findings came.
        order = pc.sort_indices(pc.fill_null(both["row"], 0))
        self._kept = both.take(order[: self._most])

    def findings(self) -> list[Finding]:
        """The first of what came."""
        return [one for batch in self._kept.to_batches() for one in unpack(batch)]
