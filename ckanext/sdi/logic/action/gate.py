"""CKAN's own actions, wrapped where the gate has a word to say.

Every write to a dataset, by form, API, bulk form or harvester, ends in ``package_create`` or
``package_update``; the rest here closes what the private flag does not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.sdi import config
from ckanext.sdi.daftar_data.fill import fill
from ckanext.sdi.datastore import check_job
from ckanext.sdi.lifecycle import gate, roles
from ckanext.sdi.logic import posted
from ckanext.sdi.logic.action.harvest import refuse_source
from ckanext.sdi.logic.editions import item_told
from ckanext.sdi.logic.still import governed, looked_at, unless_still, why_not

Next = Callable[[Context, DataDict], Any]
LOOKED_AT = ("package_patch", "resource_update", "resource_patch")
VIEWS = (
    "resource_view_create",
    "resource_view_update",
    "resource_view_delete",
    "resource_view_reorder",
)
BULK = ("bulk_update_public", "bulk_update_private", "bulk_update_delete")


@tk.chained_action
def package_create(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Make a dataset: private, whatever was asked for; of a registered type."""
    posted.check(data_dict)
    kind = data_dict.get("type") or gate.GOVERNED_TYPE
    if kind not in _registered_types() and config.gate_enforced():
        tk.check_access("package_create", context, data_dict)
        raise tk.ValidationError(
            {"type": [tk._("There is no dataset type “{type}” here.").format(type=kind)]}
        )
    if kind == gate.GOVERNED_TYPE:
        for resource in posted.resources_of(data_dict):
            # CKAN's views look at the address of each new resource.
            resource.setdefault("url", "")
        posted.leave_files_as_they_are(posted.resources_of(data_dict))
        if gate.CREATED not in context:
            # What names itself there, a harvest, has filled it from the item it was matched to.
            _fill_from_item(context, data_dict)
        data_dict["private"] = gate.derived_private(None, data_dict.get("private"))
    else:
        refuse_source("package_create", context, data_dict)
    return next_action(context, data_dict)


@tk.chained_action
def package_update(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Change a dataset: not what is published or under review, and never its visibility."""
    posted.check(data_dict)
    package = governed(data_dict.get("id") or data_dict.get("name"))
    if package is not None:
        # A step of the lifecycle at the same moment is over before this is decided.
        gate.locked_row_of(package.id)
        reason = why_not("package_update", context, data_dict, package)
        if reason:
            # Forms show a validation error beside what was entered.
            raise tk.ValidationError({"sdi": [reason]})
        check_job.refuse_before_upload(posted.resources_of(data_dict))
        posted.leave_files_as_they_are(posted.resources_of(data_dict))
        _fill_from_item(context, data_dict)
        data_dict["private"] = gate.derived_private(package.id, data_dict.get("private"))
    else:
        refuse_source("package_update", context, data_dict)
    return next_action(context, data_dict)


@tk.chained_action
def package_delete(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Delete a dataset that is neither published nor under review."""
    package = governed(data_dict.get("id"))
    return unless_still("package_delete", next_action, context, data_dict, package)


@tk.chained_action
def dataset_purge(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Purge a dataset that is neither published nor under review."""
    package = governed(data_dict.get("id"))
    return unless_still("dataset_purge", next_action, context, data_dict, package)


@tk.chained_action
def package_owner_org_update(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Give a dataset to another organisation, unless it is published or under review."""
    if gate.CREATED in context:
        # Part of the making of a new one, which nobody else knows yet.
        return next_action(context, data_dict)
    package = governed(data_dict.get("id"))
    return unless_still("package_owner_org_update", next_action, context, data_dict, package)


@tk.chained_action
def resource_create(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Add a resource to a dataset. A harvest source takes none, which CKAN does not expect."""
    posted.check(data_dict)
    package = model.Package.get(data_dict.get("package_id") or "")
    if package is not None and package.type == "harvest":
        tk.check_access("resource_create", context, data_dict)
        raise tk.ValidationError({"package_id": [tk._("A harvest source has no files.")]})
    return next_action(context, data_dict)


@tk.chained_action
def resource_delete(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Delete a resource of a dataset that is neither published nor under review.

    Core's own action expects a refusal of ``package_update`` to name a resource, and by then
    plugins were told that the resource goes.
    """
    posted.check(data_dict)
    resource = model.Resource.get(data_dict.get("id") or "")
    package = governed(resource.package_id) if resource is not None else None
    return unless_still("resource_delete", next_action, context, data_dict, package)


@tk.chained_action
def member_create(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Put a user or a dataset into a group; not a dataset that stands still."""
    parent = data_dict.get("object") if data_dict.get("object_type") == "group" else None
    if isinstance(parent, str) and roles.any_holds_a_role([parent]):
        tk.check_access("member_create", context, data_dict)
        raise tk.ValidationError({"object": [tk._(roles.NO_PARENT)]})
    return unless_still("member_create", next_action, context, data_dict, _member(data_dict))


@tk.chained_action
def member_delete(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Take a user or a dataset out of a group; not a dataset that stands still."""
    return unless_still("member_delete", next_action, context, data_dict, _member(data_dict))


def _related(name: str) -> Any:
    @tk.chained_action
    def related(next_action: Next, context: Context, data_dict: DataDict) -> Any:
        posted.check(data_dict)
        ends = [governed(data_dict.get(end)) for end in ("subject", "object")]
        if any(ends) and config.gate_enforced():
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
    for package in (governed(data_dict.get("subject")), governed(data_dict.get("object"))):
        if package is not None:
            # CKAN's own auth function looks for the relationship in its context.
            reason = why_not("package_update", context, {"id": package.id}, package)
            if reason:
                raise gate.GateClosed(reason)
    return next_action(context, data_dict)


def _view(name: str) -> Any:
    @tk.chained_action
    def view(next_action: Next, context: Context, data_dict: DataDict) -> Any:
        posted.check(data_dict)
        resource = _viewed(name, data_dict)
        package = governed(resource.package_id) if resource is not None else None
        if resource is not None and package is not None:
            reason = why_not("resource_update", context, {"id": resource.id}, package)
            if reason:
                raise gate.GateClosed(reason)
        return next_action(context, data_dict)

    view.__name__ = name
    view.__doc__ = (
        f"As ``{name}`` of CKAN, unless the dataset stands still: what its views say and show is"
        " part of what is published."
    )
    return view


def _viewed(action: str, data_dict: DataDict) -> model.Resource | None:
    """The resource whose view it is."""
    given = data_dict.get("resource_id" if action == "resource_view_create" else "id") or ""
    if action in ("resource_view_update", "resource_view_delete"):
        view = model.ResourceView.get(given)
        given = view.resource_id if view is not None else ""
    return model.Resource.get(given)


def _bulk(name: str) -> Any:
    @tk.chained_action
    def bulk(next_action: Next, context: Context, data_dict: DataDict) -> Any:
        # Without a lock: each dataset is changed by a ``package_patch``, which asks again.
        datasets = data_dict.get("datasets") or []
        if not isinstance(datasets, list):
            raise tk.ValidationError({"datasets": [tk._("Must be a list of texts.")]})
        for package_id in datasets:
            package = governed(package_id)
            reason = why_not(name, context, data_dict, package) if package is not None else None
            if reason:
                raise gate.GateClosed(reason)
        return next_action(context, data_dict)

    bulk.__name__ = name
    bulk.__doc__ = f"As ``{name}`` of CKAN, when none of the datasets stands still."
    return bulk


chained = {
    "package_create": package_create,
    "package_update": package_update,
    "package_delete": package_delete,
    "dataset_purge": dataset_purge,
    "package_owner_org_update": package_owner_org_update,
    "resource_create": resource_create,
    "resource_delete": resource_delete,
    "package_relationship_create": _related("package_relationship_create"),
    "package_relationship_update": _related("package_relationship_update"),
    "package_relationship_delete": package_relationship_delete,
    "member_create": member_create,
    "member_delete": member_delete,
    **{name: _view(name) for name in VIEWS},
    **{name: _bulk(name) for name in BULK},
    **{name: looked_at(name) for name in LOOKED_AT},
}


def _registered_types() -> set[str]:
    forms = p.PluginImplementations(p.IDatasetForm)
    return {kind for form in forms for kind in form.package_types()} | {gate.GOVERNED_TYPE}


def _fill_from_item(context: Context, data_dict: DataDict) -> None:
    item_id = data_dict.get("daftar_data_item")
    told = item_told(context, item_id) if isinstance(item_id, str) else None
    if told is not None:
        fill(data_dict, told)


def _member(data_dict: DataDict) -> model.Package | None:
    """The dataset that a membership is about, if it is about one."""
    is_dataset = data_dict.get("object_type") == "package"
    return governed(data_dict.get("object")) if is_dataset else None
