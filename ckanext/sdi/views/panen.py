"""``/sdi/panen/<source>``: what a harvest source's portal lists, and which items that may be."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi.model.remote_dataset import REFUSED, REMOTE_STATES
from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.views.asking import context, page_of

blueprint = Blueprint("sdi_panen", __name__, url_prefix="/sdi/panen")

PER_PAGE = 20
TAKE_BACK = "-"
"""What a person chooses to take a confirmation back."""
STATE_LABELS = {
    "refused": N_("Not on the list"),
    "taken": N_("Taken in"),
    "waiting": N_("Waits for the next harvest"),
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
    form = dict(tk.request.form)
    chosen = [
        {"guid": name.partition("/")[2], "item": "" if item == TAKE_BACK else item}
        for name, item in form.items()
        if name.startswith("item/") and item
    ]
    if not chosen:
        return make_response(_page(id, {"matches": [tk._("Nothing was chosen yet.")]}), 422)
    try:
        asked = {"id": id, "matches": chosen}
        result = tk.get_action("sdi_remote_dataset_confirm")(context(), asked)
    except tk.NotAuthorized as error:
        return tk.abort(403, str(error))
    except tk.ObjectNotFound as error:
        return tk.abort(404, str(error))
    except tk.ValidationError as error:
        return make_response(_page(id, dict(error.error_dict)), 422)
    text = tk.ungettext(
        "{n} dataset was confirmed: the next harvest takes it in.",
        "{n} datasets were confirmed: the next harvest takes them in.",
        result["confirmed"],
    )
    h.flash_success(text.format(n=result["confirmed"]))
    return h.redirect_to("sdi_panen.read", id=id)


def _page(id: str, errors: dict[str, Any] | None = None) -> str:
    state = tk.request.args.get("state", REFUSED)
    number = h.get_page_number(tk.request.args)
    asked = {
        "id": id,
        "state": state if state in REMOTE_STATES else REFUSED,
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
        },
    )
