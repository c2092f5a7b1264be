"""The common way through the systems whose codes are digits of a fixed length."""

from __future__ import annotations

from collections.abc import Callable, Collection

from ckanext.sdi.codes.damage import (
    Cleaned,
    clean,
    is_digits,
    without_float,
    without_separators,
)
from ckanext.sdi.codes.reason import Reason


def cleaned_number(value: str, *, separators: bool = False) -> Cleaned:
    """A number without what spreadsheets and copying did to it.

    :param separators: the system is written with dots, dashes and spaces
    """
    cleaned = clean(value)
    if cleaned.lost:
        return cleaned
    return without_separators(without_float(cleaned), allowed=separators)


def judge_number(
    value: str,
    system: str,
    lengths: Collection[int],
    judge_digits: Callable[[str], list[Reason]],
    *,
    separators: bool = False,
) -> list[Reason]:
    """What is wrong with a number: its damage, then its signs and length, then its digits."""
    if len(value) in lengths and is_digits(value):
        return judge_digits(value)
    cleaned = cleaned_number(value, separators=separators)
    if cleaned.lost:
        return damage_reasons(cleaned, None)
    digits = cleaned.value
    if not is_digits(digits) and digits:
        reasons = [Reason(f"{system}.characters")]
    elif len(digits) not in lengths:
        reasons = [Reason(f"{system}.length", {"length": str(len(digits))})]
    else:
        return damage_reasons(cleaned, digits) + judge_digits(digits)
    return damage_reasons(cleaned, None) + reasons


def damage_reasons(cleaned: Cleaned, suggestion: str | None) -> list[Reason]:
    """A reason for each damage, with the value as it was meant if that is sure."""
    meant = None if cleaned.doubtful else suggestion
    return [Reason(rule, {}, meant) for rule in cleaned.damage]
