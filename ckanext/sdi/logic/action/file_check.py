"""The check of a file that is handed in to nothing."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan.lib.uploader import get_max_resource_size
from ckan.types import Context, DataDict, Schema

from ckanext.sdi.check.table_schema import SchemaError
from ckanext.sdi.datastore import file_check, files
from ckanext.sdi.logic import posted
from ckanext.sdi.logic.schema import _ignore_rest, _text, validated

ASKED = ("table_schema", "item", "periode_data")


def sdi_file_check(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Check a file as at its handing in, without handing it in: nothing of it is kept.

    :param upload: the file (CSV, a workbook, JSON or Parquet, packed or not), as a multipart
        upload; no larger than a resource's may be
    :param table_schema: the column standard to judge by, a Table Schema as an object or as JSON
        text (optional)
    :param item: in its place, the Daftar Data item whose column standard is taken (optional; with
        neither, the file is judged by the standard that is proposed from it)
    :param periode_data: the period of the data, as the resource would have it (optional)
    :returns: ``state`` (``passed``, ``failed`` or ``unreadable``), ``rows``, ``layout`` (how the
        file was read: its format, the sheet, the lines of the header and of the records, what was
        left out and why), ``severities`` (exact counts), ``tasks`` (rule by column, with exact
        counts and samples), ``causes`` and ``clean_columns``, as ``sdi_resource_check_show`` gives
        them; ``findings`` (the first 500 in the order of the rows) and ``count`` (of all),
        ``personal_columns``, ``sha256``;
        ``table_schema`` is what was judged by, and ``proposed`` says whether it was proposed from
        the file
    :raises ckan.logic.ValidationError: when there is no file, or it is too large; when the column
        standard has faults, with the place of each; when the item has none
    :raises ckan.logic.NotFound: when there is no such item
    :raises ckan.logic.NotAuthorized: when nobody is logged in
    """
    tk.check_access("sdi_file_check", context, data_dict)
    given = {name: data_dict[name] for name in ASKED if data_dict.get(name) not in (None, "")}
    if not isinstance(given.get("table_schema", ""), (str, dict)):
        raise tk.ValidationError({"table_schema": [tk._("Give a Table Schema as JSON.")]})
    asked = validated(given, _schema(), context)
    upload = data_dict.get("upload")
    if not isinstance(upload, FileStorage) or not upload.filename:
        raise tk.ValidationError({"upload": [tk._("Choose the file to be checked.")]})
    most = get_max_resource_size() << 20
    try:
        return file_check.check(
            upload.stream,
            _standard(context, asked),
            asked.get("periode_data"),
            name=upload.filename,
            limit=most,
        )
    except files.TooLargeError as error:
        raise tk.ValidationError({"upload": [posted.too_large(most)]}) from error
    except SchemaError as error:
        # The given one was validated: it is the proposed one that cannot be used.
        faults = [finding.message(tk._) for finding in error.findings]
        raise tk.ValidationError({"table_schema": faults}) from error


def _standard(context: Context, asked: dict[str, Any]) -> dict[str, Any] | None:
    if "table_schema" in asked:
        if "item" in asked:
            one = tk._("Give a column standard or an item, not both.")
            raise tk.ValidationError({"table_schema": [one]})
        return json.loads(asked["table_schema"])
    if "item" not in asked:
        return None
    reader = Context(user=context.get("user") or "")
    item = tk.get_action("sdi_daftar_data_show")(reader, {"id": asked["item"]})
    if not item["table_schema"]:
        raise tk.ValidationError({"item": [tk._("This item has no column standard.")]})
    return item["table_schema"]


def _schema() -> Schema:
    optional = tk.get_validator("ignore_missing")
    return {
        "table_schema": [optional, tk.get_validator("sdi_table_schema")],
        "item": [optional, _text(100)],
        "periode_data": [optional, tk.get_validator("sdi_periode")],
        **_ignore_rest(),
    }
