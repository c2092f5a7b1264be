"""ID DTKS: 17 digits a family, 19 a member (the last two: 01 head, 02 mother, 03 ... children).

Only a newsletter describes it, so nothing else is read out of it; above all it holds no Kode
Wilayah. A column of another shape says so by a pattern of its own.
"""

from __future__ import annotations

from ckanext.sdi.codes.numbers import judge_number
from ckanext.sdi.codes.reason import Reason

FAMILY, MEMBER = 17, 19


def judge_id_dtks(value: str) -> list[Reason]:
    """What is wrong with the number of a family or of one of its members."""
    return judge_number(value, "id_dtks", {FAMILY, MEMBER}, _reasons)


def _reasons(digits: str) -> list[Reason]:
    if len(digits) == MEMBER and digits.endswith("00"):
        return [Reason("id_dtks.member")]
    return []
