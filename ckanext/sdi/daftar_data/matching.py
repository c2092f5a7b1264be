"""Which item of the list a dataset may be: by the ids it names, or by a likely name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from rapidfuzz import fuzz, process

from ckanext.sdi.codes.indicators import normalise_dssd
from ckanext.sdi.daftar_data.columns import plain
from ckanext.sdi.daftar_data.store import current_query, current_versions
from ckanext.sdi.model import ItemVersion

# Which id decides when a dataset names several.
ID_COLUMNS = ("id_ddd", "id_ddp", "kode_dssd", "kode_indikator")
_TOLD = ("nama_data", "produsen", "organization_id", *ID_COLUMNS)
LEAST_ALIKE = 70
"""Items whose names are less alike than this (of 100) are not proposed."""
MOST = 3
_SAME_PRODUCER = 5
_DIGITS = re.compile(r"[0-9]+(\.[0-9]+)?")
_YEARS = re.compile(r"\b(19|20)\d\d\b|\btahun\b")


class Matcher:
    """The items that count now for an office, found by what datasets say."""

    def __init__(self, organization_id: str) -> None:
        self._items = {row["id"]: row for row in _current(organization_id)}
        self._named = {item_id: _telling(row["nama_data"]) for item_id, row in self._items.items()}
        self._by_id: dict[tuple[str, str], set[str]] = defaultdict(set)
        for item_id, row in self._items.items():
            for column in ID_COLUMNS:
                self._by_id[column, row[column]].add(item_id)

    def named(self, ids: Mapping[str, str]) -> str | None:
        """The one item that ids name (by the list's columns); none when they name several."""
        found = (self._by_id.get(named) for named in as_listed(ids).items())
        first = next((items for items in found if items), set())
        return next(iter(first)) if len(first) == 1 else None

    def item(self, item_id: str) -> dict[str, Any] | None:
        """An item of the office, when it counts."""
        return self._items.get(item_id)

    def mistakable(self, key: str) -> list[str]:
        """Ids of other items that a spreadsheet writes as it writes this one: 1.10 is 1.1 to it."""
        number = _number(key)
        listed = {value for _, value in self._by_id if value and value != key}
        return sorted(value for value in listed if number is not None and _number(value) == number)

    def proposals(self, title: str, producer: str | None = None) -> list[dict[str, Any]]:
        """The items that a title may be of, the likeliest first: nothing counts by itself.

        A year in a title is the data's, not the item's. Of items that are alike, the one that the
        list gives to the same producer comes first.

        :returns: the items, with ``likeness`` from 0 to 100
        """
        alike = process.extract(
            _telling(title),
            self._named,
            scorer=fuzz.token_sort_ratio,
            score_cutoff=LEAST_ALIKE - _SAME_PRODUCER,
            limit=4 * MOST,
        )
        told = plain(producer or "")
        scores = {
            item_id: score + (_SAME_PRODUCER if told and told == self._producer(item_id) else 0)
            for _, score, item_id in alike
        }
        best = sorted(scores, key=lambda item_id: (-scores[item_id], item_id))[:MOST]
        return [
            {**self._items[item_id], "likeness": min(100, round(scores[item_id]))}
            for item_id in best
            if scores[item_id] >= LEAST_ALIKE
        ]

    def _producer(self, item_id: str) -> str:
        return plain(self._items[item_id]["produsen"] or "")


def as_listed(ids: Mapping[str, str]) -> dict[str, str]:
    """What a dataset names, as the columns of a list may have it; the column that decides first.

    Lists without a column for DSSD codes have them among the codes of indicators.
    """
    code = normalise_dssd(ids.get("kode_dssd", ""))
    known = {"kode_indikator": code, **ids, "kode_dssd": code}
    return {column: known[column] for column in ID_COLUMNS if known.get(column)}


def _number(text: str) -> Decimal | None:
    return Decimal(text) if _DIGITS.fullmatch(text) else None


def _telling(title: str) -> str:
    return " ".join(_YEARS.sub(" ", plain(title)).split())


def _current(organization_id: str) -> list[dict[str, Any]]:
    """The items of an office as they count now."""
    ever = sa.select(ItemVersion.item_id).where(ItemVersion.organization_id == organization_id)
    # An item that went to another office was this one's in an edition that counts no more.
    return [
        {"id": version.item_id, **{name: getattr(version, name) for name in _TOLD}}
        for version in current_versions(current_query(ItemVersion.item_id.in_(ever)))
        if version.organization_id == organization_id
    ]
