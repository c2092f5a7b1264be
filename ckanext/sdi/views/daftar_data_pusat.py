"""``/sdi/daftar-data/edisi/<id>/pusat``: many items compared with the centre's list at once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi.views.asking import context, may, page_of
from ckanext.sdi.views.daftar_data_words import (
    edition_or_404,
    every_label,
    not_allowed,
)

blueprint = Blueprint("sdi_daftar_data_pusat", __name__, url_prefix="/sdi/daftar-data")

PER_PAGE = 20
NOT_REFERRING, OTHER = "-", "?"
"""What a person chooses beside the id of the centre's item: it does not refer, or another id."""


@blueprint.route("/edisi/<id>/pusat")
def read(id: str) -> Response | BaseResponse | str:
    """Items that wait, each with proposals; nothing is chosen before a person chooses."""
    if not may("sdi_daftar_data_items_confirm"):
        return not_allowed()
    return _page(id)


@blueprint.route("/edisi/<id>/pusat", methods=["POST"])
def save(id: str) -> Response | BaseResponse | str:
    """Keep what was chosen on the page: all of it or nothing."""
    form = {name: value.strip() for name, value in tk.request.form.items()}
    asked = {"edition": id, "items": _said(form), "reason": form.get("reason", "")}
    try:
        result = tk.get_action("sdi_daftar_data_items_confirm")(context(), asked)
    except tk.NotAuthorized:
        return not_allowed()
    except tk.ObjectNotFound as error:
        return tk.abort(404, str(error))
    except tk.ValidationError as error:
        errors = dict(error.error_dict)
        if not asked["items"]:
            errors = {"items": [tk._("Nothing was chosen yet.")]}
        return make_response(_page(id, form, errors), 422)
    text = tk.ungettext(
        "{n} item was compared; {left} still wait.",
        "{n} items were compared; {left} still wait.",
        result["confirmed"],
    )
    h.flash_success(text.format(n=result["confirmed"], left=result["left"]))
    return h.redirect_to("sdi_daftar_data_pusat.read", id=id)


def _said(form: dict[str, str]) -> list[dict[str, str]]:
    """What was chosen, item by item; items left alone are not in it."""
    said = []
    for name, chosen in form.items():
        kind, _, item = name.partition("/")
        if kind != "item" or not chosen:
            continue
        if chosen == NOT_REFERRING:
            said.append({"id": item, "status": "tidak_mengacu"})
        else:
            id_ddp = form.get(f"other/{item}", "") if chosen == OTHER else chosen
            said.append({"id": item, "status": "mengacu", "id_ddp": id_ddp})
    return said


def _page(id: str, form: dict[str, str] | None = None, errors: dict[str, Any] | None = None) -> str:
    edition = edition_or_404(id)
    number = h.get_page_number(tk.request.args)
    asked = {"edition": id, "limit": PER_PAGE, "offset": (number - 1) * PER_PAGE}
    found = tk.get_action("sdi_daftar_data_items_propose")(context(), asked)
    page = page_of(found["results"], count=found["count"], number=number, per_page=PER_PAGE)
    return tk.render(
        "sdi/daftar_data/pusat.html",
        {
            "edition": edition,
            "found": found,
            "page": page,
            "form": form or {},
            "errors": errors or {},
            "not_referring": NOT_REFERRING,
            "other": OTHER,
            **every_label(),
        },
    )
