"""The filters beside the search results, and their values in words."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.sdi.codes import vocabulary
from ckanext.sdi.lifecycle import gate, states
from ckanext.sdi.rules.catalogue import N_

AREAS = "vocab_cakupan_wilayah"
CHOICES = ("jenis_data", "jadwal_pemutakhiran", "klasifikasi_risiko")
TITLES = {
    "organization": N_("Produsen Data"),
    "kategori": N_("Category"),
    AREAS: N_("Areas covered"),
    "jenis_data": N_("Kind of data"),
    "jadwal_pemutakhiran": N_("Update schedule"),
    "vocab_prioritas_tahun": N_("Priority data in the years"),
    "res_format": N_("Formats"),
    "tags": N_("Tags"),
}
# Of use to those who work on datasets; to everybody else all is published.
WORK_TITLES = {"sdi_state": N_("State"), "klasifikasi_risiko": N_("Access class")}


def facets(given: OrderedDict[str, Any], package_type: str) -> OrderedDict[str, Any]:
    """The filters for a dataset type; other types keep theirs."""
    if package_type != gate.GOVERNED_TYPE:
        return given
    titles = dict(TITLES)
    if tk.current_user.is_authenticated:
        titles |= WORK_TITLES
    return OrderedDict((name, tk._(title)) for name, title in titles.items())


def without_what_no_one_sees(search_params: dict[str, Any]) -> dict[str, Any]:
    """Ask the index for no value that no dataset in sight has: it would tell of the others."""
    try:
        least = int(search_params.get("facet.mincount", 1))
    except (TypeError, ValueError):
        least = 1
    return {**search_params, "facet.mincount": max(1, least)}


def name_values(search_results: dict[str, Any]) -> dict[str, Any]:
    """Put the values of filters in words: an area's name for its code, a choice's label."""
    for name, facet in (search_results.get("search_facets") or {}).items():
        label = _label_of(name)
        if label is None:
            continue
        for item in facet["items"]:
            item["display_name"] = label(item["name"])
    return search_results


def _label_of(facet: str) -> Callable[[str], str] | None:
    if facet == AREAS:
        return _area
    if facet == "sdi_state":
        return lambda state: tk._(states.LABELS[state]) if state in states.LABELS else state
    if facet in CHOICES:
        return lambda value: tk.h.sdi_choice_label(facet, value)
    return None


def _area(code: str) -> str:
    area = vocabulary("kode_wilayah").get(code)
    return code if area is None else area.name
