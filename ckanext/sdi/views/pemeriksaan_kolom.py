"""The column standard as a file of its own, and the columns of a file beside those it asks for."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint
from flask.wrappers import Response
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi.check.table import Unreadable
from ckanext.sdi.check.table_schema import SchemaError, TableSchema
from ckanext.sdi.datastore import column_match, files
from ckanext.sdi.datastore.types import schema_of
from ckanext.sdi.views import pemeriksaan
from ckanext.sdi.views.asking import context

blueprint = Blueprint(
    "sdi_pemeriksaan_kolom",
    __name__,
    url_prefix="/dataset/<id>/resource/<resource_id>/pemeriksaan",
)

MOST_BYTES = 1 << 20


@blueprint.route("/kolom")
def read(id: str, resource_id: str) -> str | BaseResponse:
    """The standard's columns with those of the file that they are found in, and the rest of it."""
    pkg_dict, resource = pemeriksaan.shown(id, resource_id)
    pemeriksaan.only_who_may_update(pkg_dict)
    schema, header = _standard_and_header(resource_id)
    if schema is None or header is None:
        return pemeriksaan.there(id, resource_id)
    return _page(pkg_dict, resource, schema, header, None)


@blueprint.route("/kolom", methods=["POST"])
def take(id: str, resource_id: str) -> str | BaseResponse:
    """Remember which columns are meant; the file's check starts with it."""
    pkg_dict, resource = pemeriksaan.shown(id, resource_id)
    pemeriksaan.only_who_may_update(pkg_dict)
    schema, header = _standard_and_header(resource_id)
    if schema is None or header is None:
        return pemeriksaan.there(id, resource_id)
    chosen = {
        field.name: tk.request.form[f"column-{number}"]
        for number, field in enumerate(schema.fields)
        if f"column-{number}" in tk.request.form
    }
    try:
        ignored = tk.request.form.getlist("ignored")
        remembered = column_match.remembered(schema, header, chosen, ignored)
        tk.get_action("resource_patch")(
            context(), {"id": resource_id, "table_schema": json.dumps(remembered)}
        )
    except column_match.NotInFileError as error:
        message = tk._(
            "The column “{column}” can be chosen once only, and the file must have it."
        ).format(column=error.column)
        return _page(pkg_dict, resource, schema, header, message)
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Only the office that owns the dataset can change it."))
    except tk.ValidationError as error:
        return _page(pkg_dict, resource, schema, header, pemeriksaan.sentences(error))
    h.flash_success(tk._("The columns are matched. The file is being checked."))
    return pemeriksaan.there(id, resource_id)


@blueprint.route("/standar.json")
def download(id: str, resource_id: str) -> Response | BaseResponse:
    """The column standard as a Table Schema, for other programs and other files."""
    _, resource = pemeriksaan.shown(id, resource_id)
    row = model.Session.get(model.Resource, resource_id)
    schema = schema_of(row) if row else None
    if schema is None:
        return tk.abort(404, tk._("This resource has no column standard yet."))
    text = json.dumps(schema.as_dict(), ensure_ascii=False, indent=2)
    response = Response(text, mimetype="application/json")
    name = (resource.get("name") or "data").rsplit(".", 1)[0]
    response.headers.set("Content-Disposition", "attachment", filename=f"standar {name}.json")
    return response


@blueprint.route("/standar.json", methods=["POST"])
def upload(id: str, resource_id: str) -> str | BaseResponse:
    """A Table Schema from a file, to look over before it is taken."""
    pkg_dict, resource = pemeriksaan.shown(id, resource_id)
    pemeriksaan.only_who_may_update(pkg_dict)
    sent = tk.request.files.get("upload")
    content = sent.read(MOST_BYTES + 1) if sent else b""
    try:
        if len(content) > MOST_BYTES:
            raise UnicodeDecodeError("utf-8", content[:1], 0, 1, "too long")
        schema = TableSchema.from_json(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        h.flash_error(tk._("This is no Table Schema: a JSON file of at most 1 MB is expected."))
    except SchemaError as error:
        for finding in error.findings[:20]:
            h.flash_error(f"{finding.field}: {finding.message(tk._)}")
    else:
        proposed = {"source": "upload", "table_schema": schema.as_dict()}
        return pemeriksaan.columns_page(pkg_dict, resource, proposed, {})
    return h.redirect_to("sdi_pemeriksaan.columns", id=id, resource_id=resource_id, dari="sekarang")


def _standard_and_header(resource_id: str) -> tuple[TableSchema | None, list[str] | None]:
    """The resource's standard and its file's columns; without them the reader is told why."""
    row = model.Session.get(model.Resource, resource_id)
    schema = schema_of(row) if row else None
    if row is None or schema is None or row.url_type != "upload":
        h.flash_error(tk._("There is no file with a column standard here to match columns of."))
        return None, None
    try:
        return schema, column_match.header_of(row, schema)
    except files.FileMissingError:
        h.flash_error(tk._("The file is no longer on the portal. Upload it again."))
    except Unreadable as unreadable:
        h.flash_error(unreadable.finding.message(tk._))
    return schema, None


def _page(
    pkg_dict: dict[str, Any],
    resource: dict[str, Any],
    schema: TableSchema,
    header: list[str],
    error: str | None,
) -> str:
    matches = column_match.matches(schema, header)
    certain = {match.column for match in matches if match.certain}
    return tk.render(
        "sdi/pemeriksaan/kolom.html",
        {
            "pkg_dict": pkg_dict,
            "dataset_type": pkg_dict["type"],
            "resource": resource,
            "matches": matches,
            "undeclared": column_match.undeclared(schema, header),
            "open_columns": [n for n in header if n.strip() and n not in certain],
            "error": error,
        },
    )
