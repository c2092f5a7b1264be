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
    """The days on which an agreed edition of a list holds."""

    edition_id: str
    tahun: int
    title: str
    first: date
    last: date
    agreed: date | None

    @property
    def begins(self) -> date:
        """The day from which an item that is new in this edition is owed."""
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

    ``excluded`` says why it is owed no more.
    """

    producer: str
    schedule: str
    period: Period
    due: date
    why: str
    excluded: str | None = None


@dataclass(frozen=True, slots=True)
class AgreedEdition:
    """An edition that counts or has counted."""

    id: str
    tahun: int
    title: str
    agreed: date | None


def reigns(editions: Iterable[AgreedEdition]) -> list[Reign]:
    """The days on which each agreed edition of one level holds.

    An edition holds from the first day of its year until the next year's begins to hold; one that
    takes the place of another of its own year, from the day on which it was agreed. The last one
    goes on until there is a newer one.
    """
    ordered = sorted(editions, key=lambda edition: (edition.tahun, edition.agreed or date.min))
    starts: list[date] = []
    for number, edition in enumerate(ordered):
        start = date(edition.tahun, 1, 1)
        replaces = number > 0 and ordered[number - 1].tahun == edition.tahun
        starts.append(max(start, edition.agreed or start) if replaces else start)
    ends = [start - timedelta(days=1) for start in starts[1:]] + [FOREVER]
    return [
        Reign(edition.id, edition.tahun, edition.title, start, end, edition.agreed)
        for edition, start, end in zip(ordered, starts, ends, strict=True)
    ]


def of_list(
    all_reigns: Sequence[Reign], named: Iterable[tuple[str, str | None, str | None]]
) -> list[Obligation]:
    """What the editions of a list oblige to for one item.

    An item's first period begins with the edition that names it first; while one edition after the
    other names it, a period may lie across them. What an edition drops is owed no more.

    :param all_reigns: the editions of the item's level, in order
    :param named: for each edition that names the item: its id, the producer, the schedule
    """
    by_edition = {edition_id: (producer, schedule) for edition_id, producer, schedule in named}
    found: list[Obligation] = []
    since: date | None = None
    for reign in all_reigns:
        if reign.edition_id not in by_edition:
            # An edition that was replaced before it held a day took nothing away.
            since = since if reign.last < reign.first else None
            continue
        producer, schedule = by_edition[reign.edition_id]
        since = since or reign.begins
        if producer is not None and reign.first <= reign.last:
            span = (since, reign.first, reign.last)
            found.append(Obligation(producer, schedule, *span, reign.agreed, reign.title))
    return found


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
            yield Expectation(obligation.producer, schedule, period, day, obligation.why)


def _excluded(expectation: Expectation, exclusions: Sequence[Exclusion]) -> Expectation:
    for rule in exclusions:
        applies = rule.producer in (None, expectation.producer)
        if applies and rule.first <= expectation.period.last <= rule.last:
            return replace(expectation, excluded=rule.why)
    return expectation
