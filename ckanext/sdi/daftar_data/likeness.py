"""How alike the name of a producer in a list and the names of the portal's offices are. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz

from ckanext.sdi.daftar_data.columns import plain

LEAST_ALIKE = 80
"""Offices less alike than this (of 100) are not proposed."""

MOST = 3
KINDS = {"dinas", "badan", "biro", "kantor", "inspektorat", "sekretariat", "satuan"}
"""What an office is; nearly every name begins so, and it tells little."""

_SHORT = {"prov": "provinsi", "kab": "kabupaten", "setda": "sekretariat daerah"}
_REGION = {"provinsi", "kabupaten", "kota", "pemprov", "pemkab", "pemkot"}
_LINKS = {"dan", "serta"}
_EMPTY = {*_LINKS, "daerah"}
_LONGEST = 14
_OF_A_WORD = 90
_OF_A_GAP = 6
_OF_A_PART = 0.93
_OTHER_KIND = 12


def likely(name: str, offices: Mapping[str, Sequence[str]]) -> list[tuple[str, int]]:
    """The offices that a name may stand for, the likeliest first.

    :param offices: all the names of each office, by its id
    :result: ids, each with how alike the names are (of 100)
    """
    asked = _words(name)
    found = [
        (office, round(max((_alike(asked, _words(called)) for called in names), default=0)))
        for office, names in offices.items()
    ]
    alike = [pair for pair in found if pair[1] >= LEAST_ALIKE]
    return sorted(alike, key=lambda pair: (-pair[1], pair[0]))[:MOST]


def _words(name: str) -> list[str]:
    """The words of a name; the region at its end is the same for all and is left out."""
    words = [part for word in plain(name).split() for part in _SHORT.get(word, word).split()]
    end = next((n for n, word in enumerate(words) if n and word in _REGION), len(words))
    return words[:end]


def _alike(asked: list[str], called: list[str]) -> float:
    if not asked or not called:
        return 0
    scores = [_in_full(asked, called)]
    if len(asked) <= 2:
        scores.append(_shortened("".join(asked), called))
    if len(asked) == 2 and asked[0] == called[0]:
        scores.append(_shortened(asked[1], called[1:]))
    return max(scores)


def _in_full(asked: list[str], called: list[str]) -> float:
    kind, other = _kind(asked), _kind(called)
    one, two = _telling(asked), _telling(called)
    # "Tenagakerja" and "Tenaga Kerja" are the same words.
    score = max(
        fuzz.token_sort_ratio(one, two), fuzz.ratio(one.replace(" ", ""), two.replace(" ", ""))
    )
    if len(asked) > len(called) + 1:
        # A part of an office, such as a unit, names the office at its end.
        score = max(score, _OF_A_PART * fuzz.partial_ratio(" ".join(called), " ".join(asked)))
    return score - (_OTHER_KIND if kind and other and kind != other else 0)


def _kind(words: list[str]) -> str | None:
    return next((word for word in words if word in KINDS), None)


def _telling(words: list[str]) -> str:
    """The words that tell one office from another."""
    told = [word for word in words if word not in KINDS | _EMPTY]
    return " ".join(told or words)


def _shortened(word: str, words: list[str]) -> float:
    """How well a word such as Dinkes, Dishub or DPMPTSP is made of parts of the others."""
    if not 3 <= len(word) <= _LONGEST:
        return 0
    if words[0] == "dinas" and word.startswith("dis"):
        word = f"din{word[3:]}"
    told = [other for other in words if other not in _LINKS]
    skipped = _skipped(word, told)
    return 0 if skipped is None else _OF_A_WORD - _OF_A_GAP * skipped


def _skipped(word: str, words: list[str]) -> int | None:
    """How many words are left out by a word made of their parts; None when it is not made so.

    A part is the beginning of a word, or three letters and more from within it.
    """
    if not word:
        return len(words)
    if not words:
        return None
    first, others = words[0], words[1:]
    left_out = _skipped(word, others)
    found = [] if left_out is None else [left_out + 1]
    for length in range(1, min(len(first), len(word), 5) + 1):
        part = word[:length]
        if first.startswith(part) or (length >= 3 and part in first):
            rest = _skipped(word[length:], others)
            found += [] if rest is None else [rest]
    return min(found, default=None)
