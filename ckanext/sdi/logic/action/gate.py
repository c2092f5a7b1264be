"""CKAN's own actions, wrapped where the gate has a word to say.

Every write to a dataset, by form, API, bulk form or harvester, ends in ``package_create`` or
``package_update``; the rest here closes what the private flag does not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.sdi.daftar_data.fill import fill
from ckanext.sdi.datastore import check_job
from ckanext.sdi.lifecycle import conformity, gate, visible
from ckanext.sdi.logic import posted

Next = Callable[[Context, DataDict], Any]
LOOKED_AT = ("package_patch", "resource_create", "resource_update", "resource_patch")
BULK = ("bulk_update_public", "bulk_update_private", "bulk_update_delete")


@tk.chained_action
def package_create(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Make a dataset: private, whatever was asked for; of a registered type."""
    posted.check(data_dict)
    kind = data_dict.get("type") or gate.GOVERNED_TYPE
    if kind not in _registered_types():
        tk.check_access("package_create", context, data_dict)
        raise tk.ValidationError(
            {"type": [tk._("There is no dataset type “{type}” here.").format(type=kind)]}
        )
    if kind == gate.GOVERNED_TYPE:
        for resource in posted.resources_of(data_dict):
            # CKAN's views look at the address of each new resource.
            resource.setdefault("url", "")
        _fill_from_item(data_dict)
        data_dict["private"] = gate.derived_private(None, data_dict.get("private"))
    return next_action(context, data_dict)


@tk.chained_action
def package_update(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Change a dataset: not what is published or under review, and never its visibility."""
    posted.check(data_dict)
    package = _package(data_dict.get("id") or data_dict.get("name"))
    if package is not None:
        # A step of the lifecycle at the same moment is over before this is decided.
        gate.locked_row_of(package.id)
        reason = _why_not("package_update", context, data_dict, package)
        if reason:
            # Forms show a validation error beside what was entered.
            raise tk.ValidationError({"sdi": [reason]})
        check_job.refuse_before_upload(posted.resources_of(data_dict))
        _fill_from_item(data_dict)
        data_dict["private"] = gate.derived_private(package.id, data_dict.get("private"))
    return next_action(context, data_dict)


@tk.chained_action
def package_delete(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Delete a dataset that is neither published nor under review."""
    package = _package(data_dict.get("id"))
    return _unless_still("package_delete", next_action, context, data_dict, package)


@tk.chained_action
def dataset_purge(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Purge a dataset that is neither published nor under review."""
    package = _package(data_dict.get("id"))
    return _unless_still("dataset_purge", next_action, context, data_dict, package)


@tk.chained_action
def package_owner_org_update(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Give a dataset to another organisation, unless it is published or under review."""
    package = _package(data_dict.get("id"))
    return _unless_still("package_owner_org_update", next_action, context, data_dict, package)


@tk.chained_action
def resource_delete(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Delete a resource of a dataset that is neither published nor under review.

    Core's own action expects a refusal of ``package_update`` to name a resource, and by then
    plugins were told that the resource goes.
    """
    posted.check(data_dict)
    resource = model.Resource.get(data_dict.get("id") or "")
    package = _package(resource.package_id) if resource is not None else None
    return _unless_still("resource_delete", next_action, context, data_dict, package)


@tk.chained_action
def member_create(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Put a user or a dataset into a group; not a dataset that stands still."""
    return _unless_still("member_create", next_action, context, data_dict, _member(data_dict))


@tk.chained_action
def member_delete(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Take a user or a dataset out of a group; not a dataset that stands still."""
    return _unless_still("member_delete", next_action, context, data_dict, _member(data_dict))


@tk.chained_action
def harvest_source_clear(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Clear a harvest source, which deletes its datasets, when none of them stands still."""
    posted.check(data_dict)
    for package in _harvested(data_dict.get("id") or ""):
        gate.locked_row_of(package.id)
        reason = _why_not("harvest_source_clear", context, data_dict, package)
        if reason:
            raise gate.GateClosed(f"{package.title or package.name}: {reason}")
    return next_action(context, data_dict)


def _harvested(source: str) -> list[model.Package]:
    """The datasets that a harvest source (by id or name) brought."""
    from ckanext.harvest.model import HarvestObject

    package = model.Package.get(source)
    source_id = package.id if package is not None else source
    query = (
        sa.select(model.Package)
        .join(HarvestObject, HarvestObject.package_id == model.Package.id)
        .where(HarvestObject.harvest_source_id == source_id)
        .where(model.Package.type == gate.GOVERNED_TYPE)
        .distinct()
        # Two that lock the same datasets do so in one order.
        .order_by(model.Package.id)
    )
    return list(model.Session.scalars(query))


def _related(name: str) -> Any:
    @tk.chained_action
    def related(next_action: Next, context: Context, data_dict: DataDict) -> Any:
        posted.check(data_dict)
        ends = [_package(data_dict.get(end)) for end in ("subject", "object")]
        if any(ends):
            tk.check_access(name, context, data_dict)
            # CKAN 2.12 shows the names of private datasets in them and cannot index either end.
            raise tk.ValidationError(
                {
                    "type": [
                        tk._(
                            "Datasets are not related to each other here. Name the other dataset"
                            " in the description."
                        )
                    ]
                }
            )
        return next_action(context, data_dict)

    related.__name__ = name
    related.__doc__ = f"As ``{name}`` of CKAN, between datasets of other types."
    return related


@tk.chained_action
def package_relationship_delete(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """End a relationship from before the extension came, of datasets that do not stand still."""
    posted.check(data_dict)
    for package in (_package(data_dict.get("subject")), _package(data_dict.get("object"))):
        if package is not None:
            # CKAN's own auth function looks for the relationship in its context.
            reason = _why_not("package_update", context, {"id": package.id}, package)
            if reason:
                raise gate.GateClosed(reason)
    return next_action(context, data_dict)


@tk.side_effect_free
@tk.chained_action
def package_relationships_list(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """The relationships of a dataset to others that the asker may see."""
    return [
        found
        for found in next_action(context, data_dict)
        if visible.may_see_named(context, (found["subject"], found["object"]))
    ]


def _bulk(name: str) -> Any:
    @tk.chained_action
    def bulk(next_action: Next, context: Context, data_dict: DataDict) -> Any:
        # Without a lock: each dataset is changed by a ``package_patch``, which asks again.
        datasets = data_dict.get("datasets") or []
        if not isinstance(datasets, list):
            raise tk.ValidationError({"datasets": [tk._("Must be a list of texts.")]})
        for package_id in datasets:
            package = _package(package_id)
            reason = _why_not(name, context, data_dict, package) if package is not None else None
            if reason:
                raise gate.GateClosed(reason)
        return next_action(context, data_dict)

    bulk.__name__ = name
    bulk.__doc__ = f"As ``{name}`` of CKAN, when none of the datasets stands still."
    return bulk


def _looked_at(name: str) -> Any:
    @tk.chained_action
    def looked_at(next_action: Next, context: Context, data_dict: DataDict) -> Any:
        posted.check(data_dict)
        return next_action(context, data_dict)

    looked_at.__name__ = name
    looked_at.__doc__ = f"As ``{name}`` of CKAN; what it could not look at is refused."
    return looked_at


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


chained = {
    "package_create": package_create,
    "package_update": package_update,
    "package_delete": package_delete,
    "dataset_purge": dataset_purge,
    "package_owner_org_update": package_owner_org_update,
    "resource_delete": resource_delete,
    "package_relationship_create": _related("package_relationship_create"),
    "package_relationship_update": _related("package_relationship_update"),
    "package_relationship_delete": package_relationship_delete,
    "package_relationships_list": package_relationships_list,
    "member_create": member_create,
    "member_delete": member_delete,
    **{name: _bulk(name) for name in BULK},
    **{name: _looked_at(name) for name in LOOKED_AT},
    "tag_list": tag_list,
    "tag_search": tag_search,
    "tag_autocomplete": tag_autocomplete,
}
chained_with = {
    "activity": {"activity_create": activity_create},
    "harvest": {"harvest_source_clear": harvest_source_clear},
}


def _registered_types() -> set[str]:
    forms = p.PluginImplementations(p.IDatasetForm)
    return {kind for form in forms for kind in form.package_types()} | {gate.GOVERNED_TYPE}


def _fill_from_item(data_dict: DataDict) -> None:
    item_id = data_dict.get("daftar_data_item")
    version = conformity.version_of(item_id) if isinstance(item_id, str) else None
    if version is not None:
        fill(data_dict, version)


def _package(name_or_id: str | None) -> model.Package | None:
    named = isinstance(name_or_id, str) and posted.is_storable(name_or_id)
    package = model.Package.get(name_or_id) if named else None
    return package if package is not None and package.type == gate.GOVERNED_TYPE else None


def _why_not(
    action: str, context: Context, data_dict: DataDict, package: model.Package
) -> str | None:
    reason = gate.why_not_change(package.id)
    if reason:
        # Who may not change it anyway learns that, and nothing of how it stands.
        tk.check_access(action, context, data_dict)
    return reason


def _unless_still(
    action: str,
    next_action: Next,
    context: Context,
    data_dict: DataDict,
    package: model.Package | None,
) -> Any:
    posted.check(data_dict)
    if package is not None:
        gate.locked_row_of(package.id)
        reason = _why_not(action, context, data_dict, package)
        if reason:
            raise gate.GateClosed(reason)
    return next_action(context, data_dict)


def _member(data_dict: DataDict) -> model.Package | None:
    """The dataset that a membership is about, if it is about one."""
    is_dataset = data_dict.get("object_type") == "package"
    return _package(data_dict.get("object")) if is_dataset else None


def _tag_name(tag: str | dict[str, Any]) -> str:
    return tag if isinstance(tag, str) else tag["name"]
