"""What is published through the gate stands still, for everybody."""

from __future__ import annotations

from typing import Any

import pytest

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.lifecycle import gate
from tests.lifecycle.seen import package_of
from tests.province import ROLE_NAMES, Province, make_dataset, published_dataset


def published_attempts(
    province: Province, made: dict[str, Any]
) -> list[tuple[str, dict[str, Any]]]:
    """Every way of the API that could change what is published."""
    resource = made["resources"][0]
    view = province.act("admin", "resource_view_list", id=resource["id"])[0]
    related = {"subject": made["id"], "object": "dataset-lain", "type": "links_to"}
    return [
        ("package_update", {**made, "title": "Lain"}),
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
            "resource_view_create",
            {"resource_id": resource["id"], "title": "Lain", "view_type": "datatables_view"},
        ),
        ("resource_view_update", {**view, "title": "Lain"}),
        ("resource_view_reorder", {"id": resource["id"], "order": [view["id"]]}),
        ("resource_view_delete", {"id": view["id"]}),
        ("harvest_source_reindex", {"id": made["id"]}),
        ("group_create", {"name": "topik-baru", "packages": [{"id": made["id"]}]}),
        ("group_patch", {"id": "topik", "packages": [{"name": made["name"]}]}),
        ("group_delete", {"id": province.office["id"]}),
        ("group_update", {"id": province.office["id"], "name": "dinas-uji", "state": "deleted"}),
        ("organization_patch", {"id": province.office["id"], "state": "deleted"}),
        ("package_relationship_create", related),
        ("package_relationship_update", related),
        ("package_relationship_delete", related),
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


def test_what_is_published_stands_still(province: Province) -> None:
    published_dataset(province)
    # Each office's admin may edit this group and this dataset, and so put the two together.
    province.act("admin", "group_create", name="topik", users=_everyone(province))
    make_dataset(province, name="dataset-lain")
    _relate("jumlah-usaha", "dataset-lain")
    before = province.act("admin", "package_show", id="jumlah-usaha")
    views = province.act("admin", "resource_view_list", id=before["resources"][0]["id"])
    for role in ROLE_NAMES:
        for action, data in published_attempts(province, before):
            with pytest.raises((tk.NotAuthorized, tk.ValidationError, tk.ObjectNotFound)):
                province.act(role, action, **data)
            model.Session.rollback()
        assert province.act("admin", "resource_view_list", id=before["resources"][0]["id"]) == views
        assert province.act("admin", "package_show", id=before["id"]) == before, role
    rows = tk.get_action("datastore_search")(
        {"user": ""}, {"resource_id": before["resources"][0]["id"]}
    )
    assert rows["total"] == 2


def _everyone(province: Province) -> list[dict[str, str]]:
    return [{"name": user["name"], "capacity": "admin"} for user in province.users.values()]


def _relate(subject: str, object_: str) -> None:
    """A relationship from before the extension came."""
    first, second = package_of(subject), package_of(object_)
    with gate.opened(first.id):
        first.add_relationship("links_to", second)
        model.Session.commit()


def test_datasets_are_not_related_to_each_other(province: Province) -> None:
    for name in ("satu", "dua"):
        make_dataset(province, name=name)
    for action in ("package_relationship_create", "package_relationship_update"):
        with pytest.raises(tk.ValidationError):
            province.act("produsen", action, subject="satu", object="dua", type="links_to")
        with pytest.raises(tk.NotAuthorized):
            province.act("produsen_lain", action, subject="satu", object="dua", type="links_to")
        model.Session.rollback()
    _relate("satu", "dua")
    ended = {"subject": "satu", "object": "dua", "type": "links_to"}
    province.act("produsen", "package_relationship_delete", **ended)
    assert province.act("produsen", "package_relationships_list", id="satu") == []


def test_a_relationship_tells_no_stranger_of_a_private_dataset(province: Province) -> None:
    published_dataset(province)
    make_dataset(province, name="rahasia")
    _relate("jumlah-usaha", "rahasia")
    asked = {"id": "jumlah-usaha"}
    own = province.act("produsen", "package_relationships_list", **asked)
    assert [found["object"] for found in own] == ["rahasia"]
    assert province.act("pengembang", "package_relationships_list", **asked) == []
    assert tk.get_action("package_relationships_list")({"user": ""}, asked) == []


def test_an_office_with_datasets_is_not_deleted_on_the_way(province: Province) -> None:
    make_dataset(province)
    office = province.office["id"]
    for action, data in (
        ("group_delete", {}),
        ("group_update", {"name": "dinas-uji", "state": "deleted"}),
        ("organization_update", {"name": "dinas-uji", "state": "deleted"}),
        ("organization_patch", {"state": "deleted"}),
        ("organization_delete", {}),
    ):
        with pytest.raises(tk.ValidationError):
            province.act("pendukung", action, id=office, **data)
        with pytest.raises(tk.NotAuthorized):
            province.act("produsen_lain", action, id=office, **data)
        model.Session.rollback()
        assert province.act("admin", "organization_show", id=office)["state"] == "active", action
    province.act("pendukung", "organization_patch", id=office, description="Tetap bisa diubah")


def test_a_group_takes_in_drafts_and_lets_them_go(province: Province) -> None:
    draft = make_dataset(province)
    province.act("admin", "group_create", name="topik", packages=[{"id": draft["id"]}])
    shown = province.act("admin", "package_show", id=draft["id"])
    assert [group["name"] for group in shown["groups"]] == ["topik"]
    province.act("admin", "group_patch", id="topik", packages=[])
    assert province.act("admin", "package_show", id=draft["id"])["groups"] == []
    province.act("admin", "group_delete", id="topik")


def test_no_form_changes_what_is_published(province: Province, app: Any) -> None:
    published_dataset(province)
    before = province.act("admin", "package_show", id="jumlah-usaha")
    resource = before["resources"][0]
    headers = province.headers("admin")
    new = {"id": "", "name": "Baru", "url": "http://x.example/", "save": "go-metadata"}
    for address, data in (
        ("/dataset/edit/jumlah-usaha", {**_plain(before), "title": "Lain"}),
        (f"/dataset/jumlah-usaha/resource/{resource['id']}/edit", {**new, "name": "Lain"}),
        ("/dataset/jumlah-usaha/resource/new", new),
        ("/dataset/groups/jumlah-usaha", {"group_added": province.other_office["id"]}),
        (
            "/organization/bulk_process/dinas-uji",
            {"bulk_action.delete": "delete", f"dataset_{before['id']}": before["id"]},
        ),
        ("/dataset/delete/jumlah-usaha", {}),
        (f"/dataset/jumlah-usaha/resource/{resource['id']}/delete", {}),
    ):
        response = app.post(address, data=data, headers=headers, follow_redirects=False)
        assert response.status_code < 500, address
        model.Session.rollback()
        assert province.act("admin", "package_show", id=before["id"]) == before, address


def _plain(pkg_dict: dict[str, Any]) -> dict[str, str]:
    return {key: value for key, value in pkg_dict.items() if isinstance(value, str)}


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


def test_no_harvest_source_takes_what_is_published_with_it(province: Province) -> None:
    from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestSource

    made = published_dataset(province)
    source = HarvestSource(id="sumber", url="http://sumber.example", type="sdi_portal", title="x")
    job = HarvestJob(id="tugas", source=source)
    harvested = HarvestObject(id="objek", guid="g", job=job, source=source, package_id=made["id"])
    model.Session.add_all([source, job, harvested])
    model.Session.commit()
    for action in ("harvest_source_clear", "harvest_source_index_clear"):
        with pytest.raises(gate.GateClosed):
            province.act("admin", action, id="sumber")
        model.Session.rollback()
    assert package_of(made["id"]).state == "active"
    found = tk.get_action("package_search")({"user": ""}, {"q": made["name"]})
    assert found["count"] == 1


def test_no_purge_leaves_datasets_without_organization(province: Province) -> None:
    published_dataset(province)
    for action in ("group_purge", "organization_purge", "organization_delete"):
        with pytest.raises(tk.ValidationError):
            province.act("admin", action, id=province.office["id"])
        model.Session.rollback()
    assert model.Group.get(province.office["id"]) is not None


def test_a_step_does_not_rest_on_what_the_index_holds(province: Province) -> None:
    """What stands in the index may be spoiled: the database is what counts."""
    import json

    from ckan.lib.search.common import make_connection

    made = published_dataset(province)
    solr = make_connection(decode_dates=False)
    (document,) = solr.search(f"id:{made['id']}")
    spoiled = json.loads(document["validated_data_dict"])
    spoiled["extras"] = [{"key": "konsep", "value": "Lain"}]
    spoiled["title"] = "Lain"
    document["validated_data_dict"] = json.dumps(spoiled)
    solr.add([{key: document[key] for key in document if key != "_version_"}], commit=True)
    assert province.act("walidata", "package_show", id=made["id"])["title"] == "Lain"
    province.act("walidata", "sdi_dataset_withdraw", id=made["id"], reason="Ada kesalahan")
    assert package_of(made["id"]).private
    assert province.act("walidata", "package_show", id=made["id"])["title"] == made["title"]


def test_a_harvest_source_is_indexed_by_who_keeps_it(province: Province) -> None:
    asked = {"name": "sumber", "title": "S", "url": "http://s.example", "source_type": "sdi_portal"}
    source = province.act(
        "admin", "harvest_source_create", owner_org=province.office["id"], **asked
    )
    assert province.act("admin", "harvest_source_reindex", id=source["id"])
    for name in ("", province.users["pengembang"]["name"]):
        who: Any = {"user": name}
        with pytest.raises(tk.NotAuthorized):
            tk.get_action("harvest_source_reindex")(who, {"id": source["id"]})
