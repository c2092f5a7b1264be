"""``damage`` on a whole column: what spreadsheets and copying did to its odd cells.

Cells with signs of other scripts, and very long ones, are left to the rules for one value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from ckanext.sdi.codes.damage import EXACT_FLOAT

# Its functions are made when it is loaded, so that a type checker knows none of them.
pc: Any = pyarrow.compute

LONGEST = 40
_INVISIBLE = r"[\x00-\x1f\x7f-\x{a0}\x{200b}-\x{200f}\x{2060}\x{feff}]"
_APOSTROPHES = "'’‘`´"
_SCIENTIFIC = r"^[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+$"
_FLOAT = "^([0-9]+)[.,]0+$"
_SEPARATORS = " .-/"


def mask_of(condition: pa.Array) -> np.ndarray:
    """A condition without nulls as a mask."""
    return condition.to_numpy(zero_copy_only=False)


class CleanedColumn:
    """Texts without their damage; none of them is null.

    ``values``, ``lost`` and ``doubtful`` are as in ``damage.Cleaned``; ``damage`` holds for each
    rule the texts that it was found in, in the order of their undoing; ``plain`` tells the texts
    that this holds for.
    """

    def __init__(self, texts: pa.Array) -> None:
        self.values = texts
        self.damage: list[tuple[str, np.ndarray]] = []
        self.lost = np.zeros(len(texts), dtype=bool)
        self.doubtful = self.lost.copy()
        self.plain = mask_of(pc.less_equal(pc.binary_length(texts), LONGEST))
        # Expressions are slow, so each is asked of the texts that it can hold for.
        self._signs = ~mask_of(pc.ascii_is_decimal(texts))
        strange = self._signs & ~mask_of(pc.ascii_is_printable(texts))
        strange |= mask_of(pc.starts_with(texts, " ")) | mask_of(pc.ends_with(texts, " "))
        self._replace("kode.invisible", strange, _visible)
        quoted = strange | mask_of(pc.starts_with(self.values, "'"))
        quoted |= mask_of(pc.starts_with(self.values, "`"))
        self._replace("kode.apostrophe", quoted, _without_apostrophes)
        self.plain &= mask_of(pc.string_is_ascii(self.values))
        powers = mask_of(pc.match_substring(self.values, "E"))
        powers |= mask_of(pc.match_substring(self.values, "e"))
        if powers.any():
            some = self.values.filter(pa.array(powers))
            self.lost[powers] = mask_of(pc.match_substring_regex(some, _SCIENTIFIC))
        self.damage.append(("kode.scientific", self.lost))

    def _replace(
        self, rule: str, chosen: np.ndarray, change: Callable[[pa.Array], pa.Array]
    ) -> np.ndarray:
        """Change some values; those that differ afterwards had a damage."""
        if not chosen.any():
            return chosen
        some = self.values.filter(pa.array(chosen))
        new = change(some)
        changed = np.zeros(len(self.values), dtype=bool)
        changed[chosen] = mask_of(pc.not_equal(new, some))
        self.values = pc.replace_with_mask(self.values, pa.array(chosen), new)
        if rule:
            self.damage.append((rule, changed))
        return changed

    def without_float(self) -> None:
        """``damage.without_float``"""
        likely = self._signs & mask_of(pc.ends_with(self.values, "0"))
        floats = self._replace("kode.float_text", likely, _whole)
        if not floats.any():
            return
        digits = pc.utf8_ltrim(self.values.filter(pa.array(floats)), "0")
        length, most = pc.binary_length(digits), str(EXACT_FLOAT)
        above = pc.and_(pc.equal(length, len(most)), pc.greater(digits, most))
        self.doubtful[floats] = mask_of(pc.or_(above, pc.greater(length, len(most))))

    def without_separators(self, *, allowed: bool) -> None:
        """``damage.without_separators``"""
        likely = self._signs & ~self.are_digits()
        self._replace("" if allowed else "kode.separator", likely, _bare)

    def are_digits(self) -> np.ndarray:
        """Which values are digits and nothing else."""
        return mask_of(pc.ascii_is_decimal(self.values))


def _visible(texts: pa.Array) -> pa.Array:
    return pc.utf8_trim(pc.replace_substring_regex(texts, _INVISIBLE, ""), " ")


def _without_apostrophes(texts: pa.Array) -> pa.Array:
    return pc.utf8_ltrim(texts, _APOSTROPHES)


def _whole(texts: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(texts, _FLOAT, r"\1")


def _bare(texts: pa.Array) -> pa.Array:
    bare = texts
    for sign in _SEPARATORS:
        bare = pc.replace_substring(bare, sign, "")
    return pc.if_else(pc.ascii_is_decimal(bare), bare, texts)
