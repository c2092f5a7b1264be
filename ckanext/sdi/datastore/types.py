"""The column standard as columns of a DataStore table."""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from ckan import model

from ckanext.sdi.check.table_schema import SchemaError, TableSchema
from ckanext.sdi.datastore.staging import Column
from ckanext.sdi.rules import Field
from ckanext.sdi.rules.dataset import ROWS_BY_API

log = logging.getLogger(__name__)

SQL_TYPES = {
    "string": "text",
    "integer": "bigint",
    "number": "numeric",
    "boolean": "boolean",
    "date": "date",
    "year": "integer",
}


def schema_of(resource: model.Resource) -> TableSchema | None:
    """The column standard that a resource declares; ``None`` without one that can be read."""
    declared = resource.extras.get("table_schema")
    if not declared:
        return None
    try:
        if isinstance(declared, str):
            return TableSchema.from_json(declared)
        return TableSchema.from_dict(declared)
    except SchemaError:
        log.warning("The column standard of resource %s is faulty", resource.id)
        return None


def digest_of(resource: model.Resource, schema: TableSchema) -> str:
    """What a check of the resource's rows rests on beside them: standard, period, whence they come.

    Codes are judged as they were at the end of the period, so another period is another check.
    """
    period = str(resource.extras.get("periode_data") or "")
    source = "rows" if resource.url_type in ROWS_BY_API else ""
    if not period and not source:
        return schema.digest()
    return hashlib.sha256(f"{source}{schema.digest()} {period}".encode()).hexdigest()


def columns_of(schema: TableSchema) -> list[Column]:
    """The table's columns, in the order of the standard.

    Codes are text. Words of descriptive text are found by ``q``; codes, which are sought whole,
    by ``filters``, and have an index for it.
    """
    return [
        Column(
            name=field.name,
            sql_type="text" if field.code else SQL_TYPES[field.type],
            info=_info(field),
            full_text=field.type == "string" and not field.code,
            indexed=bool(field.code),
        )
        for field in schema.fields
    ]


def _info(field: Field) -> dict[str, Any]:
    """The column's entry in the data dictionary: CKAN's own keys, and ``sdi`` beside them."""
    sdi = {
        "code": field.code,
        "level": field.level,
        "satuan": field.satuan,
        "konsep": field.konsep,
    }
    info = {
        "label": field.title or field.name,
        "notes": field.description or "",
        "sdi": {key: value for key, value in sdi.items() if value},
    }
    return {key: value for key, value in info.items() if value}
