"""A column standard as a form's table of columns, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ckanext.sdi.rules.catalogue import N_

TYPES = {
    "string": N_("Text"),
    "integer": N_("Whole number"),
    "number": N_("Number"),
    "boolean": N_("Yes or no"),
    "date": N_("Date"),
    "year": N_("Year"),
}
LEVELS = {
    "provinsi": N_("Province"),
    "kab_kota": N_("Regency or city"),
    "kecamatan": N_("District"),
    "desa": N_("Village"),
}
WITH_LEVEL = ("kode_wilayah", "kode_bps")
MOST_COLUMNS = 1500


class BadFormError(ValueError):
    """The form is not as the page made it."""


def rows_of(table_schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the form's rows show."""
    rows = []
    for field in table_schema["fields"]:
        sdi = field.get("sdi", {})
        rows.append(
            {
                "name": field["name"],
                "title": field.get("title", ""),
                "type": field.get("type", "string"),
                "code": sdi.get("code", ""),
                "level": sdi.get("level", ""),
                "satuan": sdi.get("satuan", ""),
                "required": bool(field.get("constraints", {}).get("required")),
            }
        )
    return rows


def reference_of(table_schema: Mapping[str, Any]) -> str:
    """The table's reference date where it is one date, else nothing."""
    reference = table_schema.get("sdi", {}).get("reference_date")
    return reference if isinstance(reference, str) else ""


def read(form: Mapping[str, Any]) -> dict[str, Any]:
    """The column standard that a form gives. What the form does not show is kept from ``base``.

    The standard is not judged here: the resource's validator does that, as for any other way in.

    :raises BadFormError: when the form is not whole
    """
    try:
        base = json.loads(form["base"])
        fields = [dict(field) for field in base["fields"]]
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise BadFormError from error
    if len(fields) > MOST_COLUMNS:
        raise BadFormError
    schema = {**base, "fields": [_field(form, n, field) for n, field in enumerate(fields)]}
    if reference := str(form.get("reference_date", "")).strip():
        schema["sdi"] = {**_dict(base.get("sdi")), "reference_date": reference}
    return schema


def _field(form: Mapping[str, Any], number: int, base: dict[str, Any]) -> dict[str, Any]:
    def asked(what: str) -> str:
        return str(form.get(f"{what}-{number}", "")).strip()

    code = asked("code")
    sdi = {
        **_dict(base.get("sdi")),
        "code": code,
        "level": asked("level") if code in WITH_LEVEL else "",
        "satuan": asked("satuan"),
    }
    constraints = {**_dict(base.get("constraints")), "required": bool(asked("required"))}
    field = {
        **base,
        "name": asked("name") or base.get("name", ""),
        "title": asked("title"),
        # A code is text, whatever the form says beside it.
        "type": "string" if code else asked("type") or base.get("type", "string"),
        "sdi": {key: value for key, value in sdi.items() if value},
        "constraints": {key: value for key, value in constraints.items() if value is not False},
    }
    return {key: value for key, value in field.items() if value not in ("", {})}


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
