"""``/sdi/daftar-data/edisi/<id>/produsen``: which office a name in the list stands for."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi.daftar_data import search
from ckanext.sdi.views.asking import context, may, page_of
from ckanext.sdi.views.daftar_data_words import (
    edition_or_404,
    every_label,
    not_allowed,
)

blueprint = Blueprint("sdi_daftar_data_produsen", __name__, url_prefix="/sdi/daftar-data")

PER_PAGE = 20


@blueprint.route("/edisi/<id>/produsen")
def read(id: str) -> Response | BaseResponse | str:
    """Each name that is no organisation, with proposals; a person chooses."""
    if not may("sdi_daftar_data_producer_confirm"):
        return not_allowed()
    return _page(id)


@blueprint.route("/edisi/<id>/produsen", methods=["POST"])
def save(id: str) -> Response | BaseResponse | str:
    """Keep which organisation one name stands for."""
    # The name is sent back as the list has it, spaces and all.
    asked = {name: tk.request.form.get(name, "") for name in ("produsen", "organization")}
    try:
        result = tk.get_action("sdi_daftar_data_producer_confirm")(context(), asked)
    except tk.NotAuthorized:
        return not_allowed()
    except tk.ValidationError as error:
        return make_response(_page(id, dict(error.error_dict)), 422)
    text = tk.ungettext(
        "“{name}” is kept: {n} item was given to the office.",
        "“{name}” is kept: {n} items were given to the office.",
        result["items"],
    )
    h.flash_success(text.format(name=result["produsen"], n=result["items"]))
    return h.redirect_to("sdi_daftar_data_produsen.read", id=id)


def _page(id: str, errors: dict[str, Any] | None = None) -> str:
    edition = edition_or_404(id)
    number = h.get_page_number(tk.request.args)
    asked = {"edition": id, "limit": PER_PAGE, "offset": (number - 1) * PER_PAGE}
    found = tk.get_action("sdi_daftar_data_producers_propose")(context(), asked)
    page = page_of(found["results"], count=found["count"], number=number, per_page=PER_PAGE)
    return tk.render(
        "sdi/daftar_data/produsen.html",
        {
            "edition": edition,
            "found": found,
            "page": page,
            "errors": errors or {},
            "organizations": search.organizations(everyone=True),
            **every_label(),
        },
    )
