"""Ways round the rules that lead over organisations, harvest sources and odd addresses."""

from __future__ import annotations

from typing import Any

import pytest

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.lifecycle import gate
from tests.datastore.working import states
from tests.lifecycle.seen import is_public
from tests.province import (
    Province,
    add_resource,
    make_dataset,
    published_dataset,
    ready_dataset,
    run_checks,
    upload,
)


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
    ],
)
def test_an_address_that_names_nothing_is_no_fault_of_the_portal(app: Any, address: str) -> None:
    assert app.get(address, expect_errors=True).status_code == 400


def test_a_file_does_not_act_in_the_portals_name(province: Province, app: Any) -> None:
    made = make_dataset(province)
    page = "<script>document.title = 'lain'</script>"
    resource = province.act(
        "produsen",
        "resource_create",
        package_id=made["id"],
        name="Halaman",
        upload=upload(page, "halaman.html"),
        lampiran=True,
    )
    headers = province.headers("produsen")
    address = f"/dataset/{made['id']}/resource/{resource['id']}/download/halaman.html"
    answer = app.get(address, headers=headers)
    assert answer.body == page
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_a_file_is_is_not_the_clients_to_say(province: Province) -> None:
    made = make_dataset(province)
    said = {"mimetype": "text/html", "last_modified": "2099-01-01", "size": 1, "hash": "x"}
    resource = add_resource(province, made["id"], **said)
    run_checks()
    assert resource["mimetype"] == "text/csv"
    assert resource["hash"] == ""
    assert resource["last_modified"] < "2099"
    for changes in (said, {"name": "Lain"}):
        changed = province.act("produsen", "resource_patch", id=resource["id"], **changes)
        kept = ("mimetype", "last_modified", "size", "hash")
        assert [changed[key] for key in kept] == [resource[key] for key in kept]
    assert states(resource) == ["passed"], "no other file, no other check"
    link = province.act(
        "produsen",
        "resource_create",
        package_id=made["id"],
        url="http://contoh.example/a.pdf",
        mimetype="application/pdf",
        lampiran=True,
    )
    assert link["mimetype"] == "application/pdf"


@pytest.mark.parametrize("state", [["active"], "{active}", "apa saja", 1, {"a": 1}])
def test_a_dataset_has_no_state_of_the_clients_making(province: Province, state: Any) -> None:
    made = make_dataset(province)
    for action in ("package_patch", "package_update"):
        with pytest.raises(tk.ValidationError):
            province.act("produsen", action, **{**made, "state": state})
        model.Session.rollback()
    assert province.act("produsen", "package_show", id=made["id"])["state"] == "active"


@pytest.mark.ckan_config("ckanext.sdi.gate", "report")
def test_what_is_changed_in_report_mode_is_not_what_was_handed_in(province: Province) -> None:
    made = ready_dataset(province)
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    province.act("walidata", "sdi_dataset_publish", id=made["id"])
    assert not gate.is_adopted(made["id"])
    province.act("produsen", "package_patch", id=made["id"], title="Judul lain sesudah terbit")
    assert is_public(made["id"])
    assert gate.is_adopted(made["id"])


@pytest.mark.ckan_config("ckanext.sdi.gate", "report")
def test_what_is_hidden_in_report_mode_is_a_draft(province: Province) -> None:
    made = ready_dataset(province)
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    province.act("walidata", "sdi_dataset_publish", id=made["id"])
    province.act("produsen", "package_patch", id=made["id"], private=True)
    assert gate.state_of(made["id"]) == "draft"


def test_strangers_do_not_have_files_read(province: Province, monkeypatch: Any) -> None:
    from ckanext.sdi.lifecycle import conformity

    made = published_dataset(province)
    asked = []
    findings_of = conformity.findings_of

    def noted(shown: Any, *, strict: bool, **reader: Any) -> Any:
        asked.append(strict)
        return findings_of(shown, strict=strict, **reader)

    monkeypatch.setattr(conformity, "findings_of", noted)
    tk.get_action("sdi_dataset_conformity")({"user": ""}, {"id": made["id"]})
    for role in ("pengembang", "produsen", "walidata"):
        province.act(role, "sdi_dataset_conformity", id=made["id"])
    assert asked == [False, False, True, True]


def test_numbers_in_reasons_are_masked(province: Province) -> None:
    made = published_dataset(province)
    number = "3171011708450001"
    province.act("walidata", "sdi_dataset_withdraw", id=made["id"], reason=f"NIK {number} ada")
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    finding = {"message": "Salah", "key": {"nik": number}, "values": [number]}
    province.act("walidata", "sdi_dataset_return", id=made["id"], findings=[finding])
    history = province.act("produsen", "sdi_dataset_history", id=made["id"])
    assert history["count"] == 4 + 1
    assert number not in str(history)


def test_a_token_does_not_open_a_page_for_good(province: Province, app: Any) -> None:
    from ckan.config.middleware.flask_app import csrf

    made = make_dataset(province)
    address = f"/dataset/{made['id']}/kesesuaian/submit"
    app.post(address, headers=province.headers("pengembang"), expect_errors=True)
    assert not [view for view in csrf._exempt_views if view.startswith("ckanext.sdi.")]
