"""A dataset without an item of the agreed list: drafted by every door, and further by none."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.lifecycle import gate
from ckanext.sdi.model import DatasetState, Edition, Item, ItemVersion
from tests.harvest.conftest import allowed, ckan_there
from tests.harvest.fake_ckan import FakeCkan
from tests.harvest.test_portal import harvest, source_of
from tests.province import Province, complete_metadata

__all__ = ["allowed", "ckan_there"]

pytestmark = pytest.mark.usefixtures("with_plugins", "province")


def by_form(province: Province, app: Any, there: FakeCkan, item: str) -> None:
    fields = complete_metadata(province, daftar_data_item=item, cakupan_wilayah="64")
    app.post(
        "/dataset/new",
        data={**fields, "save": "save", "_ckan_phase": "1"},
        headers=province.headers("produsen"),
        follow_redirects=False,
    )
    app.post(
        f"/dataset/{fields['name']}/resource/new",
        data={"id": "", "name": "Laporan", "url": "https://a.example/a.pdf", "save": "go-metadata"},
        headers=province.headers("produsen"),
        follow_redirects=False,
    )


def by_api(
    province: Province, app: Any, there: FakeCkan, item: str, role: str = "produsen"
) -> None:
    fields = complete_metadata(province, daftar_data_item=item, private=False, state="active")
    made = app.post("/api/3/action/package_create", json=fields, headers=province.headers(role))
    assert made.status_code == 200, made.body


def by_sysadmin(province: Province, app: Any, there: FakeCkan, item: str) -> None:
    by_api(province, app, there, item, "admin")


def by_harvest(province: Province, app: Any, there: FakeCkan, item: str) -> None:
    """A harvest asks the list first: its item is dropped when the dataset is there."""
    there.has("jumlah-usaha", id_ddd="DDD-001", private=False, state="active")
    harvest(province, source_of(province, there))


def supersede(province: Province) -> None:
    """An edition of the same year that names another item is agreed to."""
    edition = Edition(level="provinsi", tahun=2025, title="Baru", state="draft", checksum="baru")
    item = Item(level="provinsi", key="DDD-009")
    model.Session.add_all([edition, item])
    model.Session.flush()
    model.Session.add(
        ItemVersion(edition_id=edition.id, item_id=item.id, row_number=1, nama_data="Lain")
    )
    model.Session.commit()
    province.act("koordinator", "sdi_daftar_data_edition_agree", id=edition.id)


def rules_against(province: Province, role: str, action: str, package_id: str) -> set[str]:
    with pytest.raises(tk.ValidationError) as refused:
        province.act(role, action, id=package_id)
    model.Session.rollback()
    error: dict[str, Any] = refused.value.error_dict
    return {finding["rule"] for finding in error["findings"]}


@pytest.mark.parametrize(
    ("door", "named", "rule"),
    [
        (by_form, False, "daftar_data.missing"),
        (by_form, True, "daftar_data.not_agreed"),
        (by_api, False, "daftar_data.missing"),
        (by_api, True, "daftar_data.not_agreed"),
        (by_sysadmin, False, "daftar_data.missing"),
        (by_harvest, True, "daftar_data.not_agreed"),
    ],
)
def test_it_is_drafted_and_goes_no_further(
    door: Any, named: bool, rule: str, province: Province, app: Any, allowed: FakeCkan
) -> None:
    door(province, app, allowed, province.item_id if named else "")
    package_id = model.Session.scalars(
        sa.select(model.Package.id).where(model.Package.type == "dataset")
    ).one()
    if named:
        supersede(province)
    for role in ("produsen", "admin"):
        assert rule in rules_against(province, role, "sdi_dataset_submit", package_id)
    row = model.Session.get_one(DatasetState, package_id)
    row.state = "approved"
    model.Session.commit()
    for role in ("walidata", "admin"):
        assert rule in rules_against(province, role, "sdi_dataset_publish", package_id)
    row = model.Session.get_one(DatasetState, package_id)
    row.state = "draft"
    model.Session.commit()
    province.act("admin", "package_patch", id=package_id, private=False, state="active")
    province.act("admin", "bulk_update_public", datasets=[package_id], org_id=province.office["id"])
    model.Session.expire_all()
    package = model.Session.get_one(model.Package, package_id)
    assert package.private
    assert gate.state_of(package_id) == "draft"
