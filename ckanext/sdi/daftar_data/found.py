"""What a search of the list finds: how many items of each kind, office, schedule, …, and a page.

A page of a long list is asked for often, so the items are gone through once: they are counted by
all that they can be filtered by, and whatever is asked for is summed up from these groups. The
rows of a list are wide: one column has all of that in a text, and an index has the column.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from ckan import model

from ckanext.sdi.daftar_data.columns import OF_CLOSED
from ckanext.sdi.daftar_data.search import (
    editions_asked,
    item_dict,
    versions_with_offices,
)
from ckanext.sdi.model import Edition, ItemVersion
from ckanext.sdi.model.daftar_data import FILTERS, SEARCHED, SIGNS

COLUMNS: dict[str, Any] = {name.removesuffix("_id"): getattr(ItemVersion, name) for name in FILTERS}
PRIORITY = "prioritas_tahun"
FEW = 1000
_BETWEEN = "\x1f"
FACETS = (*COLUMNS, PRIORITY)

Condition = sa.ColumnElement[bool]

_SIGNS = re.compile(SIGNS)
_TEXTS = sa.func.lower(sa.func.concat_ws(" ", *(getattr(ItemVersion, name) for name in SEARCHED)))
# All of the texts in lower case would take most of the time of a search that has no index.
_NAMES = sa.func.lower(
    ItemVersion.nama_data + " " + sa.func.coalesce(ItemVersion.nama_indikator, "")
)
_BACKSLASH = "\\"
_YEARS = ARRAY(sa.Integer)

Group = Mapping[str, Any]
"""Items that are the same in all that they can be filtered by: their values, and the number."""


def conditions_of(asked: Mapping[str, Any], *, within: Collection[str] = ()) -> list[Condition]:
    """What a search asks of the texts of items; the filters with fixed values are not in it.

    Words are looked up by their beginnings, which an index has. One with signs in it, as an id
    has, is looked for as it stands among the items that have its parts.

    :param within: the words asked for that may stand within those of a name
    """
    words = _words(asked)
    conditions: list[Condition] = []
    if begun := [part for word in words if word not in within for part in _parts(word)]:
        # Beside a word that stands within others the whole list is read: no index then.
        conditions.append(sa.func.ts_match_vq(*_have(begun)) if within else _looked_up(begun))
    # PostgreSQL takes that for a third of the items; of LIKE it would think few, and sort them all.
    conditions += [sa.func.strpos(_NAMES, word) > 0 for word in within]
    with_signs = [word for word in words if word not in within and _parts(word) != [word]]
    conditions += [_holds(_TEXTS, word) for word in with_signs]
    if asked.get("produsen"):
        conditions.append(_holds(sa.func.lower(ItemVersion.produsen), asked["produsen"].lower()))
    return conditions


def _words(asked: Mapping[str, Any]) -> list[str]:
    q: str = asked.get("q") or ""
    return q.lower().split()


def _parts(word: str) -> list[str]:
    return _SIGNS.sub(" ", word).split()


def _have(parts: Sequence[str]) -> tuple[Any, Any]:
    beginnings = " & ".join(f"'{part.replace(_BACKSLASH, _BACKSLASH * 2)}':*" for part in parts)
    return ItemVersion.words, sa.cast(beginnings, TSQUERY)


def _looked_up(parts: Sequence[str]) -> Condition:
    """Whether an item has words that begin so, by the index."""
    words, beginnings = _have(parts)
    return words.bool_op("@@")(beginnings)


def _of_name(asked: Mapping[str, Any]) -> list[Condition]:
    """The same, of an item of which nothing but its name and its ids is told."""
    if asked.get("produsen"):
        return [sa.false()]
    names = (ItemVersion.nama_data, ItemVersion.id_ddd, ItemVersion.id_ddp)
    told = sa.func.lower(sa.func.concat_ws(" ", *names))
    return [_holds(told, word) for word in _words(asked)]


def _holds(column: Any, text: str) -> Condition:
    """Whether a text stands in a column; the signs that LIKE gives a meaning to are themselves."""
    return column.contains(text, autoescape=True)


@dataclass(frozen=True)
class Found:
    """The items that a search asks for, by the filters of ``sdi_daftar_data_search``."""

    asked: Mapping[str, Any]
    named_only: Condition | None = None
    """Items that are found by their name and told by their name only: they count for no facet."""

    @cached_property
    def editions(self) -> list[Edition]:
        """The editions that are searched, in the order in which their items are shown."""
        return editions_asked(self.asked)

    @cached_property
    def _matched(self) -> tuple[list[Condition], list[Group]]:
        """What is asked of the texts, and the items that have it.

        Where nothing is found, what no word begins with may stand within one of a name.
        """
        conditions = self._texts()
        groups = self._grouped(conditions)
        if not groups and (strange := [w for w in _words(self.asked) if not self._begins(w)]):
            conditions = self._texts(within=strange)
            groups = self._grouped(conditions)
        return conditions, groups

    def _begins(self, word: str) -> bool:
        """Whether any item of the editions has words that begin as the parts of this one."""
        having = sa.select(ItemVersion.id).where(self._in_editions, _looked_up(_parts(word)))
        if self.named_only is not None:
            having = having.where(sa.not_(self.named_only))
        return model.Session.scalar(having.limit(1)) is not None

    @property
    def _in_editions(self) -> Condition:
        return ItemVersion.edition_id.in_([edition.id for edition in self.editions])

    def _texts(self, *, within: Collection[str] = ()) -> list[Condition]:
        conditions = conditions_of(self.asked, within=within)
        if self.named_only is None or not conditions:
            return conditions
        by_name = sa.and_(self.named_only, *_of_name(self.asked))
        return [sa.or_(sa.and_(sa.not_(self.named_only), *conditions), by_name)]

    @cached_property
    def _columns(self) -> dict[str, Any]:
        """What is told of an item by the name of each filter."""
        told = {**COLUMNS, PRIORITY: ItemVersion.prioritas_tahun}
        if self.named_only is None:
            return told
        nothing = {name: sa.null() for name in COLUMNS} | {PRIORITY: sa.cast([], _YEARS)}
        return {
            name: column
            if name in OF_CLOSED
            else sa.case((self.named_only, nothing[name]), else_=column)
            for name, column in told.items()
        }

    @property
    def _facets(self) -> Any:
        """What an item is counted by, in one text; of a closed one only what is told of it."""
        if self.named_only is None:
            return ItemVersion.facets
        told = [column if name in OF_CLOSED else "" for name, column in COLUMNS.items()]
        parts = [part for one in told for part in (one, _BETWEEN)]
        return sa.case((self.named_only, sa.func.concat(*parts)), else_=ItemVersion.facets)

    def _grouped(self, conditions: list[Condition]) -> list[Group]:
        columns = (ItemVersion.edition_id, self._facets)
        query = (
            sa.select(*columns, sa.func.count())
            .where(self._in_editions, *conditions)
            .group_by(*columns)
        )
        groups = [_group(*row) for row in model.Session.execute(query).tuples()]
        other_years = {
            e.id for e in self.editions if self.asked.get("tahun") not in (None, e.tahun)
        }
        return [
            group
            for group in groups
            if group["edition"] not in other_years or self.asked["tahun"] in group[PRIORITY]
        ]

    def _chosen(self, but: str | None = None) -> Iterator[Group]:
        """The groups that pass the filters, but for one of them."""
        filters = [(n, self.asked[n]) for n in FACETS if n != but and self.asked.get(n)]
        for group in self._matched[1]:
            if all(
                value in group[name] if name == PRIORITY else value == group[name]
                for name, value in filters
            ):
                yield group

    @cached_property
    def _by_edition(self) -> Counter[str]:
        return _summed((group["edition"], group) for group in self._chosen())

    @property
    def count(self) -> int:
        """How many items there are in all."""
        return self._by_edition.total()

    def page(self, *, limit: int, offset: int) -> list[dict[str, Any]]:
        """Some of the items, edition by edition in the order of the list."""
        ids: list[str] = []
        for edition in self.editions:
            number = self._by_edition[edition.id]
            if offset < number and len(ids) < limit:
                ids += self._ids(edition, limit=limit - len(ids), offset=offset)
            offset = max(offset - number, 0)
        query = versions_with_offices().where(ItemVersion.id.in_(ids))
        rows = {version.id: (version, office) for version, office in model.Session.execute(query)}
        return [item_dict(*rows[version_id]) for version_id in ids if version_id in rows]

    def _ids(self, edition: Edition, *, limit: int, offset: int) -> list[str]:
        conditions = [
            self._columns[name] == self.asked[name] for name in COLUMNS if self.asked.get(name)
        ]
        year = self.asked.get("tahun")
        years = [self.asked.get(PRIORITY), None if year == edition.tahun else year]
        marked = self._columns[PRIORITY]
        conditions += [sa.any_(marked) == year for year in years if year]
        query = sa.select(ItemVersion.id).where(
            ItemVersion.edition_id == edition.id, *conditions, *self._matched[0]
        )
        number = self._by_edition[edition.id]
        if number <= FEW and self.asked.get("q"):
            # Asked for in their order, PostgreSQL would go through the list to find these few.
            rows = query.with_only_columns(ItemVersion.row_number, ItemVersion.id)
            ordered = sorted(model.Session.execute(rows).tuples())
            return [version_id for _, version_id in ordered[offset : offset + limit]]
        limit = min(limit, number - offset)
        after = number - offset - limit
        order: list[Any] = [ItemVersion.row_number, ItemVersion.id]
        if after >= offset:
            query = query.order_by(*order).offset(offset)
            return list(model.Session.scalars(query.limit(limit)))
        # Of a page near the end, the way from the end is the shorter one.
        query = query.order_by(*(column.desc() for column in order)).offset(after)
        return list(model.Session.scalars(query.limit(limit)))[::-1]

    def facets(self) -> dict[str, list[dict[str, Any]]]:
        """For each facet its values with their counts, most first.

        A facet that the search has chosen a value of counts as if it had not, so that the other
        values can be chosen in its place.
        """
        found = {name: self._counted(name) for name in COLUMNS}
        years = _summed((y, group) for group in self._chosen(but=PRIORITY) for y in group[PRIORITY])
        found[PRIORITY] = [{"value": year, "count": years[year]} for year in sorted(years)]
        found["organization"] = _named(found["organization"])
        return found

    def _counted(self, name: str) -> list[dict[str, Any]]:
        counts = _summed((group[name], group) for group in self._chosen(but=name))
        del counts[None]
        ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
        return [{"value": value, "count": number} for value, number in ordered]


def _group(edition_id: str, facets: str, number: int) -> Group:
    *values, years = facets.split(_BETWEEN)
    return {
        "edition": edition_id,
        **{name: value or None for name, value in zip(COLUMNS, values, strict=True)},
        PRIORITY: [int(year) for year in years.split(",") if year],
        "number": number,
    }


def _summed(groups: Iterator[tuple[Any, Group]]) -> Counter[Any]:
    counts: Counter[Any] = Counter()
    for value, group in groups:
        counts[value] += group["number"]
    return counts


def _named(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Organisations by name, with their titles, in place of ids."""
    ids = [entry["value"] for entry in found]
    query = sa.select(model.Group.id, model.Group.name, model.Group.title)
    rows = model.Session.execute(query.where(model.Group.id.in_(ids)))
    known = {group_id: (name, title or name) for group_id, name, title in rows}
    return [
        {"value": known[e["value"]][0], "title": known[e["value"]][1], "count": e["count"]}
        for e in found
        if e["value"] in known
    ]
