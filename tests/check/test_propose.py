"""Proposed column standards: made-up files, and the real ones against a labelled list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ckanext.sdi.check.propose import propose_schema
from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table_schema import TableSchema

REAL = Path(__file__).parents[3] / "shared" / "data"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason=f"no real files at {REAL}")


def proposed(path: Path, text: str) -> dict[str, dict[str, Any]]:
    path.write_text(text, encoding="utf-8", newline="")
    schema = propose_schema(path)
    TableSchema.from_dict(schema)
    return {field["name"]: field for field in schema["fields"]} | {"": schema}


def test_types_are_those_that_hold_for_every_value(tmp_path: Path) -> None:
    made = proposed(
        tmp_path / "x.csv",
        "bulat;luas;rupiah;tanggal;lahir;aktif;tahun;kode_pos;nomor;nama;strip\n"
        '1;1.5;"1.234,50";2024-01-31;31/01/2024;Ya;2024;75111;007;Ani;-\n'
        ";2;7,5;2024-12-01;01/12/2024;Tidak;2025;75112;12;Budi;3\n",
    )
    assert {name: field.get("type") for name, field in made.items() if name} == {
        "bulat": "integer", "luas": "number", "rupiah": "number", "tanggal": "date",
        "lahir": "date", "aktif": "boolean", "tahun": "year", "kode_pos": "string",
        "nomor": "string", "nama": "string", "strip": "integer",
    }  # fmt: skip
    assert made["rupiah"]["decimalChar"] == ","
    assert made["lahir"]["format"] == "%d/%m/%Y"
    assert made[""]["missingValues"] == ["", "-"]


def test_long_numbers_and_lost_zeros_stay_text(tmp_path: Path) -> None:
    made = proposed(tmp_path / "x.csv", "a,b\n1234567890123456,010\n1234567890123457,11\n")
    assert [made["a"]["type"], made["b"]["type"]] == ["string", "string"]


def test_codes_are_proposed_by_values_and_names(tmp_path: Path) -> None:
    made = proposed(
        tmp_path / "x.csv",
        "kode_kab,nama_kab,nik,no_kk,npwp,jumlah_kk,teknik,indikator,tahun\n"
        "64.72,Kota Samarinda,3171011708450001,6472011507190003,0020000014000000,5,1,06.01.001,2024"
        "\n"
        "64.71,Kota Balikpapan,3404025011880001,6472011507190004,0020000014000000,6,7,06.01.02,2024"
        "\n",
    )
    assert {name: field["sdi"] for name, field in made.items() if name and "sdi" in field} == {
        "kode_kab": {"code": "kode_wilayah", "level": "kab_kota"},
        "nik": {"code": "nik"},
        "no_kk": {"code": "nomor_kk"},
        "npwp": {"code": "npwp"},
    }
    assert made[""]["sdi"] == {"reference_date": {"column": "tahun"}}


def test_names_tell_the_two_numberings_apart(tmp_path: Path) -> None:
    bps = proposed(
        tmp_path / "x.csv",
        "kode_kota,nama_kota\n3171,Jakarta Selatan\n3172,Jakarta Timur\n3173,Jakarta Pusat\n",
    )
    kemendagri = proposed(
        tmp_path / "x.csv",
        "kode_kota,nama_kota\n3174,Jakarta Selatan\n3175,Jakarta Timur\n3171,Jakarta Pusat\n",
    )
    assert bps["kode_kota"]["sdi"]["code"] == "kode_bps"
    assert kemendagri["kode_kota"]["sdi"]["code"] == "kode_wilayah"
    alone = proposed(tmp_path / "x.csv", "kode_kota,jumlah\n3171,5\n3172,6\n")
    assert "sdi" not in alone["kode_kota"]
    assert alone["kode_kota"]["type"] == "string"


def test_names_that_the_data_api_cannot_have_become_titles(tmp_path: Path) -> None:
    long = "Persentase penduduk miskin menurut kabupaten dan kota di provinsi ini"
    path = tmp_path / "x.csv"
    made = proposed(path, f'{long},_id,"a ""b""",\n1,2,3,4\n')
    assert made[long[:63].strip()]["title"] == long
    assert {"id", "a b"} <= set(made)
    report = check_table(path, TableSchema.from_dict(made[""]))
    assert {rule for rule, _ in report.counts} == {"table.header_empty"}


# What the real files hold, by hand, after the notes that come with them: the columns with codes.
LABELS: dict[str, dict[str, str]] = {
    "regional/jabar/angka_garis_kemiskinan_per_kapita_per_bulan__kabupaten_data.csv": {
        "kode_provinsi": "kode_wilayah", "kode_kabupaten_kota": "kode_wilayah",
    },
    "regional/jabar/dpmdes-idm_kbrdn_sungai_terkena_pembuangan_limbah__des_kel_data.csv": {
        "kode_provinsi": "kode_wilayah", "bps_kode_kabupaten_kota": "kode_bps",
        "bps_kode_kecamatan": "kode_bps", "bps_kode_desa_kelurahan": "kode_bps",
        "kemendagri_kode_kecamatan": "kode_wilayah",
        "kemendagri_kode_desa_kelurahan": "kode_wilayah",
    },
    "regional/kota-bandung/jenis_pekerjaan.csv": {
        "kode_provinsi": "kode_wilayah", "bps_kode_kabupaten_kota": "kode_bps",
        "bps_kode_kecamatan": "kode_bps", "bps_kode_desa_kelurahan": "kode_bps",
        "KODE_KEC": "kode_wilayah", "KODE_KD": "kode_wilayah",
    },
    "regional/kota-bandung/mfd_23_1_32.csv": {"iddesa": "kode_bps"},
    "regional/jakarta/kecamatan.all.csv": {
        "kode_provinsi": "kode_wilayah", "kode_kota": "kode_bps", "kode_kecamatan": "kode_bps",
    },
    "regional/jatim/harga_komoditas_utama_hortikultura_di_tingkat_produsen_menurut.csv": {
        "kode_provinsi": "kode_wilayah", "kode_kabupaten_kota": "kode_wilayah",
    },
    "regional/nasional/data_kemiskinan_2015.csv": {},
    "daftar-data/kode_referensi_indikator_excerpt.csv": {},
}  # fmt: skip


@needs_real
@pytest.mark.parametrize("name", LABELS)
def test_codes_of_real_files_are_proposed_right(name: str) -> None:
    schema = propose_schema(REAL / name)
    found = {f["name"]: f["sdi"]["code"] for f in schema["fields"] if "sdi" in f}
    assert found == LABELS[name]
