"""The roles of members under the names of Satu Data Indonesia."""

from __future__ import annotations

import pytest

import ckan.plugins.toolkit as tk
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp, call_action

from tests.province import Province


def test_an_offices_members_have_the_names_of_the_law(province: Province) -> None:
    members = call_action("member_list", id=province.office["id"], object_type="user")
    names = {user_id: role for user_id, _kind, role in members}
    assert names[province.users["produsen"]["id"]] == "Produsen Data"
    assert names[province.users["pendukung"]["id"]] == "Walidata Pendukung"


def test_a_reviewers_organization_keeps_ckans_names(province: Province) -> None:
    members = call_action("member_list", id="org-walidata", object_type="user")
    assert [role for _id, _kind, role in members] == [tk._("Editor")]


def test_a_group_keeps_ckans_names(province: Province) -> None:
    person = province.users["produsen"]["name"]
    group = factories.Group(users=[{"name": person, "capacity": "admin"}])
    members = call_action("member_list", id=group["id"], object_type="user")
    assert "Walidata Pendukung" not in {role for _id, _kind, role in members}


@pytest.mark.parametrize(("organization", "named"), [("dinas-uji", True), ("org-walidata", False)])
def test_the_form_offers_the_names(
    app: CKANTestApp, province: Province, organization: str, named: bool
) -> None:
    app.set_session_user(province.users["admin"]["id"])
    page = app.get(f"/organization/member_new/{organization}").get_data(as_text=True)
    assert ('<option value="editor" >Produsen Data' in page) is named


def test_a_persons_list_of_organizations_names_the_role(
    app: CKANTestApp, province: Province
) -> None:
    app.set_session_user(province.users["pendukung"]["id"])
    assert ">Walidata Pendukung<" in app.get("/dashboard/organizations").get_data(as_text=True)
