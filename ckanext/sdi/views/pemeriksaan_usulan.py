"""``…/pemeriksaan/usulan``: the suggested values of one task, looked over and then taken."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi.lifecycle import gate
from ckanext.sdi.views import pemeriksaan
from ckanext.sdi.views.asking import context, page_of

blueprint = Blueprint(
    "sdi_pemeriksaan_usulan",
    __name__,
    url_prefix="/dataset/<id>/resource/<resource_id>/pemeriksaan/usulan",
)


@blueprint.route("")
def read(id: str, resource_id: str) -> str | BaseResponse:
    """The cells of a task as they are and as they would be."""
    pkg_dict, resource = pemeriksaan.shown(id, resource_id)
    pemeriksaan.only_who_may_update(pkg_dict)
    task = _task(id, resource_id)
    number = max(tk.request.args.get("page", 1, type=int), 1)
    offset = (min(number, 10**6) - 1) * pemeriksaan.PAGE_SIZE
    try:
        looked_at = tk.get_action("sdi_resource_suggestions_apply")(
            context(),
            {**_asked(resource_id, task), "dry_run": True, "offset": offset},
        )
    except tk.ValidationError as error:
        h.flash_error(pemeriksaan.sentences(error))
        return pemeriksaan.there(id, resource_id)
    return tk.render(
        "sdi/pemeriksaan/usulan.html",
        {
            "pkg_dict": pkg_dict,
            "dataset_type": pkg_dict["type"],
            "resource": resource,
            "task": task,
            "looked_at": looked_at,
            "first": offset + 1,
            "reason": looked_at["reason"] or gate.why_not_change(pkg_dict["id"]),
            "page": page_of(
                looked_at["changes"],
                count=looked_at["count"],
                number=number,
                per_page=pemeriksaan.PAGE_SIZE,
            ),
        },
    )


@blueprint.route("", methods=["POST"])
def take(id: str, resource_id: str) -> BaseResponse:
    """Take all suggested values of a task."""
    pkg_dict, _ = pemeriksaan.shown(id, resource_id)
    pemeriksaan.only_who_may_update(pkg_dict)
    form = tk.request.form
    asked = {
        "id": resource_id,
        "rule": form.get("rule", ""),
        "column": form.get("column", ""),
        # Never another file than the one that was looked over.
        "sha256": form.get("sha256", "-"),
    }
    try:
        taken = tk.get_action("sdi_resource_suggestions_apply")(context(), asked)
    except tk.NotAuthorized as error:
        return tk.abort(403, str(error))
    except tk.ValidationError as error:
        h.flash_error(pemeriksaan.sentences(error))
    else:
        told = tk.ungettext(
            "The suggested value was put into %(num)d cell. The file is being checked again.",
            "The suggested values were put into %(num)d cells. The file is being checked again.",
            taken["count"],
        )
        h.flash_success(told)
    return pemeriksaan.there(id, resource_id)


def _task(id: str, resource_id: str) -> dict[str, Any]:
    args = tk.request.args
    check = tk.get_action("sdi_resource_check_show")(context(), {"id": resource_id})
    for task in check.get("tasks") or []:
        if (task["rule"], task["column"]) == (args.get("rule"), args.get("column", "")):
            return task
    return tk.abort(404, tk._("This check has no such task."))


def _asked(resource_id: str, task: dict[str, Any]) -> dict[str, Any]:
    return {"id": resource_id, "rule": task["rule"], "column": task["column"]}
