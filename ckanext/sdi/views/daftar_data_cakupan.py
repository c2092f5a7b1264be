"""``/sdi/daftar-data/cakupan``: how far and how timely a year's list is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, Response
from werkzeug.wrappers import Response as BaseResponse

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi.check.write import neutral
from ckanext.sdi.daftar_data import counts, search
from ckanext.sdi.kewajiban import timing
from ckanext.sdi.lifecycle import coverage
from ckanext.sdi.lifecycle.coverage import Covered
from ckanext.sdi.lifecycle.coverage_sums import Summing, Sums
from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.views.asking import may, page_of
from ckanext.sdi.views.cakupan_rows import (
    ASKED,
    DELIVERED,
    NOBODY,
    PER_PAGE,
    REACHED,
    REACHED_LABELS,
    REPORTED,
    office_asked,
    rows_asked,
    titles_of,
    year_asked,
    years_with_list,
)
from ckanext.sdi.views.daftar_data_words import not_allowed

blueprint = Blueprint("sdi_daftar_data_cakupan", __name__, url_prefix="/sdi/daftar-data/cakupan")

OFFICES = 25
CELLS = 60
"""So many items of an office the matrix shows, those first that need looking at."""
MEASURES = {"jauh": N_("How far?"), "waktu": N_("On time?")}
SHARES = {
    DELIVERED: N_("Items handed in"),
    coverage.PUBLISHED: N_("Items published"),
    timing.IN_TIME: N_("Periods handed in on time"),
}
# Whether these were in time is known.
OVER = (timing.IN_TIME, timing.GIVEN_LATE, timing.LATE)


@blueprint.before_request
def only_who_watches() -> Response | BaseResponse | None:
    """Where everybody's data stands is shown to Koordinator and Walidata."""
    return None if may("sdi_coverage") else not_allowed()


@blueprint.route("")
def index() -> str:
    """Counts, bars and the matrix of offices and items."""
    tahun, measure = year_asked(), tk.request.args.get("ukuran", "jauh")
    measure = measure if measure in MEASURES else "jauh"
    summing = Summing()
    offices = _offices(summing, tahun)
    number = h.get_page_number(tk.request.args)
    shown = offices[(number - 1) * OFFICES :][:OFFICES]
    cells = _cells(summing, tahun, [office["id"] for office in shown], measure)
    kept = [item for office in cells.values() for item in office]
    return tk.render(
        "sdi/daftar_data/cakupan.html",
        {
            "tahun": tahun,
            "years": years_with_list(tahun),
            "measure": measure,
            "measures": MEASURES,
            "total": _total(offices),
            "page": page_of(shown, count=len(offices), number=number, per_page=OFFICES),
            "offices": shown,
            "cells": cells,
            "names": coverage.names([item.version_id for item in kept]),
            "reached_labels": REACHED_LABELS,
            "far": coverage.FAR,
            "timely": coverage.TIMELY,
            "cap": CELLS,
            "nobody": NOBODY,
        },
    )


@blueprint.route("/tahun")
def years() -> str:
    """The same counts for each year that has a list, as bars and as a table."""
    office = office_asked(tk.request.args.get("organization", ""))
    each = sorted(years_with_list(None))
    if office:
        of_year = coverage.by_year(each, office.id)
        counts = {tahun: counts_of(items) for tahun, items in of_year.items()}
    else:
        summing = Summing()
        counts = {tahun: _total(_offices(summing, tahun)) for tahun in each}
    counted = [
        {**counts[tahun], "tahun": tahun, "reported": _reported(tahun, office)} for tahun in each
    ]
    return tk.render(
        "sdi/daftar_data/cakupan_tahun.html",
        {
            "office": office,
            "organizations": search.organizations(),
            "years": [{**row, "shares": _shares(row)} for row in counted],
            "reached_labels": REACHED_LABELS,
            "shares_labels": SHARES,
        },
    )


def _reported(tahun: int, office: model.Group | None) -> int:
    reported = counts.reported_by_organization(tahun, drafts=True)
    return reported.get(office.id, 0) if office else sum(reported.values())


def _shares(counts: dict[str, Any]) -> dict[str, int | None]:
    """What hundredth of the items is handed in and published, of the periods over was in time."""
    periods = counts["periods"]
    over = sum(periods[kind] for kind in OVER)
    parts = {
        DELIVERED: (counts[DELIVERED], counts[ASKED]),
        coverage.PUBLISHED: (counts[coverage.PUBLISHED], counts[ASKED]),
        timing.IN_TIME: (periods[timing.IN_TIME], over),
    }
    return {name: round(100 * n / whole) if whole else None for name, (n, whole) in parts.items()}


def _cells(
    summing: Summing, tahun: int, offices: Sequence[str | None], measure: str
) -> dict[str | None, list[Covered]]:
    """The items that the matrix shows of each office."""
    by_far = measure == "jauh"
    order = list(reversed(coverage.FAR)) if by_far else list(coverage.TIMELY)
    by_office: dict[str | None, list[Covered]] = {office: [] for office in offices}
    if by_far:
        items = summing.first_listed(tahun, offices, most=CELLS)
    else:
        items = summing.items(tahun, offices)
    for item in items:
        by_office[item.organization_id].append(item)
    found = {}
    for office, own in by_office.items():
        own.sort(key=lambda item: order.index(item.far if by_far else item.timely))
        found[office] = sorted(own[:CELLS], key=lambda item: item.row_number)
    return found


def _offices(summing: Summing, tahun: int) -> list[dict[str, Any]]:
    """Each office with its counts; last the items whose producer is no office."""
    sums = summing.by_office(tahun)
    reported = counts.reported_by_organization(tahun, drafts=True)
    offices = sums.keys() | reported.keys()
    titles = titles_of(offices)
    found = [
        {
            "id": office,
            "title": titles[office],
            "reported": reported.get(office, 0),
            **_counts(sums.get(office, Sums())),
        }
        for office in offices
    ]
    return sorted(found, key=lambda row: (row["id"] is None, row["title"].casefold()))


def _counts(sums: Sums) -> dict[str, Any]:
    return {
        **{name: sum(sums.far[kind] for kind in REACHED[name]) for name in REACHED_LABELS},
        "periods": sums.periods,
    }


def counts_of(items: Sequence[Covered]) -> dict[str, Any]:
    """How many of some items have come how far, and how timely their periods are."""
    sums = Sums()
    for item in items:
        sums.add_item(item)
    return _counts(sums)


def _total(offices: Sequence[dict[str, Any]]) -> dict[str, Any]:
    names = ("reported", *REACHED_LABELS)
    total: dict[str, Any] = {name: sum(office[name] for office in offices) for name in names}
    periods = {k: sum(office["periods"][k] for office in offices) for k in timing.LABELS}
    return {**total, "periods": periods}


@blueprint.route("/ringkasan.csv")
def summary_csv() -> Response:
    """The counts by office."""
    tahun = year_asked()
    head = [
        tk._("Office"),
        tk._("Reported"),
        *(tk._(label) for label in REACHED_LABELS.values()),
        *(tk._(label) for label in timing.LABELS.values()),
    ]
    rows = [
        [
            office["title"],
            office["reported"],
            *(office[name] for name in REACHED_LABELS),
            *office["periods"].values(),
        ]
        for office in _offices(Summing(), tahun)
    ]
    return csv_answer([head, *rows], f"cakupan-{tahun}.csv")


@blueprint.route("/daftar")
def listed() -> str:
    """The items, or the periods, that a number counts."""
    query, count, some = rows_asked()
    number = h.get_page_number(tk.request.args)
    shown = some(slice((number - 1) * PER_PAGE, number * PER_PAGE))
    return tk.render(
        "sdi/daftar_data/cakupan_daftar.html",
        {
            "query": query,
            "count": count,
            "page": page_of(shown, count=count, number=number, per_page=PER_PAGE),
            "rows": shown,
            "organizations": [
                *search.organizations(everyone=True),
                {"id": NOBODY, "title": titles_of([])[None]},
            ],
            "years": years_with_list(query["tahun"]),
            "far": coverage.FAR,
            "timely": coverage.TIMELY,
            "reached_labels": {REPORTED: N_("Reported"), **REACHED_LABELS},
            "timing_labels": timing.LABELS,
            "nobody": NOBODY,
        },
    )


@blueprint.route("/daftar.csv")
def listed_csv() -> Response:
    """The same as a file."""
    query, count, some = rows_asked()
    told = some(slice(0, count))
    head = [tk._("Data"), tk._("Office")]
    if query["timing"]:
        head += _period_head()
        lines = [[*_named(row), *_period_cells(row)] for row in told]
    else:
        head += [tk._("How far?")]
        lines = [[*_named(row), tk._(coverage.FAR[row["far"]][1])] for row in told]
    return csv_answer([head, *lines], f"daftar-{query['tahun']}.csv")


def _named(row: dict[str, Any]) -> list[str]:
    return [row["item"]["nama_data"], row["organization"]["title"]]


def _period_head() -> list[str]:
    head = [tk._("Period"), tk._("Due on"), tk._("On time?"), tk._("Days late")]
    return [*head, tk._("How far?"), tk._("Why it is owed")]


def _period_cells(row: dict[str, Any]) -> list[Any]:
    state = h.sdi_state_label(row["dataset"]["state"]) if row["dataset"] else tk._("Not begun")
    kind = tk._(timing.LABELS[row["timing"]])
    return [row["period"], row["due"], kind, row["days_late"], state, row["why"]]


def csv_answer(rows: Iterable[Sequence[Any]], name: str) -> Response:
    """A table as a file to download."""
    response = Response(as_csv(rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def as_csv(rows: Iterable[Sequence[Any]]) -> bytes:
    """A table as a file that a spreadsheet opens, without formulas."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([neutral(str(cell)) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
