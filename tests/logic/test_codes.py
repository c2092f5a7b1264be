"""The actions on reference codes, as a program asks them."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("clean_db")

API = "/api/3/action/"


def get(app: Any, action: str, status: int = 200, **query: Any) -> dict[str, Any]:
    return app.get(API + action, query_string=query, status=status).json


def post(app: Any, action: str, status: int = 200, **data: Any) -> dict[str, Any]:
    return app.post(API + action, json=data, status=status).json


def test_systems(app: Any) -> None:
    answer = get(app, "sdi_code_system_list")["result"]
    assert answer["count"] == len(answer["results"]) == 9
    wilayah = answer["results"][0]
    assert wilayah["id"] == "kode_wilayah"
    assert wilayah["edition"]["decree"] == "Kepmendagri 300.2.2-2138/2025"
    assert [s["id"] for s in answer["results"] if s["identifying"]] == [
        "nik",
        "nomor_kk",
        "id_dtks",
    ]
    paged = get(app, "sdi_code_system_list", limit=2, offset=1)["result"]
    assert paged["count"] == 9
    assert paged["results"] == answer["results"][1:3]


def test_one_system(app: Any) -> None:
    wilayah = get(app, "sdi_code_system_show", id="kode_wilayah")["result"]
    assert wilayah["counts"] == {"provinsi": 38, "kab_kota": 514, "kecamatan": 7285, "desa": 83762}
    assert wilayah["editions"][-1]["codes"] == 91_599
    nik = get(app, "sdi_code_system_show", id="nik")["result"]
    assert "editions" not in nik
    get(app, "sdi_code_system_show", 404, id="plat_nomor")
    get(app, "sdi_code_system_show", 409)


@pytest.mark.parametrize("code", ["64.72", "6472"])
def test_show(app: Any, code: str) -> None:
    shown = get(app, "sdi_code_show", system="kode_wilayah", code=code)["result"]
    assert shown["code"] == "64.72"
    assert shown["label"] == "Kota Samarinda, Kalimantan Timur"
    assert shown["parents"] == [{"code": "64", "name": "Kalimantan Timur"}]
    assert shown["in_force"] is True
    assert shown["edition"]["id"] == "2025"


def test_show_a_retired_code(app: Any) -> None:
    shown = get(app, "sdi_code_show", system="kode_wilayah", code="64.04", at="2024")["result"]
    assert shown["in_force"] is False
    assert shown["valid_to"] == "2012-11-15"
    assert shown["successors"] == [
        {"code": "65.01", "label": "Kabupaten Bulungan, Kalimantan Utara"}
    ]
    assert shown["history"][0]["decree"] == "UU 20/2012"
    assert shown["at"] == "2024-12-31"
    before = get(app, "sdi_code_show", system="kode_wilayah", code="64.04", at="2011-06-30")
    assert before["result"]["in_force"] is True
    new = get(app, "sdi_code_show", system="kode_wilayah", code="65.01")["result"]
    assert [code["code"] for code in new["predecessors"]] == ["64.04"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"system": "plat_nomor", "code": "1"}, 404),
        ({"system": "nik", "code": "3171011708450001"}, 404),
        ({"system": "kode_wilayah", "code": "99"}, 404),
        ({"system": "kode_wilayah", "code": "x" * 10_000}, 409),
        ({"system": "kode_wilayah", "code": "%"}, 404),
        ({"system": "kode_wilayah", "code": "\x00"}, 409),
        ({"system": "kode_wilayah", "code": "64.72", "at": "yesterday"}, 409),
        ({"system": "kode_wilayah"}, 409),
        ({"code": "64.72"}, 409),
        ({}, 409),
    ],
)
def test_show_refuses_with_a_reason(app: Any, query: dict[str, str], status: int) -> None:
    answer = get(app, "sdi_code_show", status, **query)
    assert answer["success"] is False
    assert "3171011708450001" not in json.dumps(answer)


def test_search(app: Any) -> None:
    answer = get(app, "sdi_code_search", system="kode_wilayah", q="balikpapan sel")["result"]
    assert answer["count"] == 1
    assert answer["results"][0] == {
        "code": "64.71.05",
        "name": "Balikpapan Selatan",
        "level": "kecamatan",
        "kind": "kecamatan",
        "parent": "64.71",
        "label": "Balikpapan Selatan, Kota Balikpapan, Kalimantan Timur",
        "valid_to": None,
    }
    assert answer["edition"]
    inside = get(app, "sdi_code_search", q="", parent="64.72", level="kecamatan", limit=100)
    assert inside["result"]["count"] == len(inside["result"]["results"]) == 10


@pytest.mark.parametrize(
    "q",
    ["x" * 10_000, "%", "_", "' OR 1=1 --", "\x01\x02", "🙂", "a" * 19_999, "\\", "(.*)+$"],
    ids=str.__len__,
)
def test_search_takes_any_text(app: Any, q: str) -> None:
    assert get(app, "sdi_code_search", q=q)["result"]["count"] == 0


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"system": "plat_nomor", "q": "a"}, 404),
        ({"system": "nik", "q": "a"}, 404),
        ({"q": "a", "level": "rt"}, 409),
        ({"q": "a", "limit": "many"}, 409),
        ({"q": "a", "limit": "-1"}, 409),
        ({"q": "a", "offset": "x"}, 409),
        ({"q": "a", "at": "31-12-2024"}, 409),
        ({"q": "a\x00"}, 409),
    ],
)
def test_search_refuses_with_a_reason(app: Any, query: dict[str, str], status: int) -> None:
    assert get(app, "sdi_code_search", status, **query)["success"] is False


def test_check(app: Any) -> None:
    values = ["3171011708450001", "3171013102900001", "'3171011708450001", 3171011708450001]
    answer = post(app, "sdi_code_check", system="nik", values=values)["result"]
    first, second, third, fourth = answer["results"]
    assert first == fourth == {"value": "3171••••••••0001", "findings": []}
    (finding,) = second["findings"]
    assert finding["rule"] == "nik.date"
    assert finding["severity"] == "error"
    assert finding["principle"] == "kode_referensi"
    assert finding["blocks"] is True
    assert finding["message"]
    assert third["findings"][0]["rule"] == "kode.apostrophe"
    assert "3171011708450001" not in json.dumps(answer)
    assert "3171013102900001" not in json.dumps(answer)


def test_check_on_a_day_and_a_level(app: Any) -> None:
    def rules(**more: Any) -> list[str]:
        answer = post(app, "sdi_code_check", system="kode_wilayah", values=["64.04"], **more)
        assert answer["result"]["results"][0]["value"] == "64.04"
        return [finding["rule"] for finding in answer["result"]["results"][0]["findings"]]

    assert rules(at="2011") == []
    assert rules(at="2024-12-31") == ["kode_wilayah.retired"]
    assert rules(at="2011", level="desa") == ["kode_wilayah.level"]


def test_check_takes_ten_thousand_and_no_more(app: Any) -> None:
    answer = post(app, "sdi_code_check", system="kode_wilayah", values=["64.72"] * 10_000)
    assert len(answer["result"]["results"]) == 10_000
    refused = post(app, "sdi_code_check", 409, system="kode_wilayah", values=["64.72"] * 10_001)
    assert "values" in refused["error"]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"system": "plat_nomor", "values": ["1"]}, 404),
        ({"values": ["1"]}, 409),
        ({"system": "nik"}, 409),
        ({"system": "nik", "values": "3171011708450001"}, 409),
        ({"system": "nik", "values": {"a": 1}}, 409),
        ({"system": "nik", "values": [["a"]]}, 409),
        ({"system": "nik", "values": [None]}, 409),
        ({"system": "nik", "values": [True]}, 409),
        ({"system": ["nik"], "values": ["1"]}, 409),
        ({"system": "nik", "values": ["1"], "level": "rt"}, 409),
        ({"system": "nik", "values": ["1"], "at": {"x": 1}}, 409),
    ],
)
def test_check_refuses_with_a_reason(app: Any, data: dict[str, Any], status: int) -> None:
    answer = post(app, "sdi_code_check", status, **data)
    assert answer["success"] is False
    assert "3171011708450001" not in json.dumps(answer)


def test_check_is_not_answered_to_get(app: Any) -> None:
    response = app.get(API + "sdi_code_check", query_string={"system": "nik"}, status=400)
    assert "POST" in response.body or "post" in response.body.lower()


def test_an_empty_list_gives_an_empty_answer(app: Any) -> None:
    assert post(app, "sdi_code_check", system="nik", values=[])["result"]["results"] == []


def test_a_missing_system_is_named(app: Any) -> None:
    assert "system" in post(app, "sdi_code_check", 409, values=[])["error"]
