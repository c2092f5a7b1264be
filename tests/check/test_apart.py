"""Files that are read in a process apart: their cells, their limits, and what they leave behind."""

from __future__ import annotations

import datetime as dt
import random
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ckanext.sdi.check import apart
from ckanext.sdi.check.cells import DATE, NUMBER, ROUNDED, TEXT, TRUTH, column_of
from ckanext.sdi.check.convert import typed_columns
from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table import Asked, Limits, Unreadable, open_table
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.rules import Finding
from tests.data.bad_workbooks import FILES, NAMES, ONE, TABLE, TWO
from tests.data.workbooks import xlsx


def written(folder: Path, data: bytes, name: str = "x") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def texts(path: Path, **more: Any) -> list[list[str]]:
    with open_table(path, **more) as table:
        return [
            list(row)
            for block in table
            for row in zip(*(column.to_pylist() for column in block.columns), strict=True)
        ]


@pytest.mark.parametrize(
    ("value", "text", "kind"),
    [
        ("0012", "0012", TEXT),
        (None, "", TEXT),
        (12.0, "12", NUMBER),
        (0.1, "0.1", NUMBER),
        (1e-7, "0.0000001", NUMBER),
        (-5, "-5", NUMBER),
        (3171011708450001.0, "3171011708450001", ROUNDED),
        (3171011708450001, "3171011708450001", NUMBER),
        (10**400, str(10**400), NUMBER),
        (1e22, "10000000000000000000000", ROUNDED),
        (float("nan"), "nan", TEXT),
        (Decimal("1.10"), "1.10", NUMBER),
        (Decimal("1E+3"), "1000", NUMBER),
        (True, "TRUE", TRUTH),
        (dt.date(2024, 12, 31), "2024-12-31", DATE),
        (dt.datetime(2024, 12, 31), "2024-12-31", DATE),  # noqa: DTZ001
        (dt.datetime(2024, 12, 31, 5), "2024-12-31T05:00:00", DATE),  # noqa: DTZ001
    ],
)
def test_no_digit_is_added_or_lost(value: Any, text: str, kind: int) -> None:
    for values in ([value], [value, "x"], [value, value]):
        found, kinds = column_of(values)
        assert (found[0].as_py(), kinds[0]) == (text, kind)


def test_cells_are_told_by_where_they_stand_in_the_sheet(tmp_path: Path) -> None:
    rows = [[], [None, None, *NAMES], [None, None, *ONE], [None, None, "salah", *TWO[1:]]]
    path = written(tmp_path, xlsx(rows, Lain=[["a", "b"], [1, 2]]), "x.xlsx")
    schema = TableSchema.from_dict({"fields": [
        {"name": name, **({"sdi": {"code": "kode_wilayah"}} if name == "kode_kab" else {})}
        for name in NAMES
    ]})  # fmt: skip
    report = check_table(path, schema)
    (sample,) = [one for (rule, _), (one, *_) in report.samples.items() if rule.startswith("kode")]
    assert (sample.row, sample.cell) == (2, "Data!C4")
    with open_table(path) as table:
        assert table.places.cell(1, table.header_line) == "Data!D2"


def test_a_person_may_say_where_the_table_lies(tmp_path: Path) -> None:
    data = xlsx([["Wilayah", "Jumlah"], *TABLE, ["catatan", "b"]], Lain=[["a", "b"], ["1", "2"]])
    path = written(tmp_path, data, "x.xlsx")
    assert texts(path, asked=Asked(sheet="Lain")) == [["1", "2"]]
    said = Asked(sheet="Data", header_row=2, last_row=3)
    assert [row[0] for row in texts(path, asked=said)] == ["64.72"]
    with pytest.raises(Unreadable) as refused:
        open_table(path, asked=Asked(sheet="2025"))
    assert refused.value.finding.params == {"sheet": "2025", "sheets": "Data, Lain"}
    schema = {"fields": [{"name": "a"}, {"name": "b"}], "sdi": {"sheet": "Lain"}}
    report = check_table(path, TableSchema.from_dict(schema))
    assert (report.passed, report.layout["sheet"]) == (True, "Lain")


def test_the_header_row_of_a_csv_may_be_said(tmp_path: Path) -> None:
    path = written(tmp_path, b"Judul,,\nkode,nama,x\n1,a,b\n")
    with open_table(path, asked=Asked(header_row=2)) as table:
        assert (table.header, table.layout["header_row"]) == (["kode", "nama", "x"], 2)


DECLARED = {
    "fields": [
        {"name": "tanggal", "type": "date", "format": "%d %B %Y"},
        {"name": "luas", "type": "number", "decimalChar": ",", "groupChar": "."},
        {"name": "aktif", "type": "boolean", "trueValues": ["Ya"], "falseValues": ["Tidak"]},
    ]
}


def test_numbers_and_dates_need_no_notation(tmp_path: Path) -> None:
    """What the file holds as a number is that number, whatever the texts' decimal sign is."""
    rows = [["tanggal", "luas", "aktif"], [dt.date(2024, 5, 3), 1.234, True],
            ["4 Mei 2024", "1.234,5", "Tidak"]]  # fmt: skip
    path = written(tmp_path, xlsx(rows), "x.xlsx")
    schema = TableSchema.from_dict(DECLARED)
    report = check_table(path, schema)
    assert report.passed
    assert report.counts == {}
    with open_table(path) as table:
        (block,) = table
    assert [column.to_pylist() for column in typed_columns(block, schema)] == [
        [dt.date(2024, 5, 3), dt.date(2024, 5, 4)],
        ["1.234", "1234.5"],
        [True, False],
    ]


def test_numbers_of_json_keep_their_digits(tmp_path: Path) -> None:
    body = b'{"a": 1.10, "b": 31710117084500010001}'
    for data in (body, b"[%s]" % body):
        assert texts(written(tmp_path, data)) == [["1.10", "31710117084500010001"]]


def test_parquet_types_become_text(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(
        pa.table(
            {
                "kode": pa.array(["01", None]).dictionary_encode(),
                "harga": pa.array([Decimal("1.50"), None]),
                "hari": pa.array([dt.date(2024, 1, 2), None]),
                "ya": [True, None],
                "besar": [2**62, 1],
            }
        ),
        path,
    )
    assert texts(path) == [["01", "1.50", "2024-01-02", "TRUE", str(2**62)], ["", "", "", "", "1"]]


@pytest.mark.parametrize(
    ("limits", "rule"),
    [
        (Limits(cells=10), "table.too_many_cells"),
        (Limits(unpacked=3_000), "table.too_large"),
        (Limits(columns=3), "table.too_many_columns"),
        (Limits(block=5), "table.cell_too_long"),
    ],
)
def test_a_limit_that_is_passed_is_a_clear_refusal(
    limits: Limits, rule: str, tmp_path: Path
) -> None:
    path = written(tmp_path, xlsx(TABLE), "x.xlsx")
    with pytest.raises(Unreadable) as refused:
        open_table(path, limits=limits)
    finding = refused.value.finding
    assert finding.rule == rule
    assert "{" not in finding.message(str)


def test_a_process_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "PROGRAM", "while True: pass")
    with pytest.raises(Unreadable) as refused:
        open_table(written(tmp_path, xlsx(TABLE)), limits=Limits(seconds=1))
    assert refused.value.finding.rule == "table.too_costly"


def test_a_process_that_crashes_is_a_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "PROGRAM", "import os; os.kill(os.getpid(), 11)")
    with pytest.raises(Unreadable) as refused:
        open_table(written(tmp_path, xlsx(TABLE)))
    assert refused.value.finding.rule == "table.damaged"


def test_a_full_disk_is_not_the_fault_of_the_file(tmp_path: Path) -> None:
    for name, kind in (("buku.xlsx", "XLSX"), ("tabel.parquet", "Parquet")):
        path = written(tmp_path, FILES[name].data)
        with open("/dev/full", "wb") as full, pytest.raises(OSError, match="No space left"):  # noqa: PTH123
            apart._run(path, full, kind, Limits(), Asked())


def test_a_server_that_embeds_python_is_not_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert len(texts(written(tmp_path, xlsx(TABLE)))) == 2


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "sementara"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    with open_table(written(tmp_path, FILES["buku.zip"].data)) as table:
        assert not list(folder.iterdir())
        assert sum(map(len, table)) == 2
    assert not list(folder.iterdir())


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_memory_does_not_grow_with_the_file(kind: str, tmp_path: Path) -> None:
    rows, allowed = 300_000, 40 << 20
    path = tmp_path / f"x.{kind}"
    if kind == "jsonl":
        with path.open("w", encoding="utf-8") as file:
            for number in range(rows):
                file.write(f'{{"kode": "64.72", "nama": "{number:0150}", "nilai": {number}}}\n')
    else:
        names = pa.array([f"{number:0150}" for number in range(rows)])
        pq.write_table(pa.table({"nama": names}), path, row_group_size=20_000)
    assert rows * 150 > allowed
    with open_table(path, limits=Limits(memory=allowed)) as table:
        assert sum(map(len, table)) == rows


MANGLED = (
    "semua.xlsx",
    "galat.xlsb",
    "buku.xls",
    "buku.ods",
    "catatan.json",
    "tabel.parquet",
    "buku.zip",
)


@pytest.mark.parametrize("name", MANGLED)
def test_a_mangled_file_gets_a_verdict(name: str, tmp_path: Path) -> None:
    source = random.Random(name)
    schema = TableSchema.from_dict({"fields": [{"name": one} for one in NAMES]})
    for _ in range(8):
        data = bytearray(FILES[name].data)
        for _ in range(source.randint(1, 8)):
            at = source.randrange(len(data))
            data[at : at + source.randint(0, 4)] = source.randbytes(source.randint(0, 4))
        path = written(tmp_path, bytes(data), name)
        found: list[Finding] = []
        try:
            check_table(path, schema, limits=Limits(seconds=20), sink=found.append)
        except Unreadable as unreadable:
            found.append(unreadable.finding)
        assert all(finding.message(str) for finding in found)


def test_the_names_of_json_stand_in_no_line(tmp_path: Path) -> None:
    path = written(tmp_path, b'{"kode": "1", "lain": "2"}\n', "x.jsonl")
    report = check_table(path, TableSchema.from_dict({"fields": [{"name": "kode"}]}))
    assert report.samples["table.column_unknown", "lain"][0].cell == "B"
