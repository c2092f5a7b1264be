"""The rows of a list into the database, many at a time: a list may have 100,000."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.sdi.daftar_data.difference import COMPARED
from ckanext.sdi.daftar_data.producers import Producers
from ckanext.sdi.daftar_data.same_code import column_standards, join_known
from ckanext.sdi.model import Edition, Item, ItemVersion
from ckanext.sdi.model.base import hold, new_id
from ckanext.sdi.rules.daftar_data_list import identity

AT_A_TIME = 5000
_COLUMNS = (
    *COMPARED,
    "row_number",
    "id",
    "edition_id",
    "item_id",
    "organization_id",
    "table_schema",
    "extra",
)
_COPY = f"COPY sdi_daftar_data_item_version ({', '.join(_COLUMNS)}) FROM STDIN"
# What COPY gives a meaning to.
_SIGNS = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

Fields = Mapping[str, Any]


def add_versions(edition: Edition, rows: Iterable[Fields], producers: Producers) -> None:
    """Add what an edition says of its items; items that were not there are made."""
    rows = iter(rows)
    while some := list(itertools.islice(rows, AT_A_TIME)):
        keys = [_key(row) for row in some]
        items = _items(edition.level, keys)
        standards = column_standards(list(items.values()))
        lines = io.StringIO()
        for row, key in zip(some, keys, strict=True):
            item_id = items[key]
            own = {
                "id": new_id(),
                "edition_id": edition.id,
                "item_id": item_id,
                "organization_id": producers.find(row["produsen"]),
                "table_schema": standards.get(item_id),
            }
            lines.write(_line({**row, **own}))
        lines.seek(0)
        cursor: Any = model.Session.connection().connection.cursor()
        cursor.copy_expert(_COPY, lines)
    # What follows compares the whole list, of which PostgreSQL would know nothing yet: as for a
    # few rows it would go through all of them again for each.
    for table in (Item.__table__, ItemVersion.__table__):
        model.Session.execute(sa.text(f"ANALYZE {table}"))
    join_known(edition)


def _key(row: Fields) -> str:
    known = identity(row)
    assert known is not None, "a row without an id is refused before"  # noqa: S101
    return known[1]


def _line(values: Fields) -> str:
    return "\t".join(map(_cell, _COLUMNS, map(values.get, _COLUMNS))) + "\n"


def _cell(name: str, value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_SIGNS)
    if name == "prioritas_tahun":
        return "{" + ",".join(map(str, value)) + "}"
    return str(value) if name == "row_number" else json.dumps(value).translate(_SIGNS)


def _items(level: str, keys: Sequence[str]) -> dict[str, str]:
    """The ids of the items by key; those that were not there are made."""
    items = _known(level, keys)
    if len(items) == len(keys):
        return items
    # The list of another year may come in at the same time, and make the same items.
    hold(f"sdi_daftar_data_item:{level}")
    items = _known(level, keys)
    missing = [{"id": new_id(), "level": level, "key": key} for key in keys if key not in items]
    if missing:
        model.Session.execute(sa.insert(Item), missing)
    return items | {row["key"]: row["id"] for row in missing}


def _known(level: str, keys: Sequence[str]) -> dict[str, str]:
    found = sa.select(Item.key, Item.id).where(Item.level == level, Item.key.in_(keys))
    return {row.key: row.id for row in model.Session.execute(found)}
