"""``masking`` on many values at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from ckanext.sdi.codes.cells import Cells
from ckanext.sdi.codes.damage_column import CleanedColumn, mask_of
from ckanext.sdi.codes.masking import DOT, MAX_SHOWN, mask

# Its functions are made when it is loaded, so that a type checker knows none of them.
pc: Any = pyarrow.compute

_DOTS = pa.array([DOT * count for count in range(MAX_SHOWN + 1)])
_ZERO = np.uint8(ord("0"))


def mask_column(system: str, texts: pa.Array) -> pa.Array:
    """Values as they may be shown; null stays null.

    :param texts: strings
    :returns: for each value what ``mask`` gives for it
    """
    if system in ("nik", "nomor_kk", "id_dtks"):
        return _masked(texts)
    if system in ("npwp", "nitku"):
        return _tax(system, texts)
    long = pc.fill_null(pc.greater(pc.utf8_length(texts), MAX_SHOWN), False)
    return _replaced(system, texts, texts, long)


def _tax(system: str, texts: pa.Array) -> pa.Array:
    numbers = pc.fill_null(texts, "")
    odd = pc.invert(pc.ascii_is_decimal(numbers))
    cleaned = CleanedColumn(numbers.filter(odd))
    cleaned.without_float()
    cleaned.without_separators(allowed=True)
    numbers = pc.replace_with_mask(numbers, odd, cleaned.values)
    told = pc.if_else(pa.array(_company(numbers)), texts, _masked(texts))
    # What cannot be cleaned here is left to the rule for one value.
    left = odd.to_numpy(zero_copy_only=False).copy()
    left[left] = ~cleaned.plain
    return _replaced(system, texts, told, pa.array(left))


def _company(texts: pa.Array) -> np.ndarray:
    """Which numbers are surely no person's: those of companies and offices, also with the 0 lost.

    An expression would say the same in one line, and take as long as all other rules together.
    """
    cells = Cells(texts)
    length, first, second = cells.lengths, cells.signs(0) - _ZERO, cells.signs(1) - _ZERO
    # Those of 16 and 22 digits begin with 00 to 03 or with 10.
    begins = ((first == 0) & (second <= 3)) | ((first == 1) & (second == 0))
    found = ((length == 16) | (length == 22)) & begins
    found |= ((length == 15) & (first <= 3)) | (length == 14) | (length == 21)
    return found & mask_of(pc.ascii_is_decimal(texts))


def _replaced(system: str, texts: pa.Array, told: pa.Array, chosen: pa.Array) -> pa.Array:
    """The masked texts, those chosen by the rule for one value."""
    if not pc.any(chosen).as_py():
        return told
    masked = [
        None if text is None else mask(system, text) for text in texts.filter(chosen).to_pylist()
    ]
    return pc.replace_with_mask(told, chosen, pa.array(masked, pa.string()))


def _masked(texts: pa.Array) -> pa.Array:
    length = pc.fill_null(pc.utf8_length(texts), 0)
    told = _hidden(texts, length, 4)
    for least, shown in ((15, 2), (8, 0)):
        shorter = pc.less(length, least)
        if pc.any(shorter).as_py():
            some = _hidden(texts.filter(shorter), length.filter(shorter), shown)
            told = pc.replace_with_mask(told, shorter, some)
    return told


def _hidden(texts: pa.Array, length: pa.Array, shown: int) -> pa.Array:
    """All but the first and last letters hidden."""
    hidden = pc.max_element_wise(pc.subtract(length, 2 * shown), 0)
    dots = _DOTS.take(pc.min_element_wise(hidden, MAX_SHOWN))
    if not shown:
        return pc.if_else(pc.is_valid(texts), dots, None)
    begin = pc.utf8_slice_codeunits(texts, 0, shown)
    end = pc.utf8_slice_codeunits(texts, -shown, None)
    return pc.binary_join_element_wise(begin, dots, end, "")
