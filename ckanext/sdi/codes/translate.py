"""A whole column of codes: carried to another edition, or asked which edition it was written in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ckanext.sdi.codes.vocabulary import Edition, Vocabulary

Status = Literal["unchanged", "translated", "split", "gone", "unknown"]


@dataclass(frozen=True, slots=True)
class Translation:
    """What became of one value.

    :param status: ``unchanged``; ``translated`` to one code; ``split`` into several, which a
        person must choose from; ``gone`` without a known successor; ``unknown``, never a code
    :param codes: the codes it may be now; exactly one unless split, gone or unknown
    :param decrees: the decrees that changed it, in their order
    """

    value: str
    status: Status
    codes: tuple[str, ...] = ()
    decrees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """How well an edition fits a column.

    :param matched: how many of the column's different codes stand in the edition
    """

    edition: Edition
    matched: int
    of: int

    @property
    def share(self) -> float:
        return self.matched / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Guesses:
    """The editions by how well they fit, the best first.

    :param certainty: ``sure`` when one edition alone has every code, ``likely`` when one has more
        than each other, ``undecided`` when several fit alike, ``none`` when none has any
    :param deciding: how many of the different codes stand in some of the editions only
    :param unknown: how many stand in none
    """

    ranking: tuple[Guess, ...]
    certainty: Literal["sure", "likely", "undecided", "none"]
    deciding: int
    unknown: int


def translate(
    vocabulary: Vocabulary, values: Iterable[str], to: date, since: date | None = None
) -> list[Translation]:
    """Carry codes to the list in force on a day, one answer for each value in the order asked.

    :param since: the day (or the edition's first day) at which the values were right; without it
        a code that is in force on ``to`` counts as unchanged
    """
    asked = list(values)
    answers: dict[str, Translation] = {}
    for value in asked:
        if value not in answers:
            answers[value] = _translate(vocabulary, value, to, since)
    return [answers[value] for value in asked]


def _translate(list_: Vocabulary, value: str, to: date, since: date | None) -> Translation:
    found = list_.get(value.strip(), since or to)
    if found is None:
        return Translation(value, "unknown")
    code = found.code
    if since is None and list_.in_force(code, to):
        return Translation(value, "unchanged", (code,))
    start = since or (found.valid_to if found.valid_to and found.valid_to < to else None)
    backwards = start > to if start else found.valid_from is not None and found.valid_from > to
    ends, decrees = _follow(list_, code, to, start, backwards=backwards)
    if ends == [code]:
        return Translation(value, "unchanged", (code,))
    if not ends:
        return Translation(value, "gone", (), tuple(decrees))
    status: Status = "translated" if len(ends) == 1 else "split"
    return Translation(value, status, tuple(ends), tuple(decrees))


def _follow(
    list_: Vocabulary, code: str, to: date, since: date | None, *, backwards: bool
) -> tuple[list[str], list[str]]:
    """The codes that a code leads to on a day, and the decrees on the way."""
    ends: dict[str, None] = {}
    decrees: dict[str, None] = {}
    seen: set[tuple[str, date | None]] = set()
    waiting: list[tuple[str, date | None]] = [(code, since)]
    while waiting:
        step = waiting.pop(0)
        if step in seen:
            continue
        seen.add(step)
        code, after = step
        changes = [
            event
            for event in list_.history(code)
            if (event.new if backwards else event.old) == code and event.old != event.new
            and _on_the_way(event.date, after, to, backwards=backwards)
        ]  # fmt: skip
        if not changes:
            if list_.in_force(code, to):
                ends[code] = None
            continue
        # Only what happened next; what a code became later is that code's own history.
        day = (max if backwards else min)(event.date for event in changes)
        for event in changes:
            if event.date == day:
                decrees[event.decree] = None
                other = event.old if backwards else event.new
                if other:
                    waiting.append((other, day))
    return list(ends), list(decrees)


def _on_the_way(day: date, after: date | None, to: date, *, backwards: bool) -> bool:
    if backwards:
        return to < day and (after is None or day <= after)
    return day <= to and (after is None or day > after)


def guess_edition(vocabulary: Vocabulary, values: Iterable[str]) -> Guesses:
    """Which edition a column was written in, by the codes that stand in some editions only."""
    normal = {vocabulary.layout.normalise(value.strip()) for value in values if value.strip()}
    known = sorted(code for code in normal if code in vocabulary)
    candidates = _whole_editions(vocabulary)
    fits = {
        edition.id: {code for code in known if vocabulary.in_force(code, edition.valid_from)}
        for edition in candidates
    }
    ranking = sorted(
        (Guess(edition, len(fits[edition.id]), len(normal)) for edition in candidates),
        key=lambda guess: (-guess.matched, -guess.edition.valid_from.toordinal()),
    )
    everywhere = set(known).intersection(*fits.values()) if fits else set()
    return Guesses(
        ranking=tuple(ranking),
        certainty=_certainty(ranking),
        deciding=len(set().union(*fits.values()) - everywhere) if fits else 0,
        unknown=len(normal) - len(set().union(*fits.values()) if fits else ()),
    )


def _certainty(ranking: list[Guess]) -> Literal["sure", "likely", "undecided", "none"]:
    if not ranking or not ranking[0].matched:
        return "none"
    if len(ranking) > 1 and ranking[0].matched == ranking[1].matched:
        return "undecided"
    return "sure" if ranking[0].matched == ranking[0].of else "likely"


def _whole_editions(vocabulary: Vocabulary) -> list[Edition]:
    """The editions from the first one whose list is known in full."""
    ordered = sorted(vocabulary.editions, key=lambda edition: edition.valid_from)
    for number, edition in enumerate(ordered):
        if edition.coverage == "full":
            return ordered[number:]
    return []
