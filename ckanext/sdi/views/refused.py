"""What a page shows when the gate does not let something through that a view did not expect."""

from __future__ import annotations

from flask import Blueprint

import ckan.plugins.toolkit as tk

from ckanext.sdi.lifecycle.gate import GateClosed

blueprint = Blueprint("sdi_refused", __name__)


@blueprint.app_errorhandler(GateClosed)
def refused(error: GateClosed) -> tuple[str, int]:
    """A page with the gate's sentence, 403, instead of a fault of the portal."""
    shown = {"code": 403, "content": str(error), "name": tk._("Not possible now")}
    return tk.render("error_document_template.html", shown), 403
