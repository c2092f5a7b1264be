"""What is not public is not seen: over HTTP, by everyone who has no part in it."""

from __future__ import annotations

from typing import Any

import pytest

import ckan.plugins.toolkit as tk

from tests.province import Province, published_dataset, ready_dataset

MARK = "Penanda yang tidak boleh terlihat"
OUTSIDERS = (None, "pengembang", "produsen_lain", "pembina", "koordinator")


def addresses(made: dict[str, Any]) -> list[str]:
    """Where a dataset, its file and its rows could show."""
    resource = made["resources"][0]
    pages = [
        "/dataset/{name}",
        "/dataset/{name}/kesesuaian",
        "/dataset/activity/{name}",
        "/dataset/{name}/resource/{rid}",
        "/dataset/{name}/resource/{rid}/pemeriksaan",
        "/dataset/{name}/resource/{rid}/download/usaha.csv",
        "/datastore/dump/{rid}",
        "/dataset/{name}.rdf",
        "/dataset/{name}.jsonld",
        "/api/3/action/package_show?id={name}",
        "/api/3/action/resource_show?id={rid}",
        "/api/3/action/datastore_search?resource_id={rid}",
        "/api/3/action/datastore_info?id={rid}",
        "/api/3/action/sdi_dataset_conformity?id={name}",
        "/api/3/action/sdi_dataset_history?id={name}",
        "/api/3/action/sdi_resource_check_show?id={rid}",
    ]
    return [page.format(name=made["name"], rid=resource["id"]) for page in pages]


LISTS = (
    "/dataset/",
    "/dataset/?q=penanda",
    "/organization/dinas-uji",
    "/api/3/action/package_search?q=penanda&include_private=true&include_drafts=true",
    "/api/3/action/package_list",
    "/api/3/action/current_package_list_with_resources",
    "/api/3/action/resource_search?query=name:Tabel",
    "/api/3/action/organization_show?id=dinas-uji&include_datasets=true",
    "/api/3/action/package_autocomplete?q=penanda",
    '/api/3/action/package_search?rows=0&facet.mincount=0&facet.limit=-1&facet.field=["name"]',
    '/api/3/action/package_search?facet.mincount=00&facet.limit=-1&facet.field=["title_string"]',
    '/api/3/action/package_search?facet.mincount=-1&facet.limit=-1&facet.field=["title_string"]',
    "/api/3/action/tag_show?id=penanda-uji&include_datasets=true",
    "/api/3/action/recently_changed_packages_activity_list",
    "/catalog.jsonld",
    "/feeds/dataset.atom",
)


FORMATS = (
    "/api/3/action/format_autocomplete?q=cs",
    "/api/2/util/resource/format_autocomplete?incomplete=cs",
)


@pytest.fixture
def made(request: pytest.FixtureRequest, province: Province) -> dict[str, Any]:
    """A dataset in the state that the test names."""
    if request.param == "terbatas":
        from ckan import model

        from ckanext.sdi.model import ItemVersion

        version = model.Session.query(ItemVersion).filter_by(item_id=province.item_id).one()
        version.klasifikasi_risiko = "terbatas"
        model.Session.commit()
        return published_dataset(
            province, title=MARK, tag_string="penanda-uji", klasifikasi_risiko="terbatas"
        )
    made = ready_dataset(province, title=MARK, tag_string="penanda-uji")
    if request.param == "submitted":
        province.act("produsen", "sdi_dataset_submit", id=made["id"])
    return made


@pytest.mark.parametrize("made", ["draft", "submitted", "terbatas"], indirect=True)
def test_outsiders_see_nothing(province: Province, app: Any, made: dict[str, Any]) -> None:
    seen = []
    for role in OUTSIDERS:
        headers = province.headers(role)
        for address in addresses(made):
            response = app.get(address, headers=headers, follow_redirects=False)
            if response.status_code not in (302, 401, 403, 404) or MARK in response.body:
                seen.append((role, address, response.status_code))
        for address in LISTS:
            response = app.get(address, headers=headers, expect_errors=True)
            assert response.status_code < 500, address
            if any(word in response.body for word in (MARK, made["id"], made["name"])):
                seen.append((role, address, response.status_code))
        found = app.get("/api/3/action/tag_show?id=penanda-uji", headers=headers)
        if found.status_code != 404:
            seen.append((role, "tag_show", found.status_code))
        seen += [
            (role, address, 200)
            for address in FORMATS
            if "csv" in app.get(address, headers=headers).body.lower()
        ]
    assert seen == []


@pytest.mark.parametrize("made", ["draft"], indirect=True)
def test_after_publication_everyone_sees_it(
    province: Province, app: Any, made: dict[str, Any]
) -> None:
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    province.act("walidata", "sdi_dataset_publish", id=made["id"])
    resource_id = made["resources"][0]["id"]
    assert MARK in app.get(f"/dataset/{made['name']}").body
    assert MARK in app.get("/dataset/?q=penanda").body
    assert app.get("/api/3/action/tag_show?id=penanda-uji").json["result"]["name"] == "penanda-uji"
    assert all("csv" in app.get(address).body.lower() for address in FORMATS)
    found = app.get("/api/3/action/package_search?q=penanda").json["result"]
    assert [row["id"] for row in found["results"]] == [made["id"]]
    rows = app.get(f"/api/3/action/datastore_search?resource_id={resource_id}&sort=_id").json[
        "result"
    ]["records"]
    assert rows[0]["kode_wilayah"] == "64.72"
    assert rows[0]["npwp"] == "013121660091000"
    file = app.get(f"/dataset/{made['id']}/resource/{resource_id}/download/usaha.csv")
    assert "64.72,013121660091000" in file.body


@pytest.mark.parametrize("made", ["submitted"], indirect=True)
def test_the_walidata_reads_what_was_handed_in(
    province: Province, app: Any, made: dict[str, Any]
) -> None:
    headers = province.headers("walidata")
    assert MARK in app.get(f"/dataset/{made['name']}", headers=headers).body
    assert MARK in app.get("/sdi/tugas", headers=headers).body
    assert MARK in app.get(f"/dataset/{made['name']}/kesesuaian", headers=headers).body
    with pytest.raises(tk.NotAuthorized):
        province.act("walidata", "package_patch", id=made["id"], title="Lain")
