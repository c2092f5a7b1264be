"""A column standard as a form's table of columns, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ckanext.sdi.check.table_schema import LAYOUT
from ckanext.sdi.rules.catalogue import N_

TYPES = {
    "string": N_("Text"),
    "integer": N_("Whole number"),
    "integer.": N_("Whole number, written 1.234"),
    "number": N_("Number, written 1234.56"),
    "number,": N_("Number, written 1.234,56"),
    "boolean": N_("Yes or no"),
    "date": N_("Date, written 2025-12-31"),
    "date %d/%m/%Y": N_("Date, written 31/12/2025"),
    "date %d-%m-%Y": N_("Date, written 31-12-2025"),
    "date %d %B %Y": N_("Date, written 31 Desember 2025"),
    "year": N_("Year"),
}
# What a type of the form says of a field, beside its name.
_NOTATIONS: dict[str, dict[str, str]] = {
    "integer.": {"type": "integer", "decimalChar": ",", "groupChar": "."},
    "number,": {"type": "number", "decimalChar": ",", "groupChar": "."},
    **{name: {"type": "date", "format": name[5:]} for name in TYPES if name.startswith("date ")},
}
_NOTATION = ("decimalChar", "groupChar", "format")
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
                "type": _type_of(field),
                "key": field["name"] in _names(table_schema.get("primaryKey")),
                "code": sdi.get("code", ""),
                "level": sdi.get("level", ""),
                "satuan": sdi.get("satuan", ""),
                "required": bool(field.get("constraints", {}).get("required")),
            }
        )
    return rows


def _type_of(field: Mapping[str, Any]) -> str:
    """The type of the form that says of a field what it says itself, or its plain type."""
    type_ = field.get("type", "string")
    own = {"type": type_, **{name: field[name] for name in _NOTATION if name in field}}
    return next((name for name, said in _NOTATIONS.items() if said == own), type_)


def layout_of(table_schema: Mapping[str, Any]) -> dict[str, Any]:
    """What the standard says of how the table lies in the file."""
    return {name: table_schema.get("sdi", {}).get(name, "") for name in LAYOUT}


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
    read = [_field(form, n, field) for n, field in enumerate(fields)]
    key = [field["name"] for n, field in enumerate(read) if form.get(f"key-{n}")]
    sdi = {name: said for name, said in _dict(base.get("sdi")).items() if name not in LAYOUT}
    sdi |= {name: _number(said) for name in LAYOUT if (said := str(form.get(name, "")).strip())}
    if reference := str(form.get("reference_date", "")).strip():
        sdi["reference_date"] = reference
    elif isinstance(sdi.get("reference_date"), str):
        del sdi["reference_date"]
    schema = {**base, "fields": read, "primaryKey": key, "sdi": sdi}
    return {name: said for name, said in schema.items() if said or name == "fields"}


def _number(text: str) -> int | str:
    """A number where it is one; else the text, which the standard's own rules then refuse."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _names(key: Any) -> list[str]:
    return [key] if isinstance(key, str) else list(key or ())


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
        **_typed("string" if code else asked("type"), base),
        "sdi": {key: value for key, value in sdi.items() if value},
        "constraints": {key: value for key, value in constraints.items() if value is not False},
    }
    return {key: value for key, value in field.items() if value not in ("", {}, None)}


def _typed(type_: str, base: Mapping[str, Any]) -> dict[str, Any]:
    """What a type of the form says of a field; the notation of another type goes."""
    if not type_ or type_ == _type_of(base):
        return {"type": base.get("type", "string")}
    return {**dict.fromkeys(_NOTATION), **_NOTATIONS.get(type_, {"type": type_})}


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
