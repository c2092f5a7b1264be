"""``/sdi/kode/<system>/muat`` and ``/edisi/<id>``: loading a decree's list, and what it broke."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi.codes import SYSTEMS
from ckanext.sdi.codes.layouts import LAYOUTS
from ckanext.sdi.views.asking import context

blueprint = Blueprint("sdi_kode_edisi", __name__, url_prefix="/sdi/kode")

TEXTS = ("edition", "valid_from", "source", "totals", "successors")


def _system_or_404(system: str) -> dict[str, Any]:
    if system not in LAYOUTS:
        tk.abort(404, tk._("There are no lists of this code system."))
    try:
        tk.check_access("sdi_code_edition_load", context(), {})
    except tk.NotAuthorized as error:
        tk.abort(403, str(error) or tk._("This needs the role of the Walidata."))
    return {"id": system, "title": tk._(SYSTEMS[system].title)}


@blueprint.route("/<system>/muat")
def new(system: str) -> str:
    """The form for a new list."""
    return _page(_system_or_404(system))


@blueprint.route("/<system>/muat", methods=["POST"])
def load(system: str) -> str | BaseResponse:
    """Compare the list, or load it."""
    found = _system_or_404(system)
    form = tk.request.form
    data = {name: value for name in TEXTS if (value := form.get(name, "").strip())}
    asked = {**data, "system": system, "from_empty": bool(form.get("from_empty"))}
    upload = tk.request.files.get("upload")
    if upload is not None and upload.filename:
        asked["upload"] = upload
    else:
        asked["content"] = ""
    try:
        if "load" not in form:
            difference = tk.get_action("sdi_code_edition_diff")(context(), asked)
            return _page(found, data, difference=difference)
        answer = tk.get_action("sdi_code_edition_load")(context(), asked)
    except tk.ValidationError as error:
        return _page(found, data, errors=error.error_dict)
    h.flash_success(tk._("{decree} is loaded.").format(decree=answer["edition"]["decree"]))
    return h.redirect_to("sdi_kode_edisi.read", system=system, id=answer["edition"]["id"])


@blueprint.route("/<system>/edisi/<id>")
def read(system: str, id: str) -> str:
    """What a loaded edition broke, and how far the looking is."""
    found = _system_or_404(system)
    try:
        edition = tk.get_action("sdi_code_edition_show")(context(), {"id": id})
    except (tk.ObjectNotFound, tk.ValidationError):
        tk.abort(404, tk._("There is no such edition."))
    return tk.render("sdi/kode/edition.html", {"system": found, "edition": edition})


def _page(
    system: dict[str, Any],
    data: dict[str, str] | None = None,
    *,
    errors: dict[str, Any] | None = None,
    difference: dict[str, Any] | None = None,
) -> str:
    problems = dict(errors or {})
    count = (problems.pop("problem_count", None) or [0])[0]
    extra = {
        "system": system,
        "data": data or {},
        "errors": problems,
        "problem_count": count,
        "difference": difference,
    }
    return tk.render("sdi/kode/load.html", extra)
