"""Producers that are no organisation: proposed by likeness, confirmed by a person."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.model import ProducerAlias
from tests.daftar_data.acting import agreed, found, imported
from tests.daftar_data.lists import regional
from tests.province import Province

pytestmark = pytest.mark.usefixtures("province")

PROPOSE, CONFIRM = "sdi_daftar_data_producers_propose", "sdi_daftar_data_producer_confirm"
NAME = "Dinas Uji-Coba Prov."


def test_a_like_name_is_proposed_and_nothing_more(province: Province) -> None:
    lists = regional({"Produsen Data": NAME}, {"Produsen Data": NAME}, {"Produsen Data": "BPS"})
    draft = imported(province, lists)["edition"]["id"]
    result = province.act("walidata", PROPOSE, edition=draft)
    assert [(row["produsen"], row["items"]) for row in result["results"]] == [(NAME, 2), ("BPS", 1)]
    assert [p["name"] for p in result["results"][0]["proposals"]] == ["dinas-uji"]
    assert result["results"][1]["proposals"] == []
    window = province.act("walidata", PROPOSE, edition=draft, limit=1, offset=1)
    assert [row["produsen"] for row in window["results"]] == ["BPS"]
    assert found(province, "walidata", edition=draft, organization="dinas-uji") == []


def test_a_person_s_word_counts_now_and_for_lists_to_come(province: Province) -> None:
    edition = agreed(province, regional({"Produsen Data": NAME}, {"Produsen Data": "Lain"}))["id"]
    draft = imported(province, regional({"Produsen Data": NAME.upper()}, tahun=2027))
    result = province.act("walidata", CONFIRM, produsen=NAME, organization="dinas-uji")
    assert result == {"produsen": NAME, "organization": province.office["id"], "items": 2}
    assert found(province, organization="dinas-uji", edition=edition) == ["64.001"]
    assert province.act("walidata", PROPOSE, edition=draft["edition"]["id"])["count"] == 0
    item = tk.get_action("sdi_daftar_data_show")({"user": ""}, {"id": "64.001"})
    (entry,) = item["corrections"]
    assert (entry["field"], entry["before"]) == ("organization_id", None)
    later = imported(province, regional({"Produsen Data": NAME.lower()}, tahun=2028))
    assert later["findings"] == []


def test_a_wrong_word_can_be_mended(province: Province) -> None:
    agreed(province, regional({"Produsen Data": NAME}))
    province.act("walidata", CONFIRM, produsen=NAME, organization="dinas-lain")
    assert found(province, organization="dinas-lain") == ["64.001"]
    province.act("koordinator", CONFIRM, produsen=NAME, organization="dinas-uji")
    assert found(province, organization="dinas-lain") == []
    assert found(province, organization="dinas-uji") == ["64.001"]
    assert model.Session.scalar(sa.select(sa.func.count()).select_from(ProducerAlias)) == 1


def test_an_office_s_own_name_comes_first(province: Province) -> None:
    province.act("walidata", CONFIRM, produsen="Dinas Lain", organization="dinas-uji")
    agreed(province, regional({"Produsen Data": "Dinas Lain"}))
    assert found(province, organization="dinas-lain") == ["64.001"]


def test_a_closed_edition_stays_as_it_was(province: Province) -> None:
    closed = agreed(province, regional({"Produsen Data": NAME}))["id"]
    agreed(province, regional({"Produsen Data": NAME}, {}))
    result = province.act("walidata", CONFIRM, produsen=NAME, organization="dinas-uji")
    assert result["items"] == 1
    assert found(province, edition=closed, organization="dinas-uji") == []


WRONG: list[dict[str, Any]] = [
    {"produsen": NAME},
    {"organization": "dinas-uji"},
    {"produsen": "-", "organization": "dinas-uji"},
    {"produsen": NAME, "organization": "tak-ada"},
    {"produsen": "x" * 501, "organization": "dinas-uji"},
]


def test_what_cannot_be_confirmed(province: Province) -> None:
    for wrong in WRONG:
        with pytest.raises(tk.ValidationError):
            province.act("walidata", CONFIRM, **wrong)


def test_the_page(province: Province, app: Any) -> None:
    edition = agreed(province, regional({"Produsen Data": NAME}))["id"]
    place = f"/sdi/daftar-data/edisi/{edition}"
    headers = province.headers("walidata")
    for role in ("produsen", "pembina"):
        app.get(f"{place}/produsen", headers=province.headers(role), status=403)
        app.post(f"{place}/produsen", headers=province.headers(role), data={}, status=403)
    assert f"{place}/produsen" in app.get(place, headers=headers).body
    assert f"{place}/produsen" not in app.get(place).body
    page = app.get(f"{place}/produsen", headers=headers).body
    assert f'value="{province.office["id"]}"' in page
    assert "selected" not in page.partition(NAME)[2].partition("</form>")[0]
    app.post(f"{place}/produsen", headers=headers, data={"produsen": NAME}, status=422)
    form = {"produsen": NAME, "organization": province.office["id"]}
    app.post(f"{place}/produsen", headers=headers, data=form, status=302, follow_redirects=False)
    assert found(province, organization="dinas-uji") == ["64.001"]
