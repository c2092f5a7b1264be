"""The streams of a file of the old Office: a small file system of sectors in one file."""

from __future__ import annotations

import struct
from collections.abc import Sequence

_FREE = 0xFFFFFFFA
"""From here on a sector's number is none."""
_ENTRY = 128


def stream_of(content: bytes, names: Sequence[str]) -> bytes:
    """The first stream there is of some names.

    :raises ValueError: when there is none, or the file is damaged
    """
    try:
        return _Sectors(content).stream(names)
    except (struct.error, IndexError) as error:
        raise ValueError("no file of the old Office") from error


class _Sectors:
    def __init__(self, content: bytes) -> None:
        self._content = content
        shift, self._small_shift = struct.unpack_from("<HH", content, 30)
        self._size = 1 << min(shift, 16)
        self._first_of_directory = _number(content, 48)
        self._least = _number(content, 56)
        self._first_of_small = _number(content, 60)
        self._next = self._numbers(self._table_sectors())

    def stream(self, names: Sequence[str]) -> bytes:
        directory = self._chain(self._first_of_directory)
        entries = [directory[at : at + _ENTRY] for at in range(0, len(directory), _ENTRY)]
        by_name = {_name(entry): entry for entry in entries if entry[66] in (2, 5)}
        entry = next((by_name[name] for name in names if name in by_name), None)
        if entry is None:
            raise ValueError(" or ".join(names))
        first, size = struct.unpack_from("<II", entry, 116)
        if size >= self._least:
            return self._chain(first)[:size]
        within = self._chain(_number(entries[0], 116))
        following = _unpacked(self._chain(self._first_of_small))
        width = 1 << min(self._small_shift, 16)
        parts = [within[at * width : (at + 1) * width] for at in _walk(first, following)]
        return b"".join(parts)[:size]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        return self._content[start : start + self._size]

    def _chain(self, first: int) -> bytes:
        return b"".join(map(self._sector, _walk(first, self._next)))

    def _table_sectors(self) -> list[int]:
        """The sectors of the table that tells which sector comes after which."""
        sectors = list(struct.unpack_from("<109I", self._content, 76))
        more = _number(self._content, 68)
        seen: set[int] = set()
        while more < _FREE and more not in seen:
            seen.add(more)
            *listed, more = _unpacked(self._sector(more))
            sectors += listed
        return [number for number in sectors if number < _FREE]

    def _numbers(self, sectors: Sequence[int]) -> Sequence[int]:
        return _unpacked(b"".join(map(self._sector, sectors)))


def _walk(first: int, following: Sequence[int]) -> list[int]:
    """The numbers of a chain; one that comes back to itself is damaged."""
    chain: list[int] = []
    while first < _FREE:
        if len(chain) > len(following):
            raise ValueError("a chain without an end")
        chain.append(first)
        first = following[first]
    return chain


def _unpacked(data: bytes) -> Sequence[int]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _number(data: bytes, at: int) -> int:
    return struct.unpack_from("<I", data, at)[0]


def _name(entry: bytes) -> str:
    length = struct.unpack_from("<H", entry, 64)[0]
    return entry[: max(length - 2, 0)].decode("utf-16-le", errors="replace")
