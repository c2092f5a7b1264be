"""``/sdi/laporan/<token>``: a report shown to whoever has its link; and the links to one report.

Nothing else of the dataset is shown by it: no rows, no file, no address of the dataset.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response
from flask.wrappers import Response
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi.datastore import outcome, report_links
from ckanext.sdi.views import pemeriksaan
from ckanext.sdi.views.asking import context

blueprint = Blueprint("sdi_laporan", __name__)

LINKS = "/dataset/<id>/resource/<resource_id>/pemeriksaan/tautan"
UNKEPT = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


@blueprint.route("/sdi/laporan/<token>")
def read(token: str) -> Response:
    """The report of the newest check, or one of its tasks."""
    found = report_links.resource_of(token)
    if found is None:
        return tk.abort(404, tk._("This link shows nothing: it has ended or was withdrawn."))
    resource, link = found
    check = outcome.of(resource)
    task = pemeriksaan.chosen_task(check)
    page = tk.render(
        "sdi/laporan/read.html",
        {
            "name": resource.name or tk._("Unnamed resource"),
            "last_day": link.last_day,
            "check": check,
            "task": task,
            "report": {"endpoint": "sdi_laporan.read", "place": {"token": token}},
            "cells": pemeriksaan.cells(check, task, with_rows=False),
        },
    )
    return _unkept(page)


@blueprint.route(LINKS)
def links(id: str, resource_id: str) -> Response:
    """The links to a report, and a form for another."""
    return _links_page(id, resource_id)


@blueprint.route(LINKS, methods=["POST"])
def make(id: str, resource_id: str) -> Response:
    """Make a link. Its address is shown on the page that answers, and never again."""
    _only_who_may(id, resource_id)
    asked = {"id": resource_id, "last_day": tk.request.form.get("last_day", "")}
    try:
        made = tk.get_action("sdi_report_link_create")(context(), asked)
    except tk.ValidationError as error:
        return _links_page(id, resource_id, errors=error.error_dict, status=422)
    return _links_page(id, resource_id, made=made)


@blueprint.route(f"{LINKS}/<link>/cabut", methods=["POST"])
def withdraw(id: str, resource_id: str, link: str) -> BaseResponse:
    """Withdraw a link."""
    _only_who_may(id, resource_id)
    try:
        tk.get_action("sdi_report_link_delete")(context(), {"id": resource_id, "link": link})
    except tk.ObjectNotFound:
        h.flash_error(tk._("There is no such link."))
    else:
        h.flash_success(tk._("The link was withdrawn. It shows nothing any more."))
    return h.redirect_to("sdi_laporan.links", id=id, resource_id=resource_id)


def _only_who_may(id: str, resource_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    pkg_dict, resource = pemeriksaan.shown(id, resource_id)
    pemeriksaan.only_who_may_update(pkg_dict)
    return pkg_dict, resource


def _links_page(
    id: str,
    resource_id: str,
    *,
    made: dict[str, Any] | None = None,
    errors: dict[str, Any] | None = None,
    status: int = 200,
) -> Response:
    pkg_dict, resource = _only_who_may(id, resource_id)
    found = tk.get_action("sdi_report_link_list")(context(), {"id": resource_id})
    page = tk.render(
        "sdi/laporan/links.html",
        {
            "pkg_dict": pkg_dict,
            "dataset_type": pkg_dict["type"],
            "resource": resource,
            "links": found["results"],
            "made": made,
            "errors": errors or {},
            "today": report_links.today(),
            "latest": report_links.today() + report_links.LONGEST,
        },
    )
    response = _unkept(page)
    response.status_code = status
    return response


def _unkept(page: str) -> Response:
    response = make_response(page)
    response.headers.update(UNKEPT)
    return response
