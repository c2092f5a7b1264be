"""``/sdi/aturan``: the rules that data is judged by, a page a rule."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from typing import Any

from flask import Blueprint, Response, jsonify

import ckan.plugins.toolkit as tk

from ckanext.sdi.check.examples import findings_of
from ckanext.sdi.check.sniff import size_text
from ckanext.sdi.check.table import Limits
from ckanext.sdi.daftar_data.formats import read_list
from ckanext.sdi.lifecycle.conformity import PRINCIPLES
from ckanext.sdi.rules import RULES, Example, Finding, Rule
from ckanext.sdi.rules.catalogue import FORMS, N_
from ckanext.sdi.rules.labels import LABELS

blueprint = Blueprint("sdi_aturan", __name__, url_prefix="/sdi/aturan")

MOST_LINES, MOST_SIGNS = 12, 400
SEVERITIES = {"error": N_("Must be mended"), "warning": N_("Should be looked at"),
              "info": N_("For your information")}  # fmt: skip
# The examples of these rules are judged with small limits; what is said is the real one.
LIMITED = {
    "table.line_too_long": "line",
    "table.record_too_long": "block",
    "table.header_too_long": "header",
}
PROFILE_LABELS = {
    "wajib": N_("Binding (wajib)"),
    "anjuran": N_("Recommended (anjuran)"),
}
JOBS = {
    "produsen": N_("The data producer"),
    "walidata": N_("The Walidata"),
    "pusat": N_("The centre"),
}
FORM_LABELS = {
    "one": N_("In one place"),
    "many": N_("In several places"),
    "whole": N_("In a whole column"),
}


@blueprint.route("")
def index() -> str:
    """All rules, by principle."""
    asked = tk.request.args.get("principle", "")
    chosen = [asked] if asked in PRINCIPLES else list(PRINCIPLES)
    groups = {
        principle: [
            {"id": rule.id, "message": _message(rule), "severity": rule.severity["wajib"]}
            for rule in RULES.values()
            if rule.principle == principle
        ]
        for principle in chosen
    }
    return tk.render(
        "sdi/aturan/index.html",
        {"groups": groups, "principles": PRINCIPLES, "asked": asked, "severities": SEVERITIES},
    )


@blueprint.route("/rules.json")
def rules_json() -> Response:
    """The whole rule set for programs; as ``sdi_rule_list`` gives it."""
    return jsonify(tk.get_action("sdi_rule_list")({}, {}))


@blueprint.route("/<rule>")
def read(rule: str) -> str:
    """One rule: what it says, why, and how to mend what it finds."""
    entry = RULES.get(rule)
    if entry is None:
        return tk.abort(404, tk._("There is no such rule."))
    return tk.render(
        "sdi/aturan/read.html",
        {
            # Translated here: Jinja's _() takes the % of a date form for a placeholder.
            "rule": entry.as_dict(tk._),
            "message": _message(entry),
            "sentences": _sentences(entry),
            "wrong": _shown(entry.wrong, entry.right),
            "right": _shown(entry.right, entry.wrong),
            "principles": PRINCIPLES,
            "severities": SEVERITIES,
            "profiles": PROFILE_LABELS,
            "jobs": JOBS,
            "forms": FORM_LABELS,
        },
    )


@cache
def finding_of(rule_id: str) -> Finding | None:
    """What the rule says of its own wrong example; the language comes later."""
    rule = RULES[rule_id]
    if rule.wrong.told is not None:
        told = dict(rule.wrong.told)
        return Finding(rule_id, rule.severity["wajib"], told, value=told.get("value"))
    found = findings_of(rule.wrong)
    if not found and rule.wrong.csv is not None:
        found = read_list(rule.wrong.csv.encode("utf-8", "surrogateescape")).findings
    finding = next((one for one in found if one.rule == rule_id), None)
    if finding is not None and rule_id in LIMITED:
        limit = size_text(getattr(Limits(), LIMITED[rule_id]))
        return finding.at(params={**finding.params, "limit": limit})
    if finding is not None and rule.wrong.cell is not None:
        # A cell by itself has no place: it is shown as the first under the header.
        return finding.at(row=1, cell="A2")
    return finding


def _message(rule: Rule) -> str:
    finding = finding_of(rule.id)
    return finding.message(tk._) if finding else _general(rule, "one")


def _general(rule: Rule, form: Any) -> str:
    """The sentence without a case, for the few rules whose example needs more than a file."""
    return rule.sentence(form, tk._, defaultdict(lambda: "…"))


def _sentences(rule: Rule) -> dict[str, str]:
    """The rule's sentences as they differ."""
    finding = finding_of(rule.id)
    told: dict[str, str] = {}
    for form in FORMS:
        sentence = finding.message(tk._, form, n="3") if finding else _general(rule, form)
        if sentence not in told.values():
            told[form] = sentence
    return told


def _shown(example: Example, other: Example) -> dict[str, Any]:
    """An example as the page shows it: a cell, a file, a standard, or what a form says."""
    if example.cell is not None:
        return {"value": example.cell["value"], "column": example.cell["field"]["name"]}
    if example.dataset is not None:
        return {"fields": _fields(example.dataset, other.dataset or {})}
    if example.readable is not None:
        return {"text": _cut(example.readable)}
    if example.data is not None:
        return {"text": "…"}
    return {"text": json.dumps(example.table_schema, ensure_ascii=False, indent=2)}


def _fields(dataset: Any, other: Any) -> list[tuple[str, str]]:
    """The fields of the form in which the wrong and the right example differ."""
    return [
        (tk._(LABELS[name]), ", ".join(value) if isinstance(value, list) else str(value))
        for name in LABELS
        if (value := dataset.get(name, "")) != other.get(name, "")
    ]


def _cut(text: str) -> str:
    """The beginning of a file, its invisible signs made visible."""
    lines = text.replace("\x00", "␀").splitlines()
    shown = [line if len(line) <= MOST_SIGNS else f"{line[:MOST_SIGNS]}…" for line in lines]
    more = ["…"] if len(lines) > MOST_LINES else []
    return "\n".join(shown[:MOST_LINES] + more)
