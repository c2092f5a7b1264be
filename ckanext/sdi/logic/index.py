"""Making a dataset fit for Solr, which refuses a term of more than 32,766 bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ckanext.sdi.codes import vocabulary

LONGEST_TERM = 32_000
# Stored whole and not indexed as a term, or split into words.
_NOT_TERMS = ("data_dict", "validated_data_dict", "title", "notes", "text")
_NOT_TERM_PREFIXES = ("extras_", "res_extras_")
# Names of areas put into the text search; a list may hold many more.
_AREA_NAMES = 200


def prepare(pkg_dict: dict[str, Any]) -> dict[str, Any]:
    """The dataset with its lists split and its long texts cut, for ``before_dataset_index``.

    ``cakupan_wilayah`` and ``prioritas_tahun`` become the many-valued ``vocab_cakupan_wilayah``
    and ``vocab_prioritas_tahun`` (Solr's other dynamic fields take one value); the names of the
    areas go into the text search. Column standards are no search terms.
    """
    prepared = dict(pkg_dict)
    if prepared.get("dataset_type", prepared.get("type")) == "dataset":
        _split_lists(prepared)
        prepared.pop("res_extras_table_schema", None)
    return {name: _cut(name, value) for name, value in prepared.items()}


def _split_lists(pkg_dict: dict[str, Any]) -> None:
    areas = list(_codes(pkg_dict.pop("cakupan_wilayah", None)))
    pkg_dict.pop("extras_cakupan_wilayah", None)
    if areas:
        pkg_dict["vocab_cakupan_wilayah"] = areas
        pkg_dict["extras_cakupan_wilayah"] = "; ".join(_labels(areas[:_AREA_NAMES]))
    years = str(pkg_dict.pop("prioritas_tahun", None) or "")
    if years:
        pkg_dict["vocab_prioritas_tahun"] = [year.strip() for year in years.split(",")]


def _codes(stored: Any) -> Iterator[str]:
    """The codes of a list as it is stored: JSON text, a list, or one code."""
    if isinstance(stored, str):
        try:
            stored = json.loads(stored) if stored.startswith("[") else [stored]
        except ValueError:
            return
    for code in stored or ():
        if isinstance(code, str) and code:
            yield code


def _labels(areas: list[str]) -> Iterator[str]:
    known = vocabulary("kode_wilayah")
    for area in areas:
        code = known.get(area)
        yield area if code is None else f"{area} {code.label}"


def _cut(name: str, value: Any) -> Any:
    if name in _NOT_TERMS or name.startswith(_NOT_TERM_PREFIXES):
        return value
    if isinstance(value, str):
        return _first_bytes(value)
    if isinstance(value, list):
        return [_first_bytes(part) if isinstance(part, str) else part for part in value]
    return value


def _first_bytes(text: str) -> str:
    encoded = text.encode("utf-8")
    if len(encoded) <= LONGEST_TERM:
        return text
    return encoded[:LONGEST_TERM].decode("utf-8", "ignore")
