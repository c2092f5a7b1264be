"""What a new edition changes, as events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from ckanext.sdi.codes.successors import fold_name, propose_successors
from ckanext.sdi.codes.vocabulary import Event, Layout


@dataclass
class Difference:
    """What a list has that another has not.

    :param new: codes to names, of codes that were not there
    :param gone: codes to the names they had
    :param renamed: codes to (name before, name after), where another name is meant
    :param respelled: the same, where only case, marks or abbreviations differ
    :param successors: gone codes to the new ones that took their place, as proposed or entered
    """

    new: dict[str, str] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, tuple[str, str]] = field(default_factory=dict)
    respelled: dict[str, tuple[str, str]] = field(default_factory=dict)
    successors: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.renamed or self.respelled)


def compare(
    old: Mapping[str, str],
    new: Mapping[str, str],
    entered: Mapping[str, Iterable[str]] | None = None,
) -> Difference:
    """The difference of two lists of names by code.

    :param entered: successors that a person took from the decree's annex; they go before the
        proposed ones
    """
    difference = Difference(
        new={code: name for code, name in new.items() if code not in old},
        gone={code: name for code, name in old.items() if code not in new},
    )
    for code, name in new.items():
        before = old.get(code)
        if before is not None and before != name:
            same = fold_name(before) == fold_name(name)
            (difference.respelled if same else difference.renamed)[code] = (before, name)
    by_hand = {code: tuple(codes) for code, codes in (entered or {}).items()}
    proposed = propose_successors(old, new)
    difference.successors = {
        code: by_hand.get(code) or (proposed[code],)
        for code in difference.gone
        if code in by_hand or code in proposed
    }
    return difference


def events_of(difference: Difference, decree: str, day: date, layout: Layout) -> Iterator[Event]:
    """What happened, as events of a decree."""
    followers = Counter(new for codes in difference.successors.values() for new in codes)
    for code in difference.gone:
        codes = difference.successors.get(code, ())
        kind = _kind(code, list(codes), followers, layout)
        for new in codes or ("",):
            yield Event(day, decree, kind, code, new)
    for code in difference.new:
        if code not in followers:
            yield Event(day, decree, "new", "", code)
    for kind, codes in (("rename", difference.renamed), ("respell", difference.respelled)):
        for code in codes:
            yield Event(day, decree, kind, code, code)


def _kind(code: str, codes: list[str], followers: Counter[str], layout: Layout) -> str:
    if not codes:
        return "abolish"
    if len(codes) > 1:
        return "split"
    if followers[codes[0]] > 1:
        return "merge"
    # Below the second level the parents are recoded together: the place has not moved.
    second = len(layout.levels) > 1 and layout.level(code) == layout.levels[1]
    moved = second and layout.parent(code) != layout.parent(codes[0])
    return "move" if moved else "recode"
