"""What strangers get of a dataset, at every door there is."""

from __future__ import annotations

import requests

from tests.browser import files
from tests.browser.people import People
from tests.browser.portal import PATIENCE


def see_nothing(people: People, dataset: str, resource: str, file: str) -> None:
    """Page, file, search and the Data API give a stranger nothing."""
    portal = people.portal
    for action, data in (
        ("package_show", {"id": dataset}),
        ("resource_show", {"id": resource}),
        ("datastore_search", {"resource_id": resource}),
        ("datastore_info", {"id": resource}),
        ("sdi_resource_check_show", {"id": resource}),
        ("sdi_dataset_conformity", {"id": dataset}),
        ("sdi_dataset_history", {"id": dataset}),
    ):
        status, _ = portal.ask(action, **data)
        assert status in (403, 404), action
    status, found = portal.ask("package_search", q=f"name:{dataset}")
    assert (status, found["count"]) == (200, 0)
    for address in (
        f"{portal.url}/dataset/{dataset}",
        f"{portal.url}/dataset/{dataset}/kesesuaian",
        f"{portal.url}/dataset/{dataset}/resource/{resource}",
        f"{portal.url}/dataset/{dataset}/resource/{resource}/pemeriksaan",
        f"{portal.url}/dataset/{dataset}/resource/{resource}/pemeriksaan/temuan.csv",
        f"{portal.url}/datastore/dump/{resource}",
        file,
    ):
        answer = requests.get(address, timeout=PATIENCE, allow_redirects=False)
        assert answer.status_code in (302, 403, 404), address
        assert "/user/login" in answer.headers.get("Location", "/user/login"), address
    page = people.of()
    page.goto("/dataset/?q=" + dataset.replace("-", "+"))
    assert page.locator(f"a[href*='/dataset/{dataset}']").count() == 0


def find_it(people: People, dataset: str, words: str) -> None:
    """The search gives the dataset, and nothing else."""
    _, found = people.portal.ask("package_search", q=words)
    assert [one["name"] for one in found["results"]] == [dataset]


def get_its_rows(people: People, resource: str) -> None:
    """The Data API gives the rows of the companies in Samarinda, codes as they were typed."""
    typed = [row for row in files.companies() if row[0] == "64.72"]
    asked = {"resource_id": resource, "filters": {"kode_wilayah": "64.72"}}
    status, rows = people.portal.ask("datastore_search", **asked)
    assert status == 200
    got = rows["records"]
    assert [[row["kode_wilayah"], row["npwp"]] for row in got] == [[r[0], r[2]] for r in typed]
    assert all(row["npwp"].startswith("0") for row in got)
    assert [row["jumlah_pekerja"] for row in got] == [int(row[4]) for row in typed]
