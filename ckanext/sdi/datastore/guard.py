"""The guard on the DataStore: who may write rows of a governed resource, and which.

Rows of a file are those of the file that was checked. A resource whose rows come by the Data API
is written through ``door``, while its office may change the dataset.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.exc import DataError

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Action, ChainedAction, Context

from ckanext.sdi import config
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.datastore import check_job, checks, designer, door
from ckanext.sdi.lifecycle import gate
from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.rules.dataset import ROWS_BY_API

FROM_ITS_FILE = N_(
    "The rows of this resource come from its file. To change them, upload the corrected file to"
    " the resource: it is checked, and its rows are loaded when nothing is wrong with them. For"
    " rows by the Data API, make a resource of their own with datastore_create."
)
ADOPTED = N_(
    "This dataset is public already, so no rows are written to it unseen. Hand in a dataset of"
    " your own for them, or have this one made private first."
)


def is_governed_resource(reference: Any) -> bool:
    """Whether a resource (by id or name) belongs to a governed dataset."""
    resource = model.Resource.get(reference) if isinstance(reference, str) else None
    return bool(resource and gate.governs(resource))


def _touches_governed(data_dict: Mapping[str, Any]) -> bool:
    return _governed_package(data_dict) is not None or any(
        map(gate.governs, _resources_meant(data_dict))
    )


def _governed_package(data_dict: Mapping[str, Any]) -> str | None:
    """The governed dataset in which a call would make a resource.

    Of an adopted one whoever sends a column standard means to hand it in.
    """
    new = data_dict.get("resource")
    if not isinstance(new, dict):
        return None
    reference = new.get("package_id")
    named = isinstance(reference, str) and "\x00" not in reference
    package = model.Package.get(reference) if named else None
    if package is None or not gate.has_governed_type(package.id):
        return None
    return package.id if gate.is_governed(package.id) or new.get("table_schema") else None


def _resources_meant(data_dict: Mapping[str, Any]) -> Iterator[model.Resource]:
    """The resources whose tables a call would touch.

    Before validation, so nothing about the call is sure; ``id`` is a second name of
    ``resource_id``, and an alias takes the place of a table that is not there yet.
    """
    for reference in [*_references(data_dict), *_aliases(data_dict)]:
        if isinstance(reference, str) and "\x00" not in reference:
            resource = model.Resource.get(reference)
            if resource is not None:
                yield resource


def _references(data_dict: Mapping[str, Any]) -> list[Any]:
    return [data_dict.get("resource_id"), data_dict.get("id")]


def _aliases(data_dict: Mapping[str, Any]) -> list[Any]:
    aliases = data_dict.get("aliases") or []
    if isinstance(aliases, str):
        return [alias.strip() for alias in aliases.split(",")]
    return aliases if isinstance(aliases, list) else []


def _guarded(name: str) -> ChainedAction:
    @tk.chained_action
    def guarded(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
        if not _touches_governed(data_dict):
            _judge_codes(name, context, data_dict)
            return original_action(context, data_dict)
        if not config.gate_enforced():
            return _reported(original_action, context, data_dict)
        # Who may not write here learns that, and nothing of how the dataset stands.
        tk.check_access(name, tk.fresh_context(context), dict(data_dict))
        try:
            design = _let_in(name, data_dict)
        except tk.ValidationError:
            # Nothing waits for what was refused.
            model.Session.rollback()
            raise
        # CKAN's own action leaves nothing of what it was given.
        resource_id = data_dict.get("resource_id") or data_dict.get("id")
        try:
            result = original_action(context, data_dict)
        except DataError as error:
            # What is written was judged; what the filters of a deletion ask for was not.
            model.Session.rollback()
            raise tk.ValidationError({"filters": [tk._(door.OTHER_VALUE)]}) from error
        if design is not None:
            standard = json.dumps(design.as_dict(), ensure_ascii=False)
            tk.get_action("resource_patch")(
                tk.fresh_context(context), {"id": resource_id, "table_schema": standard}
            )
        if resource_id:
            check_job.rows_written(resource_id)
        model.Session.commit()
        return result

    guarded.__name__ = name
    guarded.__doc__ = (
        f"As ``{name}`` of CKAN. In governed datasets, for a sysadmin too: the rows of a file are"
        " those of the file that was checked, and refused here; a resource whose rows come by the"
        " Data API is written while its office may change the dataset, by the columns of its"
        " column standard, and every record is judged by the rules that a file is judged by. A"
        " refused call writes nothing and names every bad cell.\n\n"
        ":raises ckan.logic.ValidationError: under ``findings`` all that is wrong, as findings with"
        " ``record`` (the record's index, from 0) and ``field``; under ``sdi`` why nothing can be"
        " written at all"
    )
    return guarded


def _reported(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """The gate only reports: the rows are no longer those of the checked file."""
    touched = [r for r in _resources_meant(data_dict) if gate.governs(r)]
    by_file = [r.id for r in touched if r.url_type not in ROWS_BY_API]
    by_api = [r.id for r in touched if r.url_type in ROWS_BY_API]
    result = original_action(context, data_dict)
    for resource_id in by_file:
        checks.say_nothing_is_loaded(resource_id)
    for resource_id in by_api:
        check_job.rows_written(resource_id)
    if touched:
        model.Session.commit()
    return result


def _let_in(name: str, data_dict: dict[str, Any]) -> TableSchema | None:
    """Judge a call; what it would write is then what may be written.

    :returns: the column standard that the resource is to have afterwards, if it is a new one
    :raises ckan.logic.ValidationError: when nothing may be
    """
    new = _governed_package(data_dict)
    if new is not None:
        _require_open(new)
        if "url" in data_dict["resource"] or "upload" in data_dict["resource"]:
            raise door.refusal(FROM_ITS_FILE)
        door.prepare_create(door.of_new(data_dict["resource"]), data_dict)
        return None
    resource = _door(data_dict)
    _require_open(resource.package_id or "")
    # As it is now that nobody else changes it.
    model.Session.refresh(resource)
    if resource.url_type not in ROWS_BY_API or resource.state != model.State.ACTIVE:
        raise door.refusal(FROM_ITS_FILE)
    if name == "datastore_delete" or _designs_nothing(resource, data_dict):
        return None
    if name == "datastore_create" and designer.is_design(resource, data_dict):
        return door.prepare_design(resource, data_dict)
    standing = door.of_resource(resource)
    if name == "datastore_create":
        door.prepare_create(standing, data_dict)
    else:
        door.prepare_upsert(standing, data_dict)
    return None


def _judge_codes(name: str, context: Context, data_dict: dict[str, Any]) -> None:
    """Judge the codes that are written to a table of the Table Designer, governed or not.

    :raises ckan.logic.ValidationError: with all that is wrong
    """
    resource = next(_resources_meant(data_dict), None)
    if resource is None or resource.url_type != designer.URL_TYPE or not data_dict.get("records"):
        return
    tk.check_access(name, tk.fresh_context(context), dict(data_dict))
    door.judge_codes(resource.id, data_dict)


def _door(data_dict: Mapping[str, Any]) -> model.Resource:
    """The one resource that a call writes to, whose rows come by the Data API."""
    meant = list(_resources_meant(data_dict))
    named = {reference for reference in _references(data_dict) if reference is not None}
    only = meant[0] if meant else None
    if only is None or named != {only.id} or any(one.id != only.id for one in meant):
        raise door.refusal(FROM_ITS_FILE)
    return only


def _require_open(package_id: str) -> None:
    """Refuse while the dataset is not its office's to change; nobody changes that meanwhile."""
    gate.locked_row_of(package_id)
    if gate.is_adopted(package_id):
        raise door.refusal(ADOPTED)
    reason = gate.why_not_change(package_id)
    if reason:
        raise tk.ValidationError({"sdi": [reason]})


def _designs_nothing(resource: model.Resource, data_dict: Mapping[str, Any]) -> bool:
    """Whether the Table Designer makes the empty table that it begins with."""
    asked = ("fields", "records", *door.NOT_TAKEN)
    return (
        resource.url_type == designer.URL_TYPE
        and not resource.extras.get("table_schema")
        and not any(map(data_dict.get, asked))
    )


chained = {
    name: _guarded(name) for name in ("datastore_create", "datastore_upsert", "datastore_delete")
}
