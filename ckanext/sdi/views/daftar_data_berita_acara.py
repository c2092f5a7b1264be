"""``/sdi/daftar-data/cakupan/berita-acara``: what an office owes, and by when it gives it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi.kewajiban import timing
from ckanext.sdi.lifecycle import coverage, owed, roles
from ckanext.sdi.lifecycle.coverage import Covered
from ckanext.sdi.views import daftar_data_cakupan as cakupan
from ckanext.sdi.views.cakupan_rows import MISSING, items_of, periods_of, year_asked

blueprint = Blueprint(
    "sdi_berita_acara", __name__, url_prefix="/sdi/daftar-data/cakupan/berita-acara"
)

FOLLOW_UP = dt.timedelta(days=7)


@blueprint.before_request
def only_who_watches() -> Response | BaseResponse | None:
    """As of coverage, of which this is a part."""
    return cakupan.only_who_watches()


@blueprint.route("/<organization>")
def read(organization: str) -> str:
    """The record of an office, to be printed and signed by both."""
    office, items = items_of(organization)
    held = [row for row in roles.assignments() if row.role == roles.WALIDATA]
    return tk.render(
        "sdi/daftar_data/berita_acara.html",
        {
            "office": office,
            "tahun": year_asked(),
            "today": owed.today(),
            "follow_up": _follow_up(),
            "lines": _missing(items),
            "counts": cakupan.counts_of(items),
            "walidata": model.Group.get(held[0].organization_id) if held else None,
        },
    )


@blueprint.route("/<organization>.csv")
def one_csv(organization: str) -> Response:
    """The lines of an office's record as a file."""
    office, items = items_of(organization)
    return _csv(items, f"berita-acara-{office.name}-{year_asked()}.csv")


@blueprint.route("/semua.csv")
def every_csv() -> Response:
    """The lines of every office's record as one file."""
    tahun = year_asked()
    return _csv(coverage.covered(tahun), f"berita-acara-{tahun}.csv")


def _csv(items: Sequence[Covered], name: str) -> Response:
    head = [tk._("Office"), tk._("Data"), tk._("ID"), tk._("Period"), tk._("Was due on")]
    head += [tk._("Days late"), tk._("On time?"), tk._("How far?"), tk._("To be delivered by")]
    return cakupan.csv_answer([head, *map(_cells, _missing(items))], name)


def _cells(line: dict[str, Any]) -> list[Any]:
    dataset, item = line["dataset"], line["item"]
    return [
        line["organization"]["title"],
        item["nama_data"],
        item["id_ddd"] or item["id_ddp"] or "",
        h.sdi_period(line["schedule"], line["period"]),
        line["due"],
        line["days_late"],
        tk._(timing.LABELS[line["timing"]]),
        h.sdi_state_label(dataset["state"]) if dataset else tk._("Not begun"),
        line["follow_up"],
    ]


def _missing(items: Sequence[Covered]) -> list[dict[str, Any]]:
    """The periods that are over and not handed in, those due first first.

    Each is to be delivered by the day that both agree on, but none before it is due.
    """
    agreed = _follow_up().isoformat()
    missing = coverage.with_names(periods_of(items, MISSING))
    return [{**line, "follow_up": max(agreed, line["due"])} for line in missing]


def _follow_up() -> dt.date:
    """The day by which the office is to deliver: in a week, if no other is given."""
    try:
        return dt.date.fromisoformat(tk.request.args.get("tindak_lanjut", ""))
    except ValueError:
        return owed.today() + FOLLOW_UP
