"""What of a dataset goes to Solr."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ckanext.sdi.logic import index


def prepare(**fields: Any) -> dict[str, Any]:
    return index.prepare({"type": "dataset", "dataset_type": "dataset", **fields})


def test_lists_become_many_valued_and_areas_can_be_found_by_name() -> None:
    stored = json.dumps(["64.72", "64.02"])
    prepared = prepare(
        cakupan_wilayah=stored, extras_cakupan_wilayah=stored, prioritas_tahun="2025,2026"
    )
    assert prepared["vocab_cakupan_wilayah"] == ["64.72", "64.02"]
    assert "Samarinda" in prepared["extras_cakupan_wilayah"]
    assert prepared["vocab_prioritas_tahun"] == ["2025", "2026"]
    assert "cakupan_wilayah" not in prepared
    assert "prioritas_tahun" not in prepared


@pytest.mark.parametrize("stored", [None, "", "[", "[]", '{"a": 1}', "Kota lama"])
def test_what_an_old_portal_kept_there_does_no_harm(stored: Any) -> None:
    assert index.prepare({"dataset_type": "dataset", "cakupan_wilayah": stored})


def test_terms_are_cut_at_the_bytes_solr_takes() -> None:
    prepared = prepare(definisi="é" * 40_000, res_url=["u" * 40_000, "short"], title="t" * 40_000)
    assert len(prepared["definisi"].encode()) <= index.LONGEST_TERM
    assert [len(url) for url in prepared["res_url"]] == [index.LONGEST_TERM, 5]
    # Split into words by Solr, stored whole.
    assert len(prepared["title"]) == 40_000


def test_column_standards_are_no_search_terms() -> None:
    assert "res_extras_table_schema" not in prepare(res_extras_table_schema=["{}"])


def test_other_dataset_types_keep_their_fields() -> None:
    other = {"dataset_type": "harvest", "type": "harvest", "prioritas_tahun": "2025"}
    assert index.prepare(other) == other
