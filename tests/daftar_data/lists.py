"""Made-up lists for tests: the regional format as CSV or XLSX, with all that offices add to it."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from ckanext.sdi.daftar_data.parsed import ParsedList
from ckanext.sdi.rules.daftar_data_file import COLUMNS

DDP_EXCERPT = Path(__file__).parents[3] / "shared/data/daftar-data/data_prioritas_excerpt_1-11.csv"

ROW = {
    "ID DDP": "06.01.001",
    "Sumber Referensi": "RPJMD",
    "Kode Indikator": "06.01",
    "Nama Indikator": "Angka Anak Tidak Sekolah",
    "Jenis Data": "Statistik",
    "Indikator/Variabel": "Indikator",
    "Kode Standar Data": "N/A",
    "Produsen Data": "Dinas Pendidikan",
    "Klasifikasi Data sesuai Risiko": "Terbuka",
    "Definisi": "Anak usia sekolah yang tidak terdaftar pada satuan pendidikan.",
    "Satuan": "persen",
    "Klasifikasi Penyajian": "Wilayah Administrasi: Kabupaten/Kota",
    "Jadwal Pemutakhiran": "Tahunan",
    "Kategori RAD": "Pendidikan",
}
TITLE = ("DAFTAR DATA DAERAH PROVINSI CONTOH", "TAHUN 2026", "OPD: Dinas Pendidikan")
NUMBERS = tuple(f"({n})" for n in range(1, len(COLUMNS) + 1))


def rows(*changes: dict[str, str]) -> list[dict[str, str]]:
    """Right rows numbered 64.001, 64.002, …, each with what is given changed."""
    return [
        {**ROW, "ID DDD": f"64.{n:03}", "Nama Data": f"Data Contoh {n}", **change}
        for n, change in enumerate(changes or ({},), start=1)
    ]


def records(
    items: Iterable[dict[str, str]],
    *,
    columns: Sequence[str] = COLUMNS,
    title: Sequence[str] = TITLE,
    numbers: bool = True,
) -> list[list[str]]:
    """Title rows, an empty row, the header, the row of numbers, the items."""
    head = [[line] for line in title] + [[""], list(columns)]
    if numbers:
        head.append([f"({n})" for n in range(1, len(columns) + 1)])
    return head + [[item.get(column, "") for column in columns] for item in items]


def as_csv(
    table: Iterable[Sequence[str]], *, delimiter: str = ";", encoding: str = "utf-8"
) -> bytes:
    """A table as the bytes of a CSV."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(table)
    return out.getvalue().encode(encoding)


def rows_of(parsed: ParsedList) -> list[dict[str, Any]]:
    """The rows that were read, all at once."""
    return list(parsed.rows)


def regional(*changes: dict[str, str], tahun: int = 2026) -> bytes:
    """A right regional list with these changes, as CSV."""
    title = (TITLE[0], f"TAHUN {tahun}", TITLE[2])
    return as_csv(records(rows(*changes), title=title))


def as_xlsx(sheets: dict[str, Iterable[Sequence[str | float]]]) -> bytes:
    """A small workbook; numbers are stored as numbers, texts as texts."""
    out = io.BytesIO()
    names = list(sheets)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("[Content_Types].xml", _CONTENT_TYPES)
        book.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        targets = [("worksheet", f"worksheets/sheet{n + 1}.xml") for n in range(len(names))]
        book.writestr("xl/_rels/workbook.xml.rels", _relations(targets))
        listed = "".join(
            f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
            for n, name in enumerate(names, start=1)
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets>{listed}</sheets></workbook>',
        )
        for n, name in enumerate(names, start=1):
            body = "".join(_row(r, row) for r, row in enumerate(sheets[name], start=1))
            book.writestr(
                f"xl/worksheets/sheet{n}.xml",
                f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>',
            )
    return out.getvalue()


_CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def _relations(targets: list[tuple[str, str]]) -> str:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}/{name}" Target="{target}"/>'
        for n, (name, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{package}">{listed}</Relationships>'


def _row(number: int, cells: Sequence[str | float]) -> str:
    return f'<row r="{number}">{"".join(_cell(c, number, v) for c, v in enumerate(cells))}</row>'


def _cell(column: int, row: int, value: str | float) -> str:
    from ckanext.sdi.daftar_data.table import letters

    address = f"{letters(column)}{row}"
    if isinstance(value, str):
        return f'<c r="{address}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{address}"><v>{value}</v></c>'
