"""The findings as a file that a spreadsheet can open without harm."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest

from ckanext.sdi.check.write import COLUMNS, FindingsWriter, neutral
from ckanext.sdi.rules import Finding


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
