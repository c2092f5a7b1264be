"""A value taken apart, for the person who typed it: what each part says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ckanext.sdi.codes.damage import is_digits
from ckanext.sdi.codes.numbers import cleaned_number
from ckanext.sdi.codes.registry import vocabulary
from ckanext.sdi.codes.resident import is_date
from ckanext.sdi.codes.systems import N_


@dataclass(frozen=True, slots=True)
class Part:
    """Some signs of a value.

    :param title: what the part is (a message id)
    :param meaning: what it says here (a message id with placeholders)
    :param code: the Kode Wilayah that the part is, if it is one
    """

    signs: str
    title: str
    meaning: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    code: str | None = None


def explain(system: str, value: str) -> list[Part]:
    """The parts of a number, or nothing when it cannot be taken apart.

    Kept by nobody: the answer is for the one request that asked.
    """
    digits = cleaned_number(value, separators=True).value
    if not is_digits(digits):
        return []
    if system == "nik" and len(digits) == 16:
        return _resident(digits, N_("Date of birth"), women=True)
    if system == "nomor_kk" and len(digits) == 16:
        return _resident(digits, N_("Date of recording"), women=False)
    if system == "npwp":
        return _npwp(digits)
    if system == "nitku" and len(digits) == 22:
        place = N_("Head office") if digits[16:] == "000000" else N_("Branch or other place")
        return [*_npwp(digits[:16]), Part(digits[16:], N_("Place of business"), place)]
    if system == "id_dtks" and len(digits) in (17, 19):
        return _id_dtks(digits)
    return []


def _resident(digits: str, date_title: str, *, women: bool) -> list[Part]:
    return [*_area(digits), _date(digits[6:12], date_title, women), _serial(digits[12:])]


def _area(digits: str) -> list[Part]:
    wilayah = vocabulary("kode_wilayah")
    parts: list[Part] = []
    titles = (N_("Province"), N_("Regency or city"), N_("District"))
    for number, title in enumerate(titles, 1):
        code = wilayah.layout.normalise(digits[: 2 * number])
        found = wilayah.get(code)
        signs = digits[2 * number - 2 : 2 * number]
        if found is None:
            parts.append(Part(signs, title, N_("In no known list")))
        else:
            parts.append(Part(signs, title, "{name}", {"name": found.name}, found.code))
    return parts


def _date(digits: str, title: str, women: bool) -> Part:
    day = int(digits[:2])
    woman = women and day > 40
    if not is_date(day - 40 if woman else day, digits[2:4], digits[4:]):
        return Part(digits, title, N_("No date"))
    params = {"day": str(day - 40 if woman else day), "month": digits[2:4], "year": digits[4:]}
    if not women:
        return Part(digits, title, N_("Day {day}, month {month}, year ..{year}"), params)
    if woman:
        meaning = N_("Day {day} (40 is added for a woman), month {month}, year ..{year}")
    else:
        meaning = N_("Day {day} (a man), month {month}, year ..{year}")
    return Part(digits, title, meaning, params)


def _serial(digits: str) -> Part:
    meaning = N_("Serial numbers begin at 0001") if digits == "0000" else ""
    return Part(digits, N_("Serial number"), meaning)


def _npwp(digits: str) -> list[Part]:
    if len(digits) == 15:
        return _old_npwp(digits)
    if len(digits) != 16:
        return []
    if digits[0] == "0":
        return [
            Part("0", N_("Leading zero"), N_("An old number of 15 digits follows")),
            *_old_npwp(digits[1:]),
        ]
    if digits.startswith("10"):
        return [Part(digits, N_("Number"), N_("A number of the series given since 2025"))]
    return _resident(digits, N_("Date of birth"), women=True)


def _old_npwp(digits: str) -> list[Part]:
    person = digits[0] in "456789"
    kind = N_("A person") if person else N_("A company or an office")
    branch = N_("Head office") if digits[12:] == "000" else N_("Branch")
    return [
        Part(digits[:2], N_("Kind of taxpayer"), kind),
        Part(digits[2:8], N_("Serial number")),
        Part(digits[8], N_("Check digit")),
        Part(digits[9:12], N_("Tax office")),
        Part(digits[12:], N_("Branch number"), branch),
    ]


def _id_dtks(digits: str) -> list[Part]:
    parts = [Part(digits[:17], N_("Family"))]
    if len(digits) == 19:
        roles = {"01": N_("Head of the family"), "02": N_("Mother")}
        meaning = roles.get(digits[17:], N_("Child or other member"))
        parts.append(Part(digits[17:], N_("Member"), meaning))
    return parts
