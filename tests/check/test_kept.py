"""Findings kept so that a page of them is read without the rest, and the rows they are about."""

from __future__ import annotations

from pathlib import Path

import pytest

from ckanext.sdi.check import kept
from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.rules.columnar import unpack

SCHEMA = TableSchema.from_dict(
    {
        "fields": [
            {"name": "nik", "type": "string", "sdi": {"code": "nik"}},
            {"name": "nomor", "type": "string", "constraints": {"unique": True}},
            {"name": "jumlah", "type": "integer"},
        ]
    }
)
ROWS = 30_000


def keep(folder: Path, text: str) -> dict[tuple[str, str], int]:
    source = folder / "berkas.csv"
    source.write_text(text, encoding="utf-8")
    with kept.keeper(folder / "temuan", folder / "baris") as keeper:
        report = check_table(source, SCHEMA, batches=keeper, again=keeper.keep_rows)
    return report.counts


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("simpan")
    # Every number is no number, each tenth record says the name of the one before.
    lines = [f"3171014513900001,n{row - (row % 10 == 0)},x{row}" for row in range(1, ROWS + 1)]
    counts = keep(made, "nik,nomor,jumlah\n" + "\n".join(lines) + "\n")
    assert kept.tasks_in(made / "temuan") == counts
    return made


@pytest.mark.parametrize("offset", [0, 8_170, 8_192, ROWS - 20])
def test_a_page_of_a_task_is_in_the_order_of_the_rows(folder: Path, offset: int) -> None:
    found = kept.read_page(folder / "temuan", ("integer.form", "jumlah"), offset, 50)
    assert [one.row for one in found] == list(range(offset + 1, min(offset + 50, ROWS) + 1))
    assert found[0].value == f"x{offset + 1}"


def test_repeats_come_in_the_order_of_the_rows(folder: Path) -> None:
    found = kept.read_page(folder / "temuan", ("value.unique", "nomor"), 10, 3)
    assert [one.row for one in found] == [110, 120, 130]


def test_all_tasks_are_read_one_after_the_other(folder: Path) -> None:
    path = folder / "temuan"
    every = [one for batch in kept.read_task(path, None) for one in unpack(batch)]
    assert len(every) == sum(kept.tasks_in(path).values())
    assert kept.read_page(path, None, 5, len(every)) == every[5:]
    assert [one.severity for one in every] == sorted(one.severity for one in every)


@pytest.mark.parametrize("place", [("integer.form", "nomor"), ("tidak.ada", "")])
def test_a_task_that_is_not_there(folder: Path, place: tuple[str, str]) -> None:
    assert kept.read_page(folder / "temuan", place, 0, 50) == []


def test_past_the_end(folder: Path) -> None:
    assert kept.read_page(folder / "temuan", ("integer.form", "jumlah"), ROWS + 5, 50) == []


def test_the_rows_without_what_identifies_persons(folder: Path) -> None:
    rows = kept.read_rows(folder / "baris", [7, 20_000])
    assert rows.header == ["nik", "nomor", "jumlah"]
    assert rows.cells == {7: [None, "n7", "x7"], 20_000: [None, "n19999", "x20000"]}
    assert b"3171014513900001" not in (folder / "baris").read_bytes()


def test_damaged_numbers_of_persons_are_not_kept(tmp_path: Path) -> None:
    # No value is built as one of a person's, so the columns are not found to be personal.
    schema = TableSchema.from_dict(
        {
            "fields": [
                {"name": "pajak", "sdi": {"code": "npwp"}},
                {"name": "no_hp"},
                {"name": "kk"},
                {"name": "jumlah", "type": "integer"},
            ]
        }
    )
    source = tmp_path / "x.csv"
    source.write_text("pajak,no_hp,kk,jumlah\n4512345678910,08123456,5420,x\n")
    with kept.keeper(tmp_path / "temuan", tmp_path / "baris") as keeper:
        report = check_table(source, schema, batches=keeper, again=keeper.keep_rows)
    assert report.personal_columns == []
    rows = kept.read_rows(tmp_path / "baris", [1])
    assert rows.cells == {1: ["45•••••••••10", "•••", "5420", "x"]}


def test_only_the_rows_in_which_something_is_wrong(tmp_path: Path) -> None:
    keep(tmp_path, "nik,nomor,jumlah\n,a,1\n\n,b,x\n,c,3\n")
    assert kept.read_rows(tmp_path / "baris", [1, 2, 3]).cells == {2: [None, "b", "x"]}


def test_a_clean_file_has_no_rows(tmp_path: Path) -> None:
    keep(tmp_path, "nik,nomor,jumlah\n,a,1\n")
    assert not (tmp_path / "baris").exists()
    with pytest.raises(FileNotFoundError):
        kept.read_rows(tmp_path / "baris", [1])


def test_the_suggested_values_of_a_task(tmp_path: Path) -> None:
    # Each third number is none, so that nothing is suggested for it.
    lines = [f",n{row},{'tujuh' if row % 3 == 0 else f'{row}.0'}" for row in range(1, ROWS + 1)]
    keep(tmp_path, "nik,nomor,jumlah\n" + "\n".join(lines) + "\n")
    path = tmp_path / "temuan"
    place = ("integer.decimal_zero", "jumlah")
    count, found = kept.read_suggestions(path, place, 10_000, 3)
    assert count == ROWS * 2 // 3
    assert [(one.row, one.suggestion) for one in found] == [
        (15_001, "15001"),
        (15_002, "15002"),
        (15_004, "15004"),
    ]
    assert kept.read_suggestions(path, ("integer.form", "jumlah"), 0, 3) == (0, [])
    assert kept.read_suggestions(path, ("tidak.ada", ""), 0, 3) == (0, [])
    assert kept.read_suggestions(path, place, count, 3) == (count, [])
