"""The pages of reference codes, as they come without scripts."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.usefixtures("clean_db")


def page(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.body, "html.parser")


def links(response: Any) -> list[str]:
    return [str(link["href"]) for link in page(response).select("[role=main] a[href]")]


def test_systems_are_listed(app: Any) -> None:
    response = app.get("/sdi/kode")
    for system in ("kode_wilayah", "nik", "npwp", "kode_sds"):
        assert f"/sdi/kode/{system}" in links(response)


def test_search_leads_to_the_list(app: Any) -> None:
    found = app.get("/sdi/kode", query_string={"q": "balikpapan sel"}, follow_redirects=True)
    assert "/sdi/kode/kode_wilayah/64.71.05" in links(found)


def test_browse_down_from_the_provinces(app: Any) -> None:
    top = links(app.get("/sdi/kode/kode_wilayah"))
    assert "/sdi/kode/kode_wilayah/64" in top
    assert len([link for link in top if len(link) == len("/sdi/kode/kode_wilayah/64")]) == 38
    assert "/sdi/kode/kode_wilayah/64.72" in links(app.get("/sdi/kode/kode_wilayah/64"))
    assert "/sdi/kode/kode_wilayah/64.72.01" in links(app.get("/sdi/kode/kode_wilayah/64.72"))


def test_filter_by_level_and_pages(app: Any) -> None:
    first = links(app.get("/sdi/kode/kode_wilayah?level=kecamatan&q=su"))
    second = links(app.get("/sdi/kode/kode_wilayah?level=kecamatan&q=su&page=2"))
    codes = [set(filter(lambda link: link.count(".") == 2, found)) for found in (first, second)]
    assert len(codes[0]) == len(codes[1]) == 50
    assert not codes[0] & codes[1]


def test_a_retired_code_tells_what_became_of_it(app: Any) -> None:
    response = app.get("/sdi/kode/kode_wilayah/64.04")
    assert "/sdi/kode/kode_wilayah/65.01" in links(response)
    assert "UU 20/2012" in response.body
    assert "Kabupaten Bulungan" in response.body


def test_a_code_without_dots_is_found(app: Any) -> None:
    assert "Kota Samarinda" in app.get("/sdi/kode/kode_wilayah/6472").body


@pytest.mark.parametrize(
    "address",
    [
        "/sdi/kode/plat_nomor",
        "/sdi/kode/plat_nomor/1",
        "/sdi/kode/kode_wilayah/99",
        "/sdi/kode/kode_wilayah/%25",
        "/sdi/kode/nik/3171011708450001",
        "/sdi/kode/kode_wilayah/" + "9" * 5_000,
    ],
    ids=lambda address: address[:40],
)
def test_what_is_not_there_is_a_404(app: Any, address: str) -> None:
    assert "Gambir" not in app.get(address, status=404).body


@pytest.mark.parametrize("q", ["%", "'", "<script>alert(1)</script>", "x" * 5_000, "\x01"], ids=len)
def test_any_question_gets_a_page(app: Any, q: str) -> None:
    response = app.get("/sdi/kode/kode_wilayah", query_string={"q": q})
    assert "<script>alert(1)" not in response.body


def test_a_wrong_level_or_date_is_told(app: Any) -> None:
    response = app.get("/sdi/kode/kode_wilayah?q=a&level=rt")
    assert page(response).select_one("[role=main] .alert-danger")
    app.get("/sdi/kode/kode_wilayah/64.72?at=x", status=400)


def test_try_a_nik(app: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        response = app.post("/sdi/kode/nik", data={"value": "3171015708450001"})
    assert "no-store" in response.headers["Cache-Control"]
    rows = [row.get_text(" ", strip=True) for row in page(response).select(".sdi-parts tbody tr")]
    assert any("Gambir" in row for row in rows)
    assert any("570845" in row and "17" in row for row in rows)
    assert "3171••••••••0001" in response.body
    assert "3171015708450001" not in response.body
    assert "3171015708450001" not in caplog.text


def test_try_a_wrong_value(app: Any) -> None:
    response = app.post("/sdi/kode/npwp", data={"value": "13121660091000"})
    panel = page(response).select_one(".sdi-panel-todo")
    assert panel is not None
    assert "013121660091000" in panel.get_text()
    for value in ("", "<b>", "9" * 10_000, "\x00"):
        app.post("/sdi/kode/nik", data={"value": value})
    app.post("/sdi/kode/plat_nomor", data={"value": "x"}, status=404)


def test_every_form_that_posts_has_a_token(app: Any) -> None:
    form = page(app.get("/sdi/kode/nik")).select_one("form[method=post]")
    assert form is not None
    assert form.select_one("input[name=_csrf_token]")
