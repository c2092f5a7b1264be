"""What another portal lists: proposals for what the list does not name, and a person's word."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.model import RemoteDataset
from ckanext.sdi.views import panen
from tests.harvest.conftest import allowed, ckan_there
from tests.harvest.fake_ckan import FakeCkan
from tests.harvest.test_portal import harvest, messages, source_of, taken_in
from tests.province import Province

__all__ = ["allowed", "ckan_there"]

pytestmark = pytest.mark.usefixtures("with_plugins", "province")


@pytest.fixture
def source(province: Province, allowed: FakeCkan) -> dict[str, Any]:
    """A source that was harvested: a dataset with a likely name, one with none, one taken in."""
    allowed.has("mirip", title="Jumlah Usaha menurut Kabupaten/Kota Tahun 2024")
    allowed.has("asing", title="Galeri foto {kegiatan}", id_ddd="LAIN-1")
    allowed.has(
        "ada", id_ddd="DDD-001", warna="{biru}", resources=[{"name": "Peta", "format": "SHP"}]
    )
    made = source_of(province, allowed)
    harvest(province, made)
    return made


def listed(province: Province, source: dict[str, Any], **asked: Any) -> dict[str, Any]:
    return province.act("produsen", "sdi_remote_dataset_list", id=source["name"], **asked)


def test_a_likely_item_is_proposed_confirmed_and_taken_in(
    province: Province, source: dict[str, Any], allowed: FakeCkan
) -> None:
    found = listed(province, source)
    assert found["counts"]["taken"] == 1
    assert found["counts"]["refused"] == found["count"] - 1 == 2
    asing, mirip = listed(province, source, state="refused")["results"]
    assert asing["proposals"] == []
    assert "LAIN-1" in asing["reason"]
    assert "{kegiatan}" in asing["reason"]
    (proposal,) = mirip["proposals"]
    assert (proposal["id"], proposal["id_ddd"]) == (province.item_id, "DDD-001")
    assert harvest(province, source)["object_errors"] == {}, "a proposal alone changes nothing"
    assert len(taken_in()) == 1

    said = {"guid": "mirip", "item": proposal["id"]}
    province.act("walidata", "sdi_remote_dataset_confirm", id=source["id"], matches=[said])
    assert [row["guid"] for row in listed(province, source, state="waiting")["results"]] == [
        "mirip"
    ]
    allowed.asked.clear()
    assert messages(harvest(province, source)) == []
    assert len(allowed.asked) == 2
    assert [package.title for package in taken_in()] == [
        "Dataset ada",
        "Jumlah Usaha menurut Kabupaten/Kota Tahun 2024",
    ]
    taken = {row["guid"]: row for row in listed(province, source, state="taken")["results"]}
    assert taken["mirip"]["item"]["id"] == province.item_id
    assert taken["mirip"]["dataset"] in {package.id for package in taken_in()}


@pytest.mark.parametrize(
    "matches",
    [
        None,
        [],
        "mirip",
        [1],
        [{"guid": "mirip", "item": 1}],
        [{"item": "x"}],
        [{"guid": "mirip", "item": "x"}],
        [{"guid": "tidak-ada", "item": ""}],
    ],
)
def test_a_word_that_cannot_be_kept(
    matches: Any, province: Province, source: dict[str, Any]
) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        province.act("produsen", "sdi_remote_dataset_confirm", id=source["id"], matches=matches)
    assert list(refused.value.error_dict) == ["matches"]
    assert listed(province, source, state="waiting")["count"] == 0


def test_any_item_of_the_list_can_be_chosen_on_a_page(
    province: Province, source: dict[str, Any], app: Any
) -> None:
    """Whatever the title is: with a form, that is by keyboard and without JavaScript."""
    headers = province.headers("produsen")
    listing = f"/sdi/panen/{source['name']}"
    address = f"{listing}/dataset/asing"
    assert address in app.get(listing, headers=headers).body
    page = app.get(address, headers=headers)
    assert "Galeri foto {kegiatan}" in html.unescape(page.body)
    assert f'value="{province.item_id}"' in page.body
    found = app.get(f"{address}?q=usaha", headers=headers).body
    assert f'value="{province.item_id}"' in found
    assert 'value="usaha"' in found
    none = app.get(f"{address}?q=tidakada", headers=headers)
    assert province.item_id not in none.body
    assert "Coba kata lain" in none.body

    for wrong in ({}, {"item": "tidak-ada"}):
        assert app.post(address, headers=headers, data=wrong).status_code == 422
    other = province.headers("produsen_lain")
    said = {"item": province.item_id}
    for there in (address, f"{listing}/dataset/tidak-ada"):
        for method in (app.get, app.post):
            assert method(there, headers=other, **_data(method, app, said)).status_code == 403
    assert app.get(f"{listing}/dataset/tidak-ada", headers=headers).status_code == 404
    assert listed(province, source)["counts"]["waiting"] == 0
    app.post(address, headers=headers, data=said, follow_redirects=False)
    (waiting,) = listed(province, source, state="waiting")["results"]
    assert (waiting["guid"], waiting["item"]["id"]) == ("asing", province.item_id)
    assert messages(harvest(province, source)) == []
    assert "Galeri foto {kegiatan}" in [package.title for package in taken_in()]


def _data(method: Any, app: Any, said: dict[str, str]) -> dict[str, Any]:
    return {"data": said} if method == app.post else {}


def test_nobody_waits_for_a_harvest_under_way(province: Province, source: dict[str, Any]) -> None:
    taken = sa.select(RemoteDataset.guid).where(RemoteDataset.guid == "mirip").with_for_update()
    said = [{"guid": guid, "item": province.item_id} for guid in ("mirip", "asing")]
    engine: Any = model.meta.engine
    with engine.begin() as harvest_of_it:
        harvest_of_it.execute(taken)
        with pytest.raises(tk.ValidationError) as refused:
            province.act("produsen", "sdi_remote_dataset_confirm", id=source["id"], matches=said)
    errors: Any = refused.value.error_dict
    (told,) = errors["matches"]
    assert "Jumlah Usaha menurut Kabupaten/Kota Tahun 2024" in told
    assert listed(province, source)["counts"]["waiting"] == 0
    province.act("produsen", "sdi_remote_dataset_confirm", id=source["id"], matches=said)
    assert listed(province, source)["counts"]["waiting"] == 2


def test_one_dataset_is_asked_for_by_its_portals_name(
    province: Province, source: dict[str, Any]
) -> None:
    found = listed(province, source, guid="mirip")
    assert [row["guid"] for row in found["results"]] == ["mirip"]
    assert found["count"] == 1
    assert sum(found["counts"].values()) == 3
    assert listed(province, source, guid="mirip", state="taken")["count"] == 0


def test_the_next_page_is_of_the_same_state(
    province: Province, source: dict[str, Any], app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panen, "PER_PAGE", 1)
    address = f"/sdi/panen/{source['name']}?state=refused"
    page = html.unescape(app.get(address, headers=province.headers("produsen")).body)
    assert re.search(r'href="[^"]*state=refused&page=2|href="[^"]*page=2&state=refused', page)


def test_the_page(province: Province, source: dict[str, Any], app: Any) -> None:
    address = f"/sdi/panen/{source['name']}"
    page = app.get(address, headers=province.headers("produsen"))
    text = html.unescape(page.body)
    assert "Galeri foto {kegiatan}" in text
    taken = html.unescape(
        app.get(f"{address}?state=taken", headers=province.headers("produsen")).body
    )
    assert "warna, Peta" in taken, "what no field takes is named"
    assert "Jumlah usaha menurut kabupaten dan kota" in text
    assert app.get(address, headers=province.headers("produsen_lain")).status_code == 403
    assert app.get("/sdi/panen/tidak-ada", headers=province.headers("admin")).status_code == 404
    headers = province.headers("produsen")
    assert app.post(address, headers=headers, data={"x": "y"}).status_code == 422
    wrong = {"item/mirip": "tidak-ada"}
    assert app.post(address, headers=headers, data=wrong).status_code == 422
    chosen = {"item/mirip": province.item_id, "item/asing": ""}
    again = app.post(address, headers=headers, data={**chosen, "item/asing": "tidak-ada"})
    kept = BeautifulSoup(again.body, "html.parser").select("input[name='item/mirip'][checked]")
    assert [radio["value"] for radio in kept] == [province.item_id]
    sent = app.post(
        f"{address}?state=refused", headers=headers, data=chosen, follow_redirects=False
    )
    assert sent.headers["Location"].endswith("?state=refused")
    assert listed(province, source)["counts"]["waiting"] == 1
    admin = app.get(f"/harvest/admin/{source['name']}", headers=headers)
    assert address in admin.body
