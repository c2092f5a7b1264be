"""What strangers get of a dataset, at every door there is."""

from __future__ import annotations

import requests

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
