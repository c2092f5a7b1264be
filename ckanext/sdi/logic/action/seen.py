"""CKAN's own actions that would tell of private datasets beside their pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.sdi.lifecycle import visible
from ckanext.sdi.logic import posted
from ckanext.sdi.logic.still import looked_at

Next = Callable[[Context, DataDict], Any]
LOOKED_AT = (
    "package_show",
    "resource_show",
    "organization_show",
    "group_show",
    "user_show",
)


@tk.side_effect_free
@tk.chained_action
def package_relationships_list(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """The relationships of a dataset to others that the asker may see."""
    return [
        found
        for found in next_action(context, data_dict)
        if visible.may_see_named(context, (found["subject"], found["object"]))
    ]


@tk.chained_action
def activity_create(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Keep views of private datasets out of the activity streams: they carry no labels."""
    if "resource view" in str(data_dict.get("activity_type")):
        view = (data_dict.get("data") or {}).get("resource_view") or {}
        if not visible.resource_is_public(view.get("resource_id"), view.get("package_id")):
            tk.check_access("activity_create", context, data_dict)
            return None
    return next_action(context, data_dict)


@tk.side_effect_free
@tk.chained_action
def tag_list(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """The tags of public datasets; names of tags can tell what a private one is about."""
    found = next_action(context, data_dict)
    shown = visible.tags(context, [_tag_name(tag) for tag in found])
    return [tag for tag in found if _tag_name(tag) in shown]


@tk.side_effect_free
@tk.chained_action
def tag_search(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """The tags of public datasets that match."""
    found = next_action(context, data_dict)
    shown = visible.tags(context, [tag["name"] for tag in found["results"]])
    results = [tag for tag in found["results"] if tag["name"] in shown]
    hidden = len(found["results"]) - len(results)
    return {**found, "results": results, "count": found["count"] - hidden}


@tk.side_effect_free
@tk.chained_action
def tag_autocomplete(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """The names of tags of public datasets that match."""
    found = next_action(context, data_dict)
    shown = visible.tags(context, found)
    return [name for name in found if name in shown]


@tk.side_effect_free
@tk.chained_action
def tag_show(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """A tag of a public dataset; that another is there at all would tell what one is about."""
    posted.reference(data_dict)
    found = next_action(context, data_dict)
    if not visible.tags(context, [found["name"]]):
        raise tk.ObjectNotFound(tk._("Could not find tag"))
    return found


@tk.side_effect_free
@tk.chained_action
def format_autocomplete(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """The formats of public files that match."""
    found = next_action(context, data_dict)
    shown = visible.formats(context, found)
    return [name for name in found if name in shown]


chained = {
    **{name: tk.side_effect_free(looked_at(name)) for name in LOOKED_AT},
    "package_relationships_list": package_relationships_list,
    "tag_list": tag_list,
    "tag_search": tag_search,
    "tag_autocomplete": tag_autocomplete,
    "tag_show": tag_show,
    "format_autocomplete": format_autocomplete,
}
chained_with = {
    "activity": {"activity_create": activity_create},
    "datastore": {
        name: tk.side_effect_free(looked_at(name))
        for name in ("datastore_search", "datastore_info")
    },
}


def _tag_name(tag: str | dict[str, Any]) -> str:
    return tag if isinstance(tag, str) else tag["name"]
