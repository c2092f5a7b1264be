"""Rows of the DataStore for developers."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.sdi.datastore.code_names import SUFFIX, CodeNames, columns_with_names
from ckanext.sdi.logic import posted


@tk.side_effect_free
def sdi_datastore_search(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """As ``datastore_search`` of CKAN, with the names of codes beside the codes.

    :param resource_id: id of the resource, and whatever else ``datastore_search`` takes
    :param expand: columns with codes of a list (a list, or separated by commas): each record gets
        ``<column>_nama`` with the name in force at the data's reference date, ``None`` for a code
        that never was
    :returns: the answer of ``datastore_search``; ``fields`` has the columns with names, too
    :raises ckan.logic.ValidationError: when a column of ``expand`` holds no codes of a list, or the
        answer would not have it
    """
    asked = dict(data_dict)
    expand = _column_names(asked.pop("expand", None))
    resource_id = posted.reference(asked, "resource_id")
    tk.check_access("sdi_datastore_search", context, {"resource_id": resource_id})
    found = tk.get_action("datastore_search")(context, asked)
    if not expand:
        return found
    names = _names(resource_id, expand)
    there = {field["id"] for field in found.get("fields", ())}
    needed = [*expand, *([names.day_column] if names.day_column else [])]
    missing = [column for column in needed if column not in there]
    if missing or found.get("records_format", "objects") != "objects":
        raise _wrong(
            tk._(
                "Names are added to records that are objects and have these columns: {columns}"
            ).format(columns=", ".join(needed))
        )
    taken = [column + SUFFIX for column in expand if column + SUFFIX in there]
    if taken:
        raise _wrong(
            tk._("The table has a column of this name already: {columns}").format(
                columns=", ".join(taken)
            )
        )
    names.add_to(found["records"])
    found["fields"] += [{"id": column + SUFFIX, "type": "text"} for column in expand]
    return found


def _names(resource_id: str, expand: list[str]) -> CodeNames:
    resource = model.Resource.get(resource_id)
    try:
        if resource is not None:
            return CodeNames.of(resource, expand)
    except KeyError:
        pass
    possible = columns_with_names(resource) if resource is not None else []
    raise _wrong(
        tk._("Only columns with codes of a list have names; of this resource: {columns}").format(
            columns=", ".join(possible) or "-"
        )
    )


def _column_names(given: Any) -> list[str]:
    if isinstance(given, str):
        given = [name.strip() for name in given.split(",") if name.strip()]
    if not isinstance(given or [], list) or not all(isinstance(name, str) for name in given or []):
        raise _wrong(tk._("Must be a list of texts."))
    return list(dict.fromkeys(given or []))


def _wrong(message: str) -> tk.ValidationError:
    return tk.ValidationError({"expand": [message]})
