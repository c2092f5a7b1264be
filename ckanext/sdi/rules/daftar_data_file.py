"""Rules on the file of a Daftar Data: can it be read, and is it the Forum's table?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ckanext.sdi.rules.catalogue import N_, Example, Rule, register
from ckanext.sdi.rules.finding import Finding

FORMAT_SOURCE = N_("Format Daftar Data Daerah of the Forum; national Daftar Data Prioritas")
ERROR = {"wajib": "error", "anjuran": "error"}
WARNING = {"wajib": "warning", "anjuran": "warning"}
INFO = {"wajib": "info", "anjuran": "info"}

COLUMNS = (
    "ID DDD",
    "ID DDP",
    "Sumber Referensi",
    "Kode Indikator",
    "Nama Indikator",
    "Nama Data",
    "Jenis Data",
    "Indikator/Variabel",
    "Kode Standar Data",
    "Produsen Data",
    "Klasifikasi Data sesuai Risiko",
    "Definisi",
    "Satuan",
    "Klasifikasi Penyajian",
    "Jadwal Pemutakhiran",
    "Kategori RAD",
    "Kode Metadata",
    "Link Portal Daerah",
    "Link Portal SDI",
)
"""The nineteen columns of the regional format, in their order."""

_ROW = {
    "ID DDD": "64.001",
    "ID DDP": "06.01.001",
    "Nama Data": "Angka Anak Tidak Sekolah",
    "Jenis Data": "Statistik",
    "Indikator/Variabel": "Indikator",
    "Produsen Data": "Dinas Pendidikan",
    "Klasifikasi Data sesuai Risiko": "Terbuka",
    "Satuan": "persen",
    "Jadwal Pemutakhiran": "Tahunan",
}


def list_example(
    *rows: dict[str, str], columns: tuple[str, ...] = COLUMNS, title: str = "Tahun 2026"
) -> str:
    """A small made-up list in the regional format, each row a right one but for what is given."""
    lines = [title, ";".join(columns)]
    for number, row in enumerate(rows or ({},), start=1):
        cells = {**_ROW, "ID DDD": f"64.{number:03}", **row}
        lines.append(";".join(cells.get(column, "") for column in columns))
    return "\n".join(lines) + "\n"


DSSD_COLUMNS = (
    "No",
    "Kode DSSD",
    "Uraian DSSD",
    "Satuan",
    "Definisi Operasional",
    "Tag Urusan",
    "Produsen Data",
    "Info Sub Kegiatan",
    "Ketersediaan Data",
    "Keterangan",
)
"""The columns of a list of sectoral data (DSSD), in their order."""


def dssd_example(*rows: dict[str, str]) -> str:
    """A small made-up list of sectoral data, each row a right one but for what is given.

    It does not say how often its data is updated, which is told of.
    """
    lines = ["Daftar DSSD Tahun 2026", ";".join(DSSD_COLUMNS)]
    for number, row in enumerate(rows or ({},), start=1):
        cells = {
            "No": str(number),
            "Kode DSSD": f"1.01.{number:06}",
            "Uraian DSSD": "Jumlah sekolah dasar",
            "Satuan": "unit",
            "Tag Urusan": "Pendidikan",
            "Produsen Data": "Dinas Pendidikan",
            **row,
        }
        lines.append(";".join(cells.get(column, "") for column in DSSD_COLUMNS))
    return "\n".join(lines) + "\n"


def ewalidata_example(*records: dict[str, Any]) -> str:
    """A small made-up answer of E-Walidata, each record a right one but for what is given."""
    right = {
        "uraian_indikator": "Jumlah sekolah dasar",
        "satuan": "unit",
        "kodepemda": "6472",
        "tahun": "2026",
        "data": "231",
        "bidangurusan": "1.01",
        "uraibidang": "Pendidikan",
        "status": "AKTIF",
    }
    given = [
        {"kodeindikator": f"1.01.{number:06}", **right, **record}
        for number, record in enumerate(records or ({},), start=1)
    ]
    return json.dumps({"data": given}, ensure_ascii=False, indent=1)


def _file_rule(
    rule_id: str,
    sentence: str,
    why: str,
    wrong: str,
    steps: tuple[str, ...],
    *,
    severity: dict[str, str] = ERROR,
    asked: Mapping[str, Any] | None = None,
    right: str | None = None,
) -> Rule:
    """A rule on the file as a whole: its sentence is the same in all three forms.

    :param wrong: the text of a wrong file
    :param asked: how it is imported: ``level``, ``tahun``, ``limit`` (bytes), ``most_rows``,
        ``sheets`` (the sheets of a workbook that hold the text)
    """
    return register(
        Rule(
            id=f"daftar_data_list.{rule_id}",
            principle="daftar_data",
            one=sentence,
            many=sentence,
            whole=sentence,
            why=why,
            source=FORMAT_SOURCE,
            wrong=Example(csv=wrong, context=asked),
            right=Example(csv=right or list_example()),
            steps=steps,
            severity=severity,
            blocks=severity is ERROR,
            job="walidata",
        )
    )


def told(rule: Rule, severity: str | None = None, **place: str | int | None) -> Finding:
    """A finding of a rule of this module: placeholders that are places are placed."""
    places = {"row", "cell", "column", "value", "field", "suggestion"}
    params = {k: str(v) for k, v in place.items() if k not in places}
    placed = {k: v for k, v in place.items() if k in places}
    return Finding(rule.id, severity or rule.severity["wajib"], params).at(**placed)


EMPTY = _file_rule(
    "empty",
    N_("The file has no rows of data. Choose the file that holds the list."),
    N_("An edition without items would say that nothing is to be produced."),
    list_example()[: list_example().index("64.001")],
    (N_("Open the file and look whether the list is in it."), N_("Upload it again.")),
)
WEB_PAGE = _file_rule(
    "web_page",
    N_("The file is a web page, not a table. Download the list itself and upload that."),
    N_("A portal that asks for a login, or a broken link, answers with a page."),
    "<!DOCTYPE html><html><body>Masuk</body></html>",
    (
        N_("Open the address in a browser and look what it shows."),
        N_("Save the list as CSV (UTF-8) or XLSX and upload that file."),
    ),
)
NOT_A_TABLE = _file_rule(
    "not_a_table",
    N_("The file cannot be read as a table (CSV or XLSX): it is damaged or of another kind."),
    N_("Only a file in an open, machine-readable format can be imported."),
    "%PDF-1.7\x00\x01",
    (
        N_("Remove a password of the workbook, if it has one."),
        N_("Save the list as CSV (UTF-8) or XLSX and upload that file."),
    ),
)
QUOTE = _file_rule(
    "quote",
    N_("A quotation mark in the row of cell {cell} does not close where its cell ends."),
    N_("It takes the rows after it into one cell, and they would be missing in the list."),
    list_example({"Link Portal SDI": '"https://data.go.id'}, {"ID DDD": "64.002"}),
    (
        N_("Open the file in a text editor, go to that row, and close the mark or remove it."),
        N_("Or save the list anew as CSV (UTF-8) or XLSX from a spreadsheet."),
    ),
)
TOO_LARGE = _file_rule(
    "too_large",
    N_("The file is larger than {limit}. Upload the list alone, without pictures."),
    N_("A list of some thousand items takes a few megabytes."),
    list_example(),
    (N_("Delete pictures and other sheets from the file."), N_("Upload it again.")),
    asked={"limit": 100},
)
TOO_MANY_ROWS = _file_rule(
    "too_many_rows",
    N_("The file has more than {n} rows. Delete empty rows under the list, or split the list."),
    N_("A list of some thousand items has as many rows."),
    list_example(),
    (N_("Delete the empty rows under the list."), N_("Upload it again.")),
    asked={"most_rows": 2},
)
ENCODING = _file_rule(
    "encoding",
    N_(
        "The file is not in UTF-8: the first letter that cannot be read is in cell {cell}. "
        "Save the file as “CSV UTF-8” and upload it again."
    ),
    N_("Letters of an unknown encoding would be guessed, and names would change in silence."),
    list_example({"Definisi": "anak \udc96 anak"}),
    (
        N_("Open the file in the spreadsheet program."),
        N_("Choose Save as, and there “CSV UTF-8 (comma delimited)”, or save it as XLSX."),
    ),
)
NO_HEADER = _file_rule(
    "no_header",
    N_(
        "The row with the column names (ID DDD, ID DDP, Nama Data, …) was not found in the first "
        "{n} rows. Use the format of the Forum or the national list."
    ),
    N_("Without column names nobody can tell which column is which."),
    "a;b;c\n1;2;3\n",
    (
        N_("Look whether the right file was chosen."),
        N_("Put the column names of the Forum's format above the rows."),
    ),
)
SEVERAL_SHEETS = _file_rule(
    "several_sheets",
    N_("More than one sheet of the workbook holds a list: {sheets}. Leave one in the file."),
    N_("An edition is one list; which sheet is meant is not guessed."),
    list_example(),
    (N_("Put all rows into one sheet, or delete the sheets that are not meant."),),
    asked={"sheets": ("Dinas A", "Dinas B")},
)
MISSING_COLUMN = _file_rule(
    "missing_column",
    N_("Column “{column}” is missing in row {header_row} of the file. Add it; cells may be empty."),
    N_("The Forum's format is fixed: a column left out may be one that was forgotten."),
    list_example(columns=tuple(c for c in COLUMNS if c != "Satuan")),
    (N_("Add the column to the file, with the name as the format has it."),),
)
REPEATED_COLUMN = _file_rule(
    "repeated_column",
    N_("Column “{column}” stands twice: again in cell {cell}. Leave one of the two."),
    N_("Two columns of one name may contradict each other."),
    list_example(columns=(*COLUMNS, "Satuan")),
    (N_("Delete one of the two columns, or give it its right name."),),
)
UNKNOWN_COLUMN = _file_rule(
    "unknown_column",
    N_("Column “{column}” (cell {cell}) is not in the format: it is kept, but not used."),
    N_("Nothing of a list vanishes in silence."),
    list_example(columns=(*COLUMNS, "Keterangan Rapat")),
    (N_("Nothing needs to be done, unless the column has a wrong name."),),
    severity=INFO,
)
OTHER_FORMAT = _file_rule(
    "other_format",
    N_(
        "This is a list in the format “{format}”, but it was to be imported as the list of level "
        "“{level}”. Choose the right file or the right level."
    ),
    N_("The centre's list and a region's list are kept apart."),
    list_example(),
    (N_("Choose the level that the file is for."),),
    asked={"level": "pusat"},
)
YEAR = _file_rule(
    "year",
    N_("The year is wrong: {found} (cell {cell}), but {wanted}. Mend the file or the year asked."),
    N_("Each edition of the list is for one year; what is due is reckoned from it."),
    list_example(title="Daftar Data Tahun 2031"),
    (
        N_("Look which year the list is for."),
        N_("Mend the year in the file, or choose that year at the import."),
    ),
    asked={"tahun": 2026},
)
YEAR_ASSUMED = _file_rule(
    "year_assumed",
    N_("The file does not say which year the list is for: {year} was taken."),
    N_("Each edition of the list is for one year; what is due is reckoned from it."),
    list_example(title="Daftar Data"),
    (N_("If it is for another year, import the file again and name the year."),),
    severity=WARNING,
)
JSON_DAMAGED = _file_rule(
    "json_damaged",
    N_("The JSON cannot be read after record {n}: it is cut off or damaged. Fetch it again."),
    N_("A list that came in only in part would say that the rest is not to be produced."),
    ewalidata_example()[:-20],
    (N_("Fetch the file again, and look whether it came in whole."),),
    right=ewalidata_example(),
)
NO_RECORDS = _file_rule(
    "no_records",
    N_(
        "The JSON holds no list that is known here: neither records of E-Walidata "
        "(kodeindikator, uraian_indikator, …) nor items of a portal (nama_data, produsen, …)."
    ),
    N_("Without known names nobody can tell what is what."),
    '{"success": false, "error": {"message": "token"}}',
    (N_("Open the file and look whether it is an error message."), N_("Fetch the list itself.")),
    right=ewalidata_example(),
)
MIXED_LISTS = _file_rule(
    "mixed_lists",
    N_(
        "The file holds items of more than one list: {found} (record {n}), but also {first}. "
        "Ask for one edition or one year at a time."
    ),
    N_("Each edition is one list of one year."),
    ewalidata_example({}, {"tahun": "2025"}),
    (N_("Ask E-Walidata for one year, or the portal for one edition (edition=…)."),),
    right=ewalidata_example(),
)
INCOMPLETE = _file_rule(
    "incomplete",
    N_("The file holds {found} of the {total} records that it speaks of. Fetch all of them."),
    N_("A list that came in only in part would say that the rest is not to be produced."),
    ewalidata_example({"rowtotal": 2067}),
    (
        N_("Ask for all pages (limit and offset), or for more at once."),
        N_("Let the portal fetch the address itself: it asks for every page."),
    ),
    right=ewalidata_example(),
)
DISABLED = _file_rule(
    "disabled",
    N_("{n} records are marked DISABLED in E-Walidata: they are not taken in."),
    N_("What E-Walidata has switched off is not to be produced any more."),
    ewalidata_example({}, {"status": "DISABLED"}),
    (N_("Nothing needs to be done, unless one of them is still in use."),),
    severity=INFO,
    right=ewalidata_example(),
)
SCHEDULE_ASSUMED = _file_rule(
    "schedule_assumed",
    N_("The list does not say how often its data is updated: “{schedule}” was taken for all."),
    N_("What is due is reckoned from the schedule of each item."),
    dssd_example(),
    (N_("Correct the items that are updated more often."),),
    severity=WARNING,
)
PRODUCER_ASSUMED = _file_rule(
    "producer_assumed",
    N_(
        "E-Walidata names no producers: the field of government affairs (“{first}”, …) stands in "
        "their place until a person says which office is meant."
    ),
    N_("The item waits for nobody until its producer is known."),
    ewalidata_example(),
    (N_("On the page of the edition, say which office each field of affairs stands for."),),
    severity=WARNING,
)
NAMED_ONLY = _file_rule(
    "named_only",
    N_("{n} closed items are told by their name only: they are not taken in."),
    N_("A portal may tell of an item classed as closed nothing but its name."),
    list_example(
        {},
        {
            **dict.fromkeys(_ROW, ""),
            "ID DDD": "64.002",
            "Nama Data": "Jumlah titik rawan",
            "Klasifikasi Data sesuai Risiko": "Tertutup",
        },
    ),
    (N_("Ask those who keep the list for the whole of these items, if they are needed here."),),
    severity=INFO,
)
REPEATED_ROW = _file_rule(
    "repeated_row",
    N_("Row {row} says the same as row {first}: it was taken once."),
    N_("Where a list has no ids, rows that say the same cannot be told apart."),
    "Urusan;Nama;Jadwal Pemutakhiran\n" + "Pendidikan;Angka Lulus;tahunan\n" * 2,
    (N_("Delete one of the rows, or write in what they differ."),),
    severity=WARNING,
    asked={"mapping": {"columns": {"Urusan": "produsen", "Nama": "nama_data"}, "id_prefix": "K"}},
)
