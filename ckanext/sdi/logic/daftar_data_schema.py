"""What the actions on the Daftar Data take."""

from __future__ import annotations

import json
import re
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema

from ckanext.sdi.check.table_schema import SchemaError, TableSchema
from ckanext.sdi.daftar_data import mapped
from ckanext.sdi.daftar_data.columns import LABELS, plain
from ckanext.sdi.daftar_data.difference import KINDS, OPENNESS
from ckanext.sdi.daftar_data.parsed import FIRST_YEAR, LAST_YEAR
from ckanext.sdi.logic.posted import is_storable
from ckanext.sdi.logic.schema import REASON_LENGTH, _ignore_rest, _text, organization_id, page
from ckanext.sdi.model.daftar_data import CENTRE_STATUSES, EDITION_STATES, LEVELS
from ckanext.sdi.rules.daftar_data_list import IDENTITY, field_schema, is_id

SCHEDULES = tuple(field_schema("jadwal_pemutakhiran")["enum"])
JENIS_DATA = ("statistik", "geospasial", "keuangan", "lainnya")


def year(value: Any) -> int:
    """A year as a number."""
    text = str(value).strip()
    if not text.isascii() or not text.isdigit() or not FIRST_YEAR <= int(text[:5]) <= LAST_YEAR:
        raise tk.Invalid(
            tk._("Must be a year from {first} to {last}.").format(first=FIRST_YEAR, last=LAST_YEAR)
        )
    return int(text)


def list_id(value: str) -> str:
    """An id as a list may have it."""
    if not is_id(value):
        raise tk.Invalid(tk._("This is not an ID DDP: it has digits and dots, as 06.01.001."))
    return value


def column_standard(value: Any) -> dict[str, Any] | None:
    """A Table Schema, as JSON text or parsed; an empty text takes it away."""
    if value in ("", {}):
        return None
    try:
        raw = json.loads(value) if isinstance(value, str) else value
        TableSchema.from_dict(raw)
    except (ValueError, RecursionError) as error:
        if isinstance(error, SchemaError):
            raise tk.Invalid(" ".join(f.message(tk._) for f in error.findings)) from error
        raise tk.Invalid(tk._("This is not JSON.")) from error
    return raw


def _one_of(values: tuple[str, ...]) -> Any:
    one_of: Any = tk.get_validator("one_of")
    return one_of(list(values))


def edition_list() -> Schema:
    empty = tk.get_validator("ignore_empty")
    return {
        "id": [empty, _text(100)],
        "level": [empty, _one_of(LEVELS)],
        "tahun": [empty, year],
        "state": [empty, _one_of(EDITION_STATES)],
        **page(100, 1000),
        **_ignore_rest(),
    }


def list_import() -> Schema:
    empty = tk.get_validator("ignore_empty")
    default: Any = tk.get_validator("default")
    return {
        "level": [empty, _one_of(LEVELS)],
        "tahun": [empty, year],
        "title": [empty, _text(500)],
        "source": [empty, _text(2000)],
        "mapping": [empty, column_mapping],
        "dry_run": [default(False), tk.get_validator("boolean_validator")],
        **_ignore_rest(),
    }


def column_mapping(value: Any) -> dict[str, Any]:
    """What the columns of a list are, as a person says: JSON by its schema."""
    try:
        given = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError) as error:
        raise tk.Invalid(tk._("This is not JSON.")) from error
    if isinstance(given, dict) and given.get("columns") == {}:
        raise tk.Invalid(tk._("Say of at least one column what it is."))
    faults = mapped.faults_of(given, tk._)
    if faults:
        raise tk.Invalid(" ".join(faults))
    said = [name for name in given["columns"].values() if name]
    if twice := next((name for name in said if said.count(name) > 1), None):
        text = tk._("More than one column is said to be “{field}”: leave one of them out.")
        raise tk.Invalid(text.format(field=tk._(LABELS[twice])))
    return given


def search() -> Schema:
    empty = tk.get_validator("ignore_empty")
    default: Any = tk.get_validator("default")
    return {
        "q": [empty, _text(200)],
        "organization": [empty, organization_id],
        "produsen": [empty, _text(500)],
        "tahun": [empty, year],
        "status": [empty, _one_of(CENTRE_STATUSES)],
        "jenis_data": [empty, _one_of(JENIS_DATA)],
        "klasifikasi_risiko": [empty, _one_of(OPENNESS)],
        "jadwal_pemutakhiran": [empty, _one_of(SCHEDULES)],
        "prioritas_tahun": [empty, year],
        "level": [empty, _one_of(LEVELS)],
        "edition": [empty, _text(100)],
        "facets": [default(False), tk.get_validator("boolean_validator")],
        **page(20, 1000),
        **_ignore_rest(),
    }


def status() -> Schema:
    return {
        "tahun": [tk.get_validator("ignore_empty"), year],
        **page(100, 1000),
        **_ignore_rest(),
    }


def named() -> Schema:
    return {"id": [tk.get_validator("not_empty"), _text(100)], **_ignore_rest()}


def named_in_edition() -> Schema:
    return {"edition": [tk.get_validator("ignore_empty"), _text(100)], **named()}


def diff() -> Schema:
    needed = tk.get_validator("not_empty")
    return {
        "from": [needed, _text(100)],
        "to": [needed, _text(100)],
        "kind": [tk.get_validator("ignore_empty"), _one_of(KINDS)],
        **page(1000, 10_000),
        **_ignore_rest(),
    }


CORRECTABLE = tuple(name for name in LABELS if name not in IDENTITY)
"""The columns of the list that a correction may change, but for the status with its DDP id."""

MOST_ITEMS = 1000
NEEDED = ("nama_data", "produsen", "jadwal_pemutakhiran")


def _column(name: str) -> list[Any]:
    """The validators of a column of the list, by the schema of its rows; None when it is empty."""
    rule = field_schema(name)
    if rule["type"] == "array":
        return [tk.get_validator("ignore_missing"), _empty_or(years, [])]
    if "enum" in rule:
        judge: Any = _one_of(tuple(rule["enum"]))
    else:
        judge = _text(rule["maxLength"])
    return [tk.get_validator("ignore_missing"), _empty_or(judge)]


def _empty_or(judge: Any, empty: Any = None) -> Any:
    def judged(value: Any) -> Any:
        bare = value.strip() if isinstance(value, str) else value
        return empty if bare == "" else judge(bare)

    return judged


def years(value: Any) -> list[int]:
    """Years as a list, or as a text such as "2026, 2027"."""
    parts = value if isinstance(value, list) else re.split(r"[;,\s]+", str(value))
    return sorted({year(part) for part in parts})


def item_update() -> Schema:
    empty, missing = tk.get_validator("ignore_empty"), tk.get_validator("ignore_missing")
    return {
        **{name: _column(name) for name in CORRECTABLE},
        "reason": [empty, _text(REASON_LENGTH)],
        "id": [tk.get_validator("not_empty"), _text(100)],
        "edition": [empty, _text(100)],
        "status": [empty, _one_of(CENTRE_STATUSES)],
        "id_ddp": [empty, _text(100), list_id],
        "organization": [empty, organization_id],
        "table_schema": [missing, column_standard],
        **_ignore_rest(),
    }


def items_propose() -> Schema:
    return {
        "edition": [tk.get_validator("not_empty"), _text(100)],
        **page(20, 100),
        **_ignore_rest(),
    }


def producer_name(value: Any) -> Any:
    """A name that has letters or digits to be known by."""
    if isinstance(value, str) and not plain(value):
        raise tk.Invalid(tk._("This is no name."))
    return value


def producer_confirm() -> Schema:
    needed = tk.get_validator("not_empty")
    return {
        "produsen": [needed, _text(500), producer_name],
        "organization": [needed, organization_id],
        **_ignore_rest(),
    }


def items_confirm() -> Schema:
    return {
        "edition": [tk.get_validator("not_empty"), _text(100)],
        "reason": [tk.get_validator("ignore_empty"), _text(REASON_LENGTH)],
        **_ignore_rest(),
    }


def confirmations(value: Any) -> dict[str, dict[str, Any]]:
    """What is said of items, by id: ``status`` with ``id_ddp``. (CKAN's schemas take dicts apart.)

    :raises ckan.logic.ValidationError: with a sentence for each that is none
    """
    if not isinstance(value, list) or not value:
        raise tk.ValidationError({"items": [tk._("Must be a list of items.")]})
    if len(value) > MOST_ITEMS:
        text = tk._("At most {n} items at once, please.").format(n=MOST_ITEMS)
        raise tk.ValidationError({"items": [text]})
    errors, said = [], {}
    for number, item in enumerate(value, start=1):
        problem = _confirmation_problem(item)
        if problem:
            errors.append(tk._("Item {n}: {problem}").format(n=number, problem=problem))
        elif item["id"] in said:
            text = tk._("This item is named twice.")
            errors.append(tk._("Item {n}: {problem}").format(n=number, problem=text))
        else:
            id_ddp = item.get("id_ddp") or None
            said[item["id"]] = {"status": item["status"], "id_ddp": id_ddp}
    if errors:
        raise tk.ValidationError({"items": errors})
    return said


def _confirmation_problem(item: Any) -> str | None:
    texts = ("id", "status", "id_ddp")
    if not isinstance(item, dict) or not all(_is_text(item.get(name, "")) for name in texts):
        return tk._("Must have the texts “id”, “status” and, when it refers, “id_ddp”.")
    status, id_ddp = item.get("status"), item.get("id_ddp")
    if not item.get("id") or status not in ("mengacu", "tidak_mengacu"):
        return tk._("“status” must be “mengacu” or “tidak_mengacu”.")
    if status == "tidak_mengacu" and id_ddp:
        return tk._("An ID DDP goes with the status “mengacu” only.")
    if status == "mengacu" and not id_ddp:
        return tk._("Name the centre's item by its ID DDP.")
    if id_ddp and not is_id(id_ddp):
        return tk._("This is not an ID DDP: it has digits and dots, as 06.01.001.")
    return None


def _is_text(value: Any) -> bool:
    return value is None or (isinstance(value, str) and is_storable(value))
