"""Periods as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from ckanext.sdi.rules import period
from ckanext.sdi.rules.metadata_values import judge_periode, judge_satuan, judge_values


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-S2", date(2024, 7, 1), date(2024, 12, 31)),
        ("2024-q1", date(2024, 1, 1), date(2024, 3, 31)),
        ("2024-T4", date(2024, 10, 1), date(2024, 12, 31)),
        ("2024-W01", date(2024, 1, 1), date(2024, 1, 7)),
        ("2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
        (" 2020 / 2024-03 ", date(2020, 1, 1), date(2024, 3, 31)),
    ],
)
def test_what_a_period_spans(written: str, first: date, last: date) -> None:
    assert period.parse(written) == period.Period(first, last)
    assert judge_periode(written) == []


@pytest.mark.parametrize(
    "written",
    [
        "",
        "24",
        "2024-13",
        "2023-02-29",
        "2024-S3",
        "2024-Q5",
        "2021-W53",
        "2024/2020",
        "2024/",
        "1024",
        "31-12-2024",
        "tahun lalu",
        "2024-Q0",
    ],
)
def test_what_is_no_period(written: str) -> None:
    assert period.parse(written) is None
    assert [finding.rule for finding in judge_periode(written)] == ["periode.form"]


@pytest.mark.parametrize("unit", ["jiwa", "%", "ribu ton", "Rp", "km2"])
def test_units(unit: str) -> None:
    assert judge_satuan(unit) == []


@pytest.mark.parametrize("unit", ["-", "N/A", "12", "1.000", "x" * 101])
def test_no_units(unit: str) -> None:
    assert [finding.rule for finding in judge_satuan(unit)] == ["satuan.form"]


def test_values_are_judged_by_field_and_empty_ones_are_not() -> None:
    found = judge_values({"satuan": "-", "periode_awal": "", "periode_akhir": "kemarin"})
    assert [(f.rule, f.field) for f in found] == [
        ("satuan.form", "satuan"),
        ("periode.form", "periode_akhir"),
    ]
    assert [f.severity for f in judge_values({"satuan": "-"}, profile="anjuran")] == ["warning"]
