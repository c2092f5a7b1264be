"""``/sdi/kode``: the code systems, their lists, a page a code, and a box to try one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk
from ckan.lib.formatters import localised_number
from ckan.lib.helpers import Page
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi import codes
from ckanext.sdi.codes.explain import explain
from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.rules.codes import judge_code
from ckanext.sdi.views.asking import context, may

blueprint = Blueprint("sdi_kode", __name__, url_prefix="/sdi/kode")

PER_PAGE = 50
LEVEL_LABELS = {
    "provinsi": N_("Provinces"),
    "kab_kota": N_("Regencies and cities"),
    "kecamatan": N_("Districts"),
    "desa": N_("Villages"),
}
KIND_LABELS = {
    "provinsi": N_("Province"),
    "kabupaten": N_("Regency"),
    "kota": N_("City"),
    "kecamatan": N_("District"),
    "kelurahan": N_("Kelurahan"),
    "desa": N_("Desa"),
    "desa_adat": N_("Desa adat"),
}
EVENT_LABELS = {
    "new": N_("New"),
    "abolish": N_("Gone, without a known successor"),
    "recode": N_("Given another code"),
    "rename": N_("Renamed"),
    "respell": N_("Spelled otherwise"),
    "split": N_("Split"),
    "merge": N_("Merged"),
    "move": N_("Moved to another area, with another code"),
}


def _action(name: str, data: dict[str, Any]) -> Any:
    return tk.get_action(name)(context(), data)


def _labels() -> dict[str, Any]:
    return {
        "level_labels": LEVEL_LABELS,
        "kind_labels": KIND_LABELS,
        "event_labels": EVENT_LABELS,
    }


@blueprint.route("")
def index() -> str | BaseResponse:
    """The code systems, with a search over Kode Wilayah."""
    q = tk.request.args.get("q", "").strip()
    if q:
        return h.redirect_to("sdi_kode.system", system="kode_wilayah", q=q)
    systems = _action("sdi_code_system_list", {})["results"]
    return tk.render("sdi/kode/index.html", {"systems": systems, **_labels()})


@blueprint.route("/<system>")
def system(system: str) -> str | tuple[str, int]:
    """A system: its list to search and browse, or what its codes are made of."""
    return _system_page(_system_or_404(system))


@blueprint.route("/<system>", methods=["POST"])
def try_code(system: str) -> Response:
    """Judge one value and take it apart; it is in the body of the request and kept by nobody."""
    found = _system_or_404(system)
    value = tk.request.form.get("value", "")[:200]
    tried = {
        "value": value,
        "shown": codes.mask(system, value),
        "findings": [finding.as_dict(tk._) for finding in judge_code(system, value)],
        "parts": explain(system, value),
        "normal": codes.normalise(system, value),
    }
    response = make_response(_system_page(found, tried))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/<system>/<code>")
def code(system: str, code: str) -> str:
    """One code: what it means, its parents, children, history and successors."""
    found_system = _system_or_404(system)
    asked = {"system": system, "code": code[:200], "at": tk.request.args.get("at", "")}
    try:
        found = _action("sdi_code_show", asked)
    except tk.ObjectNotFound:
        tk.abort(404, tk._("There is no such code. Search for it by name or by part of the code."))
    except tk.ValidationError as error:
        tk.abort(400, " ".join(error.error_summary.values()))
    list_ = codes.vocabulary(system)
    number = h.get_page_number(tk.request.args)
    children = list_.children(found["code"])
    page = Page(
        collection=children[(number - 1) * PER_PAGE : number * PER_PAGE],
        page=number,
        items_per_page=PER_PAGE,
        item_count=len(children),
        presliced_list=True,
        url=lambda **kwargs: h.url_for(
            "sdi_kode.code", system=system, code=found["code"], **kwargs
        ),
    )
    extra = {
        "system": found_system,
        "code": found,
        "page": page,
        "versions": list_.versions(found["code"]),
        "labels_of": {
            other: (list_.get(other) or found)
            for event in found["history"]
            for other in (event["old"], event["new"])
            if other
        },
    }
    return tk.render("sdi/kode/code.html", {**extra, **_labels()})


def _system_or_404(system: str) -> dict[str, Any]:
    try:
        return _action("sdi_code_system_show", {"id": system})
    except (tk.ObjectNotFound, tk.ValidationError):
        tk.abort(404, tk._("There is no such code system."))


def _system_page(system: dict[str, Any], tried: dict[str, Any] | None = None) -> str:
    extra: dict[str, Any] = {"system": system, "tried": tried, **_labels()}
    extra["may_load"] = system["kind"] == "list" and may("sdi_code_edition_load")
    counts = system.get("counts", {})
    extra["counts"] = {level: localised_number(count) for level, count in counts.items()}
    if codes.has_vocabulary(system["id"]):
        extra |= _listing(system)
    return tk.render("sdi/kode/system.html", extra)


def _listing(system: dict[str, Any]) -> dict[str, Any]:
    """What the search found, or the topmost codes."""
    query = {name: tk.request.args.get(name, "").strip() for name in ("q", "level", "at")}
    number = h.get_page_number(tk.request.args)
    asked = {**query, "system": system["id"], "limit": PER_PAGE, "offset": (number - 1) * PER_PAGE}
    if not query["q"] and not query["level"] and system["levels"]:
        asked["level"] = system["levels"][0]
    errors: dict[str, str] = {}
    found: dict[str, Any] = {"count": 0, "results": []}
    try:
        found = _action("sdi_code_search", asked)
    except tk.ValidationError as error:
        errors = error.error_summary
    page = Page(
        collection=found["results"],
        page=number,
        items_per_page=PER_PAGE,
        item_count=found["count"],
        presliced_list=True,
        url=lambda **kwargs: h.url_for("sdi_kode.system", system=system["id"], **kwargs),
    )
    return {"query": query, "found": found, "errors": errors, "page": page}
