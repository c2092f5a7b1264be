"""Who may start a check, and who may read its findings."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict

from ckanext.sdi.lifecycle import roles


def sdi_resource_check(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may change the resource, and the Walidata, who may read it when it is handed in."""
    walidata = roles.has_role(context.get("user"), roles.WALIDATA)
    return _as("resource_show" if walidata else "resource_update", context, data_dict)


@tk.auth_allow_anonymous_access
def sdi_resource_check_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may see the resource: findings of a private dataset are as private as its file."""
    return _as("resource_show", context, data_dict)


def sdi_table_schema_propose(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may change the resource: a proposal shows what is in its file."""
    return _as("resource_update", context, data_dict)


def sdi_resource_suggestions_apply(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may change the resource: its file becomes another."""
    return _as("resource_update", context, data_dict)


def sdi_report_link_create(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may change the resource: the report shows others what is wrong with it."""
    return _as("resource_update", context, data_dict)


def sdi_report_link_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may make links to the report."""
    return _as("resource_update", context, data_dict)


def sdi_report_link_delete(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may make links to the report."""
    return _as("resource_update", context, data_dict)


def _as(privilege: str, context: Context, data_dict: DataDict) -> AuthResult:
    try:
        tk.check_access(privilege, context, {"id": data_dict["id"]})
    except tk.NotAuthorized:
        return {"success": False}
    return {"success": True}
