"""Coverage of a whole list, summed by the database.

A list may have 100,000 items, and of most of them the same is said and nothing is there yet. These
are counted in groups; one by one goes only what has a dataset or a recorded obligation.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from ckan import model

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


class Summing:
    """The sums of one or several years, on one day."""

    def __init__(self) -> None:
        zone = owed.zone()
        self._expand = owed.Expander(owed.today(), sources.unreachable(zone))
        self._known: dict[int, list[Covered]] = {}
        self._shares: dict[tuple[int, tuple[Version, ...]], list[_Share]] = {}

    @cached_property
    def _accounts(self) -> dict[tuple[str, str], owed.Account]:
        found = owed.accounts(None, item_ids=_TOUCHED)
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
        for item in self._touched(tahun):
            found[item.organization_id].add_item(item)
        for versions, times in self._groups.items():
            for share in self._of(tahun, versions):
                far = coverage.NONE if share.listed else None
                found[share.office].add(far, share.lines, times)
        return dict(found)

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
                _named(offices),
            )
            .subquery()
        )
        rows = sa.select(ranked).where(ranked.c.place <= most)
        found = [item for item in self._touched(tahun) if item.listed]
        found = [item for item in found if item.organization_id in offices]
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
            named = sa.select(ItemVersion.item_id).where(_named(offices))
            query = query.where(ItemVersion.item_id.in_(named))
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


def _named(offices: Collection[str | None]) -> sa.ColumnElement[bool]:
    """Whether a version names one of some offices."""
    named = ItemVersion.organization_id.in_([office for office in offices if office])
    return sa.or_(named, ItemVersion.organization_id.is_(None)) if None in offices else named
