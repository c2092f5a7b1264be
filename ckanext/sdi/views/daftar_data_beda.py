"""``/sdi/daftar-data/beda``: what differs between two editions of the list, also as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, stream_with_context

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import Page
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi.check.write import neutral
from ckanext.sdi.daftar_data.difference import FLAGS, KINDS, LISTS, Difference
from ckanext.sdi.logic.editions import sees_names_only
from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.views.asking import context, page_of
from ckanext.sdi.views.daftar_data_words import (
    FIELD_LABELS,
    every_edition,
    every_label,
    value_text,
)

blueprint = Blueprint("sdi_daftar_data_beda", __name__, url_prefix="/sdi/daftar-data")

PER_PAGE = 50
ASKED = ("from", "to", "kind")
KIND_LABELS = {
    "new": N_("New"),
    "gone": N_("Gone"),
    "changed": N_("Changed"),
    "moved": N_("Another producer"),
    "lowered": N_("More open"),
}
HEADINGS = (
    N_("Difference"),
    N_("Id"),
    N_("Item"),
    N_("Producer of the data"),
    N_("Column"),
    N_("Before"),
    N_("Now"),
)


@blueprint.route("/beda")
def read() -> str:
    """Two editions to choose, and a page of what differs between them."""
    query = {name: tk.request.args.get(name, "").strip() for name in ASKED}
    query["kind"] = query["kind"] or "changed"
    number = h.get_page_number(tk.request.args)
    found, errors = None, {}
    if query["from"] and query["to"]:
        asked = {**query, "limit": PER_PAGE, "offset": (number - 1) * PER_PAGE}
        try:
            found = tk.get_action("sdi_daftar_data_diff")(context(), asked)
        except tk.ValidationError as error:
            errors = error.error_summary
        except tk.ObjectNotFound as error:
            errors = {"edition": str(error)}
    return tk.render(
        "sdi/daftar_data/beda.html",
        {
            "query": query,
            "found": found,
            "errors": errors,
            "page": _pages(found, query["kind"], number) if found else None,
            "kind_labels": KIND_LABELS,
            "editions": every_edition(),
            **every_label(),
        },
    )


def _pages(found: Mapping[str, Any], kind: str, number: int) -> Page:
    shown = found["changed" if kind in FLAGS else kind]
    return page_of(shown, count=found["counts"][kind], number=number, per_page=PER_PAGE)


@blueprint.route("/beda.csv")
def download() -> Response:
    """All that differs, or one kind of it, as a file: a line for each field that changed."""
    asked = {name: tk.request.args.get(name, "").strip() for name in ASKED}
    try:
        # Who may see the editions, and whether there are such, is for the action to say.
        tk.get_action("sdi_daftar_data_diff")(context(), {**asked, "limit": 0})
    except (tk.ObjectNotFound, tk.ValidationError) as error:
        return tk.abort(404, str(error))
    kinds = (asked["kind"],) if asked["kind"] in KINDS else LISTS
    compared = Difference(asked["from"], asked["to"], by_name=sees_names_only(context()))
    lines = _lines(compared, kinds)
    response = Response(stream_with_context(lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=beda-daftar-data.csv"
    return response


def _lines(difference: Difference, kinds: tuple[str, ...]) -> Iterator[str]:
    yield "\ufeff" + _line(tk._(heading) for heading in HEADINGS)
    for kind in kinds:
        for item in difference.rows(kind):
            known = (tk._(KIND_LABELS[kind]), item["key"], item["nama_data"], item["produsen"])
            for name, pair in item.get("fields", {None: ("", "")}).items():
                column = tk._(FIELD_LABELS[name]) if name else ""
                yield _line((*known, column, *(value_text(name or "", v) for v in pair)))


def _line(cells: Any) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow([neutral(cell or "") for cell in cells])
    return out.getvalue()
