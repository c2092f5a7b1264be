"""The tasks of an office: what the lists ask of it, period by period, the most urgent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.sdi.kewajiban import periods, timing
from ckanext.sdi.lifecycle import owed, states
from ckanext.sdi.lifecycle.delivered import Dataset
from ckanext.sdi.lifecycle.owed import Account, Line
from ckanext.sdi.lifecycle.tasks import AGAIN, NOT_BEGUN, PRODUSEN_TODO, Page, add_reasons
from ckanext.sdi.model import Edition, ItemVersion

SOON = timedelta(days=30)
_RANKS = {timing.LATE: 1, timing.DUE: 2, timing.UNREACHABLE: 2}
_LATER_STATES = (
    states.PEMBINA_RETURNED,
    states.SUBMITTED,
    states.PEMBINA_REVIEW,
    states.APPROVED,
    states.PUBLISHED,
)


@dataclass(frozen=True, slots=True)
class _Row:
    account: Account
    line: Line | None
    dataset: Dataset | None

    @property
    def state(self) -> str:
        return self.dataset.state if self.dataset else NOT_BEGUN

    @property
    def timing(self) -> str | None:
        return self.line.timeliness.kind if self.line else None

    def rank(self, today: date) -> int:
        """Returned work first, then what is late, due, due soon, to be done, and what is done."""
        if self.state in (states.RETURNED, states.WITHDRAWN):
            return 0
        if self.state in _LATER_STATES:
            return 5 + _LATER_STATES.index(self.state)
        if self.line is None:
            return 4
        soon = self.line.timeliness.due - today <= SOON
        return _RANKS.get(self.line.timeliness.kind, 3 if soon else 4)


@dataclass(frozen=True, slots=True)
class _Item:
    """What is known of an item without reading its whole row."""

    version_id: str
    nama_data: str
    row_number: int


def for_produsen(
    organization_ids: Sequence[str],
    *,
    q: str,
    state: str | None,
    timeliness: str | None,
    limit: int,
    offset: int,
) -> Page:
    """What the lists ask of some offices: a row for each period that is still owed, and one for
    each dataset that was handed in.

    :param timeliness: only open periods of this kind
    """
    today = owed.today()
    accounts = owed.accounts(organization_ids, day=today)
    items = _items(organization_ids, [account.item_id for account in accounts])
    rows = [
        row
        for account in accounts
        if q.casefold() in items[account.item_id].nama_data.casefold()
        for row in _rows(account, today)
    ]
    counts = Counter(row.state for row in rows)
    timings = Counter(row.timing for row in rows if row.timing)
    shown = [
        row
        for row in rows
        if (not state or row.state == state) and (not timeliness or row.timing == timeliness)
    ]
    far = date.max
    shown.sort(
        key=lambda row: (
            row.rank(today),
            row.line.timeliness.due if row.line else far,
            items[row.account.item_id].row_number,
        )
    )
    page = _shown(shown[offset : offset + limit], items)
    return Page(len(shown), dict(counts), page, dict(timings))


def _rows(account: Account, today: date) -> Iterator[_Row]:
    """The rows of an item: its open periods, then its datasets that are in none of these."""
    shown = [line for line in account.lines if line.timeliness.kind in timing.OPEN]
    placed = {line.dataset.id for line in shown if line.dataset}
    others = [dataset for dataset in account.datasets if dataset.id not in placed]
    begun = len(shown) > 1 or bool(others)
    for line in shown:
        far = line.timeliness.kind == timing.RUNNING and line.timeliness.due - today > SOON
        # A period that goes on for long is no task yet, where there is something else to show.
        if line.dataset or not (far and begun):
            yield _Row(account, line, line.dataset)
    for dataset in others:
        yield _Row(account, None, dataset)
    if not shown and not others and account.current:
        owes = any(line.timeliness.kind != timing.EXCLUDED for line in account.lines)
        if owes or not account.lines:
            yield _Row(account, None, None)


def _items(organization_ids: Sequence[str], item_ids: Iterable[str]) -> dict[str, _Item]:
    """The items as the newest edition that names the office has them; else any edition."""
    # By office there is an index; items that are owed by a decree alone are few.
    found = _named(ItemVersion.organization_id.in_(organization_ids))
    others = [item_id for item_id in item_ids if item_id not in found]
    return {**(_named(ItemVersion.item_id.in_(others)) if others else {}), **found}


def _named(condition: sa.ColumnElement[bool]) -> dict[str, _Item]:
    query = (
        sa.select(
            ItemVersion.item_id, ItemVersion.id, ItemVersion.nama_data, ItemVersion.row_number
        )
        .join(Edition, Edition.id == ItemVersion.edition_id)
        .where(condition, Edition.state.in_(("agreed", "closed")))
        .order_by(Edition.state == "agreed", Edition.tahun)
    )
    return {item_id: _Item(*rest) for item_id, *rest in model.Session.execute(query)}


def _shown(rows: Sequence[_Row], items: dict[str, _Item]) -> list[dict[str, Any]]:
    ids = {items[row.account.item_id].version_id for row in rows}
    versions = {
        version.item_id: (version, tahun, title)
        for version, tahun, title in model.Session.execute(
            sa.select(ItemVersion, Edition.tahun, Edition.title)
            .join(Edition, Edition.id == ItemVersion.edition_id)
            .where(ItemVersion.id.in_(ids))
        )
    }
    offices = {row.account.organization_id for row in rows}
    groups = {
        group.id: group
        for group in model.Session.scalars(
            sa.select(model.Group).where(model.Group.id.in_(offices))
        )
    }
    found = [
        _as_dict(row, versions[row.account.item_id], groups[row.account.organization_id])
        for row in rows
    ]
    add_reasons([row["dataset"] for row in found if row["state"] == states.RETURNED])
    return found


def _as_dict(
    row: _Row, version: tuple[ItemVersion, int, str], office: model.Group
) -> dict[str, Any]:
    dataset = None
    if row.dataset:
        names = {"id": row.dataset.id, "name": row.dataset.name, "title": row.dataset.title}
        dataset = {**names, "state": row.dataset.state}
    return {
        "role": "produsen",
        "state": row.state,
        "todo": PRODUSEN_TODO[AGAIN if _is_again(row) else row.state],
        "again": _is_again(row),
        "since": row.dataset.changed_at.isoformat() if row.dataset else None,
        "organization": {"id": office.id, "name": office.name, "title": office.title},
        "item": _item(*version),
        "dataset": dataset,
        "owed": _owed(row.line) if row.line else None,
    }


def _is_again(row: _Row) -> bool:
    """Whether a period is to be begun of an item that has a published dataset."""
    published = (dataset.state == states.PUBLISHED for dataset in row.account.datasets)
    return row.state == NOT_BEGUN and any(published)


def _owed(line: Line) -> dict[str, Any]:
    asked, found = line.expectation, line.timeliness
    return {
        "period": periods.code(asked.schedule, asked.period),
        "schedule": asked.schedule,
        "due": found.due.isoformat(),
        "timing": found.kind,
        "days_late": found.days,
        "why": asked.why,
    }


def _item(version: ItemVersion, tahun: int, edition: str) -> dict[str, Any]:
    return {
        "id": version.item_id,
        "id_ddd": version.id_ddd,
        "id_ddp": version.id_ddp,
        "nama_data": version.nama_data,
        "jadwal_pemutakhiran": version.jadwal_pemutakhiran,
        "klasifikasi_risiko": version.klasifikasi_risiko,
        "status": version.status,
        "tahun": tahun,
        "edition": edition,
        "prioritas": tahun in (version.prioritas_tahun or []),
    }
