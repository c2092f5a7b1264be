"""A column as its standard declares it: the part of a Table Schema that the rules judge by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

TRUE_VALUES = ("true", "True", "TRUE", "1", "ya", "Ya", "YA")
FALSE_VALUES = ("false", "False", "FALSE", "0", "tidak", "Tidak", "TIDAK")


@dataclass(frozen=True)
class Field:
    """One column of a column standard.

    ``code`` names a code system; a code column is always text, so that no zero is lost.
    ``normalise``: separators, blanks and such signs are taken out of codes, which is reported.
    ``severities``: of single rules, which the column sets for itself.
    ``kolom``: what files call the column, as a person has said of them.
    """

    name: str
    type: str = "string"
    title: str | None = None
    description: str | None = None
    format: str = "default"
    decimal_char: str = "."
    group_char: str = ""
    true_values: tuple[str, ...] = TRUE_VALUES
    false_values: tuple[str, ...] = FALSE_VALUES
    required: bool = False
    unique: bool = False
    enum: tuple[Any, ...] = ()
    minimum: Any = None
    maximum: Any = None
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    code: str | None = None
    level: str | None = None
    satuan: str | None = None
    konsep: str | None = None
    normalise: bool = False
    severities: tuple[tuple[str, str], ...] = ()
    kolom: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Field:
        """A field of a Table Schema that jsonschema has passed."""
        constraints = raw.get("constraints", {})
        sdi = raw.get("sdi", {})
        return cls(
            name=raw["name"],
            type=raw.get("type", "string"),
            title=raw.get("title"),
            description=raw.get("description"),
            format=raw.get("format", "default"),
            decimal_char=raw.get("decimalChar", "."),
            group_char=raw.get("groupChar", ""),
            true_values=tuple(raw.get("trueValues", TRUE_VALUES)),
            false_values=tuple(raw.get("falseValues", FALSE_VALUES)),
            required=constraints.get("required", False),
            unique=constraints.get("unique", False),
            enum=tuple(constraints.get("enum", ())),
            minimum=constraints.get("minimum"),
            maximum=constraints.get("maximum"),
            pattern=constraints.get("pattern"),
            min_length=constraints.get("minLength"),
            max_length=constraints.get("maxLength"),
            code=sdi.get("code"),
            level=sdi.get("level"),
            satuan=sdi.get("satuan"),
            konsep=sdi.get("konsep"),
            normalise=sdi.get("normalise", False),
            severities=tuple(sorted(sdi.get("severity", {}).items())),
            kolom=tuple(sdi.get("kolom", ())),
        )

    @property
    def code_rules(self) -> str | None:
        """The code system whose rules hold; an ID DTKS with a pattern is judged by that alone."""
        return None if self.code == "id_dtks" and self.pattern else self.code

    @property
    def is_bound(self) -> bool:
        """Whether single values are held to constraints besides the column's type and codes."""
        limits = (self.minimum, self.maximum, self.pattern, self.min_length, self.max_length)
        return bool(self.enum) or any(limit is not None for limit in limits)

    @cached_property
    def date_pattern(self) -> str:
        """The date format as a strptime pattern."""
        return "%Y-%m-%d" if self.format in ("default", "any") else self.format
