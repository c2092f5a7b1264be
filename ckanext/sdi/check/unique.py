"""Values that must stand once in a file, found out in flat memory.

Each value is kept as a 128-bit digest with its row and line, 32 bytes in all; when many have come
together they go to temporary files by their first bits, and each of those is sorted by itself at
the end. Two different values have one digest by chance about once in 10^26 files of a million rows;
the key of the digest is new in each run, so that no file can be made to have such a pair.
"""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO

import numpy as np
import pyarrow as pa

from ckanext.sdi.rules.arrow import pc

PARTS = 64
HELD = 1 << 17
WIDEST = 64
_ENTRY = np.dtype([("high", "u8"), ("low", "u8"), ("row", "u8"), ("line", "u8")])


@dataclass(frozen=True)
class Repeat:
    """A value that stood before."""

    row: int
    line: int
    first_row: int
    first_line: int


class Uniqueness:
    """The values of one column, or of several taken together, over a file.

    Use as a context manager: it may hold temporary files.
    """

    def __init__(self) -> None:
        self._held: list[np.ndarray] = []
        self._count = 0
        self._files: list[IO[bytes]] = []
        self._stack = ExitStack()
        self._secret = np.frombuffer(secrets.token_bytes(32), dtype=np.uint64) | np.uint64(1)

    def __enter__(self) -> Uniqueness:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def add(self, columns: Sequence[pa.Array], rows: np.ndarray, lines: np.ndarray) -> None:
        """Take in a block; rows in which a value is missing (null) are left out."""
        valid = np.ones(len(rows), dtype=bool)
        for column in columns:
            valid &= pc.is_valid(column).to_numpy(zero_copy_only=False)
        if not valid.all():
            kept = pa.array(valid)
            columns = [column.filter(kept) for column in columns]
            rows, lines = rows[valid], lines[valid]
        entries = np.empty(len(rows), dtype=_ENTRY)
        entries["high"], entries["low"] = self._digests(columns)
        entries["row"], entries["line"] = rows, lines
        self._held.append(entries)
        self._count += len(entries)
        if self._count >= HELD:
            self._spill()

    def repeats(self) -> Iterator[Repeat]:
        """Each value that stood before, with the place where it stood first."""
        if not self._files:
            yield from _repeats(np.concatenate(self._held) if self._held else np.empty(0, _ENTRY))
            return
        if self._held:
            self._spill()
        for file in self._files:
            file.seek(0)
            yield from _repeats(np.frombuffer(file.read(), dtype=_ENTRY))

    def _spill(self) -> None:
        if not self._files:
            enter = self._stack.enter_context
            self._files = [enter(tempfile.TemporaryFile()) for _ in range(PARTS)]  # noqa: SIM115
        entries = np.concatenate(self._held)
        parts = (entries["high"] >> np.uint64(58)).astype(np.int64)
        order = np.argsort(parts, kind="stable")
        bounds = np.searchsorted(parts[order], np.arange(PARTS + 1))
        for part, file in enumerate(self._files):
            file.write(entries[order[bounds[part] : bounds[part + 1]]].tobytes())
        self._held, self._count = [], 0

    def _digests(self, columns: Sequence[pa.Array]) -> tuple[np.ndarray, np.ndarray]:
        length = len(columns[0])
        high = np.full(length, self._secret[0])
        low = np.full(length, self._secret[1])
        with np.errstate(over="ignore"):
            for column in columns:
                self._mix_column(column, high, low)
        return high, low

    def _mix_column(self, texts: pa.Array, high: np.ndarray, low: np.ndarray) -> None:
        offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)
        offsets = offsets[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
        lengths = np.diff(offsets)
        data = texts.buffers()[2]
        signs = np.frombuffer(data, dtype=np.uint8) if data is not None else np.empty(0, np.uint8)
        self._mix(high, low, lengths.astype(np.uint64))
        # Short texts are taken eight bytes at a time, all of one width together.
        words = (lengths + 7) // 8
        for width in np.unique(words).tolist():
            chosen = np.flatnonzero(words == width)
            if not width:
                continue
            if width * 8 > WIDEST:
                self._mix_long(texts, chosen, high, low)
                continue
            places = offsets[chosen][:, None] + np.arange(width * 8)
            inside = np.arange(width * 8) < lengths[chosen][:, None]
            padded = np.where(inside, signs[np.minimum(places, len(signs) - 1)], 0)
            matrix = np.ascontiguousarray(padded, dtype=np.uint8).view(np.uint64)
            part_high, part_low = high[chosen], low[chosen]
            for word in range(width):
                self._mix(part_high, part_low, matrix[:, word])
            high[chosen], low[chosen] = part_high, part_low

    def _mix_long(
        self, texts: pa.Array, chosen: np.ndarray, high: np.ndarray, low: np.ndarray
    ) -> None:
        key = self._secret.tobytes()
        joined = b"".join(
            hashlib.blake2b(text.encode(), digest_size=16, key=key).digest()
            for text in texts.take(pa.array(chosen)).to_pylist()
        )
        words = np.frombuffer(joined, dtype=np.uint64).reshape(-1, 2)
        part_high, part_low = high[chosen], low[chosen]
        self._mix(part_high, part_low, words[:, 0])
        self._mix(part_high, part_low, words[:, 1])
        high[chosen], low[chosen] = part_high, part_low

    def _mix(self, high: np.ndarray, low: np.ndarray, word: np.ndarray) -> None:
        """Stir a word into both halves, each with multipliers of its own (after splitmix64)."""
        for half, own, other in ((high, 0, 2), (low, 1, 3)):
            half ^= word * self._secret[other]
            half *= self._secret[own]
            half ^= half >> np.uint64(29)
            half *= np.uint64(0xBF58476D1CE4E5B9)
            half ^= half >> np.uint64(32)


def _repeats(entries: np.ndarray) -> Iterator[Repeat]:
    # Entries come in the order of their rows; a stable sort keeps it among equal values.
    entries = entries[np.argsort(entries["high"], kind="stable")]
    same = (entries["high"][1:] == entries["high"][:-1]) & (
        entries["low"][1:] == entries["low"][:-1]
    )
    # Where a run of equal values begins.
    starts = np.maximum.accumulate(np.where(np.append(False, same), 0, np.arange(len(entries))))
    places = np.flatnonzero(same) + 1
    places = places[np.argsort(entries["row"][places], kind="stable")]
    for place in places.tolist():
        first, one = entries[starts[place]], entries[place]
        yield Repeat(int(one["row"]), int(one["line"]), int(first["row"]), int(first["line"]))
