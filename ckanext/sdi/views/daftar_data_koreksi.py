"""``/sdi/daftar-data/<id>/koreksi``: the correction of one item, with its reason."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi.daftar_data import search
from ckanext.sdi.logic.daftar_data_schema import CORRECTABLE
from ckanext.sdi.rules.daftar_data_list import field_schema
from ckanext.sdi.views.asking import context, may
from ckanext.sdi.views.daftar_data_words import (
    every_label,
    not_allowed,
    shown_item,
)

blueprint = Blueprint("sdi_daftar_data_koreksi", __name__, url_prefix="/sdi/daftar-data")

ASKED = (*CORRECTABLE, "status", "id_ddp", "organization", "table_schema", "reason")
LONG = 500
"""Columns that may be longer than this are written in a larger field."""


@blueprint.route("/<id>/koreksi")
def read(id: str) -> Response | BaseResponse | str:
    """The form, filled with what the list says."""
    if not may("sdi_daftar_data_item_update"):
        return not_allowed()
    return _form(shown_item(id))


@blueprint.route("/<id>/koreksi", methods=["POST"])
def save(id: str) -> Response | BaseResponse | str:
    """Keep the correction; who did it, when and why stands on the item's page."""
    form = {name: tk.request.form[name].strip() for name in ASKED if name in tk.request.form}
    edition = tk.request.args.get("edition", "")
    asked = {**_changed(shown_item(id), form), "id": id, "edition": edition}
    try:
        result = tk.get_action("sdi_daftar_data_item_update")(context(), asked)
    except tk.NotAuthorized:
        return not_allowed()
    except tk.ObjectNotFound as error:
        return tk.abort(404, str(error))
    except tk.ValidationError as error:
        return make_response(_form(shown_item(id), form, dict(error.error_dict)), 422)
    h.flash_success(
        tk._("The correction was kept.") if result["changed"] else tk._("Nothing was changed.")
    )
    for found in result["findings"]:
        h.flash_notice(found["message"])
    return h.redirect_to("sdi_daftar_data.read", id=id, edition=edition or None)


def _changed(item: dict[str, Any], form: dict[str, str]) -> dict[str, str]:
    """What was typed, without the columns that the person left as they were.

    A browser sends line breaks in another way than the list may have them.
    """
    typed = {name: _one_break(value) for name, value in form.items()}
    return {
        name: value
        for name, value in typed.items()
        if name not in CORRECTABLE or value != _one_break(_written(item[name])).strip()
    }


def _written(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else value or ""


def _one_break(text: str) -> str:
    return text.replace("\r\n", "\n")


def _form(
    item: dict[str, Any], form: dict[str, str] | None = None, errors: dict[str, Any] | None = None
) -> str:
    return tk.render(
        "sdi/daftar_data/koreksi.html",
        {
            "item": item,
            "columns": [] if item["level"] == "pusat" else [_column(name) for name in CORRECTABLE],
            "all_organizations": search.organizations(everyone=True),
            "typed": {name: _written(item[name]) for name in (*CORRECTABLE, "id_ddp")}
            | (form or {}),
            "form": form or {},
            "errors": errors or {},
            **every_label(),
        },
    )


def _column(name: str) -> dict[str, Any]:
    """How a column is asked for."""
    rule = field_schema(name)
    return {
        "name": name,
        "choices": rule.get("enum", []),
        "length": rule.get("maxLength", LONG),
        "long": rule.get("maxLength", 0) > LONG,
    }
