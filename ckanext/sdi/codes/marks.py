"""What the kernels find out about the cells of a column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ckanext.sdi.codes.cells import is_all

Offsets = np.ndarray


@dataclass(frozen=True)
class Broken:
    """Cells that break one rule.

    :param cells: their offsets into the column
    :param params: for each of them what fills the rule's sentence, as JSON; None when nothing does
    :param suggestions: for each of them the value as it could be, or null; None when there is none
    """

    rule: str
    cells: Offsets
    params: pa.Array | None = None
    suggestions: pa.Array | None = None

    def chosen(self, mask: np.ndarray, offsets: Offsets) -> Broken:
        """Some of the cells, which stand elsewhere in a larger column."""
        if mask.all():
            return Broken(self.rule, offsets[self.cells], self.params, self.suggestions)
        kept = pa.array(mask)
        return Broken(
            self.rule,
            offsets[self.cells[mask]],
            None if self.params is None else self.params.filter(kept),
            None if self.suggestions is None else self.suggestions.filter(kept),
        )


class Marks:
    """Which cells of a column are decided, and which of these break which rule."""

    def __init__(self, count: int) -> None:
        self.decided = np.zeros(count, dtype=bool)
        self.broken: list[Broken] = []

    def decide(self, offsets: Offsets, chosen: np.ndarray | None = None) -> None:
        """Nothing but what is marked is wrong with these cells, or with some chosen of them."""
        if chosen is None:
            self.decided[offsets] = True
        elif is_all(offsets):
            self.decided[: len(offsets)] |= chosen
        else:
            self.decided[offsets[chosen]] = True

    def mark(
        self,
        rule: str,
        offsets: Offsets,
        params: pa.Array | None = None,
        suggestions: pa.Array | None = None,
    ) -> None:
        """These cells break a rule; of a cell that breaks several the first marked is told first.

        What is marked of a cell that is not decided in the end does not count.
        """
        if len(offsets):
            self.broken.append(Broken(rule, offsets, params, suggestions))

    def add(self, other: Marks, offsets: Offsets) -> None:
        """What was found out about some of the cells, taken out as a column of their own."""
        self.broken += other.told(offsets)
        self.decide(offsets[other.decided])

    def told(self, offsets: Offsets | None = None) -> Iterator[Broken]:
        """What is wrong with the decided cells."""
        if offsets is None:
            offsets = np.arange(len(self.decided))
        for one in self.broken:
            mask = self.decided[one.cells]
            if mask.any():
                yield one.chosen(mask, offsets)
