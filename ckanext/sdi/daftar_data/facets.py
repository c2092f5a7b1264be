"""How many items there are of each kind, office, schedule, …, beside what a search has chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.sdi.daftar_data.search import conditions_of
from ckanext.sdi.model import Edition, ItemVersion

COLUMNS: dict[str, Any] = {
    "organization": ItemVersion.organization_id,
    "jenis_data": ItemVersion.jenis_data,
    "klasifikasi_risiko": ItemVersion.klasifikasi_risiko,
    "jadwal_pemutakhiran": ItemVersion.jadwal_pemutakhiran,
    "status": ItemVersion.status,
}
PRIORITY = "prioritas_tahun"
FACETS = (*COLUMNS, PRIORITY)


def facets(asked: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """For each facet its values with their counts, most first.

    A facet that the search has chosen a value of counts as if it had not, so that the other values
    can be chosen in its place.
    """
    free = [name for name in COLUMNS if not asked.get(name)]
    found = _counted(free, asked)
    for name in set(COLUMNS) - set(free):
        found |= _counted([name], {**asked, name: None})
    found[PRIORITY] = _years({**asked, PRIORITY: None})
    found["organization"] = _named(found["organization"])
    return {name: found[name] for name in FACETS}


def _counted(names: list[str], asked: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Several facets in one look at the items."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    if not names:
        return found
    columns = [COLUMNS[name] for name in names]
    count = sa.func.count()
    query = (
        sa.select(sa.func.grouping(*columns), count, *columns)
        .select_from(ItemVersion)
        .join(Edition)
        .where(*conditions_of(dict(asked)))
        .group_by(sa.func.grouping_sets(*(sa.tuple_(column) for column in columns)))
        .order_by(count.desc(), *columns)
    )
    for others, number, *values in model.Session.execute(query):
        # A bit for each column that the row is not about; the first column has the highest.
        place = next(n for n in range(len(names)) if not others & (1 << (len(names) - 1 - n)))
        if values[place] is not None:
            found[names[place]].append({"value": values[place], "count": number})
    return found


def _years(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    year = sa.func.unnest(ItemVersion.prioritas_tahun).label("year")
    years = sa.select(year).join(Edition).where(*conditions_of(dict(asked))).subquery()
    query = sa.select(years.c.year, sa.func.count()).group_by(years.c.year).order_by(years.c.year)
    return [{"value": value, "count": number} for value, number in model.Session.execute(query)]


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
