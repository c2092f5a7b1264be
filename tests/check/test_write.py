"""The findings as a file that a spreadsheet can open without harm."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest

from ckanext.sdi.check.write import COLUMNS, FindingsWriter, batch_writer, neutral, read_batches
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.columnar import pack, unpack


def test_every_finding_is_written_and_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "temuan.csv.gz"
    finding = Finding(
        "value.enum",
        "error",
        {"allowed": "a"},
        column="=HYPERLINK(1)",
        row=3,
        cell="B4",
        key={"kode": "64.72"},
        value="=cmd|' /C calc'!A0",
        suggestion="-1",
    )
    with FindingsWriter(path, str) as sink:
        for _ in range(3):
            sink(finding)
    text = gzip.decompress(path.read_bytes()).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == 3 == sink.count
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["value"] == "'=cmd|' /C calc'!A0"
    assert rows[0]["column"] == "'=HYPERLINK(1)"
    assert rows[0]["suggestion"] == "'-1"
    assert rows[0]["key"] == '{"kode": "64.72"}'
    assert (rows[0]["row"], rows[0]["cell"]) == ("3", "B4")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1"])
def test_signs_that_begin_a_formula_are_neutralised(text: str) -> None:
    assert neutral(text) == f"'{text}"
    assert neutral(f"x{text}") == f"x{text}"


def test_findings_written_as_columns_come_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "temuan.csv.gz"
    findings = [
        Finding("table.blank_rows", "info", {"blank": "2"}),
        Finding(
            "value.enum",
            "error",
            {"allowed": 'a, "b"'},
            column='kol,om "x"',
            row=3,
            cell="B4",
            key={"kode": "é\nü"},
            value="NA",
            suggestion="",
        ),
        Finding("nik.length", "error", {"length": "15"}, column="nik", row=4, value="3•••\r\n4"),
    ]
    with batch_writer(path) as sink:
        for _ in range(1000):
            sink(pack(findings))
        sink(pack([]))
    again = [finding for batch in read_batches(path) for finding in unpack(batch)]
    assert again == findings * 1000


def test_no_findings_are_no_lines(tmp_path: Path) -> None:
    path = tmp_path / "temuan.csv.gz"
    with batch_writer(path):
        pass
    assert list(read_batches(path)) == []
    with pytest.raises(FileNotFoundError):
        list(read_batches(tmp_path / "none.csv.gz"))
