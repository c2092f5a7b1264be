"""Items of a new edition that the portal knows under another id: by their code of sectoral data.

A list of the Forum names an item by its ID DDD and has its DSSD code beside it; E-Walidata and
lists of sectoral data have the code alone. It is one item. Two ID DDD are two items, whatever else
they share: the Forum gives them, and a person is told of the doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ckan import model

from ckanext.sdi.model import Edition, Item, ItemVersion

AT_A_TIME = 5000

Pair = tuple[str, str, str, str]
"""A version, the item that was made for it, the item that it is one of, and their code."""


def join_known(edition: Edition) -> None:
    """Give the items that only this edition has to those that others name by the same code.

    One of both is known by the code alone. A code that stands for several items, here or there,
    says nothing; neither does one of an item that the edition names itself.
    """
    pairs = _pairs(edition)
    for start in range(0, len(pairs), AT_A_TIME):
        _join(pairs[start : start + AT_A_TIME])


def _pairs(edition: Edition) -> list[Pair]:
    other, named = aliased(ItemVersion), aliased(ItemVersion)
    elsewhere = sa.select(other.id).where(
        other.item_id == ItemVersion.item_id, other.edition_id != edition.id
    )
    own = (
        sa.select(
            ItemVersion.id,
            ItemVersion.item_id,
            ItemVersion.kode_dssd,
            ItemVersion.id_ddd,
            sa.func.count().over(partition_by=ItemVersion.kode_dssd).label("number"),
            sa.not_(elsewhere.exists()).label("fresh"),
        )
        .where(ItemVersion.edition_id == edition.id, ItemVersion.kode_dssd.is_not(None))
        .subquery()
    )
    here = sa.select(named.id).where(named.edition_id == edition.id, named.item_id == other.item_id)
    found = (
        sa.select(
            own.c.id,
            own.c.item_id,
            own.c.kode_dssd,
            sa.func.min(other.item_id).label("known"),
        )
        .join(other, other.kode_dssd == own.c.kode_dssd)
        .join(Item, Item.id == other.item_id)
        .join(Edition, Edition.id == other.edition_id)
        .where(
            own.c.fresh,
            own.c.number == 1,
            sa.or_(own.c.id_ddd.is_(None), Item.key == own.c.kode_dssd),
            Item.level == edition.level,
            Edition.state != "closed",
            Edition.id != edition.id,
            ~here.exists(),
        )
        .group_by(own.c.id, own.c.item_id, own.c.kode_dssd)
        .having(sa.func.count(other.item_id.distinct()) == 1)
        .subquery()
    )
    once = sa.select(found.c.known).group_by(found.c.known).having(sa.func.count() == 1)
    query = sa.select(found.c.id, found.c.item_id, found.c.known, found.c.kode_dssd)
    rows = model.Session.execute(query.where(found.c.known.in_(once))).tuples()
    return [(version, made, known, code) for version, made, known, code in rows]


def doubtful(edition: Edition) -> dict[str, list[str]]:
    """Items that have their code in common with others, of this list or of one that counts: they
    may be one under two ids.

    :result: by the id of an item's version, the ids that the others are known by
    """
    other, there, named = aliased(ItemVersion), aliased(Edition), aliased(ItemVersion)
    here = sa.select(named.id).where(named.edition_id == edition.id, named.item_id == other.item_id)
    query = (
        sa.select(ItemVersion.id, sa.func.array_agg(Item.key.distinct()))
        .join(other, other.kode_dssd == ItemVersion.kode_dssd)
        .join(Item, Item.id == other.item_id)
        .join(there, there.id == other.edition_id)
        .where(
            ItemVersion.edition_id == edition.id,
            other.item_id != ItemVersion.item_id,
            there.level == edition.level,
            # Of one that this list names itself, what it says here counts.
            sa.or_(there.id == edition.id, sa.and_(there.state == "agreed", ~here.exists())),
        )
        .group_by(ItemVersion.id)
    )
    return {version: sorted(keys) for version, keys in model.Session.execute(query).tuples()}


def _join(pairs: Sequence[Pair]) -> None:
    known = {version: item_id for version, _, item_id, _ in pairs}
    _set(ItemVersion.item_id, list(known.items()))
    standards = column_standards(list(known.values()))
    rows = [
        {"id": version, "table_schema": standards[item_id]}
        for version, item_id in known.items()
        if item_id in standards
    ]
    if rows:
        model.Session.execute(sa.update(ItemVersion), rows)
    made = [item_id for _, item_id, _, _ in pairs]
    keys = _keys([*made, *known.values()])
    model.Session.execute(sa.delete(Item).where(Item.id.in_(made)))
    # An id of its own says more than the code: the next list may have it without the code.
    named = [(item_id, keys[new]) for _, new, item_id, code in pairs if keys[item_id] == code]
    if named:
        _set(Item.key, named)


def _set(column: Any, values: Sequence[tuple[str, str]]) -> None:
    """Set a column of many rows at once: each by its id."""
    text = sa.UnicodeText()
    given = sa.values(sa.column("id", text), sa.column("value", text), name="given")
    given = given.data(list(values))
    query = sa.update(column.class_).where(column.class_.id == given.c.id)
    query = query.values({column.key: given.c.value})
    model.Session.execute(query, execution_options={"synchronize_session": False})


def _keys(item_ids: Sequence[str]) -> dict[str, str]:
    query = sa.select(Item.id, Item.key).where(Item.id.in_(item_ids))
    return dict(model.Session.execute(query).tuples().all())


def column_standards(item_ids: Sequence[str]) -> dict[str, dict[str, object]]:
    """The newest column standard of each item: no file holds it, so it goes along."""
    newest = (
        sa.select(ItemVersion.item_id, ItemVersion.table_schema)
        .join(Edition)
        .where(ItemVersion.item_id.in_(item_ids), ItemVersion.table_schema.is_not(None))
        .distinct(ItemVersion.item_id)
        .order_by(ItemVersion.item_id, Edition.created_at.desc())
    )
    return {item_id: standard for item_id, standard in model.Session.execute(newest) if standard}
