"""What outsiders see of an item that is ``tertutup``: with the setting, its name and no more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ckanext.sdi import config
from ckanext.sdi.daftar_data.columns import CLOSED, OF_CLOSED
from ckanext.sdi.daftar_data.difference import COMPARED
from ckanext.sdi.model import ItemVersion


def named_only(organization_ids: Sequence[str]) -> sa.ColumnElement[bool] | None:
    """Which items people outside see the name of only; none when all of them are told whole.

    :param organization_ids: the offices of the asker, who see what is theirs
    """
    if not config.closed_items_by_name():
        return None
    theirs = sa.func.coalesce(ItemVersion.organization_id.in_(organization_ids), sa.false())
    is_closed = sa.func.coalesce(ItemVersion.klasifikasi_risiko == CLOSED, sa.false())
    return sa.and_(is_closed, sa.not_(theirs))


def is_hidden(fields: dict[str, Any]) -> bool:
    """Whether of these fields of an item outsiders see the name only."""
    return config.closed_items_by_name() and fields["klasifikasi_risiko"] == CLOSED


def row(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a row of the list as outsiders see them."""
    if not is_hidden(fields):
        return fields
    return {**fields, **_nothing(), "extra": {}, "organization": None}


def item(shown: dict[str, Any]) -> dict[str, Any]:
    """An item, as the actions give it, as outsiders see it."""
    if not is_hidden(shown):
        return shown
    more: dict[str, Any] = {"organization": None, "table_schema": None, "extra": {}, "centre": None}
    more |= {"corrections": [], "editions": []}
    kept = {name: empty for name, empty in more.items() if name in shown}
    return {**shown, **_nothing(), **kept}


def _nothing() -> dict[str, Any]:
    return {
        name: [] if name == "prioritas_tahun" else None
        for name in COMPARED
        if name not in OF_CLOSED
    }
