"""What each number of the coverage counts: the rows of its list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.daftar_data import counts
from ckanext.sdi.kewajiban import timing
from ckanext.sdi.lifecycle import coverage
from ckanext.sdi.lifecycle.coverage import Covered
from ckanext.sdi.lifecycle.coverage_sums import Summing
from ckanext.sdi.lifecycle.owed import Line
from ckanext.sdi.logic.posted import is_storable
from ckanext.sdi.rules.catalogue import N_

DELIVERED, ASKED, REPORTED = "delivered", "asked", "reported"
NOBODY = "-"
"""In an address: the producers that are no office of the portal."""
# What counts as having come so far.
REACHED = {
    ASKED: frozenset(coverage.FAR),
    DELIVERED: frozenset({coverage.HANDED_IN, coverage.PASSED, coverage.PUBLISHED}),
    coverage.PASSED: frozenset({coverage.PASSED, coverage.PUBLISHED}),
    **{far: frozenset({far}) for far in coverage.FAR if far != coverage.PASSED},
}
REACHED_LABELS = {
    ASKED: N_("Agreed"),
    DELIVERED: N_("Handed in"),
    coverage.PASSED: N_("Passed the review"),
    coverage.PUBLISHED: N_("Published"),
}
MISSING = (timing.LATE, timing.DUE, timing.UNREACHABLE)


def rows_asked() -> tuple[dict[str, Any], list[Any]]:
    """What is asked for, and the rows of it: periods by ``timing``, else items by ``far``."""
    args = tk.request.args
    asked = args.get("organization", "")
    office = None if asked == NOBODY else office_asked(asked)
    kind, far = args.get("timing", ""), args.get("far", "")
    query = {
        "tahun": year_asked(),
        "organization": office.id if office else asked,
        "far": far if far in REACHED or far == REPORTED else ASKED,
        "timing": kind if kind in timing.LABELS else "",
    }
    offices = [office.id if office else None] if asked else None
    items = Summing().items(query["tahun"], offices)
    if query["timing"]:
        return query, periods_of(items, (query["timing"],))
    if query["far"] == REPORTED:
        return query, _reported_items(query["tahun"], offices, items)
    return query, [item for item in items if item.listed and item.far in REACHED[query["far"]]]


def periods_of(items: Iterable[Covered], kinds: Collection[str]) -> list[tuple[str, str, Line]]:
    """The periods that are so timely, those first that are due first."""
    lines = [
        (item.item_id, item.organization_id or "", line)
        for item in items
        for line in item.lines
        if line.timeliness.kind in kinds
    ]
    return sorted(lines, key=lambda entry: entry[2].timeliness.due)


def _reported_items(
    tahun: int, offices: Sequence[str | None] | None, items: Iterable[Covered]
) -> list[Covered]:
    """The items that lists of a year name, agreed to or not."""
    agreed = {(item.item_id, item.organization_id): item for item in items if item.listed}
    far = coverage.far_by_item()
    return [
        agreed.get((item_id, office))
        or Covered(item_id, version_id, office, place, (), far.get(item_id, coverage.NONE))
        for version_id, item_id, office, place in counts.reported_rows(tahun)
        if offices is None or office in offices
    ]


def with_words(query: dict[str, Any], rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows with names."""
    if query["timing"]:
        return coverage.with_names(rows)
    names = coverage.names([item.version_id for item in rows])
    titles = titles_of({item.organization_id for item in rows})
    return [
        {
            "item": {"id": item.item_id, "nama_data": names[item.version_id]},
            "organization": {"title": titles[item.organization_id]},
            "far": item.far,
            "timely": item.timely,
        }
        for item in rows
    ]


def titles_of(offices: Iterable[str | None]) -> dict[str | None, str]:
    """What offices are called, also those that are no more; and what stands for none."""
    nobody = {None: tk._("Producers that are no office of the portal")}
    return {**counts.titles([office for office in offices if office]), **nobody}


def items_of(organization: str) -> tuple[model.Group, list[Covered]]:
    office = office_asked(organization) or tk.abort(404, tk._("There is no such organization."))
    return office, coverage.covered(year_asked(), office.id)


def office_asked(asked: str) -> model.Group | None:
    """The office that is asked for, by id or name; a page that says so when there is none."""
    if not asked:
        return None
    office = model.Group.get(asked) if is_storable(asked) else None
    return office or tk.abort(404, tk._("There is no such organization."))


def year_asked() -> int:
    text = tk.request.args.get("tahun", "")
    years = {str(year) for year in years_with_list(None)}
    return int(text) if text in years else coverage.year_in_force()


def years_with_list(chosen: int | None) -> list[int]:
    """The years that have an agreed regional list."""
    return sorted(counts.regional_years() | ({chosen} if chosen else set()), reverse=True)
