"""``/sdi/daftar-data/<id>/kewajiban``: who owes an item, period by period, and why."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi.daftar_data import search
from ckanext.sdi.logic.daftar_data_schema import SCHEDULES
from ckanext.sdi.model.obligation import EXCUSED, KINDS, OWED
from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.views.asking import context, may
from ckanext.sdi.views.daftar_data_words import not_allowed, shown_item

blueprint = Blueprint("sdi_daftar_data_kewajiban", __name__, url_prefix="/sdi/daftar-data")

SHOWN = 100
ASKED = ("kind", "organization", "schedule", "grace", "first", "last", "reason")
KIND_LABELS = {OWED: N_("Owes it too"), EXCUSED: N_("Is excused")}


@blueprint.route("/<id>/kewajiban")
def read(id: str) -> str:
    """What is recorded, and what the reader may see of the periods that are owed."""
    return _page(id)


@blueprint.route("/<id>/kewajiban", methods=["POST"])
def record(id: str) -> Response | BaseResponse | str:
    """Record who owes the item too, or is excused."""
    form = {name: tk.request.form.get(name, "").strip() for name in ASKED}
    try:
        tk.get_action("sdi_obligation_create")(context(), {**form, "id": id})
    except tk.NotAuthorized:
        return not_allowed()
    except tk.ObjectNotFound as error:
        return tk.abort(404, str(error))
    except tk.ValidationError as error:
        return make_response(_page(id, form, dict(error.error_dict)), 422)
    h.flash_success(tk._("It was recorded, and counts from now on."))
    return h.redirect_to("sdi_daftar_data_kewajiban.read", id=id)


@blueprint.route("/<id>/kewajiban/<obligation>/cabut", methods=["POST"])
def withdraw(id: str, obligation: str) -> Response | BaseResponse:
    """Take back what was recorded."""
    asked = {"id": id, "obligation": obligation}
    try:
        tk.get_action("sdi_obligation_delete")(context(), asked)
    except tk.NotAuthorized:
        return not_allowed()
    except (tk.ObjectNotFound, tk.ValidationError) as error:
        return tk.abort(404, str(error))
    h.flash_success(tk._("It was taken back: the list alone says now what is owed."))
    return h.redirect_to("sdi_daftar_data_kewajiban.read", id=id)


def _page(id: str, form: dict[str, str] | None = None, errors: dict[str, Any] | None = None) -> str:
    item = shown_item(id)
    found: dict[str, Any] = {"count": 0, "results": []}
    if may("sdi_expectation_list"):
        asked = {"item": item["id"], "limit": SHOWN}
        found = tk.get_action("sdi_expectation_list")(context(), asked)
    return tk.render(
        "sdi/daftar_data/kewajiban.html",
        {
            "item": item,
            "recorded": tk.get_action("sdi_obligation_list")(context(), {"id": item["id"]}),
            "expectations": found,
            "may_watch": may("sdi_coverage"),
            "may_record": may("sdi_obligation_create"),
            "kinds": [(kind, KIND_LABELS[kind]) for kind in KINDS],
            "kind_labels": KIND_LABELS,
            "schedules": SCHEDULES,
            "all_organizations": search.organizations(everyone=True),
            "form": form or {},
            "errors": errors or {},
        },
    )
