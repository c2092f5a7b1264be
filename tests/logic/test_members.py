"""The roles of members under the names of Satu Data Indonesia."""

from __future__ import annotations

import pytest

import ckan.plugins.toolkit as tk
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp, call_action

from tests.province import Province, make_province


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


def page_for(app: CKANTestApp, role: str, address: str) -> str:
    """A page as a person of the province sees it; opened outside of any other request."""
    with app.flask_app.test_request_context():
        headers = make_province().headers(role)
    return app.get(address, headers=headers).get_data(as_text=True)


@pytest.mark.usefixtures("clean_datastore")
@pytest.mark.parametrize(("organization", "named"), [("dinas-uji", True), ("org-walidata", False)])
def test_the_form_offers_the_names(app: CKANTestApp, organization: str, named: bool) -> None:
    page = page_for(app, "admin", f"/organization/member_new/{organization}")
    assert '<option value="editor"' in page
    assert ("Produsen Data" in page.partition('<option value="editor"')[2][:60]) is named


@pytest.mark.usefixtures("clean_datastore")
def test_a_persons_list_of_organizations_names_the_role(app: CKANTestApp) -> None:
    assert ">Walidata Pendukung<" in page_for(app, "pendukung", "/dashboard/organizations")
