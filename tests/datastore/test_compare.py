"""A check says what became of the findings of the one before."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.province import Province, add_resource, make_dataset, run_checks, upload

FIELDS = [
    {"name": "no", "type": "string"},
    {"name": "tahun", "type": "year"},
    {"name": "jumlah", "type": "integer"},
]
KEYED = json.dumps({"fields": FIELDS, "primaryKey": ["no"]})
KEYLESS = json.dumps({"fields": FIELDS})


def text(*rows: str) -> str:
    # One more thing is told of each file, which is about no row: how it writes a column's name.
    return "No,tahun,jumlah\n" + "".join(f"{row}\n" for row in rows)


BEFORE = text("a,2025,satu", "b,2025,dua", "c,2025,tiga", "d,kini,4")
AFTER = text("b,2025,dua", "a,2025,1", "c,2025,lima", "d,2025,4", "e,2025,enam", "f,2025,tujuh")


def places(compared: dict[str, Any]) -> dict[str, tuple[int, int, int, bool]]:
    return {
        place["column"]: (place["fixed"], place["remaining"], place["new"], place["exact"])
        for place in compared["places"]
        if place["column"] in ("jumlah", "tahun")
    }


def again(province: Province, schema: str, content: str, **changes: Any) -> dict[str, Any]:
    resource = add_resource(province, make_dataset(province)["id"], BEFORE, table_schema=schema)
    run_checks()
    first = province.act("produsen", "sdi_resource_check_show", id=resource["id"])
    assert first["compared"] is None
    province.act("produsen", "resource_patch", id=resource["id"], upload=upload(content), **changes)
    run_checks()
    return province.act("produsen", "sdi_resource_check_show", id=resource["id"])


@pytest.mark.usefixtures("with_plugins")
def test_rows_with_a_key_are_told_apart(app: Any, province: Province) -> None:
    check = again(province, KEYED, AFTER)
    compared = check["compared"]
    assert places(compared) == {"jumlah": (1, 2, 2, True), "tahun": (1, 0, 0, True)}
    assert (compared["fixed"], compared["remaining"], compared["new"]) == (2, 3, 2)
    page = app.get(
        f"/dataset/jumlah-usaha/resource/{check['id']}/pemeriksaan",
        headers=province.headers("produsen"),
    ).body
    assert "Sejak pemeriksaan sebelumnya" in page
    assert "2 baru, 1 diperbaiki" in page
    assert "Tanpa kunci baris" not in page


@pytest.mark.usefixtures("with_plugins")
def test_rows_without_one_are_counted_and_the_page_says_so(app: Any, province: Province) -> None:
    check = again(province, KEYLESS, AFTER)
    assert places(check["compared"]) == {"jumlah": (0, 3, 1, False), "tahun": (1, 0, 0, True)}
    page = app.get(
        f"/dataset/jumlah-usaha/resource/{check['id']}/pemeriksaan",
        headers=province.headers("produsen"),
    ).body
    assert "Tanpa kunci baris" in page


def test_another_standard_is_said(province: Province) -> None:
    check = again(province, KEYED, AFTER, table_schema=KEYLESS)
    assert not check["compared"]["same_standard"]
    assert places(check["compared"])["jumlah"] == (0, 3, 1, False)


def test_the_same_bytes_are_compared_with_the_file_before(province: Province) -> None:
    check = again(province, KEYED, AFTER)
    province.act("produsen", "sdi_resource_check", id=check["id"])
    run_checks()
    once_more = province.act("produsen", "sdi_resource_check_show", id=check["id"])
    assert once_more["check_id"] != check["check_id"]
    assert once_more["compared"]["check_id"] == check["compared"]["check_id"]
    assert once_more["compared"]["fixed"] == 1
