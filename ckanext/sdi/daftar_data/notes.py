"""What of an edition a person should look at before the Forum agrees; nothing of it blocks."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.sdi.daftar_data.parsed import WORD_FIELDS
from ckanext.sdi.daftar_data.same_code import doubtful
from ckanext.sdi.daftar_data.store import centre_ids
from ckanext.sdi.model import Edition, ItemVersion

MOST = 500
"""So many notes are given; a list of which more is to be said is looked at office by office."""


def of_edition(edition_id: str) -> list[dict[str, Any]]:
    """Items without a known producer or centre's item, those that may be one with others, and words
    that were not understood.

    :result: ``{"item_id", "row_number", "nama_data", "kind", "field", "value", "others"}``,
        ``kind`` being ``producer``, ``ddp``, ``code`` or ``word``
    """
    edition = model.Session.get(Edition, edition_id)
    if edition is None:
        return []
    known, doubts = centre_ids(), doubtful(edition)
    query = sa.select(ItemVersion).where(ItemVersion.edition_id == edition_id)
    found: list[dict[str, Any]] = []
    window = query.order_by(ItemVersion.row_number).execution_options(yield_per=MOST)
    for version in model.Session.scalars(window):
        if len(found) >= MOST:
            break
        if edition.level != "pusat":
            if version.organization_id is None:
                found.append(_note(version, "producer", "produsen", version.produsen))
            if version.id_ddp and known is not None and version.id_ddp not in known:
                found.append(_note(version, "ddp", "id_ddp", version.id_ddp))
        if version.id in doubts:
            others = ", ".join(doubts[version.id])
            found.append(_note(version, "code", "kode_dssd", version.kode_dssd, others))
        found += [
            _note(version, "word", name, version.extra[name])
            for name in WORD_FIELDS
            if version.extra.get(name)
        ]
    return found


def _note(
    version: ItemVersion, kind: str, field: str, value: str | None, others: str = ""
) -> dict[str, Any]:
    return {
        "item_id": version.item_id,
        "row_number": version.row_number,
        "nama_data": version.nama_data,
        "kind": kind,
        "field": field,
        "value": value,
        "others": others,
    }
