"""No way but publication makes a dataset public; what is published stands still."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import helpers

from ckanext.sdi.lifecycle import conformity, gate, verify
from ckanext.sdi.model import DatasetState
from tests.province import (
    Province,
    add_resource,
    make_dataset,
    published_dataset,
    ready_dataset,
)

WRITERS = ("produsen", "pendukung", "admin")


def package_of(package_id: str) -> Any:
    """The row of a dataset as the database has it."""
    model.Session.expire_all()
    return model.Package.get(package_id)


def set_private(package_id: str, *, private: bool) -> None:
    """Write the flag past every layer, as raw SQL would."""
    model.Session.execute(
        sa.text("UPDATE package SET private = :private WHERE id = :id"),
        {"private": private, "id": package_id},
    )
    model.Session.commit()
    model.Session.expire_all()


def is_public(package_id: str) -> bool:
    """Whether an anonymous visitor sees the dataset by any of the ways there are."""
    model.Session.expire_all()
    shown = True
    try:
        helpers.call_auth("package_show", {"user": "", "model": model}, id=package_id)
    except tk.NotAuthorized:
        shown = False
    found = tk.get_action("package_search")({"user": ""}, {"fq": f"id:{package_id}"})["count"]
    listed = package_id in {
        row["id"] for row in tk.get_action("package_search")({"user": ""}, {"rows": 100})["results"]
    }
    assert bool(found) == listed
    return shown or bool(found) or not package_of(package_id).private


@pytest.mark.parametrize("role", WRITERS)
@pytest.mark.parametrize("private", [False, "False", "", None, "false", 0])
def test_a_new_dataset_is_private_whatever_is_asked(
    province: Province, role: str, private: Any
) -> None:
    made = make_dataset(province, role, private=private)
    assert made["private"] is True
    assert not is_public(made["id"])


@pytest.mark.parametrize("role", WRITERS)
def test_no_update_makes_a_draft_public(province: Province, role: str) -> None:
    made = make_dataset(province)
    whole = province.act(role, "package_show", id=made["id"])
    attempts: list[tuple[str, dict[str, Any]]] = [
        ("package_update", {**whole, "private": False}),
        ("package_update", {k: v for k, v in whole.items() if k != "private"}),
        ("package_patch", {"id": made["id"], "private": False}),
        ("package_patch", {"id": made["id"], "sdi": {"state": "published"}, "private": False}),
        ("package_revise", {"match": {"id": made["id"]}, "update": {"private": False}}),
        ("package_revise", {"match": {"id": made["id"]}, "filter": ["-private"]}),
        ("bulk_update_public", {"datasets": [made["id"]], "org_id": province.office["id"]}),
    ]
    for action, data in attempts:
        try:
            province.act(role, action, **data)
        except (tk.NotAuthorized, tk.ValidationError):
            assert (action, role) == ("bulk_update_public", "produsen")
        assert not is_public(made["id"]), action
        assert gate.state_of(made["id"]) == "draft"


def test_a_state_that_is_posted_is_not_taken(province: Province) -> None:
    made = make_dataset(province, sdi={"state": "published", "adopted": True}, state="draft")
    shown = province.act("produsen", "package_show", id=made["id"])
    assert shown["sdi"]["state"] == "draft"
    assert shown["private"] is True


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


@pytest.mark.parametrize("role", WRITERS)
def test_what_is_published_stands_still(province: Province, role: str) -> None:
    made = published_dataset(province)
    resource = made["resources"][0]
    before = province.act("admin", "package_show", id=made["id"])
    attempts: list[tuple[str, dict[str, Any]]] = [
        ("package_update", {**before, "title": "Lain"}),
        ("package_patch", {"id": made["id"], "title": "Lain"}),
        ("package_patch", {"id": made["name"], "klasifikasi_risiko": "tertutup"}),
        ("package_patch", {"id": made["id"], "private": True}),
        ("package_revise", {"match": {"id": made["id"]}, "update": {"title": "Lain"}}),
        ("package_delete", {"id": made["id"]}),
        ("resource_create", {"package_id": made["id"], "name": "x", "url": "http://x.example"}),
        ("resource_update", {**resource, "name": "Lain"}),
        ("resource_patch", {"id": resource["id"], "name": "Lain"}),
        ("resource_delete", {"id": resource["id"]}),
        ("bulk_update_private", {"datasets": [made["id"]], "org_id": province.office["id"]}),
        ("bulk_update_delete", {"datasets": [made["id"]], "org_id": province.office["id"]}),
        ("dataset_purge", {"id": made["id"]}),
        (
            "package_owner_org_update",
            {"id": made["id"], "organization_id": province.other_office["id"]},
        ),
        (
            "member_create",
            {
                "id": province.other_office["id"],
                "object": made["id"],
                "object_type": "package",
                "capacity": "organization",
            },
        ),
        (
            "member_delete",
            {"id": province.office["id"], "object": made["id"], "object_type": "package"},
        ),
        (
            "datastore_create",
            {"resource_id": resource["id"], "records": [{"jumlah": 1}], "force": True},
        ),
        (
            "datastore_upsert",
            {
                "resource_id": resource["id"],
                "records": [{"jumlah": 1}],
                "method": "insert",
                "force": True,
            },
        ),
        ("datastore_delete", {"resource_id": resource["id"], "force": True}),
        ("datastore_records_delete", {"resource_id": resource["id"], "filters": {}, "force": True}),
    ]
    for action, data in attempts:
        with pytest.raises((tk.NotAuthorized, tk.ValidationError)):
            province.act(role, action, **data)
        model.Session.rollback()
        after = province.act("admin", "package_show", id=made["id"])
        assert after == before, action
    rows = tk.get_action("datastore_search")({"user": ""}, {"resource_id": resource["id"]})
    assert rows["total"] == 2


def test_code_cannot_change_what_is_published(province: Province) -> None:
    made = published_dataset(province)
    package = package_of(made["id"])
    for change in ({"title": "Lain"}, {"owner_org": province.other_office["id"]}):
        for name, value in change.items():
            setattr(package, name, value)
        with pytest.raises(gate.GateClosed):
            model.Session.flush()
        model.Session.rollback()
    resource: Any = model.Resource.get(made["resources"][0]["id"])
    resource.url = "lain.csv"
    with pytest.raises(gate.GateClosed):
        model.Session.flush()
    model.Session.rollback()


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
    row = model.Session.get(DatasetState, made["id"])
    assert row is not None
    row.state, row.adopted = "published", True
    model.Session.flush()
    set_private(made["id"], private=False)
    conformity.refresh_and_index([made["id"]])
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
