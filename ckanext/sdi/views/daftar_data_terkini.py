"""``/sdi/daftar-data/terkini/<level>.<form>``: the list in force, for programs and other portals.

The address stays the same from edition to edition; who has the file already is told so (HTTP 304).
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterator

from flask import Blueprint, Response, stream_with_context
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk

from ckanext.sdi import config
from ckanext.sdi.daftar_data import export, search, store
from ckanext.sdi.daftar_data.rows import EditionRows
from ckanext.sdi.model import Edition
from ckanext.sdi.model.daftar_data import LEVELS

blueprint = Blueprint("sdi_daftar_data_terkini", __name__, url_prefix="/sdi/daftar-data")

MIMETYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@blueprint.route("/terkini/<level>.<form>")
def download(level: str, form: str) -> BaseResponse:
    """The agreed list of a level: the one in force, or with ``tahun`` that of a year."""
    if level not in LEVELS or form not in MIMETYPES:
        return tk.abort(404, tk._("There is no such file."))
    edition = _edition(level, tk.request.args.get("tahun", ""))
    if edition is None:
        return tk.abort(404, tk._("There is no such edition."))
    stamp = search.stamp_of(edition)
    tag = json.dumps([tk.config["ckan.site_url"], stamp, form, config.closed_items_by_name()])
    response = Response()
    response.headers["Content-Type"] = MIMETYPES[form]
    response.set_etag(hashlib.sha256(tag.encode()).hexdigest()[:32])
    changed = datetime.datetime.fromisoformat(stamp["changed"])
    response.last_modified = changed.replace(tzinfo=datetime.timezone.utc)
    # Asked for again each time, and then not sent again when it is the same.
    response.cache_control.no_cache = True
    response.make_conditional(tk.request.environ)
    if response.status_code != 304:
        # It was that of the empty answer, before anything was written.
        response.headers.pop("Content-Length", None)
        response.headers["Content-Disposition"] = f"inline; filename=daftar-data-{level}.{form}"
        response.response = _written(edition, form)
    return response


def _edition(level: str, tahun: str) -> Edition | None:
    if not tahun:
        return store.edition_in_force(level)
    return search.agreed_for(level, int(tahun)) if tahun.isascii() and tahun[:5].isdigit() else None


def _written(edition: Edition, form: str) -> Iterator[bytes]:
    given, rows = search.edition_dict(edition), EditionRows(edition.id, outsider=True)
    if form == "csv":
        return stream_with_context(export.as_csv_file(given, rows))
    return stream_with_context(piece.encode() for piece in export.as_json(given, rows))
