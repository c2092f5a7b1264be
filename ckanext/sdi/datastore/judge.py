"""How a file is judged, whatever it is handed in to: a resource's check and a check that hands
nothing in give one verdict, since both come through here.
"""

from __future__ import annotations

from pathlib import Path

from ckanext.sdi.check.report import BatchSink, Report
from ckanext.sdi.check.run import Again, Progress, check_table
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.datastore import limits
from ckanext.sdi.rules import period


def judge_file(
    path: Path,
    schema: TableSchema,
    periode_data: str | None,
    *,
    name: str | None = None,
    batches: BatchSink | None = None,
    progress: Progress | None = None,
    again: Again | None = None,
) -> Report:
    """Judge a file.

    :param path: the file
    :param schema: its column standard
    :param periode_data: the period of the data as people write it; its last day is the date that
        codes are judged at where the standard names none
    :param name: what the person's computer calls it
    :param batches: is given every finding, as ``check_table`` gives them
    :param progress: is told how far it is, as ``check_table`` tells
    :param again: is given the table once more, as ``check_table`` gives it
    :raises ckanext.sdi.check.table.Unreadable: when the file is no table
    """
    return check_table(
        path,
        schema,
        at=period.last_day(periode_data),
        limits=limits.of_portal(),
        name=name or "",
        batches=batches,
        progress=progress,
        again=again,
    )
