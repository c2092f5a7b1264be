"""Each rule on lists fires on its wrong example and is silent on its right one."""

from __future__ import annotations

import csv
import io

import pytest

from ckanext.sdi.daftar_data.formats import read_list
from ckanext.sdi.daftar_data.parsed import ParsedList
from ckanext.sdi.daftar_data.table import MAX_BYTES
from ckanext.sdi.rules import RULES
from ckanext.sdi.rules.catalogue import Example, Rule
from ckanext.sdi.rules.daftar_data_list import ListRow, judge_references
from ckanext.sdi.rules.finding import Finding
from tests.daftar_data.lists import as_xlsx

LIST_RULES = [rule for name, rule in RULES.items() if name.startswith("daftar_data_list.")]


def judged(example: Example) -> ParsedList:
    asked = dict(example.context or {})
    content = (example.csv or "").encode("utf-8", "surrogateescape")
    if sheets := asked.pop("sheets", None):
        table = list(csv.reader(io.StringIO(example.csv or ""), delimiter=";"))
        typed = [[float(c) if c == "64.1" else c for c in row] for row in table]
        content = as_xlsx(dict.fromkeys(sheets, typed))
    known = asked.pop("known", False)
    if known:
        asked["known"] = known_here
    return read_list(content, **{"limit": MAX_BYTES, **asked})


def known_here(row: ListRow) -> list[Finding]:
    return judge_references([row], producers={"Dinas Pendidikan"}, ddp={"06.01.001"})


@pytest.mark.parametrize("rule", LIST_RULES, ids=lambda rule: rule.id)
def test_examples(rule: Rule) -> None:
    wrong = [f for f in judged(rule.wrong).findings if f.rule == rule.id]
    assert wrong, "the wrong example is not found wrong"
    assert all(f.severity == rule.severity["wajib"] for f in wrong)
    assert all("{" not in f.message(str) for f in wrong)
    right = judged(rule.right).findings
    assert all(f.rule != rule.id and f.severity != "error" for f in right)


def test_there_are_rules() -> None:
    assert len(LIST_RULES) >= 20
