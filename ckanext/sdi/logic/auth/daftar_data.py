"""Who may keep the Forum's list: the Koordinator, with the Walidata's help; everyone reads it."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthResult, Context, DataDict

from ckanext.sdi import config
from ckanext.sdi.lifecycle.roles import KOORDINATOR, WALIDATA, has_role

FORUM_SOURCE = "sdi_forum"
OWN_SOURCES = (FORUM_SOURCE, "sdi_portal")


def _anyone(context: Context, data_dict: DataDict) -> AuthResult:
    return {"success": True}


def _held(context: Context, *roles: str) -> AuthResult:
    if has_role(context.get("user"), *roles):
        return {"success": True}
    return {"success": False, "msg": tk._("This needs the role of the Koordinator or Walidata.")}


@tk.auth_allow_anonymous_access
def sdi_daftar_data_edition_list(context: Context, data_dict: DataDict) -> AuthResult:
    return _anyone(context, data_dict)


@tk.auth_allow_anonymous_access
def sdi_daftar_data_search(context: Context, data_dict: DataDict) -> AuthResult:
    return _anyone(context, data_dict)


@tk.auth_allow_anonymous_access
def sdi_daftar_data_show(context: Context, data_dict: DataDict) -> AuthResult:
    return _anyone(context, data_dict)


@tk.auth_allow_anonymous_access
def sdi_daftar_data_diff(context: Context, data_dict: DataDict) -> AuthResult:
    return _anyone(context, data_dict)


@tk.auth_allow_anonymous_access
def sdi_daftar_data_status(context: Context, data_dict: DataDict) -> AuthResult:
    return _anyone(context, data_dict)


def sdi_daftar_data_drafts(context: Context, data_dict: DataDict) -> AuthResult:
    """Editions that are not agreed yet are seen by who works on them."""
    return _held(context, KOORDINATOR, WALIDATA)


def sdi_daftar_data_import(context: Context, data_dict: DataDict) -> AuthResult:
    return _held(context, KOORDINATOR, WALIDATA)


def sdi_daftar_data_edition_delete(context: Context, data_dict: DataDict) -> AuthResult:
    return _held(context, KOORDINATOR, WALIDATA)


def sdi_daftar_data_item_update(context: Context, data_dict: DataDict) -> AuthResult:
    return _held(context, KOORDINATOR, WALIDATA)


def sdi_daftar_data_items_propose(context: Context, data_dict: DataDict) -> AuthResult:
    return _held(context, KOORDINATOR, WALIDATA)


def sdi_daftar_data_items_confirm(context: Context, data_dict: DataDict) -> AuthResult:
    return _held(context, KOORDINATOR, WALIDATA)


def sdi_daftar_data_producers_propose(context: Context, data_dict: DataDict) -> AuthResult:
    return _held(context, KOORDINATOR, WALIDATA)


def sdi_daftar_data_producer_confirm(context: Context, data_dict: DataDict) -> AuthResult:
    return _held(context, KOORDINATOR, WALIDATA)


def sdi_daftar_data_edition_agree(context: Context, data_dict: DataDict) -> AuthResult:
    """The Forum agrees to its list; the Koordinator records it."""
    if has_role(context.get("user"), KOORDINATOR):
        return {"success": True}
    return {"success": False, "msg": tk._("Only the Koordinator records what the Forum agreed.")}


@tk.chained_auth_function
def package_create(next_auth: Any, context: Context, data_dict: DataDict | None) -> AuthResult:
    """A harvest source that brings a list is made by who may import one."""
    source_type = (data_dict or {}).get("source_type")
    if source_type == FORUM_SOURCE:
        return _forum_source(next_auth, context, data_dict)
    if _is_foreign(source_type):
        return _sysadmins_alone()
    return next_auth(context, data_dict)


@tk.chained_auth_function
def package_update(next_auth: Any, context: Context, data_dict: DataDict | None) -> AuthResult:
    """A harvest source that brings a list is changed, and run, by who may import one."""
    package = context.get("package") or model.Package.get((data_dict or {}).get("id"))
    stored = package.extras.get("source_type") if package and package.type == "harvest" else None
    posted = (data_dict or {}).get("source_type")
    if FORUM_SOURCE in (stored, posted):
        return _forum_source(next_auth, context, data_dict)
    if posted != stored and _is_foreign(posted):
        return _sysadmins_alone()
    return next_auth(context, data_dict)


def _is_foreign(source_type: str | None) -> bool:
    """Whether a source's harvester is none of the extension's.

    Such a one asks no list, and fetches from addresses within the portal's own network, too.
    """
    return bool(source_type) and source_type not in OWN_SOURCES and config.gate_enforced()


def _sysadmins_alone() -> AuthResult:
    text = tk._("Only a sysadmin makes harvest sources of this type.")
    return {"success": False, "msg": text}


def _forum_source(next_auth: Any, context: Context, data_dict: DataDict | None) -> AuthResult:
    """Besides the right to the list, CKAN's own right to the organisation is needed."""
    if has_role(context.get("user"), KOORDINATOR):
        return next_auth(context, data_dict)
    text = tk._("Only the Koordinator keeps harvest sources that bring a list.")
    return {"success": False, "msg": text}


chained = {"package_create": package_create, "package_update": package_update}
