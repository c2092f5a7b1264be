"""The cells of a string column as numbers: words of eight bytes read at any place of a cell."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

_HIGH = np.uint64(0xF0F0F0F0F0F0F0F0)
_ZEROS = np.uint64(0x3030303030303030)
_SIX = np.uint64(0x0606060606060606)
_LOW = np.uint64(0x0F0F0F0F0F0F0F0F)
_WORD = 8
# No code is so long.
_LONGEST = 64


class Cells:
    """A string array, its lengths in bytes and its bytes.

    ``valid`` tells the cells that are not null.
    """

    def __init__(self, array: pa.Array) -> None:
        if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
            array = array.cast(pa.string())
        self.array = array
        width = np.int64 if pa.types.is_large_string(array.type) else np.int32
        validity, offsets, data = array.buffers()
        count = len(array)
        ends = np.frombuffer(offsets, dtype=width, count=array.offset + count + 1)
        self.starts: np.ndarray = ends[array.offset : -1] if count else ends[:0]
        self.lengths: np.ndarray = np.diff(ends[array.offset :]) if count else ends[:0]
        self.size = 0 if data is None else data.size
        self._data = data
        self._counts = np.bincount(self.lengths, minlength=_LONGEST + 1)
        if validity is None or array.null_count == 0:
            self.valid = np.ones(count, dtype=bool)
        else:
            self.valid = array.is_valid().to_numpy(zero_copy_only=False)

    def __len__(self) -> int:
        return len(self.lengths)

    def of_length(self, length: int) -> np.ndarray:
        """Offsets of the cells of a length that can be read in whole words.

        A cell at the very end of the buffer cannot; the rules for one value look at it.
        """
        if not self._counts[length]:
            return np.zeros(0, dtype=np.int64)
        fits = self.lengths == length
        if self.array.null_count:
            fits &= self.valid
        found = np.flatnonzero(fits)
        while len(found) and self.starts[found[-1]] + max(length, _WORD) > self.size:
            found = found[:-1]
        return found

    def words(self, offsets: np.ndarray, *places: int) -> list[np.ndarray]:
        """The eight bytes from each of some places on, of some cells, the first byte lowest."""
        width = max(places) + _WORD
        if self._data is None or not len(offsets):
            return [np.zeros(0, dtype=np.uint64) for _ in places]
        # All bytes of a cell are fetched at once: that takes longest.
        shape = (self.size - width + 1,)
        windows = np.ndarray(shape, dtype=f"V{width}", buffer=self._data, strides=(1,))
        fetched = windows[self.starts[offsets]]
        return [
            np.ndarray((len(fetched),), dtype="V8", buffer=fetched, offset=place, strides=(width,))
            .copy()
            .view("<u8")
            for place in places
        ]


def shortened(words: np.ndarray, length: int) -> np.ndarray:
    """Words of which only the first bytes count, as words with zeros in front of these."""
    if length == _WORD:
        return words
    shift = np.uint64(8 * (_WORD - length))
    return (words << shift) | (_ZEROS >> np.uint64(8 * length))


def signs_at(words: np.ndarray, places: tuple[int, ...], sign: str) -> np.ndarray:
    """Which words have a sign at all of some places."""
    mask = sum(0xFF << (8 * place) for place in places)
    wanted = sum(ord(sign) << (8 * place) for place in places)
    return (words & np.uint64(mask)) == np.uint64(wanted)


def with_zeros_at(words: np.ndarray, places: tuple[int, ...]) -> np.ndarray:
    """Words with the digit 0 at some places."""
    mask = sum(0xFF << (8 * place) for place in places)
    zeros = sum(0x30 << (8 * place) for place in places)
    return (words & np.uint64(~mask & 0xFFFFFFFFFFFFFFFF)) | np.uint64(zeros)


def are_digits(words: np.ndarray) -> np.ndarray:
    """Which words are eight ASCII digits."""
    return ((words & _HIGH) == _ZEROS) & (((words + _SIX) & _HIGH) == _ZEROS)


def numbers(words: np.ndarray) -> np.ndarray:
    """Words of eight digits as numbers; of others something below 2^32."""
    parts = words & _LOW
    # Pairs of digits, then fours, then all eight; in place, for each new array costs time.
    others = parts >> np.uint64(8)
    parts *= np.uint64(10)
    parts += others
    parts &= np.uint64(0x00FF00FF00FF00FF)
    np.right_shift(parts, np.uint64(16), out=others)
    parts *= np.uint64(100)
    parts += others
    parts &= np.uint64(0x0000FFFF0000FFFF)
    np.right_shift(parts, np.uint64(32), out=others)
    parts *= np.uint64(10000)
    parts += others
    return parts.astype(np.uint32)
