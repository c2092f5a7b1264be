"""What offices owe by the lists, recorded decrees and excuses, with what they handed in of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.kewajiban import obligations as rules
from ckanext.sdi.kewajiban import periods, timing
from ckanext.sdi.kewajiban.obligations import Exclusion, Expectation, Obligation, Reign
from ckanext.sdi.kewajiban.timing import HandIn, Timeliness
from ckanext.sdi.lifecycle import sources, states
from ckanext.sdi.model import DatasetState, Edition, ItemVersion, RecordedObligation, Transition
from ckanext.sdi.model.base import today
from ckanext.sdi.model.obligation import EXCUSED, OWED
from ckanext.sdi.rules.period import Period

WITH_PRODUCER = (states.DRAFT, states.RETURNED, states.WITHDRAWN)
_BACK = (states.RETURNED, states.WITHDRAWN)
_AGREED = Edition.state == "agreed"
MANY = 1000
_NAMED_SINCE = dt.date(1900, 1, 1)


@dataclass(slots=True)
class Dataset:
    """A dataset of an item: where it stands, its hand-ins, what it is about now."""

    id: str
    name: str
    title: str
    state: str
    changed_at: dt.datetime
    about: list[Period]
    hand_ins: list[HandIn] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Line:
    """One period that an office owes of an item, how timely it was, and the dataset it is in."""

    expectation: Expectation
    timeliness: Timeliness
    dataset: Dataset | None

    @property
    def state(self) -> str | None:
        """Where the data of the period stands; none when it is not begun."""
        return self.dataset.state if self.dataset else None


@dataclass(slots=True)
class Account:
    """All that an office owes of one item, and the datasets it made of it.

    ``current``: whether the newest edition that names the item counts and names this office.
    """

    item_id: str
    organization_id: str
    lines: list[Line]
    datasets: list[Dataset]
    current: bool


def zone() -> dt.tzinfo:
    """The portal's time zone."""
    return tk.h.get_display_timezone()


def accounts(
    organization_ids: Sequence[str] | None,
    *,
    item_ids: ItemIds | None = None,
    day: date | None = None,
) -> list[Account]:
    """What offices owe, or have owed, of each item up to a day.

    :param organization_ids: the offices; none for all
    :param item_ids: only these items
    """
    day = day or today()
    recorded = _recorded(organization_ids, item_ids)
    versions = _versions(organization_ids, item_ids)
    datasets = _datasets(organization_ids, item_ids)
    silent = sources.unreachable(zone())
    expand = Expander(day, silent)
    found: list[Account] = []
    for item_id in versions.keys() | recorded.keys():
        for said in expand(versions.get(item_id, ()), recorded.get(item_id, ())):
            office = said.organization_id
            if organization_ids is None or office in organization_ids:
                made = datasets.get((item_id, office), [])
                lines = said.untouched
                if made:
                    lines = _lines(said.asked, made, day, silent.get(office, ()))
                found.append(Account(item_id, office, lines, made, said.current))
    return found


ItemIds = Sequence[str] | sa.CompoundSelect[Any]
"""Items by their ids, or by a query for these."""

Version = tuple[str, str | None, str | None]
"""What an edition (its id) says of an item: who makes it, and how often."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What is asked of an office, and how that stands while no dataset was made of it."""

    organization_id: str
    asked: list[Expectation]
    untouched: list[Line]
    current: bool


class Expander:
    """Rules to periods; items of which the same is said, as most are, are thought of once."""

    def __init__(self, day: date, silent: Mapping[str, Sequence[Period]]) -> None:
        self.day = day
        self.silent = silent
        self.reigns, self.level_of = reigns()
        self.agreed = set(model.Session.scalars(sa.select(Edition.id).where(_AGREED)))
        self.known: dict[Any, list[_Said]] = {}

    def __call__(
        self, versions: Sequence[Version], recorded: Sequence[RecordedObligation]
    ) -> list[_Said]:
        if recorded:
            return self._said(versions, recorded)
        key = tuple(versions)
        if key not in self.known:
            self.known[key] = self._said(versions, ())
        return self.known[key]

    def _said(
        self, versions: Sequence[Version], recorded: Iterable[RecordedObligation]
    ) -> list[_Said]:
        by_office: dict[str, list[Expectation]] = {
            office: [] for _, office, _ in versions if office
        }
        for one in self._expanded(versions, recorded):
            by_office.setdefault(one.producer, []).append(one)
        current = self._current_office(versions)
        return [
            _Said(
                office,
                asked,
                _lines(asked, (), self.day, self.silent.get(office, ())),
                office == current,
            )
            for office, asked in by_office.items()
        ]

    def _current_office(self, versions: Sequence[Version]) -> str | None:
        """The office that the newest edition which counts names."""
        counting = [version for version in versions if version[0] in self.agreed]
        return counting[-1][1] if counting else None

    def _expanded(
        self, versions: Sequence[Version], recorded: Iterable[RecordedObligation]
    ) -> list[Expectation]:
        asked: list[Obligation] = []
        if versions:
            asked = rules.of_list(self.reigns[self.level_of[versions[0][0]]], versions)
        schedule = asked[-1].schedule if asked else None
        for row in recorded:
            if row.kind == OWED and row.organization_id:
                asked.append(_obligation(row, schedule))
        excused = [
            Exclusion(row.organization_id, row.first, row.last or date.max, row.reason)
            for row in recorded
            if row.kind == EXCUSED
        ]
        return rules.expand(asked, excused, self.day)


def _obligation(row: RecordedObligation, schedule: str | None) -> Obligation:
    """What was recorded to be owed: the periods that end within its days, whenever they began."""
    return Obligation(
        producer=row.organization_id or "",
        schedule=row.schedule or schedule,
        since=_NAMED_SINCE,
        first=row.first,
        last=row.last or date.max,
        agreed=None,
        why=row.reason,
        grace=row.grace,
        recorded=True,
    )


def reigns() -> tuple[dict[str, list[Reign]], dict[str, str]]:
    """The days on which each edition holds, by level; and the level of each edition."""
    query = sa.select(
        Edition.id, Edition.level, Edition.tahun, Edition.title, Edition.agreed_at
    ).where(Edition.state.in_(("agreed", "closed")))
    of_level: dict[str, list[rules.AgreedEdition]] = defaultdict(list)
    level_of: dict[str, str] = {}
    for edition_id, level, tahun, title, agreed_at in model.Session.execute(query):
        day = periods.local_day(agreed_at, zone()) if agreed_at else None
        of_level[level].append(rules.AgreedEdition(edition_id, tahun, title, day))
        level_of[edition_id] = level
    return {level: rules.reigns(editions) for level, editions in of_level.items()}, level_of


def _recorded(
    organization_ids: Sequence[str] | None, item_ids: ItemIds | None
) -> dict[str, list[RecordedObligation]]:
    query = sa.select(RecordedObligation)
    if item_ids is not None:
        query = query.where(RecordedObligation.item_id.in_(item_ids))
    found: dict[str, list[RecordedObligation]] = defaultdict(list)
    for row in model.Session.scalars(query.order_by(RecordedObligation.created_at)):
        found[row.item_id].append(row)
    if organization_ids is None:
        return found
    # An excuse of all offices matters to whoever owes the item; one of others is left aside.
    mine = {
        row.item_id
        for rows in found.values()
        for row in rows
        if row.organization_id in (None, *organization_ids)
    }
    return {item_id: rows for item_id, rows in found.items() if item_id in mine}


def items_of(organization_ids: Sequence[str]) -> sa.CompoundSelect[tuple[str]]:
    """The ids of the items that name some offices in any edition, or are recorded for them."""
    named, recorded = (
        sa.select(table.item_id).where(table.organization_id.in_(organization_ids))
        for table in (ItemVersion, RecordedObligation)
    )
    return named.union(recorded)


def _versions(
    organization_ids: Sequence[str] | None, item_ids: ItemIds | None
) -> Mapping[str, list[Version]]:
    """What each edition that counts or has counted says of the items, by item."""
    counted = sa.select(Edition.id).where(Edition.state.in_(("agreed", "closed")))
    place = {
        edition_id: number
        for number, edition_id in enumerate(
            model.Session.scalars(counted.order_by(Edition.tahun, Edition.id))
        )
    }
    query = sa.select(
        ItemVersion.item_id,
        ItemVersion.edition_id,
        ItemVersion.organization_id,
        ItemVersion.jadwal_pemutakhiran,
    ).where(ItemVersion.edition_id.in_(list(place)))
    if item_ids is not None:
        query = query.where(ItemVersion.item_id.in_(item_ids))
    if organization_ids is not None:
        query = query.where(ItemVersion.item_id.in_(items_of(organization_ids)))
    found: dict[str, list[Version]] = defaultdict(list)
    for item_id, *version in model.Session.execute(query):
        found[item_id].append(tuple(version))
    # Most lists are new to an item: to sort what it says is quicker here than all of it there.
    for versions in found.values():
        if len(versions) > 1:
            versions.sort(key=lambda version: place[version[0]])
    return found


def _datasets(
    organization_ids: Sequence[str] | None, item_ids: ItemIds | None
) -> Mapping[tuple[str, str], list[Dataset]]:
    """The datasets of items by item and office, the oldest first."""
    extras = model.Package.extras
    # CKAN keeps a resource's own fields as a text of JSON.
    fields = sa.cast(sa.cast(model.Resource.extras, sa.Text), JSONB)
    of_resources = (
        sa.select(sa.func.array_agg(fields["periode_data"].astext))
        .where(model.Resource.package_id == model.Package.id, model.Resource.state == "active")
        .correlate(model.Package)
        .scalar_subquery()
    )
    # What is with the reviewers says with its hand-in what it is about.
    asked = sa.or_(DatasetState.state.in_(WITH_PRODUCER), DatasetState.adopted)
    query = (
        sa.select(
            DatasetState.package_id,
            DatasetState.item_id,
            DatasetState.state,
            DatasetState.changed_at,
            DatasetState.adopted,
            model.Package.name,
            model.Package.title,
            model.Package.owner_org,
            extras["periode_awal"].astext,
            extras["periode_akhir"].astext,
            sa.case((asked, of_resources)),
        )
        .join(model.Package, model.Package.id == DatasetState.package_id)
        .where(model.Package.state == "active", DatasetState.item_id.is_not(None))
        .order_by(model.Package.metadata_created)
    )
    if organization_ids is not None:
        query = query.where(model.Package.owner_org.in_(organization_ids))
    if item_ids is not None:
        query = query.where(DatasetState.item_id.in_(item_ids))
    found: dict[tuple[str, str], list[Dataset]] = defaultdict(list)
    by_id: dict[str, Dataset] = {}
    for package_id, item_id, state, changed_at, adopted, *more in model.Session.execute(query):
        name, title, owner, first, last, resources = more
        about = periods.as_stretches(periods.about(first, last, resources or []))
        dataset = Dataset(package_id, name, title or name, state, changed_at, about)
        if adopted:
            dataset.hand_ins.append(HandIn(None, about))
        by_id[dataset.id] = dataset
        found[item_id, owner].append(dataset)
    _add_hand_ins(by_id)
    return found


def _add_hand_ins(by_id: dict[str, Dataset]) -> None:
    """Read from the history when each dataset was handed in and when it came back."""
    query = (
        sa.select(Transition.package_id, Transition.to_state, Transition.at, Transition.about)
        .where(
            Transition.to_state.in_((states.SUBMITTED, *_BACK)),
            Transition.to_state != Transition.from_state,
        )
        .order_by(Transition.at)
    )
    # Of very many it is quicker to read what is of others too.
    if len(by_id) < MANY:
        query = query.where(Transition.package_id.in_(list(by_id)))
    here = zone()
    for package_id, to_state, at, about in model.Session.execute(query):
        dataset = by_id.get(package_id)
        if dataset is None:
            continue
        day = periods.local_day(at, here)
        if to_state == states.SUBMITTED:
            dataset.hand_ins.append(HandIn(day, periods.as_stretches(about)))
        elif dataset.hand_ins:
            last = dataset.hand_ins[-1]
            dataset.hand_ins[-1] = HandIn(last.day, last.about, day)


def _lines(
    expectations: Sequence[Expectation],
    datasets: Sequence[Dataset],
    day: date,
    silent: Sequence[Period],
) -> list[Line]:
    hand_ins = [hand_in for dataset in datasets for hand_in in dataset.hand_ins]
    unplaced = [d for d in datasets if d.state == states.DRAFT and not d.about]
    lines = []
    for expectation in expectations:
        judged = timing.judge(expectation, hand_ins, day, unreachable=silent)
        dataset = _dataset_of(expectation, datasets, judged)
        if dataset is None and judged.kind in timing.OPEN and unplaced:
            # A draft that does not say yet what it is about is meant for the oldest open period.
            dataset = unplaced.pop(0)
        lines.append(Line(expectation, judged, dataset))
    return lines


def _dataset_of(
    expectation: Expectation, datasets: Sequence[Dataset], judged: Timeliness
) -> Dataset | None:
    """The dataset that has, or is to have, a period's data."""
    with_producer = judged.kind in timing.OPEN
    for dataset in datasets:
        if (dataset.state in WITH_PRODUCER) == with_producer:
            handed = [*dataset.hand_ins[-1].about] if dataset.hand_ins else []
            about = dataset.about if with_producer else handed
            if periods.covers(about, expectation.period):
                return dataset
    return None
