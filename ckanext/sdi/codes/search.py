"""Search over a code list as one types: plain text scans, which need no index to be kept."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ckanext.sdi.codes.vocabulary import Vocabulary

_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_CODE = re.compile(r"[\d.\s]*\d[\d.\s]*")
# Longer questions say nothing more about a place, and cost.
MAX_QUERY = 200
MAX_WORDS = 8
_KIND_WORDS = (
    "kabupaten administrasi",
    "kota administrasi",
    "kabupaten",
    "kota",
    "kab adm",
    "kota adm",
    "kab",
)


def fold(text: str) -> str:
    """Lower-case words of plain letters and digits, parted by one space."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "").replace("'", ""))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _NOT_WORDS.sub(" ", letters.lower()).strip()


class SearchIndex:
    """The names of a list in ranked order, one line each, in one text.

    The order of the lines is the order of answers of the same closeness: higher levels first,
    then shorter names, then codes.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        layout = vocabulary.layout
        levels = {name: rank for rank, name in enumerate(layout.levels)}
        split: dict[str, tuple[str, str]] = {}
        names: list[str] = []
        ranks: list[int] = []
        for row, (code, name) in enumerate(vocabulary.names()):
            if name not in split:
                split[name] = _split_kind(fold(name))
            bare, kind = split[name]
            # The name before what it is: people type "samarinda", not "kota samarinda".
            names.append(f"{bare} {kind}" if kind else bare)
            level = levels[layout.level(code)]
            ranks.append((level << 48) + (min(len(bare), 0xFFFF) << 32) + row)
        ranks.sort()
        self._rows = [rank & 0xFFFFFFFF for rank in ranks]
        self._lines = _Lines([names[row] for row in self._rows])
        self._browse: list[int] = []
        self._around: dict[tuple[str | None, str], str] = {}

    def rows(self, q: str, *, level: str | None, under: str | None, at: date) -> list[int]:
        """The rows that answer a question, the closest first."""
        wanted = list(self._find(q[:MAX_QUERY]))
        if level is not None or under is not None:
            wanted = [row for row in wanted if self._fits(row, level, under)]
        return self._vocabulary.rows_current(wanted, at) or wanted

    def _fits(self, row: int, level: str | None, under: str | None) -> bool:
        code = self._vocabulary.row(row)[0]
        if level is not None and self._vocabulary.layout.level(code) != level:
            return False
        return under is None or (code.startswith(under) and code != under)

    def _find(self, q: str) -> Iterator[int]:
        if _CODE.fullmatch(q):
            prefix = self._vocabulary.layout.prefix(q)
            if prefix is not None:
                rows = self._vocabulary.rows_under(prefix)
                yield from sorted(rows, key=lambda row: len(self._vocabulary.row(row)[0]))
                return
        words = fold(q).split()[:MAX_WORDS]
        if not words:
            if not q.strip():
                yield from self._in_order()
            return
        lines = self._one_word(words[0]) if len(words) == 1 else self._many_words(words)
        yield from (self._rows[line] for line in lines)

    def _in_order(self) -> list[int]:
        """All rows, the higher levels first, by their codes."""
        if not self._browse:
            lengths = [len(code) for code, _ in self._vocabulary.names()]
            self._browse = sorted(range(len(lengths)), key=lengths.__getitem__)
        return self._browse

    def _one_word(self, word: str) -> list[int]:
        begins = self._lines.lines_with(f"\n {word}")
        return list(dict.fromkeys((*begins, *self._lines.lines_with(f" {word}"))))

    def _many_words(self, words: list[str]) -> list[int]:
        """Lines with one word at least in the name and the others in it or its parents' names."""
        close = self._lines.lines_with("\n " + " ".join(words))
        needles = [f" {word}" for word in words]
        hits = {line for needle in needles for line in self._lines.lines_with(needle)}
        own: list[int] = []
        far: list[int] = []
        for line in sorted(hits):
            name = self._lines.text_of(line)
            elsewhere = [needle for needle in needles if needle not in name]
            if not elsewhere:
                own.append(line)
            elif self._is_around(self._rows[line], elsewhere):
                far.append(line)
        return list(dict.fromkeys((*close, *own, *far)))

    def _is_around(self, row: int, needles: list[str]) -> bool:
        layout = self._vocabulary.layout
        code = self._vocabulary.row(row)[0]
        key = (layout.parent(code), layout.kind(code))
        around = self._around.get(key)
        if around is None:
            parents = " ".join(fold(name) for name in self._vocabulary.path(row)[1:])
            around = self._around[key] = f" {key[1].replace('_', ' ')} {parents}"
        return all(needle in around for needle in needles)


class _Lines:
    """Lines in one text, each beginning with a space, found by scanning."""

    def __init__(self, lines: list[str]) -> None:
        self._text = "\n " + "\n ".join(lines) + "\n"
        self._starts: list[int] = []
        at = 0
        for line in lines:
            self._starts.append(at)
            at += len(line) + 2

    def lines_with(self, needle: str) -> list[int]:
        """Numbers of the lines that hold a text, each once, in order."""
        text, starts = self._text, self._starts
        found: list[int] = []
        at = text.find(needle)
        while at != -1:
            line = bisect_right(starts, at) - 1
            found.append(line)
            if line + 1 == len(starts):
                break
            at = text.find(needle, starts[line + 1])
        return found

    def text_of(self, line: int) -> str:
        end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self._text)
        return self._text[self._starts[line] : end]


def _split_kind(name: str) -> tuple[str, str]:
    """``kota samarinda`` as ``samarinda`` and ``kota``."""
    for kind in _KIND_WORDS:
        if name.startswith(kind + " "):
            return name[len(kind) + 1 :], kind
    return name, ""
