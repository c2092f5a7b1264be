"""Records and cells of a CSV file with each of their bytes."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pyarrow.csv as pa_csv
import pytest

from ckanext.sdi.check import raw


def split(text: str, delimiter: str = ",") -> list[str]:
    return list(raw.records(io.StringIO(text, newline=""), delimiter))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\r\nc,d\n", ["a,b\r\n", "c,d\n"]),
        ("a,b\rc,d", ["a,b\r", "c,d"]),
        ('"a\nb",c\nd\n', ['"a\nb",c\n', "d\n"]),
        ('"a""\n""b",c\nd\n', ['"a""\n""b",c\n', "d\n"]),
        ('a"b,c\nd\n', ['a"b,c\n', "d\n"]),
        ('"a"b",c\nd\n', ['"a"b",c\n', "d\n"]),
        ('a,"b\n\nc"\n\nd', ['a,"b\n\nc"\n', "\n", "d"]),
        ('a,"b\nc\n', ['a,"b\nc\n']),
    ],
)
def test_where_a_record_ends(text: str, expected: list[str]) -> None:
    assert split(text) == expected
    assert "".join(split(text)) == text


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("a,b,", ["a", "b", ""]),
        ('"a,1",b', ['"a,1"', "b"]),
        ('"a""1",b', ['"a""1"', "b"]),
        ('"a"1,b', ['"a"1', "b"]),
        ('a"1,b', ['a"1', "b"]),
        ('b,"a,', ["b", '"a,']),
        ("", [""]),
    ],
)
def test_the_cells(record: str, expected: list[str]) -> None:
    assert raw.cells(record, ",") == expected


def test_what_a_cell_says() -> None:
    assert raw.plain('"a""1"', "utf-8") == 'a"1'
    assert raw.plain('"a"1', "utf-8") == "a1"
    assert raw.plain("é".encode().decode("latin-1"), "utf-8") == "é"
    assert [raw.quoted(text, ";") for text in ("a,b", "a;b", '"a', 'a"b', "a\nb")] == [
        "a,b",
        '"a;b"',
        '"""a"',
        'a"b',
        '"a\nb"',
    ]


def is_open(record: str) -> bool:
    last = raw.cells(record, ",")[-1]
    return last.startswith('"') and raw.plain(last, "utf-8") == last


def test_records_are_those_that_the_reader_sees(tmp_path: Path) -> None:
    chance = random.Random(5)
    path = tmp_path / "acak.csv"
    compared = 0
    for _ in range(3000):
        text = "".join(chance.choices('ab,,""\n\r', k=chance.randrange(1, 25)))
        seen: list[int] = []
        path.write_bytes(b"x,y\n" + text.encode())
        with raw.opened(path, 4) as lines:
            # Of a blank line the reader makes a record of empty cells.
            own = [raw.without_end(one)[0] or "," for one in raw.records(lines, ",")]
        widths = [len(raw.cells(one, ",")) for one in own]

        def skip(row: pa_csv.InvalidRow, seen: list[int] = seen) -> str:
            seen.append(row.actual_columns)
            return "skip"

        told = pa_csv.read_csv(
            path,
            read_options=pa_csv.ReadOptions(use_threads=False),
            parse_options=pa_csv.ParseOptions(
                newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=skip
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types={"x": "string", "y": "string"}, strings_can_be_null=False
            ),
        )
        both = [raw.cells(one, ",") for one, width in zip(own, widths, strict=True) if width == 2]
        if own and is_open(own[-1]):
            # A mark that is never closed: the reader tells of it in a way of its own.
            continue
        compared += 1
        texts = [[raw.plain(cell, "utf-8") for cell in cells] for cells in both]
        assert texts == [list(row.values()) for row in told.to_pylist()], repr(text)
        assert sorted(seen) == sorted(width for width in widths if width != 2), repr(text)
    assert compared > 1500
