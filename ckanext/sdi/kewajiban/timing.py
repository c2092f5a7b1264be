"""How timely a producer was with one period: by its hand-ins, not by how good the data is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ckanext.sdi.kewajiban import periods
from ckanext.sdi.kewajiban.obligations import Expectation
from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.rules.period import Period

RUNNING = "running"
DUE = "due"
LATE = "late"
UNREACHABLE = "unreachable"
IN_TIME = "in_time"
GIVEN_LATE = "given_late"
EXCLUDED = "excluded"

LABELS = {
    LATE: N_("Late"),
    DUE: N_("To be handed in now"),
    UNREACHABLE: N_("Source cannot be reached"),
    RUNNING: N_("Period still running"),
    GIVEN_LATE: N_("Handed in late"),
    IN_TIME: N_("Handed in on time"),
    EXCLUDED: N_("Not owed"),
}
# What the producer still has to do something about.
OPEN = frozenset({RUNNING, DUE, LATE, UNREACHABLE})

Span = tuple[date, date]
"""A first day, and the day after the last."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HandIn:
    """A dataset handed in: the day (None: before it was noted), which days its data is about, and
    the day on which the producer had it back (None: it lies with the reviewers, or is published).
    """

    day: date | None
    about: Sequence[Period]
    back: date | None = None


@dataclass(frozen=True, slots=True)
class Timeliness:
    """How timely one period is.

    :param due: by when, the days on which reviewers held the work or the source could not be
        reached not counted
    :param days: days late (0: not late); days from the due day to the hand-in or to today
    :param given: the day of the first hand-in
    :param returned: whether it was handed in and is with the producer again
    """

    kind: str
    due: date
    days: int = 0
    given: date | None = None
    returned: bool = False


def judge(
    expectation: Expectation,
    hand_ins: Iterable[HandIn],
    today: date,
    *,
    unreachable: Sequence[Period] = (),
) -> Timeliness:
    """Judge one period by the first hand-in of its data.

    While the data lies with a reviewer, the producer's clock stands; it goes on when the data is
    returned. Once it is handed in again, the first hand-in counts.

    :param hand_ins: of the datasets of the item and producer; those about other periods do not
        count
    :param unreachable: days on which the portal could not reach the producer's source
    """
    if expectation.excluded:
        return Timeliness(EXCLUDED, expectation.due)
    given = sorted(
        (hand_in for hand_in in hand_ins if periods.covers(hand_in.about, expectation.period)),
        key=lambda hand_in: hand_in.day or date.min,
    )
    out_of_reach = [(days.first, min(days.last, today) + _DAY) for days in unreachable]
    if not given:
        return _open(expectation, today, out_of_reach)
    backs = [(hand_in.day or date.min, hand_in.back) for hand_in in given if hand_in.back]
    if len(backs) == len(given):
        judged = _open(expectation, today, [*out_of_reach, *backs])
        return replace(judged, given=given[0].day, returned=True)
    day = given[0].day
    if day is None:
        return Timeliness(IN_TIME, expectation.due)
    due = _later(expectation, out_of_reach, day)
    late = max(0, (day - due).days)
    return Timeliness(GIVEN_LATE if late else IN_TIME, due, late, day)


def _open(expectation: Expectation, today: date, stopped: Sequence[Span]) -> Timeliness:
    """A period that the producer has still to deliver."""
    due = _later(expectation, stopped, today + _DAY)
    late = max(0, (today - due).days)
    if today <= expectation.period.last:
        return Timeliness(RUNNING, due)
    if any(first <= today < after for first, after in stopped):
        return Timeliness(UNREACHABLE, due, late)
    return Timeliness(LATE if late else DUE, due, late)


def _later(expectation: Expectation, stopped: Sequence[Span], until: date) -> date:
    """The due day, put off by the days after the period's end on which the clock stood."""
    counted = expectation.period.last + _DAY
    days = 0
    for first, after in sorted(stopped):
        begin, end = max(first, counted), min(after, until)
        if begin < end:
            days += (end - begin).days
            counted = end
    return expectation.due + timedelta(days=days)
