"""Judging area codes: Kode Wilayah by the edition in force on the data's day, BPS by shape."""

from __future__ import annotations

import re
from datetime import date

from ckanext.sdi.codes.damage import clean, is_digits, without_float
from ckanext.sdi.codes.kode_wilayah import DOTTED, LEVEL_BY_DIGITS, LEVEL_NAMES, dotted
from ckanext.sdi.codes.numbers import cleaned_number, damage_reasons
from ckanext.sdi.codes.reason import Reason
from ckanext.sdi.codes.registry import listed_reasons, vocabulary
from ckanext.sdi.codes.vocabulary import Code, Vocabulary, today

BPS_LEVELS = {2: "provinsi", 4: "kab_kota", 7: "kecamatan", 10: "desa"}
# What a spreadsheet leaves of a regency's code that ends in 0: 11.10 becomes 11.1.
_LOST_ZERO = re.compile(r"(\d\d)[.,](\d)")
_SEPARATORS = re.compile(r"[ .,\-/]")


def judge_kode_wilayah(
    value: str, *, level: str | None = None, at: date | None = None
) -> list[Reason]:
    """What is wrong with a Kode Wilayah.

    :param level: ``provinsi``, ``kab_kota``, ``kecamatan`` or ``desa``, if the column has one
    :param at: the data's reference date; today if not given
    """
    cleaned = without_float(clean(value))
    if cleaned.lost:
        return damage_reasons(cleaned, None)
    lost_zero = _LOST_ZERO.fullmatch(cleaned.value)
    if lost_zero:
        whole = f"{lost_zero[1]}.{lost_zero[2]}0"
        damage = damage_reasons(cleaned, whole)
        return [*damage, Reason("kode_wilayah.lost_zero", {}, whole), *_listed(whole, level, at)]
    text, separated = _shaped(cleaned.value)
    if text is None:
        digits = _SEPARATORS.sub("", cleaned.value)
        count = str(len(digits)) if is_digits(digits) else ""
        rule = "kode_wilayah.length" if count else "kode_wilayah.characters"
        params = {"length": count} if count else {}
        return [*damage_reasons(cleaned, None), Reason(rule, params)]
    damage = damage_reasons(cleaned, text)
    if separated:
        damage.append(Reason("kode.separator", {}, text))
    with_dots = "." in text
    return [*damage, *_listed(dotted(text), level, at, with_dots=with_dots)]


def normalise_kode_wilayah(value: str) -> str:
    """``64-72`` and ``6472`` as ``64.72``, or the value as it is."""
    cleaned = without_float(clean(value)).value
    text, _ = _shaped(cleaned)
    return cleaned if text is None else dotted(text)


def _shaped(value: str) -> tuple[str | None, bool]:
    """A value of a code's shape, and whether its separators had to be put right."""
    if DOTTED.fullmatch(value) or (is_digits(value) and len(value) in LEVEL_BY_DIGITS):
        return value, False
    digits = _SEPARATORS.sub("", value)
    if is_digits(digits) and len(digits) in LEVEL_BY_DIGITS:
        return dotted(digits), True
    return None, False


def _listed(
    code: str, level: str | None, at: date | None, *, with_dots: bool = True
) -> list[Reason]:
    wilayah = vocabulary("kode_wilayah")
    day = at or today()
    reasons: list[Reason] = []
    found_level = wilayah.layout.level(code)
    if level is not None and level != found_level:
        names = {"wanted": LEVEL_NAMES[level], "found": LEVEL_NAMES[found_level]}
        reasons.append(Reason("kode_wilayah.level", names))
    if wilayah.in_force(code, day):
        return reasons
    found = wilayah.get(code, day)
    if found is None:
        return reasons + listed_reasons("kode_wilayah", code)
    return [*reasons, _out_of_force(wilayah, found, day, with_dots)]


def _out_of_force(wilayah: Vocabulary, found: Code, at: date, with_dots: bool) -> Reason:
    params = {"code": found.code, "name": found.name, "at": at.isoformat()}
    if found.valid_from is not None and at < found.valid_from:
        return Reason("kode_wilayah.not_yet", {**params, "from": found.valid_from.isoformat()})
    end = wilayah.gone_by(found.code)
    params["until"] = "" if found.valid_to is None else found.valid_to.isoformat()
    params["decree"] = end.decree if end else ""
    now = wilayah.successors_at(found.code, at)
    if not now:
        return Reason("kode_wilayah.gone", params)
    params["now"] = ", ".join(f"{code.code} ({code.name})" for code in now)
    suggestion = now[0].code if len(now) == 1 else None
    if suggestion and not with_dots:
        suggestion = suggestion.replace(".", "")
    return Reason("kode_wilayah.retired", params, suggestion)


def judge_kode_bps(value: str, *, level: str | None = None) -> list[Reason]:
    """What is wrong with an area code of BPS: 2, 4, 7 or 10 digits, another numbering."""
    cleaned = cleaned_number(value)
    if cleaned.lost:
        return damage_reasons(cleaned, None)
    digits = cleaned.value
    if not is_digits(digits):
        return [*damage_reasons(cleaned, None), Reason("kode_bps.characters")]
    found = BPS_LEVELS.get(len(digits))
    if found is None:
        reason = Reason("kode_bps.length", {"length": str(len(digits))})
        return [*damage_reasons(cleaned, None), reason]
    damage = damage_reasons(cleaned, digits)
    if level is not None and level != found:
        names = {"wanted": LEVEL_NAMES[level], "found": LEVEL_NAMES[found]}
        damage.append(Reason("kode_bps.level", names))
    return damage + listed_reasons("kode_bps", digits)
