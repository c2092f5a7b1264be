"""An edition as the CSV that the Forum exchanges: what is written out here can be read in again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from ckanext.sdi.daftar_data.columns import ALIASES, EXTRA, plain
from ckanext.sdi.daftar_data.correction import CORRECTIONS
from ckanext.sdi.rules.daftar_data_file import COLUMNS

OPTIONAL = {
    "metode_pengumpulan": "Metode Pengumpulan",
    "periode_data": "Periode Data",
    "penanggung_jawab": "Penanggung Jawab",
    "konsep": "Konsep",
    "ukuran": "Ukuran",
}
NATIONAL_COLUMNS = (
    "ID DDP",
    "Sumber Referensi",
    "Indikator",
    "Nama Data",
    "Jenis Pengajuan",
    "Jenis Data",
    "Indikator Variabel",
    "Standar Data",
    "Instansi Produsen Data",
    "Unit Kerja Produsen Data",
    "Definisi",
    "Satuan",
    "Klasifikasi Data Sesuai Resiko",
    "Klasifikasi Penyajian",
    "Jadwal Pemutakhiran",
    "Tag Rad",
    "Apakah membutuhkan dukungan Data Daerah?",
    "Level Instansi Produsen Data Daerah",
    "Catatan kebutuhan dukungan Data Daerah",
)


def as_csv(edition: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> str:
    """An edition in the format of its level, with ``;`` between the cells.

    :param edition: ``level``, ``tahun`` and ``title``
    :param rows: its items' fields, with ``extra``
    """
    listed = list(rows)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    if edition["level"] == "pusat":
        writer.writerows(_national(edition, listed))
    else:
        writer.writerows(_regional(edition, listed))
    return out.getvalue()


def _national(edition: Mapping[str, Any], rows: list[Mapping[str, Any]]) -> Iterable[list[Any]]:
    years = sorted({year for row in rows for year in row["prioritas_tahun"]} | {edition["tahun"]})
    unknown = _unknown(rows)
    yield ["#", *NATIONAL_COLUMNS, *years, *unknown]
    for number, row in enumerate(rows, start=1):
        marks = ["Ya" if year in row["prioritas_tahun"] else "Tidak" for year in years]
        kept = [row["extra"].get(title, "") for title in unknown]
        yield [number, *(_cell(row, title) for title in NATIONAL_COLUMNS), *marks, *kept]


def _regional(edition: Mapping[str, Any], rows: list[Mapping[str, Any]]) -> Iterable[list[Any]]:
    optional = [title for name, title in OPTIONAL.items() if any(row.get(name) for row in rows)]
    if any(row["prioritas_tahun"] for row in rows):
        optional.append("Prioritas Tahun")
    unknown = _unknown(rows)
    titles = [*COLUMNS, *optional]
    yield [edition["title"]]
    yield [f"Tahun {edition['tahun']}"]
    yield [*titles, *unknown]
    yield [f"({number})" for number in range(1, len(titles) + len(unknown) + 1)]
    for row in rows:
        kept = [row["extra"].get(title, "") for title in unknown]
        yield [*(_cell(row, title) for title in titles), *kept]


def _unknown(rows: list[Mapping[str, Any]]) -> list[str]:
    """The titles of columns that are in no format and were kept with the items."""
    known = {*EXTRA, *ALIASES.values(), CORRECTIONS}
    return sorted({title for row in rows for title in row["extra"]} - known)


def _cell(row: Mapping[str, Any], title: str) -> str:
    name = ALIASES[plain(title)]
    value = row.get(name)
    if name == "id_ddp" and row["status"] == "tidak_mengacu":
        return "-"
    if name == "prioritas_tahun":
        return ", ".join(map(str, value or []))
    return str(value or row["extra"].get(name) or "")
