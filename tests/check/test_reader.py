"""The reader against Python's csv module, and what it says of broken files."""

from __future__ import annotations

import csv
import io
import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ckanext.sdi.check import sniff
from ckanext.sdi.check.table import Asked, Limits, Table, Unreadable, cell_address, open_table
from ckanext.sdi.rules import Finding

QUIET = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
# What may stand in a cell; NUL is refused, lone surrogates are no text.
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


def opened(path: Path, data: bytes, limits: Limits | None = None) -> tuple[Table, list[Finding]]:
    path.write_bytes(data)
    table = open_table(path, limits=limits)
    told: list[Finding] = []
    table.on_row = told.append
    return table, told


def records(table: Table) -> list[tuple[int, int, list[str]]]:
    found = []
    for block in table:
        columns = [column.to_pylist() for column in block.columns]
        for index, cells in enumerate(zip(*columns, strict=True)):
            found.append((int(block.rows[index]), int(block.lines[index]), list(cells)))
    return found


@QUIET
@given(
    rows=st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=30
        )
    ),
    ending=st.sampled_from(["\r\n", "\n"]),
    bom=st.booleans(),
    block=st.sampled_from([300, 1 << 20]),
)
# Another delimiter would give more records of one shape, though not the first.
@example(rows=[["", "|\r", "|\r", "|"]], ending="\r\n", bom=False, block=300)
def test_it_reads_what_the_csv_module_writes(
    rows: list[list[str]], ending: str, bom: bool, block: int, tmp_path: Path
) -> None:
    width = len(rows[0])
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerow([f"kolom{place}" for place in range(width)])
    writer.writerows(rows)
    data = text.getvalue().encode("utf-8-sig" if bom else "utf-8")
    table, told = opened(tmp_path / "x.csv", data, Limits(block=block))
    expected = list(csv.reader(io.StringIO(text.getvalue(), newline="")))[1:]
    got = records(table)
    filled = [(line, cells) for line, cells in enumerate(expected, start=2) if any(cells)]
    assert [cells for _, _, cells in got] == [cells for _, cells in filled]
    assert [line for _, line, _ in got] == [line for line, _ in filled]
    assert [row for row, _, _ in got] == list(range(1, len(filled) + 1))
    assert not told


@QUIET
@given(
    widths=st.lists(st.sampled_from([0, 1, 2, 3, 4]), min_size=1, max_size=40),
    block=st.sampled_from([64, 1 << 20]),
)
def test_rows_and_lines_are_right_after_blank_and_ragged_rows(
    widths: list[int], block: int, tmp_path: Path
) -> None:
    lines = [",".join(f"a{number}" for _ in range(width)) for number, width in enumerate(widths)]
    data = "\n".join(["satu,dua,tiga", *lines]) + "\n"
    table, told = opened(tmp_path / "x.csv", data.encode(), Limits(block=block))
    got = {row: line for row, line, _ in records(table)}
    ragged = {int(f.row or 0): int((f.cell or "A0")[1:]) for f in told if f.rule == "table.ragged"}
    expected, row = {}, 0
    for line, width in enumerate(widths, start=2):
        if width:
            row += 1
            expected[row] = line
    assert {**got, **ragged} == expected
    assert len(got) == widths.count(3)
    assert table.rows == len(expected)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str, tmp_path: Path) -> None:
    rows = [["kode", "nama", "nilai"], ["64.72", "Kota, Samarinda; ya", "1,5"]] * 3
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    table, _ = opened(tmp_path / "x.csv", text.getvalue().encode())
    assert table.delimiter == delimiter
    assert [cells for _, _, cells in records(table)] == rows[1:]


def test_blank_lines_before_the_header_count_as_lines(tmp_path: Path) -> None:
    table, _ = opened(tmp_path / "x.csv", "\ufeff;;\r\nkode;nama\r\n1;a\r\n".encode())
    assert table.header == ["kode", "nama"]
    assert table.header_line == 2
    assert records(table) == [(1, 3, ["1", "a"])]


@pytest.mark.parametrize(
    ("text", "header", "titles"),
    [
        ("Jumlah sekolah;;\n;;\nTahun 2024;;\nkode;nama;jumlah\n64.71;Balikpapan;5\n", 3, [1, 3]),
        ("Jumlah sekolah\nkode,jumlah\n64.71,5\n64.72,6\n", 2, [1]),
        ("Jumlah sekolah,\n64.71,5\n64.72,6\n", 2, []),
        ("kode\n64.71\n64.72\n", 1, []),
        ("kode,jumlah\nKalimantan,\n64.71,5\n", 2, []),
    ],
)
def test_titles_above_the_names_are_left_out_and_told(
    text: str, header: int, titles: list[int], tmp_path: Path
) -> None:
    table, _ = opened(tmp_path / "x.csv", text.encode())
    assert len(table.header) == header
    assert table.layout.get("skipped", []) == ([{"why": "title", "rows": titles}] if titles else [])
    assert [one.rule for one in table.warnings] == ["table.title_rows"] * bool(titles)
    lines = [line for _, line, _ in records(table)]
    assert lines[0] == table.layout["header_row"] + 1


STAIRS = "Wilayah,,\n,Penduduk,\n,2025,\n,Laki-laki,Perempuan\nPaser,5,6\nKutai,7,8\n"


def test_names_that_go_down_as_stairs_are_put_together(tmp_path: Path) -> None:
    table, _ = opened(tmp_path / "x.csv", STAIRS.encode())
    assert table.header == ["Wilayah", "Penduduk 2025 Laki-laki", "Penduduk 2025 Perempuan"]
    assert [one.rule for one in table.warnings] == ["table.header_rows"]
    assert (table.layout["header_row"], table.layout["header_rows"]) == (1, 4)
    assert records(table) == [(1, 5, ["Paser", "5", "6"]), (2, 6, ["Kutai", "7", "8"])]


def test_a_row_that_counts_the_columns_is_left_out(tmp_path: Path) -> None:
    text = b"kode,nama,jumlah\n(1),(2),(3)\n64.71,Balikpapan,5\n"
    table, _ = opened(tmp_path / "x.csv", text)
    assert table.header_line == 1
    assert [one.rule for one in table.warnings] == ["table.numbers_rows"]
    assert records(table) == [(1, 3, ["64.71", "Balikpapan", "5"])]


def test_a_person_says_how_many_rows_the_names_take(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("kode,2024\nx,y\n64.71,5\n")
    table = open_table(path, asked=Asked(header_row=1, header_rows=2))
    assert table.header == ["kode x", "2024 y"]
    assert records(table) == [(1, 3, ["64.71", "5"])]


def test_what_a_person_says_of_the_header_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Jumlah sekolah,\nkode,jumlah\n64.71,5\n")
    table = open_table(path, asked=Asked(header_row=1))
    assert table.header == ["Jumlah sekolah", ""]
    assert table.warnings == []


def test_windows_text_is_read_with_a_warning(tmp_path: Path) -> None:
    table, _ = opened(tmp_path / "x.csv", "nama,kota\nAndré,“x”\n".encode("cp1252"))
    assert [finding.rule for finding in table.warnings] == ["table.cp1252"]
    assert records(table) == [(1, 2, ["André", "“x”"])]


def test_a_foreign_byte_far_down_is_seen_before_the_first_row(tmp_path: Path) -> None:
    body = b"kode,nama\n" + b"1,a\n" * 600_000 + b"2,\xe9\n"
    table, _ = opened(tmp_path / "x.csv", body)
    assert table.encoding == "cp1252"
    assert records(table)[-1] == (600_001, 600_002, ["2", "é"])


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_utf8_cut_between_chunks_stays_utf8(cut: int, tmp_path: Path) -> None:
    filler = b"k,n\n" + b"1,a\n" * ((1 << 20) // 4 - 1)
    body = filler[: (1 << 20) - 2 - cut] + "\n€€€,ü\n".encode()
    path = tmp_path / "x.csv"
    path.write_bytes(body)
    assert open_table(path).encoding == "utf-8"


# Letters of one to four bytes, and what only looks like the begin of one.
PIECES = ["a", "é", "€", "😀"]
FOREIGN = [b"\x80", b"\xc3", b"\xe2\x82", b"\xf0\x9f", b"\xed\xa0\x80", b"\xc0\x80", b"\xff"]


@QUIET
@given(
    pieces=st.lists(st.sampled_from([*(p.encode() for p in PIECES), *FOREIGN]), max_size=8),
    chunk=st.integers(1, 5),
)
def test_utf8_is_what_python_reads_as_such(
    pieces: list[bytes], chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sniff, "CHUNK", chunk)
    text = b"".join(pieces)
    try:
        text.decode()
        wanted = "utf-8"
    except UnicodeDecodeError:
        wanted = "cp1252"
    path = tmp_path / "x.csv"
    path.write_bytes(b"kode,nama\n1," + text + b"\n")
    assert sniff.sniff(path, Limits()).encoding == wanted


UNREADABLE = {
    "empty": (b"", "table.empty"),
    "blank": (b"\r\n \r\n", "table.empty"),
    "bom": (b"\xef\xbb\xbf", "table.empty"),
    "html": (b"  <!DOCTYPE html><html></html>", "table.html"),
    "pdf": (b"%PDF-1.4\n", "table.other_format"),
    "nul": (b"kode,nama\n1,\0\n", "table.nul"),
    "bytes": (b"kode,nama\n1,\x81\xff\n", "table.encoding"),
    "columns": (b",".join(b"k%d" % n for n in range(2000)) + b"\n", "table.too_many_columns"),
    "header": (b'kode,"nama\n1,a\n2,b\n', "table.quote"),
}


@pytest.mark.parametrize(("data", "rule"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_no_table_is_refused_with_its_own_rule(
    data: bytes, rule: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    with pytest.raises(Unreadable) as refused:
        open_table(path)
    assert refused.value.finding.rule == rule


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
@pytest.mark.parametrize("last", ['c,"6', 'c,"6\nd,7', '"c,6\nd,7'])
def test_a_quotation_mark_that_is_never_closed_is_told(
    last: str, ending: str, tmp_path: Path
) -> None:
    table, told = opened(tmp_path / "x.csv", f"kode,jumlah\na,5\n{last}{ending}".encode())
    records(table)
    assert [finding.rule for finding in told] == ["table.quote"]


def test_an_inch_sign_in_a_text_is_no_open_quote(tmp_path: Path) -> None:
    table, told = opened(tmp_path / "x.csv", b'pipa,jumlah\nukuran 5",1\n"a\nb",2\n')
    assert records(table) == [(1, 2, ['ukuran 5"', "1"]), (2, 3, ["a\nb", "2"])]
    assert not told


def test_two_gigabytes_of_one_line_are_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with path.open("wb") as file:
        file.write(b"kode,jumlah\n")
        for _ in range(8):
            file.write(b"x" * (1 << 20))
        # The rest is a hole in the file: no disk is needed for it, and nobody gets there.
        file.truncate(2 << 30)
    with pytest.raises(Unreadable) as refused:
        open_table(path)
    assert refused.value.finding.rule == "table.line_too_long"


def test_a_record_longer_than_a_block_is_refused(tmp_path: Path) -> None:
    body = b'kode,jumlah\na,1\n"b,2\n' + b"c,3\n" * 200_000
    table, _ = opened(tmp_path / "x.csv", body, Limits(block=64 << 10))
    with pytest.raises(Unreadable) as refused:
        records(table)
    assert refused.value.finding.rule == "table.record_too_long"


def test_a_long_cell_is_read(tmp_path: Path) -> None:
    polygon = "POLYGON((" + "106.9 -6.2," * 14_000 + "))"
    table, _ = opened(tmp_path / "x.csv", f'kode,batas\n1,"{polygon}"\n'.encode())
    assert records(table) == [(1, 2, ["1", polygon])]


def test_cell_addresses_are_those_of_a_spreadsheet() -> None:
    assert [cell_address(n, 18) for n in (0, 25, 26, 701, 702)] == [
        "A18", "Z18", "AA18", "ZZ18", "AAA18",
    ]  # fmt: skip
    letters = itertools.product(" ABCDEFGHIJKLMNOPQRSTUVWXYZ", repeat=2)
    names = ["".join(pair).strip() for pair in letters if pair[1] != " "]
    assert [cell_address(n, 1) for n in range(len(names))] == [f"{name}1" for name in names]
