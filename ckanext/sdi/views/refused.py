"""What a page shows when something is not let through that its view did not expect."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

import ckan.plugins.toolkit as tk
from ckan.config.middleware.flask_app import csrf

from ckanext.sdi.lifecycle.gate import GateClosed
from ckanext.sdi.logic.posted import is_storable

blueprint = Blueprint("sdi_refused", __name__)
OWN_VIEWS = "ckanext.sdi."
DOWNLOADS = ("resource.download", "dataset_resource.download")
CHANGING = ("harvester.refresh", "harvester.clear", "harvester.delete")


@blueprint.before_app_request
def refuse_unstorable() -> None:
    """An address with a NUL byte names nothing; the database, if asked, would fail.

    The API and the extension's own pages say so themselves, and with a better word.
    """
    asked = [tk.request.path, *(value for _, value in tk.request.args.items(multi=True))]
    if not tk.request.path.startswith(("/api/", "/sdi/")) and not all(map(is_storable, asked)):
        tk.abort(400)


@blueprint.before_app_request
def refuse_changes_by_a_link() -> None:
    """ckanext-harvest runs, clears and deletes a source for a GET, which any link can send.

    The buttons on its own pages send a POST with a token.
    """
    if tk.request.endpoint in CHANGING and tk.request.method != "POST":
        tk.abort(405, tk._("A link changes nothing here. Use the button on the source's page."))


@blueprint.after_app_request
def exempt_no_longer(response: Response) -> Response:
    """Ask the next form for its token again.

    CKAN 2.12 exempts a page from that for good, for everybody, once somebody came to it with an
    API token.
    """
    view = current_app.view_functions.get(tk.request.endpoint or "")
    if tk.g.get("login_via_auth_header") and view and view.__module__.startswith(OWN_VIEWS):
        csrf._exempt_views.discard(f"{view.__module__}.{view.__name__}")
    return response


@blueprint.after_app_request
def shut_in(response: Response) -> Response:
    """Let no file act in the portal's name: CKAN sends uploads as pages of its own site.

    A PDF runs nothing there, and browsers do not show one that is shut in.
    """
    if tk.request.endpoint in DOWNLOADS:
        response.headers["X-Content-Type-Options"] = "nosniff"
        if response.mimetype != "application/pdf":
            response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@blueprint.app_errorhandler(GateClosed)
def refused(error: GateClosed) -> tuple[str, int]:
    """A page with the gate's sentence, 403, instead of a fault of the portal."""
    shown = {"code": 403, "content": str(error), "name": tk._("Not possible now")}
    return tk.render("error_document_template.html", shown), 403
