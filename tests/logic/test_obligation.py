"""What is recorded beside the list, and the expectations that say why they exist."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.lifecycle import owed
from tests.province import Province


@pytest.fixture(autouse=True)
def in_march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owed, "today", lambda: dt.date(2026, 3, 1))


def create(province: Province, role: str = "koordinator", **data: Any) -> dict[str, Any]:
    asked = {"id": province.item_id, "first": "2025-01-01", "reason": "SK 7", **data}
    return province.act(role, "sdi_obligation_create", **asked)


def expected(province: Province, role: str, **asked: Any) -> list[tuple[str, ...]]:
    found = province.act(role, "sdi_expectation_list", **asked)
    assert found["count"] == len(found["results"])
    return [
        (row["organization"]["name"], row["period"], row["timing"], row["excluded"] or row["why"])
        for row in found["results"]
    ]


OWN = ("dinas-uji", "2025", "late", "Daftar Data 2025")
NEXT = ("dinas-uji", "2026", "running", "Daftar Data 2025")


def test_a_decree_adds_and_excuses_and_is_taken_back(province: Province) -> None:
    assert expected(province, "walidata") == [OWN, NEXT]
    # Until February of 2026 there is nothing else due: the half years of 2025 are added.
    created = create(
        province,
        kind="owed",
        organization="dinas-lain",
        schedule="semesteran",
        last="2025-12-31",
        grace="90",
        reason="SK 7, telepon NIK 6472015208900001",
    )
    assert (created["grace"], created["organization"]["name"]) == (90, "dinas-lain")
    assert "6472015208900001" not in created["reason"]
    added = [
        ("dinas-lain", "2025-S1", "late", created["reason"]),
        ("dinas-lain", "2025-S2", "due", created["reason"]),
    ]
    assert expected(province, "koordinator", organization="dinas-lain") == added
    create(province, kind="excused", organization="dinas-uji", last="2025-12-31", reason="Gempa")
    assert expected(province, "walidata", timing="excluded") == [
        ("dinas-uji", "2025", "excluded", "Gempa")
    ]
    assert expected(province, "walidata", tahun=2026, item=province.item_id) == [NEXT]
    listed = tk.get_action("sdi_obligation_list")({"user": ""}, {"id": province.item_id})
    assert [row["kind"] for row in listed["results"]] == ["owed", "excused"]
    for row in listed["results"]:
        asked = {"id": province.item_id, "obligation": row["id"]}
        province.act("walidata", "sdi_obligation_delete", **asked)
    assert expected(province, "walidata") == [OWN, NEXT]
    with pytest.raises(tk.ObjectNotFound):
        province.act("walidata", "sdi_obligation_delete", **asked)


def test_others_see_what_their_own_offices_owe(province: Province) -> None:
    assert expected(province, "produsen") == [OWN, NEXT]
    for role in ("produsen_lain", "pembina", "pengembang"):
        assert expected(province, role) == []
        assert expected(province, role, organization="dinas-uji") == []


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"kind": "owed"}, "organization"),
    ({"kind": "owed", "organization": "tidak-ada"}, "organization"),
    ({"kind": "lain"}, "kind"),
    ({"kind": "excused", "schedule": "bulanan"}, "kind"),
    ({"kind": "excused", "last": "2024-12-31"}, "last"),
    ({"kind": "excused", "first": "kemarin"}, "first"),
    ({"kind": "excused", "first": "0001-01-01"}, "first"),
    ({"kind": "owed", "organization": "dinas-lain", "grace": "-1"}, "grace"),
    ({"kind": "owed", "organization": "dinas-lain", "grace": "9" * 9}, "grace"),
    ({"kind": "excused", "reason": ""}, "reason"),
    ({"kind": "excused", "reason": "a\x00"}, "reason"),
]


def test_what_cannot_be_recorded(province: Province) -> None:
    for data, field in REFUSED:
        with pytest.raises(tk.ValidationError) as caught:
            create(province, **data)
        model.Session.rollback()
        assert list(caught.value.error_dict) == [field], data


def test_an_empty_list_is_no_value(province: Province) -> None:
    """CKAN's schemas hand empty lists on past every validator."""
    owed = {"kind": "owed", "organization": "dinas-uji", "first": "2025-01-01", "reason": "SK 7"}
    asked = {"id": province.item_id, **owed, "grace": [], "last": [], "schedule": []}
    made = province.act("koordinator", "sdi_obligation_create", **asked)
    assert (made["grace"], made["last"], made["schedule"]) == (None, None, None)
