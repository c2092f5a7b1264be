"""Who owes which item, from when, and why: dated rules, expanded to periods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ckanext.sdi.kewajiban import periods
from ckanext.sdi.rules.period import Period

FOREVER = date.max


@dataclass(frozen=True, slots=True)
class Reign:
    """The days on which an agreed edition of a list holds.

    :param asks_from: what is new in this edition is owed for the periods that end on this day or
        later: of the first edition of a year the whole year, of one that replaced it what ends from
        then on
    """

    edition_id: str
    tahun: int
    title: str
    first: date
    last: date
    agreed: date | None
    asks_from: date

    @property
    def begins(self) -> date:
        """The first day that a period of an item new in this edition may have."""
        return date(self.tahun, 1, 1)


@dataclass(frozen=True, slots=True)
class Obligation:
    """A producer owes the periods of a schedule that begin on ``since`` or later and end between
    ``first`` and ``last``.

    :param why: what obliges: the title of an edition, or what was recorded with its reason
    """

    producer: str
    schedule: str | None
    since: date
    first: date
    last: date
    agreed: date | None
    why: str
    grace: int | None = None
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A producer (none: whoever it is) does not owe the periods that end between two days."""

    producer: str | None
    first: date
    last: date
    why: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """Data of one period that a producer owes, with the day it is due and why it is owed.

    ``excluded`` says why it is owed no more; ``recorded``: not the list obliges to it.
    """

    producer: str
    schedule: str
    period: Period
    due: date
    why: str
    excluded: str | None = None
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class AgreedEdition:
    """An edition that counts or has counted."""

    id: str
    tahun: int
    title: str
    agreed: date | None


def reigns(editions: Iterable[AgreedEdition]) -> list[Reign]:
    """The days on which each agreed edition of one level holds.

    An edition holds from the first day of its year. If the one before it held by then, or was
    of the same year, it goes on until the newer one is agreed to: what was asked of an office, and
    by when, no later agreement takes back. (Lists of past years that are loaded together each
    have their own year.) The last one goes on until there is a newer one.
    """
    ordered = sorted(editions, key=lambda edition: (edition.tahun, edition.agreed or date.min))
    starts = [_start(edition, ordered[:number]) for number, edition in enumerate(ordered)]
    found: list[Reign] = []
    asked_of = 0
    for number, edition in enumerate(ordered):
        end = min(starts[number + 1 :], default=None)
        last = end - timedelta(days=1) if end else FOREVER
        held = starts[number] <= last
        # Of several of one year the first that counted for a day asks for all of it.
        first_of_year = asked_of != edition.tahun
        replaced = [one.tahun for one in ordered[number + 1 : number + 2]] == [edition.tahun]
        asks_from = date(edition.tahun, 1, 1) if first_of_year else starts[number]
        if held or not replaced:
            asked_of = edition.tahun
        else:
            asks_from = FOREVER
        span = (starts[number], last, edition.agreed, asks_from)
        found.append(Reign(edition.id, edition.tahun, edition.title, *span))
    return found


def _start(edition: AgreedEdition, before: Sequence[AgreedEdition]) -> date:
    """The first day on which an edition may hold.

    :param before: the editions that it takes the place of
    """
    year_begins = date(edition.tahun, 1, 1)
    went_on = any(
        one.tahun == edition.tahun or (one.agreed or date.min) <= year_begins for one in before
    )
    return max(year_begins, edition.agreed or year_begins) if went_on else year_begins


Named = tuple[str, str | None, str | None]
"""What an edition (its id) says of an item: who makes it, and how often."""


def of_list(all_reigns: Sequence[Reign], named: Iterable[Named]) -> list[Obligation]:
    """What the editions of a list oblige to for one item.

    An item's first period begins with the edition that names it first; while one edition after the
    other names it, a period may lie across them. What an edition drops is owed no more.

    :param all_reigns: the editions of the item's level, in order
    :param named: for each edition that names the item: its id, the producer, the schedule
    """
    by_edition = {edition_id: (producer, schedule) for edition_id, producer, schedule in named}
    found: list[Obligation] = []
    since: date | None = None
    before: Obligation | None = None
    for reign in all_reigns:
        if reign.edition_id not in by_edition:
            # An edition that was replaced before it held a day took nothing away.
            if reign.first <= reign.last:
                since = before = None
            continue
        producer, schedule = by_edition[reign.edition_id]
        since = since or reign.begins
        if producer is None or not periods.has_periods(schedule):
            before = None
            continue
        first = reign.first if before else reign.asks_from
        if first > reign.last:
            continue
        agreed = reign.agreed
        if before and (before.producer, before.schedule) == (producer, schedule):
            # Who was asked for it already is asked for nothing new by the next edition.
            agreed = before.agreed
        span = (since, first, reign.last)
        before = Obligation(producer, schedule, *span, agreed, reign.title)
        found.append(before)
    return found


def schedules(
    all_reigns: Sequence[Reign], named: Iterable[Named]
) -> list[tuple[date, date, str | None]]:
    """The schedules that a list gives an item: from one day to another, the whole of time."""
    by_edition = {edition_id: schedule for edition_id, _, schedule in named}
    naming = [reign for reign in all_reigns if reign.edition_id in by_edition]
    naming = [reign for reign in naming if reign.first <= reign.last] or naming[-1:]
    starts = [date.min, *(reign.first for reign in naming[1:])]
    ends = [start - timedelta(days=1) for start in starts[1:]] + [FOREVER]
    given = [by_edition[reign.edition_id] for reign in naming]
    return list(zip(starts, ends, given, strict=False))


def expand(
    obligations: Sequence[Obligation], exclusions: Sequence[Exclusion], today: date
) -> list[Expectation]:
    """The periods that have begun, each once for a producer; in order.

    What was recorded for a producer stands in place of what the list says of the same period.
    """
    found: dict[tuple[str, Period], Expectation] = {}
    for obligation in sorted(obligations, key=lambda obligation: obligation.recorded):
        for expectation in _of(obligation, today):
            found[expectation.producer, expectation.period] = expectation
    judged = [_excluded(expectation, exclusions) for expectation in found.values()]
    return sorted(judged, key=lambda found: (found.period.last, found.period.first))


def _of(obligation: Obligation, today: date) -> Iterator[Expectation]:
    schedule = obligation.schedule
    # A period that ends in the span may have begun up to a year before it.
    start = max(obligation.since, obligation.first - timedelta(days=366))
    for period in periods.periods(schedule, start, min(today, obligation.last)):
        if schedule and obligation.first <= period.last <= obligation.last:
            day = periods.due(schedule, period, agreed=obligation.agreed, grace=obligation.grace)
            producer, why, recorded = obligation.producer, obligation.why, obligation.recorded
            yield Expectation(producer, schedule, period, day, why, recorded=recorded)


def _excluded(expectation: Expectation, exclusions: Sequence[Exclusion]) -> Expectation:
    for rule in exclusions:
        applies = rule.producer in (None, expectation.producer)
        if applies and rule.first <= expectation.period.last <= rule.last:
            return replace(expectation, excluded=rule.why)
    return expectation
