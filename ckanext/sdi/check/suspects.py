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

from ckanext.sdi.check.table import Block, Places
from ckanext.sdi.rules import Field
from ckanext.sdi.rules.columnar import as_json
from ckanext.sdi.rules.judge import Dates, Known, judge_column, shown, suspects
from ckanext.sdi.rules.personal_names import is_private_name

Place = tuple[Field, int]


@dataclass(frozen=True)
class Suspects:
    """The suspects of one column, out of one block or several.

    :param texts: what stands in their cells
    :param rows: for each the number of its row
    :param lines: for each its line as a spreadsheet shows it
    :param keys: what stands in the columns that name the row
    :param at: the date at which codes are judged, for all or for each
    """

    texts: pa.Array
    rows: np.ndarray
    lines: np.ndarray
    keys: list[pa.Array]
    at: Dates

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def joined(cls, parts: Sequence[Suspects]) -> Suspects:
        """Suspects of a column, of at least one block, together."""
        return cls(
            pa.concat_arrays([one.texts for one in parts]),
            np.concatenate([one.rows for one in parts]),
            np.concatenate([one.lines for one in parts]),
            [pa.concat_arrays(keys) for keys in zip(*(one.keys for one in parts), strict=True)],
            _dates(parts),
        )


class ColumnJudge:
    """Judges one column, from any thread: it keeps nothing of a block.

    What it remembers of single texts is the same whichever thread found it out.

    :param name: the column's name in the file
    :param places: where the columns stand in it
    :param key_fields: the columns that name a row, with their places
    """

    def __init__(
        self,
        field: Field,
        place: int,
        name: str,
        places: Places,
        missing_values: Sequence[str],
        key_fields: Sequence[Place],
    ) -> None:
        self.field, self.place = field, place
        self._places = places
        self._conceal = is_private_name(name)
        self._missing_values = missing_values
        self._key_fields = key_fields
        self._known: Known = {}

    def pick(self, block: Block, at: Dates) -> Suspects:
        """Pick the suspects out of a block.

        :param at: the date at which codes are judged, for all rows or for each
        """
        texts = block.columns[self.place]
        cells = suspects(self.field, texts, at=at, missing_values=self._missing_values)
        chosen = pa.array(cells)
        return Suspects(
            texts.take(chosen),
            block.rows[cells],
            block.lines[cells],
            [block.columns[place].take(chosen) for _, place in self._key_fields],
            [at[cell] for cell in cells.tolist()] if isinstance(at, Sequence) else at,
        )

    def judge(self, picked: Suspects) -> pa.RecordBatch | None:
        """What is wrong with suspects, a batch of ``columnar.SCHEMA``; None when nothing is."""
        if not len(picked):
            return None
        judged = judge_column(
            self.field,
            picked.texts,
            at=picked.at,
            missing_values=self._missing_values,
            conceal=self._conceal,
            known=self._known,
        )
        cells = judged.found.cells
        if not len(cells):
            return None
        return judged.found.batch(
            self.field.name,
            picked.rows[cells],
            self._places.cells(self.place, picked.lines[cells]),
            self._keys(picked, cells),
        )

    def _keys(self, picked: Suspects, cells: np.ndarray) -> pa.Array | None:
        """The key of the row of each finding, as JSON."""
        if not self._key_fields:
            return None
        different, places = np.unique(cells, return_inverse=True)
        columns: list[list[str]] = []
        for (field, _), key in zip(self._key_fields, picked.keys, strict=True):
            texts = key.take(pa.array(different))
            conceal = is_private_name(field.name)
            columns.append([shown(field, text, conceal=conceal) for text in texts.to_pylist()])
        names = [field.name for field, _ in self._key_fields]
        keys = [as_json(dict(zip(names, key, strict=True))) for key in zip(*columns, strict=True)]
        return pa.array(keys, pa.string()).take(pa.array(places))


def _dates(parts: Sequence[Suspects]) -> Dates:
    days = [one.at for one in parts]
    if not isinstance(days[0], Sequence) and all(day == days[0] for day in days):
        return days[0]
    each: list[date | None] = []
    for one in parts:
        each += one.at if isinstance(one.at, Sequence) else [one.at] * len(one)
    return each
