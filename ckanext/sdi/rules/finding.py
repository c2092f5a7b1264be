"""A finding: one thing that is wrong, where it is, and which rule says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ckanext.sdi.rules.catalogue import N_, Form, Rule, get_rule
from ckanext.sdi.rules.labels import LABELS, OTHER_LABELS

Translate = Callable[[str], str]

SEVERITIES = ("error", "warning", "info")
IN_CELL = N_("Column {column}, cell {cell}: {sentence}")
IN_COLUMN = N_("Column {column}: {sentence}")


@dataclass(frozen=True)
class Finding:
    """One thing wrong.

    ``params`` fill the placeholders of the rule's sentence and are kept apart from it, so that a
    finding is stored once and told in the reader's language. ``value`` is already masked when the
    column identifies a person.
    """

    rule: str
    severity: str
    params: Mapping[str, str] = field(default_factory=dict)
    field: str | None = None
    resource_id: str | None = None
    column: str | None = None
    row: int | None = None
    cell: str | None = None
    key: Mapping[str, str] | None = None
    value: str | None = None
    suggestion: str | None = None

    @property
    def entry(self) -> Rule:
        """The rule's entry in the catalogue."""
        return get_rule(self.rule)

    @property
    def principle(self) -> str:
        return self.entry.principle

    @property
    def blocks(self) -> bool:
        """Whether the data cannot be handed in while this stands."""
        return self.entry.blocks and self.severity == "error"

    def message(self, translate: Translate, form: Form = "one", **more: str) -> str:
        """The sentence in the language of ``translate``.

        :param form: for this one place, for many, or for all rows of a column
        :param more: what the other forms need, e.g. ``n``
        """
        places = {**self.placeholders(translate), **more}
        sentence = self.entry.sentence(form, translate, places)
        if self.column is None or "{column}" in getattr(self.entry, form):
            return sentence
        # A rule that also judges single values, such as a code, does not say where: this does.
        if form != "one" or "{cell}" in self.entry.one:
            return translate(IN_COLUMN).format(column=self.column, sentence=sentence)
        if self.cell is None and self.row is None:
            return sentence
        return translate(IN_CELL).format(column=self.column, cell=places["cell"], sentence=sentence)

    def placeholders(self, translate: Translate = str) -> dict[str, str]:
        """What fills the sentence; a place that a finding lacks is told by the next wider one."""
        row = None if self.row is None else str(self.row)
        field = self.field or self.column or ""
        label = LABELS.get(field) or OTHER_LABELS.get(field)
        places = {
            "field": field,
            "label": translate(label) if label else field,
            "column": self.column or field,
            "cell": self.cell or (f"#{row}" if row else field),
            "row": row or "",
            "value": self.value or "",
            "suggestion": self.suggestion,
        }
        return {**{k: v for k, v in places.items() if v is not None}, **self.params}

    def as_dict(self, translate: Translate) -> dict[str, Any]:
        """The finding as the API gives it; absent keys are left out."""
        full = {
            "rule": self.rule,
            "severity": self.severity,
            "principle": self.principle,
            "message": self.message(translate),
            "field": self.field,
            "resource_id": self.resource_id,
            "column": self.column,
            "row": self.row,
            "cell": self.cell,
            "key": dict(self.key) if self.key else None,
            "value": self.value,
            "suggestion": self.suggestion,
            "blocks": self.blocks,
        }
        return {k: v for k, v in full.items() if v is not None}

    def at(self, **place: Any) -> Finding:
        """The same finding, placed: ``finding.at(resource_id=…, cell=…)``."""
        return replace(self, **place)
