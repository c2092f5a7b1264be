"""``/sdi/panen/<source>``: what a harvest source's portal lists, and which items that may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, make_response
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi.model.remote_dataset import REFUSED, REMOTE_STATES, WAITING
from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.views.asking import context, page_of

blueprint = Blueprint("sdi_panen", __name__, url_prefix="/sdi/panen")

PER_PAGE = 20
TAKE_BACK = "-"
"""What a person chooses to take a confirmation back."""
STATE_LABELS = {
    "refused": N_("Not on the list"),
    "taken": N_("Taken in"),
    "waiting": N_("Waits for its turn in a harvest"),
    "held": N_("Changed there, stands still here"),
    "failed": N_("Could not be taken in"),
    "gone": N_("No longer listed there"),
}
# The badge of each state, in the colours of the lifecycle's.
BADGES = {
    "refused": "draft",
    "taken": "published",
    "waiting": "waiting",
    "held": "returned",
    "failed": "failed",
    "gone": "withdrawn",
}


@blueprint.route("/<id>")
def read(id: str) -> Response | BaseResponse | str:
    """The datasets of one state, first those that the list does not name, with proposals."""
    return _page(id)


@blueprint.route("/<id>", methods=["POST"])
def save(id: str) -> Response | BaseResponse | str:
    """Keep what was chosen on the page: all of it or nothing."""
    form = {name: item for name, item in tk.request.form.items() if name.startswith("item/")}
    chosen = [
        {"guid": name.partition("/")[2], "item": "" if item == TAKE_BACK else item}
        for name, item in form.items()
        if item
    ]
    errors = _confirm(id, chosen)
    if errors:
        return make_response(_page(id, errors, form), 422)
    return h.redirect_to("sdi_panen.read", id=id, state=_state())


@blueprint.route("/<id>/dataset/<guid>")
def choose(id: str, guid: str) -> Response | BaseResponse | str:
    """The items of the list that a dataset may be, whatever its title: found by words."""
    return _items(id, guid)


@blueprint.route("/<id>/dataset/<guid>", methods=["POST"])
def chosen(id: str, guid: str) -> Response | BaseResponse | str:
    """Keep which item a dataset is."""
    item = tk.request.form.get("item", "")
    errors = _confirm(id, [{"guid": guid, "item": item}] if item else [])
    if errors:
        return make_response(_items(id, guid, errors), 422)
    return h.redirect_to("sdi_panen.read", id=id, state=WAITING)


def _confirm(id: str, chosen: list[dict[str, str]]) -> dict[str, Any]:
    """Keep what was chosen, and say so; or why it cannot be kept."""
    if not chosen:
        return {"matches": [tk._("Nothing was chosen yet.")]}
    try:
        asked = {"id": id, "matches": chosen}
        result = tk.get_action("sdi_remote_dataset_confirm")(context(), asked)
    except tk.NotAuthorized as error:
        return tk.abort(403, str(error))
    except tk.ObjectNotFound as error:
        return tk.abort(404, str(error))
    except tk.ValidationError as error:
        return dict(error.error_dict)
    text = tk.ungettext(
        "{n} dataset was confirmed: the next harvest takes it in.",
        "{n} datasets were confirmed: the next harvest takes them in.",
        result["confirmed"],
    )
    h.flash_success(text.format(n=result["confirmed"]))
    return {}


def _items(id: str, guid: str, errors: dict[str, Any] | None = None) -> str:
    number = h.get_page_number(tk.request.args)
    q = tk.request.args.get("q", "")
    try:
        listed = tk.get_action("sdi_remote_dataset_list")(context(), {"id": id, "guid": guid})
        source = tk.get_action("package_show")(context(), {"id": id})
        if not listed["results"]:
            raise tk.ObjectNotFound(tk._("The portal lists no such dataset."))
        asked = {"q": q, "limit": PER_PAGE, "offset": (number - 1) * PER_PAGE}
        # A source that belongs to nobody has no items.
        office = {"organization": source.get("owner_org")}
        found = (
            tk.get_action("sdi_daftar_data_search")(context(), {**asked, **office})
            if source.get("owner_org")
            else {"count": 0, "results": []}
        )
    except tk.NotAuthorized as error:
        return tk.abort(403, str(error))
    except (tk.ObjectNotFound, tk.ValidationError) as error:
        return tk.abort(404, str(error))
    return tk.render(
        "sdi/panen_butir.html",
        {
            "source": source,
            "dataset": listed["results"][0],
            "q": q,
            "found": found,
            "page": page_of(
                found["results"], count=found["count"], number=number, per_page=PER_PAGE
            ),
            "state_labels": STATE_LABELS,
            "badges": BADGES,
            "errors": errors or {},
        },
    )


def _state() -> str:
    """The state that is asked for: first what the list does not name."""
    state = tk.request.args.get("state", REFUSED)
    return state if state in REMOTE_STATES else REFUSED


def _page(
    id: str, errors: dict[str, Any] | None = None, chosen: Mapping[str, str] | None = None
) -> str:
    number = h.get_page_number(tk.request.args)
    asked = {
        "id": id,
        "state": _state(),
        "limit": PER_PAGE,
        "offset": (number - 1) * PER_PAGE,
    }
    try:
        found = tk.get_action("sdi_remote_dataset_list")(context(), asked)
        source = tk.get_action("package_show")(context(), {"id": id})
    except tk.NotAuthorized as error:
        return tk.abort(403, str(error))
    except (tk.ObjectNotFound, tk.ValidationError) as error:
        return tk.abort(404, str(error))
    return tk.render(
        "sdi/panen.html",
        {
            "source": source,
            "found": found,
            "page": page_of(
                found["results"], count=found["count"], number=number, per_page=PER_PAGE
            ),
            "state": asked["state"],
            "state_labels": STATE_LABELS,
            "badges": BADGES,
            "errors": errors or {},
            "take_back": TAKE_BACK,
            "chosen": chosen or {},
        },
    )
