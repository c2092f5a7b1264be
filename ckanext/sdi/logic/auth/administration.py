"""Roles are given by sysadmins only, so these refuse everyone; a sysadmin passes CKAN's auth."""

from __future__ import annotations

from ckan.types import AuthResult, Context, DataDict


def sdi_role_list(context: Context, data_dict: DataDict) -> AuthResult:
    return {"success": False}


def sdi_role_set(context: Context, data_dict: DataDict) -> AuthResult:
    return {"success": False}
