"""The demo province, made step by step. A second run finds all of it there and changes nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import search

from ckanext.sdi.demo import figures, lists, people
from ckanext.sdi.demo.datasets import bring
from ckanext.sdi.demo.people import act
from ckanext.sdi.demo.plan import LIST_YEARS, Item, Plan

Tell = Callable[[str], None]

SOURCE = "peragaan"
EVERY = 10


def make(plan: Plan, tell: Tell) -> None:
    """Make the province, as far as it is not there.

    Nothing is written but by the portal's actions, called as the people who may.

    :param tell: is told what is being done
    :raises ckan.logic.ValidationError: when something is refused
    """
    people.make_admin()
    tell(f"users: {people.make_users(plan)} made")
    tell(f"organizations: {people.make_organizations(plan)} made")
    people.give_roles()
    _make_lists(plan, tell)
    items = _item_ids()
    tell(f"column standards: {_give_standards(plan, items)} given")
    with _one_search_commit():
        _make_datasets(plan, items, tell)


@contextlib.contextmanager
def _one_search_commit() -> Iterator[None]:
    """Within it the search index is not committed at each step: that is two thirds of the time."""
    option = "ckan.search.solr_commit"
    before = tk.config[option]
    tk.config[option] = False
    try:
        yield
    finally:
        tk.config[option] = before
        search.commit()


def _make_lists(plan: Plan, tell: Tell) -> None:
    """The centre's list, then the province's: its items refer to the centre's."""
    _make_list(lists.national(plan.items), "pusat", LIST_YEARS[-1], tell)
    for year in LIST_YEARS:
        _make_list(lists.regional(plan.items, year), "provinsi", year, tell)


def _make_list(content: str, level: str, year: int, tell: Tell) -> None:
    there = act("koordinator", "sdi_daftar_data_edition_list", level=level, tahun=year)["results"]
    ours = [edition for edition in there if edition["source"] == SOURCE]
    if not ours:
        title = (
            "Daftar Data Prioritas" if level == "pusat" else "Daftar Data Daerah Kalimantan Timur"
        )
        imported = act(
            "koordinator",
            "sdi_daftar_data_import",
            content=content,
            level=level,
            tahun=year,
            title=f"{title} {year} (peragaan)",
            source=SOURCE,
        )
        tell(f"list of {level} {year}: {imported['rows']} items")
        ours = [imported["edition"]]
    if all(edition["state"] == "draft" for edition in there + ours):
        act("koordinator", "sdi_daftar_data_edition_agree", id=ours[0]["id"])


def _item_ids() -> dict[str, dict[str, Any]]:
    """The province's items by their regional id."""
    found: dict[str, dict[str, Any]] = {}
    while True:
        page = act("", "sdi_daftar_data_search", level="provinsi", limit=1000, offset=len(found))[
            "results"
        ]
        found |= {item["id_ddd"]: item for item in page}
        if len(page) < 1000:
            return found


def _give_standards(plan: Plan, items: dict[str, dict[str, Any]]) -> int:
    """Column standards to the items that datasets are made for, but for the one that lacks it."""
    given = 0
    for dataset in plan.datasets:
        if dataset.file == "no_standard" or not _lacks_standard(dataset.item, items):
            continue
        act(
            "koordinator",
            "sdi_daftar_data_item_update",
            id=items[dataset.item.id_ddd]["id"],
            table_schema=figures.column_standard(dataset.item),
        )
        given += 1
    return given


def _lacks_standard(item: Item, items: dict[str, dict[str, Any]]) -> bool:
    shown = act("koordinator", "sdi_daftar_data_show", id=items[item.id_ddd]["id"])
    return not shown["table_schema"]


def _make_datasets(plan: Plan, items: dict[str, dict[str, Any]], tell: Tell) -> None:
    done = 0
    for number, dataset in enumerate(plan.datasets, 1):
        done += bring(dataset, items[dataset.item.id_ddd]["id"])
        # A session of its own for each, as requests have: none grows over all of them.
        model.Session.remove()
        if number % EVERY == 0 or number == len(plan.datasets):
            tell(f"datasets: {number} of {len(plan.datasets)}")
    tell(f"datasets: {done} made or gone on with")


def logins() -> Iterable[str]:
    """A line for each user who can log in with the demo's password."""
    yield from (f"{name}: {title}" for name, title in people.FULL_NAMES.items())
