"""Each rule on lists fires on its wrong example and is silent on its right one."""

from __future__ import annotations

import csv
import io

import pytest

from ckanext.sdi.daftar_data.formats import ParsedList, read_list
from ckanext.sdi.daftar_data.table import MAX_BYTES
from ckanext.sdi.rules import RULES
from ckanext.sdi.rules.catalogue import Example, Rule
from ckanext.sdi.rules.daftar_data_list import judge_references
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
    parsed = read_list(content, **{"limit": MAX_BYTES, **asked})
    if known:
        parsed.findings += judge_references(
            parsed.list_rows, producers={"Dinas Pendidikan"}, ddp={"06.01.001"}
        )
    return parsed


@pytest.mark.parametrize("rule", LIST_RULES, ids=lambda rule: rule.id)
def test_examples(rule: Rule) -> None:
    wrong = [f for f in judged(rule.wrong).findings if f.rule == rule.id]
    assert wrong, "the wrong example is not found wrong"
    assert all(f.severity == rule.severity["wajib"] for f in wrong)
    assert all("{" not in f.message(str) for f in wrong)
    assert judged(rule.right).findings == []


def test_there_are_rules() -> None:
    assert len(LIST_RULES) >= 20
