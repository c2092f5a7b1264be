from __future__ import annotations

from datetime import date
from string import Formatter

import pytest

from ckanext.sdi.rules.catalogue import RULES
from ckanext.sdi.rules.codes import ENTRIES, judge_code

OWN = [
    rule for rule in RULES.values() if rule.principle == "kode_referensi" and rule.wrong.cell
]  # fmt: skip


@pytest.mark.parametrize("rule", OWN, ids=lambda rule: rule.id)
def test_the_examples_say_what_they_are_for(rule) -> None:  # noqa: ANN001
    cell = rule.wrong.cell
    sdi = cell["field"]["sdi"]
    at = date.fromisoformat(cell["at"]) if "at" in cell else None
    found = judge_code(sdi["code"], cell["value"], level=sdi.get("level"), at=at)
    assert rule.id in [finding.rule for finding in found]
    for finding in found:
        assert finding.message(lambda text: text)
    right = rule.right.cell
    assert judge_code(sdi["code"], right["value"], level=sdi.get("level"), at=at) == []


@pytest.mark.parametrize("rule", OWN, ids=lambda rule: rule.id)
def test_the_forms_for_many_need_only_the_number(rule) -> None:  # noqa: ANN001
    assert {name for _, name, _, _ in Formatter().parse(rule.many) if name} == {"n"}
    assert {name for _, name, _, _ in Formatter().parse(rule.whole) if name} == set()


def test_entries_are_there() -> None:
    assert len(ENTRIES) == 5
    assert len(OWN) > 40


def test_values_are_masked_and_no_persons_number_is_suggested() -> None:
    (finding,) = judge_code("nik", "'3171011708450001")
    assert finding.value == "'317•••••••••0001"
    assert finding.suggestion is None
    assert "3171011708450001" not in str(finding)
    (finding,) = judge_code("npwp", "13121660091000")
    assert finding.suggestion == "013121660091000"


def test_severities() -> None:
    assert [f.severity for f in judge_code("nik", "3171013102900001")] == ["error"]
    assert [f.severity for f in judge_code("nik", "3171991708450001")] == ["warning"]
    assert [f.severity for f in judge_code("npwp", "014518697054000")] == ["warning"]
    assert [f.severity for f in judge_code("kode_wilayah", "64.04")] == ["warning"]
    advisory = judge_code("nik", "3171013102900001", profile="anjuran")
    assert [f.severity for f in advisory] == ["warning"]
    own = judge_code("npwp", "014518697054000", severities={"npwp.check_digit": "error"})
    assert [f.severity for f in own] == ["error"]
    assert own[0].blocks is False


def test_an_unknown_system_is_an_error() -> None:
    with pytest.raises(KeyError):
        judge_code("plat_nomor", "KT 1234 AB")
