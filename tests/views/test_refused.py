"""Error pages: in Indonesian, in words for people."""

from __future__ import annotations

import html
from typing import Any

import pytest
from flask_babel import force_locale

from ckan.tests.helpers import CKANTestApp

from ckanext.sdi.logic import http_errors
from tests.province import Province


def said(app: CKANTestApp, method: str, address: str, **options: Any) -> tuple[int, str]:
    page = app.test_client().open(address, method=method, **options)
    return page.status_code, html.unescape(page.get_data(as_text=True))


def test_no_page_at_an_address(province: Province, app: CKANTestApp) -> None:
    status, page = said(app, "GET", "/tidak/ada")
    assert status == 404
    assert "404 Tidak ditemukan" in page
    assert "Tidak ada halaman di alamat ini." in page
    assert "was not found on the server" not in page


def test_ckans_own_sentence_stays(province: Province, app: CKANTestApp) -> None:
    _status, page = said(app, "GET", "/dataset/tidak-ada")
    assert "Dataset tidak ditemukan" in page


def test_a_text_too_large_for_a_form(province: Province, app: CKANTestApp) -> None:
    status, page = said(
        app,
        "POST",
        "/sdi/periksa",
        data={"table_schema": "a" * 600_000},
        headers=province.headers("produsen"),
        content_type="multipart/form-data",
    )
    assert status == 413
    assert "413 Terlalu besar" in page
    assert "500 kB" in page


@pytest.mark.parametrize("reason", ["token is missing", "token has expired", "tokens do not match"])
@pytest.mark.usefixtures("request_context")
def test_a_form_that_was_open_for_too_long(reason: str) -> None:
    with force_locale("id"):
        name, sentence = http_errors.told(400, "Bad Request", f"The CSRF {reason}.")
    assert name == "Tidak dapat dipahami"
    assert sentence.startswith("Formulir terbuka terlalu lama")


@pytest.mark.usefixtures("request_context")
def test_a_fault_as_ckan_gives_it() -> None:
    with force_locale("id"):
        name, sentence = http_errors.told([500], None, "Internal server error")
    assert (name, sentence[:16]) == ("Gangguan portal", "Ada yang salah d")


@pytest.mark.usefixtures("request_context")
def test_what_is_not_known_stays() -> None:
    assert http_errors.told(418, "I'm a teapot", "x") == ("I'm a teapot", "x")
    assert http_errors.told(403, "Belum bisa", "Tarik dahulu.") == ("Belum bisa", "Tarik dahulu.")
