"""Reference codes for programs: editions to download, codes as SKOS, and answers that can be kept.

A code's page is its address in SKOS too: who asks for Turtle or JSON-LD there gets it.
"""

from __future__ import annotations

import hashlib
import re

from flask import Blueprint, Response, make_response
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk

from ckanext.sdi import codes
from ckanext.sdi.code_lists import export

blueprint = Blueprint("sdi_kode_unduh", __name__, url_prefix="/sdi/kode")

_FORMS = {"text/turtle": "ttl", "application/ld+json": "jsonld"}
_READS = re.compile(r"/api/(?:\d/)?action/sdi_(?:code|daftar_data)_\w+")


@blueprint.route("/<system>/unduh.<form>")
def download(system: str, form: str) -> BaseResponse:
    """An edition as a file: all of it, or with ``parent`` what belongs to one code."""
    if form not in export.FORMS or not codes.has_vocabulary(system):
        tk.abort(404, tk._("There is no list of this code system on this portal."))
    list_ = codes.vocabulary(system)
    parent = tk.request.args.get("parent", "")[:20]
    try:
        edition = export.find(list_, tk.request.args.get("edition"))
    except LookupError:
        tk.abort(404, tk._("There is no such edition."))
    response = Response(export.stream(list_, edition, form, parent or None))
    response.headers["Content-Type"] = export.MIMETYPES[form]
    response.headers["Content-Disposition"] = f"attachment; filename={system}.{form}"
    newest = list_.edition.id if list_.edition else ""
    tag = "/".join((tk.config["ckan.site_url"], edition.id, newest, parent, form))
    response.set_etag(hashlib.sha256(tag.encode()).hexdigest()[:32])
    return response.make_conditional(tk.request.environ)


@blueprint.before_app_request
def as_concept() -> Response | None:
    """Answer with SKOS where a code's page is asked for in it."""
    if tk.request.endpoint != "sdi_kode.code" or tk.request.method not in ("GET", "HEAD"):
        return None
    best = tk.request.accept_mimetypes.best_match(["text/html", *_FORMS], default="text/html")
    system, code = (tk.request.view_args or {}).get("system"), (tk.request.view_args or {})["code"]
    if best not in _FORMS or system is None or not codes.has_vocabulary(system):
        return None
    found = codes.vocabulary(system).get(code)
    if found is None:
        return None
    response = make_response(export.one(system, found, _FORMS[best]))
    response.headers["Content-Type"] = f"{best}; charset=utf-8"
    response.vary.add("Accept")
    return response


@blueprint.after_app_request
def with_tag(response: Response) -> Response:
    """Give reads of codes and of the Daftar Data a tag: what is kept need not be sent again."""
    request = tk.request
    if (
        request.method in ("GET", "HEAD")
        and response.status_code == 200
        and not response.is_streamed
        and _READS.fullmatch(request.path)
    ):
        response.add_etag()
        response.make_conditional(request.environ)
    return response
