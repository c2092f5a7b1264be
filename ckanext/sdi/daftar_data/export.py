"""An edition as others take it: the Forum's 19 columns, the centre's table, a list of sectoral
data, or JSON as portals like this one exchange it. What is written out can be read in again.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from ckanext.sdi.check.write import neutral
from ckanext.sdi.daftar_data.columns import ALIASES, DSSD_KEPT, EXTRA, LABELS, plain
from ckanext.sdi.daftar_data.correction import CORRECTIONS
from ckanext.sdi.rules.daftar_data_file import COLUMNS, DSSD_COLUMNS

WIDTH = 24
_BOLD = Font(bold=True)
# What XML cannot hold, or would not give back as it was; and a text that looks like its escape.
_ESCAPED = re.compile(r"[\x00-\x08\x0b-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")
OPTIONAL = {
    "metode_pengumpulan": "Metode Pengumpulan",
    "periode_data": "Periode Data",
    "penanggung_jawab": "Penanggung Jawab",
    "konsep": "Konsep",
    "ukuran": "Ukuran",
    "kode_dssd": "Kode DSSD",
}
NATIONAL_OPTIONAL = {
    "kode_indikator": "Kode Indikator",
    "kode_metadata": "Kode Metadata",
    "link_portal_daerah": "Link Portal Daerah",
    "link_portal_sdi": "Link Portal SDI",
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


Edition = Mapping[str, Any]
Rows = Iterable[Mapping[str, Any]]
"""The fields of items, with ``extra``; they are gone through more than once."""


@dataclass(frozen=True)
class Format:
    """A form of the list.

    :param identity: the field without which an item cannot be said in it
    :param table: the rows of the table, the head of column names after at most three title rows
    """

    name: str
    identity: str | None
    table: Callable[[Edition, Rows], Iterator[list[Any]]]


def format_for(edition: Edition, name: str | None = None) -> Format:
    """The form that is asked for, else that of the edition's level."""
    return FORMATS[name or ("nasional" if edition["level"] == "pusat" else "daerah")]


def as_csv(edition: Edition, rows: Rows, name: str | None = None) -> Iterator[str]:
    """The lines of an edition, with ``;`` between the cells.

    A cell that a spreadsheet would take for a formula begins with an apostrophe, which is left out
    when the list is read in again.

    :param edition: ``level``, ``tahun`` and ``title``
    :param name: one of ``FORMATS``; left out, that of its level
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    for cells in _table(edition, rows, name):
        # A “-” alone is no formula: it says that an item was checked.
        writer.writerow(
            [neutral(cell) if isinstance(cell, str) and cell != "-" else cell for cell in cells]
        )
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def as_csv_file(edition: Edition, rows: Rows, name: str | None = None) -> Iterator[bytes]:
    """The same as a file; the mark at its beginning tells a spreadsheet that it is UTF-8."""
    yield b"\xef\xbb\xbf"
    yield from (line.encode() for line in as_csv(edition, rows, name))


def as_xlsx(edition: Edition, rows: Rows, name: str | None = None) -> bytes:
    """An edition as ``as_csv`` has it, as a workbook in which every cell is text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Daftar Data")
    table = _table(edition, rows, name)
    head: list[list[Any]] = []
    while not head or len(head[-1]) == 1:
        head.append(next(table))
    # What is said of a sheet as a whole counts only before its first row is written.
    sheet.freeze_panes = f"A{len(head) + 1}"
    for column in range(1, len(head[-1]) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = WIDTH
    for bold, some in ((True, head), (False, table)):
        for cells in some:
            sheet.append([_text_cell(sheet, value, bold=bold) for value in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_json(edition: Edition, rows: Rows) -> Iterator[str]:
    """An edition as ``sdi_daftar_data_search`` answers, an item a line, with what else the list had
    of each (``extra``), piece by piece.
    """
    kept = {name: edition[name] for name in ("id", "tahun", "title", "state")}
    head = json.dumps({"edition": edition, "count": sum(1 for _ in rows)}, ensure_ascii=False)
    yield f'{head[:-1]}, "results": ['
    for number, row in enumerate(rows):
        item = {
            "id": row.get("item_id"),
            "row_number": row.get("row_number"),
            **{name: row.get(name) for name in ("status", *LABELS)},
            "extra": {k: v for k, v in row["extra"].items() if k != CORRECTIONS},
            "level": edition["level"],
            "organization": row.get("organization"),
            "edition": kept,
        }
        yield (",\n" if number else "\n") + json.dumps(item, ensure_ascii=False)
    yield "\n]}\n"


def _escape(found: re.Match[str]) -> str:
    return f"_x{ord(found.group()):04X}_"


def _text_cell(sheet: Any, value: object, *, bold: bool) -> Cell:
    """A cell that stays text: an id keeps its zeros, and nothing is taken for a formula."""
    made = WriteOnlyCell(sheet, _ESCAPED.sub(_escape, str(value)))
    made.data_type = "s"
    made.number_format = "@"
    if bold:
        made.font = _BOLD
    return made


def _table(edition: Edition, rows: Rows, name: str | None) -> Iterator[list[Any]]:
    form = format_for(edition, name)
    return form.table(edition, _Having(rows, form.identity))


@dataclass(frozen=True)
class _Having:
    """The rows that have a field."""

    rows: Rows
    field: str | None

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return (row for row in self.rows if self.field is None or row.get(self.field))


def _national(edition: Edition, rows: Rows) -> Iterator[list[Any]]:
    seen = {year for row in rows for year in row["prioritas_tahun"]}
    years = sorted(seen | {edition["tahun"]})
    unknown = _unknown(rows)
    # Of the centre's own list nothing is lost; a region's goes out in the centre's columns alone.
    more = _having(rows, {**OPTIONAL, **NATIONAL_OPTIONAL}) if edition["level"] == "pusat" else []
    titles = [*NATIONAL_COLUMNS, *more]
    yield ["#", *titles, *years, *unknown]
    for number, row in enumerate(rows, start=1):
        marks = ["Ya" if year in row["prioritas_tahun"] else "Tidak" for year in years]
        kept = [row["extra"].get(title, "") for title in unknown]
        yield [number, *(cell(row, title) for title in titles), *marks, *kept]


def _regional(edition: Edition, rows: Rows) -> Iterator[list[Any]]:
    names, years = set(), False
    for row in rows:
        years |= bool(row["prioritas_tahun"])
        names.add(row["produsen"])
    unknown = _unknown(rows)
    titles = [*COLUMNS, *_having(rows, OPTIONAL)]
    titles += ["Prioritas Tahun"] if years else []
    yield [edition["title"]]
    yield [f"Tahun {edition['tahun']}"]
    yield [f"Perangkat Daerah: {offices(names)}"]
    yield [*titles, *unknown]
    yield [f"({number})" for number in range(1, len(titles) + len(unknown) + 1)]
    for row in rows:
        kept = [row["extra"].get(title, "") for title in unknown]
        yield [*(cell(row, title) for title in titles), *kept]


def _dssd(edition: Edition, rows: Rows) -> Iterator[list[Any]]:
    yield [edition["title"]]
    yield [f"Tahun {edition['tahun']}"]
    yield list(DSSD_COLUMNS)
    for number, row in enumerate(rows, start=1):
        yield [
            number,
            *(
                row["extra"].get(title, "") if title in DSSD_KEPT else cell(row, title)
                for title in DSSD_COLUMNS[1:]
            ),
        ]


FORMATS = {
    "daerah": Format("daerah", None, _regional),
    "nasional": Format("nasional", "id_ddp", _national),
    "dssd": Format("dssd", "kode_dssd", _dssd),
}


def offices(names: Iterable[str | None]) -> str:
    """The identity row: the office whose list it is, or how many there are; of closed items it may
    not be told.
    """
    told = {name for name in names if name}
    return f"{len(told)} perangkat daerah" if len(told) > 1 else next(iter(told), "")


def _having(rows: Rows, columns: Mapping[str, str]) -> list[str]:
    """The titles of those columns that a row has something in."""
    filled = {name for row in rows for name in columns if row.get(name)}
    return [title for name, title in columns.items() if name in filled]


def _unknown(rows: Rows) -> list[str]:
    """The titles of columns that are in no format and were kept with the items."""
    known = {*EXTRA, *ALIASES.values(), CORRECTIONS}
    return sorted({title for row in rows for title in row["extra"]} - known)


def cell(row: Mapping[str, Any], title: str) -> str:
    """What stands of an item under the title of a column."""
    name = ALIASES[plain(title)]
    value = row.get(name)
    if name == "id_ddp" and row["status"] == "tidak_mengacu":
        return "-"
    if name == "prioritas_tahun":
        return ", ".join(map(str, value or []))
    return str(value or row["extra"].get(name) or "")
