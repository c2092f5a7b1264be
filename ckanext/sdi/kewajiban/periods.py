"""The periods of the seven schedules of the list, and the day on which each is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta

from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.rules.period import Period, parse

MONTHS = {"bulanan": 1, "triwulanan": 3, "semesteran": 6, "tahunan": 12}
# So many days after a period's end its data is due, where no decree grants others.
GRACE = {
    "harian": 1,
    "mingguan": 3,
    "bulanan": 10,
    "triwulanan": 15,
    "semesteran": 30,
    "tahunan": 30,
}
MONTH_NAMES = (
    N_("January {year}"),
    N_("February {year}"),
    N_("March {year}"),
    N_("April {year}"),
    N_("May {year}"),
    N_("June {year}"),
    N_("July {year}"),
    N_("August {year}"),
    N_("September {year}"),
    N_("October {year}"),
    N_("November {year}"),
    N_("December {year}"),
)
_ROMAN = ("I", "II", "III", "IV")


def has_periods(schedule: str | None) -> bool:
    """Whether data of a schedule is ever due: not what is made when something happens."""
    return schedule in GRACE


def periods(schedule: str | None, first: date, last: date) -> Iterator[Period]:
    """The periods of a schedule that begin within two days, in order.

    :param schedule: a schedule of the list; ``insidental``, one that is not known, and none have
        no periods
    :param last: the last day on which a period may begin
    """
    period = _containing(schedule, first)
    if period is not None and period.first < first:
        period = _containing(schedule, period.last + timedelta(days=1))
    while period is not None and period.first <= last:
        yield period
        period = _containing(schedule, period.last + timedelta(days=1))


def due(
    schedule: str, period: Period, *, agreed: date | None = None, grace: int | None = None
) -> date:
    """The day by whose end the data of a period is to be handed in.

    :param agreed: the day on which the Forum agreed to the list: nobody is late for what was not
        asked yet
    :param grace: days after the end, where others hold than the schedule's own
    """
    asked = max(period.last, agreed) if agreed else period.last
    return asked + timedelta(days=GRACE[schedule] if grace is None else grace)


def local_day(moment: dt.datetime, zone: dt.tzinfo) -> date:
    """The day that a moment in UTC (with or without its zone) is in the portal's zone."""
    return moment.replace(tzinfo=moment.tzinfo or dt.timezone.utc).astimezone(zone).date()


def code(schedule: str, period: Period) -> str:
    """A period as a dataset's ``periode_data`` has it: 2026, 2026-S1, 2026-Q3, 2026-03, …"""
    year, month = period.first.year, period.first.month
    if schedule == "harian":
        return period.first.isoformat()
    if schedule == "mingguan":
        week = period.first.isocalendar()
        return f"{week.year}-W{week.week:02}"
    if schedule == "bulanan":
        return f"{year}-{month:02}"
    if schedule == "triwulanan":
        return f"{year}-Q{(month + 2) // 3}"
    return f"{year}-S{(month + 5) // 6}" if schedule == "semesteran" else str(year)


def words(schedule: str, period: Period, translate: Callable[[str], str]) -> str:
    """A period as people say it: 2026, Semester I 2026, Triwulan III 2026, Maret 2026, …"""
    year, month = period.first.year, period.first.month
    if schedule == "tahunan":
        return str(year)
    if schedule == "semesteran":
        return translate(N_("half year {n} {year}")).format(n=_ROMAN[month // 6], year=year)
    if schedule == "triwulanan":
        return translate(N_("quarter {n} {year}")).format(n=_ROMAN[month // 3], year=year)
    if schedule == "mingguan":
        week = period.first.isocalendar()
        return translate(N_("week {n} of {year}")).format(n=week.week, year=week.year)
    name = translate(MONTH_NAMES[month - 1]).format(year=year)
    return f"{period.first.day} {name}" if schedule == "harian" else name


def _containing(schedule: str | None, day: date) -> Period | None:
    """The period of a schedule in which a day lies."""
    if schedule == "harian":
        return Period(day, day)
    if schedule == "mingguan":
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6))
    length = MONTHS.get(schedule or "")
    if length is None:
        return None
    first = (day.month - 1) // length * length + 1
    start = date(day.year, first, 1)
    after = date(day.year + (first + length > 12), (first + length - 1) % 12 + 1, 1)
    return Period(start, after - timedelta(days=1))


def covered(texts: Iterable[str]) -> list[Period]:
    """The stretches of days that some periods name together, in order; adjoining ones are one.

    :param texts: periods as ``ckanext.sdi.rules.period`` reads them; others are passed over
    """
    named = sorted(
        (period for text in texts if (period := parse(text))), key=lambda period: period.first
    )
    joined: list[Period] = []
    for period in named:
        if joined and period.first <= joined[-1].last + timedelta(days=1):
            joined[-1] = Period(joined[-1].first, max(joined[-1].last, period.last))
        else:
            joined.append(period)
    return joined


def covers(stretches: Sequence[Period], period: Period) -> bool:
    """Whether data about some stretches of days is data about a period.

    It is when it spans the period, or when it is how things stood at its end: a count of
    31 December is the year's.
    """
    return any(
        (stretch.first <= period.first and period.last <= stretch.last)
        or (period.first <= stretch.first and stretch.last == period.last)
        for stretch in stretches
    )


def about(
    first: str | None, last: str | None, of_resources: Iterable[str | None]
) -> list[list[str]]:
    """The stretches of days that a dataset is about, as they are kept with a hand-in.

    :param first: the dataset's ``periode_awal``
    :param last: its ``periode_akhir``
    :param of_resources: the ``periode_data`` of its resources: where one says it, they count
    """
    stretches = covered(text for text in of_resources if text)
    if not stretches and (first or last):
        stretches = covered([f"{first or last}/{last or first}"])
    return [[days.first.isoformat(), days.last.isoformat()] for days in stretches]


def as_stretches(kept: Iterable[Sequence[str]] | None) -> list[Period]:
    """The stretches of days that were kept with a hand-in."""
    return [Period(*map(date.fromisoformat, days)) for days in kept or []]
