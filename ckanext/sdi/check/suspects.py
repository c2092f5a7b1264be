"""The cells that are not surely right: picked out of each block, judged when many have come.

Picking is fast and done to every cell. A judgement says what is wrong in full; its price goes less
by the number of cells than by how often it is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from ckanext.sdi.check.reader import Block, addresses
from ckanext.sdi.rules import Field
from ckanext.sdi.rules.columnar import as_json
from ckanext.sdi.rules.judge import Dates, Known, judge_column, shown, suspects
from ckanext.sdi.rules.personal import is_private_name

Place = tuple[Field, int]


@dataclass(frozen=True)
class _Held:
    texts: pa.Array
    rows: np.ndarray
    lines: np.ndarray
    keys: list[pa.Array]
    at: Dates


class Suspects:
    """The suspects of one column.

    :param name: the column's name in the file
    :param key_fields: the columns that name a row, with their places
    """

    def __init__(
        self,
        field: Field,
        place: int,
        name: str,
        missing_values: Sequence[str],
        key_fields: Sequence[Place],
    ) -> None:
        self.field, self.place = field, place
        self._conceal = is_private_name(name)
        self._missing_values = missing_values
        self._key_fields = key_fields
        self._known: Known = {}
        self._held: list[_Held] = []

    def __len__(self) -> int:
        return sum(len(held.rows) for held in self._held)

    def pick(self, block: Block, at: Dates) -> None:
        """Pick the suspects out of a block.

        :param at: the date at which codes are judged, for all rows or for each
        """
        texts = block.columns[self.place]
        cells = suspects(self.field, texts, at=at, missing_values=self._missing_values)
        if not len(cells):
            return
        chosen = pa.array(cells)
        self._held.append(
            _Held(
                texts.take(chosen),
                block.rows[cells],
                block.lines[cells],
                [block.columns[place].take(chosen) for _, place in self._key_fields],
                [at[cell] for cell in cells.tolist()] if isinstance(at, Sequence) else at,
            )
        )

    @property
    def texts(self) -> pa.Array:
        """The texts of those picked since the last judgement."""
        held = [one.texts for one in self._held]
        return pa.concat_arrays(held) if held else pa.array([], pa.string())

    def judge(self) -> pa.RecordBatch | None:
        """What is wrong with those picked since the last time: a batch of ``columnar.SCHEMA``."""
        texts = self.texts
        held, self._held = self._held, []
        if not held:
            return None
        judged = judge_column(
            self.field,
            texts,
            at=_dates(held),
            missing_values=self._missing_values,
            conceal=self._conceal,
            known=self._known,
        )
        cells = judged.found.cells
        if not len(cells):
            return None
        lines = np.concatenate([one.lines for one in held])[cells]
        return judged.found.batch(
            self.field.name,
            np.concatenate([one.rows for one in held])[cells],
            addresses(self.place, lines),
            self._keys(held, cells),
        )

    def _keys(self, held: Sequence[_Held], cells: np.ndarray) -> pa.Array | None:
        """The key of the row of each finding, as JSON."""
        if not self._key_fields:
            return None
        different, places = np.unique(cells, return_inverse=True)
        columns: list[list[str]] = []
        for number, (field, _) in enumerate(self._key_fields):
            texts = pa.concat_arrays([one.keys[number] for one in held]).take(pa.array(different))
            conceal = is_private_name(field.name)
            columns.append([shown(field, text, conceal=conceal) for text in texts.to_pylist()])
        names = [field.name for field, _ in self._key_fields]
        keys = [as_json(dict(zip(names, key, strict=True))) for key in zip(*columns, strict=True)]
        return pa.array(keys, pa.string()).take(pa.array(places))


def _dates(held: Sequence[_Held]) -> Dates:
    days = [one.at for one in held]
    if not isinstance(days[0], Sequence) and all(day == days[0] for day in days):
        return days[0]
    each: list[date | None] = []
    for one in held:
        each += one.at if isinstance(one.at, Sequence) else [one.at] * len(one.rows)
    return each
