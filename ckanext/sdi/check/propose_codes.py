"""Which code system a column may hold, by its values together with the names of the columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from ckanext.sdi import codes
from ckanext.sdi.rules.personal_names import words_of

ENOUGH = 0.8
_LEVELS = {
    "kode_wilayah": {2: "provinsi", 4: "kab_kota", 6: "kecamatan", 10: "desa"},
    "kode_bps": {2: "provinsi", 4: "kab_kota", 7: "kecamatan", 10: "desa"},
}
_NUMBERS = {"nik": "nik", "npwp": "npwp", "nitku": "nitku", "kk": "nomor_kk", "nkk": "nomor_kk"}
_LISTS = {"dssd": "kode_dssd", "sds": "kode_sds", "dtks": "id_dtks"}
_DOTTED = re.compile(r"[1-9][0-9](\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")
_PLAIN = re.compile(r"[1-9][0-9]{1,9}(\.0)?")
_KINDS = re.compile(r"\b(kabupaten|kab|kota|provinsi|prov|administrasi|adm|kecamatan|kec)\b\.?")


def propose_code(
    name: str, values: Sequence[str], rows: Mapping[str, Sequence[str]]
) -> dict[str, Any] | None:
    """The ``sdi`` property for a column of codes, or None.

    :param name: the column's name
    :param values: some of its distinct values
    :param rows: the first rows by column, to hold the codes against the names beside them
    """
    if not values:
        return None
    words = words_of(name)
    for word, system in _NUMBERS.items():
        if word in words and _share(values, partial(_is_number, system)) >= ENOUGH:
            return {"code": system}
    for word, system in _LISTS.items():
        if word in words and _share(values, partial(_is_right, system)) >= ENOUGH:
            return {"code": system}
    system = _region(name, words, values, rows)
    if system is None:
        return None
    level = _level(system, values)
    return {"code": system, "level": level} if level else {"code": system}


def _share(values: Sequence[str], judge: Callable[[str], bool]) -> float:
    return sum(1 for text in values if judge(text)) / len(values)


def _is_right(system: str, text: str) -> bool:
    return not codes.judge(system, text)


def _is_number(system: str, text: str) -> bool:
    """Whether a text has about the digits of such a number, right or not."""
    digits = sum(sign.isdigit() for sign in text)
    return {"npwp": digits in (14, 15, 16), "nitku": digits in (21, 22)}.get(system, digits == 16)


def _digits(text: str) -> str:
    return re.sub(r"\.0$", "", text) if _PLAIN.fullmatch(text) else text.replace(".", "")


def _level(system: str, values: Sequence[str]) -> str | None:
    lengths = [len(_digits(text.strip())) for text in values]
    common = max(set(lengths), key=lengths.count)
    if lengths.count(common) < ENOUGH * len(lengths):
        return None
    return _LEVELS[system].get(common)


def _region(
    name: str, words: Sequence[str], values: Sequence[str], rows: Mapping[str, Sequence[str]]
) -> str | None:
    """Kemendagri's codes or BPS's; None when it cannot be told, or is neither."""
    dotted = _share(values, lambda text: "." in text and bool(_DOTTED.fullmatch(text.strip())))
    if dotted >= ENOUGH and max(len(text) for text in values) > 2:
        # Indicators are dotted like districts; only codes that are in the list are regions.
        known = codes.vocabulary("kode_wilayah")
        in_list = _share(values, lambda text: known.get(text.strip()) is not None)
        return "kode_wilayah" if in_list >= ENOUGH else None
    if _share(values, lambda text: bool(_PLAIN.fullmatch(text.strip()))) < ENOUGH:
        return None
    says_code = bool({"kode", "kd", "code"} & set(words))
    if (says_code and "bps" in words) or name.lower() in ("iddesa", "idkec", "idkab"):
        return "kode_bps"
    if not says_code or not _region_words(words):
        return None
    if _level("kode_bps", values) == "kecamatan":
        return "kode_bps"
    return _by_names(name, rows) if _level("kode_wilayah", values) else None


def _region_words(words: Sequence[str]) -> bool:
    region = {"wilayah", "prov", "provinsi", "propinsi", "kab", "kota", "kabupaten", "kec",
              "kecamatan", "kel", "kelurahan", "desa", "kd", "kemendagri", "dagri"}  # fmt: skip
    return bool(region & set(words))


def _by_names(name: str, rows: Mapping[str, Sequence[str]]) -> str | None:
    """Tell the two systems apart by the column of names beside the codes.

    A number that is right in both systems is often another place; the name says which. Without
    names nothing is proposed unless the column's own name says Kemendagri or Kode Wilayah.
    """
    words = words_of(name)
    if {"kemendagri", "dagri", "wilayah"} & set(words):
        return "kode_wilayah"
    wanted = ["nama" if word in ("kode", "kd") else word for word in words]
    beside = next((other for other in rows if words_of(other) == wanted), None)
    if beside is None:
        return None
    known = codes.vocabulary("kode_wilayah")
    pairs = {
        (_digits(code.strip()), _plain(label))
        for code, label in zip(rows[name], rows[beside], strict=True)
        if code and label
    }
    found = [(known.get(code), label) for code, label in pairs]
    agree = sum(1 for code, label in found if code is not None and _plain(code.name) == label)
    return "kode_wilayah" if agree >= ENOUGH * len(pairs) else "kode_bps"


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]", "", _KINDS.sub("", name.lower()))
