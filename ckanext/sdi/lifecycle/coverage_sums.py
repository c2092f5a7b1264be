"""Coverage of a whole list, summed by the database.

A list may have 100,000 items, and of most of them the same is said and nothing is there yet. These
are counted in groups; one by one goes only what has a dataset or a recorded obligation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

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


@dataclass
class Sums:
    """What one office, or all of them, have of a year's list."""

    far: Counter[str] = field(default_factory=Counter)
    late: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    def add(self, far: str, lines: Sequence[Line], times: int = 1) -> None:
        """Count items of which the same is so."""
        self.far[far] += times
        kinds = Counter(line.timeliness.kind for line in lines)
        self.late += times * (kinds[timing.LATE] > 0)
        for kind, number in kinds.items():
            self.kinds[kind] += times * number

    @property
    def periods(self) -> dict[str, int]:
        """How many periods are how timely."""
        return {kind: self.kinds[kind] for kind in timing.LABELS}


class Summing:
    """The sums of one or several years, on one day."""

    def __init__(self) -> None:
        zone = owed.zone()
        self._expand = owed.Expander(owed.today(), sources.unreachable(zone))
        self._known: dict[int, list[Covered]] = {}
        self._lines: dict[tuple[int, str | None, tuple[Version, ...]], list[Line]] = {}

    @cached_property
    def _accounts(self) -> dict[tuple[str, str], owed.Account]:
        found = owed.accounts(None, item_ids=_TOUCHED)
        return {(account.item_id, account.organization_id): account for account in found}

    @cached_property
    def _editions(self) -> list[Edition]:
        """The editions that count or have counted, in their order."""
        counted = sa.select(Edition).where(Edition.state.in_(("agreed", "closed")))
        return list(model.Session.scalars(counted.order_by(Edition.tahun, Edition.id)))

    def by_office(self, tahun: int) -> dict[str | None, Sums]:
        """The sums of each office that the regional lists agreed for a year name."""
        found: dict[str | None, Sums] = {}
        for item in self._touched(tahun):
            sums = found.setdefault(item.organization_id, Sums())
            sums.add(item.far, item.lines)
        for edition in self._of_year(tahun):
            columns, query = self._untouched(edition)
            grouped = query.with_only_columns(*columns, sa.func.count()).group_by(*columns)
            for *said, times in model.Session.execute(grouped):
                lines = self._lines_of(tahun, edition, said)
                found.setdefault(said[0], Sums()).add(coverage.NONE, lines, times)
        return found

    def items(
        self, tahun: int, offices: Collection[str | None], *, most: int | None
    ) -> list[Covered]:
        """The items of some offices.

        :param most: of those that nothing is there of, so many of each office, the first ones
        """
        found = [item for item in self._touched(tahun) if item.organization_id in offices]
        for edition in self._of_year(tahun):
            columns, query = self._untouched(edition, offices)
            place = sa.func.row_number().over(
                partition_by=ItemVersion.organization_id, order_by=ItemVersion.row_number
            )
            own = (ItemVersion.item_id, ItemVersion.id, ItemVersion.row_number)
            ranked = query.with_only_columns(*columns, *own, place.label("place")).subquery()
            rows = sa.select(ranked)
            if most is not None:
                rows = rows.where(ranked.c.place <= most)
            for *said, item_id, version_id, row_number, _ in model.Session.execute(rows):
                lines = self._lines_of(tahun, edition, said)
                new = Covered(item_id, version_id, said[0], row_number, lines, coverage.NONE)
                found.append(new)
        return sorted(found, key=lambda item: (item.row_number, item.version_id))

    def _touched(self, tahun: int) -> list[Covered]:
        """The items that have a dataset or a recorded obligation."""
        if tahun not in self._known:
            found = coverage.covered_of(tahun, self._accounts, item_ids=_TOUCHED)
            self._known[tahun] = found
        return self._known[tahun]

    def _of_year(self, tahun: int) -> list[Edition]:
        return [
            edition
            for edition in self._editions
            if edition.tahun == tahun and edition.state == "agreed" and edition.level != "pusat"
        ]

    def _others(self, edition: Edition) -> list[Edition]:
        same = [one for one in self._editions if one.level == edition.level]
        return [one for one in same if one.id != edition.id]

    def _untouched(
        self, edition: Edition, offices: Collection[str | None] | None = None
    ) -> tuple[list[Any], sa.Select[Any]]:
        """What each edition says of the items of one that nothing is there of: the columns that
        tell it (office and schedule; of each other edition also whether it names the item), and
        the query.
        """
        columns: list[Any] = [ItemVersion.organization_id, ItemVersion.jadwal_pemutakhiran]
        conditions = [
            ItemVersion.edition_id == edition.id,
            ItemVersion.item_id.not_in(_TOUCHED),
        ]
        if offices is not None:
            named = ItemVersion.organization_id.in_([office for office in offices if office])
            nobody = ItemVersion.organization_id.is_(None) if None in offices else sa.false()
            conditions.append(sa.or_(named, nobody))
        query: Any = sa.select(ItemVersion.id).select_from(ItemVersion).where(*conditions)
        for number, other in enumerate(self._others(edition)):
            version = aliased(ItemVersion, name=f"other_{number}")
            same = sa.and_(version.item_id == ItemVersion.item_id, version.edition_id == other.id)
            query = query.outerjoin(version, same)
            columns += [version.edition_id, version.organization_id, version.jadwal_pemutakhiran]
        labels = [column.label(f"said_{number}") for number, column in enumerate(columns)]
        return labels, query

    def _lines_of(self, tahun: int, edition: Edition, said: Sequence[Any]) -> list[Line]:
        """The periods of a year that are owed where the editions say this."""
        office, schedule, *rest = said
        named = {edition.id: (edition.id, office, schedule)}
        for edition_id, *more in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
            if edition_id:
                named[edition_id] = (edition_id, *more)
        versions = tuple(named[one.id] for one in self._editions if one.id in named)
        key = (tahun, office, versions)
        if key not in self._lines:
            told = self._expand(versions, ())
            lines = next((one.untouched for one in told if one.organization_id == office), [])
            self._lines[key] = coverage.of_year(lines, tahun)
        return self._lines[key]
