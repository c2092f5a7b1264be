"""The list for others: at an address that stays, sent once; what it keeps of closed items."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.model import Edition, ItemVersion
from tests.daftar_data.acting import agreed, found
from tests.daftar_data.lists import regional
from tests.province import Province

pytestmark = pytest.mark.usefixtures("with_plugins", "province")

LIST = "/sdi/daftar-data/terkini/provinsi"


@pytest.mark.parametrize("form", ["csv", "json"])
def test_it_is_sent_once_and_again_when_it_changes(form: str, province: Province, app: Any) -> None:
    got = app.get(f"{LIST}.{form}")
    assert "Jumlah usaha menurut kabupaten dan kota" in got.body
    kept = {"If-None-Match": got.headers["ETag"]}
    assert got.headers["Last-Modified"]
    assert got.headers.get("Content-Length") != "0"
    again = app.get(f"{LIST}.{form}", headers=kept)
    assert (again.status_code, again.data) == (304, b"")
    province.act(
        "koordinator",
        "sdi_daftar_data_item_update",
        id=province.item_id,
        satuan="orang",
        reason="Rapat",
    )
    changed = app.get(f"{LIST}.{form}", headers=kept)
    assert changed.status_code == 200
    assert "orang" in changed.body


def test_an_office_that_has_another_name_is_told(province: Province, app: Any) -> None:
    kept = {"If-None-Match": app.get(f"{LIST}.json").headers["ETag"]}
    # A row that was written anew stands elsewhere in the table, and says what it said.
    model.Session.execute(sa.update(ItemVersion).values(row_number=ItemVersion.row_number))
    model.Session.commit()
    assert app.get(f"{LIST}.json", headers=kept).status_code == 304
    office = sa.update(model.Group).where(model.Group.id == province.office["id"])
    model.Session.execute(office.values(title="Dinas Baru"))
    model.Session.commit()
    changed = app.get(f"{LIST}.json", headers=kept)
    assert changed.status_code == 200
    assert "Dinas Baru" in changed.body


def test_json_is_as_the_api_gives_it(province: Province, app: Any) -> None:
    found = json.loads(app.get(f"{LIST}.json").body)
    assert [item.pop("extra") for item in found["results"]] == [{}]
    asked = app.get("/api/3/action/sdi_daftar_data_search?level=provinsi")
    assert found["results"] == asked.json["result"]["results"]
    assert found["count"] == 1
    assert (found["edition"]["tahun"], found["edition"]["state"]) == (2025, "agreed")
    kept = {"If-None-Match": asked.headers["ETag"]}
    address = "/api/3/action/sdi_daftar_data_search?level=provinsi"
    assert app.get(address, headers=kept).status_code == 304


@pytest.mark.parametrize(
    "address",
    [
        f"{LIST}.xml",
        f"{LIST}.csv?tahun=2024",
        f"{LIST}.csv?tahun=x",
        f"{LIST}.csv?tahun=99999999999999",
        "/sdi/daftar-data/terkini/kabkota.csv",
        "/sdi/daftar-data/terkini/dunia.csv",
    ],
)
def test_what_there_is_not(address: str, app: Any) -> None:
    assert app.get(address).status_code == 404


def test_a_draft_is_not_for_others(province: Province, app: Any) -> None:
    model.Session.execute(sa.update(Edition).values(state="draft"))
    model.Session.commit()
    assert app.get(f"{LIST}.csv", headers=province.headers("koordinator")).status_code == 404
    assert app.get(f"{LIST}.csv?tahun=2025").status_code == 404


def test_of_a_closed_item_the_name_only_when_so_set(
    province: Province, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    model.Session.execute(sa.update(ItemVersion).values(klasifikasi_risiko="tertutup"))
    model.Session.commit()
    addresses = (
        f"{LIST}.csv",
        f"{LIST}.json",
        "/api/3/action/sdi_daftar_data_search",
        "/api/3/action/sdi_daftar_data_show?id=DDD-001",
        f"/sdi/daftar-data/{province.item_id}",
        f"/sdi/daftar-data/edisi/{province.edition_id}/daftar.csv",
    )
    assert all("Banyaknya usaha" in app.get(address).body for address in addresses)
    monkeypatch.setitem(tk.config, "ckanext.sdi.daftar_data.closed_items_by_name", True)
    for address in addresses:
        body = app.get(address).body
        assert "Jumlah usaha" in body
        assert "Banyaknya usaha" not in body, address
        assert "Dinas Uji Coba" not in body, address
    for role in ("produsen", "walidata"):
        seen = app.get(addresses[3], headers=province.headers(role))
        assert "Banyaknya usaha" in seen.body


@pytest.fixture
def by_name(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    """The province's item is closed, and people outside are told its name only."""
    closed = {"klasifikasi_risiko": "tertutup", "prioritas_tahun": [2025]}
    model.Session.execute(sa.update(ItemVersion).values(**closed))
    model.Session.commit()
    monkeypatch.setitem(tk.config, "ckanext.sdi.daftar_data.closed_items_by_name", True)


@pytest.mark.parametrize(
    ("asked", "outside"),
    [
        ("q=Jumlah usaha", 1),
        ("q=ddd-001 KABUPATEN", 1),
        ("klasifikasi_risiko=tertutup&status=mengacu", 1),
        ("q=tercatat", 0),
        ("q=Dinas", 0),
        ("produsen=Dinas Uji", 0),
        ("organization=dinas-uji", 0),
        ("jenis_data=statistik", 0),
        ("jadwal_pemutakhiran=tahunan", 0),
        ("prioritas_tahun=2025", 0),
    ],
)
def test_a_closed_item_is_found_by_its_name_only(
    asked: str, outside: int, by_name: None, province: Province, app: Any
) -> None:
    address = f"/api/3/action/sdi_daftar_data_search?facets=true&{asked}"
    seen = {
        role: app.get(address, headers=province.headers(role)).json["result"]
        for role in (None, "produsen_lain", "produsen", "walidata")
    }
    counts = {role: found["count"] for role, found in seen.items()}
    assert counts == {None: outside, "produsen_lain": outside, "produsen": 1, "walidata": 1}
    assert all(len(found["results"]) == found["count"] for found in seen.values())
    told = ("klasifikasi_risiko", "status")
    assert not any(values for name, values in seen[None]["facets"].items() if name not in told)
    assert seen["produsen"]["facets"]["jenis_data"] == [{"value": "statistik", "count": 1}]


def test_words_of_a_closed_item_do_not_change_what_else_is_found(
    by_name: None, province: Province
) -> None:
    closed = {"Klasifikasi Data sesuai Risiko": "Tertutup", "Definisi": "Rahasia."}
    agreed(province, regional(closed, {"Nama Data": "Kerahasiaan"}))
    assert found(province, "walidata", q="rahasia") == ["64.001"]
    assert found(province, q="rahasia") == ["64.002"], "as if there were no such closed item"


def test_what_changes_of_a_closed_item_is_not_told(
    by_name: None, province: Province, app: Any
) -> None:
    closed = model.Session.scalars(sa.select(ItemVersion)).one()
    later = Edition(level="provinsi", tahun=2026, title="2026", state="agreed", checksum="lain")
    model.Session.add(later)
    model.Session.flush()
    columns = [c for c in ItemVersion.__table__.columns if c.computed is None and c.key != "id"]
    changed = {"edition_id": later.id, "satuan": "orang", "produsen": "Dinas Lain"}
    changed["organization_id"] = province.other_office["id"]
    fields = {c.key: getattr(closed, c.key) for c in columns}
    model.Session.add(ItemVersion(**{**fields, **changed}))
    model.Session.commit()
    asked = f"from={province.edition_id}&to={later.id}"
    address = f"/api/3/action/sdi_daftar_data_diff?{asked}"
    counts = app.get(address).json["result"]["counts"]
    assert (counts["unchanged"], counts["changed"], counts["moved"]) == (1, 0, 0)
    walidata = province.headers("walidata")
    counts = app.get(address, headers=walidata).json["result"]["counts"]
    assert (counts["unchanged"], counts["changed"], counts["moved"]) == (0, 1, 1)
    file = f"/sdi/daftar-data/beda.csv?{asked}"
    assert "Dinas" not in app.get(file).body
    assert "Dinas Lain" in app.get(file, headers=walidata).body
    model.Session.execute(sa.delete(ItemVersion).where(ItemVersion.edition_id == later.id))
    model.Session.commit()
    (gone,) = app.get(address).json["result"]["gone"]
    assert (gone["nama_data"][:12], gone["produsen"]) == ("Jumlah usaha", None)


@pytest.mark.parametrize("form", ["daftar.csv", "daftar.json", "cetak"])
def test_the_list_of_an_office_does_not_tell_whose_a_closed_item_is(
    form: str, by_name: None, province: Province, app: Any
) -> None:
    address = f"/sdi/daftar-data/edisi/{province.edition_id}/{form}"
    assert "Jumlah usaha" in app.get(address).body
    assert "Jumlah usaha" not in app.get(f"{address}?organization=dinas-uji").body


def test_the_page_of_the_list_names_the_addresses(province: Province, app: Any) -> None:
    page = app.get("/sdi/daftar-data").body
    for form in ("csv", "json"):
        assert f'href="{LIST}.{form}"' in page
    assert "terkini/pusat" not in page, "no list of the centre is in force"
