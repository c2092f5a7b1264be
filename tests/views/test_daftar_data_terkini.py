"""The list for others: at an address that stays, sent once, taken in by a second portal."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.model import Edition, ItemVersion
from tests.harvest.test_forum import editions, harvest, make_source
from tests.province import Province

pytestmark = pytest.mark.usefixtures("with_plugins", "province")

LIST = "/sdi/daftar-data/terkini/provinsi"


class _Portal(BaseHTTPRequestHandler):
    """What a portal answered, answered again; who has it is told so."""

    server: Any

    def do_GET(self) -> None:
        answer = self.server.answer
        same = self.headers.get("If-None-Match") == answer.headers["ETag"]
        self.server.told.append(304 if same else 200)
        self.send_response(304 if same else 200)
        self.send_header("ETag", answer.headers["ETag"])
        self.send_header("Content-Length", "0" if same else str(len(answer.data)))
        self.end_headers()
        self.wfile.write(b"" if same else answer.data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Portal)
    server.told = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    allow = [f"127.0.0.1:{server.server_address[1]}"]
    monkeypatch.setitem(tk.config, "ckanext.sdi.harvest.allowed_private_hosts", allow)
    yield server
    server.shutdown()
    server.server_close()


def complete(**changes: Any) -> None:
    """Give the province's item what a list must say."""
    said = {"klasifikasi": "Wilayah", "jenis": "variabel", "nama_indikator": "Usaha", **changes}
    said |= {"sumber_referensi": "RPJMD", "kategori": "Ekonomi", "kode_indikator": "06.01"}
    model.Session.execute(sa.update(ItemVersion).values(**said))
    model.Session.commit()


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


def test_json_is_as_the_api_gives_it(province: Province, app: Any) -> None:
    found = json.loads(app.get(f"{LIST}.json").body)
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


def test_a_second_portal_takes_it_in(province: Province, app: Any, portal: Any) -> None:
    """The second portal has a database of its own: that of the first, emptied after it answered."""
    complete()
    portal.answer = app.get(f"{LIST}.csv")
    assert portal.answer.data
    (first,) = json.loads(app.get(f"{LIST}.json").body)["results"]
    model.Session.execute(sa.delete(Edition))
    model.Session.execute(sa.text("DELETE FROM sdi_daftar_data_item"))
    model.Session.commit()
    assert app.get(f"{LIST}.csv").status_code == 404

    address = f"http://127.0.0.1:{portal.server_address[1]}{LIST}.csv"
    source = make_source(province, address)
    report = harvest(province, source)
    assert report["object_errors"] == {}
    edition, *_ = editions()
    assert edition.state == "draft"
    province.act("koordinator", "sdi_daftar_data_edition_agree", id=edition.id)
    (second,) = json.loads(app.get(f"{LIST}.json").body)["results"]
    own = {"id", "edition", "row_number"}
    assert {k: v for k, v in second.items() if k not in own} == {
        k: v for k, v in first.items() if k not in own
    }
    harvest(province, source)
    assert portal.told == [200, 304]
    jobs = province.act("admin", "harvest_job_list", source_id=source["id"])
    pages = [
        app.get(f"/harvest/{source['name']}/job/{job['id']}", headers=province.headers("admin"))
        for job in jobs
    ]
    assert [f"/sdi/daftar-data/edisi/{edition.id}" in page.body for page in pages].count(True) == 1
