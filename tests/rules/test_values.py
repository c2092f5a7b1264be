"""Conversions: one cell at a time and a whole column say the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.sdi.rules import Field, judge_cells, judge_column
from ckanext.sdi.rules.codes import judge_code
from ckanext.sdi.rules.judge import typed_values
from ckanext.sdi.rules.values import MONTHS, Misread, parse
from ckanext.sdi.rules.vectors import surely, within

FIELDS = {
    "integer": Field("x", "integer"),
    "grouped": Field("x", "integer", group_char="."),
    "number": Field("x", "number"),
    "indonesian": Field("x", "number", decimal_char=",", group_char="."),
    "comma": Field("x", "number", decimal_char=","),
    "spaced": Field("x", "number", group_char=" "),
    "boolean": Field("x", "boolean"),
    "year": Field("x", "year"),
    "date": Field("x", "date"),
    "slashed": Field("x", "date", format="%d/%m/%Y"),
    "worded": Field("x", "date", format="%d %B %Y"),
    "string": Field("x"),
}
LIKELY = st.one_of(
    st.integers(-(10**20), 10**20).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.from_regex(r"\A[+-]?[0-9]{1,3}([.,' ][0-9]{1,3}){0,3}\Z"),
    st.from_regex(r"\A[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}\Z"),
    st.dates().map(date.isoformat),
    st.dates().map(lambda day: f"{day:%d}/{day:%m}/{day.year:04d}"),
    st.dates().map(lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year:04d}"),
    st.sampled_from(["Ya", "Tidak", "true", "0", "1", "-", "n/a", "2024", "2019.0", "1e5", " 12 "]),
    st.text(max_size=12),
)


@settings(deadline=None, max_examples=400)
@given(name=st.sampled_from(sorted(FIELDS)), texts=st.lists(LIKELY, min_size=1, max_size=20))
def test_the_fast_path_takes_only_what_the_slow_path_takes(name: str, texts: list[str]) -> None:
    field = FIELDS[name]
    sure, typed = surely(field, pa.array(texts, pa.string()))
    for text, is_sure, value in zip(texts, sure.tolist(), typed.to_pylist(), strict=True):
        if is_sure:
            expected = parse(field, text)
            assert value == expected if field.type != "number" else Decimal(value) == expected
        else:
            assert value is None


@settings(deadline=None, max_examples=300)
@given(name=st.sampled_from(sorted(FIELDS)), texts=st.lists(LIKELY, min_size=1, max_size=20))
def test_what_passes_is_converted_to_what_was_read(name: str, texts: list[str]) -> None:
    field = FIELDS[name]
    good = [text for text in texts if text and not judge_cells(field, [text])[0]]
    values = typed_values(field, pa.array(good, pa.string())).to_pylist()
    if field.type == "number":
        values = [Decimal(value) for value in values]
    assert values == [parse(field, text) for text in good]


@settings(deadline=None)
@given(
    texts=st.lists(st.decimals(-1000, 1000, places=2).map(str), min_size=1, max_size=30),
    limits=st.tuples(st.decimals(-500, 500, places=2), st.decimals(-500, 500, places=2)),
)
def test_limits_are_exact_for_decimals(texts: list[str], limits: tuple[Decimal, Decimal]) -> None:
    low, high = sorted(limits)
    field = Field("x", "number", minimum=str(low), maximum=str(high))
    told = [bool(found) for found in judge_cells(field, texts)]
    assert told == [not low <= Decimal(text) <= high for text in texts]


READ: list[tuple[str, str, Any]] = [
    ("integer", "007", 7),
    ("integer", "+5", 5),
    ("integer", "\u00a012 ", 12),
    ("grouped", "1.234.567", 1234567),
    ("number", "1e3", Decimal(1000)),
    ("number", "-.5", Decimal("-0.5")),
    ("indonesian", "1.234,56", Decimal("1234.56")),
    ("indonesian", "1234,5", Decimal("1234.5")),
    ("spaced", "1 234.5", Decimal("1234.5")),
    ("boolean", "Ya", True),
    ("boolean", "TIDAK", False),
    ("date", "2024-02-29", date(2024, 2, 29)),
    ("slashed", "1/2/2024", date(2024, 2, 1)),
    ("worded", "31 Desember 2025", date(2025, 12, 31)),
]


@pytest.mark.parametrize(("name", "text", "value"), READ)
def test_read(name: str, text: str, value: Any) -> None:
    assert parse(FIELDS[name], text) == value


MISREAD = [
    ("integer", "12.0", "integer.decimal_zero", "12"),
    ("integer", "1.234.567", "number.notation", "1234567"),
    ("integer", "9223372036854775808", "integer.range", None),
    ("integer", "12 orang", "integer.form", None),
    ("integer", "0x1A", "integer.form", None),
    ("integer", "１２", "integer.form", None),
    ("grouped", "1.5", "integer.form", None),
    ("number", "1,5", "number.notation", "1.5"),
    ("number", "1,234", "number.notation", None),
    ("number", "1.234,5", "number.notation", "1234.5"),
    ("number", "NaN", "value.placeholder", None),
    ("number", "inf", "number.form", None),
    ("number", "5%", "number.form", None),
    ("number", "Rp 5.000", "number.form", None),
    ("number", "1e999", "number.range", None),
    ("number", "-", "value.placeholder", None),
    ("indonesian", "1.5", "number.notation", "1,5"),
    ("indonesian", "1.234.5", "number.form", None),
    ("comma", "1.5", "number.notation", "1,5"),
    ("boolean", "mungkin", "boolean.form", None),
    ("year", "24", "year.form", None),
    ("year", "2024.0", "integer.decimal_zero", "2024"),
    ("date", "31/12/2025", "date.form", "2025-12-31"),
    ("date", "31 Desember 2025", "date.form", "2025-12-31"),
    ("date", "2024-02-30", "date.impossible", None),
    ("date", "2023-02-29", "date.impossible", None),
    ("date", "45657", "date.form", None),
    ("slashed", "31/02/2024", "date.impossible", None),
    ("slashed", "2025-12-31", "date.form", "31/12/2025"),
    ("worded", "2025-12-31", "date.form", "31 Desember 2025"),
]


@pytest.mark.parametrize(("name", "text", "rule", "suggestion"), MISREAD)
def test_misread(name: str, text: str, rule: str, suggestion: str | None) -> None:
    with pytest.raises(Misread) as misread:
        parse(FIELDS[name], text)
    assert (misread.value.rule, misread.value.suggestion) == (rule, suggestion)
    if suggestion:
        parse(FIELDS[name], suggestion)


@pytest.mark.parametrize("name", ["date", "slashed"])
def test_every_day_of_the_calendar_and_no_other(name: str) -> None:
    forms = {"date": "{0:04d}-{1:02d}-{2:02d}", "slashed": "{2:02d}/{1:02d}/{0:04d}"}
    wanted: dict[str, date | None] = {}
    for year in (1, 1900, 1969, 1970, 2000, 2023, 2024, 9999):
        for month in range(14):
            for day in range(33):
                try:
                    value = date(year, month, day)
                except ValueError:
                    value = None
                wanted[forms[name].format(year, month, day)] = value
    _, typed = surely(FIELDS[name], pa.array(list(wanted)))
    assert dict(zip(wanted, typed.to_pylist(), strict=True)) == wanted


def test_a_suggestion_for_an_enumeration_differs_in_case_and_blanks_only() -> None:
    field = Field("kelamin", enum=("Laki-laki", "Perempuan"))
    (near,), (far,) = judge_cells(field, ["laki-laki ", "pria"])
    assert near.suggestion == "Laki-laki"
    assert far.suggestion is None
    assert far.params["allowed"] == "Laki-laki, Perempuan"


def test_a_hostile_pattern_ends_at_once() -> None:
    field = Field("x", pattern="(a+)+$")
    (found,) = judge_cells(field, ["a" * 5_000 + "!"])
    assert [finding.rule for finding in found] == ["value.pattern"]


def test_missing_values_are_neither_wrong_nor_values() -> None:
    field = Field("x", "integer", required=False)
    judged = judge_column(field, pa.array(["-", "", "5"]), missing_values=["", "-"])
    assert not judged.findings
    assert judged.typed.to_pylist() == [None, None, 5]


def test_required_tells_each_empty_cell() -> None:
    field = Field("x", required=True)
    told = judge_cells(field, ["a", "", None])
    assert [[finding.rule for finding in found] for found in told] == [
        [], ["value.required"], ["value.required"],
    ]  # fmt: skip


def test_lengths_count_letters_not_bytes() -> None:
    field = Field("x", min_length=2, max_length=3)
    texts = pa.array(["é", "éé", "ééé", "éééé"])
    assert within(field, texts, texts).tolist() == [False, True, True, False]


def test_a_code_column_is_judged_by_the_date_of_each_row() -> None:
    field = Field("kode", code="kode_wilayah")
    told = judge_cells(field, ["64.04", "64.04"], at=[date(2010, 12, 31), date(2024, 12, 31)])
    assert not told[0]
    assert told[1]


def test_a_nik_is_masked_in_its_finding() -> None:
    (found,) = judge_cells(Field("nik", code="nik"), ["3171013202010001"])
    assert found[0].value == "3171••••••••0001"


def test_a_number_like_a_nik_is_masked_in_any_column() -> None:
    (found,) = judge_cells(Field("catatan", enum=("a",)), ["NIK 3171011708450001 budi@contoh.id"])
    assert found[0].value == "NIK 3171••••••••0001 b•••••••••••••"


@pytest.mark.parametrize(
    ("text", "suggestion"), [("7.0", "7"), ("3171011708450001.0", None), ("081234567890.0", None)]
)
def test_a_number_like_a_persons_is_not_suggested(text: str, suggestion: str | None) -> None:
    (found,) = judge_cells(Field("nomor", type="integer"), [text])
    assert found[0].suggestion == suggestion


@pytest.mark.parametrize(
    ("field", "text", "suggestion"),
    [
        ({"sdi": {"code": "kode_wilayah"}}, "64.00", "64"),
        ({"sdi": {"code": "kode_wilayah", "level": "provinsi"}}, "64.00", "64"),
        ({"sdi": {"code": "kode_wilayah", "level": "kab_kota"}}, "64.00", None),
        ({"sdi": {"code": "kode_wilayah", "level": "desa"}}, "64-72", None),
        ({"sdi": {"code": "kode_wilayah", "level": "kab_kota"}}, "64-72", "64.72"),
        ({"sdi": {"code": "kode_wilayah", "level": "kab_kota"}}, "64-99", None),
        ({"sdi": {"code": "kode_wilayah", "level": "provinsi"}}, "11.1", None),
        ({"sdi": {"code": "kode_wilayah", "level": "kab_kota"}}, "11.1", "11.10"),
        ({"sdi": {"code": "kode_bps", "level": "kab_kota"}}, "64.0", None),
        ({"sdi": {"code": "kode_bps", "level": "kab_kota"}}, "6472.0", "6472"),
        ({"type": "integer"}, "5.0", "5"),
        ({"type": "integer", "constraints": {"minimum": 10}}, "5.0", None),
        ({"constraints": {"enum": ["Negeri"], "maxLength": 3}}, "negeri", None),
    ],
)
def test_only_what_the_column_takes_is_suggested(
    field: dict[str, Any], text: str, suggestion: str | None
) -> None:
    declared = Field.from_dict({"name": "a", **field})
    for at in (date(2025, 12, 31), [date(2025, 12, 31)] * 2):
        (_, told) = judge_cells(declared, [None, text], at=at)
        assert told
        assert {one.suggestion for one in told} - {None} == {suggestion} - {None}
        assert all(one.message(str) for one in told)
    if declared.code:
        alone = judge_code(declared.code, text, level=declared.level, at=date(2025, 12, 31))
        assert {one.suggestion for one in alone} - {None} == {suggestion} - {None}
