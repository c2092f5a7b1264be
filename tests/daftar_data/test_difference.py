"""Two editions compared in the database: new, gone, changed, moved, lowered."""

from __future__ import annotations

from typing import Any

import pytest

from ckan import model

from ckanext.sdi.daftar_data.difference import LISTS, Difference
from ckanext.sdi.model import Edition, Item, ItemVersion
from tests.province import Province

Row = dict[str, Any]


def row(number: int, **changes: Any) -> Row:
    return {
        "row_number": number,
        "id_ddd": f"64.{number:03}",
        "nama_data": f"Data {number}",
        "produsen": "Dinas A",
        "klasifikasi_risiko": "terbatas",
        "prioritas_tahun": [],
        **changes,
    }


def compared(*lists: list[Row]) -> Difference:
    """An edition of each list, compared."""
    items: dict[str, Item] = {}
    editions: list[str] = []
    for number, rows in enumerate(lists):
        edition = Edition(level="provinsi", tahun=2030, title="Uji", checksum=str(number))
        model.Session.add(edition)
        model.Session.flush()
        editions.append(edition.id)
        for given in rows:
            key = given.get("id_ddd") or given["id_ddp"]
            items.setdefault(key, Item(level="provinsi", key=key))
            model.Session.add(ItemVersion(edition=edition, item=items[key], **given))
        model.Session.flush()
    return Difference(editions[0], editions[1])


@pytest.mark.usefixtures("province")
def test_field_by_field() -> None:
    before = [row(1), row(2), row(3), row(4)]
    after = [
        row(1),
        row(2, produsen="Dinas B", klasifikasi_risiko="tertutup"),
        row(3, klasifikasi_risiko="terbuka", prioritas_tahun=[2026]),
        row(5),
    ]
    found = compared(before, after)
    assert found.counts() == {
        "new": 1,
        "gone": 1,
        "changed": 2,
        "unchanged": 1,
        "moved": 1,
        "lowered": 1,
    }
    assert [item["key"] for item in found.rows("new")] == ["64.005"]
    assert [item["key"] for item in found.rows("gone")] == ["64.004"]
    second, third = found.rows("changed")
    assert second["moved"]
    assert not second["lowered"]
    assert third["lowered"]
    assert third["fields"] == {
        "klasifikasi_risiko": ["terbatas", "terbuka"],
        "prioritas_tahun": [None, [2026]],
    }
    assert [item["key"] for item in found.rows("moved")] == ["64.002"]
    assert [item["key"] for item in found.rows("lowered")] == ["64.003"]


@pytest.mark.usefixtures("province")
def test_a_window_leaves_the_counts_whole() -> None:
    found = compared([], [row(number) for number in range(1, 6)])
    part = found.as_dict(LISTS, limit=2, offset=3)
    assert [item["key"] for item in part["new"]] == ["64.004", "64.005"]
    assert part["counts"]["new"] == 5
    assert found.as_dict(("gone",), limit=9)["new"] == []


@pytest.mark.usefixtures("province")
def test_an_item_without_regional_id_is_known_by_its_ddp_id() -> None:
    named = {"id_ddd": None, "id_ddp": "06.01.001"}
    found = compared([row(1, **named, satuan="orang")], [row(1, **named, satuan="jiwa")])
    (changed,) = found.rows("changed")
    assert changed["key"] == "06.01.001"
    assert changed["fields"] == {"satuan": ["orang", "jiwa"]}


def test_another_way_to_write_an_office_is_no_other_office(province: Province) -> None:
    one, two = province.office["id"], province.other_office["id"]
    found = compared(
        [
            row(1, produsen="Dinas A"),
            row(2, produsen="Disdik", organization_id=one),
            row(3, organization_id=one),
            row(4),
        ],
        [
            row(1, produsen="DINAS  A."),
            row(2, produsen="Dinas Pendidikan", organization_id=one),
            row(3, organization_id=two),
            row(4, organization_id=one),
        ],
    )
    assert [item["key"] for item in found.rows("moved")] == ["64.003"]
    fields = {item["key"]: list(item["fields"]) for item in found.rows("changed")}
    assert fields == {
        "64.001": ["produsen"],
        "64.002": ["produsen"],
        "64.003": ["organization_id"],
    }
