"""The bad cells of one task in the rows that they stand in, under the person's own columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ckanext.sdi.check.by_line import column_of
from ckanext.sdi.check.kept import Rows
from ckanext.sdi.datastore import findings_file
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.mask import DOT, mask_loose

MOST_COLUMNS = 12


def grid(
    check: Mapping[str, Any], findings: Sequence[Finding], told: Sequence[dict[str, Any]]
) -> dict[str, Any] | None:
    """The rows of some findings.

    :param check: as ``outcome.of`` gives it
    :param findings: of one task
    :param told: the same, told in the reader's language
    :returns: ``header``, ``columns`` (how many the file has) and ``rows``: each a finding with
        the ``values`` under the header, which of them is ``marked``, and ``""`` for those of rows
        that are not kept; ``None`` when there are none
    """
    wanted = {finding.row for finding in findings if finding.row is not None}
    rows = findings_file.rows(check["id"], check["check_id"], wanted) if wanted else None
    if rows is None or not rows.cells:
        return None
    chosen = _columns(rows, findings)
    return {
        "header": [rows.header[place] for place in chosen],
        "columns": len(rows.header),
        "rows": [
            {**one, **_row(rows, chosen, finding)}
            for one, finding in zip(told, findings, strict=True)
        ],
    }


def _place(rows: Rows, finding: Finding) -> int | None:
    column = column_of(finding)
    return rows.places.index(column) if column in rows.places else None


def _columns(rows: Rows, findings: Sequence[Finding]) -> list[int]:
    """The columns that are shown: those with bad cells, and the first of the others."""
    bad = {place for finding in findings if (place := _place(rows, finding)) is not None}
    others = [place for place in range(len(rows.header)) if place not in bad]
    return sorted([*bad, *others[: max(MOST_COLUMNS - len(bad), 0)]])


def _row(rows: Rows, chosen: Sequence[int], finding: Finding) -> dict[str, Any]:
    cells = rows.cells.get(finding.row or 0)
    marked = _place(rows, finding)
    values = ["" if cells is None else _shown(cells[place]) for place in chosen]
    if marked is None:
        return {"values": values, "marked": None}
    place = chosen.index(marked)
    if finding.value is not None:
        values[place] = finding.value
    return {"values": values, "marked": place}


def _shown(text: str | None) -> str:
    return DOT * 3 if text is None else mask_loose(text)
