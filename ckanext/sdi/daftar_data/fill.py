"""Filling a dataset from its Daftar Data item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.sdi.model import ItemVersion
from ckanext.sdi.rules import filled


def item_dict(version: ItemVersion) -> dict[str, Any]:
    """An item version as the rules take it: its columns by name."""
    columns = ItemVersion.__table__.columns
    return {c.key: getattr(version, c.key) for c in columns if c.computed is None}


def dataset_fields(version: ItemVersion | Mapping[str, Any]) -> dict[str, str]:
    """All that an item says of its dataset: the fields it binds, those it suggests, itself.

    :param version: the item as the newest agreed edition has it
    :returns: dataset fields by name, none of them empty
    """
    item = version if isinstance(version, Mapping) else item_dict(version)
    return {
        **filled.suggested(item),
        **filled.binding(item),
        "daftar_data_item": item["item_id"],
    }


def fill(dataset: dict[str, Any], version: ItemVersion | Mapping[str, Any]) -> None:
    """Put what the item says into the empty fields of a dataset.

    A field that says something else is left: a value is never changed in silence, and the rule
    ``daftar_data.contradicts`` tells of it.
    """
    for name, value in dataset_fields(version).items():
        if not dataset.get(name):
            dataset[name] = value
