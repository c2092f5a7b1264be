"""The made-up files of the journey: a province's list, and an office's tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from ckanext.sdi.codes.tax import passes_luhn
from tests.daftar_data.lists import DDP_EXCERPT, as_csv, records

OFFICE, OTHER_OFFICE = "Dinas Perdagangan Contoh", "Dinas Kesehatan Contoh"
YEAR = "2025"
REGIONS = ("64.01", "64.02", "64.03", "64.07", "64.08", "64.09", "64.11", "64.71", "64.72", "64.74")
COLUMNS = ("kode_wilayah", "nik", "npwp", "tahun", "jumlah_pekerja", "omzet")
# As the office delivers it first. Cell, and what is typed in it.
MISTAKES = {
    "A5": "64.99",
    "A9": "64.99",
    "B6": "6472013213900007",
    "B12": "64710110199000",
    "C4": "12345",
    "E7": "tujuh",
    "E10": "12,5 orang",
}

TITLE = ("DAFTAR DATA DAERAH PROVINSI CONTOH", f"TAHUN {YEAR}")
_ITEM = {
    "Sumber Referensi": "RPJMD",
    "Jenis Data": "Statistik",
    "Indikator/Variabel": "Variabel",
    "Kode Standar Data": "N/A",
    "Produsen Data": OFFICE,
    "Klasifikasi Data sesuai Risiko": "Terbuka",
    "Klasifikasi Penyajian": "Wilayah Administrasi: Kabupaten/Kota",
    "Jadwal Pemutakhiran": "Tahunan",
    "Kategori RAD": "Perdagangan",
}
REFERS = {
    "ID DDD": "64.101",
    "ID DDP": "06.01.001",
    "Nama Data": "Perusahaan menurut kabupaten dan kota",
    "Definisi": "Perusahaan perdagangan yang beroperasi pada akhir tahun.",
    "Satuan": "perusahaan",
}
RESTRICTED = {
    "ID DDD": "64.102",
    "ID DDP": "06.01.002",
    "Nama Data": "Penerima bantuan modal usaha",
    "Definisi": "Orang yang menerima bantuan modal usaha pada tahun berjalan.",
    "Satuan": "orang",
    "Klasifikasi Data sesuai Risiko": "Terbatas",
}
NOT_COMPARED = {
    "ID DDD": "64.103",
    "ID DDP": "",
    "Nama Data": "Pasar rakyat menurut kecamatan",
    "Definisi": "Pasar rakyat yang dikelola pemerintah kabupaten atau kota.",
    "Satuan": "unit",
}
DOES_NOT_REFER = {
    "ID DDD": "64.104",
    "ID DDP": "-",
    "Nama Data": "Harga eceran bahan pokok",
    "Definisi": "Rata-rata harga eceran bahan pokok di pasar pantauan.",
    "Satuan": "rupiah",
}
OTHERS = {
    "ID DDD": "64.201",
    "ID DDP": "04.01.001",
    "Nama Data": "Puskesmas menurut kecamatan",
    "Produsen Data": OTHER_OFFICE,
    "Definisi": "Puskesmas yang beroperasi pada akhir tahun.",
    "Satuan": "unit",
}


def regional_list(*more: dict[str, str], **faults: str) -> bytes:
    """The province's list of 19 columns; ``faults`` are put in its last row."""
    items = [REFERS, RESTRICTED, NOT_COMPARED, DOES_NOT_REFER, *more]
    rows = [{**_ITEM, **item} for item in items]
    rows[-1] |= faults
    return as_csv(records(rows, title=TITLE))


def centres_list() -> bytes:
    """The real excerpt of the centre's list; a made-up one where it is not at hand."""
    if DDP_EXCERPT.exists():
        return DDP_EXCERPT.read_bytes()
    columns = [
        *("#", "ID DDP", "Sumber Referensi", "Indikator", "Nama Data", "Jenis Pengajuan"),
        *("Jenis Data", "Indikator Variabel", "Standar Data", "Instansi Produsen Data"),
        *("Unit Kerja Produsen Data", "Definisi", "Satuan", "Klasifikasi Data Sesuai Resiko"),
        *("Klasifikasi Penyajian", "Jadwal Pemutakhiran", "Tag Rad"),
        *("Apakah membutuhkan dukungan Data Daerah?", "Level Instansi Produsen Data Daerah"),
        *("Catatan kebutuhan dukungan Data Daerah", "2025", "2026", "2027", "2028", "2029"),
    ]
    given = {"Jenis Data": "STATISTIK", "Indikator Variabel": "Indikator", "2025": "Ya"}
    given |= {"Instansi Produsen Data": "BADAN CONTOH", "Jadwal Pemutakhiran": "TAHUNAN"}
    ids = [item["ID DDP"] for item in (REFERS, RESTRICTED, OTHERS)]
    rows = [
        {**given, "#": str(n), "ID DDP": id_ddp, "Nama Data": f"Data Pusat {n}"}
        for n, id_ddp in enumerate(ids, start=1)
    ]
    table = [columns, *([row.get(column, "") for column in columns] for row in rows)]
    return as_csv(table, delimiter=",")


def npwp(number: int) -> str:
    """A made-up company's NPWP of 15 digits, with the leading zero that spreadsheets lose."""
    eight = f"01{number:06}"
    nine = next(f"{eight}{check}" for check in range(10) if passes_luhn(f"{eight}{check}"))
    return f"{nine}091000"


def nik(number: int) -> str:
    """A made-up NIK: no district gives out so high a serial number."""
    return f"647201{number % 28 + 1:02}0199{9000 + number}"


def companies(count: int = 40) -> list[list[str]]:
    """The rows of the table, as they should be."""
    return [
        [
            REGIONS[n % len(REGIONS)],
            nik(n + 1),
            npwp(131_216 + n),
            YEAR,
            str(n % 9 + 1),
            f"{(n + 1) * 12.5:.1f}",
        ]
        for n in range(count)
    ]


def table(rows: Iterable[Sequence[str]], columns: Sequence[str] = COLUMNS) -> bytes:
    """A file as a spreadsheet saves it."""
    out = io.StringIO()
    csv.writer(out).writerows([columns, *rows])
    return out.getvalue().encode()


def with_mistakes() -> bytes:
    """The office's first file."""
    rows = companies()
    for cell, typed in MISTAKES.items():
        rows[int(cell[1:]) - 2]["ABCDEF".index(cell[0])] = typed
    return table(rows)


def without_persons() -> bytes:
    """The table without the column that identifies persons."""
    rows = [[*row[:1], *row[2:]] for row in companies()]
    return table(rows, [name for name in COLUMNS if name != "nik"])


def recipients() -> bytes:
    """The second dataset's file: persons, who stay unseen."""
    rows = [[nik(n + 500), REGIONS[n % len(REGIONS)], YEAR, "5000000"] for n in range(12)]
    return table(rows, ("nik", "kode_wilayah", "tahun", "bantuan"))


RECIPIENTS: dict[str, Any] = {
    "fields": [
        {"name": "nik", "type": "string", "constraints": {"required": True, "unique": True},
         "sdi": {"code": "nik"}},
        {"name": "kode_wilayah", "type": "string",
         "sdi": {"code": "kode_wilayah", "level": "kab_kota"}},
        {"name": "tahun", "type": "year"},
        {"name": "bantuan", "type": "integer", "sdi": {"satuan": "rupiah"}},
    ]
}  # fmt: skip

PRICES: dict[str, Any] = {
    "fields": [
        {"name": "kode_wilayah", "type": "string",
         "sdi": {"code": "kode_wilayah", "level": "kab_kota"}},
        {"name": "tahun", "type": "year"},
        {"name": "harga_beras", "type": "number", "sdi": {"satuan": "rupiah"}},
    ]
}  # fmt: skip


def prices() -> bytes:
    """The file of the dataset that another CKAN has."""
    rows = [[code, YEAR, str(12_000 + 150 * n)] for n, code in enumerate(REGIONS)]
    return table(rows, ("kode_wilayah", "tahun", "harga_beras"))


def dataset(name: str, item_id: str) -> dict[str, Any]:
    """A draft without more than a form asks."""
    return {
        "name": name,
        "title": name.replace("-", " ").capitalize(),
        "owner_org": "disperdagangan-contoh",
        "daftar_data_item": item_id,
    }


def complete_dataset(name: str, item_id: str) -> dict[str, Any]:
    """A draft with all that the list does not say of it."""
    return {
        **dataset(name, item_id),
        "notes": "Perusahaan dengan izin usaha perdagangan yang masih berlaku.",
        "konsep": "Perusahaan yang menjual barang di suatu wilayah.",
        "ukuran": "Jumlah",
        "periode_awal": YEAR,
        "periode_akhir": YEAR,
        "cakupan_wilayah": ["64"],
        "tingkat_penyajian": "kab_kota",
        "metode_pengumpulan": "kompilasi_administrasi",
        "sumber": "Izin usaha perdagangan",
        "penanggung_jawab": "Bidang Perdagangan",
        "tag_string": "perusahaan",
    }
