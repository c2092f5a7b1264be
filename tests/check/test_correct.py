"""Suggested values put into a CSV file; every other byte stays."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from ckanext.sdi.check import kept
from ckanext.sdi.check.correct import UnfittingError, corrected
from ckanext.sdi.check.reader import CsvTable
from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table import open_table
from ckanext.sdi.check.table_schema import TableSchema

SCHEMA = TableSchema.from_dict(
    {
        "fields": [
            {"name": "nama", "type": "string"},
            {"name": "tanggal", "type": "date"},
            {"name": "jumlah", "type": "integer"},
        ]
    }
)
PLACE = ("integer.decimal_zero", "jumlah")


def mended(folder: Path, content: bytes, place: tuple[str, str] = PLACE) -> bytes:
    source = folder / "a.csv"
    source.write_bytes(content)
    with kept.keeper(folder / "temuan", folder / "baris") as keeper:
        report = check_table(source, SCHEMA, batches=keeper)
    assert place in report.counts
    with open_table(source) as table:
        assert isinstance(table, CsvTable)
        return b"".join(corrected(table, kept.read_task(folder / "temuan", place)))


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_only_the_cells_of_the_task_change(tmp_path: Path, end: bytes, start: bytes) -> None:
    lines = [
        b"nama;tanggal;jumlah;catatan",
        b'"a;""1" ;2025-01-01;5.0;"x',
        b'y"',
        b"",
        'é;31/12/2025;"6.0";'.encode(),
        b"c;2025-01-01;tujuh;",
        b"d;2025-01-01;8",
        b"e;2025-01-01; 9.0;z",
    ]
    content = start + end.join(lines)
    made = mended(tmp_path, content)
    wanted = content.replace(b";5.0;", b";5;").replace(b'"6.0"', b'"6"').replace(b" 9.0;", b"9;")
    assert made == wanted


@pytest.mark.parametrize("above", [b"", b"Daftar barang;;\n;;\n"])
def test_what_stands_above_the_records_is_counted(above: bytes, tmp_path: Path) -> None:
    head = above + b"nama;tanggal;jumlah\n(1);(2);(3)\n"
    made = mended(tmp_path, head + b"a;2025-01-01;5\nb;2025-01-01;6.0\nc;2025-01-01;8\n")
    assert made == head + b"a;2025-01-01;5\nb;2025-01-01;6\nc;2025-01-01;8\n"


def test_a_value_with_the_delimiter_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes(b"nama,tanggal,jumlah\na,2025-01-01,5.0\n")
    with kept.keeper(tmp_path / "temuan", tmp_path / "baris") as keeper:
        check_table(source, SCHEMA, batches=keeper)
    batch = next(iter(kept.read_task(tmp_path / "temuan", PLACE)))
    place = batch.schema.get_field_index("suggestion")
    batch = batch.set_column(place, "suggestion", pa.array(['5,"0']))
    with open_table(source) as table:
        assert isinstance(table, CsvTable)
        made = b"".join(corrected(table, [batch]))
    assert made == b'nama,tanggal,jumlah\na,2025-01-01,"5,""0"\n'


def test_a_cell_that_is_not_where_it_was(tmp_path: Path) -> None:
    mended(tmp_path, b"nama,tanggal,jumlah\na,2025-01-01,5.0\nb,2025-01-01,6.0\n")
    source = tmp_path / "a.csv"
    source.write_bytes(b"nama,tanggal,jumlah\na,2025-01-01,5.0\n")
    with open_table(source) as table:
        assert isinstance(table, CsvTable)
        pieces = corrected(table, kept.read_task(tmp_path / "temuan", PLACE))
        with pytest.raises(UnfittingError):
            list(pieces)
