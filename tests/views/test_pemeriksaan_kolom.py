"""The page on which columns are matched, and the standard as a file."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.province import (
    TABLE_SCHEMA,
    Province,
    add_resource,
    make_dataset,
    published_dataset,
    run_checks,
    upload,
)

pytestmark = pytest.mark.usefixtures("with_plugins")

OTHER_NAMES = "KD_WIL,npwp,Tahun,total,catatan\n64.72,013121660091000,2025,12,a\n"


def address(resource: dict[str, Any], more: str = "/kolom") -> str:
    return f"/dataset/jumlah-usaha/resource/{resource['id']}/pemeriksaan{more}"


@pytest.fixture
def other(province: Province) -> dict[str, Any]:
    """A resource whose file calls two columns otherwise."""
    resource = add_resource(province, make_dataset(province)["id"], OTHER_NAMES)
    run_checks()
    return resource


def rules_of(province: Province, resource: dict[str, Any]) -> list[str]:
    check = province.act("produsen", "sdi_resource_check_show", id=resource["id"])
    return [f"{task['rule']} {task['column']}" for task in check["tasks"]]


def test_the_columns_beside_each_other(app: Any, province: Province, other: dict[str, Any]) -> None:
    page = app.get(address(other), headers=province.headers("produsen")).body
    main = BeautifulSoup(page, "html.parser").select_one("[role=main]")
    assert main is not None
    asked, others = (
        [
            (
                row.select("th")[0].get_text(" ", strip=True).split()[0],
                row.select("td")[1].get_text(strip=True),
            )
            for row in table.select("tbody tr")
        ]
        for table in main.select("table")
    )
    assert asked == [
        ("kode_wilayah", "Tidak ada, padahal wajib"),
        ("npwp", "Ditemukan"),
        ("tahun", "Ditemukan dengan nama lain"),
        ("jumlah", "Tidak ada, padahal wajib"),
    ]
    assert others == [(name, "Belum dinyatakan") for name in ("KD_WIL", "total", "catatan")]


def test_what_is_chosen_is_remembered_for_the_next_file(
    app: Any, province: Province, other: dict[str, Any]
) -> None:
    text = OTHER_NAMES.replace(",catatan", "").replace("12,a", "12")
    province.act("produsen", "resource_patch", id=other["id"], upload=upload(text))
    run_checks()
    assert "table.column_missing kode_wilayah" in rules_of(province, other)
    chosen = {"column-0": "KD_WIL", "column-2": "Tahun", "column-3": "total"}
    app.post(address(other), data=chosen, headers=province.headers("produsen"))
    run_checks()
    check = province.act("produsen", "sdi_resource_check_show", id=other["id"])
    assert check["state"] == "passed"
    (row,) = province.act("produsen", "datastore_search", resource_id=other["id"])["records"]
    assert (row["kode_wilayah"], row["jumlah"]) == ("64.72", 12)

    text = text.replace(",12", ",13")
    province.act("produsen", "resource_patch", id=other["id"], upload=upload(text))
    run_checks()
    check = province.act("produsen", "sdi_resource_check_show", id=other["id"])
    assert check["state"] == "passed"


def test_what_is_ignored_is_not_in_the_rows_and_remembered(
    app: Any, province: Province, other: dict[str, Any]
) -> None:
    headers = province.headers("produsen")
    chosen = {"column-0": "KD_WIL", "column-2": "Tahun", "column-3": "total"}
    # What is chosen for a column of the standard is not ignored, ticked or not.
    app.post(address(other), data={**chosen, "ignored": ["catatan", "total"]}, headers=headers)
    run_checks()
    check = province.act("produsen", "sdi_resource_check_show", id=other["id"])
    assert check["state"] == "passed"
    found = province.act("produsen", "datastore_search", resource_id=other["id"])
    assert [one["id"] for one in found["fields"]] == [
        "_id", "kode_wilayah", "npwp", "tahun", "jumlah",
    ]  # fmt: skip
    (task,) = [one for one in check["tasks"] if one["rule"] == "table.column_ignored"]
    assert (task["column"], task["severity"]) == ("catatan", "warning")
    assert "kolom “catatan”" in task["sentence"].lower()

    # The next file spells it otherwise, and lacks another that was ignored before.
    text = OTHER_NAMES.replace("catatan", "Catatan,lain").replace(",a", ",b,c")
    province.act("produsen", "resource_patch", id=other["id"], upload=upload(text))
    run_checks()
    rules = rules_of(province, other)
    assert "table.column_ignored Catatan" in rules
    assert "table.column_unknown lain" in rules
    page = BeautifulSoup(app.get(address(other), headers=headers).body, "html.parser")
    ticks = page.select("input[name=ignored]")
    assert [(one["value"], one.has_attr("checked")) for one in ticks] == [
        ("Catatan", True),
        ("lain", False),
    ]
    # The word is taken back: it is a fault again.
    app.post(address(other), data={"ignored": ["lain"]}, headers=headers)
    shown = province.act("produsen", "resource_show", id=other["id"])
    assert shown["table_schema"]["sdi"]["ignored"] == ["lain"]
    run_checks()
    assert "table.column_unknown Catatan" in rules_of(province, other)


@pytest.mark.parametrize(
    "chosen",
    [
        {"column-0": "tidak_ada"},
        {"column-0": "total", "column-3": "total"},
        {"ignored": "tidak_ada"},
    ],
)
def test_what_cannot_be_changes_nothing(
    app: Any, province: Province, other: dict[str, Any], chosen: dict[str, str]
) -> None:
    answer = app.post(address(other), data=chosen, headers=province.headers("produsen"))
    assert BeautifulSoup(answer.body, "html.parser").select_one("[role=main] .alert-danger")
    shown = province.act("produsen", "resource_show", id=other["id"])
    assert shown["table_schema"] == TABLE_SCHEMA


@pytest.mark.parametrize("role", ["walidata", None])
@pytest.mark.parametrize("more", ["/kolom", "/standar.json"])
def test_the_draft_of_an_office_is_not_there_for_others(
    app: Any, province: Province, other: dict[str, Any], role: str | None, more: str
) -> None:
    app.get(address(other, more), headers=province.headers(role), status=404)
    app.post(address(other, more), headers=province.headers(role), status=404)


def test_a_reviewer_changes_nothing(app: Any, province: Province) -> None:
    resource = published_dataset(province)["resources"][0]
    headers = province.headers("walidata")
    app.get(address(resource, "/standar.json"), headers=headers)
    app.get(address(resource), headers=headers, status=403)
    for more in ("/kolom", "/standar.json"):
        app.post(address(resource, more), headers=headers, status=403)


def test_the_standard_out_and_in_again(app: Any, province: Province, other: dict[str, Any]) -> None:
    headers = province.headers("produsen")
    sent = app.get(address(other, "/standar.json"), headers=headers)
    assert json.loads(sent.body) == TABLE_SCHEMA
    assert "attachment" in sent.headers["Content-Disposition"]
    page = app.post(
        address(other, "/standar.json"),
        data={"upload": (io.BytesIO(sent.body.encode()), "standar.json")},
        headers=headers,
    )
    names = BeautifulSoup(page.body, "html.parser").select("input[name^=name-]")
    assert [one["value"] for one in names] == [f["name"] for f in TABLE_SCHEMA["fields"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "JSON"),
        (b"\xff\xfe{}", "Table Schema"),
        (b'{"fields": [{"name": "a", "type": "angka"}]}', "fields.a.type"),
        (b" " * (1 << 20) + b"{}", "1 MB"),
    ],
)
def test_what_is_no_standard_is_told(
    app: Any, province: Province, other: dict[str, Any], content: bytes, said: str
) -> None:
    page = app.post(
        address(other, "/standar.json"),
        data={"upload": (io.BytesIO(content), "standar.json")},
        headers=province.headers("produsen"),
    )
    alert = BeautifulSoup(page.body, "html.parser").select_one(".flash-messages")
    assert alert is not None
    assert said in alert.get_text()


def test_the_standard_of_the_file_before(
    app: Any, province: Province, other: dict[str, Any]
) -> None:
    with_none = add_resource(province, other["package_id"], name="Tabel 2026", table_schema="")
    found = province.act(
        "produsen", "sdi_table_schema_propose", id=with_none["id"], source="previous"
    )
    assert found == {"source": "previous", "table_schema": TABLE_SCHEMA}
    page = app.get(address(with_none), headers=province.headers("produsen")).body
    assert "dari=sebelumnya" in page
