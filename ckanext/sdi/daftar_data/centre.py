"""Items that were not compared with the centre's list yet, and what of it each may refer to.

A proposal is only that: nothing refers to the centre's list before a person has said so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from rapidfuzz import fuzz, process

from ckan import model

from ckanext.sdi.daftar_data.columns import plain
from ckanext.sdi.daftar_data.store import edition_in_force
from ckanext.sdi.model import Edition, ItemVersion

LEAST_ALIKE = 75
"""Names less alike than this (of 100) are not proposed."""

MOST = 3


def waiting(edition_id: str, *, limit: int, offset: int) -> tuple[int, list[ItemVersion]]:
    """The items of an edition that wait to be compared, and how many there are in all."""
    condition = (ItemVersion.edition_id == edition_id, ItemVersion.status == "belum_dicek")
    count = model.Session.scalar(sa.select(sa.func.count(ItemVersion.id)).where(*condition)) or 0
    query = sa.select(ItemVersion).where(*condition).order_by(ItemVersion.row_number)
    return count, list(model.Session.scalars(query.limit(limit).offset(offset)))


def proposals(versions: Sequence[ItemVersion]) -> dict[str, list[dict[str, Any]]]:
    """What of the centre's list in force each item may refer to, the likeliest first.

    By id: what the item referred to in another edition, or its indicator's code when the centre
    has an item of that id. Then by name.

    :result: by the item's id, ``{"id_ddp", "nama_data", "produsen", "by", "likeness"}``; ``by`` is
        ``id`` or ``name``, ``likeness`` of the names from 0 to 100
    """
    centre = edition_in_force("pusat")
    if centre is None or not versions:
        return {version.item_id: [] for version in versions}
    known = _items_of(centre.id)
    names = {id_ddp: plain(item["nama_data"]) for id_ddp, item in known.items()}
    before = _before([version.item_id for version in versions])
    found: dict[str, list[dict[str, Any]]] = {}
    for version in versions:
        name = plain(version.nama_data)
        by_id = [before.get(version.item_id), version.kode_indikator, version.id_ddd]
        ids = dict.fromkeys(id_ddp for id_ddp in by_id if id_ddp in known)
        alike = process.extract(
            name, names, scorer=fuzz.token_sort_ratio, score_cutoff=LEAST_ALIKE, limit=MOST
        )
        told = {id_ddp: ("id", fuzz.token_sort_ratio(name, names[id_ddp])) for id_ddp in ids}
        told |= {id_ddp: ("name", score) for _, score, id_ddp in alike if id_ddp not in told}
        found[version.item_id] = [
            {**known[id_ddp], "by": by, "likeness": round(score)}
            for id_ddp, (by, score) in list(told.items())[:MOST]
        ]
    return found


def _items_of(edition_id: str) -> dict[str, dict[str, Any]]:
    columns = (ItemVersion.id_ddp, ItemVersion.nama_data, ItemVersion.produsen)
    query = sa.select(*columns).where(ItemVersion.edition_id == edition_id)
    rows = model.Session.execute(query.order_by(ItemVersion.row_number))
    return {
        id_ddp: {"id_ddp": id_ddp, "nama_data": name, "produsen": producer}
        for id_ddp, name, producer in rows
        if id_ddp
    }


def _before(item_ids: Sequence[str]) -> dict[str, str]:
    """The DDP ids that items referred to in the newest edition that said so."""
    query = (
        sa.select(ItemVersion.item_id, ItemVersion.id_ddp)
        .join(Edition)
        .where(ItemVersion.item_id.in_(item_ids), ItemVersion.status == "mengacu")
        .distinct(ItemVersion.item_id)
        .order_by(ItemVersion.item_id, Edition.created_at.desc())
    )
    return {item_id: id_ddp for item_id, id_ddp in model.Session.execute(query) if id_ddp}
