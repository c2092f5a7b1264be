"""A portal from before the extension shows after it exactly what it showed, and works as it did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import search
from ckan.tests import factories

from ckanext.sdi.lifecycle import verify
from ckanext.sdi.model import DatasetState

OWN_TABLES = "SELECT tablename FROM pg_tables WHERE tablename LIKE 'sdi\\_%'"
BEFORE = "activity harvest ckan_harvester datastore"
ANONYMOUS: Any = {"user": ""}


@pytest.fixture
def existing(
    ckan_config: Any,
    clean_datastore: None,
    request_context: None,
    migrate_db_for: Callable[[str], None],
) -> dict[str, Any]:
    """Datasets made by a CKAN without the extension; then the extension comes."""
    plugins = list(ckan_config["ckan.plugins"])
    p.unload_all()
    ckan_config["ckan.plugins"] = BEFORE.split()
    p.load_all()
    made = _datasets()
    p.unload_all()
    with model.ensure_engine().begin() as connection:
        for table in connection.scalars(sa.text(OWN_TABLES)).all():
            connection.execute(sa.text(f"DROP TABLE {table} CASCADE"))
    ckan_config["ckan.plugins"] = plugins
    p.load_all()
    migrate_db_for("sdi")
    search.rebuild()
    return made


def _datasets() -> dict[str, Any]:
    editor: Any = factories.User()
    organization: Any = factories.Organization(
        users=[{"name": editor["name"], "capacity": "admin"}]
    )
    common = {"owner_org": organization["id"], "user": {"name": editor["name"]}}
    made: dict[str, Any] = {
        "editor": editor,
        "organization": organization,
        "public": factories.Dataset(
            **common, title="Umum", extras=[{"key": "kategori lama", "value": "x"}], notes="Lama"
        ),
        "private": factories.Dataset(**common, title="Tertutup", private=True),
        "harvested": factories.Dataset(
            **common, title="Panenan", extras=[{"key": "guid", "value": "g"}]
        ),
        "deleted": factories.Dataset(**common, title="Dihapus"),
    }
    for name in ("public", "harvested"):
        factories.Resource(package_id=made[name]["id"], url="http://example.com/a.csv")
        made[name] = tk.get_action("package_show")({"ignore_auth": True}, {"id": made[name]["id"]})
    tk.get_action("package_delete")(
        {"ignore_auth": True, "user": editor["name"]}, {"id": made["deleted"]["id"]}
    )
    return made


def _as(context: Any) -> Any:
    """A context of its own for each call: actions write into theirs."""
    return dict(context)


def _found() -> set[str]:
    return {row["id"] for row in tk.get_action("package_search")(ANONYMOUS, {})["results"]}


def test_it_shows_what_it_showed(existing: dict[str, Any]) -> None:
    assert _found() == {existing["public"]["id"], existing["harvested"]["id"]}
    for name in ("public", "harvested"):
        shown = tk.get_action("package_show")(ANONYMOUS, {"id": existing[name]["id"]})
        assert shown["sdi"]["state"] == "published"
        assert shown["sdi"]["adopted"] is True
        for key in ("title", "notes", "private", "name", "state", "extras", "license_id"):
            assert (shown.get(key) or None) == (existing[name][key] or None), key
        urls = [resource["url"] for resource in shown["resources"]]
        assert urls == [resource["url"] for resource in existing[name]["resources"]]
    with pytest.raises(tk.NotAuthorized):
        tk.get_action("package_show")(ANONYMOUS, {"id": existing["private"]["id"]})
    states = {row.package_id: row.state for row in model.Session.query(DatasetState)}
    assert states[existing["private"]["id"]] == "draft"
    assert states[existing["deleted"]["id"]] == "draft"
    assert list(verify.differences()) == []


def test_what_was_public_can_be_edited_and_stays_public(existing: dict[str, Any]) -> None:
    context: Any = {"user": existing["editor"]["name"]}
    changed = tk.get_action("package_patch")(
        _as(context), {"id": existing["public"]["id"], "title": "Umum, diperbaiki"}
    )
    assert changed["private"] is False
    assert changed["extras"] == existing["public"]["extras"]
    tk.get_action("resource_create")(
        _as(context),
        {"package_id": existing["public"]["id"], "url": "http://example.com/b.csv", "name": "b"},
    )
    assert _found() == {existing["public"]["id"], existing["harvested"]["id"]}
    edited = tk.get_action("package_patch")(
        _as(context), {"id": existing["private"]["id"], "notes": "Tambahan"}
    )
    assert edited["private"] is True
    tk.get_action("package_delete")(_as(context), {"id": existing["public"]["id"]})
    assert _found() == {existing["harvested"]["id"]}


def test_what_was_harvested_can_be_harvested_again(existing: dict[str, Any]) -> None:
    from ckan.logic.schema import default_update_package_schema

    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    context: Any = {
        "user": site_user,
        "ignore_auth": True,
        "schema": default_update_package_schema(),
    }
    again = {
        key: existing["harvested"][key]
        for key in ("id", "name", "owner_org", "extras", "resources")
    }
    updated = tk.get_action("package_update")(context, {**again, "title": "Panenan baru"})
    assert updated["title"] == "Panenan baru"
    assert updated["private"] is False
    assert existing["harvested"]["id"] in _found()
