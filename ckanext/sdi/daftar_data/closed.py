"""What outsiders see of an item that is ``tertutup``: with the setting, its name and no more."""

from __future__ import annotations

from typing import Any

from ckanext.sdi import config
from ckanext.sdi.daftar_data.difference import COMPARED

CLOSED = "tertutup"
SHOWN = frozenset({"nama_data", "klasifikasi_risiko", "id_ddd", "id_ddp", "status"})
"""The name, what says that it is closed, and what tells the item from others."""


def is_hidden(fields: dict[str, Any]) -> bool:
    """Whether of these fields of an item outsiders see the name only."""
    return config.closed_items_by_name() and fields["klasifikasi_risiko"] == CLOSED


def row(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a row of the list as outsiders see them."""
    if not is_hidden(fields):
        return fields
    return {**fields, **_nothing(), "extra": {}}


def item(shown: dict[str, Any]) -> dict[str, Any]:
    """An item, as the actions give it, as outsiders see it."""
    if not is_hidden(shown):
        return shown
    more = {"organization": None, "table_schema": None, "extra": {}, "centre": None}
    more |= {"corrections": [], "editions": []}
    kept = {name: empty for name, empty in more.items() if name in shown}
    return {**shown, **_nothing(), **kept}


def _nothing() -> dict[str, Any]:
    return {
        name: [] if name == "prioritas_tahun" else None for name in COMPARED if name not in SHOWN
    }
