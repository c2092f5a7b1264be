"""The search of the list with its facets: what could be chosen, and how many items that gives."""

from __future__ import annotations

from typing import Any

import pytest

import ckan.plugins.toolkit as tk

from ckanext.sdi.rules.daftar_data_file import COLUMNS
from tests.daftar_data.acting import agreed, found
from tests.daftar_data.lists import as_csv, records, rows
from tests.province import Province

pytestmark = pytest.mark.usefixtures("province")


@pytest.fixture
def agreed_list(province: Province) -> None:
    changes = (
        {"Produsen Data": "Dinas Uji Coba", "2026": "Ya", "2027": "Ya"},
        {"Produsen Data": "Dinas Uji Coba", "Jadwal Pemutakhiran": "Bulanan", "2026": "Ya"},
        {"Produsen Data": "Dinas Lain", "Klasifikasi Data sesuai Risiko": "Terbatas"},
        {"Produsen Data": "Tak Ada", "ID DDP": "", "Jenis Data": "Geospasial"},
    )
    table = records(rows(*changes), columns=(*COLUMNS, "2026", "2027"))
    agreed(province, as_csv(table))


def counted(**asked: Any) -> dict[str, dict[Any, int]]:
    search = tk.get_action("sdi_daftar_data_search")
    facets = search({"user": ""}, {"facets": True, **asked})["facets"]
    return {name: {e["value"]: e["count"] for e in entries} for name, entries in facets.items()}


@pytest.mark.usefixtures("agreed_list")
def test_every_facet_is_counted() -> None:
    assert counted() == {
        "organization": {"dinas-uji": 2, "dinas-lain": 1},
        "jenis_data": {"statistik": 3, "geospasial": 1},
        "klasifikasi_risiko": {"terbuka": 3, "terbatas": 1},
        "jadwal_pemutakhiran": {"tahunan": 3, "bulanan": 1},
        "status": {"mengacu": 3, "belum_dicek": 1},
        "prioritas_tahun": {2026: 2, 2027: 1},
    }


@pytest.mark.usefixtures("agreed_list")
def test_a_choice_narrows_the_others_and_not_itself() -> None:
    narrowed = counted(organization="dinas-uji", prioritas_tahun="2026")
    assert narrowed["organization"] == {"dinas-uji": 2}
    assert narrowed["jadwal_pemutakhiran"] == {"tahunan": 1, "bulanan": 1}
    assert narrowed["prioritas_tahun"] == {2026: 2, 2027: 1}
    narrowed = counted(klasifikasi_risiko="terbatas")
    assert narrowed["klasifikasi_risiko"] == {"terbuka": 3, "terbatas": 1}
    assert narrowed["organization"] == {"dinas-lain": 1}
    assert narrowed["prioritas_tahun"] == {}
    everything = dict.fromkeys(counted(), None)
    chosen = {
        "organization": "dinas-lain",
        "jenis_data": "statistik",
        "klasifikasi_risiko": "terbatas",
        "jadwal_pemutakhiran": "tahunan",
        "status": "mengacu",
    }
    assert set(counted(**chosen)) == set(everything)


@pytest.mark.usefixtures("agreed_list")
def test_each_facet_is_a_filter(province: Province) -> None:
    assert found(province, klasifikasi_risiko="terbatas") == ["64.003"]
    assert found(province, jadwal_pemutakhiran="bulanan") == ["64.002"]
    assert found(province, prioritas_tahun=2027) == ["64.001"]
    for wrong in (
        {"klasifikasi_risiko": "rahasia"},
        {"jadwal_pemutakhiran": "kadang"},
        {"prioritas_tahun": "kini"},
    ):
        with pytest.raises(tk.ValidationError):
            found(province, **wrong)
    assert "facets" not in tk.get_action("sdi_daftar_data_search")({"user": ""}, {})


@pytest.mark.usefixtures("agreed_list")
def test_the_page_shows_the_counts(app: Any) -> None:
    page = app.get("/sdi/daftar-data?jadwal_pemutakhiran=bulanan").body
    assert "Dinas Uji Coba (1)" in page
    assert 'value="tahunan">' in page
    assert "Data Contoh 2" in page
    assert "Data Contoh 1<" not in page
    assert 'value="2026"' in page.partition('name="prioritas_tahun"')[2]
