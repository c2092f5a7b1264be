"""Which new code took the place of one that is gone: a proposal by names, never a decision."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

_ABBREVIATIONS = (
    (re.compile(r"\bkab\b"), "kabupaten"),
    (re.compile(r"\badm\b"), "administrasi"),
    (re.compile(r"\bkep\b"), "kepulauan"),
    (re.compile(r"\bdki\b"), "daerah khusus ibukota"),
)
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")


def fold_name(name: str) -> str:
    """A name without case, marks, spaces and the abbreviations that lists use in turn."""
    words = _NOT_LETTERS.sub(" ", name.lower())
    for abbreviation, word in _ABBREVIATIONS:
        words = abbreviation.sub(word, words)
    return words.replace(" ", "")


def parent_code(code: str) -> str | None:
    """The code one level up of a dotted code; ``None`` for a province."""
    head, dot, _ = code.rpartition(".")
    return head if dot else None


def propose_successors(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Pair codes that are gone with new ones of the same place.

    A pair is proposed where the names settle it: first the same name under the same parent (or
    the parent's own successor), then the same path of names below the province, each only where
    exactly one gone and one new code have it.

    :param old: dotted code to name, of the edition before
    :param new: the same of the edition after
    :returns: old code to new code, for the codes that could be paired
    """
    gone = sorted((code for code in old if code not in new), key=len)
    fresh = [code for code in new if code not in old]
    pairs: dict[str, str] = {}
    for length in sorted({len(code) for code in gone}):
        gone_here = [code for code in gone if len(code) == length]
        fresh_here = [code for code in fresh if len(code) == length]
        pairs |= _pair(
            {code: _under(code, old, pairs) for code in gone_here},
            {code: _under(code, new, {}) for code in fresh_here},
        )
        taken = set(pairs.values())
        pairs |= _pair(
            {code: _path(code, old) for code in gone_here if code not in pairs},
            {code: _path(code, new) for code in fresh_here if code not in taken},
        )
    return pairs


def _under(code: str, names: Mapping[str, str], pairs: Mapping[str, str]) -> tuple[str, ...]:
    parent = parent_code(code) or ""
    return (pairs.get(parent, parent), fold_name(names[code]))


def _path(code: str, names: Mapping[str, str]) -> tuple[str, ...]:
    parts: list[str] = []
    at: str | None = code
    while at is not None and (parent := parent_code(at)) is not None:
        parts.append(fold_name(names.get(at, at)))
        at = parent
    return tuple(parts)


def _pair(
    gone: Mapping[str, tuple[str, ...]], fresh: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    fresh_by_key = _by_key(fresh.items())
    often = Counter(gone.values())
    return {
        code: fresh_by_key[key][0]
        for code, key in gone.items()
        if often[key] == 1 and len(fresh_by_key.get(key, ())) == 1
    }


def _by_key(items: Iterable[tuple[str, tuple[str, ...]]]) -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for code, key in items:
        found[key].append(code)
    return found
