"""Hiding what identifies a person in a value that a report repeats."""

from __future__ import annotations

from ckanext.sdi.codes.damage import is_digits
from ckanext.sdi.codes.numbers import cleaned_number
from ckanext.sdi.codes.tax import is_personal_npwp

DOT = "•"
MAX_SHOWN = 40


def mask(system: str, value: str) -> str:
    """A value as it may be shown: ``3171••••••••0001`` for a NIK.

    Values of ``nik``, ``nomor_kk`` and ``id_dtks`` are masked always, of ``npwp`` and ``nitku``
    unless they are surely not a person's; other systems' values are cut to a length.
    """
    if system in ("nik", "nomor_kk", "id_dtks"):
        return _masked(value)
    if system in ("npwp", "nitku") and not _is_no_persons(value):
        return _masked(value)
    return value if len(value) <= MAX_SHOWN else f"{value[: MAX_SHOWN - 1]}…"


def _is_no_persons(value: str) -> bool:
    """A company's or an office's number, whole or with its leading zero lost."""
    digits = cleaned_number(value, separators=True).value
    if not is_digits(digits) or is_personal_npwp(digits):
        return False
    if len(digits) in (14, 15, 21):
        return digits[0] in "0123" if len(digits) == 15 else True
    return len(digits) in (16, 22) and (digits[0] == "0" or digits.startswith("10"))


def _masked(value: str) -> str:
    shown = 4 if len(value) >= 15 else 2 if len(value) >= 8 else 0
    hidden = min(len(value) - 2 * shown, MAX_SHOWN)
    return value[:shown] + DOT * hidden + (value[-shown:] if shown else "")
