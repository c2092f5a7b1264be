"""The guard on the DataStore: rows of a governed resource come from its checked file alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Action, ChainedAction, Context

from ckanext.sdi import config
from ckanext.sdi.datastore import checks
from ckanext.sdi.lifecycle import gate


def refuses_rows(data_dict: Mapping[str, Any]) -> bool:
    """Whether a call would write to the table of a governed resource."""
    return config.gate_enforced() and _touches_governed(data_dict)


def is_governed_resource(reference: Any) -> bool:
    """Whether a resource (by id or name) belongs to a governed dataset."""
    resource = model.Resource.get(reference) if isinstance(reference, str) else None
    return bool(resource and gate.governs(resource))


def _touches_governed(data_dict: Mapping[str, Any]) -> bool:
    new = data_dict.get("resource")
    package_id = new.get("package_id") if isinstance(new, dict) else None
    if isinstance(package_id, str) and gate.is_governed(package_id):
        return True
    return any(map(gate.governs, _resources_meant(data_dict)))


def _resources_meant(data_dict: Mapping[str, Any]) -> Iterator[model.Resource]:
    """The resources whose tables a call would touch.

    Before validation, so nothing about the call is sure; ``id`` is a second name of
    ``resource_id``, and an alias takes the place of a table that is not there yet.
    """
    aliases = data_dict.get("aliases") or []
    if isinstance(aliases, str):
        aliases = [alias.strip() for alias in aliases.split(",")]
    references = [data_dict.get("resource_id"), data_dict.get("id")]
    references += aliases if isinstance(aliases, list) else []
    for reference in references:
        if isinstance(reference, str) and "\x00" not in reference:
            resource = model.Resource.get(reference)
            if resource is not None:
                yield resource


def _guarded(name: str) -> ChainedAction:
    @tk.chained_action
    def guarded(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
        if not refuses_rows(data_dict):
            touched = [r.id for r in _resources_meant(data_dict) if gate.governs(r)]
            result = original_action(context, data_dict)
            for resource_id in touched:
                # The gate only reports: the rows are no longer those of the checked file.
                checks.say_nothing_is_loaded(resource_id)
            if touched:
                model.Session.commit()
            return result
        # Who may not write here learns that, and nothing of how the dataset stands.
        tk.check_access(name, tk.fresh_context(context), dict(data_dict))
        raise tk.ValidationError(
            {
                "sdi": [
                    tk._(
                        "The rows of this resource come from its file. To change them, upload "
                        "the corrected file to the resource: it is checked, and its rows are "
                        "loaded when nothing is wrong with them."
                    )
                ]
            }
        )

    guarded.__name__ = name
    guarded.__doc__ = (
        f"As ``{name}`` of CKAN, but refused for resources of governed datasets, to a sysadmin "
        "too: their rows are those of the file that was checked.\n\n"
        ":raises ckan.logic.ValidationError: when the resource belongs to a governed dataset"
    )
    return guarded


chained = {
    name: _guarded(name) for name in ("datastore_create", "datastore_upsert", "datastore_delete")
}
