"""NPWP of 15 and 16 digits, and NITKU.

PMK 112/2022, PMK 136/2023, PER-6/PJ/2024: residents use their NIK, others a number of 16 digits;
an old number of 15 digits got a 0 in front; a NITKU is an NPWP of 16 digits and six of the place
of business. The check digit fits published numbers but was never published, and the series that
begins with 10 is known from practice alone: both are no more than warnings.
"""

from __future__ import annotations

from collections.abc import Callable

from ckanext.sdi.codes.damage import is_digits
from ckanext.sdi.codes.numbers import cleaned_number, damage_reasons, judge_number
from ckanext.sdi.codes.reason import Reason
from ckanext.sdi.codes.registry import areas
from ckanext.sdi.codes.resident import is_date, nik_reasons

_OLD, _NEW, _NITKU = 15, 16, 22
# The first digit of an old number tells a person (4-9) from a company or an office (0-3).
_PERSONS = frozenset("456789")


def judge_npwp(value: str) -> list[Reason]:
    """What is wrong with an NPWP of either length."""
    return _judge(value, "npwp", {_OLD, _NEW}, _npwp_reasons)


def judge_nitku(value: str) -> list[Reason]:
    """What is wrong with the number of a place of business."""
    return _judge(value, "nitku", {_NITKU}, lambda digits: _npwp_reasons(digits[:_NEW]))


def is_personal_npwp(value: str) -> bool:
    """Whether an NPWP (or the one that a NITKU begins with) is a natural person's.

    16 digits in the form of a NIK, or an old number, with or without the 0 in front, whose first
    digit is 4 to 9.
    """
    digits = cleaned_number(value, separators=True).value
    if not is_digits(digits):
        return False
    if len(digits) == _NITKU:
        digits = digits[:_NEW]
    if len(digits) == _OLD:
        return digits[0] in _PERSONS
    if len(digits) != _NEW:
        return False
    if digits[0] == "0":
        return digits[1] in _PERSONS
    return _is_nik_form(digits)


def passes_luhn(digits: str) -> bool:
    """Whether the last of some digits checks the others by Luhn's rule."""
    total = 0
    for place, sign in enumerate(reversed(digits)):
        digit = int(sign) * (2 if place % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def _judge(
    value: str, system: str, lengths: set[int], judge_digits: Callable[[str], list[Reason]]
) -> list[Reason]:
    cleaned = cleaned_number(value, separators=True)
    digits = cleaned.value
    if is_digits(digits) and len(digits) == min(lengths) - 1 and digits.strip("0"):
        whole = "0" + digits
        lost = Reason("kode.lost_zero", {}, None if cleaned.doubtful else whole)
        return [*damage_reasons(cleaned, whole), lost, *judge_digits(whole)]
    return judge_number(value, system, lengths, judge_digits, separators=True)


def _npwp_reasons(digits: str) -> list[Reason]:
    if not digits.strip("0"):
        return [Reason("npwp.zeros")]
    if len(digits) == _OLD:
        return _check_digit(digits)
    if digits[0] == "0":
        return _check_digit(digits[1:])
    if digits.startswith("10"):
        return []
    if digits[:2] not in areas():
        return [Reason("npwp.form", {"start": digits[:2]})]
    return nik_reasons(digits, "npwp")


def _check_digit(old: str) -> list[Reason]:
    return [] if passes_luhn(old[:9]) else [Reason("npwp.check_digit")]


def _is_nik_form(digits: str) -> bool:
    day = int(digits[6:8])
    return digits[:2] in areas() and is_date(
        day - 40 if day > 40 else day, digits[8:10], digits[10:12]
    )
