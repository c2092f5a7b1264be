"""What became of the findings of the check before: how many are mended, remain or are new.

Rows are told apart by their key, where each finding of a rule and column has one that no other of
them has. Else only the numbers can be compared, and the answer says so.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from ckan import model

from ckanext.sdi.check import kept
from ckanext.sdi.check.report import Place, Report
from ckanext.sdi.datastore import findings_file
from ckanext.sdi.model import Check
from ckanext.sdi.rules import RULES
from ckanext.sdi.rules.arrow import pc


def with_former(
    resource_id: str, check_id: str, sha256: str, schema_sha256: str, report: Report
) -> dict[str, Any] | None:
    """Compare a check with the newest earlier one of another file.

    :param report: what this one found; its findings are kept
    :returns: ``check_id`` and ``at`` of the former, ``same_standard``, the totals ``fixed``,
        ``remaining`` and ``new``, and the same under ``places`` for each rule and column with
        ``exact``: whether each row was looked for, and not only the numbers compared; ``None``
        when there is none
    """
    former = _former(resource_id, check_id, sha256)
    if former is None:
        return None
    same = former.schema_sha256 == schema_sha256
    before = Report.from_dict(former.report).counts
    paths = [findings_file.parquet_of(resource_id, one) for one in (former.id, check_id)]
    model.Session.rollback()
    places = [
        _place(place, before.get(place, 0), report.counts.get(place, 0), paths if same else [])
        for place in [*before, *(one for one in report.counts if one not in before)]
        if place[0] in RULES
    ]
    return {
        "check_id": former.id,
        "at": (former.finished_at or former.created_at).isoformat(timespec="seconds"),
        "same_standard": same,
        **{name: sum(one[name] for one in places) for name in ("fixed", "remaining", "new")},
        "places": places,
    }


def _former(resource_id: str, check_id: str, sha256: str) -> Check | None:
    return model.Session.scalar(
        sa.select(Check)
        .where(
            Check.resource_id == resource_id,
            Check.id != check_id,
            Check.sha256 != sha256,
            Check.state.in_(("passed", "failed")),
        )
        .order_by(Check.created_at.desc())
        .limit(1)
    )


def _place(place: Place, before: int, now: int, paths: list[Path]) -> dict[str, Any]:
    remaining = _same_rows(place, paths) if before and now else 0
    exact = remaining is not None
    if remaining is None:
        remaining = min(before, now)
    return {
        "rule": place[0],
        "column": place[1],
        "fixed": before - remaining,
        "remaining": remaining,
        "new": now - remaining,
        "exact": exact,
    }


def _same_rows(place: Place, paths: list[Path]) -> int | None:
    """How many rows have the finding in both; ``None`` when rows cannot be told apart."""
    keys = [_keys(path, place) for path in paths]
    if not keys or any(one is None for one in keys):
        return None
    return len(np.intersect1d(*[one for one in keys if one is not None], assume_unique=True))


def _keys(path: Path, place: Place) -> np.ndarray | None:
    """A number for the key of each row, when each row has one of its own."""
    parts: list[np.ndarray] = []
    try:
        for batch in kept.read_task(path, place, ["row", "key"]):
            # What is about no row, such as a column's name, is the same wherever it is found.
            about_rows = pc.is_valid(batch.column("row"))
            told = pc.if_else(about_rows, batch.column("key"), "")
            if told.null_count:
                return None
            texts = told.to_pylist()
            parts.append(np.fromiter(map(hash, texts), np.int64, len(texts)))
    except FileNotFoundError:
        return None
    keys = np.concatenate(parts) if parts else np.empty(0, np.int64)
    return keys if len(keys) and len(np.unique(keys)) == len(keys) else None
