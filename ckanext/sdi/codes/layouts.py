"""How the codes of each list are built."""

from __future__ import annotations

import re

from ckanext.sdi.codes import kode_wilayah
from ckanext.sdi.codes.damage import is_digits
from ckanext.sdi.codes.indicators import normalise_dssd, normalise_sds
from ckanext.sdi.codes.vocabulary import Layout

_BPS_LEVELS = {2: "provinsi", 4: "kab_kota", 7: "kecamatan", 10: "desa"}
_BPS_PARENTS = {4: 2, 7: 4, 10: 7}


def _bps_prefix(text: str) -> str | None:
    digits = re.sub(r"[.\s]", "", text)
    return digits if is_digits(digits) and len(digits) <= 10 else None


def _bps_parent(code: str) -> str | None:
    length = _BPS_PARENTS.get(len(code))
    return None if length is None else code[:length]


def _bps_level(code: str) -> str:
    return _BPS_LEVELS.get(len(code), "desa")


KODE_BPS = Layout(
    levels=kode_wilayah.LEVELS,
    normalise=lambda value: re.sub(r"[.\s]", "", value),
    parent=_bps_parent,
    level=_bps_level,
    kind=_bps_level,
    prefix=_bps_prefix,
    is_code=lambda code: is_digits(code) and len(code) in _BPS_LEVELS,
)

KODE_DSSD = Layout(
    levels=("data",),
    normalise=normalise_dssd,
    parent=lambda _code: None,
    level=lambda _code: "data",
    kind=lambda _code: "data",
    prefix=lambda text: text.strip() or None,
    is_code=lambda code: bool(re.fullmatch(r"[0-9]\.[0-9]{2}\.[0-9]{6}", code)),
)

KODE_SDS = Layout(
    levels=("data",),
    normalise=normalise_sds,
    parent=lambda _code: None,
    level=lambda _code: "data",
    kind=lambda _code: "data",
    prefix=lambda _text: None,
    is_code=lambda code: bool(re.fullmatch(r"[A-Z]{1,2}[0-9]{5}\.[0-9]{2}\.[0-9]{2}", code)),
)

LAYOUTS: dict[str, Layout] = {
    "kode_wilayah": kode_wilayah.LAYOUT,
    "kode_bps": KODE_BPS,
    "kode_dssd": KODE_DSSD,
    "kode_sds": KODE_SDS,
}
