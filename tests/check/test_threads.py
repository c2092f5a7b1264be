"""The check works on several threads: what it finds does not depend on them."""

from __future__ import annotations

import gc
import random
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from ckanext.sdi.check import run
from ckanext.sdi.check.ahead import Ahead, Work
from ckanext.sdi.check.report import Report
from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.suspects import ColumnJudge
from ckanext.sdi.check.table import Limits
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.codes import tables
from ckanext.sdi.rules import Finding

SCHEMA = TableSchema.from_dict(
    {
        "fields": [
            {"name": "id", "constraints": {"unique": True}},
            {"name": "nik", "sdi": {"code": "nik"}},
            {"name": "kk", "sdi": {"code": "nomor_kk"}},
            {"name": "npwp", "sdi": {"code": "npwp"}},
            {"name": "kode", "sdi": {"code": "kode_wilayah", "normalise": True}},
            {"name": "keluarga", "sdi": {"code": "id_dtks"}},
            {"name": "anggota", "sdi": {"code": "id_dtks"}},
            {"name": "jumlah", "type": "integer", "constraints": {"minimum": 0}},
            {"name": "tahun", "type": "year"},
        ],
        "primaryKey": ["id", "nik"],
        "sdi": {"reference_date": {"column": "tahun"}},
    }
)
RIGHT = {
    "nik": "3171011708450001",
    "kk": "3171011708150001",
    "npwp": "013121660091000",
    "kode": "64.72",
    "keluarga": "64720100000000001",
    "anggota": "6472010000000000101",
    "jumlah": "5",
    "tahun": "2024",
    "catatan": "orang@example.id",
}
WRONG = {
    "nik": ("3171011708450000", "'3171011708450001", "3.17101E+15", "", "317101170845000１"),
    "kk": ("3171015708150001", "99", "3171011708150001.0"),
    "npwp": ("013121660091001", "01.312.166.0-091.000", "x"),
    "kode": ("6472", "64.04", "64,72", "99.99", "3171011708450001"),
    "keluarga": ("64720100000000002", "6472"),
    "anggota": ("6472010000000000100", "6472010000000000201"),
    "jumlah": ("-1", "1.000", "satu"),
    "tahun": ("2010", "1999", "20x4"),
    "catatan": ("", "08123456789", "3171011708450001"),
}


def write(path: Path, rows: int, seed: int) -> None:
    """A made-up file in which everything goes wrong somewhere."""
    source = random.Random(seed)
    lines = ["id," + ",".join(RIGHT)]
    for row in range(rows):
        cells = [
            source.choice(WRONG[name]) if source.random() < 0.1 else right
            for name, right in RIGHT.items()
        ]
        lines.append(",".join([str(row if source.random() < 0.95 else row // 2), *cells]))
        if source.random() < 0.01:
            lines.append(source.choice(["", "x,y", '"dua\nbaris"']))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def outcome(path: Path) -> tuple[Report, list[Finding]]:
    found: list[Finding] = []
    report = check_table(path, SCHEMA, sink=found.append, limits=Limits(block=4_000))
    return report, found


def placed(found: list[Finding]) -> list[str]:
    """Findings in an order of their own: that of blocks depends on their size."""
    return sorted(repr(asdict(finding)) for finding in found)


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """No thread outlives a check."""
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) == before


@pytest.fixture
def many_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of many blocks, each looked at by itself."""
    path = tmp_path / "x.csv"
    write(path, 500, 1)
    monkeypatch.setattr(run, "ROWS", 1)
    return path


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize("seed", range(3))
def test_one_thread_and_many_find_the_same(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.csv"
    write(path, 1_200, seed)
    monkeypatch.setattr(run, "AHEAD", 0)
    whole, whole_found = outcome(path)
    assert len(whole_found) > 400
    monkeypatch.setattr(run, "ROWS", 1)
    monkeypatch.setattr(run, "HELD", 100)
    report, found = outcome(path)
    # However the file is parted the same cells are told, and counted.
    assert placed(found) == placed(whole_found)
    assert (report.counts, report.severities) == (whole.counts, whole.severities)
    assert report.personal_columns == whole.personal_columns
    for most in (1, 8, 3):
        monkeypatch.setattr(run, "AHEAD", most)
        # Threads then also meet where each makes the tables for itself.
        for made in (tables.wilayah, tables.area_reasons, tables.dates, tables.luhn_sums):
            made.cache_clear()
        again, found_again = outcome(path)
        assert placed(found_again) == placed(found)
        assert again == report
        # Who was free to do the work changes nothing, not even the order.
        assert outcome(path) == (again, found_again)


@pytest.mark.usefixtures("nothing_left")
def test_what_goes_wrong_on_a_thread_is_raised(
    many_blocks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    pick = ColumnJudge.pick

    def failing(self: ColumnJudge, *arguments: Any) -> Any:
        asked.append(self)
        if len(asked) > 50:
            raise MemoryError("no room")
        return pick(self, *arguments)

    monkeypatch.setattr(ColumnJudge, "pick", failing)
    with pytest.raises(MemoryError, match="no room"):
        outcome(many_blocks)


@pytest.mark.usefixtures("nothing_left")
def test_no_more_blocks_wait_in_a_long_file_than_in_a_short_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.csv"
    write(path, 2_000, 1)
    monkeypatch.setattr(run, "ROWS", 1)
    monkeypatch.setattr(run, "HELD", 1)
    waiting, most, done = 0, 0, 0

    class Counted(Ahead):
        def submit(self, work: Work) -> None:
            nonlocal waiting, most
            waiting += 1
            most = max(most, waiting)
            super().submit(work)

    def counted(name: str) -> None:
        original = getattr(run._Run, name)

        def counting(self: Any, *arguments: Any) -> None:
            nonlocal waiting, done
            waiting -= 1
            done += 1
            original(self, *arguments)

        monkeypatch.setattr(run._Run, name, counting)

    counted("_take_in")
    counted("_tell_all")
    monkeypatch.setattr(run, "Ahead", Counted)
    outcome(path)
    assert done > 40
    assert most == run.AHEAD + 1


@pytest.mark.usefixtures("nothing_left")
def test_a_check_that_is_stopped_lets_go_of_the_file(
    many_blocks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "HELD", 1)

    class Enough(Exception):
        pass

    def stop(finding: Finding) -> None:
        if finding.row and finding.column:
            raise Enough

    gc.disable()
    try:
        with pytest.raises(Enough) as caught:
            check_table(many_blocks, SCHEMA, sink=stop, limits=Limits(block=4_000))
        # The traceback still holds the check: it must have closed the file by itself.
        assert caught.tb is not None
        held = [link.resolve() for link in Path("/proc/self/fd").iterdir() if link.exists()]
        assert many_blocks.resolve() not in held
    finally:
        gc.enable()
