"""``/sdi/periksa``: a file checked without handing it in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import helper_functions as h
from ckan.lib.uploader import get_max_resource_size

from ckanext.sdi.check.kind import ENDINGS
from ckanext.sdi.check.table import Limits
from ckanext.sdi.daftar_data import search
from ckanext.sdi.logic.validators import LONGEST_TABLE_SCHEMA
from ckanext.sdi.model import ItemVersion
from ckanext.sdi.views.asking import context

blueprint = Blueprint("sdi_periksa", __name__)

TEXTS = ("item", "table_schema", "periode_data")
MOST_ITEMS = 500


class _Unusable(Exception):
    """What is wrong with the file that holds a column standard."""


def _to_login() -> BaseResponse:
    return h.redirect_to("user.login", came_from=h.url_for("sdi_periksa.index"))


@blueprint.route("/sdi/periksa")
def index() -> str | BaseResponse:
    """The form."""
    if not tk.current_user.is_authenticated:
        return _to_login()
    return _page({"item": tk.request.args.get("item", "").strip()})


@blueprint.route("/sdi/periksa", methods=["POST"])
def check() -> Response | BaseResponse:
    """The report on a file, with the form for the next."""
    if not tk.current_user.is_authenticated:
        return _to_login()
    form = {name: tk.request.form.get(name, "").strip() for name in TEXTS}
    try:
        given = {**form, "table_schema": _schema_file() or form["table_schema"]}
        asked = {**given, "upload": tk.request.files.get("upload")}
        report = tk.get_action("sdi_file_check")(context(), asked)
    except _Unusable as error:
        return _refused(form, {"table_schema": [str(error)]})
    except tk.ObjectNotFound:
        return _refused(form, {"item": [tk._("There is no such item in the Daftar Data.")]})
    except tk.ValidationError as error:
        return _refused(form, dict(error.error_dict))
    # A standard that came as a file is in the form for the next check.
    return _unkept(_page({**form, "table_schema": given["table_schema"]}, report=report))


def _schema_file() -> str:
    """The text of the file with a column standard, empty without one."""
    file = tk.request.files.get("table_schema_file")
    if file is None or not file.filename:
        return ""
    content = file.stream.read(LONGEST_TABLE_SCHEMA + 1)
    if len(content) > LONGEST_TABLE_SCHEMA:
        raise _Unusable(tk._("The file with the column standard is too large to be one."))
    try:
        return content.decode("utf-8-sig").strip() or "{}"
    except UnicodeDecodeError as error:
        raise _Unusable(tk._("The file with the column standard is no JSON in UTF-8.")) from error


def _refused(form: dict[str, str], errors: dict[str, Any]) -> Response:
    response = _unkept(_page(form, errors=errors))
    response.status_code = 422
    return response


def _unkept(page: str) -> Response:
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(
    form: dict[str, str],
    *,
    errors: dict[str, Any] | None = None,
    report: dict[str, Any] | None = None,
) -> str:
    return tk.render(
        "sdi/periksa/index.html",
        {
            "form": form,
            "errors": errors or {},
            "report": report,
            "cells": _cells(report) if report else None,
            "items": _items(form.get("item", "")),
            "megabytes": get_max_resource_size(),
            "columns": Limits().columns,
            "endings": ",".join(ENDINGS),
        },
    )


def _items(chosen: str) -> list[dict[str, Any]]:
    """The items that may be chosen: those of one's offices, and the one that was."""
    named = {version.item_id: version.nama_data for version in _own()}
    if chosen and chosen not in named:
        try:
            # By another of its ids, or of another office.
            item = tk.get_action("sdi_daftar_data_show")(context(), {"id": chosen})
        except (tk.ObjectNotFound, tk.ValidationError):
            chosen = ""
        else:
            chosen = item["id"]
            named.setdefault(chosen, item["nama_data"])
    return [
        {"value": value, "text": text, "selected": value == chosen} for value, text in named.items()
    ]


def _own() -> list[ItemVersion]:
    mine = tk.get_action("organization_list_for_user")(context(), {"permission": "update_dataset"})
    return search.with_standard([office["id"] for office in mine], most=MOST_ITEMS)


def _cells(report: dict[str, Any]) -> dict[str, Any] | None:
    """The findings as the list of cells shows them; a task leads to the first of its own."""
    findings = report["findings"]
    if not findings or report["state"] == "unreadable":
        return None
    tasks = {(task["rule"], task["column"]): task for task in report["tasks"]}
    for number, finding in enumerate(findings):
        task = tasks.pop((finding["rule"], finding.get("column", "")), None)
        if task is not None:
            task["anchor"] = finding["anchor"] = f"sel-{number}"
    return {
        "task": None,
        "total": report["count"],
        "page": 1,
        "pages": 1,
        "first": 1,
        "findings": findings,
    }
