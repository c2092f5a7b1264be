"""CKAN's actions on groups and organisations, where they would reach the datasets in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.sdi import config
from ckanext.sdi.lifecycle import gate, roles
from ckanext.sdi.logic import posted
from ckanext.sdi.logic.action.pictures import in_words

Next = Callable[[Context, DataDict], Any]


def _of_groups_alone(name: str) -> Any:
    @tk.chained_action
    def of_groups_alone(next_action: Next, context: Context, data_dict: DataDict) -> Any:
        posted.check(data_dict)
        group = _group(data_dict)
        if group is not None and group.is_organization and config.gate_enforced():
            tk.check_access(name, context, data_dict)
            raise tk.ValidationError({"id": [tk._("This is an organization, not a group.")]})
        _refuse_moving_what_stands_still(name, context, data_dict, group)
        return next_action(context, data_dict)

    of_groups_alone.__name__ = name
    of_groups_alone.__doc__ = (
        f"As ``{name}`` of CKAN, which would take an organisation, too, and with less care."
    )
    return of_groups_alone


@tk.chained_action
def group_create(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Make a group; not with datasets in it that stand still."""
    posted.check(data_dict)
    _refuse_moving_what_stands_still("group_create", context, data_dict, None)
    return next_action(context, data_dict)


@tk.chained_action
def organization_create(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Make an organisation; not below one that holds a role."""
    posted.check(data_dict)
    _refuse_reviewing_parents("organization_create", context, data_dict)
    return next_action(context, data_dict)


@tk.chained_action
def organization_update(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """Change an organisation. It is not deleted on the way: it may still have datasets."""
    posted.check(data_dict)
    _refuse_reviewing_parents("organization_update", context, data_dict)
    group = _group(data_dict)
    deleted = config.gate_enforced() and data_dict.get("state") == model.State.DELETED
    if deleted and group is not None and _has_datasets(group):
        tk.check_access("organization_update", context, data_dict)
        raise tk.ValidationError(
            {"state": [tk._("Organization cannot be deleted while it still has datasets")]}
        )
    return next_action(context, data_dict)


chained = {
    "group_create": in_words(group_create),
    "organization_create": in_words(organization_create),
    "organization_update": in_words(organization_update),
    "group_update": in_words(_of_groups_alone("group_update")),
    **{name: _of_groups_alone(name) for name in ("group_delete", "group_purge")},
}


def _group(data_dict: DataDict) -> model.Group | None:
    return model.Group.get(data_dict.get("id") or "")


def _has_datasets(group: model.Group) -> bool:
    query = sa.select(model.Package.id).where(
        model.Package.owner_org == group.id, model.Package.state != model.State.DELETED
    )
    return model.Session.scalar(query.limit(1)) is not None


def _refuse_moving_what_stands_still(
    action: str, context: Context, data_dict: DataDict, group: model.Group | None
) -> None:
    """CKAN takes ``packages`` for all datasets of a group: some may come, some may go by it."""
    if "packages" not in data_dict:
        return
    before = {package.id for package in group.packages()} if group is not None else set()
    for package_id in before ^ set(_package_ids(data_dict["packages"])):
        reason = gate.why_not_change(package_id)
        if reason:
            tk.check_access(action, context, data_dict)
            raise gate.GateClosed(reason)


def _refuse_reviewing_parents(action: str, context: Context, data_dict: DataDict) -> None:
    """Admins of a parent edit the data of its children: a reviewer would edit what it reviews."""
    given = data_dict.get("groups")
    named = {
        str(entry.get(key))
        for entry in (given if isinstance(given, list) else ())
        if isinstance(entry, dict)
        for key in ("id", "name")
        if entry.get(key)
    }
    if named and roles.any_holds_a_role(named):
        tk.check_access(action, context, data_dict)
        raise tk.ValidationError({"groups": [tk._(roles.NO_PARENT)]})


def _package_ids(packages: Any) -> Iterable[str]:
    for entry in packages if isinstance(packages, list) else ():
        given = (entry.get("id") or entry.get("name")) if isinstance(entry, dict) else None
        package = model.Package.get(given) if isinstance(given, str) else None
        if package is not None:
            yield package.id
