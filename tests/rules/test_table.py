"""Columns of a file matched with those of a standard."""

from __future__ import annotations

import pytest

from ckanext.sdi.rules import Field
from ckanext.sdi.rules.header import ignored_columns, judge_header, match_columns

CODE = Field("kode_wilayah", title="Kode Wilayah", kolom=("KD_WIL",))
COUNT = Field("jumlah", title="Jumlah usaha")


@pytest.mark.parametrize(
    ("header", "places"),
    [
        (["kode_wilayah", "jumlah"], [0, 1]),
        (["Jumlah usaha", "KD_WIL"], [1, 0]),
        (["JUMLAH", "kode wilayah"], [1, 0]),
        (["kd-wil", "JUMLAH USAHA"], [0, 1]),
        # What a person has said goes before a title, and a name before that.
        (["Kode Wilayah", "KD_WIL", "jumlah"], [1, 2]),
        (["KD_WIL", "kode_wilayah", "jumlah"], [1, 2]),
        (["Jumlah", "JUMLAH", "KD_WIL"], [2, None]),
        (["jumlah", "jumlah"], [None, 0]),
        (["wilayah", "banyak"], [None, None]),
        ([], [None, None]),
    ],
)
def test_where_the_columns_are(header: list[str], places: list[int | None]) -> None:
    assert match_columns(header, [CODE, COUNT]) == places


def test_a_column_is_taken_once() -> None:
    fields = [Field("a", title="Jumlah"), Field("b", title="Jumlah"), Field("Jumlah")]
    assert match_columns(["Jumlah"], fields) == [None, None, 0]
    assert match_columns(["Jumlah"], fields[:2]) == [0, None]


@pytest.mark.parametrize(
    ("header", "left_out"),
    [
        (["jumlah", "Catatan"], [1]),
        (["CATATAN ", "jumlah", "lain"], [0]),
        # What is declared is no longer ignored.
        (["kode_wilayah", "KD_WIL", "jumlah"], [1]),
        (["KD_WIL", "jumlah"], []),
        (["№", "jumlah"], [0]),
        (["–", "jumlah"], []),
    ],
)
def test_which_columns_are_ignored(header: list[str], left_out: list[int]) -> None:
    ignored = ["catatan", "KD_WIL", "№"]
    assert ignored_columns(header, [CODE, COUNT], ignored) == left_out
    told = [one.rule for one in judge_header(header, [CODE, COUNT], header, ignored)]
    assert told.count("table.column_ignored") == len(left_out)
