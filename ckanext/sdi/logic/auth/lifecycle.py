"""Who may take which step. Deny by default; sysadmins pass CKAN's auth and meet the gate."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthResult, Context, DataDict

from ckanext.sdi.lifecycle import gate, roles, states


def sdi_dataset_submit(context: Context, data_dict: DataDict) -> AuthResult:
    """The office's Produsen and Walidata Pendukung."""
    package = model.Package.get(data_dict["id"])
    if package and roles.is_produsen(context.get("user"), package.owner_org):
        return {"success": True}
    return _refused(tk._("Only the office that owns the dataset hands it in."))


def sdi_dataset_return(context: Context, data_dict: DataDict) -> AuthResult:
    """The Walidata; while the Pembina reviews, the Pembina."""
    if gate.state_of(data_dict["id"]) == states.PEMBINA_REVIEW:
        return _pembina_of(context, data_dict)
    return _walidata(context)


def sdi_dataset_approve(context: Context, data_dict: DataDict) -> AuthResult:
    """The Walidata; while the Pembina reviews, the Pembina."""
    return sdi_dataset_return(context, data_dict)


def sdi_dataset_publish(context: Context, data_dict: DataDict) -> AuthResult:
    """The Walidata alone (Perpres 39/2019: publication is the Walidata's act)."""
    return _walidata(context)


def sdi_dataset_withdraw(context: Context, data_dict: DataDict) -> AuthResult:
    """The Walidata alone."""
    return _walidata(context)


@tk.auth_allow_anonymous_access
def sdi_dataset_conformity(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may read the dataset."""
    return _as_package_show(context, data_dict)


def sdi_dataset_history(context: Context, data_dict: DataDict) -> AuthResult:
    """The office itself and the reviewers who may read the dataset."""
    package = model.Package.get(data_dict["id"])
    user = context.get("user")
    if package and roles.is_produsen(user, package.owner_org):
        return {"success": True}
    if roles.has_role(user, roles.WALIDATA, roles.PEMBINA, roles.KOORDINATOR):
        return _as_package_show(context, data_dict)
    return _refused(tk._("Only the office and the reviewers see a dataset's history."))


def sdi_task_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Everyone who is logged in sees their own tasks."""
    return {"success": bool(context.get("user"))}


def _walidata(context: Context) -> AuthResult:
    if roles.has_role(context.get("user"), roles.WALIDATA):
        return {"success": True}
    return _refused(tk._("Only the Walidata does this."))


def _pembina_of(context: Context, data_dict: DataDict) -> AuthResult:
    package = model.Package.get(data_dict["id"])
    jenis_data = (package.extras or {}).get("jenis_data") if package else None
    user_id = roles.user_id_of(context.get("user"))
    for held in roles.held_by(user_id) if user_id else []:
        if held.role == roles.PEMBINA and held.jenis_data in (None, jenis_data):
            return {"success": True}
    return _refused(tk._("The Pembina Data is checking this dataset."))


def _as_package_show(context: Context, data_dict: DataDict) -> AuthResult:
    try:
        tk.check_access("package_show", context, {"id": data_dict["id"]})
    except tk.NotAuthorized as error:
        return _refused(str(error))
    return {"success": True}


def _refused(message: str) -> AuthResult:
    return {"success": False, "msg": message}
