"""What offices' files get wrong beside their words: marks, years, and what a spreadsheet made."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from openpyxl import Workbook

from ckanext.sdi.daftar_data.formats import read_list
from ckanext.sdi.daftar_data.header import HEADER_WITHIN, find_header
from ckanext.sdi.daftar_data.parsed import ParsedList
from ckanext.sdi.daftar_data.table import Records, Row
from ckanext.sdi.rules.daftar_data_file import COLUMNS
from tests.daftar_data.lists import as_csv, records, rows, rows_of

pytestmark = pytest.mark.usefixtures("with_plugins")


def told(parsed: ParsedList) -> list[tuple[str, str, str | None]]:
    """The rule, severity and cell of each finding."""
    return [(f.rule.rpartition(".")[2], f.severity, f.cell) for f in parsed.findings]


def as_workbook(table: Sequence[Sequence[Any]]) -> bytes:
    """A workbook as a spreadsheet writes it."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Daftar"
    for row in table:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("after", ['"tautan', '"tautan" lama', '"'])
def test_a_mark_that_is_not_closed_loses_no_row(delimiter: str, after: str) -> None:
    lines = as_csv(records(rows({}, {}, {}, {})), delimiter=delimiter).decode().split("\r\n")
    assert lines[7].startswith("64.002")
    lines[7] += after
    parsed = read_list("\r\n".join(lines).encode())
    assert told(parsed) == [("quote", "error", "A8")]
    assert parsed.refused


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_marks_that_are_right_stand_within_cells_by_another_sign(delimiter: str) -> None:
    said = {"Definisi": 'Rumah "layak"; air, listrik\tdan\njalan', "Nama Data": '"Rumah"'}
    title = ('DAFTAR "DATA"; DAERAH, 2026\t', "TAHUN 2026")
    parsed = read_list(as_csv(records(rows(said), title=title), delimiter=delimiter))
    assert told(parsed) == []
    assert rows_of(parsed)[0]["definisi"] == said["Definisi"]


@pytest.mark.parametrize(
    ("title", "tahun", "expected"),
    [
        (("KEPUTUSAN GUBERNUR NOMOR 12/KPTS TAHUN 2024", "DAFTAR DATA TAHUN 2026"), None, 2026),
        (("LAMPIRAN PERGUB NO. 40 TAHUN 2022 DAFTAR DATA TAHUN 2026",), None, 2026),
        (("RPJMD TAHUN 2025–2029", "TAHUN 2026"), None, 2026),
        (("RENSTRA TAHUN 2025 s.d. 2029", "TAHUN 2026"), None, 2026),
        (("DAFTAR DATA TAHUN 2025", "DIUBAH TAHUN 2026"), 2026, 2026),
    ],
)
def test_the_year_of_a_rule_or_a_plan_is_not_the_lists(
    title: Sequence[str], tahun: int | None, expected: int
) -> None:
    parsed = read_list(as_csv(records(rows({}), title=title)), tahun=tahun)
    assert (parsed.tahun, told(parsed)) == (expected, [])


@pytest.mark.parametrize(
    ("tahun", "cell"), [(None, "A2"), (2027, "A1")], ids=["not asked", "another"]
)
def test_titles_of_two_years(tahun: int | None, cell: str) -> None:
    table = records(rows({}), title=("DAFTAR DATA TAHUN 2025", "TAHUN 2026"))
    assert told(read_list(as_csv(table), tahun=tahun)) == [("year", "error", cell)]


def test_the_heads_of_two_offices_under_a_rules_year() -> None:
    table = records(rows({}))
    second = records(rows({"ID DDD": "65.001"}), title=("PERGUB NOMOR 40 TAHUN 2022",))
    parsed = read_list(as_csv(table + second))
    assert told(parsed) == []
    assert len(parsed.rows) == 2


@pytest.mark.parametrize(
    ("value", "severity"),
    [
        (datetime.date(2026, 1, 6), "error"),
        (True, "error"),
        (1.1, "error"),
        # What it had at its beginning, nobody knows.
        (64001, "warning"),
    ],
)
@pytest.mark.parametrize("column", [0, 1])
def test_an_id_that_the_spreadsheet_took_for_something_else(
    value: Any, severity: str, column: int
) -> None:
    table: list[list[Any]] = [list(row) for row in records(rows())]
    table[-1][column] = value
    parsed = read_list(as_workbook(table))
    assert told(parsed) == [("number_id", severity, f"Daftar!{'AB'[column]}7")]
    assert parsed.refused == (severity == "error")


def test_years_may_be_numbers() -> None:
    columns = (*COLUMNS, "Prioritas Tahun")
    table: list[list[Any]] = [list(row) for row in records(rows(), columns=columns)]
    table[-1][-1] = 2026
    parsed = read_list(as_workbook(table))
    assert told(parsed) == []
    assert rows_of(parsed)[0]["prioritas_tahun"] == [2026]


@pytest.mark.parametrize(
    "changed",
    [
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: b"sep=;\r\n" + content,
        lambda content: content.replace(b"\r\n", b"\r"),
        lambda content: content.replace(b"\r\n", b"\n"),
        lambda content: content + b";;;\r\n\r\n  ;\r\n",
    ],
    ids=["mark", "sep", "cr", "lf", "empty rows"],
)
def test_ways_to_write_a_csv(changed: Any) -> None:
    parsed = read_list(changed(as_csv(records(rows({}, {})))))
    assert told(parsed) == []
    assert [row["id_ddd"] for row in rows_of(parsed)] == ["64.001", "64.002"]


@pytest.mark.parametrize("at", [0, 2**20 - 2500])
@pytest.mark.parametrize("mapping", [None, {"columns": {"nama": "nama_data"}}])
def test_a_number_without_end_does_not_end_the_portal(at: int, mapping: Any) -> None:
    long = " " * at + "9" * 5000
    content = f'{{"results": [{{"nama_data": "x", "level": "provinsi", "id_ddd": {long}}}]}}'
    assert told(read_list(content.encode(), mapping=mapping)) == [("json_damaged", "error", None)]


@pytest.mark.parametrize("opening", ["[", '{"a":', "[1,"])
@pytest.mark.parametrize("begin", ["", '[{"x": 1}, '])
def test_brackets_in_brackets_without_end_hold_nobody(opening: str, begin: str) -> None:
    """The parser's time goes by the square of their number: a minute and more for so many."""
    content = (begin + opening * 100_000).encode()
    assert told(read_list(content)) == [("json_damaged", "error", None)]


def test_brackets_in_texts_are_no_brackets() -> None:
    item = '{"kodeindikator": "1.01.000001", "uraian_indikator": "%s", "uraibidang": "y", %s}'
    here = '"kodepemda": "6400", "tahun": 2026'
    content = f'{{{here}, "data": [{item % ("[" * 1000, here)}]}}'
    assert len(read_list(content.encode()).rows) == 1


@pytest.mark.parametrize("name", ["count", "rowtotal"])
@pytest.mark.parametrize("count", ["1e999999999", '"\u00b2"', "[]", "-1e999999999"])
def test_a_count_that_is_none(name: str, count: str) -> None:
    item = '{"kodeindikator": "1.01.000001", "uraian_indikator": "x", "uraibidang": "y", %s}'
    here = f'"{name}": {count}, "kodepemda": "6400", "tahun": 2026'
    content = f'{{{here}, "data": [{item % here}]}}'
    parsed = read_list(content.encode())
    assert len(parsed.rows) == 1
    assert not parsed.refused


def test_two_columns_of_one_year() -> None:
    table = records(rows({"2026": "Ya"}), columns=[*COLUMNS, "2026", "2027", "2026"])
    assert told(read_list(as_csv(table))) == [("repeated_column", "error", "V5")]


def test_rows_of_one_cell_without_end_are_not_all_kept() -> None:
    head = records(rows({}))
    table = [*head, *([["catatan"]] * 5000)]
    read = 0

    def read_on() -> Iterator[Row]:
        nonlocal read
        for row in table:
            read += 1
            yield row, ()

    header = find_header([Records(read_on)])
    body = header.body(ParsedList("", 0))
    (first, _), (second, _), (third, _) = (next(body) for _ in range(3))
    assert [first, second, third] == [len(head) - 2, len(head) - 1, len(head)]
    assert read <= 2 * len(head) + HEADER_WITHIN
    assert len(list(body)) == 4999
