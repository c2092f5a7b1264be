"""``/ckan-admin/sdi``: which organisations hold which role, and the settings the gate needs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi import config
from ckanext.sdi.lifecycle import presence
from ckanext.sdi.lifecycle.labels import JENIS_DATA
from ckanext.sdi.model.role import ROLES

blueprint = Blueprint("sdi_admin", __name__, url_prefix="/ckan-admin/sdi")


@blueprint.before_request
def _only_sysadmins() -> None:
    try:
        tk.check_access("sysadmin", {})
    except tk.NotAuthorized:
        tk.abort(403, tk._("Need to be system administrator to administer"))


@blueprint.route("")
def index() -> str:
    """The page."""
    return _page({})


def _page(errors: dict[str, Any]) -> str:
    organizations = tk.get_action("organization_list")({}, {"all_fields": True, "limit": 1000})
    return tk.render(
        "sdi/admin/index.html",
        {
            "assignments": tk.get_action("sdi_role_list")({}, {})["results"],
            "organizations": organizations,
            "roles": ROLES,
            "kinds": JENIS_DATA,
            "gate_enforced": config.gate_enforced(),
            "profile": config.profile(),
            "missing_settings": list(presence.missing_settings()),
            "errors": errors,
            "form": tk.request.form,
        },
    )


@blueprint.route("/role", methods=["POST"])
def role() -> str | Response:
    """Give a role, or take it."""
    form = tk.request.form
    data = {
        "organization_id": form.get("organization_id", ""),
        "role": form.get("role", ""),
        "jenis_data": form.get("jenis_data", ""),
        "remove": form.get("remove", ""),
    }
    try:
        tk.get_action("sdi_role_set")({}, data)
    except tk.ValidationError as error:
        return _page(error.error_dict)
    h.flash_success(tk._("The roles were changed."))
    return h.redirect_to("sdi_admin.index")
