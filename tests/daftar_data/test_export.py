"""What is written out reads in again without a difference."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from ckanext.sdi.daftar_data.export import WIDTH, as_csv, as_xlsx
from ckanext.sdi.daftar_data.formats import read_list
from ckanext.sdi.daftar_data.parsed import ParsedList
from ckanext.sdi.rules.daftar_data_file import COLUMNS
from tests.daftar_data import lists
from tests.daftar_data.lists import rows_of


def as_bytes(edition: dict[str, Any], rows: Any) -> bytes:
    return "".join(as_csv(edition, rows)).encode()


Written = Callable[[dict[str, Any], Any], bytes]
FORMS = pytest.mark.parametrize("written", [as_bytes, as_xlsx], ids=["csv", "xlsx"])


def again(parsed: ParsedList, written: Written) -> ParsedList:
    edition = {"level": parsed.level, "tahun": parsed.tahun, "title": "Daftar Data Contoh"}
    return read_list(written(edition, parsed.rows), tahun=parsed.tahun)


@FORMS
def test_the_regional_format(written: Written) -> None:
    columns = (*COLUMNS, "Penanggung Jawab", "2027", "Keterangan")
    table = lists.records(
        lists.rows(
            {"Definisi": 'dua "kata";\nbaris baru', "2027": "Ya", "Keterangan": "lama"},
            {"ID DDP": "-", "Penanggung Jawab": "Bidang Data", "Satuan": "a\x02b\rc _x0002_"},
            {"ID DDP": "", "ID DDD": "64.10", "Satuan": "=1+1", "Kode Indikator": "0012"},
        ),
        columns=columns,
    )
    first = read_list(lists.as_csv(table))
    second = again(first, written)
    assert not second.refused
    assert rows_of(first) == rows_of(second)
    assert len(second.rows) == 3


def test_no_cell_of_a_csv_is_a_formula() -> None:
    written = {"Satuan": "=1+1", "Definisi": "- menurut umur", "ID DDP": "-", "Produsen Data": "@x"}
    first = read_list(lists.as_csv(lists.records(lists.rows(written))))
    edition = {"level": first.level, "tahun": first.tahun, "title": "=HYPERLINK(1)"}
    file = "".join(as_csv(edition, first.rows))
    cells = [cell for line in csv.reader(io.StringIO(file), delimiter=";") for cell in line]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == ["-"]
    assert rows_of(read_list(file.encode(), tahun=first.tahun)) == rows_of(first)


@FORMS
def test_the_national_format(written: Written) -> None:
    if not lists.DDP_EXCERPT.exists():
        pytest.skip(f"the sample file {lists.DDP_EXCERPT.name} is not here")
    first = read_list(lists.DDP_EXCERPT.read_bytes(), tahun=2026)
    second = again(first, written)
    assert second.findings == []
    assert rows_of(first) == rows_of(second)


def test_a_spreadsheet_shows_the_head_and_keeps_ids_as_text() -> None:
    parsed = read_list(lists.as_csv(lists.records(lists.rows({"ID DDD": "64.10"}, {}))))
    edition = {"level": "provinsi", "tahun": 2026, "title": "Daftar Data Contoh"}
    sheet: Any = load_workbook(io.BytesIO(as_xlsx(edition, parsed.rows))).active
    assert sheet.freeze_panes == "A5"
    assert {sheet.column_dimensions[letter].width for letter in "AS"} == {WIDTH}
    assert sheet["A3"].value == "Perangkat Daerah: Dinas Pendidikan"
    assert (sheet["A5"].value, sheet["S5"].value) == ("(1)", "(19)")
    assert [sheet["A4"].font.bold, sheet["A6"].font.bold] == [True, False]
    assert (sheet["A6"].value, sheet["A6"].data_type, sheet["A6"].number_format) == (
        "64.10",
        "s",
        "@",
    )


def test_the_workbook_is_as_the_forum_expects_it() -> None:
    table = lists.records(lists.rows({"ID DDP": "-", "Definisi": "huruf\x0b aneh"}, {"ID DDP": ""}))
    parsed = read_list(lists.as_csv(table))
    edition = {"level": "provinsi", "tahun": 2026, "title": "Daftar Data Contoh"}
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx(edition, parsed.rows)))
    rows = book.get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[:3]] == [
        "Daftar Data Contoh",
        "Tahun 2026",
        "Perangkat Daerah: Dinas Pendidikan",
    ]
    assert rows[3] == list(COLUMNS)
    assert rows[4] == [f"({number})" for number in range(1, 20)]
    assert [row[1] for row in rows[5:]] == ["-", ""]
    assert all(isinstance(cell, str) for row in rows for cell in row)
