"""What the pages of the Forum's list share: the words for what the list says, and who may what."""

from __future__ import annotations

from typing import Any

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi.daftar_data.columns import LABELS
from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.views.asking import context, may

STATUS_LABELS = {
    "belum_dicek": N_("Not yet compared with the centre's list"),
    "mengacu": N_("Refers to the centre's list"),
    "tidak_mengacu": N_("Does not refer to the centre's list"),
}
LEVEL_LABELS = {
    "pusat": N_("The centre’s list"),
    "provinsi": N_("The province's list"),
    "kabkota": N_("A regency's or city's list"),
}
STATE_LABELS = {
    "draft": N_("Draft: does not count yet"),
    "agreed": N_("Agreed: counts"),
    "closed": N_("Closed: a newer one counts"),
}
JENIS_LABELS = {"indikator": N_("Indicator"), "variabel": N_("Variable")}
FIELD_LABELS = {
    **LABELS,
    "status": N_("Centre’s list"),
    "organization_id": N_("Office that makes it"),
    "table_schema": N_("Column standard"),
}
"""What can change of an item: the columns of the list and what the portal keeps beside them."""

_CHOICES = ("jenis_data", "klasifikasi_risiko", "jadwal_pemutakhiran")


def every_label() -> dict[str, Any]:
    """What every page of the list shows in words."""
    return {
        "labels": LABELS,
        "field_labels": FIELD_LABELS,
        "status_labels": STATUS_LABELS,
        "level_labels": LEVEL_LABELS,
        "state_labels": STATE_LABELS,
        "value_text": value_text,
        "may_import": may("sdi_daftar_data_import"),
        "may_watch": may("sdi_coverage"),
        "may_agree": may("sdi_daftar_data_edition_agree"),
    }


def value_text(name: str, value: Any) -> str:
    """A value of an item in words; nothing at all is an empty text."""
    if value in (None, [], ""):
        return ""
    if name == "status":
        return tk._(STATUS_LABELS[value])
    if name == "jenis":
        return tk._(JENIS_LABELS[value])
    if name in _CHOICES:
        return h.sdi_choice_label(name, value)
    if name == "organization_id":
        group = model.Group.get(value)
        return group.title or group.name if group else value
    if name == "table_schema":
        columns = value.get("fields", [])
        return ", ".join(str(column.get("name", "")) for column in columns)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def not_allowed() -> Response | BaseResponse:
    """The login, or why a person who is logged in may not."""
    if tk.current_user.is_authenticated:
        return tk.abort(403, tk._("This needs the role of the Koordinator or Walidata."))
    return h.redirect_to("user.login", came_from=tk.request.full_path)


def shown_item(id: str) -> dict[str, Any]:
    """An item as the page's address asks for it; a page that says so when there is none."""
    asked = {"id": id, "edition": tk.request.args.get("edition", "")}
    try:
        return tk.get_action("sdi_daftar_data_show")(context(), asked)
    except (tk.ObjectNotFound, tk.ValidationError):
        return tk.abort(404, tk._("There is no such item in the Daftar Data."))


def every_edition() -> list[dict[str, Any]]:
    """The editions to choose from, newest first."""
    asked = {"limit": 1000}
    return tk.get_action("sdi_daftar_data_edition_list")(context(), asked)["results"]


def edition_or_404(id: str) -> dict[str, Any]:
    """An edition that the reader may see; a page that says so when there is none."""
    try:
        shown = tk.get_action("sdi_daftar_data_edition_list")(context(), {"id": id})["results"]
    except tk.ValidationError:
        shown = []
    if not shown:
        return tk.abort(404, tk._("There is no such edition of the Daftar Data."))
    return shown[0]
