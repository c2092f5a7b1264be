"""What is written out reads in again without a difference."""

from __future__ import annotations

import pytest

from ckanext.sdi.daftar_data.export import as_csv
from ckanext.sdi.daftar_data.formats import ParsedList, read_list
from ckanext.sdi.rules.daftar_data_file import COLUMNS
from tests.daftar_data import lists


def again(parsed: ParsedList) -> ParsedList:
    edition = {"level": parsed.level, "tahun": parsed.tahun, "title": "Daftar Data Contoh"}
    return read_list(as_csv(edition, parsed.rows).encode(), tahun=parsed.tahun)


def test_the_regional_format() -> None:
    columns = (*COLUMNS, "Penanggung Jawab", "2027", "Keterangan")
    table = lists.records(
        lists.rows(
            {"Definisi": 'dua "kata";\nbaris baru', "2027": "Ya", "Keterangan": "lama"},
            {"ID DDP": "-", "Penanggung Jawab": "Bidang Data"},
            {"ID DDP": ""},
        ),
        columns=columns,
    )
    first = read_list(lists.as_csv(table))
    second = again(first)
    assert not second.refused
    assert first.rows == second.rows
    assert len(second.rows) == 3


def test_the_national_format() -> None:
    if not lists.DDP_EXCERPT.exists():
        pytest.skip(f"the sample file {lists.DDP_EXCERPT.name} is not here")
    first = read_list(lists.DDP_EXCERPT.read_bytes(), tahun=2026)
    second = again(first)
    assert second.findings == []
    assert first.rows == second.rows
