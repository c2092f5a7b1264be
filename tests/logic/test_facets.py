"""Filters beside the search results, their values in words."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from tests.province import Province, published_dataset


def test_values_of_filters_are_in_words(province: Province) -> None:
    published_dataset(province)
    names = ["vocab_cakupan_wilayah", "jenis_data", "sdi_state"]
    anonymous: Any = {"user": ""}
    found = tk.get_action("package_search")(anonymous, {"facet.field": names, "rows": 0})
    shown = {
        name: [(item["name"], item["display_name"]) for item in facet["items"]]
        for name, facet in found["search_facets"].items()
    }
    assert shown["vocab_cakupan_wilayah"] == [("64", "Kalimantan Timur")]
    assert shown["jenis_data"] == [("statistik", "Statistik")]
    assert shown["sdi_state"] == [("published", tk._("Published"))]


def test_the_search_page_has_them(province: Province, app: Any) -> None:
    published_dataset(province)
    page = app.get("/dataset/").body
    assert "Kalimantan Timur" in page
    assert "Cakupan wilayah" in page
    assert "sdi_state" not in page
    narrowed = app.get("/dataset/?vocab_cakupan_wilayah=64&sdi_state=draft").body
    assert "jumlah-usaha" not in narrowed
