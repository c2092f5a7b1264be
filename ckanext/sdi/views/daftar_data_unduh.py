"""``/sdi/daftar-data/edisi/<id>/…``: an edition as others take it, on paper, and as it came in."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from flask import Blueprint, Response, send_file, stream_with_context
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.daftar_data import export
from ckanext.sdi.daftar_data import source as source_file
from ckanext.sdi.daftar_data.rows import EditionRows
from ckanext.sdi.logic.posted import is_storable
from ckanext.sdi.rules.daftar_data_file import COLUMNS
from ckanext.sdi.views.asking import may
from ckanext.sdi.views.daftar_data_words import edition_or_404, every_label, not_allowed

blueprint = Blueprint("sdi_daftar_data_unduh", __name__, url_prefix="/sdi/daftar-data")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_PRINTED = 2000


def _xlsx(edition: Any, rows: Any, name: str | None) -> Iterator[bytes]:
    yield export.as_xlsx(edition, rows, name)


def _json(edition: Any, rows: Any, _name: str | None) -> Iterator[bytes]:
    return (piece.encode() for piece in export.as_json(edition, rows))


FORMS: dict[str, tuple[str, Callable[[Any, Any, str | None], Iterator[bytes]]]] = {
    "csv": ("text/csv", export.as_csv_file),
    "xlsx": (XLSX, _xlsx),
    "json": ("application/json", _json),
}


@blueprint.route("/edisi/<id>/daftar.<form>")
def download(id: str, form: str) -> Response:
    """All items of an edition, or with ``organization`` those of one office.

    ``format`` is ``daerah`` (19 columns), ``nasional`` or ``dssd``; left out, that of its level.
    """
    edition = edition_or_404(id)
    name = tk.request.args.get("format") or None
    if form not in FORMS or (name and name not in export.FORMATS):
        return tk.abort(404, tk._("There is no such file."))
    mimetype, written = FORMS[form]
    rows = EditionRows(edition["id"], _office(), outsider=not may("sdi_daftar_data_drafts"))
    response = Response(stream_with_context(written(edition, rows, name)), mimetype=mimetype)
    kind = f"{name}-" if name else ""
    file = f"daftar-data-{kind}{edition['level']}-{edition['tahun']}.{form}"
    response.headers["Content-Disposition"] = f"attachment; filename={file}"
    return response


@blueprint.route("/edisi/<id>/cetak")
def printed(id: str) -> str:
    """An edition, or with ``organization`` the list of one office, on paper."""
    edition = edition_or_404(id)
    office = _office()
    outsider = not may("sdi_daftar_data_drafts")
    every = EditionRows(edition["id"], office, outsider=outsider)
    rows = list(itertools.islice(every, MOST_PRINTED + 1))
    return tk.render(
        "sdi/daftar_data/cetak.html",
        {
            "edition": edition,
            "office": model.Group.get(office) if office else None,
            "names": export.offices({row["produsen"] for row in rows}) if rows else "",
            "columns": COLUMNS,
            "rows": [[export.cell(row, title) for title in COLUMNS] for row in rows[:MOST_PRINTED]],
            "most": MOST_PRINTED,
            "more": len(rows) > MOST_PRINTED,
            **every_label(),
        },
    )


@blueprint.route("/edisi/<id>/sumber")
def source(id: str) -> Response | BaseResponse:
    """The file that the edition was made from, as it came in."""
    edition = edition_or_404(id)
    if not may("sdi_daftar_data_drafts"):
        return not_allowed()
    path = source_file.path_of(edition["id"])
    if not path.exists():
        return tk.abort(404, tk._("There is no such file."))
    name = (edition["source"] or "").rpartition("/")[2] or "daftar-data"
    # Whatever it is, no browser shows it as a page of this portal.
    return send_file(
        path, mimetype="application/octet-stream", as_attachment=True, download_name=name
    )


def _office() -> str | None:
    """The id of the organisation that is asked for."""
    asked = tk.request.args.get("organization", "")
    if not asked:
        return None
    group = model.Group.get(asked) if is_storable(asked) else None
    return group.id if group else tk.abort(404, tk._("There is no such organization."))
