"""Codes of data: DSSD (sectoral statistics of regions) and SDS (standards of statistical data)."""

from __future__ import annotations

import re

from ckanext.sdi.codes.damage import Cleaned, clean
from ckanext.sdi.codes.numbers import damage_reasons
from ckanext.sdi.codes.reason import Reason
from ckanext.sdi.codes.registry import listed_reasons

_DSSD = re.compile(r"\d\.\d{2}\.\d{6}", re.ASCII)
_DSSD_PLAIN = re.compile(r"\d{9}", re.ASCII)
_SDS = re.compile(r"[A-Z]{1,2}\d{5}\.\d{2}\.\d{2}", re.ASCII)
_SDS_PLAIN = re.compile(r"[A-Z]{1,2}\d{9}", re.ASCII)
# The centre's Daftar Data names standards by eight digits instead.
_SDS_CENTRAL = re.compile(r"\d{8}", re.ASCII)


def normalise_dssd(value: str) -> str:
    """``501000102`` as ``5.01.000102``, or the value as it is."""
    plain = re.sub(r"[ .]", "", clean(value).value)
    return f"{plain[0]}.{plain[1:3]}.{plain[3:]}" if _DSSD_PLAIN.fullmatch(plain) else value


def normalise_sds(value: str) -> str:
    """``sd0000100 00`` as ``SD00001.00.00``, or the value as it is."""
    plain = re.sub(r"[ .]", "", clean(value).value).upper()
    if _SDS_PLAIN.fullmatch(plain):
        return f"{plain[:-4]}.{plain[-4:-2]}.{plain[-2:]}"
    return plain if _SDS_CENTRAL.fullmatch(plain) else value


def judge_dssd(value: str) -> list[Reason]:
    """What is wrong with a code of sectoral data (urusan, bidang urusan, number)."""
    cleaned = clean(value)
    if _DSSD.fullmatch(cleaned.value):
        return damage_reasons(cleaned, cleaned.value) + listed_reasons("kode_dssd", cleaned.value)
    return _misshapen("kode_dssd", cleaned, normalise_dssd(value), _DSSD)


def judge_sds(value: str) -> list[Reason]:
    """What is wrong with a code of a statistical data standard (Per BPS 4/2021)."""
    cleaned = clean(value)
    if _SDS.fullmatch(cleaned.value):
        return damage_reasons(cleaned, cleaned.value) + listed_reasons("kode_sds", cleaned.value)
    if _SDS_CENTRAL.fullmatch(cleaned.value):
        return [*damage_reasons(cleaned, cleaned.value), Reason("kode_sds.central")]
    return _misshapen("kode_sds", cleaned, normalise_sds(value), _SDS)


def _misshapen(system: str, cleaned: Cleaned, normal: str, shape: re.Pattern[str]) -> list[Reason]:
    suggestion = normal if shape.fullmatch(normal) else None
    damage = damage_reasons(cleaned, suggestion)
    return damage if cleaned.lost else [*damage, Reason(f"{system}.shape", {}, suggestion)]
