"""Nobody but the loader writes rows of a governed resource."""

from __future__ import annotations

from typing import Any

import pytest

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.sdi.datastore import table
from ckanext.sdi.datastore.hands_off import HandsOff
from tests.lifecycle.seen import adopt
from tests.province import (
    Province,
    add_resource,
    make_dataset,
    published_dataset,
    ready_dataset,
    upload,
)

pytestmark = pytest.mark.usefixtures("with_plugins")

ROW = {"kode_wilayah": "64.74", "npwp": None, "tahun": 2025, "jumlah": 1}


def calls(resource_id: str, package_id: str) -> list[tuple[str, dict[str, Any]]]:
    """Every way to write rows, under every name that the resource can be called by."""
    return [
        ("datastore_create", {"resource_id": resource_id, "records": [ROW], "force": True}),
        ("datastore_create", {"id": resource_id, "records": [ROW], "force": True}),
        ("datastore_create", {"resource_id": resource_id, "fields": [], "force": True}),
        ("datastore_create", {"resource": {"package_id": package_id}, "fields": []}),
        ("datastore_upsert", {"resource_id": resource_id, "records": [ROW], "force": True}),
        ("datastore_upsert", {"id": resource_id, "records": [ROW], "method": "insert"}),
        ("datastore_delete", {"resource_id": resource_id, "force": True}),
        ("datastore_delete", {"id": resource_id, "force": True, "filters": {}}),
        ("datastore_records_delete", {"id": resource_id, "force": True, "filters": {}}),
        (
            "datastore_records_delete",
            {"resource_id": resource_id, "force": True, "filters": {"tahun": 2025}},
        ),
    ]


NUMBERS = range(len(calls("", "")))


@pytest.fixture
def ready(province: Province) -> dict[str, Any]:
    return ready_dataset(province, private=True)


def rows(resource_id: str) -> list[dict[str, Any]]:
    found = tk.get_action("datastore_search")({"ignore_auth": True}, {"resource_id": resource_id})
    return found["records"]


@pytest.mark.parametrize("role", ["produsen", "admin"])
def test_rows_are_refused_to_the_office_and_to_a_sysadmin(
    province: Province, ready: dict[str, Any], role: str
) -> None:
    resource_id = ready["resources"][0]["id"]
    before = rows(resource_id)
    for action, data in calls(resource_id, ready["id"]):
        with pytest.raises(tk.ValidationError) as caught:
            province.act(role, action, **data)
        assert "sdi" in caught.value.error_dict, (action, data)
        model.Session.rollback()
    assert rows(resource_id) == before
    assert len(province.act("admin", "package_show", id=ready["id"])["resources"]) == 1


@pytest.mark.parametrize("context", [{"ignore_auth": True}, {"ignore_auth": True, "user": ""}])
def test_code_that_skips_auth_is_refused_too(
    province: Province, ready: dict[str, Any], context: dict[str, Any]
) -> None:
    resource_id = ready["resources"][0]["id"]
    for action, data in calls(resource_id, ready["id"]):
        with pytest.raises(tk.ValidationError):
            tk.get_action(action)(Context(**context), data)
    assert len(rows(resource_id)) == 2


def test_a_stranger_learns_only_that_they_may_not(
    province: Province, ready: dict[str, Any]
) -> None:
    for action, data in calls(ready["resources"][0]["id"], ready["id"]):
        with pytest.raises(tk.NotAuthorized):
            province.act("produsen_lain", action, **data)


def test_published_rows_are_refused(province: Province) -> None:
    published = published_dataset(province)
    with pytest.raises(tk.ValidationError):
        province.act(
            "admin",
            "datastore_upsert",
            resource_id=published["resources"][0]["id"],
            records=[ROW],
            force=True,
        )


def test_an_alias_cannot_take_the_place_of_a_table(province: Province) -> None:
    draft = make_dataset(province)
    governed = add_resource(province, draft["id"], lampiran="true")
    free = adopted(province)
    with pytest.raises(tk.ValidationError):
        province.act(
            "produsen",
            "datastore_create",
            resource_id=free["id"],
            fields=[{"id": "a", "type": "text"}],
            aliases=[governed["id"]],
            force=True,
        )


def adopted(province: Province) -> dict[str, Any]:
    """A resource of a dataset that was public before the extension came."""
    made = make_dataset(province, name="lama")
    resource = add_resource(province, made["id"], table_schema="")
    adopt(made["id"])
    return resource


def test_other_resources_are_written_as_before(province: Province) -> None:
    resource = adopted(province)
    call = {"resource_id": resource["id"], "force": True}
    fields = [{"id": "a", "type": "text"}]
    province.act("produsen", "datastore_create", **call, fields=fields, primary_key=["a"])
    province.act("produsen", "datastore_upsert", **call, records=[{"a": "1"}], method="insert")
    assert [row["a"] for row in rows(resource["id"])] == ["1"]
    province.act("produsen", "datastore_records_delete", **call, filters={"a": "1"})
    assert rows(resource["id"]) == []
    province.act("produsen", "datastore_delete", **call)
    assert not table.table_exists(resource["id"])


@pytest.mark.ckan_config("ckanext.sdi.gate", "report")
def test_nothing_is_refused_while_the_gate_only_reports(
    province: Province, ready: dict[str, Any]
) -> None:
    resource_id = ready["resources"][0]["id"]
    province.act(
        "produsen",
        "datastore_upsert",
        resource_id=resource_id,
        records=[ROW],
        method="insert",
        force=True,
    )
    assert len(rows(resource_id)) == 3


def test_deleting_the_resource_takes_its_rows(province: Province, ready: dict[str, Any]) -> None:
    resource_id = ready["resources"][0]["id"]
    province.act("produsen", "resource_delete", id=resource_id)
    assert not table.table_exists(resource_id)


class TestOtherLoaders:
    """xloader and DataPusher ask before they load."""

    def test_they_keep_off_governed_resources(
        self, province: Province, ready: dict[str, Any]
    ) -> None:
        assert not HandsOff().can_upload(ready["resources"][0]["id"])
        attachment = add_resource(province, ready["id"], lampiran="true")
        assert not HandsOff().can_upload(attachment["id"])

    def test_they_serve_the_others(self, province: Province) -> None:
        assert HandsOff().can_upload(adopted(province)["id"])
        assert HandsOff().can_upload("no-such-resource")

    @pytest.mark.ckan_config("ckanext.sdi.gate", "report")
    def test_while_the_gate_reports_they_load_what_has_no_standard(
        self, province: Province, ready: dict[str, Any]
    ) -> None:
        assert not HandsOff().can_upload(ready["resources"][0]["id"])
        plain = add_resource(province, ready["id"], table_schema="", upload=upload("a\n1\n"))
        assert HandsOff().can_upload(plain["id"])

    def test_the_plugin_answers_them(self) -> None:
        import ckan.plugins as p

        from ckanext.datapusher.interfaces import IDataPusher

        assert "sdi" in [plugin.name for plugin in p.PluginImplementations(IDataPusher)]
