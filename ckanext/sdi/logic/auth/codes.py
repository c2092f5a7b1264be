"""Who may read reference codes: everyone; new editions are loaded by the Walidata."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict

from ckanext.sdi.lifecycle.roles import WALIDATA, has_role


@tk.auth_allow_anonymous_access
def sdi_code_system_list(context: Context, data_dict: DataDict) -> AuthResult:
    return {"success": True}


@tk.auth_allow_anonymous_access
def sdi_code_system_show(context: Context, data_dict: DataDict) -> AuthResult:
    return {"success": True}


@tk.auth_allow_anonymous_access
def sdi_code_show(context: Context, data_dict: DataDict) -> AuthResult:
    return {"success": True}


@tk.auth_allow_anonymous_access
def sdi_code_search(context: Context, data_dict: DataDict) -> AuthResult:
    return {"success": True}


@tk.auth_allow_anonymous_access
def sdi_code_check(context: Context, data_dict: DataDict) -> AuthResult:
    return {"success": True}


@tk.auth_allow_anonymous_access
def sdi_code_translate(context: Context, data_dict: DataDict) -> AuthResult:
    return {"success": True}


@tk.auth_allow_anonymous_access
def sdi_code_edition_guess(context: Context, data_dict: DataDict) -> AuthResult:
    return {"success": True}


@tk.auth_allow_anonymous_access
def sdi_code_edition_diff(context: Context, data_dict: DataDict) -> AuthResult:
    """Comparing editions is for everyone; reading a file in costs, so it is for those who load."""
    if "upload" in data_dict or "content" in data_dict:
        return sdi_code_edition_load(context, data_dict)
    return {"success": True}


def sdi_code_edition_load(context: Context, data_dict: DataDict) -> AuthResult:
    if has_role(context.get("user"), WALIDATA):
        return {"success": True}
    return {"success": False, "msg": tk._("This needs the role of the Walidata.")}


def sdi_code_edition_show(context: Context, data_dict: DataDict) -> AuthResult:
    return sdi_code_edition_load(context, data_dict)
