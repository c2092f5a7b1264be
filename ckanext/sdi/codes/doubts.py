"""Doubts about a whole column of codes: what no single cell shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from ckanext.sdi.codes.cells import Cells, are_digits, numbers
from ckanext.sdi.codes.reason import Reason
from ckanext.sdi.codes.registry import has_vocabulary, vocabulary

# Its functions are made when it is loaded, so that a type checker knows none of them.
pc: Any = pyarrow.compute

# Fewer values prove nothing.
FEW = 20
# Ten in a hundred numbers end in 0; a spreadsheet makes it a hundred.
MOST_END_IN_ZERO = 0.5
# No day of recording is over 31; of days of birth about half are.
MANY_WOMEN = 0.2
NO_WOMAN_AMONG = 100
MANY_OF_BPS = 0.2
# So many rows are looked at, then a few of each block, and so many different codes.
_MOST = 20_000
_OF_BLOCK = 2_000


class ColumnDoubts:
    """What a column of a code system looks like, block by block."""

    def __init__(self, system: str) -> None:
        self.system = system
        self._seen = self._count = self._zeros = self._women = 0
        self._different: set[str] = set()

    def add(self, values: pa.Array) -> None:
        """See a block of the column's strings; of a large column a part tells as much."""
        values = values.slice(0, _MOST if self._seen < _MOST else _OF_BLOCK)
        self._seen += len(values)
        if self.system in ("nik", "nomor_kk"):
            self._add_numbers(Cells(values))
        elif self.system == "kode_wilayah" and len(self._different) < _MOST:
            self._different.update(pc.unique(values).drop_null().to_pylist())

    def doubts(self) -> list[Reason]:
        """What is odd about the column, with the figures."""
        if self.system == "kode_wilayah":
            return self._of_bps()
        return [*self._rounded(), *self._exchanged()] if self._count >= FEW else []

    def _add_numbers(self, cells: Cells) -> None:
        offsets, good = cells.of_length(16)
        first, last = cells.words(offsets, 0, 8)
        good &= are_digits(first, last)
        first, last = numbers(first[good]), numbers(last[good])
        self._count += len(first)
        self._zeros += int(np.count_nonzero(last % np.uint32(10) == 0))
        days = first % np.uint32(100)
        self._women += int(np.count_nonzero((days > 40) & (days <= 71)))

    def _rounded(self) -> list[Reason]:
        if self._zeros <= MOST_END_IN_ZERO * self._count:
            return []
        return [Reason("kolom.rounded", self._figures(self._zeros))]

    def _exchanged(self) -> list[Reason]:
        if self.system == "nomor_kk" and self._women > MANY_WOMEN * self._count:
            return [Reason("kolom.kk_like_nik", self._figures(self._women))]
        if self.system == "nik" and not self._women and self._count >= NO_WOMAN_AMONG:
            return [Reason("kolom.nik_like_kk", self._figures(self._count))]
        return []

    def _of_bps(self) -> list[Reason]:
        """Codes that are no Kode Wilayah, but are one of BPS by the loaded list or by length."""
        wilayah = vocabulary("kode_wilayah")
        bps = vocabulary("kode_bps") if has_vocabulary("kode_bps") else None
        found = 0
        for value in self._different:
            # Most are written as the list writes them.
            if value in wilayah or wilayah.layout.normalise(value) in wilayah:
                continue
            if bps is not None:
                found += value in bps
            else:
                found += len(value) == 7 and value.isascii() and value.isdigit()
        count = len(self._different)
        if count < FEW or found <= MANY_OF_BPS * count:
            return []
        return [Reason("kolom.bps", {"found": str(found), "of": str(count)})]

    def _figures(self, found: int) -> dict[str, str]:
        return {"found": str(found), "of": str(self._count)}
