"""The Table Designer: the code systems as column types, and a design as a column standard.

In a governed dataset the design of a table is the column standard of its resource: it is kept
there, and its rows are judged by it, by the rules that a file is judged by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.check.table_schema import SchemaError, TableSchema
from ckanext.sdi.codes import SYSTEMS
from ckanext.sdi.datastore.types import SQL_TYPES, schema_of
from ckanext.sdi.rules import Field
from ckanext.sdi.rules.catalogue import N_
from ckanext.tabledesigner.column_types import ColumnType

URL_TYPE = "tabledesigner"
OF_A_LEVEL = {
    ("kode_wilayah", "provinsi"): N_("Kode Wilayah: province"),
    ("kode_wilayah", "kab_kota"): N_("Kode Wilayah: regency or city"),
    ("kode_wilayah", "kecamatan"): N_("Kode Wilayah: district"),
    ("kode_wilayah", "desa"): N_("Kode Wilayah: village"),
    ("kode_bps", "provinsi"): N_("BPS code: province"),
    ("kode_bps", "kab_kota"): N_("BPS code: regency or city"),
    ("kode_bps", "kecamatan"): N_("BPS code: district"),
    ("kode_bps", "desa"): N_("BPS code: village"),
}
NO_SUCH_TYPE = N_(
    "The column “{column}” has a type that no column standard has. Take a text, a number, a date,"
    " yes or no, a choice, or a code."
)
_TYPES = {
    **dict.fromkeys(("text", "choice", "email", "uri", "uuid"), "string"),
    "numeric": "number",
    "integer": "integer",
    "boolean": "boolean",
    "date": "date",
}
_SHOWN_AS = {
    "string": "text",
    "number": "numeric",
    "integer": "integer",
    "year": "integer",
    "boolean": "boolean",
    "date": "date",
}
# The designer quotes a type's name, which then must be PostgreSQL's own.
_QUOTABLE = {"bigint": "int8", "integer": "int4", "boolean": "bool"}
# What the designer says anew of a column each time; the rest of its standard is kept.
_DESIGNED = ("required", "enum", "minimum", "maximum", "pattern")


class CodeColumn(ColumnType):
    """A column of codes. What it holds is judged before it is written, not by a trigger."""

    datastore_type = "text"
    table_schema_type = "string"
    table_schema_format = "default"
    code = ""
    level: str | None = None


def _code_types() -> Iterator[tuple[str, type[CodeColumn]]]:
    for system in SYSTEMS.values():
        yield _code_type(system.id, None, system.title)
        for (of, level), label in OF_A_LEVEL.items():
            if of == system.id:
                yield _code_type(of, level, label)


def _code_type(code: str, level: str | None, label: str) -> tuple[str, type[CodeColumn]]:
    system = SYSTEMS[code]
    told = {"label": label, "description": system.description, "example": system.example}
    kind = type("CodeColumn", (CodeColumn,), {**told, "code": code, "level": level})
    return "_".join(("sdi", code, *([level] if level else []))), kind


CODE_TYPES = dict(_code_types())


def is_design(resource: model.Resource, data_dict: Mapping[str, Any]) -> bool:
    """Whether a ``datastore_create`` is what the Table Designer makes of a design."""
    fields = data_dict.get("fields")
    return (
        resource.url_type == URL_TYPE
        and isinstance(fields, list)
        and bool(fields)
        and all(isinstance(field, dict) and field.get("tdtype") for field in fields)
    )


def standard_of(resource: model.Resource, fields: Sequence[Mapping[str, Any]]) -> TableSchema:
    """The column standard that a design is; what it does not say is kept of the one before.

    :raises ckan.logic.ValidationError: when it is none
    """
    before = schema_of(resource)
    source = dict(before.source) if before else {}
    kept = {field["name"]: field for field in source.get("fields", [])}
    try:
        made = [_field(field, kept.get(str(field.get("id")), {})) for field in fields]
        source["fields"] = made
        source.pop("primaryKey", None)
        if key := [str(field["id"]) for field in fields if field.get("tdpkreq") == "pk"]:
            source["primaryKey"] = key
        return TableSchema.from_dict(source)
    except SchemaError as error:
        faults = [finding.message(tk._) for finding in error.findings]
        raise tk.ValidationError({"fields": faults}) from error


def codes_of(fields: Sequence[Mapping[str, Any]]) -> TableSchema | None:
    """The columns of codes among those of a table, as a column standard.

    :param fields: as ``datastore_info`` gives them
    """
    coded = [field for field in fields if field.get("tdtype") in CODE_TYPES]
    made = [_field({**field, "tdpkreq": ""}, {}) for field in coded]
    return TableSchema.from_dict({"fields": made}) if made else None


def as_designed(schema: TableSchema, fields: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The fields of a table, as the Table Designer shows them."""
    by_name = {field.name: field for field in schema.fields}
    shown = []
    for one in fields:
        field = by_name[one["id"]]
        asked = "pk" if field.name in schema.primary_key else "req" if field.required else ""
        more: dict[str, Any] = {"tdtype": _shown_as(field), "tdpkreq": asked}
        if more["tdtype"] == "choice":
            more["tdchoices"] = [str(value) for value in field.enum]
        shown.append({**one, **more})
    return shown


def _shown_as(field: Field) -> str:
    if field.code:
        return "_".join(("sdi", field.code, *([field.level] if field.level else [])))
    return "choice" if field.enum and field.type == "string" else _SHOWN_AS[field.type]


def _field(designed: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    name, kind = str(designed.get("id") or ""), str(designed["tdtype"])
    code = CODE_TYPES.get(kind)
    type_ = "string" if code else _TYPES.get(kind)
    if type_ is None:
        raise tk.ValidationError({"fields": [tk._(NO_SUCH_TYPE).format(column=name)]})
    if type_ == "integer" and kept.get("type") == "year":
        type_ = "year"
    info = designed.get("info")
    told = info if isinstance(info, dict) else {}
    sdi = {key: value for key, value in kept.get("sdi", {}).items() if key not in ("code", "level")}
    if code:
        sdi |= {"code": code.code, **({"level": code.level} if code.level else {})}
    constraints = {
        key: value for key, value in kept.get("constraints", {}).items() if key not in _DESIGNED
    }
    field = {
        **kept,
        "name": name,
        "type": type_,
        "title": told.get("label") or "",
        "description": told.get("notes") or "",
        "constraints": {**constraints, **_constraints(designed, kind)},
        "sdi": sdi,
    }
    return {key: value for key, value in field.items() if value not in ("", {})}


def _constraints(designed: Mapping[str, Any], kind: str) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if designed.get("tdpkreq"):
        made["required"] = True
    if kind == "choice":
        choices = designed.get("tdchoices") or []
        lines = choices.split("\n") if isinstance(choices, str) else choices
        made["enum"] = list(dict.fromkeys(str(one).strip() for one in lines if str(one).strip()))
    for asked, name in (("tdminimum", "minimum"), ("tdmaximum", "maximum")):
        if designed.get(asked) not in (None, "") and kind in ("numeric", "integer", "date"):
            made[name] = designed[asked]
    if designed.get("tdpattern") and kind == "text":
        made["pattern"] = designed["tdpattern"]
    return made


def typed(schema: TableSchema, fields: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The fields of a design with the types of its standard."""
    types = {one.name: "text" if one.code else SQL_TYPES[one.type] for one in schema.fields}
    made = []
    for field in fields:
        type_ = types[str(field["id"])]
        made.append({**field, "type": _QUOTABLE.get(type_, type_)})
    return made
