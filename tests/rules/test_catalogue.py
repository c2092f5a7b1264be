"""Every rule has all its parts, and its examples do what they say."""

from __future__ import annotations

import gettext
import string
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import pytest

from ckanext.sdi.check.examples import findings_of
from ckanext.sdi.check.report import Report
from ckanext.sdi.check.tasks import tasks_of
from ckanext.sdi.rules import (
    RULES,
    Field,
    Rule,
    judge_cells,
)
from ckanext.sdi.rules.catalogue import PROFILES, profile_lists

I18N = Path(__file__).parents[2] / "ckanext" / "sdi" / "i18n"


def judged_here() -> list[Rule]:
    return [rule for rule in RULES.values() if rule.wrong.csv is None or rule.wrong.table_schema]


@pytest.mark.parametrize("rule", judged_here(), ids=lambda rule: rule.id)
def test_the_wrong_example_fires_the_rule_and_the_right_one_does_not(rule: Rule) -> None:
    wrong = [finding.rule for finding in findings_of(rule.wrong)]
    right = [finding.rule for finding in findings_of(rule.right)]
    assert rule.id in wrong
    assert rule.id not in right


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_has_all_its_parts(rule: Rule) -> None:
    texts = [rule.one, rule.many, rule.whole, rule.why, rule.source, *rule.steps]
    assert all(text.strip() for text in texts)
    assert rule.steps
    assert set(rule.severity) == set(PROFILES)
    assert set(rule.severity.values()) <= {"error", "warning", "info"}
    assert rule.since


@pytest.mark.parametrize(
    "rule",
    [rule for rule in RULES.values() if rule.wrong.told is not None],
    ids=lambda rule: rule.id,
)
def test_what_pages_say_of_an_example_is_what_judging_it_says(rule: Rule) -> None:
    finding = next(one for one in findings_of(rule.wrong) if one.rule == rule.id)
    # The examples are judged with limits of their own.
    expected = {
        name: text
        for name, text in (rule.wrong.told or {}).items()
        if name not in ("limit", "memory", "seconds")
    }
    told = finding.placeholders()
    assert {name: told[name] for name in expected} == expected
    assert rule.sentence(
        "one", english, {**rule.wrong.told, "column": ""} if rule.wrong.told else {}
    )


def english(message: str) -> str:
    return message


def indonesian() -> Callable[[str], str]:
    return gettext.translation("ckanext-sdi", I18N, ["id"]).gettext


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("rule", judged_here(), ids=lambda rule: rule.id)
def test_no_sentence_has_a_hole(rule: Rule, language: str) -> None:
    translate = english if language == "en" else indonesian()
    finding = next(f for f in findings_of(rule.wrong) if f.rule == rule.id)
    for form in ("one", "many", "whole"):
        sentence = finding.message(translate, form, n="1.234")
        assert "{" not in sentence
        assert "None" not in sentence
        assert "“”" not in sentence


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_is_told_in_indonesian(rule: Rule) -> None:
    translate = indonesian()
    for message in (rule.one, rule.many, rule.whole, rule.why, *rule.steps):
        told = translate(message)
        assert told != message
        assert holes(told) == holes(message)


def holes(message: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


def test_profiles_are_lists_of_rules() -> None:
    for profile in PROFILES:
        lists = profile_lists(profile)
        assert sorted(chain.from_iterable(lists.values())) == sorted(RULES)


def test_each_principle_has_a_rule_that_blocks() -> None:
    blocking = {rule.principle for rule in RULES.values() if rule.blocks}
    assert blocking >= {
        "standar_data",
        "metadata",
        "interoperabilitas",
        "kode_referensi",
        "daftar_data",
        "data_pribadi",
    }


def test_a_placed_code_finding_says_where() -> None:
    (finding,) = judge_cells(Field("kode_kab", code="kode_wilayah"), ["64.99"])[0]
    placed = finding.at(cell="C18", row=17)
    assert placed.message(english).startswith("Column kode_kab, cell C18: ")
    report = Report(rows=2)
    report.add(placed)
    report.add(placed)
    (task,) = tasks_of(report, english)
    assert task.form == "whole"
    assert task.sentence.startswith("Column kode_kab: ")
