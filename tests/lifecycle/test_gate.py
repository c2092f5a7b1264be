"""No way but publication makes a dataset public; what is published stands still."""

from __future__ import annotations

from typing import Any

import pytest

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.lifecycle import gate, verify
from ckanext.sdi.model import DatasetState
from tests.lifecycle.seen import adopt, is_public, package_of, set_private
from tests.province import (
    ROLE_NAMES,
    Province,
    add_resource,
    make_dataset,
    published_dataset,
    ready_dataset,
)

WRITERS = ("produsen", "pendukung", "admin")


@pytest.mark.parametrize("role", WRITERS)
def test_a_new_dataset_is_private_whatever_is_asked(province: Province, role: str) -> None:
    for number, private in enumerate([False, "False", "", None, "false", 0]):
        made = make_dataset(province, role, name=f"baru-{number}", private=private)
        assert made["private"] is True, private
        assert not is_public(made["id"]), private


def test_who_does_not_write_for_the_office_makes_nothing(province: Province) -> None:
    for role in sorted(set(ROLE_NAMES) - set(WRITERS)):
        with pytest.raises(tk.NotAuthorized):
            make_dataset(province, role, private=False)


def draft_attempts(province: Province, whole: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every way of the API that could make a draft public."""
    made_id = whole["id"]
    return [
        ("package_update", {**whole, "private": False}),
        ("package_update", {k: v for k, v in whole.items() if k != "private"}),
        ("package_patch", {"id": made_id, "private": False}),
        ("package_patch", {"id": made_id, "sdi": {"state": "published"}, "private": False}),
        ("package_patch", {"id": made_id, "state": "active", "private": "false"}),
        ("package_revise", {"match": {"id": made_id}, "update": {"private": False}}),
        ("package_revise", {"match": {"id": made_id}, "filter": ["-private"]}),
        ("bulk_update_public", {"datasets": [made_id], "org_id": province.office["id"]}),
        ("resource_create", {"package_id": made_id, "url": "http://x.example/a", "private": False}),
        ("sdi_dataset_approve", {"id": made_id}),
        ("sdi_dataset_publish", {"id": made_id}),
        ("sdi_dataset_submit", {"id": made_id}),
        ("sdi_dataset_withdraw", {"id": made_id, "reason": "x"}),
        ("sdi_dataset_return", {"id": made_id, "reason": "x"}),
        (
            "datastore_create",
            {
                "resource": {"package_id": made_id, "private": False},
                "records": [{"a": 1}],
                "private": False,
            },
        ),
    ]


def test_no_way_of_the_api_makes_a_draft_public(province: Province) -> None:
    made = make_dataset(province)
    whole = province.act("admin", "package_show", id=made["id"])
    for role in ROLE_NAMES:
        for action, data in draft_attempts(province, whole):
            try:
                province.act(role, action, **data)
            except (tk.NotAuthorized, tk.ValidationError):
                model.Session.rollback()
            assert not is_public(made["id"]), (role, action)
            assert gate.state_of(made["id"]) == "draft", (role, action)


def test_no_harvester_makes_a_dataset_public(province: Province) -> None:
    from ckan.logic.schema import default_create_package_schema, default_update_package_schema

    made = make_dataset(province)
    harvester: Any = {"user": province.users["admin"]["name"], "ignore_auth": True}
    remote = {"name": "panenan", "title": "Panenan", "owner_org": province.office["id"]}
    creating: Any = {**harvester, "schema": default_create_package_schema()}
    updating: Any = {**harvester, "schema": default_update_package_schema()}
    new = tk.get_action("package_create")(
        creating,
        {**remote, "private": False, "state": "active"},
    )
    assert not is_public(new["id"])
    tk.get_action("package_update")(
        updating,
        {**remote, "id": made["id"], "name": made["name"], "private": False, "state": "active"},
    )
    assert not is_public(made["id"])


@pytest.mark.parametrize("role", WRITERS)
def test_no_form_makes_a_dataset_public(province: Province, app: Any, role: str) -> None:
    made = make_dataset(province)
    headers = province.headers(role)
    form = {
        "title": made["title"],
        "name": made["name"],
        "owner_org": province.office["id"],
        "private": "False",
        "state": "active",
        "sdi": "published",
    }
    for save in ("", "go-metadata", "go-metadata-publish", "go-metadata-preview", "go-dataset"):
        response = app.post(
            f"/dataset/edit/{made['name']}",
            data={**form, "save": save},
            headers=headers,
            follow_redirects=False,
        )
        assert response.status_code in (200, 302), save
        assert not is_public(made["id"]), save
    new = {**form, "name": "dari-formulir", "save": "go-metadata", "_ckan_phase": "1"}
    app.post("/dataset/new", data=new, headers=headers, follow_redirects=False)
    package = model.Package.get("dari-formulir")
    assert package is not None
    assert not is_public(package.id)
    app.post(
        f"/organization/bulk_process/{province.office['name']}",
        data={"bulk_action.public": "public", f"dataset_{made['id']}": made["id"]},
        headers=headers,
        follow_redirects=False,
    )
    assert not is_public(made["id"])


def test_a_state_that_is_posted_is_not_taken(province: Province) -> None:
    made = make_dataset(province, sdi={"state": "published", "adopted": True}, state="draft")
    shown = province.act("produsen", "package_show", id=made["id"])
    assert shown["sdi"]["state"] == "draft"
    assert shown["private"] is True


def test_extras_do_not_speak_for_the_lifecycle(province: Province) -> None:
    extras = [
        {"key": "sdi_state", "value": "published"},
        {"key": "sdi_item", "value": province.item_id},
        {"key": "capacity", "value": "public"},
    ]
    made = make_dataset(province, daftar_data_item="", extras=extras)
    assert not is_public(made["id"])
    for spoofed in ("sdi_state:published", f'sdi_item:"{province.item_id}"'):
        found = province.act("admin", "package_search", fq=spoofed, include_private=True)
        assert found["count"] == 0, spoofed


def test_an_unregistered_type_is_refused(province: Province) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        make_dataset(province, "admin", type="foo")
    assert "foo" in str(refused.value.error_dict["type"])


def test_resource_writes_leave_a_draft_private(province: Province) -> None:
    made = make_dataset(province)
    resource = add_resource(province, made["id"])
    province.act("produsen", "resource_patch", id=resource["id"], description="baru")
    assert not is_public(made["id"])


def test_code_that_goes_round_the_actions_is_stopped(province: Province) -> None:
    made = make_dataset(province)
    package = package_of(made["id"])
    package.private = False
    with pytest.raises(gate.GateClosed):
        model.Session.flush()
    model.Session.rollback()
    assert not is_public(made["id"])


def test_publication_makes_it_public(province: Province) -> None:
    made = published_dataset(province)
    assert made["private"] is False
    assert made["sdi"]["state"] == "published"
    assert is_public(made["id"])


def test_a_restricted_dataset_is_published_and_stays_private(province: Province) -> None:
    version_changes = {"klasifikasi_risiko": "terbatas"}
    _set_item(province, **version_changes)
    made = published_dataset(province, klasifikasi_risiko="terbatas")
    assert made["sdi"]["state"] == "published"
    assert not is_public(made["id"])


def _set_item(province: Province, **changes: Any) -> None:
    from ckanext.sdi.model import ItemVersion

    version = model.Session.query(ItemVersion).filter_by(item_id=province.item_id).one()
    for name, value in changes.items():
        setattr(version, name, value)
    model.Session.commit()


def test_other_dataset_types_are_left_alone(province: Province) -> None:
    package = model.Package(name="sumber", type="harvest", private=False, state="active")
    model.Session.add(package)
    model.Session.commit()
    assert package_of("sumber").private is False


@pytest.mark.ckan_config("ckanext.sdi.gate", "report")
def test_in_report_mode_nothing_is_refused_or_hidden(province: Province) -> None:
    made = make_dataset(province, private=False)
    assert made["private"] is False
    assert is_public(made["id"])
    kept = province.act("produsen", "package_patch", id=made["id"], title="Judul lain")
    assert kept["private"] is False
    assert kept["sdi"]["state"] == "published"
    assert kept["sdi"]["adopted"] is True
    assert kept["sdi"]["conformity"]["blocks"] > 0


def test_an_adopted_dataset_stays_public_and_editable(province: Province) -> None:
    made = _adopted(province)
    changed = province.act("produsen", "package_patch", id=made["id"], title="Judul baru")
    assert changed["private"] is False
    assert is_public(made["id"])
    hidden = province.act("produsen", "package_patch", id=made["id"], private=True)
    assert hidden["sdi"] == {**hidden["sdi"], "state": "draft", "adopted": False}
    again = province.act("produsen", "package_patch", id=made["id"], private=False)
    assert again["private"] is True


def _adopted(province: Province) -> dict[str, Any]:
    made = make_dataset(province)
    adopt(made["id"])
    return made


def test_handing_in_ends_the_adoption(province: Province) -> None:
    made = ready_dataset(province)
    row = model.Session.get(DatasetState, made["id"])
    assert row is not None
    row.state, row.adopted = "published", True
    model.Session.commit()
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    assert gate.state_of(made["id"]) == "submitted"
    assert not is_public(made["id"])


def test_verify_finds_and_repairs(province: Province) -> None:
    made = make_dataset(province)
    published_dataset(province, name="terbit")
    assert list(verify.differences()) == []
    set_private(made["id"], private=False)
    found = list(verify.differences())
    assert [(d.package_id, d.kind) for d in found] == [(made["id"], "public")]
    for difference in found:
        verify.repair(difference)
    assert list(verify.differences()) == []
    assert not is_public(made["id"])


def test_private_datasets_do_not_show_beside_their_page(province: Province) -> None:
    made = make_dataset(province, tag_string="rahasia-uji")
    resource = add_resource(province, made["id"])
    anonymous: Any = {"user": ""}
    assert "rahasia-uji" not in tk.get_action("tag_list")(anonymous, {})
    assert tk.get_action("tag_search")(anonymous, {"query": "rahasia"})["results"] == []
    assert tk.get_action("tag_autocomplete")(anonymous, {"query": "rahasia"}) == []
    members = tk.get_action("member_list")(
        {"user": province.users["pengembang"]["name"]},
        {"id": province.office["id"], "object_type": "package"},
    )
    assert members == []
    own = province.act("produsen", "member_list", id=province.office["id"], object_type="package")
    assert [member[0] for member in own] == [made["id"]]
    province.act("produsen", "resource_view_create", **_view(resource["id"]))
    stream = tk.get_action("user_activity_list")(
        anonymous, {"id": province.users["produsen"]["id"]}
    )
    assert made["id"] not in str(stream)
    assert resource["id"] not in str(stream)


def _view(resource_id: str) -> dict[str, Any]:
    return {"resource_id": resource_id, "title": "Tabel", "view_type": "datatables_view"}


def test_a_harvested_private_dataset_does_not_show_by_its_harvest_object(
    province: Province, app: Any
) -> None:
    from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestSource

    made = make_dataset(province)
    published_dataset(province, name="sudah-terbit")
    source = HarvestSource(id="sumber", url="http://sumber.example", type="sdi_portal", title="x")
    job = HarvestJob(id="tugas", source=source)
    harvested = HarvestObject(
        id="objek", guid="g", job=job, content="isi rahasia", package_id=made["id"], current=True
    )
    model.Session.add_all([source, job, harvested])
    model.Session.commit()
    for role in (None, "pengembang", "produsen_lain"):
        headers = province.headers(role)
        for address in (
            "/api/3/action/harvest_object_show?id=objek",
            f"/api/3/action/harvest_object_show?dataset_id={made['id']}",
            "/harvest/object/objek",
            f"/dataset/harvest_object/{made['name']}",
            "/api/3/action/harvest_object_show?id=g&attr=guid&dataset_id=sudah-terbit",
            f"/api/3/action/harvest_object_show?id={made['id']}&attr=package_id&dataset_id=sudah-terbit",
            "/api/3/action/harvest_object_show?id=objek&dataset_id=sudah-terbit",
        ):
            body = app.get(address, headers=headers, expect_errors=True).body
            assert "isi rahasia" not in body, (role, address)
    own = app.get(
        "/api/3/action/harvest_object_show?id=objek", headers=province.headers("produsen")
    )
    assert own.json["result"]["content"] == "isi rahasia"
    listing = app.get("/api/3/action/harvest_object_list", expect_errors=True)
    assert listing.status_code == 403


def test_withdrawal_closes_the_old_activities(province: Province) -> None:
    made = published_dataset(province)
    anonymous: Any = {"user": ""}
    user = {"id": province.users["produsen"]["id"]}
    province.act("walidata", "sdi_dataset_withdraw", id=made["id"], reason="Ada kesalahan")
    assert not is_public(made["id"])
    assert made["title"] not in str(tk.get_action("user_activity_list")(anonymous, user))
    recent = tk.get_action("recently_changed_packages_activity_list")(anonymous, {})
    assert made["id"] not in str(recent)


def test_an_organization_that_reviews_has_none_below_it(province: Province) -> None:
    parent: Any = model.Group.get(province.other_office["id"])
    model.Session.add(
        model.Member(
            group=model.Group.get(province.office["id"]),
            table_id=parent.id,
            table_name="group",
            capacity="public",
        )
    )
    model.Session.commit()
    with pytest.raises(tk.ValidationError):
        province.act("admin", "sdi_role_set", organization_id=parent.id, role="walidata")
