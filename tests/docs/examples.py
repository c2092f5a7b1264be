"""The examples of docs/developer.md, parsed: requests, answers, files and commands.

A request stands in a fence ``http``; the fence ``json`` after it is the answer. In an answer ``…``
stands for anything: as a value, as the last entry of a list (more of them), as a key (more keys),
or within a text. ``{name}`` is a value that an answer gives and a later request takes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ANY = "…"
_FENCE = re.compile(r"^```(\w+) *(.*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HOLE = re.compile(r"\{([a-z_]+)\}")
_WHOLE_HOLE = re.compile(r"^\{([a-z_]+)\}$")
_PLACES = re.compile(r"(…|\{[a-z_]+\})")


@dataclass(frozen=True)
class Fence:
    """A block of the page.

    :param note: what stands behind the language, such as the name of a file
    """

    language: str
    note: str
    text: str
    line: int


@dataclass(frozen=True)
class Request:
    """A request with the answer that the page shows."""

    role: str | None
    status: int
    method: str
    address: str
    body: str
    is_form: bool
    answer: Any
    line: int

    @property
    def action(self) -> str:
        """The name of the action that is asked, or the address."""
        path = self.address.partition("?")[0]
        return path.rpartition("/")[2] if "/action/" in path else path


@dataclass
class Names:
    """What the names in braces stand for, as earlier answers gave it."""

    known: dict[str, str] = field(default_factory=dict)

    def fill(self, text: str) -> str:
        """The text with its names put in.

        :raises KeyError: for a name that no answer has given
        """
        return _HOLE.sub(lambda found: self.known[found[1]], text)

    def differences(self, shown: Any, given: Any, place: str = "") -> Iterator[str]:
        """Each place where an answer is not as the page shows it."""
        if shown == ANY:
            return
        if isinstance(shown, dict) and isinstance(given, dict):
            yield from self._of_objects(shown, given, place)
        elif isinstance(shown, list) and isinstance(given, list):
            yield from self._of_lists(shown, given, place)
        elif isinstance(shown, str) and isinstance(given, str):
            if not self.same_text(shown, given):
                yield _differ(place, shown, given)
        elif shown != given or isinstance(shown, bool) is not isinstance(given, bool):
            yield _differ(place, shown, given)

    def _of_objects(
        self, shown: dict[str, Any], given: dict[str, Any], place: str
    ) -> Iterator[str]:
        names = set(shown) - {ANY}
        if not names <= set(given) or (ANY not in shown and names != set(given)):
            yield _differ(f"keys of {place or 'the answer'}", sorted(shown), sorted(given))
        for name in shown:
            if name in given:
                yield from self.differences(shown[name], given[name], f"{place}.{name}")

    def _of_lists(self, shown: list[Any], given: list[Any], place: str) -> Iterator[str]:
        first = shown[:-1] if shown and shown[-1] == ANY else shown
        if len(first) > len(given) or (first is shown and len(first) != len(given)):
            yield _differ(f"length of {place}", len(first), len(given))
        for number, (one, other) in enumerate(zip(first, given, strict=False)):
            yield from self.differences(one, other, f"{place}[{number}]")

    def same_text(self, shown: str, given: str) -> bool:
        """Whether a text is the one shown; names that are not known yet are taken from it."""
        found = self._pattern(shown).fullmatch(given)
        self.known.update(found.groupdict() if found else {})
        return found is not None

    def _pattern(self, shown: str) -> re.Pattern[str]:
        parts: list[str] = []
        new: set[str] = set()
        for part in _PLACES.split(shown):
            hole = _WHOLE_HOLE.match(part)
            if part == ANY:
                parts.append(".*")
            elif hole and hole[1] in self.known:
                parts.append(re.escape(self.known[hole[1]]))
            elif hole:
                parts.append(f"(?P={hole[1]})" if hole[1] in new else f"(?P<{hole[1]}>\\S+)")
                new.add(hole[1])
            else:
                parts.append(re.escape(part))
        return re.compile("".join(parts), re.DOTALL)


def _differ(place: str, shown: Any, given: Any) -> str:
    return f"{place}: the page shows {shown!r}, the portal gives {given!r}"


def fences(page: Path) -> list[Fence]:
    """The blocks of a page, in order."""
    text = page.read_text("utf-8")
    return [
        Fence(found[1], found[2], found[3], text.count("\n", 0, found.start()) + 1)
        for found in _FENCE.finditer(text)
    ]


def requests(found: list[Fence]) -> Iterator[Request]:
    """The requests of a page, each with its answer.

    :raises ValueError: when a request has no role or no answer
    """
    for number, fence in enumerate(found):
        if fence.language != "http":
            continue
        answer = found[number + 1] if number + 1 < len(found) else None
        if answer is None or answer.language != "json":
            raise ValueError(f"line {fence.line}: no answer follows")
        yield _request(fence, json.loads(answer.text))


def _request(fence: Fence, answer: Any) -> Request:
    head, _, body = fence.text.partition("\n\n")
    note, first, *headers = head.splitlines()
    told = re.fullmatch(r"# role: (\w+)(?:; answers (\d+))?", note)
    method, _, address = first.partition(" ")
    if told is None or method not in ("GET", "POST"):
        raise ValueError(f"line {fence.line}: no role, or no request")
    return Request(
        role=None if told[1] == "anonymous" else told[1],
        status=int(told[2] or 200),
        method=method,
        address=address,
        body=body,
        is_form=any("multipart/form-data" in line for line in headers),
        answer=answer,
        line=fence.line,
    )
