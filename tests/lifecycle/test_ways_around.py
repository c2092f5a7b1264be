"""Ways round the rules that lead over organisations, harvest sources and odd addresses."""

from __future__ import annotations

from typing import Any

import pytest

import ckan.plugins.toolkit as tk
from ckan import model

from tests.province import Province


def test_no_organization_is_put_below_one_that_reviews(province: Province) -> None:
    office = province.office["id"]
    walidata = tk.get_action("organization_show")({"ignore_auth": True}, {"id": "org-walidata"})
    for role, action, data in (
        ("pendukung", "organization_patch", {"id": office, "groups": [{"name": "org-walidata"}]}),
        ("pendukung", "organization_patch", {"id": office, "groups": [{"id": walidata["id"]}]}),
        ("admin", "organization_create", {"name": "baru", "groups": [{"name": "org-walidata"}]}),
        (
            "admin",
            "member_create",
            {"id": office, "object": walidata["id"], "object_type": "group", "capacity": "parent"},
        ),
    ):
        with pytest.raises(tk.ValidationError):
            province.act(role, action, **data)
        model.Session.rollback()
    below = {"id": office, "groups": [{"name": province.other_office["name"]}]}
    province.act("admin", "organization_patch", **below)


def test_harvest_sources_of_other_kinds_are_a_sysadmins(province: Province) -> None:
    """Other harvesters ask no list, and fetch from within the portal's own network."""
    asked = {
        "title": "Sumber",
        "url": "http://127.0.0.1/solr",
        "owner_org": province.office["id"],
    }
    for action, data in (
        ("harvest_source_create", {"source_type": "ckan"}),
        ("package_create", {"type": "harvest", "source_type": "ckan"}),
    ):
        for role in ("produsen", "pendukung", "koordinator"):
            with pytest.raises(tk.NotAuthorized):
                province.act(role, action, name="lain", **asked, **data)
    own = province.act(
        "produsen", "harvest_source_create", name="sendiri", **asked, source_type="sdi_portal"
    )
    for action in ("harvest_source_update", "package_patch"):
        with pytest.raises(tk.NotAuthorized):
            province.act("produsen", action, **{**own, "source_type": "ckan"})
        model.Session.rollback()
    province.act("produsen", "package_patch", id=own["id"], title="Sumber yang lain")


@pytest.mark.parametrize(
    "address",
    [
        "/dataset/a%00b",
        "/organization/a%00b",
        "/datastore/dump/a%00b",
        "/feeds/organization/a%00b.atom",
        "/dataset/?q=a%00b",
        "/api/3/action/package_show?id=a%00b",
        "/api/3/action/datastore_search?resource_id=a%00b",
    ],
)
def test_an_address_that_names_nothing_is_no_fault_of_the_portal(app: Any, address: str) -> None:
    assert app.get(address, expect_errors=True).status_code == 400
