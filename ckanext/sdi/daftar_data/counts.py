"""How many items the regional lists of a year have, of whom, and how far their data is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.sdi.daftar_data.search import PUBLIC_STATES
from ckanext.sdi.model import DatasetState, Edition, ItemVersion

Row = tuple[str, str, str | None, int]
"""Of an item of a list: the id of its version, its own, its office's, and its place in the list."""

# A dataset in one of these states has been handed in, has passed, is public.
_PUBLISHED = ("published",)
_PASSED = (*_PUBLISHED, "approved")
_DELIVERED = (*_PASSED, "submitted", "pembina_review", "pembina_returned")


def reported_by_organization(
    tahun: int, *, drafts: bool, named_only: Any = None
) -> dict[str | None, int]:
    """How many items the regional lists of a year name of each organisation, agreed to or not.

    :param named_only: the items that the asker sees the name of only; they are not counted
    """
    states = (*PUBLIC_STATES, "draft") if drafts else PUBLIC_STATES
    of_year = sa.select(Edition.id).where(
        Edition.level != "pusat", Edition.tahun == tahun, Edition.state.in_(states)
    )
    editions = list(model.Session.scalars(of_year))
    each = sa.select(ItemVersion.organization_id, ItemVersion.item_id).where(
        ItemVersion.edition_id.in_(editions), _seen(named_only)
    )
    # One list has each item once: no need to look for those that are there twice.
    rows = (each.distinct() if len(editions) > 1 else each).subquery()
    query = sa.select(rows.c.organization_id, sa.func.count()).group_by(rows.c.organization_id)
    return dict(model.Session.execute(query).tuples().all())


def _seen(named_only: Any) -> sa.ColumnElement[bool]:
    return sa.true() if named_only is None else sa.not_(named_only)


def regional_years() -> set[int]:
    """The years that have an agreed regional list."""
    query = sa.select(Edition.tahun).where(Edition.level != "pusat", Edition.state == "agreed")
    return set(model.Session.scalars(query))


def regional_rows(
    tahun: int,
    organization_id: str | None = None,
    *,
    item_ids: Any = None,
) -> list[Row]:
    """The items of the regional lists that are agreed for a year, in their order.

    :param item_ids: only these: their ids, or a query for them
    """
    found = Rows(tahun)
    if organization_id:
        found.only(ItemVersion.organization_id == organization_id)
    if item_ids is not None:
        found.only(ItemVersion.item_id.in_(item_ids))
    return found[:]


class Rows:
    """Items of the regional lists of a year, in their order, of which some are read at a time.

    :param reported: what any list of the year names, agreed to or not, once of each office: as the
        agreed one has it
    """

    def __init__(self, tahun: int, *, reported: bool = False) -> None:
        query = (
            sa.select(
                ItemVersion.id,
                ItemVersion.item_id,
                ItemVersion.organization_id,
                ItemVersion.row_number,
            )
            .join(Edition)
            .where(Edition.level != "pusat", Edition.tahun == tahun)
        )
        order = (ItemVersion.row_number, ItemVersion.id)
        if reported:
            who = (ItemVersion.organization_id, ItemVersion.item_id)
            newest = (Edition.state != "agreed", Edition.created_at.desc())
            self._query = query.distinct(*who).order_by(*who, *newest)
        else:
            self._query = query.where(Edition.state == "agreed").order_by(*order)
        self._reported = reported

    def only(self, condition: sa.ColumnElement[bool]) -> None:
        """Leave out the items of which a condition does not hold."""
        self._query = self._query.where(condition)

    def of_offices(self, offices: Collection[str | None]) -> None:
        """Leave out the items of other offices; None stands for those of nobody."""
        self.only(named(offices))

    def without_dataset(self) -> None:
        """Leave out the items that have a dataset."""
        self.only(ItemVersion.item_id.not_in(_given()))

    def __len__(self) -> int:
        each = self._query.subquery()
        return model.Session.scalar(sa.select(sa.func.count()).select_from(each)) or 0

    def __getitem__(self, asked: slice) -> list[Row]:
        query: Any = self._query
        if self._reported:
            each = query.subquery()
            query = sa.select(each).order_by(each.c.row_number, each.c.id)
        if asked.start:
            query = query.offset(asked.start)
        if asked.stop is not None:
            query = query.limit(asked.stop - (asked.start or 0))
        return list(model.Session.execute(query).tuples().all())


def named(offices: Collection[str | None]) -> sa.ColumnElement[bool]:
    """Whether a version names one of some offices; None stands for producers that are none."""
    found = ItemVersion.organization_id.in_([office for office in offices if office])
    return sa.or_(found, ItemVersion.organization_id.is_(None)) if None in offices else found


def _given() -> sa.Select[tuple[str | None]]:
    """The items that have a dataset."""
    return (
        sa.select(DatasetState.item_id)
        .join(model.Package, model.Package.id == DatasetState.package_id)
        .where(DatasetState.item_id.is_not(None), model.Package.state == "active")
        .distinct()
    )


_COUNTS = (
    *("asked", "belum_dicek", "mengacu", "tidak_mengacu"),
    *("with_dataset", "delivered", "passed", "published"),
)


def status_by_organization(
    tahun: int, *, also: Collection[str | None], named_only: Any = None
) -> list[dict[str, Any]]:
    """For each organisation: its items by status to the centre, and how far their data is.

    Counted are the items of the regional editions that are agreed for the year.

    :param also: organisations that are told of even if these editions ask nothing of them
    :param named_only: the items that the asker sees the name of only; they are not counted, as they
        are in no facet of an organisation
    """
    given = _given()
    published, passed, delivered = (
        given.where(DatasetState.state.in_(reached))
        for reached in (_PUBLISHED, _PASSED, _DELIVERED)
    )

    def number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count().filter(condition)

    query = (
        sa.select(
            model.Group.id,
            model.Group.name,
            model.Group.title,
            sa.func.count().label("asked"),
            number(ItemVersion.status == "belum_dicek").label("belum_dicek"),
            number(ItemVersion.status == "mengacu").label("mengacu"),
            number(ItemVersion.status == "tidak_mengacu").label("tidak_mengacu"),
            number(ItemVersion.item_id.in_(given)).label("with_dataset"),
            number(ItemVersion.item_id.in_(delivered)).label("delivered"),
            number(ItemVersion.item_id.in_(passed)).label("passed"),
            number(ItemVersion.item_id.in_(published)).label("published"),
        )
        .select_from(ItemVersion)
        .join(Edition)
        .outerjoin(model.Group, model.Group.id == ItemVersion.organization_id)
        .where(Edition.level != "pusat", Edition.tahun == tahun, Edition.state == "agreed")
        .where(_seen(named_only))
        .group_by(model.Group.id, model.Group.name, model.Group.title)
        .order_by(model.Group.title)
    )
    found = {row.id: dict(row._mapping) for row in model.Session.execute(query)}
    others = [office for office in also if office not in found]
    asked = sa.select(model.Group).where(model.Group.id.in_([one for one in others if one]))
    groups = {group.id: group for group in model.Session.scalars(asked)}
    for office in others:
        names = {
            name: getattr(groups.get(office or ""), name, None) for name in ("id", "name", "title")
        }
        found[office] = {**names, **dict.fromkeys(_COUNTS, 0)}
    rows = sorted(found.values(), key=lambda row: (row["id"] is None, row["title"] or ""))
    return [_status_dict(row) for row in rows]


def _status_dict(row: dict[str, Any]) -> dict[str, Any]:
    named = {key: row.pop(key) for key in ("id", "name", "title")}
    return {"organization": named if named["id"] else None, **row}


def titles(organization_ids: Collection[str]) -> dict[str, str]:
    """What organisations are called, also those that are no more."""
    query = sa.select(model.Group.id, sa.func.coalesce(model.Group.title, model.Group.name))
    named = query.where(model.Group.id.in_(organization_ids))
    return dict(model.Session.execute(named).tuples().all())
