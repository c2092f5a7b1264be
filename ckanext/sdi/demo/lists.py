"""The lists of the demo province as the Forum would hand them round: CSV files in both formats."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from ckanext.sdi.daftar_data.export import NATIONAL_COLUMNS
from ckanext.sdi.demo.plan import LIST_YEARS, Item
from ckanext.sdi.rules.daftar_data_file import COLUMNS

REGIONAL = (
    *COLUMNS,
    "Metode Pengumpulan",
    "Periode Data",
    "Penanggung Jawab",
    "Prioritas Tahun",
)
NATIONAL = (
    "#",
    *NATIONAL_COLUMNS,
    "2025",
    "2026",
    "2027",
    "2028",
    "2029",
)
# What the Forum has written into ID DDP: an id, "-" for "looked, does not refer", or nothing yet.
NOT_REFERRING = "-"


def regional(items: Iterable[Item], year: int) -> str:
    """The province's own list for a year, as "Format Daftar Data Daerah".

    The list of the first year is a little shorter, and less of it is tied to the centre's.
    """
    first = year == LIST_YEARS[0]
    rows = [
        _regional_row(item, first=first)
        for item in items
        if not (first and item.number > 7 and item.office.number % 7 == 0)
    ]
    titles = [
        ["DAFTAR DATA DAERAH PROVINSI KALIMANTAN TIMUR (PERAGAAN)"],
        [f"TAHUN {year}"],
        ["Semua isi daftar ini rekaan"],
        [],
    ]
    numbers = [f"({number})" for number in range(1, len(REGIONAL) + 1)]
    return _csv([*titles, REGIONAL, numbers, *rows])


def _regional_row(item: Item, *, first: bool) -> list[str]:
    id_ddp = {"mengacu": item.id_ddp, "tidak_mengacu": NOT_REFERRING, "belum_dicek": ""}
    unlooked = first and item.number % 4 == 3
    return [
        item.id_ddd,
        "" if unlooked else id_ddp[item.status],
        "RPJMD 2025-2029" if item.number <= 5 else f"Renstra {item.office.short} 2025-2029",
        f"{item.office.number:02}.{item.number:02}",
        item.nama_data,
        item.nama_data,
        item.jenis_data.upper(),
        "Indikator" if item.is_rate else "Variabel",
        "N/A",
        item.office.title,
        item.klasifikasi_risiko.capitalize(),
        item.definisi,
        item.satuan,
        item.klasifikasi,
        item.jadwal.capitalize(),
        item.office.kategori,
        "",
        "",
        "",
        item.metode,
        "1 Januari sampai 31 Desember",
        f"Sekretariat {item.office.title}",
        ", ".join(str(year) for year in LIST_YEARS) if item.is_priority else "",
    ]


def national(items: Iterable[Item]) -> str:
    """The centre's list, with made-up ids, of what the province's items refer to."""
    referred = [item for item in items if item.status == "mengacu"]
    rows = [_national_row(number, item) for number, item in enumerate(referred, 1)]
    return _csv([NATIONAL, *rows])


def _national_row(number: int, item: Item) -> list[str]:
    return [
        str(number),
        item.id_ddp,
        "RPJMN 2025-2029",
        item.nama_data,
        item.nama_data,
        "Prioritas" if item.is_priority else "Biasa",
        item.jenis_data.upper(),
        "Indikator" if item.is_rate else "Variabel",
        "",
        item.office.kementerian.upper(),
        "Pusat Data dan Informasi",
        item.definisi,
        item.satuan,
        item.klasifikasi_risiko.capitalize(),
        item.klasifikasi,
        item.jadwal.upper(),
        item.office.kategori,
        "Ya",
        "Provinsi",
        "",
        *("Ya" if item.is_priority else "Tidak" for _ in range(5)),
    ]


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
