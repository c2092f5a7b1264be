"""The column standard: a Table Schema with ``sdi`` properties, checked and parsed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ckanext.sdi.check.block import Asked
from ckanext.sdi.rules import Field, Finding
from ckanext.sdi.rules.table_schema import fault, judge_table_schema

LAYOUT = ("sheet", "header_row", "header_rows", "last_row")


class SchemaError(ValueError):
    """The column standard is faulty; ``findings`` say where, by field."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(f"{f.field}: {f.rule}" for f in findings))
        self.findings = findings


@dataclass(frozen=True)
class TableSchema:
    """A column standard, parsed.

    ``reference_date`` is one date for the table, ``reference_column`` the column that has it;
    ``layout`` is what is said of how the table lies in a sheet, ``ignored`` names the columns of
    files that are left out of the rows.
    """

    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    missing_values: tuple[str, ...]
    reference_date: date | None
    reference_column: str | None
    layout: Asked
    ignored: tuple[str, ...]
    source: Mapping[str, Any]

    @classmethod
    def from_dict(cls, raw: Any) -> TableSchema:
        """Parse a Table Schema.

        :param raw: the Table Schema as JSON gives it
        :raises SchemaError: with one finding for each fault, pointing at the field
        """
        findings = judge_table_schema(raw)
        if findings:
            raise SchemaError(findings)
        sdi = raw.get("sdi", {})
        reference = sdi.get("reference_date")
        key = raw.get("primaryKey", [])
        return cls(
            fields=tuple(Field.from_dict(field) for field in raw["fields"]),
            primary_key=(key,) if isinstance(key, str) else tuple(key),
            missing_values=tuple(raw.get("missingValues", [""])),
            reference_date=date.fromisoformat(reference) if isinstance(reference, str) else None,
            reference_column=reference["column"] if isinstance(reference, dict) else None,
            layout=Asked(**{name: sdi[name] for name in LAYOUT if name in sdi}),
            ignored=tuple(sdi.get("ignored", ())),
            source=raw,
        )

    @classmethod
    def from_json(cls, text: str) -> TableSchema:
        """Parse a Table Schema from JSON text.

        :raises SchemaError: also when the text is no JSON
        """
        try:
            raw = json.loads(text)
        except (ValueError, RecursionError) as error:
            not_json = fault("not_allowed", "table_schema", given=text[:100], allowed="JSON")
            raise SchemaError([not_json]) from error
        return cls.from_dict(raw)

    def as_dict(self) -> dict[str, Any]:
        """The Table Schema as it was given."""
        return dict(self.source)

    def field(self, name: str) -> Field:
        """A field by its name.

        :raises KeyError: when there is none
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def digest(self) -> str:
        """A stable sha256 of the standard: equal for equal content, whatever the key order."""
        text = json.dumps(self.source, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
