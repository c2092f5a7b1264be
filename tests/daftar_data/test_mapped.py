"""Lists in no known format come in when a person says what their columns are; the real ones do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ckanext.sdi.daftar_data import export
from ckanext.sdi.daftar_data.formats import read_list
from ckanext.sdi.daftar_data.mapped import faults_of, propose
from ckanext.sdi.daftar_data.parsed import ParsedList
from tests.daftar_data.lists import as_csv, as_xlsx, rows_of

REAL = Path(__file__).parents[3] / "shared/data/daftar-data"
SIMPLE = {
    "columns": {"Bidang Urusan": "produsen", "Nama": "nama_data", "Coret": None},
    "values": {"jadwal_pemutakhiran": "tahunan"},
    "id_prefix": "RKPD",
}
TABLE = [
    ["Rencana Kota Contoh Tahun 2026"],
    ["Bidang Urusan", "Nama", "Satuan", "Coret", "Sumber Dana"],
    ["Pendidikan", "Angka Kelulusan", "persen ", "x", "APBD"],
    ["Kesehatan", "Jumlah Puskesmas", "unit", "", ""],
]
CENTRE = {
    "sdsn1.json": {
        "columns": {
            "id": "id_ddp",
            "idSds": "kode_sds",
            "noIndikator": "kode_indikator",
            "judulIndikator": "nama_indikator",
            "konsep": "nama_data",
            "namaKlasifikasi": "klasifikasi",
            "klasifikasi": None,
            "sumberContent": "sumber_referensi",
        },
        "values": {"produsen": "Badan Pusat Statistik"},
    },
    "kode_referensi_indikator_excerpt.csv": {
        "columns": {
            "Kode Indikator": "id_ddp",
            "Nama Indikator": "nama_data",
            "Klasifikasi": "klasifikasi",
            "Tagging RAD": "kategori",
        },
        "values": {"produsen": "Bappenas"},
    },
}
EVERY_FORM = {
    "csv": lambda edition, rows: "".join(export.as_csv(edition, rows)).encode(),
    "xlsx": export.as_xlsx,
    "json": lambda edition, rows: "".join(export.as_json(edition, rows)).encode(),
}


def read(table: list[list[str]], mapping: dict[str, Any] | None, **asked: Any) -> ParsedList:
    return read_list(as_csv(table), mapping=mapping, **asked)


def real(name: str) -> bytes:
    path = REAL / name
    if not path.exists():
        pytest.skip(f"the sample file {name} is not here")
    return path.read_bytes()


def said(parsed: ParsedList) -> list[dict[str, Any]]:
    """What the items say, whatever stands empty."""
    return [
        {name: value for name, value in row.items() if value and name != "row_number"}
        for row in rows_of(parsed)
    ]


@pytest.mark.parametrize("write", [as_csv, lambda table: as_xlsx({"Daftar": table})])
def test_columns_are_what_a_person_says(write: Any) -> None:
    parsed = read_list(write(TABLE), mapping=SIMPLE, level="kabkota")
    assert parsed.findings == []
    assert (parsed.level, parsed.tahun, len(parsed.rows)) == ("kabkota", 2026, 2)
    first, second = rows_of(parsed)
    assert (first["produsen"], first["nama_data"]) == ("Pendidikan", "Angka Kelulusan")
    assert (first["satuan"], first["jadwal_pemutakhiran"]) == ("persen", "tahunan")
    assert first["extra"] == {"Sumber Dana": "APBD"}
    assert first["id_ddd"].startswith("RKPD-")
    assert first["id_ddd"] != second["id_ddd"]


def test_an_id_that_is_made_stays_with_what_it_names() -> None:
    before = rows_of(read(TABLE, SIMPLE))
    moved = [*TABLE[:2], TABLE[3], ["PENDIDIKAN", "Angka  kelulusan", "%", "", ""]]
    assert [row["id_ddd"] for row in rows_of(read(moved, SIMPLE))] == [
        before[1]["id_ddd"],
        before[0]["id_ddd"],
    ]


def test_a_list_without_a_mapping_is_refused_and_names_its_columns() -> None:
    parsed = read(TABLE, None)
    assert [found.rule for found in parsed.findings] == ["daftar_data_list.no_header"]
    assert parsed.titles == TABLE[1]
    given = json.dumps([{"kode": "1", "namaData": "a"}]).encode()
    assert read_list(given).titles == ["kode", "namaData"]


def test_what_is_missing_is_told_by_row() -> None:
    mapping = {"columns": {"Bidang Urusan": "produsen", "Nama": "nama_data"}}
    parsed = read(TABLE, mapping)
    assert [(found.rule, found.row, found.field) for found in parsed.findings] == [
        ("daftar_data_list.empty_cell", row, field)
        for row in (1, 2)
        for field in ("jadwal_pemutakhiran", "id_ddd")
    ]
    other = {"columns": {"Tidak Ada": "nama_data"}}
    assert [found.rule for found in read(TABLE, other).findings] == ["daftar_data_list.no_header"]


def test_proposals_are_by_title_and_each_field_once() -> None:
    titles = ["Kode Standar Datanya", "Nama Data", "namaData", "Satuan", "Warna"]
    fields = [found["field"] for found in propose(titles)]
    assert fields == ["kode_sds", "nama_data", None, "satuan", None]


@pytest.mark.parametrize(
    ("mapping", "place"),
    [
        ({}, "columns"),
        ({"columns": {}}, "columns"),
        ({"columns": {"a": "warna"}}, "columns"),
        ({"columns": {"a": "nama_data"}, "values": {"warna": "x"}}, "warna"),
        ({"columns": {"a": "nama_data"}, "id_prefix": "a b"}, "id_prefix"),
        ([], "mapping"),
    ],
)
def test_a_wrong_mapping_is_told(mapping: Any, place: str) -> None:
    assert any(place in fault for fault in faults_of(mapping, str))
    assert faults_of(SIMPLE, str) == []


@pytest.mark.parametrize("form", EVERY_FORM)
@pytest.mark.parametrize("name", CENTRE)
def test_the_real_lists_of_the_centre_go_out_and_in_again(name: str, form: str) -> None:
    first = read_list(real(name), mapping=CENTRE[name], level="pusat", tahun=2026)
    assert first.findings == []
    assert len(first.rows) == (4505 if name == "sdsn1.json" else 6)
    edition = {"id": "e1", "level": "pusat", "tahun": 2026, "title": "Daftar", "state": "agreed"}
    again = read_list(EVERY_FORM[form](edition, first.rows), tahun=2026)
    assert not again.refused
    assert said(again) == said(first)


@pytest.mark.parametrize("form", EVERY_FORM)
def test_the_real_list_of_a_city_goes_out_and_in_again(form: str) -> None:
    mapping = {
        "columns": {"Bidang Urusan": "produsen", "Indikator": "nama_data"},
        "values": {"jadwal_pemutakhiran": "tahunan"},
        "id_prefix": "RKPD",
    }
    content = real("indikator kinerja rkpd.xlsx")
    first = read_list(content, mapping=mapping, level="kabkota", tahun=2026)
    # The city names one of its indicators twice.
    assert [(found.rule, found.row) for found in first.findings] == [
        ("daftar_data_list.repeated_row", 261)
    ]
    assert len(first.rows) == 374
    edition = {"id": "e1", "level": "kabkota", "tahun": 2026, "title": "Daftar", "state": "agreed"}
    again = read_list(EVERY_FORM[form](edition, first.rows), level="kabkota", tahun=2026)
    assert not again.refused
    assert said(again) == said(first)
