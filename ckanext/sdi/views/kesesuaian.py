"""``/dataset/<id>/kesesuaian``: what a dataset lacks, and the steps that can be taken now."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.wrappers import Response
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi.lifecycle import conformity, states
from ckanext.sdi.rules.catalogue import N_

blueprint = Blueprint("sdi_kesesuaian", __name__, url_prefix="/dataset/<id>/kesesuaian")

STEPS = {
    "submit": states.SUBMIT,
    "return": states.RETURN,
    "approve": states.APPROVE,
    "publish": states.PUBLISH,
    "withdraw": states.WITHDRAW,
}
DONE = {
    "submit": N_("The dataset was handed in. The Walidata will check it."),
    "return": N_("The dataset was returned with your findings."),
    "approve": N_("The dataset was approved."),
    "publish": N_("The dataset is published."),
    "withdraw": N_("The dataset was withdrawn."),
}


def _show(id: str) -> dict[str, Any]:
    try:
        return tk.get_action("package_show")({}, {"id": id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("Dataset not found"))


@blueprint.route("")
def read(id: str) -> str:
    """The conformity page."""
    return _page(_show(id))


def _page(pkg_dict: dict[str, Any], errors: dict[str, Any] | None = None) -> str:
    judged = tk.get_action("sdi_dataset_conformity")({}, {"id": pkg_dict["id"]})
    by_principle = {
        principle: [f for f in judged["findings"] if f["principle"] == principle]
        for principle in conformity.PRINCIPLES
    }
    return tk.render(
        "sdi/kesesuaian/read.html",
        {
            "pkg_dict": pkg_dict,
            "dataset_type": pkg_dict["type"],
            "judged": judged,
            "by_principle": by_principle,
            "principles": conformity.PRINCIPLES,
            "steps": _steps(pkg_dict, judged),
            "history": _history(pkg_dict["id"]),
            "errors": errors or {},
        },
    )


def _steps(pkg_dict: dict[str, Any], judged: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The steps that this user may take, each with why it cannot be taken now, if so."""
    adopted = pkg_dict["sdi"]["adopted"]
    found = {}
    for name, step in STEPS.items():
        from_states = step.from_states
        if name == "submit" and adopted:
            from_states = from_states | {states.PUBLISHED}
        if judged["state"] not in from_states or (name == "withdraw" and adopted):
            continue
        if not h.check_access(f"sdi_dataset_{name}", {"id": pkg_dict["id"]}):
            continue
        blocked = judged["summary"]["blocks"] if name in ("submit", "approve", "publish") else 0
        found[name] = {"blocked": blocked}
    return found


def _history(package_id: str) -> list[dict[str, Any]]:
    try:
        found = tk.get_action("sdi_dataset_history")({}, {"id": package_id})
    except tk.NotAuthorized:
        return []
    return found["results"]


@blueprint.route("/<any(submit, return, approve, publish, withdraw):step>", methods=["POST"])
def take(id: str, step: str) -> str | Response | BaseResponse:
    """Take a step, then show the page again: with what was done, or with what stands against it."""
    pkg_dict = _show(id)
    form = tk.request.form
    data: dict[str, Any] = {"id": pkg_dict["id"]}
    if step == "return":
        data |= {"findings": form.getlist("finding"), "reason": form.get("reason", "")}
    elif step == "withdraw":
        data |= {"reason": form.get("reason", "")}
    try:
        tk.get_action(f"sdi_dataset_{step}")({}, data)
    except tk.NotAuthorized as error:
        return tk.abort(403, str(error))
    except tk.ValidationError as error:
        h.flash_error(tk._("Nothing was changed. See below what stands against it."))
        return _page(pkg_dict, error.error_dict)
    h.flash_success(tk._(DONE[step]))
    return h.redirect_to("sdi_kesesuaian.read", id=pkg_dict["name"])
