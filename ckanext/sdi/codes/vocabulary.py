"""A list of codes with its versions and what became of them, held in memory."""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone

from ckanext.sdi.codes.search import SearchIndex


@dataclass(frozen=True, slots=True)
class Edition:
    """A list as a decree set it.

    :param coverage: ``full`` when every code in force is known from it, else ``partial``
    :param codes: number of codes, 0 where it is not known
    """

    id: str
    decree: str
    valid_from: date
    source: str
    coverage: str
    codes: int


@dataclass(frozen=True, slots=True)
class Event:
    """What a decree did to a code; ``old`` or ``new`` is empty for a new or an abolished one.

    ``kind`` is ``new``, ``abolish``, ``recode``, ``rename``, ``split``, ``merge`` or ``move``.
    """

    date: date
    decree: str
    kind: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Code:
    """One code in one version.

    :param code: as the decree writes it
    :param valid_from: first day it may have been used, where known
    :param valid_to: last day it may have been used; ``None`` while in force
    :param successors: the codes that took its place, when it is gone
    :param label: the name with those of its parents, nearest first
    """

    code: str
    name: str
    level: str
    kind: str
    parent: str | None
    valid_from: date | None
    valid_to: date | None
    successors: tuple[str, ...]
    label: str

    def in_force(self, at: date) -> bool:
        """Whether the code may be used for data of that day."""
        return in_force(self.valid_from, self.valid_to, at)


@dataclass(frozen=True, slots=True)
class Layout:
    """How the codes of a list are built.

    :param normalise: a code however written to the decree's way, or the value as it is
    :param parent: the code one level up, or ``None``
    :param level: the level's name
    :param kind: what the place is called
    :param prefix: a part of a code, however written, to how codes with it begin; ``None`` when
        the text cannot be the beginning of a code
    :param is_code: whether a text, normalised, has the shape of a code
    """

    levels: tuple[str, ...]
    normalise: Callable[[str], str]
    parent: Callable[[str], str | None]
    level: Callable[[str], str]
    kind: Callable[[str], str]
    prefix: Callable[[str], str | None]
    is_code: Callable[[str], bool]


Row = tuple[str, str, "date | None", "date | None"]


def today() -> date:
    """The day it is in Jakarta's neighbourhood; codes change by the day, not by the hour."""
    return datetime.now(timezone.utc).date()


def in_force(valid_from: date | None, valid_to: date | None, at: date) -> bool:
    """Whether a day lies in an interval whose ends may be open."""
    return (valid_from is None or valid_from <= at) and (valid_to is None or at <= valid_to)


class Vocabulary:
    """A code list with all its versions.

    :param rows: (code, name, valid_from, valid_to), sorted by code and then by age
    """

    def __init__(
        self,
        system: str,
        layout: Layout,
        rows: Iterable[Row],
        events: Iterable[Event] = (),
        editions: Sequence[Edition] = (),
    ) -> None:
        self.system = system
        self.layout = layout
        self.editions = tuple(editions)
        self._codes: list[str] = []
        self._names: list[str] = []
        self._from: list[date | None] = []
        self._to: list[date | None] = []
        self._row: dict[str, int] = {}
        self._fill(rows)
        self._history: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            for code in {event.old, event.new} - {""}:
                self._history[code].append(event)
        self._index: SearchIndex | None = None

    def _fill(self, rows: Iterable[Row]) -> None:
        codes, names, firsts, lasts = self._codes, self._names, self._from, self._to
        for at, (code, name, valid_from, valid_to) in enumerate(rows):
            codes.append(code)
            names.append(sys.intern(name))
            firsts.append(valid_from)
            lasts.append(valid_to)
            self._row[code] = at  # the newest version comes last

    @property
    def edition(self) -> Edition | None:
        """The newest edition."""
        return max(self.editions, key=lambda edition: edition.valid_from, default=None)

    def __len__(self) -> int:
        return len(self._codes)

    def __contains__(self, code: str) -> bool:
        """Whether a code, as the decree writes it, was ever in the list."""
        return code in self._row

    def codes(self) -> Iterable[str]:
        """Every code there ever was, in order."""
        return self._row.keys()

    def get(self, code: str, at: date | None = None) -> Code | None:
        """The version of a code that is in force on a day (today), else its newest one.

        :param code: dotted or not
        :returns: ``None`` only for a code that never was; ask :meth:`Code.in_force` of the answer
        """
        row = self._row.get(code)
        if row is None:
            code = self.layout.normalise(code)
            row = self._row.get(code)
        return None if row is None else self._code(self._version(row, at or today()))

    def versions(self, code: str) -> list[Code]:
        """All versions of a code, oldest first."""
        row = self._row.get(self.layout.normalise(code))
        return [] if row is None else [self._code(at) for at in self._rows_of(row)]

    def in_force(self, code: str, at: date) -> bool:
        """Whether a code, as the decree writes it, may be used for data of a day."""
        row = self._row.get(code)
        return row is not None and any(
            in_force(self._from[row], self._to[row], at) for row in self._rows_of(row)
        )

    def history(self, code: str) -> list[Event]:
        """What happened to a code, oldest first."""
        return sorted(
            self._history.get(self.layout.normalise(code), ()), key=lambda event: event.date
        )

    def events(self) -> list[Event]:
        """Everything that happened, oldest first."""
        every = {event for events in self._history.values() for event in events}
        return sorted(every, key=lambda e: (e.date, e.decree, e.old, e.new))

    def children(self, code: str | None, at: date | None = None) -> list[Code]:
        """The codes one level below a code, or the topmost ones, that are in force on a day."""
        at = at or today()
        prefix = "" if code is None else self.layout.normalise(code)
        return [
            self._code(row)
            for row in self.rows_under(prefix)
            if self.layout.parent(self._codes[row]) == (prefix or None)
            and in_force(self._from[row], self._to[row], at)
        ]

    def parents(self, code: str, at: date | None = None) -> list[Code]:
        """The codes above a code, the topmost first."""
        above: list[Code] = []
        parent = self.layout.parent(self.layout.normalise(code))
        while parent is not None:
            found = self.get(parent, at)
            if found is not None:
                above.insert(0, found)
            parent = self.layout.parent(parent)
        return above

    def counts(self, at: date | None = None) -> dict[str, int]:
        """How many codes of each level are in force on a day."""
        day = at or today()
        counts = dict.fromkeys(self.layout.levels, 0)
        for code, first, last in zip(self._codes, self._from, self._to, strict=True):
            if in_force(first, last, day):
                counts[self.layout.level(code)] += 1
        return counts

    def search(
        self,
        q: str,
        *,
        level: str | None = None,
        parent: str | None = None,
        at: date | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> tuple[int, list[Code]]:
        """Codes by part of a code or by the beginnings of words of the name and its parents.

        Codes in force on the day (today) are given; those that are gone only where nothing in
        force is found.

        :returns: how many there are, and those from ``offset`` on
        """
        if self._index is None:
            self._index = SearchIndex(self)
        under = None if parent is None else self.layout.normalise(parent)
        rows = self._index.rows(q, level=level, under=under, at=at or today())
        return len(rows), [self._code(row) for row in rows[offset : offset + limit]]

    def label(self, row: int) -> str:
        """The name of a row with those of its parents."""
        return ", ".join(self.path(row))

    def path(self, row: int) -> list[str]:
        """The names of a row and of its parents, nearest first."""
        names = [self._names[row]]
        parent = self.layout.parent(self._codes[row])
        while parent is not None:
            at = self._row.get(parent)
            if at is not None:
                names.append(self._names[at])
            parent = self.layout.parent(parent)
        return names

    def names_at(self, at: date) -> dict[str, str]:
        """The names of the codes in force on a day."""
        return {code: name for code, name, first, last in self.rows() if in_force(first, last, at)}

    def rows(self) -> list[Row]:
        """Every version as it was given."""
        return list(zip(self._codes, self._names, self._from, self._to, strict=True))

    def names(self) -> Iterable[tuple[str, str]]:
        """Code and name of every version, in the order of the rows."""
        return zip(self._codes, self._names, strict=True)

    def row(self, number: int) -> Row:
        """One version as it was given."""
        return self._codes[number], self._names[number], self._from[number], self._to[number]

    def rows_under(self, prefix: str) -> range:
        """The rows whose code begins with a text."""
        start = bisect_left(self._codes, prefix)
        return range(start, bisect_left(self._codes, prefix + "\x7f"))

    def rows_current(self, rows: Iterable[int], at: date) -> list[int]:
        """Rows in force on a day for some rows, in the same order, each once.

        An earlier name leads to the version in force; codes that are gone are left out.
        """
        firsts, lasts = self._from, self._to
        current: dict[int, None] = {}
        for row in rows:
            if not in_force(firsts[row], lasts[row], at):
                code = self._codes[row]
                row = self._version(self._row[code], at)
                if not in_force(firsts[row], lasts[row], at):
                    continue
            current[row] = None
        return list(current)

    def _rows_of(self, newest: int) -> range:
        oldest = newest
        while oldest > 0 and self._codes[oldest - 1] == self._codes[newest]:
            oldest -= 1
        return range(oldest, newest + 1)

    def _version(self, newest: int, at: date) -> int:
        """The version in force on a day, else the last one before it, else the first."""
        rows = self._rows_of(newest)
        begun = [row for row in rows if (self._from[row] or date.min) <= at]
        for row in reversed(begun):
            if in_force(self._from[row], self._to[row], at):
                return row
        return begun[-1] if begun else rows[0]

    def _code(self, row: int) -> Code:
        code = self._codes[row]
        return Code(
            code=code,
            name=self._names[row],
            level=self.layout.level(code),
            kind=self.layout.kind(code),
            parent=self.layout.parent(code),
            valid_from=self._from[row],
            valid_to=self._to[row],
            successors=() if self._to[row] is None else self.successors(code),
            label=self.label(row),
        )

    def successors(self, code: str) -> tuple[str, ...]:
        """The codes that took a code's place, one step on."""
        return tuple(
            event.new
            for event in self._history.get(code, ())
            if event.old == code and event.new not in ("", code)
        )

    def successors_at(self, code: str, at: date) -> list[Code]:
        """The codes in force on a day that a code led to, over as many steps as were taken."""
        found: dict[str, Code] = {}
        seen = {code}
        waiting = list(self.successors(code))
        while waiting:
            step = waiting.pop(0)
            if step in seen:  # a ring in a loaded list must not hang
                continue
            seen.add(step)
            answer = self.get(step, at)
            if answer is not None and answer.in_force(at):
                found[step] = answer
            else:
                waiting.extend(self.successors(step))
        return list(found.values())

    def gone_by(self, code: str) -> Event | None:
        """The event that ended a code."""
        ends = [
            event
            for event in self._history.get(code, ())
            if event.old == code and event.new != code
        ]
        return max(ends, key=lambda event: event.date, default=None)
