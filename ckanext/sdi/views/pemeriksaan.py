"""``/dataset/<id>/resource/<resource_id>/pemeriksaan``: the check of a file, from the column
standard over its progress to every bad cell.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi.codes import SYSTEMS
from ckanext.sdi.datastore import column_form, outcome, standard, task_page
from ckanext.sdi.views.asking import context

blueprint = Blueprint(
    "sdi_pemeriksaan",
    __name__,
    url_prefix="/dataset/<id>/resource/<resource_id>/pemeriksaan",
)

PAGE_SIZE = 50


def shown(id: str, resource_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The dataset and its resource; the page is not there for who may not see them."""
    try:
        pkg_dict = tk.get_action("package_show")(context(), {"id": id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("Dataset not found"))
    for resource in pkg_dict["resources"]:
        if resource["id"] == resource_id:
            return pkg_dict, resource
    return tk.abort(404, tk._("Resource not found"))


def _may(action: str, resource_id: str) -> bool:
    return bool(h.check_access(action, {"id": resource_id}))


def there(id: str, resource_id: str) -> BaseResponse:
    """Back to the page of the check."""
    return h.redirect_to("sdi_pemeriksaan.read", id=id, resource_id=resource_id)


@blueprint.route("")
def read(id: str, resource_id: str) -> str:
    """The page: progress while the check runs, then the report."""
    pkg_dict, resource = shown(id, resource_id)
    try:
        check = tk.get_action("sdi_resource_check_show")(context(), {"id": resource_id})
    except tk.NotAuthorized:
        return tk.abort(404, tk._("Resource not found"))
    task = chosen_task(check)
    return tk.render(
        f"sdi/pemeriksaan/{'task' if task else 'read'}.html",
        {
            "pkg_dict": pkg_dict,
            "dataset_type": pkg_dict["type"],
            "resource": resource,
            "check": check,
            "report": {
                "endpoint": "sdi_pemeriksaan.read",
                "place": {"id": pkg_dict["name"], "resource_id": resource_id},
            },
            "cells": cells(check, task, with_rows=True),
            "may_update": _may("package_update", pkg_dict["id"]),
            "may_check": _may("sdi_resource_check", resource_id),
            "has_item_standard": standard.of_item(pkg_dict["id"]) is not None,
            "has_previous": standard.of_previous(pkg_dict["id"], resource_id) is not None,
        },
    )


def chosen_task(check: dict[str, Any]) -> dict[str, Any] | None:
    """The task that the address names by its rule and column, with those beside it."""
    rule, column = tk.request.args.get("rule"), tk.request.args.get("column", "")
    tasks = (check.get("tasks") or []) if check["state"] in ("passed", "failed") else []
    for number, task in enumerate(tasks):
        if (task["rule"], task["column"]) == (rule, column):
            former = tasks[number - 1] if number else None
            following = tasks[number + 1] if number + 1 < len(tasks) else None
            return {**task, "former": former, "following": following}
    return None


def cells(
    check: dict[str, Any], task: dict[str, Any] | None, *, with_rows: bool
) -> dict[str, Any] | None:
    """One page of the bad cells: of all, or of one task.

    :param with_rows: whether the rows that they stand in are shown too
    """
    tasks = check.get("tasks") or []
    if not tasks or check["state"] not in ("passed", "failed"):
        return None
    total = task["count"] if task else sum(one["count"] for one in tasks)
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(tk.request.args.get("page", 1, type=int), 1), pages)
    findings, told = outcome.cells(
        check,
        rule=task["rule"] if task else None,
        column=task["column"] if task else None,
        offset=(page - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
    )
    for number, finding in enumerate(told, 1):
        finding["anchor"] = f"sel-{number}"
    return {
        "task": task,
        "total": total,
        "page": page,
        "pages": pages,
        "first": (page - 1) * PAGE_SIZE + 1,
        "findings": told,
        "grid": task_page.grid(check, findings, told) if task and with_rows else None,
    }


@blueprint.route("/ulang", methods=["POST"])
def again(id: str, resource_id: str) -> BaseResponse:
    """Check the file once more."""
    shown(id, resource_id)
    try:
        tk.get_action("sdi_resource_check")(context(), {"id": resource_id})
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Only the office that owns the dataset can start its check."))
    except tk.ValidationError as error:
        h.flash_error(sentences(error))
    else:
        h.flash_success(tk._("The file is being checked again."))
    return there(id, resource_id)


@blueprint.route("/standar")
def columns(id: str, resource_id: str) -> str | BaseResponse:
    """A column standard to look over before it is taken: the item's, the file's, or the own."""
    pkg_dict, resource = shown(id, resource_id)
    only_who_may_update(pkg_dict)
    source = tk.request.args.get("dari", "")
    try:
        proposed = _proposal(resource, source)
    except tk.ValidationError as error:
        h.flash_error(sentences(error))
        return there(id, resource_id)
    return columns_page(pkg_dict, resource, proposed, {})


def _proposal(resource: dict[str, Any], source: str) -> dict[str, Any]:
    if source == "sekarang" and resource.get("table_schema"):
        return {"source": "own", "table_schema": resource["table_schema"]}
    asked = {"item": "item", "berkas": "file", "sebelumnya": "previous"}.get(source)
    call = {"id": resource["id"], **({"source": asked} if asked else {})}
    return tk.get_action("sdi_table_schema_propose")(context(), call)


def columns_page(
    pkg_dict: dict[str, Any],
    resource: dict[str, Any],
    proposed: dict[str, Any],
    errors: dict[str, Any],
) -> str:
    """A column standard as a form, to be looked over."""
    return tk.render(
        "sdi/pemeriksaan/standar.html",
        {
            "pkg_dict": pkg_dict,
            "dataset_type": pkg_dict["type"],
            "resource": resource,
            "source": proposed["source"],
            "rows": column_form.rows_of(proposed["table_schema"]),
            "base": json.dumps(proposed["table_schema"], ensure_ascii=False),
            "reference_date": column_form.reference_of(proposed["table_schema"]),
            "layout": column_form.layout_of(proposed["table_schema"]),
            "types": column_form.TYPES,
            "systems": {name: system.title for name, system in SYSTEMS.items()},
            "levels": column_form.LEVELS,
            "errors": errors,
            "has_item_standard": standard.of_item(pkg_dict["id"]) is not None,
            "has_previous": standard.of_previous(pkg_dict["id"], resource["id"]) is not None,
        },
    )


@blueprint.route("/standar", methods=["POST"])
def take(id: str, resource_id: str) -> str | BaseResponse:
    """Take a column standard as it was looked over; the file's check starts with it."""
    pkg_dict, resource = shown(id, resource_id)
    only_who_may_update(pkg_dict)
    try:
        schema = column_form.read(tk.request.form)
    except column_form.BadFormError:
        return tk.abort(400, tk._("The form was sent incompletely. Open it again."))
    try:
        tk.get_action("resource_patch")(
            context(), {"id": resource_id, "table_schema": json.dumps(schema)}
        )
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Only the office that owns the dataset can change it."))
    except tk.ValidationError as error:
        proposed = {"source": tk.request.form.get("source", ""), "table_schema": schema}
        return columns_page(pkg_dict, resource, proposed, error.error_dict)
    h.flash_success(tk._("The column standard was taken. The file is being checked."))
    return there(id, resource_id)


def only_who_may_update(pkg_dict: dict[str, Any]) -> None:
    """Nobody else goes on."""
    if not _may("package_update", pkg_dict["id"]):
        tk.abort(403, tk._("Only the office that owns the dataset can change it."))


def sentences(error: tk.ValidationError) -> str:
    """What an error says, without the names of its fields."""
    return " ".join(_texts(error.error_dict))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    else:
        for each in value:
            yield from _texts(each)
