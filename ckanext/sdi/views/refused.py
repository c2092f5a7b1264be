"""What a page shows when something is not let through that its view did not expect."""

from __future__ import annotations

from flask import Blueprint

import ckan.plugins.toolkit as tk

from ckanext.sdi.lifecycle.gate import GateClosed
from ckanext.sdi.logic.posted import is_storable

blueprint = Blueprint("sdi_refused", __name__)


@blueprint.before_app_request
def refuse_unstorable() -> None:
    """An address with a NUL byte names nothing; the database, if asked, would fail."""
    asked = [tk.request.path, *(value for _, value in tk.request.args.items(multi=True))]
    if not all(map(is_storable, asked)):
        tk.abort(400)


@blueprint.app_errorhandler(GateClosed)
def refused(error: GateClosed) -> tuple[str, int]:
    """A page with the gate's sentence, 403, instead of a fault of the portal."""
    shown = {"code": 403, "content": str(error), "name": tk._("Not possible now")}
    return tk.render("error_document_template.html", shown), 403
