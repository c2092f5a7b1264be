"""``damage`` on a whole column: what spreadsheets and copying did to its odd cells.

Cells with signs of other scripts, and very long ones, are left to the rules for one value.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from ckanext.sdi.codes.damage import EXACT_FLOAT

# Its functions are made when it is loaded, so that a type checker knows none of them.
pc: Any = pyarrow.compute

LONGEST = 40
_INVISIBLE = r"[\x00-\x1f\x7f-\x{a0}\x{200b}-\x{200f}\x{2060}\x{feff}]"
_APOSTROPHES = "^['’‘`´]+"
_SCIENTIFIC = r"^[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+$"
_FLOAT = r"^[0-9]+[.,]0+$"
_SEPARATORS = r"[ .\-/]"
_DIGITS = "^[0-9]+$"


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
        self.damage: list[tuple[str, np.ndarray]] = []
        visible = pc.utf8_trim(pc.replace_substring_regex(texts, _INVISIBLE, ""), " ")
        self.values = texts
        self._take("kode.invisible", visible)
        self._take("kode.apostrophe", pc.replace_substring_regex(visible, _APOSTROPHES, ""))
        self.plain = mask_of(pc.less_equal(pc.binary_length(texts), LONGEST))
        self.plain &= mask_of(pc.string_is_ascii(self.values))
        self.lost = mask_of(pc.match_substring_regex(self.values, _SCIENTIFIC))
        self.damage.append(("kode.scientific", self.lost))
        self.doubtful = np.zeros(len(texts), dtype=bool)

    def _take(self, rule: str, values: pa.Array) -> None:
        """Take other values, which differ where there was a damage."""
        changed = mask_of(pc.not_equal(values, self.values))
        if changed.any():
            self.damage.append((rule, changed))
            self.values = values

    def without_float(self) -> None:
        """``damage.without_float``"""
        floats = mask_of(pc.match_substring_regex(self.values, _FLOAT))
        if not floats.any():
            return
        whole = pc.replace_substring_regex(self.values.filter(pa.array(floats)), "[.,]0+$", "")
        self.damage.append(("kode.float_text", floats))
        self.values = pc.replace_with_mask(self.values, pa.array(floats), whole)
        digits = pc.utf8_ltrim(whole, "0")
        length, most = pc.binary_length(digits), str(EXACT_FLOAT)
        above = pc.and_(pc.equal(length, len(most)), pc.greater(digits, most))
        self.doubtful[floats] = mask_of(pc.or_(above, pc.greater(length, len(most))))

    def without_separators(self, *, allowed: bool) -> None:
        """``damage.without_separators``"""
        bare = pc.replace_substring_regex(self.values, _SEPARATORS, "")
        changed = pc.and_(pc.not_equal(bare, self.values), pc.match_substring_regex(bare, _DIGITS))
        mask = mask_of(changed)
        if mask.any():
            self.values = pc.if_else(changed, bare, self.values)
            if not allowed:
                self.damage.append(("kode.separator", mask))

    def are_digits(self) -> np.ndarray:
        """Which values are digits and nothing else."""
        return mask_of(pc.match_substring_regex(self.values, _DIGITS))
