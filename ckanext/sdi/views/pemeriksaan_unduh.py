"""What can be downloaded of a file's check: all findings, and the person's own file with them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from flask import Blueprint, stream_with_context
from flask.wrappers import Response
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi.check.annotate_sheet import NoSheetError
from ckanext.sdi.datastore import annotated, findings_file
from ckanext.sdi.views import pemeriksaan
from ckanext.sdi.views.asking import context

blueprint = Blueprint(
    "sdi_pemeriksaan_unduh",
    __name__,
    url_prefix="/dataset/<id>/resource/<resource_id>/pemeriksaan",
)

MIMETYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
}


@blueprint.route("/temuan.csv")
def findings(id: str, resource_id: str) -> Response | BaseResponse:
    """All findings of the newest check as a CSV file, in the reader's language."""
    resource, check = _checked(id, resource_id)
    pieces = findings_file.download(resource_id, check["check_id"], tk._)
    return _sent(pieces, "csv", f"temuan {_name(resource)}")


@blueprint.route("/berkas-temuan.<form>")
def file(id: str, resource_id: str, form: str) -> Response | BaseResponse:
    """The file that was checked with its findings: as CSV with a column more, or as a workbook."""
    resource, _ = _checked(id, resource_id)
    row = model.Session.get(model.Resource, resource_id)
    if form not in annotated.FORMS or row is None:
        return tk.abort(404, tk._("There is no such file."))
    try:
        ending, pieces = annotated.stream(row, form)
        first = next(pieces)
    except annotated.ChangedError:
        h.flash_error(tk._("The file was changed after this check. Check it again first."))
    except NoSheetError as error:
        h.flash_error(str(error))
    else:
        return _sent(chain([first], pieces), ending, f"{_name(resource)} dengan temuan")
    return h.redirect_to("sdi_pemeriksaan.read", id=id, resource_id=resource_id)


def _checked(id: str, resource_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The resource and its newest check, which has findings."""
    _, resource = pemeriksaan.shown(id, resource_id)
    try:
        check = tk.get_action("sdi_resource_check_show")(context(), {"id": resource_id})
    except tk.NotAuthorized:
        return tk.abort(404, tk._("Resource not found"))
    if not check.get("tasks") or check["state"] == "unreadable":
        return tk.abort(404, tk._("This check has no findings."))
    return resource, check


def _name(resource: dict[str, Any]) -> str:
    return (resource.get("name") or "data").rsplit(".", 1)[0]


def _sent(pieces: Iterator[bytes], form: str, name: str) -> Response:
    response = Response(
        # Sentences are told in the reader's language to the last piece.
        stream_with_context(pieces),
        mimetype=MIMETYPES[form],
        headers={"Cache-Control": "private, no-store"},
    )
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{form}")
    return response
