"""Rules on the column standard itself: is it a Table Schema that a file can be judged by?"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from ckanext.sdi.rules.arrow import pc
from ckanext.sdi.rules.catalogue import N_, Example, Rule, register
from ckanext.sdi.rules.field import Field
from ckanext.sdi.rules.finding import Finding
from ckanext.sdi.rules.schema_files import validator
from ckanext.sdi.rules.values import Misread, bound, date_pattern_fault

SCHEMA_FILE = "table_schema.schema.json"
GOOD = {"fields": [{"name": "tahun", "type": "year"}]}
NAME_BYTES = 63
# PostgreSQL's own columns, which every table has.
SYSTEM_COLUMNS = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})
# What SQLAlchemy takes for a parameter in the texts of queries that CKAN's DataStore puts together,
# and for a colon that is marked to be none.
_PARAMETER = re.compile(r"(?<![:\w$\\]):[\w$]+(?![:\w$])|\\:")


def is_column_name(name: str) -> bool:
    """Whether CKAN's DataStore can keep and query a column of this name."""
    return (
        0 < len(name.encode()) <= NAME_BYTES
        and name == name.strip()
        # The search takes a filter that begins with $ for an operator.
        and not name.startswith(("_", "$"))
        and '"' not in name
        and name not in SYSTEM_COLUMNS
        and not any(unicodedata.category(sign).startswith("C") for sign in name)
        and _PARAMETER.search(name) is None
    )


def judge_table_schema(raw: Any) -> list[Finding]:
    """Judge a column standard.

    :param raw: the Table Schema as JSON gives it
    :returns: one finding for each fault, its ``field`` the place, e.g. ``fields.nik.type``; the
        meaning is judged only when the shape is right
    """
    return list(_shape_faults(raw)) or list(_meaning_faults(raw))


def fault(kind: str, place: str, **params: str) -> Finding:
    """A finding of one of this module's rules."""
    return Finding(rule=f"table_schema.{kind}", severity="error", field=place, params=params)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 120 else f"{text[:117]}…"


def _shape_faults(raw: Any) -> Iterator[Finding]:
    for error in validator(SCHEMA_FILE).iter_errors(raw):
        place = _point(raw, list(error.absolute_path))
        if error.validator == "required":
            missing = [name for name in error.validator_value if name not in error.instance]
            yield fault("required", place, missing=", ".join(missing))
        elif error.validator == "additionalProperties":
            known = error.schema.get("properties", {})
            extra = [name for name in error.instance if name not in known]
            yield fault(
                "not_allowed",
                place,
                given=_short(", ".join(extra)),
                allowed=_short(", ".join(known)),
            )
        elif place.endswith(".name"):
            yield fault("name", place, given=_short(error.instance))
        else:
            allowed = error.validator_value
            if error.validator in ("oneOf", "pattern"):
                allowed = error.schema.get("title") or "Table Schema"
            yield fault("not_allowed", place, given=_short(error.instance), allowed=_short(allowed))


def _point(raw: Any, steps: Sequence[Any]) -> str:
    """Where an error stands, with the column's name instead of its number."""
    words = [str(step) for step in steps]
    if len(steps) > 1 and steps[0] == "fields":
        field = raw["fields"][steps[1]]
        name = field.get("name") if isinstance(field, dict) else None
        words[1] = str(name) if name else f"#{steps[1] + 1}"
    return ".".join(words) or "table_schema"


def _meaning_faults(raw: Mapping[str, Any]) -> Iterator[Finding]:
    """What jsonschema cannot say."""
    fields = [Field.from_dict(field) for field in raw["fields"]]
    names = [field.name for field in fields]
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield fault("name", f"fields.{name}", given=name)
    for field in fields:
        yield from _field_faults(field)
    key = raw.get("primaryKey", [])
    for name in [key] if isinstance(key, str) else key:
        if name not in names:
            yield fault("reference", "primaryKey", given=name)
    yield from _reference_faults(raw.get("sdi", {}).get("reference_date"), fields)


def _reference_faults(reference: Any, fields: list[Field]) -> Iterator[Finding]:
    if isinstance(reference, str):
        try:
            date.fromisoformat(reference)
        except ValueError:
            yield fault("constraint", "sdi.reference_date", given=reference)
    elif reference:
        types = {field.name: field.type for field in fields}
        if types.get(reference["column"]) not in ("year", "integer", "date"):
            yield fault("reference", "sdi.reference_date", given=reference["column"])


def _field_faults(field: Field) -> Iterator[Finding]:
    place = f"fields.{field.name}"
    if not is_column_name(field.name):
        yield fault("name", f"{place}.name", given=field.name)
    if field.code and field.type != "string":
        yield fault("code_not_text", f"{place}.type", given=field.type)
    if field.level and field.code not in ("kode_wilayah", "kode_bps"):
        yield fault("constraint", f"{place}.sdi.level", given=field.level)
    if field.group_char and field.group_char == field.decimal_char:
        yield fault("constraint", f"{place}.groupChar", given=field.group_char)
    if field.type == "date" and date_pattern_fault(field.date_pattern):
        yield fault("constraint", f"{place}.format", given=field.format)
    yield from _constraint_faults(field, place)


def _constraint_faults(field: Field, place: str) -> Iterator[Finding]:
    limits = [("minimum", field.minimum), ("maximum", field.maximum)]
    limits += [("enum", value) for value in field.enum]
    for name, value in limits:
        if value is None:
            continue
        unordered = name != "enum" and field.type in ("string", "boolean")
        if unordered or not _is_value(field, value):
            yield fault("constraint", f"{place}.constraints.{name}", given=_short(value))
    if field.pattern is None:
        return
    try:
        # RE2, as the check uses: linear in the text, so that no pattern can hang a check.
        pc.match_substring_regex(pa.array([""]), field.pattern)
        readable = field.type == "string"
    except pa.ArrowInvalid:
        readable = False
    if not readable:
        yield fault("constraint", f"{place}.constraints.pattern", given=_short(field.pattern))


def _is_value(field: Field, value: Any) -> bool:
    try:
        bound(field, value)
    except Misread:
        return False
    return True


def _rule(kind: str, sentence: str, why: str, wrong: Mapping[str, Any], *steps: str) -> None:
    """A fault of the standard has one place, so that its three forms say the same."""
    register(
        Rule(
            id=f"table_schema.{kind}",
            principle="interoperabilitas",
            one=sentence,
            many=sentence,
            whole=sentence,
            why=why,
            source="Perpres 39/2019 Pasal 9; Frictionless Table Schema 1.0",
            wrong=Example(table_schema=wrong),
            right=Example(table_schema=GOOD),
            steps=steps,
            severity={"wajib": "error", "anjuran": "error"},
            blocks=True,
            job="produsen",
        )
    )


_WHY = N_("A file can only be judged by a column standard that is itself without fault.")

_rule(
    "required",
    N_("In the column standard, {field} lacks: {missing}. Add it."),
    _WHY,
    {"fields": [{"type": "year"}]},
    N_("Go to the place named and add what is missing."),
)
_rule(
    "not_allowed",
    N_("In the column standard, {field} is “{given}”. Allowed here: {allowed}."),
    _WHY,
    {"fields": [{"name": "tahun", "type": "tahun"}]},
    N_("Go to the place named and choose one of the values allowed."),
)
_rule(
    "name",
    N_(
        "In the column standard, the column name “{given}” ({field}) cannot be used. A name stands"
        " once, has at most 63 bytes, no quotation mark, no invisible sign and no colon right"
        " before a word (“50% :tua”), does not begin with _ or $, has no blank at its ends, and is"
        " none of the database’s own (such as ctid)."
    ),
    N_("The name becomes the name of a column of the Data API."),
    {"fields": [{"name": "_id"}]},
    N_(
        "Give the column another name, in the standard and in the file. Letters and digits with"
        " blanks or _ between them are always right."
    ),
)
_rule(
    "reference",
    N_(
        "In the column standard, {field} names the column “{given}”, which is not among the"
        " columns,"
        " or not of the type needed. Choose a column of the table; for a reference date, one of"
        " type year or date."
    ),
    _WHY,
    {**GOOD, "primaryKey": ["kode_kab"]},
    N_("Compare the name with the names of the columns, letter by letter."),
)
_rule(
    "code_not_text",
    N_(
        "In the column standard, {field} is {given}, though the column holds a reference code."
        " Make it string: as a number a code loses its zeros."
    ),
    N_("A code is an identity, not an amount; 11.10 as a number becomes 11.1."),
    {"fields": [{"name": "kode_kab", "type": "number", "sdi": {"code": "kode_wilayah"}}]},
    N_("Set the type of the column to string (text)."),
)
_rule(
    "constraint",
    N_(
        "In the column standard, {field} is “{given}”, which does not fit the type of the column."
        " Correct it or remove it."
    ),
    _WHY,
    {"fields": [{"name": "tahun", "type": "year", "constraints": {"minimum": "awal"}}]},
    N_("Correct the value so that it is one the column itself could hold, or remove it."),
)
