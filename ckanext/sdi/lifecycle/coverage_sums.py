"""Coverage of a whole list, summed by the database.

A list may have 100,000 items, and of most of them the same is said and nothing is there yet. These
are counted in groups; one by one goes only what has a dataset or a recorded obligation.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.sdi.daftar_data.counts import Rows, named
from ckanext.sdi.kewajiban import timing
from ckanext.sdi.lifecycle import coverage, owed, sources
from ckanext.sdi.lifecycle.coverage import Covered
from ckanext.sdi.lifecycle.owed import Line, Version
from ckanext.sdi.model import DatasetState, Edition, ItemVersion, RecordedObligation

_TOUCHED = (
    sa.select(DatasetState.item_id)
    .where(DatasetState.item_id.is_not(None))
    .union(sa.select(RecordedObligation.item_id))
)
_COUNTED = Edition.state.in_(("agreed", "closed"))
_BETWEEN, _AFTER = chr(31), chr(30)
# What all editions say of an item, in one text: items are grouped by it. Its parts are in any
# order, as sorting them here costs more than bringing the same ones together afterwards.
_SAID = sa.func.string_agg(
    ItemVersion.edition_id.concat(_BETWEEN)
    .concat(sa.func.coalesce(ItemVersion.organization_id, ""))
    .concat(_BETWEEN)
    .concat(sa.func.coalesce(ItemVersion.jadwal_pemutakhiran, "")),
    _AFTER,
)


Entry = tuple[str, str, Line]
"""An item, an office, and a period that it owes."""


@dataclass
class Sums:
    """What one office, or all of them, have of a year's list.

    ``far``: of the items of the list, how many came how far; ``kinds``: of the periods that are
    owed, by the list or besides it, how many are how timely; ``late``: items with a late one.
    """

    far: Counter[str] = field(default_factory=Counter)
    late: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    def add(self, far: str | None, lines: Sequence[Line], times: int = 1) -> None:
        """Count items of which the same is so.

        :param far: none for what the list does not have
        """
        if far:
            self.far[far] += times
        kinds = Counter(line.timeliness.kind for line in lines)
        self.late += times * (kinds[timing.LATE] > 0)
        for kind, number in kinds.items():
            self.kinds[kind] += times * number

    def add_item(self, item: Covered) -> None:
        """Count an item."""
        self.add(item.far if item.listed else None, item.lines)

    @property
    def periods(self) -> dict[str, int]:
        """How many periods are how timely."""
        return {kind: self.kinds[kind] for kind in timing.LABELS}


@dataclass(frozen=True, slots=True)
class _Share:
    """What an office has of items of which the same is said."""

    office: str | None
    lines: list[Line]
    listed: bool


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A period that one item, or all items of which the same is said, have alike."""

    office: str
    line: Line
    times: int
    item_ids: Sequence[str] = ()
    versions: tuple[Version, ...] = ()

    @property
    def order(self) -> tuple[Any, ...]:
        return self.line.timeliness.due, self.office, self.versions, self.item_ids


class Summing:
    """The sums of one or several years, on one day."""

    def __init__(self) -> None:
        zone = owed.zone()
        self._expand = owed.Expander(owed.today(), sources.unreachable(zone))
        self._known: dict[int, list[Covered]] = {}
        self._known_saying: dict[str, Mapping[tuple[Version, ...], list[str]]] = {}
        self._shares: dict[tuple[int, tuple[Version, ...]], list[_Share]] = {}

    @cached_property
    def _touched_versions(self) -> Mapping[str, Sequence[Version]]:
        return owed.versions_of(_TOUCHED)

    @cached_property
    def _far(self) -> dict[str, str]:
        return coverage.far_by_item()

    @cached_property
    def _accounts(self) -> dict[tuple[str, str], owed.Account]:
        found = owed.accounts(None, item_ids=_TOUCHED, versions=self._touched_versions)
        return {(account.item_id, account.organization_id): account for account in found}

    @cached_property
    def _editions(self) -> dict[str, Edition]:
        """The editions that count or have counted, in their order."""
        query = sa.select(Edition).where(_COUNTED)
        ordered = query.order_by(Edition.tahun, Edition.agreed_at, Edition.id)
        return {edition.id: edition for edition in model.Session.scalars(ordered)}

    @cached_property
    def _groups(self) -> Counter[tuple[Version, ...]]:
        """Of how many items that nothing is there of the editions say the very same."""
        each = self._each(_SAID.label("said")).subquery()
        query = sa.select(each.c.said, sa.func.count()).group_by(each.c.said)
        found: Counter[tuple[Version, ...]] = Counter()
        for said, times in model.Session.execute(query):
            found[self._versions(said)] += times
        return found

    def _each(self, *columns: Any) -> sa.Select[Any]:
        """A row for each item that nothing is there of."""
        return (
            sa.select(*columns)
            .where(
                ItemVersion.edition_id.in_(list(self._editions)),
                ItemVersion.item_id.not_in(_TOUCHED),
            )
            .group_by(ItemVersion.item_id)
        )

    def _versions(self, said: str) -> tuple[Version, ...]:
        parts = [part.split(_BETWEEN) for part in said.split(_AFTER)]
        named = {edition: (edition, office or None, how or None) for edition, office, how in parts}
        if len(named) == 1:
            return tuple(named.values())
        return tuple(named[edition] for edition in self._editions if edition in named)

    def _of(self, tahun: int, versions: tuple[Version, ...]) -> list[_Share]:
        """What each office has of items in a year of which the editions say this."""
        key = (tahun, versions)
        if key not in self._shares:
            listing = [office for edition, office, _ in versions if self._is_of(edition, tahun)]
            shares = {
                said.organization_id: coverage.of_year(said.untouched, tahun)
                for said in self._expand(versions, ())
            }
            found = [_Share(office, shares.pop(office or "", []), True) for office in listing]
            besides = [_Share(office, lines, False) for office, lines in shares.items() if lines]
            self._shares[key] = found + besides
        return self._shares[key]

    def _is_of(self, edition_id: str, tahun: int) -> bool:
        """Whether an edition is a regional list that is agreed for a year."""
        edition = self._editions[edition_id]
        return (edition.tahun, edition.state) == (tahun, "agreed") and edition.level != "pusat"

    def by_office(self, tahun: int) -> dict[str | None, Sums]:
        """The sums of each office that the regional lists agreed for a year name, or that owes
        something in it.
        """
        found: dict[str | None, Sums] = defaultdict(Sums)
        for _item_id, far, share in self._touched_shares(tahun):
            found[share.office].add(far if share.listed else None, share.lines)
        for versions, times in self._groups.items():
            for share in self._of(tahun, versions):
                far = coverage.NONE if share.listed else None
                found[share.office].add(far, share.lines, times)
        return dict(found)

    def _touched_shares(self, tahun: int) -> Iterator[tuple[str, str, _Share]]:
        """What each office has of the items that have a dataset or a recorded obligation."""
        accounts = self._accounts
        owing: dict[str, list[str]] = defaultdict(list)
        for item_id, office in accounts:
            owing[item_id].append(office)
        for item_id, versions in self._touched_versions.items():
            reached = self._far.get(item_id, coverage.NONE)
            listing = [office for edition, office, _ in versions if self._is_of(edition, tahun)]
            for office in listing:
                account = accounts.get((item_id, office or ""))
                lines = coverage.of_year(account.lines, tahun) if account else []
                yield item_id, reached, _Share(office, lines, listed=True)
            for office in owing[item_id]:
                lines = coverage.of_year(accounts[item_id, office].lines, tahun)
                if office not in listing and lines:
                    yield item_id, reached, _Share(office, lines, listed=False)

    def periods(
        self,
        tahun: int,
        kind: str,
        offices: Collection[str | None] | None,
        reached: Collection[str] = coverage.FAR,
    ) -> tuple[int, Callable[[slice], list[Entry]]]:
        """The periods of a year that are so timely, those first that are due first.

        :param offices: only what these owe; none for all
        :param reached: only of items that are so far
        :result: how many they are, and what gives some of them by their places
        """
        stretches = sorted(
            self._stretches(tahun, kind, offices, reached), key=lambda found: found.order
        )
        count = sum(stretch.times for stretch in stretches)

        def some(asked: slice) -> list[Entry]:
            first, last, _ = asked.indices(count)
            found: list[Entry] = []
            place = 0
            for stretch in stretches:
                if place < last and place + stretch.times > first:
                    items = stretch.item_ids or self._saying(stretch.office)[stretch.versions]
                    within = items[max(0, first - place) : last - place]
                    found += [(item_id, stretch.office, stretch.line) for item_id in within]
                place += stretch.times
            return found

        return count, some

    def _stretches(
        self,
        tahun: int,
        kind: str,
        offices: Collection[str | None] | None,
        reached: Collection[str],
    ) -> Iterator[_Stretch]:
        def of(share: _Share) -> Iterator[Line]:
            if offices is None or share.office in offices:
                yield from (line for line in share.lines if line.timeliness.kind == kind)

        for item_id, far, share in self._touched_shares(tahun):
            for line in of(share) if far in reached else ():
                yield _Stretch(share.office or "", line, 1, (item_id,))
        untouched = self._groups.items() if coverage.NONE in reached else ()
        for versions, times in untouched:
            for share in self._of(tahun, versions):
                for line in of(share):
                    yield _Stretch(share.office or "", line, times, versions=versions)

    def _saying(self, office: str) -> Mapping[tuple[Version, ...], list[str]]:
        """The items that nothing is there of and that name an office, by what is said of them."""
        if office not in self._known_saying:
            theirs = sa.select(ItemVersion.item_id).where(ItemVersion.organization_id == office)
            query = self._each(ItemVersion.item_id, _SAID).where(ItemVersion.item_id.in_(theirs))
            found: dict[tuple[Version, ...], list[str]] = defaultdict(list)
            for item_id, said in model.Session.execute(query.order_by(ItemVersion.item_id)):
                found[self._versions(said)].append(item_id)
            self._known_saying[office] = found
        return self._known_saying[office]

    def _touched(self, tahun: int) -> list[Covered]:
        """The items that have a dataset or a recorded obligation."""
        if tahun not in self._known:
            found = coverage.covered_of(tahun, self._accounts, item_ids=_TOUCHED)
            self._known[tahun] = found
        return self._known[tahun]

    def first_listed(
        self, tahun: int, offices: Collection[str | None], *, most: int
    ) -> list[Covered]:
        """The items that a year's lists have from some offices, without their periods.

        :param most: of those that nothing is there of, so many of each office, the first ones
        """
        place = sa.func.row_number().over(
            partition_by=ItemVersion.organization_id, order_by=ItemVersion.row_number
        )
        of_year = [edition for edition in self._editions if self._is_of(edition, tahun)]
        ranked = (
            sa.select(
                ItemVersion.item_id,
                ItemVersion.id,
                ItemVersion.organization_id,
                ItemVersion.row_number,
                place.label("place"),
            )
            .where(
                ItemVersion.edition_id.in_(of_year),
                ItemVersion.item_id.not_in(_TOUCHED),
                named(offices),
            )
            .subquery()
        )
        rows = sa.select(ranked).where(ranked.c.place <= most)
        touched = Rows(tahun)
        touched.of_offices(offices)
        touched.only(ItemVersion.item_id.in_(_TOUCHED))
        found = [
            Covered(item_id, version_id, office, place, (), self._far.get(item_id, coverage.NONE))
            for version_id, item_id, office, place in touched[:]
        ]
        found += [
            Covered(item_id, version_id, office, row_number, (), coverage.NONE)
            for item_id, version_id, office, row_number, _ in model.Session.execute(rows)
        ]
        return sorted(found, key=_in_order)

    def items(self, tahun: int, offices: Collection[str | None] | None = None) -> list[Covered]:
        """The items of some offices (none: of all) with their periods, as ``coverage.covered``."""
        found = [*self._touched(tahun), *self._untouched(tahun, offices)]
        if offices is not None:
            found = [item for item in found if item.organization_id in offices]
        return sorted(found, key=_in_order)

    def _untouched(self, tahun: int, offices: Collection[str | None] | None) -> Iterator[Covered]:
        mine = ItemVersion.edition_id.in_([e for e in self._editions if self._is_of(e, tahun)])
        query = self._each(
            ItemVersion.item_id,
            _SAID,
            *(
                sa.func.coalesce(sa.func.max(column).filter(mine), sa.func.max(column))
                for column in (ItemVersion.id, ItemVersion.row_number)
            ),
        )
        if offices is not None:
            theirs = sa.select(ItemVersion.item_id).where(named(offices))
            query = query.where(ItemVersion.item_id.in_(theirs))
        said_before: dict[str, list[_Share]] = {}
        for item_id, said, version_id, row_number in model.Session.execute(query):
            shares = said_before.get(said)
            if shares is None:
                shares = said_before[said] = self._of(tahun, self._versions(said))
            for office, lines, listed in ((s.office, s.lines, s.listed) for s in shares):
                row = (item_id, version_id, office, row_number, lines, coverage.NONE, listed)
                yield Covered(*row)


def _in_order(item: Covered) -> tuple[bool, int, str]:
    """As in the list; what is not in it comes last."""
    return not item.listed, item.row_number, item.version_id
