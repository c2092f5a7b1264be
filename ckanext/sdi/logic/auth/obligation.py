"""Who records what is owed besides the list; everyone reads it, with its reason."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict

from ckanext.sdi.lifecycle.roles import KOORDINATOR, WALIDATA, has_role


@tk.auth_allow_anonymous_access
def sdi_obligation_list(context: Context, data_dict: DataDict) -> AuthResult:
    return {"success": True}


def sdi_obligation_create(context: Context, data_dict: DataDict) -> AuthResult:
    if has_role(context.get("user"), KOORDINATOR, WALIDATA):
        return {"success": True}
    return {"success": False, "msg": tk._("This needs the role of the Koordinator or Walidata.")}


def sdi_obligation_delete(context: Context, data_dict: DataDict) -> AuthResult:
    return sdi_obligation_create(context, data_dict)


def sdi_expectation_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Everyone who is logged in sees what their own offices owe; who watches over all, all."""
    return {"success": bool(context.get("user"))}


def sdi_coverage(context: Context, data_dict: DataDict) -> AuthResult:
    """How timely every office is, and where each item stands, is seen by who watches over it."""
    return sdi_obligation_create(context, data_dict)
