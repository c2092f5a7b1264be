"""The page of differences between two editions, and its file."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.daftar_data.acting import agreed, imported
from tests.daftar_data.lists import regional
from tests.province import Province

PAGE = "/sdi/daftar-data/beda"


@pytest.fixture
def compared(province: Province) -> str:
    """The query that compares two editions of some differences."""
    before = agreed(
        province,
        regional({"Nama Data": "=1+1"}, {"Klasifikasi Data sesuai Risiko": "Tertutup"}, {}),
    )
    after = agreed(
        province,
        regional(
            {"Nama Data": "=1+1", "Produsen Data": "Dinas Lain", "Satuan": "-"},
            {"Klasifikasi Data sesuai Risiko": "Terbatas"},
            {"ID DDD": "64.900", "Nama Data": "Data Baru"},
        ),
    )
    return f"from={before['id']}&to={after['id']}"


def test_each_kind_has_its_filter(app: Any, compared: str) -> None:
    page = app.get(f"{PAGE}?{compared}").body
    assert "alert-warning" in page
    assert "Terbatas" in page
    assert "Dinas Lain" in page
    assert "Data Baru" not in page
    shown = {
        "new": ("64.900", "64.003"),
        "gone": ("64.003", "64.900"),
        "moved": ("64.001", "64.002"),
        "lowered": ("64.002", "64.001"),
    }
    for kind, (there, not_there) in shown.items():
        page = app.get(f"{PAGE}?{compared}&kind={kind}").body
        assert there in page
        assert not_there not in page


def test_what_changed_of_one_item_stays_together(app: Any, compared: str) -> None:
    page = BeautifulSoup(app.get(f"{PAGE}?{compared}&kind=changed").body, "html.parser")
    bodies = page.select("tbody.sdi-one")
    assert [len(body.select("tr")) for body in bodies] == [2, 1]
    assert all(len(body.select("th")) == 1 for body in bodies)


def test_the_file_has_every_difference(app: Any, compared: str) -> None:
    def lines(query: str) -> list[list[str]]:
        text = app.get(f"{PAGE}.csv?{query}").body.removeprefix("\ufeff")
        return list(csv.reader(io.StringIO(text), delimiter=";"))[1:]

    every = lines(compared)
    assert [line[1] for line in every] == ["64.900", "64.003", "64.001", "64.001", "64.002"]
    assert every[2][2] == "'=1+1"
    assert ["persen", ""] in [line[5:] for line in every]
    assert [line[1] for line in lines(f"{compared}&kind=moved")] == ["64.001", "64.001"]


def test_pages_follow_each_other(province: Province, app: Any) -> None:
    after = agreed(province, regional(*({} for _ in range(120))))
    query = f"{PAGE}?from={province.edition_id}&to={after['id']}&kind=new"
    first, third = app.get(query).body, app.get(f"{query}&page=3").body
    assert "64.050 " in first
    assert "64.051 " not in first
    assert "64.120 " in third


def test_what_may_not_be_compared(province: Province, app: Any) -> None:
    draft = imported(province, regional({}))["edition"]["id"]
    query = f"from={province.edition_id}&to={draft}"
    assert "alert-danger" in app.get(f"{PAGE}?{query}").body
    assert "64.001" not in app.get(f"{PAGE}?{query}&kind=new").body
    app.get(f"{PAGE}.csv?{query}", status=404)
    app.get(f"{PAGE}.csv", status=404)
    same = f"from={province.edition_id}&to={province.edition_id}"
    assert "alert-danger" in app.get(f"{PAGE}?{same}&kind=x").body
    app.get(f"{PAGE}.csv?{same}&kind=x", status=404)
    headers = province.headers("koordinator")
    assert "64.001" in app.get(f"{PAGE}?{query}&kind=new", headers=headers).body
    assert app.get(PAGE, status=200)
