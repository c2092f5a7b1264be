"""What doors beside the list tell of a closed item when people outside see its name only."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.daftar_data.difference import Difference
from ckanext.sdi.model import DatasetState, Edition, Item, ItemVersion
from tests.province import Province, add_resource, make_dataset, published_dataset

SECRET = "Banyaknya usaha"
EMPTY = {"definisi": "", "klasifikasi_risiko": ""}


@pytest.fixture(autouse=True)
def by_name(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    """The province's item is closed, and people outside are told its name only."""
    closed = {"klasifikasi_risiko": "tertutup", "kode_dssd": "1.01.000001"}
    model.Session.execute(sa.update(ItemVersion).values(**closed))
    model.Session.commit()
    monkeypatch.setitem(tk.config, "ckanext.sdi.daftar_data.closed_items_by_name", True)


def of_the_item(app: Any, province: Province, action: str, role: str | None) -> Any:
    address = f"/api/3/action/{action}?id={province.item_id}"
    return app.get(address, headers=province.headers(role)).json["result"]


def test_the_centres_item_that_an_open_one_refers_to(province: Province, app: Any) -> None:
    model.Session.execute(sa.update(ItemVersion).values(klasifikasi_risiko="terbuka"))
    centre = Edition(level="pusat", tahun=2025, title="DDP", state="agreed", checksum="pusat")
    item = Item(level="pusat", key="06.01.001")
    model.Session.add_all([centre, item])
    model.Session.flush()
    said = {"id_ddp": "06.01.001", "nama_data": "Usaha", "definisi": "Rahasia pusat"}
    said |= {"edition_id": centre.id, "item_id": item.id, "klasifikasi_risiko": "tertutup"}
    model.Session.add(ItemVersion(row_number=1, **said))
    model.Session.commit()
    shown = {
        role: of_the_item(app, province, "sdi_daftar_data_show", role)["centre"]
        for role in (None, "produsen", "walidata")
    }
    assert {role: centre["definisi"] for role, centre in shown.items()} == {
        None: None,
        "produsen": None,
        "walidata": "Rahasia pusat",
    }
    assert {centre["nama_data"] for centre in shown.values()} == {"Usaha"}


def test_who_owes_it(province: Province, app: Any) -> None:
    owed = {"kind": "owed", "organization": "dinas-uji", "first": "2025-01-01", "reason": "SK 7"}
    province.act("koordinator", "sdi_obligation_create", id=province.item_id, **owed)
    roles = (None, "produsen_lain", "produsen", "walidata")
    counts = [of_the_item(app, province, "sdi_obligation_list", role)["count"] for role in roles]
    assert counts == [0, 0, 1, 1]
    page = app.get(f"/sdi/daftar-data/{province.item_id}/kewajiban").body
    assert "SK 7" not in page
    assert "Dinas Uji Coba" not in page


def test_the_form_of_another_office(province: Province, app: Any) -> None:
    def form(role: str) -> str:
        address = f"/dataset/new?daftar_data_item={province.item_id}"
        return app.get(address, headers=province.headers(role)).body

    assert "Jumlah usaha" in form("produsen_lain")
    assert SECRET not in form("produsen_lain")
    assert "Dinas Uji Coba" not in form("produsen_lain")
    assert SECRET in form("produsen")


def test_a_dataset_of_another_office_is_not_filled_from_it(province: Province) -> None:
    theirs = make_dataset(
        province,
        "produsen_lain",
        name="milik-lain",
        owner_org=province.other_office["id"],
        **EMPTY,
    )
    assert not theirs.get("definisi")
    assert theirs["klasifikasi_risiko"] == "tertutup"
    own = make_dataset(province, **EMPTY)
    assert own["definisi"].startswith(SECRET)


def test_a_dataset_tells_only_the_ids_that_the_list_tells(province: Province) -> None:
    dataset = make_dataset(province)
    model.Session.expire_all()
    row = model.Session.get(DatasetState, dataset["id"])
    assert row is not None
    assert row.item_id == province.item_id
    shown = province.act("produsen", "package_show", id=dataset["id"])
    assert shown["sdi"]["ids"] == {"id_ddd": "DDD-001", "id_ddp": "06.01.001"}


def test_an_item_that_was_closed_did_not_move(province: Province) -> None:
    closed = model.Session.scalars(sa.select(ItemVersion)).one()
    before = Edition(level="provinsi", tahun=2024, title="2024", state="agreed", checksum="lain")
    model.Session.add(before)
    model.Session.flush()
    columns = [c for c in ItemVersion.__table__.columns if c.computed is None and c.key != "id"]
    said = {c.key: getattr(closed, c.key) for c in columns}
    said |= {"edition_id": before.id, "klasifikasi_risiko": "terbuka"}
    model.Session.add(ItemVersion(**said))
    model.Session.commit()
    compared = Difference(before.id, province.edition_id, by_name=True)
    assert (compared.counts()["changed"], compared.counts()["moved"]) == (1, 0)
    back = Difference(province.edition_id, before.id, by_name=True)
    assert (back.counts()["changed"], back.counts()["moved"]) == (1, 0)


def test_the_identity_row_counts_the_offices_that_are_told(province: Province, app: Any) -> None:
    closed = model.Session.scalars(sa.select(ItemVersion)).one()
    item = Item(level="provinsi", key="DDD-002")
    model.Session.add(item)
    model.Session.flush()
    said = {"id_ddd": "DDD-002", "nama_data": "Terbuka", "produsen": "Dinas Lain"}
    said |= {"edition_id": closed.edition_id, "item_id": item.id, "klasifikasi_risiko": "terbuka"}
    model.Session.add(ItemVersion(row_number=2, **said))
    model.Session.commit()
    file = app.get(f"/sdi/daftar-data/edisi/{province.edition_id}/daftar.csv").body
    assert "Perangkat Daerah: Dinas Lain" in file


def of_the_other_office(province: Province, **changes: Any) -> dict[str, Any]:
    """A dataset that another office began under the closed item."""
    owner = province.other_office["id"]
    return make_dataset(province, "produsen_lain", name="milik-lain", owner_org=owner, **changes)


def test_what_is_wrong_with_a_dataset_of_another_office(province: Province, app: Any) -> None:
    """Its findings say what the list says elsewhere: not of an item that is told by name only."""
    theirs = of_the_other_office(province, definisi="Lain", satuan="ton")
    address = f"/api/3/action/sdi_dataset_conformity?id={theirs['id']}"
    answer = app.get(address, headers=province.headers("produsen_lain"))
    rules = [finding["rule"] for finding in answer.json["result"]["findings"]]
    assert "daftar_data.closed_item" in rules, "it is judged all the same"
    assert SECRET not in answer.body
    assert "Dinas Uji Coba" not in answer.body
    page = app.get(f"/dataset/{theirs['id']}/kesesuaian", headers=province.headers("produsen_lain"))
    assert SECRET not in page.body


def test_the_column_standard(province: Province) -> None:
    standard = {"fields": [{"name": "rahasia", "type": "string"}]}
    model.Session.execute(sa.update(ItemVersion).values(table_schema=standard))
    model.Session.commit()
    theirs = add_resource(province, of_the_other_office(province)["id"], role="produsen_lain")
    asked = {"id": theirs["id"], "source": "item"}
    with pytest.raises(tk.ValidationError, match="standar kolom"):
        province.act("produsen_lain", "sdi_table_schema_propose", **asked)
    own = add_resource(province, make_dataset(province)["id"])
    found = province.act("produsen", "sdi_table_schema_propose", id=own["id"], source="item")
    assert found["table_schema"] == standard


def test_what_is_wrong_with_what_everybody_sees(province: Province, app: Any) -> None:
    """An item was closed, and corrected, after its dataset was published."""
    model.Session.execute(sa.update(ItemVersion).values(klasifikasi_risiko="terbuka"))
    model.Session.commit()
    made = published_dataset(province)
    corrected = {"klasifikasi_risiko": "tertutup", "satuan": "kelompok"}
    item = {"id": province.item_id, "reason": "SK 8"}
    province.act("koordinator", "sdi_daftar_data_item_update", **item, **corrected)
    address = f"/api/3/action/sdi_dataset_conformity?id={made['id']}"
    answer = app.get(address)
    told = {f["field"] for f in answer.json["result"]["findings"] if "contradicts" in f["rule"]}
    assert told == {"klasifikasi_risiko"}
    assert "kelompok" not in answer.body
    assert "tertutup" in answer.body, "that it is closed is told"


def told_to(province: Province, role: str, dataset: dict[str, Any]) -> dict[str, Any]:
    """What of its conformity with the list a reader of a dataset is told, by field."""
    found = province.act(role, "sdi_dataset_conformity", id=dataset["id"])["findings"]
    return {f["field"]: f for f in found if f["principle"] == "daftar_data"}


def test_another_office_that_names_it_is_told_nothing_of_it(province: Province) -> None:
    theirs = make_dataset(
        province,
        "produsen_lain",
        name="milik-lain",
        owner_org=province.other_office["id"],
        definisi="Tebakan",
        satuan="orang",
        klasifikasi_risiko="terbuka",
    )
    told = told_to(province, "produsen_lain", theirs)
    assert {name: f["rule"] for name, f in told.items()} == {
        "daftar_data_item": "daftar_data.closed_item",
        "klasifikasi_risiko": "daftar_data.contradicts",
    }
    assert all(f["blocks"] for f in told.values())
    assert SECRET not in str(told)
    assert "Dinas Uji Coba" not in str(told)
    # The Walidata gives findings back as they are.
    model.Session.execute(sa.update(DatasetState).values(state="submitted"))
    model.Session.commit()
    assert told_to(province, "walidata", theirs) == told
    model.Session.execute(sa.update(DatasetState).values(state="draft"))
    model.Session.commit()
    with pytest.raises(tk.ValidationError) as refused:
        province.act("produsen_lain", "sdi_dataset_submit", id=theirs["id"])
    assert SECRET not in str(refused.value)
    assert "Dinas Uji Coba" not in str(refused.value)


def test_readers_of_a_dataset_from_before_it_was_closed(province: Province) -> None:
    own = make_dataset(province, definisi="Lain", satuan="orang")
    row = sa.update(DatasetState).values(state="published", adopted=True)
    model.Session.execute(row)
    model.Session.execute(sa.update(model.Package).values(private=False))
    model.Session.commit()
    assert SECRET in str(told_to(province, "produsen", own))
    assert SECRET in str(told_to(province, "walidata", own))
    assert SECRET not in str(told_to(province, "produsen_lain", own))
    assert "other" not in str(told_to(province, "produsen_lain", own))


@pytest.mark.parametrize("tahun", [None, 2025])
def test_how_far_offices_are_counts_it_only_for_who_sees_it(
    tahun: int | None, province: Province, app: Any
) -> None:
    make_dataset(province)
    asked = f"?tahun={tahun}" if tahun else ""

    def told(role: str | None) -> list[Any]:
        address = f"/api/3/action/sdi_daftar_data_status{asked}"
        rows = app.get(address, headers=province.headers(role)).json["result"]["results"]
        names = ("reported", "asked", "mengacu", "with_dataset")
        return [(row["organization"]["name"], *(row[name] for name in names)) for row in rows]

    assert told(None) == told("produsen_lain") == []
    assert told("produsen") == told("walidata") == [("dinas-uji", 1, 1, 1, 1)]
    open_one = Item(level="provinsi", key="DDD-002")
    model.Session.add(open_one)
    model.Session.flush()
    said = {"id_ddd": "DDD-002", "nama_data": "Terbuka", "produsen": "Dinas Uji Coba"}
    said |= {"organization_id": province.office["id"], "klasifikasi_risiko": "terbuka"}
    said |= {"edition_id": province.edition_id, "item_id": open_one.id, "row_number": 2}
    model.Session.add(ItemVersion(**said))
    model.Session.commit()
    assert told(None) == [("dinas-uji", 1, 1, 0, 0)]
    assert told("produsen") == [("dinas-uji", 2, 2, 1, 1)]
