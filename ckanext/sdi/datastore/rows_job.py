"""The check of rows that came by the Data API: the table as it stands, judged as a file is.

Nothing is loaded or taken away: the rows are there already, and nothing else holds them.
"""

from __future__ import annotations

from ckanext.sdi.check.run import Progress, check_opened
from ckanext.sdi.check.table import Unreadable
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.datastore import checks, findings_file, rows
from ckanext.sdi.rules import period
from ckanext.sdi.rules.catalogue import N_

NO_ROWS = N_("The table has no rows yet. Write them with datastore_upsert.")
OTHER_COLUMNS = N_(
    "The table has other columns than the column standard. Bring it into line with"
    " datastore_create, or delete the table and write its rows anew."
)


def check(
    check_id: str,
    resource_id: str,
    schema: TableSchema,
    periode_data: str | None,
    progress: Progress,
) -> None:
    """Check the rows of a resource and write what came out of it.

    :raises ckanext.sdi.datastore.checks.OvertakenError: when rows were written meanwhile
    """
    with rows.opened(resource_id, schema) as found:
        if found is None:
            checks.finish(check_id, "unreadable", message=OTHER_COLUMNS)
            return
        table, fingerprint = found
        checks.note(check_id, sha256=fingerprint)
        try:
            with findings_file.writer(resource_id, check_id) as (sink, _):
                report = check_opened(
                    table,
                    schema,
                    at=period.last_day(periode_data),
                    batches=sink,
                    progress=progress,
                )
        except Unreadable:
            checks.finish(check_id, "unreadable", message=NO_ROWS)
            return
    checks.finish(
        check_id,
        "passed" if report.passed else "failed",
        rows=report.rows,
        rows_done=report.rows,
        share=1.0,
        report=report.as_dict(),
        findings_path=str(findings_file.path_of(resource_id, check_id)),
        loaded_sha256=fingerprint if report.passed else None,
    )
    findings_file.keep_only(resource_id, check_id)
