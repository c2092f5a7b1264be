"""What outsiders see of an item that is ``tertutup``: with the setting, its name and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from ckanext.sdi import config
from ckanext.sdi.daftar_data.columns import CLOSED, OF_CLOSED
from ckanext.sdi.daftar_data.difference import COMPARED, is_closed
from ckanext.sdi.model import ItemVersion


def named_only(organization_ids: Sequence[str]) -> sa.ColumnElement[bool] | None:
    """Which items people outside see the name of only; none when all of them are told whole.

    :param organization_ids: the offices of the asker, who see what is theirs
    """
    if not config.closed_items_by_name():
        return None
    theirs = sa.func.coalesce(ItemVersion.organization_id.in_(organization_ids), sa.false())
    return sa.and_(is_closed(ItemVersion), sa.not_(theirs))


def is_hidden(fields: Mapping[str, Any]) -> bool:
    """Whether of these fields of an item outsiders see the name only."""
    return config.closed_items_by_name() and fields["klasifikasi_risiko"] == CLOSED


def item(shown: dict[str, Any]) -> dict[str, Any]:
    """An item as outsiders see it: a row of the list, or with all that the actions tell of it."""
    if not is_hidden(shown):
        return shown
    more = ("organization", "organization_id", "table_schema", "centre")
    nothing: dict[str, Any] = dict.fromkeys((*COMPARED, *more))
    nothing |= {"prioritas_tahun": [], "extra": {}, "corrections": [], "editions": []}
    kept = shown.keys() - OF_CLOSED
    return {**shown, **{name: empty for name, empty in nothing.items() if name in kept}}
