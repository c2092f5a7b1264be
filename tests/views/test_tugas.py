"""The task page of each role: what it says when there is much, and when there is nothing."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from ckan import model
from ckan.tests import factories

from ckanext.sdi.model import Edition, Item, ItemVersion
from tests.lifecycle.test_owed import on, step
from tests.province import TABLE_SCHEMA, Province, add_resource, make_dataset

PAGE = "/sdi/tugas"


def shown(app: Any, headers: dict[str, str], address: str = PAGE) -> BeautifulSoup:
    response = app.get(address, headers=headers)
    assert response.status_code == 200
    return BeautifulSoup(response.body, "html.parser")


def test_a_further_period_begins_with_the_last_dataset(
    app: Any, province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = model.Session.scalars(sa.select(ItemVersion)).one()
    version.table_schema = None
    model.Session.commit()
    made = make_dataset(province, sumber="Laporan bulanan", tag_string="usaha,mikro")
    add_resource(province, made["id"])
    step(made["id"], "submitted", "2026-01-10T00:00:00", [["2025-01-01", "2025-12-31"]])
    step(made["id"], "published", "2026-01-20T00:00:00")
    on(monkeypatch, "2027-01-10")
    page = shown(app, province.headers("produsen"))
    (task,) = [
        task for task in page.select(".sdi-task") if task.select("a.btn[href*='/dataset/new']")
    ]
    assert "isiannya sudah terisi" in task.get_text()
    button: Any = task.select_one("a.btn")
    assert button.get_text(strip=True) == "Mulai periode ini"
    form = shown(app, province.headers("produsen"), button["href"])
    values = {field["name"]: field.get("value") for field in form.select("form input[name]")}
    assert values["sumber"] == "Laporan bulanan"
    assert values["periode_awal"] == "2026"
    assert values["title"] == f"{version.nama_data}, 2026"
    assert values["name"] not in ("", made["name"])
    assert form.select(f".alert a[href$='/dataset/{made['name']}']")
    # Of another office nothing is told.
    other = shown(app, province.headers("produsen_lain"), button["href"])
    assert "Laporan bulanan" not in str(other)

    again = make_dataset(province, name="usaha-2026", periode_awal="2026", periode_akhir="2026")
    file = add_resource(province, again["id"], table_schema="")
    proposed = province.act(
        "produsen", "sdi_table_schema_propose", id=file["id"], source="previous"
    )
    assert proposed["table_schema"] == TABLE_SCHEMA


def test_an_office_that_no_list_names_is_told_what_to_do(app: Any, province: Province) -> None:
    page = shown(app, province.headers("produsen_lain"))
    assert "belum menyebut perangkat daerah Anda" in page.get_text()
    assert page.select("[role=main] a[href$='/sdi/daftar-data']")


def test_the_koordinator_sees_which_lists_wait(app: Any, province: Province) -> None:
    def main() -> Any:
        return shown(app, province.headers("koordinator")).select_one("[role=main]")

    def add(tahun: int, state: str, **said: Any) -> None:
        edition = Edition(level="provinsi", tahun=tahun, title=f"{tahun}", state=state, checksum="")
        edition.checksum = f"{tahun}{state}"
        item = Item(level="provinsi", key=f"{tahun}{state}")
        values = {"row_number": 1, "nama_data": "Contoh", "produsen": "x", **said}
        model.Session.add(ItemVersion(edition=edition, item=item, **values))
        model.Session.commit()

    assert "Tidak ada daftar yang menunggu Anda" in main().get_text()
    here = province.office["id"]
    add(2020, "agreed", status="belum_dicek", organization_id=here)
    assert main().select(".sdi-task") == [], "a list of a year gone by waits for nobody"
    add(2027, "draft", status="mengacu", organization_id=here)
    add(2028, "agreed", status="belum_dicek", organization_id=None)
    texts = [task.get_text(" ", strip=True) for task in main().select(".sdi-task")]
    assert len(texts) == 2
    assert "2027 Masih draf" in texts[0]
    assert "1 item belum dicek" in texts[1]
    assert "1 item produsennya belum dikenali" in texts[1]
    links = [link["href"] for link in main().select(".sdi-task a")]
    assert {link.rpartition("/")[2] for link in links} >= {"pusat", "produsen"}
    for link in links:
        assert app.get(link, headers=province.headers("koordinator")).status_code == 200


def test_who_has_no_role_is_told_whom_to_ask(app: Any, province: Province) -> None:
    user = factories.UserWithToken()
    page = shown(app, {"Authorization": user["token"]})
    assert "Minta Walidata Pendukung" in page.get_text()


def test_a_reviewers_numbers_are_links_to_their_tasks(app: Any, province: Province) -> None:
    for name, state in (("satu", "submitted"), ("dua", "submitted"), ("tiga", "approved")):
        step(make_dataset(province, name=name)["id"], state, "2026-01-10T00:00:00")
    page = shown(app, province.headers("walidata"))
    counts: Any = page.select(".sdi-counts a")
    assert [link.get_text() for link in counts] == ["Diserahkan: 2", "Disetujui: 1"]
    for link in counts:
        listed = shown(app, province.headers("walidata"), link["href"])
        number = int(link.strong.text)
        assert len(listed.select(".sdi-task")) == number
        # The numbers stay those of all tasks.
        assert len(listed.select(".sdi-counts a[href*='state=']")) == 2
    assert page.select("[role=main] a[href$='/sdi/daftar-data/cakupan']"), "who is late"
