"""What each number of the coverage counts: the rows of its list."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.daftar_data import counts
from ckanext.sdi.kewajiban import timing
from ckanext.sdi.lifecycle import coverage, owed
from ckanext.sdi.lifecycle.coverage import Covered
from ckanext.sdi.lifecycle.coverage_sums import Summing
from ckanext.sdi.lifecycle.owed import Line
from ckanext.sdi.logic.posted import is_storable
from ckanext.sdi.model import ItemVersion
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
PER_PAGE = 50
MISSING = (timing.LATE, timing.DUE, timing.UNREACHABLE)


class Asked(NamedTuple):
    """What is asked for, how many rows it has, and what gives some of these by their places."""

    query: dict[str, Any]
    count: int
    some: Callable[[slice], list[dict[str, Any]]]


def rows_asked() -> Asked:
    """The rows that are asked for: items by ``far``, or periods of these by ``timing``."""
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
    if query["timing"]:
        reached = REACHED.get(query["far"], coverage.FAR)
        count, entries = Summing().periods(query["tahun"], query["timing"], offices, reached)
        return Asked(query, count, lambda places: coverage.with_names(entries(places)))
    rows = _items(query["tahun"], query["far"], offices)
    return Asked(query, len(rows), lambda places: _with_words(query["tahun"], rows[places]))


def _items(tahun: int, far: str, offices: Collection[str | None] | None) -> counts.Rows:
    """The items of a year that came so far."""
    rows = counts.Rows(tahun, reported=far == REPORTED)
    if offices is not None:
        rows.of_offices(offices)
    if far == coverage.NONE:
        rows.without_dataset()
    elif far not in (ASKED, REPORTED):
        reached = {item for item, kind in coverage.far_by_item().items() if kind in REACHED[far]}
        rows.only(ItemVersion.item_id.in_(reached))
    return rows


def _with_words(tahun: int, rows: Sequence[counts.Row]) -> list[dict[str, Any]]:
    """Items with their names, how far each is and how timely."""
    far, timely = coverage.far_by_item([item_id for _, item_id, *_ in rows]), _timely(tahun, rows)
    names = coverage.names([version_id for version_id, *_ in rows])
    titles = titles_of({office for _, _, office, _ in rows})
    return [
        {
            "item": {"id": item_id, "nama_data": names[version_id]},
            "organization": {"title": titles[office]},
            "far": far.get(item_id, coverage.NONE),
            "timely": timely.get((item_id, office or ""), coverage.NONE),
        }
        for version_id, item_id, office, _ in rows
    ]


def _timely(tahun: int, rows: Sequence[counts.Row]) -> dict[tuple[str, str], str]:
    """How timely the items of a page are; of a whole file nobody asks it."""
    if len(rows) > PER_PAGE:
        return {}
    accounts = owed.accounts(None, item_ids=[item_id for _, item_id, *_ in rows])
    return {
        (account.item_id, account.organization_id): coverage.timely_of(
            coverage.of_year(account.lines, tahun)
        )
        for account in accounts
    }


def periods_of(items: Iterable[Covered], kinds: Collection[str]) -> list[tuple[str, str, Line]]:
    """The periods that are so timely, those first that are due first."""
    lines = [
        (item.item_id, item.organization_id or "", line)
        for item in items
        for line in item.lines
        if line.timeliness.kind in kinds
    ]
    return sorted(lines, key=lambda entry: entry[2].timeliness.due)


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
