"""Who sees, and decides on, what a harvest source's portal lists: its office, and the Walidata."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthResult, Context, DataDict

from ckanext.sdi.lifecycle.roles import WALIDATA, has_role, is_produsen


def _of_the_source(context: Context, data_dict: DataDict) -> AuthResult:
    name_or_id = data_dict.get("id")
    source = model.Package.get(name_or_id) if isinstance(name_or_id, str) else None
    user = context.get("user")
    owner = source.owner_org if source is not None and source.type == "harvest" else None
    if has_role(user, WALIDATA) or is_produsen(user, owner):
        return {"success": True}
    text = tk._("This is for the organization of the harvest source, and for the Walidata.")
    return {"success": False, "msg": text}


def sdi_remote_dataset_list(context: Context, data_dict: DataDict) -> AuthResult:
    return _of_the_source(context, data_dict)


def sdi_remote_dataset_confirm(context: Context, data_dict: DataDict) -> AuthResult:
    return _of_the_source(context, data_dict)
