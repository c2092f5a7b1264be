"""How far and how timely the data of a year's list is: two measures that are never one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from ckan import model

from ckanext.sdi.daftar_data import counts
from ckanext.sdi.daftar_data.store import edition_in_force
from ckanext.sdi.kewajiban import periods, timing
from ckanext.sdi.lifecycle import owed, states
from ckanext.sdi.lifecycle.owed import Account, Line
from ckanext.sdi.model import DatasetState, Edition, ItemVersion
from ckanext.sdi.rules.catalogue import N_

NONE, DRAFT, RETURNED, HANDED_IN = "none", "draft", "returned", "handed_in"
PASSED, PUBLISHED = "passed", "published"
FAR_OF_STATE = {
    states.PUBLISHED: PUBLISHED,
    states.APPROVED: PASSED,
    states.SUBMITTED: HANDED_IN,
    states.PEMBINA_REVIEW: HANDED_IN,
    states.PEMBINA_RETURNED: HANDED_IN,
    states.RETURNED: RETURNED,
    states.WITHDRAWN: RETURNED,
    states.DRAFT: DRAFT,
}
# The farthest first. Letters are those of the Indonesian words.
FAR = {
    PUBLISHED: ("T", N_("Published")),
    PASSED: ("L", N_("Passed, to be published")),
    HANDED_IN: ("M", N_("Handed in, being checked")),
    RETURNED: ("K", N_("Returned or withdrawn")),
    DRAFT: ("D", N_("Draft")),
    NONE: ("0", N_("Not begun")),
}
# What needs looking at first.
TIMELY = {
    timing.LATE: ("L", timing.LABELS[timing.LATE]),
    timing.DUE: ("J", timing.LABELS[timing.DUE]),
    timing.UNREACHABLE: ("P", timing.LABELS[timing.UNREACHABLE]),
    timing.GIVEN_LATE: ("S", timing.LABELS[timing.GIVEN_LATE]),
    timing.RUNNING: ("B", timing.LABELS[timing.RUNNING]),
    timing.IN_TIME: ("T", timing.LABELS[timing.IN_TIME]),
    timing.EXCLUDED: ("X", timing.LABELS[timing.EXCLUDED]),
    NONE: ("0", N_("Nothing due in this year")),
}
_FARTHEST = list(FAR)
_WORST = list(TIMELY)


class Covered(NamedTuple):
    """An item of a year's list: the periods of it that end in the year, and where its data is.

    ``listed``: not when the year's list does not have the item, or has it from another office. Such
    an item has periods that are owed (by a decree, or by what the list was before), and counts with
    these alone.
    """

    item_id: str
    version_id: str
    organization_id: str | None
    row_number: int
    lines: Sequence[Line]
    far: str
    listed: bool = True

    @property
    def timely(self) -> str:
        """The period that needs looking at first says it."""
        return timely_of(self.lines)


def timely_of(lines: Iterable[Line]) -> str:
    """How timely the period is that needs looking at first."""
    kinds = [line.timeliness.kind for line in lines]
    return min(kinds, key=_WORST.index, default=NONE)


def year_in_force() -> int:
    """The year of the regional list that holds now; without a list, this year."""
    edition = edition_in_force("provinsi") or edition_in_force("kabkota")
    return edition.tahun if edition else owed.today().year


def covered(tahun: int, organization_id: str | None = None) -> list[Covered]:
    """The items of the regional lists that are agreed for a year, in their order."""
    return by_year([tahun], organization_id)[tahun]


def by_year(years: Iterable[int], organization_id: str | None = None) -> dict[int, list[Covered]]:
    """The items of each year's regional lists, as ``covered`` gives them."""
    accounts = _accounts(organization_id)
    return {tahun: covered_of(tahun, accounts, organization_id) for tahun in years}


def _accounts(organization_id: str | None) -> dict[tuple[str, str], Account]:
    offices = [organization_id] if organization_id else None
    return {
        (account.item_id, account.organization_id): account for account in owed.accounts(offices)
    }


def covered_of(
    tahun: int,
    accounts: Mapping[tuple[str, str], Account],
    organization_id: str | None = None,
    *,
    item_ids: Any = None,
) -> list[Covered]:
    """The items of a year with what offices owe of them; last what is owed besides the list.

    :param accounts: these by item and office
    :param item_ids: only these items: their ids, or a query for them
    """
    rows = counts.regional_rows(tahun, organization_id, item_ids=item_ids)
    found: list[Covered] = []
    # Items of which the same is asked, and nothing is there, have the very same lines.
    known: dict[int, list[Line]] = {}
    far = far_by_item()
    listed = set()
    for version_id, item_id, office, row_number in rows:
        account = accounts.get((item_id, office or ""))
        lines: list[Line] = []
        if account:
            listed.add((item_id, office))
            key = id(account.lines)
            if key not in known:
                known[key] = of_year(account.lines, tahun)
            lines = known[key]
        reached = far.get(item_id, NONE)
        found.append(Covered(item_id, version_id, office, row_number, lines, reached))
    return [*found, *_besides(tahun, accounts, listed)]


def _besides(
    tahun: int, accounts: Mapping[tuple[str, str], Account], listed: Collection[Any]
) -> list[Covered]:
    """What offices owe in a year of items that its list does not have from them."""
    owing = {
        key: lines
        for key, account in accounts.items()
        if key not in listed and (lines := of_year(account.lines, tahun))
    }
    places = newest_versions({item_id for item_id, _ in owing})
    return [
        Covered(item_id, version_id, office, row_number, lines, NONE, listed=False)
        for (item_id, office), lines in owing.items()
        for version_id, row_number in [places[item_id]]
    ]


def of_year(lines: Iterable[Line], tahun: int) -> list[Line]:
    """Those of some periods that end in a year."""
    return [line for line in lines if line.expectation.period.last.year == tahun]


def far_by_item(item_ids: Collection[str] | None = None) -> dict[str, str]:
    """Where the dataset is that is farthest, of each item that has one; whoever has it.

    :param item_ids: only of these items
    """
    query = (
        sa.select(DatasetState.item_id, DatasetState.state)
        .join(model.Package, model.Package.id == DatasetState.package_id)
        .where(model.Package.state == "active", DatasetState.item_id.is_not(None))
    )
    if item_ids is not None:
        query = query.where(DatasetState.item_id.in_(item_ids))
    found: dict[str, str] = {}
    for item_id, state in model.Session.execute(query):
        far = FAR_OF_STATE[state]
        found[item_id] = min(far, found.get(item_id, NONE), key=_FARTHEST.index)
    return found


def names(version_ids: Sequence[str]) -> dict[str, str]:
    """What the items are called in the list, by the id of their version."""
    query = sa.select(ItemVersion.id, ItemVersion.nama_data)
    return dict(model.Session.execute(query.where(ItemVersion.id.in_(version_ids))).tuples().all())


def line_dict(line: Line) -> dict[str, Any]:
    """A period that is owed, as the actions give it."""
    asked, found, dataset = line.expectation, line.timeliness, line.dataset
    shown = None
    if dataset:
        names_of = {"id": dataset.id, "name": dataset.name, "title": dataset.title}
        shown = {**names_of, "state": dataset.state}
    return {
        "schedule": asked.schedule,
        "period": periods.code(asked.schedule, asked.period),
        "first": asked.period.first.isoformat(),
        "last": asked.period.last.isoformat(),
        "due": found.due.isoformat(),
        "timing": found.kind,
        "days_late": found.days,
        "given": found.given.isoformat() if found.given else None,
        "why": asked.why,
        "excluded": asked.excluded,
        "dataset": shown,
    }


def expectations(
    organization_ids: Sequence[str] | None,
    *,
    item_ids: Sequence[str] | None = None,
    tahun: int | None = None,
    kind: str | None = None,
) -> list[tuple[str, str, Line]]:
    """The periods that offices owe or have owed, by item and office, the oldest first.

    :param tahun: only those that end in this year
    :param kind: only those that are so timely
    """
    found = [
        (account.item_id, account.organization_id, line)
        for account in owed.accounts(organization_ids, item_ids=item_ids)
        for line in account.lines
        if (tahun is None or line.expectation.period.last.year == tahun)
        and (kind is None or line.timeliness.kind == kind)
    ]
    found.sort(key=lambda entry: (entry[2].expectation.period.last, entry[1], entry[0]))
    return found


def with_names(entries: Sequence[tuple[str, str, Line]]) -> list[dict[str, Any]]:
    """Periods with the names of their items and offices."""
    items = _item_names([item_id for item_id, _, _ in entries])
    offices = {office for _, office, _ in entries}
    query = sa.select(model.Group).where(model.Group.id.in_(offices))
    groups = {group.id: group for group in model.Session.scalars(query)}
    return [
        {
            "item": {"id": item_id, **items[item_id]},
            "organization": {
                "id": office,
                "name": groups[office].name,
                "title": groups[office].title or groups[office].name,
            },
            **line_dict(line),
        }
        for item_id, office, line in entries
    ]


def _newest(*columns: Any, item_ids: Collection[str]) -> Any:
    """What the newest edition that names items says of them, by item."""
    return (
        sa.select(ItemVersion.item_id, *columns)
        .join(Edition, Edition.id == ItemVersion.edition_id)
        .where(ItemVersion.item_id.in_(item_ids))
        .distinct(ItemVersion.item_id)
        .order_by(ItemVersion.item_id, (Edition.state == "draft"), Edition.tahun.desc())
    )


def newest_versions(item_ids: Collection[str]) -> dict[str, tuple[str, int]]:
    """The newest version of items, and its place in the list."""
    if not item_ids:
        return {}
    query = _newest(ItemVersion.id, ItemVersion.row_number, item_ids=item_ids)
    return {item_id: (version, row) for item_id, version, row in model.Session.execute(query)}


def _item_names(item_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What items are called and known by, as the newest edition that names them has it."""
    columns = (ItemVersion.nama_data, ItemVersion.id_ddd, ItemVersion.id_ddp)
    return {
        row.item_id: {"nama_data": row.nama_data, "id_ddd": row.id_ddd, "id_ddp": row.id_ddp}
        for row in model.Session.execute(_newest(*columns, item_ids=item_ids))
    }
