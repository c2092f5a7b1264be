"""What a Daftar Data item says of its dataset."""

from __future__ import annotations

from typing import Any

from ckanext.sdi.rules import filled

ITEM: dict[str, Any] = {
    "item_id": "item-1",
    "nama_data": "Jumlah Penduduk Miskin",
    "organization_id": "org-1",
    "jenis_data": "statistik",
    "konsep": "Kemiskinan",
    "definisi": " Penduduk di bawah garis kemiskinan ",
    "satuan": "jiwa",
    "klasifikasi": "-",
    "ukuran": None,
    "kode_sds": "N/A",
    "jadwal_pemutakhiran": "tahunan",
    "metode_pengumpulan": "Survei",
    "klasifikasi_risiko": "terbuka",
    "prioritas_tahun": [2026, 2025],
}


def test_what_the_item_binds() -> None:
    assert filled.binding(ITEM) == {
        "owner_org": "org-1",
        "jenis_data": "statistik",
        "konsep": "Kemiskinan",
        "definisi": "Penduduk di bawah garis kemiskinan",
        "satuan": "jiwa",
        "jadwal_pemutakhiran": "tahunan",
        "metode_pengumpulan": "survei",
        "klasifikasi_risiko": "terbuka",
        "prioritas_tahun": "2025,2026",
    }


def test_what_the_item_suggests() -> None:
    assert filled.suggested(ITEM) == {
        "title": "Jumlah Penduduk Miskin",
        "notes": "Penduduk di bawah garis kemiskinan",
    }


def test_a_value_that_the_rules_refuse_binds_nobody() -> None:
    said = filled.binding({**ITEM, "satuan": "1.000", "kode_sds": "KUGI-12", "konsep": "x" * 5000})
    assert "satuan" not in said
    assert "kode_sds" not in said
    assert "konsep" not in said
    assert filled.binding({**ITEM, "kode_sds": "SD00001.00.01"})["kode_sds"] == "SD00001.00.01"


def test_a_method_that_is_no_choice_binds_nobody() -> None:
    assert "metode_pengumpulan" not in filled.binding({**ITEM, "metode_pengumpulan": "lisan"})
    assert "prioritas_tahun" not in filled.binding({**ITEM, "prioritas_tahun": []})
