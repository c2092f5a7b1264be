"""Cells that show an error are told with their lines, in each kind of workbook."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ckanext.sdi.check.error_cells import error_cells
from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table import Unreadable
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.rules import Finding
from tests.data.workbooks import ods, packed, xls, xlsb, xlsx

ROWS = [["kode", "jumlah"], ["64.72", "#REF!"], ["64.71", 5], ["#N/A", "#DIV/0!"]]
PLACES = [(2, 1), (4, 0), (4, 1)]


# Large enough to stand in sectors of its own.
LARGE = [*ROWS, *([f"{n:04}", "x" * 200 + str(n)] for n in range(2000))]


@pytest.mark.parametrize(
    ("kind", "write", "rows"),
    [
        ("XLSX", xlsx, ROWS),
        ("XLS", xls, ROWS),
        ("XLS", xls, LARGE),
        ("ODS", ods, ROWS),
        ("XLSX", xlsb, ROWS),
        ("XLSX", xlsb, LARGE),
    ],
    ids=["xlsx", "xls", "large-xls", "ods", "xlsb", "large-xlsb"],
)
def test_each_cell_is_told(kind: str, write: Callable[[Any], bytes], rows: Any) -> None:
    assert error_cells(io.BytesIO(write(rows)), kind, "Data", 0) == PLACES


def test_a_formula_that_was_never_calculated_has_no_value() -> None:
    rows = [["kode", "jumlah"], ["64.72", "=1+1"], *([f"{n:04}", "x" * 200] for n in range(9000))]
    rows.append(["64.71", "=B2*2"])
    content = xlsx(rows)
    assert error_cells(io.BytesIO(content), "XLSX", "Data", 0) == [(2, 1), (9003, 1)]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for old, new in (
        (b'<c r="B2"><f>1+1</f><v></v>', b'<c r="B2"><f>1+1</f><v>2</v>'),
        # Calculated, and its value is a text without a sign.
        (b'<c r="B9003"><f>', b'<c r="B9003" t="str"><f>'),
    ):
        assert members["xl/worksheets/sheet1.xml"].count(old) == 1
        members["xl/worksheets/sheet1.xml"] = members["xl/worksheets/sheet1.xml"].replace(old, new)
    assert error_cells(io.BytesIO(packed(members)), "XLSX", "Data", 0) == []


def test_a_formula_of_opendocument_that_was_never_calculated_has_no_value() -> None:
    rows = [["kode", "jumlah"], ["64.72", "=1+1"], *([f"{n:04}", "x" * 200] for n in range(6000))]
    rows.append(["64.71", "=[.B2]>2"])
    content = ods(rows)
    assert error_cells(io.BytesIO(content), "ODS", "Data", 0) == [(2, 1), (6003, 1)]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for old, new in (
        (
            b'"of:=1+1" office:value-type="float"',
            b'"of:=1+1" office:value-type="float" office:value="2"',
        ),
        # Calculated, and its value is a text without a sign.
        (b'"of:=[.B2]>2" office:value-type="float"', b'"of:=[.B2]>2" office:value-type="string"'),
    ):
        assert members["content.xml"].count(old) == 1
        members["content.xml"] = members["content.xml"].replace(old, new)
    assert error_cells(io.BytesIO(packed(members)), "ODS", "Data", 0) == []


def test_a_damaged_binary_workbook_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsb(LARGE))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for part, cut in (("xl/workbook.bin", 9), ("xl/worksheets/sheet1.bin", 70)):
        damaged = {**members, part: members[part][:cut]}
        with pytest.raises(ValueError, match="record"):
            error_cells(io.BytesIO(packed(damaged)), "XLSX", "Data", 0)


def test_a_length_without_end_is_none() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsb(ROWS))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["xl/worksheets/sheet1.bin"] += b"\x80" * 3_000_000 + b"\x01"
    with pytest.raises(ValueError, match="record"):
        error_cells(io.BytesIO(packed(members)), "XLSX", "Data", 0)


def test_a_text_like_an_error_is_none() -> None:
    rows = [["kode"], ["x #REF!"], ["Err:x"]]
    assert error_cells(io.BytesIO(ods(rows)), "ODS", "Data", 0) == []
    assert error_cells(io.BytesIO(xls(rows)), "XLS", "Data", 0) == []


def test_rows_and_cells_that_are_written_once_count_as_often_as_they_stand() -> None:
    one = ods([["kode", "jumlah"], ["a", 1], ["#REF!", 5]])
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    content = members["content.xml"].decode()
    head, error, rest = content.partition(
        '<table:table-row><table:table-cell table:formula="of:=1/0"'
    )
    assert error
    repeated = (
        '<table:table-row table:number-rows-repeated="2"><table:table-cell'
        ' table:number-columns-repeated="2" table:formula="of:=1/0"'
    )
    # A note on a cell is no part of what the cell shows.
    note = "<office:annotation><text:p>#REF!</text:p></office:annotation>"
    head = head.replace("<text:p>a</text:p>", f"{note}<text:p>a</text:p>")
    head = head.replace(
        '<table:table-row><table:table-cell office:value-type="string">',
        '<table:table-row table:number-rows-repeated="3">'
        '<table:table-cell office:value-type="string" table:formula="of:=A1">',
        1,
    )
    members["content.xml"] = (head + repeated + rest).encode()
    assert error_cells(io.BytesIO(packed(members)), "ODS", "Data", 0) == [
        (5, 0),
        (5, 1),
        (6, 0),
        (6, 1),
    ]


@pytest.mark.parametrize("cut", [600, 1600, 3000])
def test_a_damaged_old_workbook_is_refused_and_never_hangs(cut: int) -> None:
    content = bytearray(xls(ROWS))
    content[76:80] = (cut % 7).to_bytes(4, "little")
    for damaged in (bytes(content), xls(ROWS)[:cut]):
        with pytest.raises(ValueError, match=r"Workbook|Office|workbook|chain"):
            error_cells(io.BytesIO(damaged), "XLS", "Data", 0)


def test_a_nul_sign_in_a_cell_is_a_finding_at_its_place(tmp_path: Path) -> None:
    records = [{"kode": "a", "jumlah": 1}, {"kode": "b\0", "jumlah": 2}, {"kode": "c\0\0"}]
    told = told_of(tmp_path / "x.json", json.dumps(records).encode())
    assert told == [(2, "A2", "table.nul_cell"), (3, "A3", "table.nul_cell")]
    table = pa.table({"kode": ["a", "b\0"], "jumlah": [1, 2]})
    target = io.BytesIO()
    pq.write_table(table, target)
    told = told_of(tmp_path / "x.parquet", target.getvalue())
    assert told == [(2, "A2", "table.nul_cell")]


@pytest.mark.parametrize(("name", "rule"), [("kode\0", "nul_cell"), ("kode\ud800", "encoding")])
def test_a_name_that_cannot_be_kept_makes_a_file_unreadable(
    name: str, rule: str, tmp_path: Path
) -> None:
    with pytest.raises(Unreadable) as caught:
        told_of(tmp_path / "x.jsonl", json.dumps({name: "a"}).encode())
    assert caught.value.finding.rule == f"table.{rule}"


SHOWN = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"]


def told_of(path: Path, content: bytes, **standard: Any) -> list[tuple[int, str | None, str]]:
    path.write_bytes(content)
    schema = {"fields": [{"name": "kode"}, {"name": "jumlah", "type": "integer"}], **standard}
    found: list[Finding] = []
    check_table(path, TableSchema.from_dict(schema), sink=found.append)
    return sorted((one.row or 0, one.cell, one.rule) for one in found)


@pytest.mark.parametrize("column", ["kode", "jumlah"])
def test_a_text_that_a_spreadsheet_shows_for_an_error_is_one(column: str, tmp_path: Path) -> None:
    pairs = [(shown, "5") if column == "kode" else ("a", shown) for shown in SHOWN]
    letter = "A" if column == "kode" else "B"
    expected = [(n, f"{letter}{n + 1}", "table.error_cells") for n in range(1, 8)]
    for delimiter in ",\t":
        lines = ["kode,jumlah", *(",".join(pair) for pair in pairs), "a #REF!,6", "'#N/A,7"]
        text = "\n".join(lines).replace(",", delimiter)
        assert told_of(tmp_path / "x.csv", text.encode()) == expected
    records = [{"kode": code, "jumlah": number} for code, number in pairs]
    told = told_of(tmp_path / "x.json", json.dumps(records).encode())
    assert [rule for _, _, rule in told] == ["table.error_cells"] * 7
    # As text, typed or pasted as values.
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (("kode", "jumlah"), *pairs):
        sheet.append(row)
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s" if str(cell.value).startswith("#") else cell.data_type
    target = io.BytesIO()
    book.save(target)
    told = told_of(tmp_path / "x.xlsx", target.getvalue())
    assert [rule for _, _, rule in told if rule != "integer.form"] == ["table.error_cells"] * 7


def test_what_the_standard_names_as_missing_is_no_error(tmp_path: Path) -> None:
    text = b"kode,jumlah\n#N/A,#N/A\na,#REF!\n"
    told = told_of(tmp_path / "x.csv", text, missingValues=["", "#N/A"])
    assert told == [(2, "B3", "table.error_cells")]


def test_cells_of_an_ignored_column_are_not_judged(tmp_path: Path) -> None:
    text = b"kode,jumlah,hitung\na,1,#REF!\nb,#REF!,2\n"
    told = told_of(tmp_path / "x.csv", text, sdi={"ignored": ["Hitung"]})
    assert told == [(0, "C1", "table.column_ignored"), (2, "B3", "table.error_cells")]
    content = xlsx([["kode", "jumlah", "hitung"], ["a", 1, "#REF!"], ["b", "#REF!", 2]])
    assert told_of(tmp_path / "x.xlsx", content, sdi={"ignored": ["Hitung"]}) == told


@pytest.mark.parametrize("write", [xlsx, xls, ods, xlsb])
def test_each_is_a_finding_of_its_own_at_its_cell(
    write: Callable[[Any], bytes], tmp_path: Path
) -> None:
    path = tmp_path / "x"
    path.write_bytes(write([["", *row] for row in ROWS]))
    fields = [{"name": "kode", "type": "string"}, {"name": "jumlah", "type": "integer"}]
    found: list[Finding] = []
    check_table(path, TableSchema.from_dict({"fields": fields}), sink=found.append)
    told = sorted((one.row or 0, one.cell, one.column, one.rule) for one in found)
    assert told == [
        (1, "C2", "jumlah", "table.error_cells"),
        (3, "B4", "kode", "table.error_cells"),
        (3, "C4", "jumlah", "table.error_cells"),
    ]
