"""CKAN's own lists of members and roles, under the names that the law gives the roles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import Context, DataDict

from ckanext.sdi.lifecycle import visible
from ckanext.sdi.lifecycle.role_names import role_names

Next = Callable[[Context, DataDict], Any]


@tk.side_effect_free
@tk.chained_action
def member_roles_list(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """The roles to choose from for a member; the form has the organisation in its context."""
    roles = next_action(context, data_dict)
    names = role_names(context.get("group"))
    return [{**role, "text": names.get(role["value"], role["text"])} for role in roles]


@tk.side_effect_free
@tk.chained_action
def member_list(next_action: Next, context: Context, data_dict: DataDict) -> Any:
    """The members of a group, each with its role's name, but no dataset the asker may not see."""
    members = visible.members(context, next_action(context, data_dict))
    names = role_names(model.Group.get(data_dict["id"]))
    told = {authz.trans_role(role): name for role, name in names.items()}
    return [(thing, kind, told.get(role, role)) for thing, kind, role in members]


chained = {"member_roles_list": member_roles_list, "member_list": member_list}
