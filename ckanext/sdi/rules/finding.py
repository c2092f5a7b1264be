"""A finding: one thing that is wrong, where it is, and which rule says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ckanext.sdi.rules.catalogue import Rule, get_rule

Translate = Callable[[str], str]

SEVERITIES = ("error", "warning", "info")


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

    def message(self, translate: Translate) -> str:
        """The sentence for this one place, in the language of ``translate``."""
        return self.entry.sentence("one", translate, self.placeholders())

    def placeholders(self) -> dict[str, str]:
        places = {
            "field": self.field,
            "column": self.column,
            "cell": self.cell,
            "row": None if self.row is None else str(self.row),
            "value": self.value,
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
