"""Lists of both formats, right ones and each kind of wrong one."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ckanext.sdi.daftar_data import table as list_table
from ckanext.sdi.daftar_data.formats import read_list
from ckanext.sdi.daftar_data.parsed import ParsedList
from ckanext.sdi.rules.daftar_data_file import COLUMNS
from ckanext.sdi.rules.small_workbook import workbook_of
from tests.daftar_data.lists import (
    DDP_EXCERPT,
    TITLE,
    as_csv,
    as_xlsx,
    records,
    regional,
    rows,
    rows_of,
)


def told(parsed: ParsedList) -> list[tuple[str, int | None, str | None]]:
    return [(f.rule.partition(".")[2], f.row, f.cell) for f in parsed.findings]


def excerpt() -> bytes:
    if not DDP_EXCERPT.exists():
        pytest.skip(f"the sample file {DDP_EXCERPT.name} is not here")
    return DDP_EXCERPT.read_bytes()


def test_the_real_national_list() -> None:
    parsed = read_list(excerpt(), tahun=2026)
    assert parsed.findings == []
    assert (parsed.level, parsed.tahun, len(parsed.rows)) == ("pusat", 2026, 11)
    first, second = rows_of(parsed)[0], rows_of(parsed)[1]
    assert first["id_ddp"] == "06.01.001"
    assert first["status"] == "mengacu"
    assert first["sumber_referensi"] == "SDGs"
    assert first["jenis"] == "indikator"
    assert first["jadwal_pemutakhiran"] == "tahunan"
    assert first["kode_sds"] == "10310002"
    assert first["kategori"] == "Pendidikan"
    assert first["prioritas_tahun"] == [2026, 2027, 2028, 2029]
    assert first["extra"]["unit_kerja_produsen"] == "DIREKTORAT STATISTIK KESEJAHTERAAN RAKYAT"
    assert second["klasifikasi_risiko"] is None
    assert second["kode_sds"] is None
    assert rows_of(parsed)[2]["sumber_referensi"] == "RPJMN 2025-2029; SDGs"
    assert "\n" in rows_of(parsed)[3]["extra"]["catatan"]


def test_the_national_list_is_for_the_years_it_names() -> None:
    parsed = read_list(excerpt(), tahun=2031)
    assert told(parsed) == [("year", None, "U1")]
    assert parsed.refused


def test_an_unknown_word_of_the_centre_is_a_warning_and_kept() -> None:
    parsed = read_list(excerpt().replace(b",TAHUNAN,", b",LIMA TAHUNAN,", 1), tahun=2026)
    assert [(f.rule, f.severity, f.row) for f in parsed.findings] == [
        ("daftar_data_list.unknown_value", "warning", 1)
    ]
    assert "jadwal_pemutakhiran" not in rows_of(parsed)[0]
    assert rows_of(parsed)[0]["extra"]["jadwal_pemutakhiran"] == "LIMA TAHUNAN"


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_the_regional_list(delimiter: str, encoding: str) -> None:
    table = records(rows({}, {"ID DDP": "-"}, {"ID DDP": " ", "Definisi": "satu; dua, “tiga”\nx"}))
    parsed = read_list(as_csv(table, delimiter=delimiter, encoding=encoding))
    assert parsed.findings == []
    assert (parsed.level, parsed.tahun) == ("provinsi", 2026)
    assert [(r["id_ddd"], r["id_ddp"], r["status"]) for r in rows_of(parsed)] == [
        ("64.001", "06.01.001", "mengacu"),
        ("64.002", None, "tidak_mengacu"),
        ("64.003", None, "belum_dicek"),
    ]
    assert rows_of(parsed)[2]["definisi"] == "satu; dua, “tiga”\nx"
    assert rows_of(parsed)[0]["kode_sds"] is None
    assert rows_of(parsed)[0]["jenis_data"] == "statistik"


def test_the_workbook_gives_the_same_rows() -> None:
    table = records(rows({}, {"ID DDP": "-"}))
    book = as_xlsx({"Petunjuk": [["Isi lembar berikut"]], "Daftar": table})
    parsed = read_list(book)
    assert parsed.findings == []
    assert rows_of(parsed) == rows_of(read_list(as_csv(table)))


def test_the_optional_columns_and_years() -> None:
    columns = (*COLUMNS, "Metode Pengumpulan", "Periode Data", "Penanggung Jawab", "2026", "2027")
    change = {"Metode Pengumpulan": "Survei", "Penanggung Jawab": "Bidang PAUD", "2027": "Ya"}
    parsed = read_list(as_csv(records(rows(change), columns=columns)))
    assert parsed.findings == []
    row = rows_of(parsed)[0]
    assert row["metode_pengumpulan"] == "Survei"
    assert row["penanggung_jawab"] == "Bidang PAUD"
    assert row["prioritas_tahun"] == [2027]


def test_row_and_cell_name_the_place_in_the_file() -> None:
    parsed = read_list(regional({}, {"Produsen Data": ""}, {"Jadwal Pemutakhiran": "kadang"}))
    assert told(parsed) == [("empty_cell", 2, "J8"), ("unknown_value", 3, "O9")]
    message = parsed.findings[1].message(str)
    assert "“kadang”" in message
    assert "O9" in message
    assert "triwulanan" in message


def test_every_fault_is_told_at_once() -> None:
    parsed = read_list(
        regional(
            {"Nama Data": "", "Satuan": "x" * 501, "ID DDP": "belum ada"},
            {"ID DDD": "64.001", "Klasifikasi Data sesuai Risiko": "Rahasia"},
        )
    )
    assert sorted(told(parsed)) == [
        ("bad_id", 1, "B7"),
        ("duplicate_id", 2, "A8"),
        ("empty_cell", 1, "F7"),
        ("too_long", 1, "M7"),
        ("unknown_value", 2, "K8"),
    ]


def test_a_row_without_any_id() -> None:
    parsed = read_list(regional({"ID DDD": "", "ID DDP": ""}))
    assert told(parsed) == [("empty_cell", 1, "A7")]


def test_items_known_by_their_ddp_id_only_may_not_share_it() -> None:
    same = {"ID DDD": "", "ID DDP": "06.01.001"}
    assert told(read_list(regional(same, same))) == [("duplicate_id", 2, "B8")]


@pytest.mark.parametrize("column", COLUMNS)
def test_a_missing_column_is_named(column: str) -> None:
    columns = [name for name in COLUMNS if name != column]
    parsed = read_list(as_csv(records(rows(), columns=columns)))
    assert told(parsed) == [("missing_column", None, None)]
    assert f"“{column}”" in parsed.findings[0].message(str)
    assert rows_of(parsed) == []


def test_a_column_that_stands_twice() -> None:
    parsed = read_list(as_csv(records(rows(), columns=[*COLUMNS, "Satuan"])))
    assert ("repeated_column", None, "T5") in told(parsed)


def test_a_column_nobody_knows_is_told_and_kept() -> None:
    parsed = read_list(
        as_csv(records(rows({"Keterangan": "lama"}), columns=[*COLUMNS, "Keterangan"]))
    )
    assert told(parsed) == [("unknown_column", None, "T5")]
    assert not parsed.refused
    assert rows_of(parsed)[0]["extra"] == {"Keterangan": "lama"}


@pytest.mark.parametrize("number", ["({})", "{}"])
def test_the_row_of_numbers_is_no_item(number: str) -> None:
    numbers = [number.format(n) for n in range(1, 20)]
    table = records(rows({}, {}), numbers=False)
    table.insert(5, numbers)
    table.append(numbers)
    parsed = read_list(as_csv(table))
    assert parsed.findings == []
    assert [row["row_number"] for row in rows_of(parsed)] == [1, 2]


@pytest.mark.parametrize(
    ("title", "tahun", "expected"),
    [
        (TITLE, 2027, ("year", None, "A2")),
        (("DAFTAR DATA TAHUN 20266",), None, ("year", None, "A1")),
        (("DAFTAR DATA TAHUN 1926",), None, ("year", None, "A1")),
        (("DAFTAR DATA",), None, ("year_assumed", None, None)),
    ],
)
def test_years(
    title: Sequence[str], tahun: int | None, expected: tuple[str, int | None, str | None]
) -> None:
    parsed = read_list(as_csv(records(rows(), title=title)), tahun=tahun)
    assert told(parsed) == [expected]
    assert parsed.refused == (expected[0] == "year")


def test_a_year_column_that_is_no_year_and_a_cell_that_is_neither_yes_nor_no() -> None:
    table = records(rows({"2026": "kadang"}), columns=[*COLUMNS, "2026", "2206"])
    assert told(read_list(as_csv(table))) == [("year", None, "U5")]
    table = records(rows({"2026": "kadang"}), columns=[*COLUMNS, "2026"])
    assert told(read_list(as_csv(table))) == [("unknown_value", 1, "T7")]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "no_header"),
        (b" \n \n", "empty"),
        (b"<!DOCTYPE html><html><table><tr><td>ID DDD</td></tr></table></html>", "web_page"),
        (b"\xef\xbb\xbf\n<html></html>", "web_page"),
        (b"%PDF-1.7 \x00", "not_a_table"),
        (b"PK\x03\x04 no workbook", "not_a_table"),
        (b"\xd0\xcf\x11\xe0 no workbook", "not_a_table"),
        (b"a;b;c\n1;2;3\n", "no_header"),
        (regional().decode().encode("utf-16"), "encoding"),
        (as_csv(records([])), "empty"),
    ],
)
def test_files_that_hold_no_list(content: bytes, rule: str) -> None:
    parsed = read_list(content)
    assert [name for name, _, _ in told(parsed)] == [rule]
    assert parsed.refused
    assert rows_of(parsed) == []


def test_another_encoding_is_refused_with_the_place() -> None:
    content = as_csv(records(rows({}, {"Definisi": "anak – usia"})), encoding="cp1252")
    assert told(read_list(content)) == [("encoding", None, "L8")]


def test_a_file_that_is_too_large() -> None:
    parsed = read_list(b"a" * 101, limit=100)
    assert told(parsed) == [("too_large", None, None)]


def test_three_hundred_megabytes_of_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "daftar.xlsx"
    with path.open("wb") as file:
        file.write(as_xlsx({"Daftar": records(rows())}))
        file.truncate(300 * 2**20)
    with path.open("rb") as file:
        assert told(read_list(file)) == [("too_large", None, None)]


def test_eighteen_columns_and_mixed_years() -> None:
    parsed = read_list(as_csv(records(rows({}, {}), columns=COLUMNS[:-1])))
    assert told(parsed) == [("missing_column", None, None)]
    table = records(rows({}), columns=(*COLUMNS, "Prioritas Tahun"))
    table[-1][-1] = "2025, 26"
    assert told(read_list(as_csv(table))) == [("year", 1, "T7")]


def test_one_line_without_end() -> None:
    assert told(read_list(b"a" * 3_000_000)) == [("no_header", None, None)]


def test_two_sheets_with_a_list() -> None:
    table = records(rows())
    assert told(read_list(as_xlsx({"A": table, "B": table}))) == [("several_sheets", None, None)]


def test_an_id_that_the_spreadsheet_made_a_number() -> None:
    table: list[list[str | float]] = [list(row) for row in records(rows())]
    table[-1][0] = 64.1
    parsed = read_list(as_xlsx({"Daftar": table}))
    assert told(parsed) == [("number_id", 1, "Daftar!A7")]


def test_shifted_cells() -> None:
    table = records(rows())
    table[-1].append("sisa")
    assert told(read_list(as_csv(table))) == [("too_many_cells", 1, "T7")]


def test_the_format_and_the_level_must_agree() -> None:
    assert told(read_list(regional(), level="pusat")) == [("other_format", None, None)]
    assert read_list(regional(), level="kabkota").level == "kabkota"


def test_a_long_number_in_a_finding_is_masked() -> None:
    parsed = read_list(regional({"Jadwal Pemutakhiran": "198501012010011001"}))
    assert parsed.findings[0].value == "1985••••••••••1001"
    assert "198501012010011001" not in parsed.findings[0].message(str)


def two_offices(year: int = 2026) -> list[list[str]]:
    """One sheet with the lists of two offices, each with its head."""
    first = records(rows({}))
    title = ("DAFTAR DATA DAERAH PROVINSI CONTOH", f"TAHUN {year}", "OPD: Dinas Sosial")
    second = records(rows({"ID DDD": "64.002", "Produsen Data": "Dinas Sosial"}), title=title)
    return [*first, [""], *second]


@pytest.mark.parametrize("write", [as_csv, lambda table: as_xlsx({"Daftar": table})])
def test_two_offices_in_one_file(write: Any) -> None:
    parsed = read_list(write(two_offices()))
    assert parsed.findings == []
    assert [row["produsen"] for row in rows_of(parsed)] == ["Dinas Pendidikan", "Dinas Sosial"]
    assert [row["row_number"] for row in rows_of(parsed)] == [1, 2]


def test_a_second_head_of_another_year() -> None:
    assert told(read_list(as_csv(two_offices(2025)))) == [("year", None, "A10")]


def test_merged_cells_leave_the_cells_under_them_empty() -> None:
    parsed = read_list(as_xlsx({"Daftar": records(rows({}, {"Produsen Data": ""}))}))
    assert told(parsed) == [("empty_cell", 2, "Daftar!J8")]


@pytest.mark.parametrize(
    "cell",
    ['<c r="{}"><f>A1</f></c>', '<c r="{}" t="e"><f>A1/0</f><v>#DIV/0!</v></c>'],
    ids=["never calculated", "error"],
)
@pytest.mark.parametrize("at", ["B7", "J7"])
def test_a_formula_without_a_value_is_told(at: str, cell: str) -> None:
    """Taken for an empty cell, an ID DDP (B) would silently be one that nobody has checked yet."""
    book = as_xlsx({"Daftar": records(rows({}))})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            found = rf'<c r="{at}".*?</c>'
            new.writestr(name, re.sub(found, cell.format(at), old.read(name).decode()))
    assert ("no_value", 1, f"Daftar!{at}") in told(read_list(out.getvalue()))


def test_an_error_as_a_text_in_a_csv_is_told() -> None:
    assert told(read_list(as_csv(records(rows({"Satuan": "#N/A"}))))) == [("no_value", 1, "M7")]


def test_a_table_that_does_not_begin_in_the_first_column() -> None:
    table = [["", *cells] for cells in records(rows({}, {"Produsen Data": ""}))]
    assert told(read_list(as_xlsx({"Daftar": table}))) == [("empty_cell", 2, "Daftar!K8")]


def test_twenty_three_columns() -> None:
    optional = ("Metode Pengumpulan", "Periode Data", "Penanggung Jawab")
    columns = (*COLUMNS, *optional, "Paraf")
    parsed = read_list(as_csv(records(rows({"Periode Data": "2025"}), columns=columns)))
    assert told(parsed) == [("unknown_column", None, "W5")]
    assert rows_of(parsed)[0]["periode_data"] == "2025"


def test_a_workbook_that_unpacks_to_far_more_than_it_is(monkeypatch: Any) -> None:
    monkeypatch.setattr(list_table, "MAX_UNPACKED_BYTES", 20 * 2**20)
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet,
    ):
        for _ in range(30):
            sheet.write(b" " * 2**20)
    parsed = read_list(out.getvalue())
    assert told(parsed) == [("too_large", None, None)]
    assert "20 MB" in parsed.findings[0].message(str)


def test_a_workbook_that_asks_for_all_memory() -> None:
    """It asks a process of its own, which has its limits; this one goes on."""
    far = '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    content = workbook_of(
        {"Data": f'<sheetData><row r="1"><c r="A1"><v>1</v></c></row>{far}</sheetData>'}
    )
    parsed = read_list(content)
    assert told(parsed) == [("too_costly", None, None)]
    assert parsed.refused
