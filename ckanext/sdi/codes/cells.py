"""The cells of a string column as numbers: words of eight bytes read at any place of a cell."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

_ZEROS = np.uint64(0x3030303030303030)
_OVER = np.uint64(0x7676767676767676)
_TOP = np.uint64(0x8080808080808080)
_LOW = np.uint64(0x0F0F0F0F0F0F0F0F)
_WORD = 8
# Where more of the cells than this are of a length, all are read.
_MOST = 0.75


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
        self.starts: np.ndarray = ends[array.offset : -1]
        self.lengths: np.ndarray = ends[array.offset + 1 :] - self.starts
        self.size = 0 if data is None else data.size
        self._data = data
        if validity is None or array.null_count == 0:
            self.valid = np.ones(count, dtype=bool)
        else:
            self.valid = array.is_valid().to_numpy(zero_copy_only=False)

    def __len__(self) -> int:
        return len(self.lengths)

    def of_length(self, length: int) -> tuple[np.ndarray, np.ndarray]:
        """Offsets of cells to read in whole words, and which of these have a length.

        Where most have it all are read: to leave the others out would take longer. A cell at the
        very end of the buffer cannot be read; the rules for one value look at it.
        """
        fits = self.lengths == length
        if self.array.null_count:
            fits &= self.valid
        count = int(np.count_nonzero(fits))
        if count:
            fits = fits[: np.searchsorted(self.starts, self.size - max(length, _WORD), "right")]
        if count > _MOST * len(self):
            return np.arange(len(fits)), fits
        found = np.flatnonzero(fits) if count else np.zeros(0, dtype=np.int64)
        return found, np.ones(len(found), dtype=bool)

    def words(self, offsets: np.ndarray, *places: int) -> list[np.ndarray]:
        """The eight bytes from each of some places on, of some cells, the first byte lowest.

        :param offsets: as ``of_length`` gives them for a length that all places are within
        """
        width = max(places) + _WORD
        if self._data is None or not len(offsets):
            return [np.zeros(0, dtype=np.uint64) for _ in places]
        # All bytes of a cell are fetched at once: that takes longest.
        shape = (self.size - width + 1,)
        windows = np.ndarray(shape, dtype=f"V{width}", buffer=self._data, strides=(1,))
        fetched = windows[self.starts[: len(offsets)] if is_all(offsets) else self.starts[offsets]]
        return [
            np.ndarray((len(fetched),), dtype="V8", buffer=fetched, offset=place, strides=(width,))
            .copy()
            .view("<u8")
            for place in places
        ]

    def signs(self, place: int) -> np.ndarray:
        """The byte at a place of each cell, 0 in shorter ones."""
        found = np.zeros(len(self), dtype=np.uint8)
        if self._data is not None:
            longer = np.flatnonzero(self.lengths > place)
            found[longer] = np.frombuffer(self._data, dtype=np.uint8)[self.starts[longer] + place]
        return found


def is_all(offsets: np.ndarray) -> bool:
    """Whether rising offsets are those of all cells from the first on."""
    return bool(len(offsets)) and int(offsets[-1]) == len(offsets) - 1


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


def are_digits(*words: np.ndarray) -> np.ndarray:
    """Of which cells all words are eight ASCII digits."""
    above = _above_nine(words[0])
    for word in words[1:]:
        above |= _above_nine(word)
    above &= _TOP
    return above == 0


def _above_nine(words: np.ndarray) -> np.ndarray:
    """Words whose top bits tell of each byte whether it is no digit."""
    # Digits become 0 to 9; what is more reaches the top bit, or has it.
    parts = words ^ _ZEROS
    above = parts + _OVER
    above |= parts
    return above


def numbers(words: np.ndarray) -> np.ndarray:
    """Words of eight digits as numbers; of others something below 2^32."""
    parts = words & _LOW
    # Pairs of digits, then fours, then all eight; in place, for each new array costs time.
    for factor, shift, mask in _STEPS:
        parts *= factor
        parts >>= shift
        parts &= mask
    parts *= _EIGHT
    # The number is the upper half.
    return parts.view("<u4")[1::2].copy()


_STEPS = [
    (np.uint64((10**digits << bits) + 1), np.uint64(bits), np.uint64(mask))
    for digits, bits, mask in (
        (1, 8, 0x00FF00FF00FF00FF),
        (2, 16, 0x0000FFFF0000FFFF),
    )
]
_EIGHT = np.uint64((10**4 << 32) + 1)
