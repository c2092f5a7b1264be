"""``/sdi/daftar-data/edisi/<id>/daftar.<form>``: an edition as the Forum exchanges it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.daftar_data import closed, export, search
from ckanext.sdi.logic.posted import is_storable
from ckanext.sdi.views.asking import may
from ckanext.sdi.views.daftar_data_words import edition_or_404

blueprint = Blueprint("sdi_daftar_data_unduh", __name__, url_prefix="/sdi/daftar-data")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS: dict[str, tuple[str, Callable[[Any, Any], bytes]]] = {
    "csv": ("text/csv", lambda edition, rows: export.as_csv(edition, rows).encode("utf-8-sig")),
    "xlsx": (XLSX, export.as_xlsx),
}


@blueprint.route("/edisi/<id>/daftar.<form>")
def download(id: str, form: str) -> Response:
    """All items of an edition, or with ``organization`` those of one office."""
    edition = edition_or_404(id)
    if form not in FORMS:
        return tk.abort(404, tk._("There is no such file."))
    mimetype, written = FORMS[form]
    rows = search.rows_with_extra(edition["id"], _office())
    if not may("sdi_daftar_data_drafts"):
        rows = [closed.row(row) for row in rows]
    response = Response(written(edition, rows), mimetype=mimetype)
    name = f"daftar-data-{edition['level']}-{edition['tahun']}.{form}"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _office() -> str | None:
    """The id of the organisation that is asked for."""
    asked = tk.request.args.get("organization", "")
    if not asked:
        return None
    group = model.Group.get(asked) if is_storable(asked) else None
    return group.id if group else tk.abort(404, tk._("There is no such organization."))
