"""CKAN's and ckanext-harvest's auth functions that would show what is private."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthFunction, AuthResult, Context, DataDict

from ckanext.sdi.lifecycle import visible

NextAuth = AuthFunction


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def harvest_object_show(
    next_auth: NextAuth, context: Context, data_dict: DataDict | None
) -> AuthResult:
    """A harvest object holds the whole harvested dataset: shown to who may see the dataset."""
    package_id = _harvested_package_id(data_dict or {})
    package = model.Package.get(package_id) if package_id else None
    if package is None or not visible.may_see(context, package):
        return {"success": False}
    return next_auth(context, data_dict or {})


@tk.chained_auth_function
def harvest_object_list(
    next_auth: NextAuth, context: Context, data_dict: DataDict | None
) -> AuthResult:
    """The list of harvest objects needs a login; anonymous it would name private datasets."""
    if not context.get("user"):
        return {"success": False}
    return next_auth(context, data_dict or {})


def _harvested_package_id(data_dict: DataDict) -> str | None:
    """The dataset of the object that the action will show: it looks for ``id`` first."""
    from ckanext.harvest.model import HarvestObject

    if not data_dict.get("id"):
        return data_dict.get("dataset_id")
    if data_dict.get("attr"):
        # Several objects may have one ``guid``: which of them is shown is not sure.
        return None
    harvested: Any = model.Session.get(HarvestObject, data_dict["id"])
    return harvested.package_id if harvested else None


chained_with = {
    "harvest": {
        "harvest_object_show": harvest_object_show,
        "harvest_object_list": harvest_object_list,
    }
}
