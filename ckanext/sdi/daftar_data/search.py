"""Finding items, and items and editions as the actions give them."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from ckan import model

from ckanext.sdi.daftar_data.correction import CORRECTIONS
from ckanext.sdi.daftar_data.difference import COMPARED
from ckanext.sdi.daftar_data.store import base_edition, edition_in_force
from ckanext.sdi.model import DatasetState, Edition, Item, ItemVersion
from ckanext.sdi.model.daftar_data import LEVELS

PUBLIC_STATES = ("agreed", "closed")


def edition_dict(edition: Edition, *, people: bool = False) -> dict[str, Any]:
    """An edition as the actions give it.

    :param people: also who imported it and who agreed to it (user ids)
    """
    given = {
        "id": edition.id,
        "level": edition.level,
        "tahun": edition.tahun,
        "title": edition.title,
        "state": edition.state,
        "source": edition.source,
        "checksum": edition.checksum,
        "source_size": edition.source_size,
        "created_at": edition.created_at.isoformat(),
        "agreed_at": edition.agreed_at.isoformat() if edition.agreed_at else None,
    }
    if people:
        given |= {"created_by": edition.created_by, "agreed_by": edition.agreed_by}
    return given


def item_dict(version: ItemVersion, organization: model.Group | None) -> dict[str, Any]:
    """An item as one edition has it. ``id`` is the item's own, the same over editions."""
    edition = version.edition
    return {
        "id": version.item_id,
        "row_number": version.row_number,
        **{name: getattr(version, name) for name in COMPARED},
        "level": edition.level,
        "organization": None
        if organization is None
        else {"id": organization.id, "name": organization.name, "title": organization.title},
        "edition": {
            "id": edition.id,
            "tahun": edition.tahun,
            "title": edition.title,
            "state": edition.state,
        },
    }


def versions_with_offices() -> sa.Select[tuple[ItemVersion, model.Group]]:
    """Items with their edition and the organisation that makes them, for ``item_dict``."""
    return (
        sa.select(ItemVersion, model.Group)
        .join(Edition)
        .outerjoin(model.Group, model.Group.id == ItemVersion.organization_id)
        .options(contains_eager(ItemVersion.edition))
    )


def organization_of(version: ItemVersion) -> model.Group | None:
    return model.Group.get(version.organization_id) if version.organization_id else None


def editions(
    *,
    states: tuple[str, ...],
    edition_id: str | None = None,
    level: str | None = None,
    tahun: int | None = None,
) -> list[tuple[Edition, int]]:
    """Editions with the number of their items, newest first."""
    query = sa.select(Edition).where(Edition.state.in_(states))
    if edition_id:
        query = query.where(Edition.id == edition_id)
    if level:
        query = query.where(Edition.level == level)
    if tahun:
        query = query.where(Edition.tahun == tahun)
    newest = query.order_by(Edition.tahun.desc(), Edition.level, Edition.created_at.desc())
    found = list(model.Session.scalars(newest))
    return [
        (one, _number(one.id) if one.state == "draft" else _fixed_number(one.id)) for one in found
    ]


def _number(edition_id: str) -> int:
    query = sa.select(sa.func.count()).where(ItemVersion.edition_id == edition_id)
    return model.Session.scalar(query) or 0


@functools.lru_cache(maxsize=1000)
def _fixed_number(edition_id: str) -> int:
    """The items of an edition that was agreed to: no item comes to it or leaves it any more, so
    that a long list is counted once a process and not on each page.
    """
    return _number(edition_id)


_NEAREST_FIRST = ("kabkota", "provinsi", "pusat")


def editions_asked(asked: Mapping[str, Any]) -> list[Edition]:
    """The named edition; else those agreed for the year; else those in force now; nearest first.

    The centre's list is for several years: for another year than its own only its items that are
    marked for that year are asked for.
    """
    if asked.get("edition"):
        found = [model.Session.get(Edition, asked["edition"])]
    elif asked.get("tahun"):
        of_the_year = sa.or_(Edition.tahun == asked["tahun"], Edition.level == "pusat")
        query = sa.select(Edition).where(Edition.state == "agreed", of_the_year)
        found = list(model.Session.scalars(query))
    else:
        found = [edition_in_force(level) for level in LEVELS]
    level = asked.get("level")
    wanted = [e for e in found if e is not None and level in (None, "", e.level)]
    return sorted(wanted, key=lambda e: (_NEAREST_FIRST.index(e.level), -e.tahun, e.id))


def _of_editions(asked: Mapping[str, Any]) -> sa.ColumnElement[bool]:
    year: Any = asked.get("tahun") or 0
    found = editions_asked(asked)
    whole = [e.id for e in found if year in (0, e.tahun)]
    part = [e.id for e in found if e.id not in whole]
    return sa.or_(
        Edition.id.in_(whole),
        sa.and_(Edition.id.in_(part), ItemVersion.prioritas_tahun.any(year)),
    )


def with_standard(organization_ids: Sequence[str], *, most: int) -> list[ItemVersion]:
    """Items of some offices, in the editions in force, that have a column standard; by name."""
    query = (
        sa.select(ItemVersion)
        .join(Edition)
        .where(
            _of_editions({}),
            ItemVersion.organization_id.in_(organization_ids),
            ItemVersion.table_schema.is_not(None),
        )
        .order_by(ItemVersion.nama_data, ItemVersion.id)
    )
    return list(model.Session.scalars(query.limit(most)))


def item_by(id_or_key: str) -> Item | None:
    """An item by its id, or by its regional or DDP id (the nearest level first)."""
    item = model.Session.get(Item, id_or_key)
    if item is not None:
        return item
    nearest = sa.case({name: n for n, name in enumerate(_NEAREST_FIRST)}, value=Item.level)
    query = sa.select(Item).where(Item.key == id_or_key).order_by(nearest).limit(1)
    return model.Session.scalar(query)


def centre_item(id_ddp: str) -> dict[str, Any] | None:
    """The centre's item of a DDP id, as its newest agreed or closed edition has it."""
    query = (
        sa.select(ItemVersion)
        .join(Edition)
        .where(
            Edition.level == "pusat",
            Edition.state.in_(PUBLIC_STATES),
            ItemVersion.id_ddp == id_ddp,
        )
        .order_by(Edition.state, Edition.tahun.desc())
        .limit(1)
    )
    version = model.Session.scalar(query)
    return item_dict(version, None) if version else None


def editions_of(item_id: str, *, states: tuple[str, ...]) -> list[dict[str, Any]]:
    """The editions that name an item, newest first, with its status in each."""
    query = (
        sa.select(ItemVersion)
        .join(Edition)
        .where(ItemVersion.item_id == item_id, Edition.state.in_(states))
        .order_by(Edition.tahun.desc(), Edition.created_at.desc())
    )
    return [
        {
            **edition_dict(version.edition),
            "status": version.status,
            "produsen": version.produsen,
            "klasifikasi_risiko": version.klasifikasi_risiko,
        }
        for version in model.Session.scalars(query)
    ]


def version_in(item_id: str, edition_id: str) -> ItemVersion | None:
    """What one edition says of an item."""
    query = sa.select(ItemVersion).where(
        ItemVersion.item_id == item_id, ItemVersion.edition_id == edition_id
    )
    return model.Session.scalar(query)


def item_ids(edition_ids: Sequence[str]) -> list[str]:
    """The items that some editions name."""
    query = sa.select(ItemVersion.item_id).where(ItemVersion.edition_id.in_(edition_ids))
    return list(model.Session.scalars(query.distinct()))


def dataset_ids(item_id: str) -> list[str]:
    """The datasets that belong to an item; who may see them is not asked here."""
    query = sa.select(DatasetState.package_id).where(DatasetState.item_id == item_id)
    return list(model.Session.scalars(query))


def organizations(*, everyone: bool = False, edition_id: str | None = None) -> list[dict[str, str]]:
    """The organisations that lists ask of, agreed to at some time, or one edition; or all of them.

    They come by title.
    """
    query = sa.select(model.Group).where(
        model.Group.is_organization.is_(True), model.Group.state == "active"
    )
    if not everyone:
        asked = sa.select(ItemVersion.id).where(ItemVersion.organization_id == model.Group.id)
        if edition_id:
            asked = asked.where(ItemVersion.edition_id == edition_id)
        else:
            asked = asked.join(Edition).where(Edition.state.in_(PUBLIC_STATES))
        # The first found will do: for EXISTS, PostgreSQL looks all items of an office up.
        query = query.where(asked.limit(1).scalar_subquery().is_not(None))
    found = [
        {"id": group.id, "name": group.name, "title": group.title or group.name}
        for group in model.Session.scalars(query)
    ]
    return sorted(found, key=lambda organization: organization["title"].casefold())


def base_of(edition_id: str) -> dict[str, Any] | None:
    """The edition that an edition is compared with on its page: the one that counted before it."""
    edition = model.Session.get(Edition, edition_id)
    if edition is None:
        return None
    if edition.agreed_at is None:
        base = base_edition(edition.level, edition.tahun)
    else:
        query = sa.select(Edition).where(
            Edition.level == edition.level, Edition.agreed_at < edition.agreed_at
        )
        base = model.Session.scalar(query.order_by(Edition.agreed_at.desc()).limit(1))
    return edition_dict(base) if base else None


def agreed_for(level: str, tahun: int) -> Edition | None:
    """The agreed edition of a level and year."""
    agreed = (Edition.level == level, Edition.tahun == tahun, Edition.state == "agreed")
    return model.Session.scalar(sa.select(Edition).where(*agreed).limit(1))


def stamp_of(edition: Edition) -> dict[str, Any]:
    """What changes whenever an agreed edition does.

    That is when it was agreed to, its corrections, which of its producers are offices here, and
    what these are called.
    """
    corrected = ItemVersion.extra[CORRECTIONS]
    office, version = model.Group, ItemVersion
    called = sa.select(_sum_of(office.id, office.name, office.title))
    named = called.where(office.is_organization.is_(True)).scalar_subquery()
    last, number, offices = model.Session.execute(
        sa.select(
            sa.func.max(corrected[-1]["at"].astext),
            sa.func.sum(sa.func.jsonb_array_length(corrected)),
            sa.func.concat_ws(" ", _sum_of(version.item_id, version.organization_id), named),
        ).where(ItemVersion.edition_id == edition.id)
    ).one()
    changed = max(filter(None, [(edition.agreed_at or edition.created_at).isoformat(), last]))
    return {
        "edition": edition.id,
        "changed": changed,
        "corrections": int(number or 0),
        "offices": offices,
    }


def _sum_of(*columns: Any) -> sa.ColumnElement[int]:
    """A number that tells what some columns hold in all rows, in whatever order these come."""
    return sa.func.sum(sa.func.hashtext(sa.func.concat_ws("\n", *columns)))
