"""Periods of data as people write them: a year, a half year, a quarter, a month, a week, a day."""

from __future__ import annotations

import calendar
import functools
import re
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_PART = re.compile(r"(\d{4})-([SQTW])(\d{1,2})", re.IGNORECASE)
_YEAR = re.compile(r"\d{4}")
# T is how a quarter (triwulan) is written in Indonesian tables.
_MONTHS_IN = {"S": 6, "Q": 3, "T": 3}
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


@dataclass(frozen=True)
class Period:
    """The first and the last day of a period."""

    first: date
    last: date


@functools.lru_cache(maxsize=4096)
def parse(value: str) -> Period | None:
    """Read ``2024``, ``2024-S1``, ``2024-Q3``, ``2024-W07``, ``2024-03``, ``2024-03-31`` or two
    of them with a ``/`` between.

    :returns: the period, or None when it is written in another way, is no date, or ends before
        it begins
    """
    first, slash, last = value.strip().partition("/")
    start = _single(first.strip())
    end = _single(last.strip()) if slash else start
    if start is None or end is None or end.last < start.first:
        return None
    return Period(start.first, end.last)


def last_day(text: object) -> date | None:
    """The last day of a period that a cell or a field names; ``None`` when it names none."""
    named = parse(str(text)) if text is not None else None
    return named.last if named else None


def _single(text: str) -> Period | None:
    try:
        found = _read(text)
    except ValueError:
        return None
    if found is None or not _FIRST_YEAR <= found.first.year <= _LAST_YEAR:
        return None
    return found


def _read(text: str) -> Period | None:
    """One period; ValueError when it has the form of one but is none, such as month 13."""
    if match := _DAY.fullmatch(text):
        day = date(*(int(part) for part in match.groups()))
        return Period(day, day)
    if match := _MONTH.fullmatch(text):
        return _months(int(match[1]), int(match[2]), 1)
    if match := _PART.fullmatch(text):
        year, kind, number = int(match[1]), match[2].upper(), int(match[3])
        if kind == "W":
            monday = date.fromisocalendar(year, number, 1)
            return Period(monday, monday + timedelta(days=6))
        length = _MONTHS_IN[kind]
        return _months(year, (number - 1) * length + 1, length)
    if _YEAR.fullmatch(text):
        return _months(int(text), 1, 12)
    return None


def _months(year: int, first: int, length: int) -> Period:
    last = first + length - 1
    start = date(year, first, 1)
    return Period(start, date(year, last, calendar.monthrange(year, last)[1]))
