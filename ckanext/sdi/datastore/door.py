"""The Data API as a door: what a call would write is judged as a file is, before it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.check.posted_records import Posted, Stored
from ckanext.sdi.check.table_schema import SchemaError, TableSchema
from ckanext.sdi.datastore import designer, limits, rows
from ckanext.sdi.datastore.types import columns_of, schema_of
from ckanext.sdi.rules import Finding, period
from ckanext.sdi.rules.catalogue import N_

NOT_TAKEN = ("aliases", "indexes", "triggers")
NO_STANDARD = N_(
    "This resource has no column standard yet, so its rows cannot be judged. Give it one first: its"
    " field table_schema takes a Table Schema."
)
NO_STANDARD_NEW = N_(
    "To make a resource whose rows come by the Data API, send its column standard with it: a Table"
    " Schema under resource.table_schema."
)
BY_STANDARD = N_(
    "The columns, keys and indexes of this table follow from the column standard of the resource;"
    " leave this out."
)
OTHER_COLUMNS = N_(
    "The table has other columns than the column standard ({columns}). Call datastore_create"
    " without records, with delete_fields to drop what is not declared; where a type has changed,"
    " datastore_delete the table first."
)
OTHER_KEY = N_(
    "The table has another key than the column standard ({columns}). Call datastore_create without"
    " records to give it that."
)
UNKNOWN_FIELD = N_("The column standard does not know the field “{field}”.")
OTHER_VALUE = N_("A value among the filters is of another type than its column.")
OTHER_TYPE = N_("The field “{field}” is of type {declared} by the column standard, not {given}.")


@dataclass(frozen=True)
class Standing:
    """What a call is judged by.

    :param resource_id: None where the call makes the resource
    :param designed: whether the table is one of the Table Designer
    """

    resource_id: str | None
    schema: TableSchema
    periode_data: str | None
    designed: bool = False


def of_resource(resource: model.Resource) -> Standing:
    """What the records of a resource are judged by.

    :raises ckan.logic.ValidationError: when it has no column standard
    """
    schema = schema_of(resource)
    if schema is None:
        raise refusal(NO_STANDARD)
    designed = resource.url_type == designer.URL_TYPE
    return Standing(resource.id, schema, resource.extras.get("periode_data"), designed)


def of_new(resource: Mapping[str, Any]) -> Standing:
    """What the records of a resource that a call makes are judged by.

    :raises ckan.logic.ValidationError: when it sends no column standard, or a faulty one
    """
    declared = resource.get("table_schema")
    if not declared:
        raise refusal(NO_STANDARD_NEW)
    try:
        schema = (
            TableSchema.from_json(declared)
            if isinstance(declared, str)
            else TableSchema.from_dict(declared)
        )
    except SchemaError as error:
        faults = [finding.message(tk._) for finding in error.findings]
        raise tk.ValidationError({"table_schema": faults}) from error
    given = resource.get("periode_data")
    return Standing(None, schema, given if isinstance(given, str) else None)


def refusal(message: str, **places: str) -> tk.ValidationError:
    """A call that is refused whatever its records are."""
    return tk.ValidationError({"sdi": [tk._(message).format(**places)]})


def prepare_create(standing: Standing, data_dict: dict[str, Any]) -> None:
    """Judge a ``datastore_create`` and make it one of the column standard's table.

    :raises ckan.logic.ValidationError: with all that is wrong
    """
    schema = standing.schema
    _refuse_options(schema, data_dict)
    _refuse_fields(schema, data_dict.get("fields"))
    _refuse_other_columns(standing, may_change=True, drops=_is_set(data_dict, "delete_fields"))
    fields = [
        {"id": column.name, "type": column.sql_type, "info": column.info}
        for column in columns_of(schema)
    ]
    data_dict["fields"] = designer.as_designed(schema, fields) if standing.designed else fields
    data_dict["primary_key"] = list(schema.primary_key)
    if standing.resource_id is None or not _has_key(standing.resource_id, schema):
        # CKAN takes an index of the same columns for the key, so both are set at once.
        data_dict["indexes"] = [
            field.name
            for field in schema.fields
            if (field.code or field.unique) and schema.primary_key != (field.name,)
        ]
    prepare_records(standing, data_dict, method="insert")


def prepare_design(resource: model.Resource, data_dict: dict[str, Any]) -> TableSchema:
    """Make the design of a table its column standard, which is then to be kept.

    :raises ckan.logic.ValidationError: when it cannot be one
    """
    schema = designer.standard_of(resource, data_dict["fields"])
    standing = Standing(resource.id, schema, resource.extras.get("periode_data"), designed=True)
    _refuse_other_columns(standing, may_change=True, drops=_is_set(data_dict, "delete_fields"))
    data_dict["fields"] = designer.typed(schema, data_dict["fields"])
    data_dict["primary_key"] = list(schema.primary_key)
    # Nothing is written but through the door, which tells of all that is wrong.
    data_dict["triggers"] = []
    for name in ("aliases", "indexes"):
        data_dict.pop(name, None)
    prepare_records(standing, data_dict, method="insert")
    return schema


def judge_codes(resource_id: str, data_dict: Mapping[str, Any]) -> None:
    """Judge the codes that a call would write to a table of the Table Designer.

    :raises ckan.logic.ValidationError: with all that is wrong
    """
    if not rows.types_of(resource_id):
        return
    info = tk.get_action("datastore_info")({"ignore_auth": True}, {"id": resource_id})
    schema = designer.codes_of(info["fields"])
    records = _records(data_dict)
    if schema is None or not records:
        return
    names = {field.name for field in schema.fields}
    codes = [{name: record[name] for name in record.keys() & names} for record in records]
    posted = Posted(codes, schema)
    nothing = Stored([None] * len(codes))
    findings = posted.judge(nothing, at=None, longest=limits.of_portal().block)
    if findings:
        raise _refused(findings, len(records), designed=True)


def prepare_upsert(standing: Standing, data_dict: dict[str, Any]) -> None:
    """Judge a ``datastore_upsert``; its records become those that are written.

    :raises ckan.logic.ValidationError: with all that is wrong
    """
    _refuse_other_columns(standing)
    prepare_records(standing, data_dict, method=data_dict.get("method") or "upsert")


def prepare_records(standing: Standing, data_dict: dict[str, Any], *, method: str) -> None:
    """Judge the records of a call; they become those that are written."""
    records = _records(data_dict)
    if not records:
        return
    posted = Posted(records, standing.schema)
    findings = _judge(standing, posted, method)
    if findings:
        raise _refused(findings, len(records), designed=standing.designed)
    data_dict["records"] = posted.typed()


def _judge(standing: Standing, posted: Posted, method: str) -> list[Finding]:
    insert = method == "insert"
    stored = Stored([None] * len(posted.records), new=insert)
    repeats: list[Finding] = []
    if standing.resource_id is not None and rows.types_of(standing.resource_id):
        stored = rows.meant(standing.resource_id, posted, insert=insert, update=method == "update")
        repeats = list(rows.repeats(standing.resource_id, posted, stored, insert=insert))
    found = posted.judge(
        stored,
        at=period.last_day(standing.periode_data),
        longest=limits.of_portal().block,
    )
    return sorted([*found, *repeats], key=lambda one: one.row or 0)


def _refused(
    findings: Sequence[Finding], count: int, *, designed: bool = False
) -> tk.ValidationError:
    """All bad cells, by record and field; ``record`` is the record's index in the call.

    :param designed: in the form that the pages of the Table Designer show beside their fields
    """
    told = [_told(finding) for finding in findings]
    bad = len({finding.row for finding in findings})
    summary = tk._(
        "Nothing was written: {bad} of {count} records have something wrong. The first: {message}"
    ).format(bad=bad, count=count, message=told[0]["message"])
    shown = [part for one in told for part in (one["field"] or "", _plain(one["message"]))]
    first = "\t".join(["TAB-DELIMITED", *shown]) if designed else summary
    errors: Any = {"records": [first], "records_row": told[0]["record"], "findings": told}
    return tk.ValidationError(errors, error_summary={"records": summary})


def _plain(text: str) -> str:
    return text.replace("\t", " ")


def _told(finding: Finding) -> dict[str, Any]:
    told = finding.as_dict(tk._)
    return {"record": (finding.row or 1) - 1, "field": finding.column, **told}


def _records(data_dict: Mapping[str, Any]) -> list[dict[str, Any]]:
    records = data_dict.get("records") or []
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise tk.ValidationError({"records": [tk._("Must be a list of objects.")]})
    return records


def _refuse_options(schema: TableSchema, data_dict: Mapping[str, Any]) -> None:
    errors: Any = {name: [tk._(BY_STANDARD)] for name in NOT_TAKEN if data_dict.get(name)}
    given = data_dict.get("primary_key")
    if given:
        names = given.split(",") if isinstance(given, str) else given
        if not isinstance(names, list) or [str(one).strip() for one in names] != list(
            schema.primary_key
        ):
            errors["primary_key"] = [tk._(BY_STANDARD)]
    if errors:
        raise tk.ValidationError(errors)


def _refuse_fields(schema: TableSchema, given: Any) -> None:
    """Fields may be sent as long as they say what the standard says."""
    if not given:
        return
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise tk.ValidationError({"fields": [tk._("Must be a list of objects.")]})
    declared = rows.declared_types(schema)
    errors = []
    for field in given:
        name, type_ = str(field.get("id")), field.get("type")
        if name not in declared:
            errors.append(tk._(UNKNOWN_FIELD).format(field=name))
        elif type_ and rows.plain_type(str(type_)) != declared[name]:
            errors.append(tk._(OTHER_TYPE).format(field=name, declared=declared[name], given=type_))
    if errors:
        raise tk.ValidationError({"fields": errors})


def _refuse_other_columns(
    standing: Standing, *, may_change: bool = False, drops: bool = False
) -> None:
    """Refuse a table that is not the standard's.

    :param may_change: the call adds the columns that are missing
    :param drops: it takes away those that are too many
    """
    found = rows.types_of(standing.resource_id) if standing.resource_id else {}
    declared = rows.declared_types(standing.schema)
    key = set(standing.schema.primary_key)
    if found and not may_change and rows.key_of(standing.resource_id or "") != key:
        raise refusal(OTHER_KEY, columns=", ".join(standing.schema.primary_key) or "–")
    if not found or found == declared:
        return
    wrong = {name for name in found.keys() & declared.keys() if found[name] != declared[name]}
    if not drops:
        wrong |= found.keys() - declared.keys()
    if not may_change:
        wrong |= declared.keys() - found.keys()
    if wrong:
        raise refusal(OTHER_COLUMNS, columns=", ".join(sorted(wrong)))


def _has_key(resource_id: str, schema: TableSchema) -> bool:
    return bool(rows.types_of(resource_id)) and rows.key_of(resource_id) == set(schema.primary_key)


def _is_set(data_dict: Mapping[str, Any], name: str) -> bool:
    try:
        return tk.asbool(data_dict.get(name) or False)
    except ValueError:
        return False
