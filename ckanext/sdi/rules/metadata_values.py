"""Rules on single metadata values: units and periods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.sdi.rules import period
from ckanext.sdi.rules.catalogue import N_, Example, Rule, register
from ckanext.sdi.rules.finding import Finding

LONGEST_UNIT = 100
PERIOD_FIELDS = ("periode_awal", "periode_akhir")
# What people type into a field they must fill but have nothing for.
PLACEHOLDERS = frozenset({"-", "--", ".", "n/a", "na", "nihil", "null", "tidak ada", "kosong"})

SATUAN = register(
    Rule(
        id="satuan.form",
        principle="standar_data",
        one=N_(
            "“{value}” is no unit. Write the unit the figures stand in, such as person, hectare "
            "or percent, in at most 100 characters."
        ),
        many=N_(
            "{n} values are no unit. Write the unit the figures stand in, such as person, hectare "
            "or percent."
        ),
        whole=N_(
            "No value is a unit. Write the unit the figures stand in, such as person, hectare or "
            "percent."
        ),
        why=N_("Figures without their unit cannot be compared or added up."),
        source="Perpres 39/2019, Pasal 4",
        wrong=Example(dataset={"satuan": "-"}),
        right=Example(dataset={"satuan": "jiwa"}),
        steps=(
            N_("Look up what the figures count or measure."),
            N_("Write that unit in the field Unit."),
        ),
        severity={"wajib": "error", "anjuran": "warning"},
        blocks=True,
        job="produsen",
    )
)

PERIODE = register(
    Rule(
        id="periode.form",
        principle="metadata",
        one=N_(
            "“{value}” is no period. Write a year (2024), a half year (2024-S1), a quarter "
            "(2024-Q1), a month (2024-03), a day (2024-03-31), or two of them from/to (2020/2024)."
        ),
        many=N_("{n} values are no period. Write them like 2024, 2024-Q1, 2024-03 or 2020/2024."),
        whole=N_("No value is a period. Write them like 2024, 2024-Q1, 2024-03 or 2020/2024."),
        why=N_("Codes and lateness are judged by the period the data is about."),
        source="Perpres 39/2019, Pasal 7-8",
        wrong=Example(dataset={"periode_akhir": "tahun lalu"}),
        right=Example(dataset={"periode_akhir": "2024"}),
        steps=(
            N_("Find the last day the data is about."),
            N_("Write the year, the month or the day in the form 2024, 2024-03 or 2024-03-31."),
        ),
        severity={"wajib": "error", "anjuran": "warning"},
        blocks=True,
        job="produsen",
    )
)


def judge_satuan(value: str, *, profile: str = "wajib") -> list[Finding]:
    """Whether a text is a unit; an empty one is judged by the rules on completeness."""
    text = value.strip()
    is_number = text.replace(",", "").replace(".", "").isdigit()
    if text.lower() in PLACEHOLDERS or is_number or len(text) > LONGEST_UNIT:
        return [Finding("satuan.form", SATUAN.severity[profile], value=text[:LONGEST_UNIT])]
    return []


def judge_periode(value: str, *, profile: str = "wajib") -> list[Finding]:
    """Whether a text is a period that :func:`ckanext.sdi.rules.period.parse` can read."""
    if period.parse(value) is None:
        return [Finding("periode.form", PERIODE.severity[profile], value=value.strip()[:100])]
    return []


def judge_values(dataset: Mapping[str, Any], *, profile: str = "wajib") -> list[Finding]:
    """The findings on the unit and the periods that a dataset has."""
    findings: list[Finding] = []
    if satuan := str(dataset.get("satuan") or "").strip():
        findings += [found.at(field="satuan") for found in judge_satuan(satuan, profile=profile)]
    for name in PERIOD_FIELDS:
        if value := str(dataset.get(name) or "").strip():
            findings += [found.at(field=name) for found in judge_periode(value, profile=profile)]
    return findings
