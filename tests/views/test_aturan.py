"""The rule pages and the rule set for programs."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

import ckan.plugins.toolkit as tk

from ckanext.sdi.rules import RULES

pytestmark = pytest.mark.usefixtures("clean_db")


def main_of(response: Any) -> Tag:
    found = BeautifulSoup(response.body, "html.parser").select_one("[role=main]")
    assert found is not None
    return found


def test_every_rule_is_listed(app: Any) -> None:
    links = {str(a["href"]) for a in main_of(app.get("/sdi/aturan")).select("a[href]")}
    assert {f"/sdi/aturan/{rule}" for rule in RULES} <= links


def test_one_principle_alone(app: Any) -> None:
    text = main_of(app.get("/sdi/aturan?principle=data_pribadi"))
    rules = {code.get_text() for code in text.select("code")}
    assert rules == {rule.id for rule in RULES.values() if rule.principle == "data_pribadi"}


def test_a_page_has_all_parts_of_its_rule(app: Any) -> None:
    # One test for all pages: an application takes seconds to make, a page milliseconds.
    for rule in RULES.values():
        text = " ".join(main_of(app.get(f"/sdi/aturan/{rule.id}")).get_text(" ").split())
        with app.flask_app.test_request_context():
            parts = [tk._(rule.why), tk._(rule.source), *(tk._(step) for step in rule.steps)]
        assert all(" ".join(part.split()) in text for part in parts), rule.id
        shown = rule.wrong.table_schema is not None or (rule.wrong.csv or "").startswith("{")
        assert "{" not in text or shown, rule.id
        assert rule.since in text, rule.id


def test_an_unknown_rule_is_not_found(app: Any) -> None:
    app.get("/sdi/aturan/tidak.ada", status=404)


def test_rules_for_programs_are_whole(app: Any) -> None:
    told = app.get("/sdi/aturan/rules.json").json
    assert told["count"] == len(RULES)
    assert {rule["id"] for rule in told["results"]} == set(RULES)
    parts = set(told["results"][0])
    assert parts >= {"sentences", "why", "source", "steps", "severity", "blocks", "job", "wrong"}


def test_the_action_pages_and_filters(app: Any) -> None:
    def asked(**query: Any) -> Any:
        return app.get("/api/3/action/sdi_rule_list", query_string=query, status=None)

    two = asked(limit=2, offset=1).json["result"]
    assert [rule["id"] for rule in two["results"]] == list(RULES)[1:3]
    assert two["count"] == len(RULES)
    some = asked(principle="kode_referensi").json["result"]
    assert {rule["principle"] for rule in some["results"]} == {"kode_referensi"}
    for wrong in ({"principle": "x"}, {"limit": "x"}, {"offset": -1}):
        assert asked(**wrong).status_code == 409
