"""What offices owe by the lists, recorded decrees and excuses, with what they handed in of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.kewajiban import obligations as rules
from ckanext.sdi.kewajiban import periods, timing
from ckanext.sdi.kewajiban.obligations import Exclusion, Expectation, Obligation, Reign
from ckanext.sdi.kewajiban.timing import Timeliness
from ckanext.sdi.lifecycle import sources, states
from ckanext.sdi.lifecycle.delivered import WITH_PRODUCER, Dataset, ItemIds, datasets
from ckanext.sdi.model import Edition, ItemVersion, RecordedObligation
from ckanext.sdi.model.base import today
from ckanext.sdi.model.obligation import EXCUSED, OWED
from ckanext.sdi.rules.period import Period

_AGREED = Edition.state == "agreed"
_COUNTED = Edition.state.in_(("agreed", "closed"))
_NAMED_SINCE = dt.date(1900, 1, 1)


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
    """All that an office owes of one item, and the datasets it has of it.

    ``current``: whether the list of today,
    or of a year to come, has the item from this office.
    """

    item_id: str
    organization_id: str
    lines: list[Line]
    datasets: list[Dataset]
    current: bool


Version = tuple[str, str | None, str | None]
"""What an edition (its id) says of an item: who makes it, and how often."""


def zone() -> dt.tzinfo:
    """The portal's time zone."""
    return tk.h.get_display_timezone()


def accounts(
    organization_ids: Sequence[str] | None,
    *,
    item_ids: ItemIds | None = None,
    versions: Mapping[str, Sequence[Version]] | None = None,
    day: date | None = None,
) -> list[Account]:
    """What offices owe, or have owed, of each item up to a day.

    :param organization_ids: the offices; none for all
    :param item_ids: only these items
    :param versions: what ``versions_of`` says of them, where it is known
    """
    day = day or today()
    if item_ids is None and organization_ids is not None:
        item_ids = items_of(organization_ids)
    recorded = _recorded(item_ids)
    versions = versions_of(item_ids) if versions is None else versions
    made = datasets(item_ids, zone())
    silent = sources.unreachable(zone())
    expand = Expander(day, silent)
    found: list[Account] = []
    for item_id, said_of in versions.items():
        all_said = expand(said_of, recorded.get(item_id, ()))
        of_item = made.get(item_id, [])
        for said in all_said:
            office = said.organization_id
            if organization_ids is not None and office not in organization_ids:
                continue
            own, lines = [], said.untouched
            if of_item:
                own = [dataset for dataset in of_item if dataset.organization_id == office]
                others = _handed_on(of_item, all_said, office) if len(own) < len(of_item) else []
                lines = _lines(said, own, day, silent.get(office, ()), others)
            found.append(Account(item_id, office, lines, own, said.current))
    return found


def _handed_on(
    of_item: Sequence[Dataset], all_said: Sequence[_Said], office: str
) -> list[tuple[Dataset, set[Period]]]:
    """The datasets that other offices have, each with the periods that its office owes itself."""
    owing = {
        said.organization_id: {asked.period for asked in said.asked if not asked.excluded}
        for said in all_said
    }
    return [
        (dataset, owing.get(dataset.organization_id, set()))
        for dataset in of_item
        if dataset.organization_id != office
    ]


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
            _Said(office, asked, self._untouched(office, asked), office == current)
            for office, asked in by_office.items()
        ]

    def _untouched(self, office: str, asked: Sequence[Expectation]) -> list[Line]:
        silent = self.silent.get(office, ())
        return [
            Line(one, timing.judge(one, (), self.day, unreachable=silent), None) for one in asked
        ]

    def _current_office(self, versions: Sequence[Version]) -> str | None:
        """The office that the list of today names, or that of a year to come."""
        level = self.level_of[versions[0][0]]
        gone = {reign.edition_id for reign in self.reigns[level] if reign.last < self.day}
        counting = [v for v in versions if v[0] in self.agreed and v[0] not in gone]
        return counting[-1][1] if counting else None

    def _expanded(
        self, versions: Sequence[Version], recorded: Iterable[RecordedObligation]
    ) -> list[Expectation]:
        reigns = self.reigns[self.level_of[versions[0][0]]]
        asked = rules.of_list(reigns, versions)
        for row in recorded:
            if row.kind == OWED and row.organization_id:
                asked += _obligations(row, rules.schedules(reigns, versions))
        excused = [
            Exclusion(row.organization_id, row.first, row.last or date.max, row.reason)
            for row in recorded
            if row.kind == EXCUSED
        ]
        return rules.expand(asked, excused, self.day)


def _obligations(
    row: RecordedObligation, schedules: Sequence[tuple[date, date, str | None]]
) -> list[Obligation]:
    """What was recorded to be owed: the periods that end within its days, whenever they began.

    :param schedules: how often the list asks for the item, from one day to another
    """
    if row.schedule:
        schedules = [(date.min, date.max, row.schedule)]
    return [
        Obligation(
            producer=row.organization_id or "",
            schedule=schedule,
            since=_NAMED_SINCE,
            first=max(first, row.first),
            last=min(last, row.last or date.max),
            agreed=None,
            why=row.reason,
            grace=row.grace,
            recorded=True,
        )
        for first, last, schedule in schedules
    ]


def reigns() -> tuple[dict[str, list[Reign]], dict[str, str]]:
    """The days on which each edition holds, by level; and the level of each edition."""
    query = sa.select(
        Edition.id, Edition.level, Edition.tahun, Edition.title, Edition.agreed_at
    ).where(_COUNTED)
    of_level: dict[str, list[rules.AgreedEdition]] = defaultdict(list)
    level_of: dict[str, str] = {}
    for edition_id, level, tahun, title, agreed_at in model.Session.execute(query):
        day = periods.local_day(agreed_at, zone()) if agreed_at else None
        of_level[level].append(rules.AgreedEdition(edition_id, tahun, title, day))
        level_of[edition_id] = level
    return {level: rules.reigns(editions) for level, editions in of_level.items()}, level_of


def _recorded(item_ids: ItemIds | None) -> dict[str, list[RecordedObligation]]:
    """What is recorded of items, of whatever office: who owes a period too gives it for itself."""
    query = sa.select(RecordedObligation)
    if item_ids is not None:
        query = query.where(RecordedObligation.item_id.in_(item_ids))
    found: dict[str, list[RecordedObligation]] = defaultdict(list)
    for row in model.Session.scalars(query.order_by(RecordedObligation.created_at)):
        found[row.item_id].append(row)
    return found


def items_of(organization_ids: Sequence[str]) -> ItemIds:
    """The ids of the items that name some offices in any edition, or are recorded for them."""
    named, recorded = (
        sa.select(table.item_id).where(table.organization_id.in_(organization_ids))
        for table in (ItemVersion, RecordedObligation)
    )
    return named.union(recorded)


def versions_of(item_ids: ItemIds | None) -> Mapping[str, list[Version]]:
    """What each edition that counts or has counted says of the items, by item."""
    place = {
        edition_id: number
        for number, edition_id in enumerate(
            model.Session.scalars(
                sa.select(Edition.id)
                .where(_COUNTED)
                .order_by(Edition.tahun, Edition.agreed_at, Edition.id)
            )
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
    found: dict[str, list[Version]] = defaultdict(list)
    for item_id, *version in model.Session.execute(query):
        found[item_id].append(tuple(version))
    # Most lists are new to an item: to sort what it says is quicker here than all of it there.
    for versions in found.values():
        if len(versions) > 1:
            versions.sort(key=lambda version: place[version[0]])
    return found


def _lines(
    said: _Said,
    own: Sequence[Dataset],
    day: date,
    silent: Sequence[Period],
    others: Sequence[tuple[Dataset, set[Period]]],
) -> list[Line]:
    """How each period stands, where datasets were made of the item.

    What the list asks of an office is there also when an office has it that owes nothing of the
    period itself: the item was moved, or the office was merged into it.

    :param others: datasets of other offices, each with the periods that these owe
    """
    unplaced = [d for d in own if d.state == states.DRAFT and not d.about]
    first, last = _reach([*own, *(dataset for dataset, _ in others)])
    lines = []
    for line in said.untouched:
        asked = line.expectation
        if asked.period.last >= first and asked.period.first <= last:
            counted = own
            if others and not asked.recorded:
                period = asked.period
                counted = [*own, *(dataset for dataset, owing in others if period not in owing)]
            if any(periods.covers(days, asked.period) for d in counted for days in d.all_about):
                line = _line(asked, own, counted, day, silent)
        if line.dataset is None and unplaced and line.timeliness.kind in timing.OPEN:
            # A draft that does not say yet what it is about is meant for the oldest open period.
            line = replace(line, dataset=unplaced.pop(0))
        lines.append(line)
    return lines


def _reach(made: Sequence[Dataset]) -> tuple[date, date]:
    """The first and the last day that any of some datasets is or was about."""
    stretches = [days for dataset in made for about in dataset.all_about for days in about]
    first = min((days.first for days in stretches), default=date.max)
    return first, max((days.last for days in stretches), default=date.min)


def _line(
    expectation: Expectation,
    own: Sequence[Dataset],
    counted: Sequence[Dataset],
    day: date,
    silent: Sequence[Period],
) -> Line:
    hand_ins = [hand_in for dataset in counted for hand_in in dataset.hand_ins]
    judged = timing.judge(expectation, hand_ins, day, unreachable=silent)
    to_do = judged.kind in timing.OPEN
    dataset = _dataset_of(expectation, own if to_do else counted, with_producer=to_do)
    return Line(expectation, judged, dataset)


def _dataset_of(
    expectation: Expectation, datasets: Sequence[Dataset], *, with_producer: bool
) -> Dataset | None:
    """The dataset that has, or is to have, a period's data."""
    for dataset in datasets:
        if (dataset.state in WITH_PRODUCER) == with_producer:
            handed = [*dataset.hand_ins[-1].about] if dataset.hand_ins else []
            about = dataset.about if with_producer else handed
            if periods.covers(about, expectation.period):
                return dataset
    return None
