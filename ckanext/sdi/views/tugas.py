"""``/sdi/tugas``: what waits for the person who is logged in."""

from __future__ import annotations

from flask import Blueprint

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi.daftar_data import waiting
from ckanext.sdi.kewajiban.timing import DUE, LATE, RUNNING, UNREACHABLE
from ckanext.sdi.lifecycle.roles import KOORDINATOR, has_role
from ckanext.sdi.lifecycle.tasks import STATE_LABELS
from ckanext.sdi.views.asking import page_of

blueprint = Blueprint("sdi_tugas", __name__)

PER_PAGE = 20
SHOWN_TIMINGS = (LATE, DUE, UNREACHABLE, RUNNING)


@blueprint.route("/sdi/tugas")
def index() -> str:
    """The tasks of one of the user's roles, filtered and paged."""
    args = tk.request.args
    page_number = h.get_page_number(args)
    query = {
        "role": args.get("role", ""),
        "q": args.get("q", "").strip(),
        "state": args.get("state", ""),
        "timing": args.get("timing", ""),
        "limit": PER_PAGE,
        "offset": (page_number - 1) * PER_PAGE,
    }
    try:
        found = tk.get_action("sdi_task_list")({}, query)
    except tk.NotAuthorized:
        if tk.current_user.is_authenticated:
            return tk.abort(403, tk._("You do not hold this role."))
        return h.redirect_to("user.login", came_from=tk.request.full_path)
    except tk.ValidationError as error:
        return tk.abort(400, "; ".join(error.error_summary.values()))
    page = page_of(found["results"], count=found["count"], number=page_number, per_page=PER_PAGE)
    return tk.render(
        "sdi/tugas/index.html",
        {
            "tasks": found,
            "page": page,
            "query": query,
            "state_labels": STATE_LABELS,
            "lists": waiting.of_lists() if _keeps_the_list() else None,
            "timings": [kind for kind in SHOWN_TIMINGS if found.get("timings", {}).get(kind)],
        },
    )


def _keeps_the_list() -> bool:
    return has_role(tk.current_user.name, KOORDINATOR)
