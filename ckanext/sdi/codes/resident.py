"""NIK and nomor KK: six digits of the area of issue, a date, a serial number.

NIK: PP 37/2007 article 37 (40 is added to a woman's day of birth; serials begin at 0001). It is
for life, so the area may come from any edition (PP 40/2019 article 30). Nomor KK: the same build
with the date of recording; only secondary sources say so, hence no more than a warning.
"""

from __future__ import annotations

from ckanext.sdi.codes.numbers import judge_number
from ckanext.sdi.codes.reason import Reason
from ckanext.sdi.codes.registry import areas

LENGTH = 16
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def judge_nik(value: str) -> list[Reason]:
    """What is wrong with a NIK."""
    return judge_number(value, "nik", {LENGTH}, lambda digits: nik_reasons(digits, "nik"))


def judge_nomor_kk(value: str) -> list[Reason]:
    """What is wrong with the number of a family card."""
    return judge_number(value, "nomor_kk", {LENGTH}, _kk_reasons)


def nik_reasons(digits: str, rules: str) -> list[Reason]:
    """What is wrong with 16 digits as a NIK.

    :param rules: the code system whose rules are named: ``nik``, or ``npwp`` for one in NIK form
    """
    reasons = _area_reasons(digits, rules)
    day = int(digits[6:8])
    if not is_date(day - 40 if day > 40 else day, digits[8:10], digits[10:12]):
        reasons.append(Reason(f"{rules}.date"))
    if digits[12:] == "0000":
        reasons.append(Reason(f"{rules}.serial"))
    return reasons


def is_date(day: int, month: str, year: str) -> bool:
    """Whether a day is in the calendar; the century is not written, so 29 February goes by four."""
    months = int(month)
    if not 1 <= months <= 12 or not 1 <= day <= _DAYS[months - 1]:
        return False
    return months != 2 or day < 29 or int(year) % 4 == 0


def _kk_reasons(digits: str) -> list[Reason]:
    reasons = _area_reasons(digits, "nomor_kk")
    if not is_date(int(digits[6:8]), digits[8:10], digits[10:12]):
        reasons.append(Reason("nomor_kk.date"))
    if digits[12:] == "0000":
        reasons.append(Reason("nomor_kk.serial"))
    return reasons


def _area_reasons(digits: str, rules: str) -> list[Reason]:
    known = areas()
    if digits[:6] in known:
        return []
    if digits[:2] not in known:
        return [Reason(f"{rules}.province", {"province": digits[:2]})]
    if rules != "nomor_kk" and "00" in (digits[2:4], digits[4:6]):
        return [Reason(f"{rules}.area")]
    if digits[:4] not in known:
        return [Reason(f"{rules}.regency", {"regency": f"{digits[:2]}.{digits[2:4]}"})]
    return [Reason(f"{rules}.district")]
