"""The catalogue: every rule once, with its sentences, reason, examples and steps.

A rule's entry stands in the module that judges it and is collected here by ``register``. Reports,
the rule pages, ``sdi-check`` and ``rules.json`` are made from the entries. Sentences are English
gettext message ids; the Indonesian stands in the one ``id`` catalogue.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Principle = Literal[
    "standar_data",
    "metadata",
    "interoperabilitas",
    "kode_referensi",
    "daftar_data",
    "data_pribadi",
]
Form = Literal["one", "many", "whole"]
Job = Literal["produsen", "walidata", "pusat"]

PROFILES = ("wajib", "anjuran")
FORMS: tuple[Form, ...] = ("one", "many", "whole")


def N_(message: str) -> str:
    """Mark a message for extraction; it is translated when it is shown."""
    return message


@dataclass(frozen=True)
class Example:
    """An input that a test judges: a cell, a small file or a dataset.

    ``cell``: ``{"field": <table schema field>, "value": str, "at": ISO date or absent}``;
    ``csv`` with ``table_schema``: a whole small file, written in ``encoding``;
    ``sheets`` with ``table_schema``: a workbook, the rows of each of its sheets, with the
    ``merged`` cells of the first;
    ``data`` with ``table_schema``: a file that nobody can read as text;
    ``records`` with ``table_schema``: what a call of the Data API sends for an empty table;
    ``table_schema`` alone: a column standard that is judged itself;
    ``dataset`` with ``context``: a dataset's metadata and the facts known of it.

    ``told`` is what fills the sentence where judging the example takes a process of its own, so
    that a page with all rules need not wait for it.
    """

    cell: Mapping[str, Any] | None = None
    csv: str | None = None
    sheets: Mapping[str, Sequence[Sequence[str | float]]] | None = None
    merged: Sequence[str] = ()
    data: bytes | None = None
    records: Sequence[Mapping[str, Any]] | None = None
    table_schema: Mapping[str, Any] | None = None
    dataset: Mapping[str, Any] | None = None
    context: Mapping[str, Any] | None = None
    encoding: str = "utf-8"
    told: Mapping[str, str] | None = None

    @property
    def readable(self) -> str | None:
        """The file's text, with a sign in the place of each byte that is none of UTF-8.

        Of a workbook, its rows, with the names of the sheets if there are several.
        """
        if self.sheets is not None:
            several = len(self.sheets) > 1
            parts = [
                "\n".join([f"[{name}]"] * several + [" | ".join(map(str, row)) for row in rows])
                for name, rows in self.sheets.items()
            ]
            return "\n".join(parts)
        if self.records is not None:
            return json.dumps(list(self.records), ensure_ascii=False)
        if self.csv is None:
            return None
        return self.csv.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    def as_dict(self) -> dict[str, Any]:
        """The example as JSON can hold it; absent parts are left out."""
        parts = {
            "cell": self.cell,
            "csv": self.readable,
            "table_schema": self.table_schema,
            "dataset": self.dataset,
            "context": self.context,
        }
        return {name: part for name, part in parts.items() if part is not None}


@dataclass(frozen=True)
class Rule:
    """One rule of the set.

    :param id: stable name, never reused, e.g. ``nik.date``
    :param one: sentence for one cell or field (what is wrong, where, how to mend it)
    :param many: sentence for ``{n}`` cells of a column
    :param whole: sentence for every row of a column
    :param why: the reason, in a sentence
    :param source: the article or decree it rests on
    :param steps: what a person does to mend it, in order
    :param severity: the severity in each profile
    :param blocks: whether an error of this rule keeps a dataset from being handed in
    :param job: whose job it is to mend it
    :param since: the release that brought the rule
    """

    id: str
    principle: Principle
    one: str
    many: str
    whole: str
    why: str
    source: str
    wrong: Example
    right: Example
    steps: tuple[str, ...]
    severity: Mapping[str, str]
    blocks: bool
    job: Job
    since: str = "0.1.0"

    def sentence(
        self, form: Form, translate: Callable[[str], str], places: Mapping[str, str]
    ) -> str:
        """The sentence in one of its three forms, its placeholders filled.

        :raises KeyError: when a placeholder of the sentence is not in ``places``; a sentence
            never reaches a person with a hole in it
        """
        message: str = getattr(self, form)
        return translate(message).format_map(places)

    def as_dict(self, translate: Callable[[str], str]) -> dict[str, Any]:
        """The entry as the API gives it; its sentences keep their placeholders."""
        return {
            "id": self.id,
            "principle": self.principle,
            "sentences": {form: translate(getattr(self, form)) for form in FORMS},
            "why": translate(self.why),
            "source": translate(self.source),
            "steps": [translate(step) for step in self.steps],
            "severity": dict(self.severity),
            "blocks": self.blocks,
            "job": self.job,
            "since": self.since,
            "wrong": self.wrong.as_dict(),
            "right": self.right.as_dict(),
        }


RULES: dict[str, Rule] = {}


def register(rule: Rule) -> Rule:
    """Add a rule to the catalogue.

    :raises ValueError: when the id is taken
    """
    if rule.id in RULES:
        raise ValueError(f"rule {rule.id} is registered twice")
    RULES[rule.id] = rule
    return rule


def get_rule(rule_id: str) -> Rule:
    """The entry of a rule.

    :raises KeyError: when there is no such rule
    """
    return RULES[rule_id]


def profile_lists(profile: str) -> dict[str, list[str]]:
    """The rule ids of a profile by severity."""
    lists: dict[str, list[str]] = {"error": [], "warning": [], "info": []}
    for rule in RULES.values():
        lists[rule.severity[profile]].append(rule.id)
    return lists
