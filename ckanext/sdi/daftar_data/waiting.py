"""What of the lists waits for the Koordinator."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.sdi.daftar_data.store import edition_in_force
from ckanext.sdi.model import Edition, ItemVersion
from ckanext.sdi.model.daftar_data import LEVELS


def of_lists() -> list[dict[str, Any]]:
    """The editions that somebody has to look at: drafts, and lists in force, or of years to come,
    with items in question.

    :returns: of each ``id``, ``title``, ``tahun``, ``level``, ``state``, and how many of its items
        were not compared with the centre's list (``unchecked``) or have no office (``strangers``);
        the centre's list has neither
    """
    # What a list of a year gone by left open, the list in force has anew.
    since = {level: edition.tahun for level in LEVELS if (edition := edition_in_force(level))}
    in_question = [
        sa.and_(Edition.state == "agreed", Edition.level == level, Edition.tahun >= tahun)
        for level, tahun in since.items()
    ]
    regional = Edition.level != "pusat"
    unchecked = sa.func.count().filter(regional, ItemVersion.status == "belum_dicek")
    strangers = sa.func.count().filter(regional, ItemVersion.organization_id.is_(None))
    each = (
        sa.select(
            ItemVersion.edition_id,
            unchecked.label("unchecked"),
            strangers.label("strangers"),
        )
        .join(Edition, Edition.id == ItemVersion.edition_id)
        .where(sa.or_(Edition.state == "draft", *in_question))
        .group_by(ItemVersion.edition_id)
        .subquery()
    )
    query = (
        sa.select(
            Edition.id,
            Edition.title,
            Edition.tahun,
            Edition.level,
            Edition.state,
            each.c.unchecked,
            each.c.strangers,
        )
        .join(each, each.c.edition_id == Edition.id)
        .where(sa.or_(Edition.state == "draft", each.c.unchecked > 0, each.c.strangers > 0))
        .order_by(Edition.state.desc(), Edition.tahun.desc(), Edition.created_at.desc())
    )
    return [dict(row._mapping) for row in model.Session.execute(query)]
