"""How a table is found in a sheet: its names, and where its records end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.sdi.check.layout import find_header, is_ordinals
from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.check.tail import cut

NAMES = ["No", "Kecamatan", "Jumlah"]
ROWS = [[1, "Samarinda Ulu", 5], [2, "Samarinda Ilir", 7], [3, "Palaran", 9]]


def numbered(rows: list[list[Any]]) -> list[tuple[int, list[Any]]]:
    return list(enumerate(rows, start=1))


@pytest.mark.parametrize(
    ("rows", "merged", "names", "lines"),
    [
        ([NAMES, *ROWS], (), NAMES, (0, 0, 1)),
        ([[], ["Judul"], [], NAMES, *ROWS], (), NAMES, (3, 3, 4)),
        # Years are names too.
        ([["Kecamatan", 2023.0, 2024.0], ["Palaran", 5, 6]], (), ["Kecamatan", "2023", "2024"],
         (0, 0, 1)),
        ([["Kecamatan", "Penduduk", ""], ["", "L", "P"], ["Palaran", 5, 6], ["Ulu", 7, 8]],
         [((0, 1), (0, 2)), ((0, 0), (1, 0))],
         ["Kecamatan", "Penduduk L", "Penduduk P"], (0, 1, 2)),
        # The same where merged cells are not told.
        ([["Kecamatan", "Penduduk", ""], ["", "L", "P"], ["Palaran", 5, 6], ["Ulu", 7, 8]],
         (), ["Kecamatan", "Penduduk L", "Penduduk P"], (0, 1, 2)),
        ([["Wilayah", "Penduduk", "", "", ""], ["", 2023, "", 2024, ""], ["", "L", "P", "L", "P"],
          ["Ulu", 1, 2, 3, 4], ["Ilir", 1, 2, 3, 4]],
         [((0, 1), (0, 4)), ((1, 1), (1, 2)), ((1, 3), (1, 4)), ((0, 0), (2, 0))],
         ["Wilayah", "Penduduk 2023 L", "Penduduk 2023 P", "Penduduk 2024 L", "Penduduk 2024 P"],
         (0, 2, 3)),
        # One column without a name is no group.
        ([["a", "", "c"], ["x", "y", "z"], ["x", "y", "z"]], (), ["a", "", "c"], (0, 0, 1)),
        # A title over the whole width is none either.
        ([["Daftar", "", ""], NAMES, *ROWS], [((0, 0), (0, 2))], NAMES, (1, 1, 2)),
        ([["nama"], ["Palaran"], ["Ulu"]], (), ["nama"], (0, 0, 1)),
    ],
)  # fmt: skip
def test_the_names_are_found(
    rows: list[list[Any]], merged: Any, names: list[str], lines: tuple[int, int, int]
) -> None:
    header = find_header(rows, merged)
    assert header
    assert header.names == names
    assert (header.first, header.last, header.body) == lines


RECORDS = [["Paser", 327758], ["Kutai", 361461], ["Berau", 381448], ["Bontang", 391888]]


@pytest.mark.parametrize(
    ("rows", "names", "first", "last"),
    [
        (
            [["Kabupaten", None], [None, "Garis kemiskinan"], [None, "2022"], *RECORDS],
            ["Kabupaten", "Garis kemiskinan 2022"],
            0,
            2,
        ),
        ([["Judul", None], ["Paser", 5], ["Kutai", 6]], ["Paser", "5"], 1, 1),
        ([["a", None], [None, None], [None, "b"], ["c", 1], ["d", 2]], ["c", "1"], 3, 3),
    ],
)
def test_names_as_stairs(rows: list[list[Any]], names: list[str], first: int, last: int) -> None:
    found = find_header(rows)
    assert found is not None
    assert (found.names, found.first, found.last) == (names, first, last)


def test_what_a_person_says_is_not_guessed() -> None:
    rows = [["Provinsi", "Kalimantan Timur", "64"], NAMES, *ROWS]
    header = find_header(rows, header_row=1)
    assert header
    assert (header.names, header.titles) == (NAMES, [0])
    two = find_header(rows, header_row=0, header_rows=2)
    assert two
    assert two.names == ["Provinsi No", "Kalimantan Timur Kecamatan", "64 Jumlah"]
    assert find_header(rows, header_row=9) is None


@pytest.mark.parametrize(
    ("row", "yes"),
    [
        (["(1)", "(2)", "(3)"], True),
        ([-1, -2.0, -3], True),
        ([1, 2, 3, 4], True),
        (["1", "2", "3", "4"], True),
        ([1, 2, 3], False),
        ([1, 5, 3, 4], False),
        ([7, 8, 9, 10], False),
        (["(1)", "(2)", "x"], False),
        ([], False),
    ],
)
def test_a_row_that_counts_the_columns(row: list[Any], yes: bool) -> None:
    assert is_ordinals(row) is yes


@pytest.mark.parametrize(
    ("after", "totals", "notes"),
    [
        ([], [], []),
        ([["", "Jumlah", 21]], [4], []),
        ([["Jumlah", "", 21]], [4], []),
        ([["TOTAL", 21, 21]], [4], []),
        ([["", "Jumlah Kota Samarinda", 21]], [4], []),
        ([["Jumlah", "", 21], ["Rata-rata", "", 7]], [4, 5], []),
        ([["Jumlah", "", 21], [], ["Sumber: BPS"]], [4], [6]),
        ([["Catatan: angka sementara"]], [], [4]),
        ([[], ["", "", "Samarinda, 1 Mei 2025"], ["", "", "Kepala Dinas"]], [], [5, 6]),
        ([[], [], ["Mengetahui", "", "Samarinda"], ["", "", "NIP. 1980"]], [], [6, 7]),
        # Records with much missing, or after a gap, are records.
        ([[4, "Sungai Kunjang", ""]], [], []),
        ([[], [4, "Sungai Kunjang", 3]], [], []),
        ([[4, "Jumlah Penduduk", 3]], [], []),
        ([["Sumber BPS", "", ""]], [], [4]),
    ],
)
def test_where_the_records_end(after: list[list[Any]], totals: list[int], notes: list[int]) -> None:
    rows = numbered([*ROWS, *after])
    end, found_totals, found_notes = cut(rows, 3)
    assert (found_totals, found_notes) == (totals, notes)
    left_out = {*totals, *notes}
    filled = [number for number, row in rows if any(cell != "" for cell in row)]
    assert [number for number, row in rows[:end] if row] == [
        number for number in filled if number not in left_out
    ]


def test_a_list_of_names_may_end_with_one_that_begins_as_a_note_does() -> None:
    rows = [["Suka Maju"], ["Sumber Jaya"]]
    assert cut(numbered(rows), 1) == (2, [], [])
    assert cut(numbered([*rows, ["Sumber: BPS"]]), 1) == (2, [], [3])
    # With numbers beside it, though few.
    wide = [["Suka Maju", 4, 5, "", "", ""], ["Sumber Jaya", 4, 7, "", "", ""]]
    assert cut(numbered(wide), 6) == (2, [], [])
    noted = [*wide, ["Sumber: BPS", 2025, "", "", "", ""]]
    assert cut(numbered(noted), 6) == (2, [], [3])


def test_a_last_record_without_its_value_is_a_record() -> None:
    rows = numbered([["64.71", 5], ["64.72", ""]])
    assert cut(rows, 2) == (2, [], [])
    assert cut(numbered([*[row for _, row in rows], ["Sumber: BPS", ""]]), 2) == (2, [], [3])


CELL = st.one_of(
    st.just(""), st.text(max_size=6), st.integers(-9, 3000), st.floats(), st.booleans(), st.dates()
)


@settings(deadline=None, max_examples=300)
@given(
    rows=st.lists(st.lists(CELL, max_size=5), max_size=12),
    merged=st.lists(
        st.tuples(
            st.tuples(st.integers(0, 9), st.integers(0, 5)),
            st.tuples(st.integers(0, 9), st.integers(0, 5)),
        ),
        max_size=3,
    ),
    header_row=st.none() | st.integers(0, 12),
    header_rows=st.none() | st.integers(1, 4),
)
def test_any_sheet_is_told_of_in_full(
    rows: list[list[Any]], merged: Any, header_row: int | None, header_rows: int | None
) -> None:
    header = find_header(rows, merged, header_row=header_row, header_rows=header_rows)
    if header is None:
        return
    assert header.first <= header.last < header.body <= len(rows) + 1
    assert len(header.names) == max(map(len, rows))
    end, totals, notes = cut(numbered(rows[header.body :]), len(header.names))
    told = {*totals, *notes}
    # No row that holds something is left out without being told.
    for number, row in numbered(rows[header.body :])[end:]:
        filled = any(str(cell).strip() for cell in row)
        assert (number in told) is filled


@pytest.mark.parametrize(
    ("end", "lines"),
    [
        ("Jumlah,,11\n", "4"),
        ('Total,11,1\nCatatan,,\n"1) angka sementara",,\n', "4–6"),
        (",,\nSumber: BPS,,\n", "5"),
        ("64.73,7,1\n", None),
        ("64.73,,1\n", None),
        ("64.73,,\n64.74,,\n", None),
        ("Jumlah Penduduk,7,1\n", None),
    ],
)
def test_totals_and_notes_at_the_end_of_a_csv_are_told(
    end: str, lines: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"kode,jumlah,luas\n64.71,5,1\n64.72,6,1\n{end}", "utf-8")
    schema = {"fields": [{"name": name} for name in ("kode", "jumlah", "luas")]}
    report = check_table(path, TableSchema.from_dict(schema))
    told = report.samples.get(("table.tail_rows", ""), [])
    assert [one.params["lines"] for one in told] == ([lines] if lines else [])
    assert report.passed
