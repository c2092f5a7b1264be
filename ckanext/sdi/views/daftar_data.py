"""``/sdi/daftar-data``: the Forum's list, its items, its editions, and bringing in a new one."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Response, make_response
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi.daftar_data import notes, search, store
from ckanext.sdi.daftar_data.difference import OPENNESS
from ckanext.sdi.daftar_data.found import FACETS
from ckanext.sdi.lifecycle.roles import is_produsen
from ckanext.sdi.logic.daftar_data_schema import JENIS_DATA, SCHEDULES
from ckanext.sdi.model.daftar_data import CENTRE_STATUSES, LEVELS
from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.views import daftar_data_pemetaan as pemetaan
from ckanext.sdi.views import daftar_data_temuan as temuan
from ckanext.sdi.views.asking import context, may, page_of
from ckanext.sdi.views.daftar_data_words import (
    edition_or_404,
    every_edition,
    every_label,
    not_allowed,
    shown_item,
)

blueprint = Blueprint("sdi_daftar_data", __name__, url_prefix="/sdi/daftar-data")

PER_PAGE = 20
FIRST = 20
"""So many differences of each kind stand on an edition's own page."""
FORM_LABELS = {
    "daerah": N_("The Forum’s 19 columns"),
    "nasional": N_("The centre’s table (items that refer to it)"),
    "dssd": N_("List of sectoral data (items with a DSSD code)"),
}
FILTERS = ("q", "tahun", "level", "edition", *FACETS)


@blueprint.route("")
def index() -> str:
    """Search, filters and a page of items."""
    query = {name: tk.request.args.get(name, "").strip() for name in FILTERS}
    number = h.get_page_number(tk.request.args)
    window = {"limit": PER_PAGE, "offset": (number - 1) * PER_PAGE}
    asked = {**query, **window, "facets": True}
    editions = every_edition()
    errors: dict[str, Any] = {}
    found: dict[str, Any] = {"count": 0, "results": []}
    try:
        found = tk.get_action("sdi_daftar_data_search")(context(), asked)
    except tk.ValidationError as error:
        errors = error.error_summary
    except tk.ObjectNotFound as error:
        errors = {"edition": str(error)}
    page = page_of(found["results"], count=found["count"], number=number, per_page=PER_PAGE)
    return tk.render(
        "sdi/daftar_data/index.html",
        {
            "found": found,
            "page": page,
            "query": query,
            "errors": errors,
            "editions": editions,
            "organizations": search.organizations(),
            "facets": found.get("facets", {}),
            "years": sorted({edition["tahun"] for edition in editions}, reverse=True),
            "choices": {
                "jenis_data": JENIS_DATA,
                "klasifikasi_risiko": OPENNESS,
                "jadwal_pemutakhiran": SCHEDULES,
                "status": CENTRE_STATUSES,
            },
            "levels": LEVELS,
            "in_force": [level for level in LEVELS if store.edition_in_force(level)],
            **every_label(),
        },
    )


@blueprint.route("/impor", methods=["GET", "POST"])
def import_list() -> Response | BaseResponse | str:
    """The form that takes a list in; a faulty list is told row by row and changes nothing."""
    if not may("sdi_daftar_data_import"):
        return not_allowed()
    form = {name: tk.request.form.get(name, "").strip() for name in ("level", "tahun", "title")}
    columns = pemetaan.columns_of(tk.request.form)
    errors: dict[str, Any] = {}
    if tk.request.method == "POST":
        upload = tk.request.files.get("upload")
        data: dict[str, Any] = {**form, "mapping": pemetaan.mapping_of(tk.request.form)}
        data["upload"] = upload if upload and upload.filename else None
        try:
            result = tk.get_action("sdi_daftar_data_import")(context(), data)
        except tk.ValidationError as error:
            errors = dict(error.error_dict)
            columns = columns or cast("Any", errors.get("columns", []))
        else:
            _tell(result)
            return h.redirect_to("sdi_daftar_data.edition", id=result["edition"]["id"])
    page = tk.render(
        "sdi/daftar_data/import.html",
        {
            "form": form,
            "errors": errors,
            "levels": LEVELS,
            "value_choices": {
                "jenis_data": JENIS_DATA,
                "klasifikasi_risiko": OPENNESS,
                "jadwal_pemutakhiran": SCHEDULES,
            },
            **pemetaan.shown(tk.request.form, columns),
            **temuan.shown(cast("Any", errors.get("findings", []))),
            **every_label(),
        },
    )
    return make_response(page, 422 if errors else 200)


def _tell(result: dict[str, Any]) -> None:
    """What came of an import, and what of the file as a whole should be known."""
    if result["outcome"] == "unchanged":
        h.flash_notice(tk._("This very file is here already: nothing was changed."))
        return
    text = tk.ungettext(
        "The list was imported as a draft: {n} item. It counts once it is agreed to.",
        "The list was imported as a draft: {n} items. It counts once it is agreed to.",
        result["rows"],
    )
    h.flash_success(text.format(n=result["rows"]))
    for found in result["findings"]:
        if "row" not in found:
            h.flash_notice(found["message"])


@blueprint.route("/edisi/<id>")
def edition(id: str) -> str:
    """An edition: where it is from, what it changes, what should be looked at."""
    shown = edition_or_404(id)
    base = search.base_of(id)
    difference = None
    if base is not None:
        asked = {"from": base["id"], "to": id, "limit": FIRST}
        difference = tk.get_action("sdi_daftar_data_diff")(context(), asked)
    return tk.render(
        "sdi/daftar_data/edition.html",
        {
            "edition": shown,
            "base": base,
            "difference": difference,
            "waiting": _waiting(shown, "sdi_daftar_data_items_propose"),
            "strangers": _waiting(shown, "sdi_daftar_data_producers_propose"),
            "notes": notes.of_edition(id) if may("sdi_daftar_data_drafts") else [],
            "forms": [(name, tk._(title)) for name, title in FORM_LABELS.items()],
            "offices": search.organizations(edition_id=id),
            **every_label(),
        },
    )


def _waiting(edition: dict[str, Any], action: str) -> int:
    """How many wait for a person's word on this action's proposals, for those who may give it."""
    if edition["level"] == "pusat" or not may(action):
        return 0
    return tk.get_action(action)(context(), {"edition": edition["id"], "limit": 0})["count"]


@blueprint.route("/edisi/<id>/sepakati", methods=["POST"])
def agree(id: str) -> BaseResponse:
    """Record that the Forum agreed."""
    try:
        tk.get_action("sdi_daftar_data_edition_agree")(context(), {"id": id})
    except tk.NotAuthorized as error:
        return tk.abort(403, str(error) or tk._("Only the Koordinator records this."))
    except tk.ObjectNotFound as error:
        return tk.abort(404, str(error))
    except tk.ValidationError as error:
        h.flash_error(" ".join(error.error_summary.values()))
    else:
        h.flash_success(tk._("The edition is agreed: it counts from now on."))
    return h.redirect_to("sdi_daftar_data.edition", id=id)


@blueprint.route("/edisi/<id>/hapus", methods=["POST"])
def delete(id: str) -> Response | BaseResponse:
    """Delete a draft."""
    if not may("sdi_daftar_data_edition_delete"):
        return not_allowed()
    try:
        tk.get_action("sdi_daftar_data_edition_delete")(context(), {"id": id})
    except tk.ObjectNotFound as error:
        return tk.abort(404, str(error))
    except tk.ValidationError as error:
        h.flash_error(" ".join(error.error_summary.values()))
        return h.redirect_to("sdi_daftar_data.edition", id=id)
    h.flash_success(tk._("The draft is deleted."))
    return h.redirect_to("sdi_daftar_data.index")


@blueprint.route("/<id>")
def read(id: str) -> str:
    """An item: what the list says of it, its column standard, its datasets, its history."""
    item = shown_item(id)
    office = item["organization"]
    return tk.render(
        "sdi/daftar_data/item.html",
        {
            "item": item,
            "datasets": _datasets(item["id"]),
            "may_make": bool(office) and is_produsen(context()["user"], office["id"]),
            "may_correct": may("sdi_daftar_data_item_update"),
            "people": _people(item["corrections"]),
            **every_label(),
        },
    )


def _people(corrections: list[dict[str, Any]]) -> dict[str, str]:
    """Who corrected, by id; nobody is named to readers whom the action does not tell it."""
    ids = {entry["by"] for entry in corrections if entry.get("by")}
    found = {user_id: model.User.get(user_id) for user_id in ids}
    return {user_id: user.display_name for user_id, user in found.items() if user}


def _datasets(item_id: str) -> list[dict[str, Any]]:
    """The item's datasets that the reader may see, those of the newest period first."""
    ids = search.dataset_ids(item_id)
    if not ids:
        return []
    asked = {"fq": f"id:({' OR '.join(ids)})", "include_private": True, "rows": 1000}
    found = tk.get_action("package_search")(context(), asked)["results"]
    return sorted(found, key=lambda dataset: dataset.get("periode_awal") or "", reverse=True)
