"""An edition as the Forum exchanges it, CSV or XLSX: what is written out can be read in again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from ckanext.sdi.daftar_data.columns import ALIASES, EXTRA, plain
from ckanext.sdi.daftar_data.correction import CORRECTIONS
from ckanext.sdi.rules.daftar_data_file import COLUMNS

WIDTH = 24
_BOLD = Font(bold=True)
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
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(_table(edition, list(rows)))
    return out.getvalue()


def as_xlsx(edition: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """An edition as ``as_csv`` has it, as a workbook in which every cell is text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Daftar Data")
    table = list(_table(edition, list(rows)))
    head = next(n for n, row in enumerate(table) if len(row) > 1)
    sheet.freeze_panes = f"A{head + 2}"
    for column in range(1, len(table[head]) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = WIDTH
    for number, row in enumerate(table):
        sheet.append([_text_cell(sheet, value, bold=number <= head) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text_cell(sheet: Any, value: object, *, bold: bool) -> Cell:
    """A cell that stays text: an id keeps its zeros, and nothing is taken for a formula."""
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub(" ", str(value)))
    cell.data_type = "s"
    cell.number_format = "@"
    if bold:
        cell.font = _BOLD
    return cell


def _table(edition: Mapping[str, Any], rows: list[Mapping[str, Any]]) -> Iterable[list[Any]]:
    return _national(edition, rows) if edition["level"] == "pusat" else _regional(edition, rows)


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
    yield [f"Perangkat Daerah: {_offices(rows)}"]
    yield [*titles, *unknown]
    yield [f"({number})" for number in range(1, len(titles) + len(unknown) + 1)]
    for row in rows:
        kept = [row["extra"].get(title, "") for title in unknown]
        yield [*(_cell(row, title) for title in titles), *kept]


def _offices(rows: list[Mapping[str, Any]]) -> str:
    """The identity row: the office whose list it is, or how many there are."""
    names = {row["produsen"] for row in rows}
    return names.pop() if len(names) == 1 else f"{len(names)} perangkat daerah"


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
