"""An edition in other forms, on paper, as it came in; and a draft that is deleted."""

from __future__ import annotations

from typing import Any

import pytest

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.daftar_data import source
from ckanext.sdi.daftar_data.formats import read_list
from ckanext.sdi.model import Edition
from ckanext.sdi.rules.daftar_data_file import dssd_example, ewalidata_example
from tests.daftar_data.acting import agreed, counted, everything, imported
from tests.daftar_data.lists import regional
from tests.province import Province

LIST = "/sdi/daftar-data"


def test_every_form_of_an_edition(province: Province, app: Any) -> None:
    lists = regional({"Produsen Data": "Dinas Uji Coba"}, {"ID DDP": "-", "Definisi": "<b>"})
    place = f"{LIST}/edisi/{agreed(province, lists)['id']}"
    page = app.get(place).body
    assert f"{place}/cetak" in page
    assert f"{place}/daftar.xlsx?format=nasional" in page
    assert f"{place}/sumber" not in page
    there = app.get(f"{place}/daftar.json")
    assert there.content_type == "application/json"
    assert [row["id_ddd"] for row in read_list(there.data).rows] == ["64.001", "64.002"]
    centre = read_list(app.get(f"{place}/daftar.csv?format=nasional").data)
    assert [row["id_ddp"] for row in centre.rows] == ["06.01.001"]
    app.get(f"{place}/daftar.csv?format=lain", status=404)

    paper = app.get(f"{place}/cetak").body
    assert "(19)" in paper
    assert "&lt;b&gt;" in paper
    paper = app.get(f"{place}/cetak?organization=dinas-uji").body
    assert "Perangkat daerah: Dinas Uji Coba" in paper
    assert "64.001" in paper
    assert "64.002" not in paper


def test_the_file_is_kept_for_those_who_may_and_goes_with_the_draft(
    province: Province, app: Any
) -> None:
    content = dssd_example()
    before = everything()
    made = imported(province, content.encode())["edition"]
    place = f"{LIST}/edisi/{made['id']}"
    assert made["source_size"] == len(content.encode())
    walidata = province.headers("walidata")
    assert f"{place}/sumber" in app.get(place, headers=walidata).body
    kept = app.get(f"{place}/sumber", headers=walidata)
    assert kept.data == content.encode()
    assert "attachment; filename=daftar.csv" in kept.headers["Content-Disposition"]
    app.get(f"{place}/sumber", headers=province.headers("produsen"), status=404)

    app.post(f"{place}/hapus", headers=province.headers("produsen"), status=403)
    app.post(f"{place}/hapus", headers=walidata, status=302, follow_redirects=False)
    assert not source.path_of(made["id"]).exists()
    assert [everything()[n] for n in (0, 2)] == [before[n] for n in (0, 2)]
    app.get(f"{place}/sumber", headers=walidata, status=404)


def test_what_was_agreed_to_stays(province: Province) -> None:
    made = agreed(province, regional({}))
    with pytest.raises(tk.ValidationError):
        province.act("koordinator", "sdi_daftar_data_edition_delete", id=made["id"])
    with pytest.raises(tk.ObjectNotFound):
        province.act("koordinator", "sdi_daftar_data_edition_delete", id="tak-ada")
    assert source.path_of(made["id"]).exists()
    assert model.Session.get(Edition, made["id"]) is not None


def test_a_refused_list_and_a_dry_run_keep_no_file(province: Province) -> None:
    folder = source.path_of("x").parent
    before = set(folder.glob("*"))
    imported(province, regional({}), dry_run=True)
    with pytest.raises(tk.ValidationError):
        imported(province, regional({"Nama Data": ""}))
    assert set(folder.glob("*")) == before


def test_an_item_of_sectoral_data_stays_itself_when_it_refers_to_the_centre(
    province: Province,
) -> None:
    edition = agreed(province, ewalidata_example({}).encode(), level="provinsi", tahun=2026)
    show = tk.get_action("sdi_daftar_data_show")
    item = show({"user": ""}, {"id": "1.01.000001"})
    said = {"status": "mengacu", "id_ddp": "06.01.001", "reason": "Rapat"}
    province.act("koordinator", "sdi_daftar_data_item_update", id=item["id"], **said)
    again = agreed(province, ewalidata_example({}, {}).encode(), level="provinsi", tahun=2026)
    asked = {"from": edition["id"], "to": again["id"]}
    difference = tk.get_action("sdi_daftar_data_diff")({"user": ""}, asked)
    assert [one["key"] for one in difference["new"]] == ["1.01.000002"]
    assert difference["gone"] == []
    assert [one["id"] for one in difference["changed"]] == [item["id"]]
    assert counted(Edition) == [3]
