"""One value of one code system."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from ckanext.sdi.codes.area import (
    judge_kode_bps,
    judge_kode_wilayah,
    normalise_kode_wilayah,
)
from ckanext.sdi.codes.indicators import judge_dssd, judge_sds, normalise_dssd, normalise_sds
from ckanext.sdi.codes.numbers import cleaned_number
from ckanext.sdi.codes.reason import Reason
from ckanext.sdi.codes.resident import judge_nik, judge_nomor_kk
from ckanext.sdi.codes.social import judge_id_dtks
from ckanext.sdi.codes.tax import judge_nitku, judge_npwp

_JUDGES: dict[str, Callable[[str], list[Reason]]] = {
    "nik": judge_nik,
    "nomor_kk": judge_nomor_kk,
    "npwp": judge_npwp,
    "nitku": judge_nitku,
    "id_dtks": judge_id_dtks,
    "kode_dssd": judge_dssd,
    "kode_sds": judge_sds,
}
_NORMALISERS: dict[str, Callable[[str], str]] = {
    "kode_wilayah": normalise_kode_wilayah,
    "kode_dssd": normalise_dssd,
    "kode_sds": normalise_sds,
}
# No code is longer; the time a value takes must not grow with what someone sends.
MAX_LENGTH = 200


def judge(
    system: str, value: str, *, level: str | None = None, at: date | None = None
) -> list[Reason]:
    """What is wrong with a value.

    :param system: id of a code system
    :param level: the level that an area code must have
    :param at: the day the data is about, for codes that come and go; today if not given
    :returns: a reason for each thing; nothing for a right value
    :raises KeyError: when there is no such system
    """
    text = value[:MAX_LENGTH]
    if system == "kode_wilayah":
        return judge_kode_wilayah(text, level=level, at=at)
    if system == "kode_bps":
        return judge_kode_bps(text, level=level)
    return _JUDGES[system](text)


def normalise(system: str, value: str) -> str:
    """A value as its system writes it, without damage and foreign separators.

    Kode Wilayah and DSSD get their dots, numbers lose theirs. What cannot be understood comes
    back as it was, without blanks around it.

    :raises KeyError: when there is no such system
    """
    normaliser = _NORMALISERS.get(system)
    if normaliser is not None:
        return normaliser(value)
    if system not in _JUDGES and system != "kode_bps":
        raise KeyError(system)
    return cleaned_number(value, separators=True).value
