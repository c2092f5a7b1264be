"""All findings of a check in the order of the lines of the file, in flat memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from operator import itemgetter

import numpy as np
import pyarrow as pa

from ckanext.sdi.check.pieces import Pieces
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.arrow import pc
from ckanext.sdi.rules.columnar import SCHEMA, unpack

BUCKET = 8192
"""Lines whose findings are held at once."""
MOST_GENERAL = 200
"""So many findings that are about no line are held."""
_AT_ONCE = 1000
_LETTERS = re.compile(r"([A-Z]+)\d*$")


class ByLine:
    """Use as a context manager: it holds a file without a name.

    :param batches: the findings in any order, batches of ``rules.columnar.SCHEMA``
    """

    def __init__(self, batches: Iterable[pa.RecordBatch]) -> None:
        self._pieces: Pieces[int] = Pieces(SCHEMA)
        self.general: list[Finding] = []
        for batch in batches:
            self._put_away(batch)

    def __enter__(self) -> ByLine:
        return self

    def __exit__(self, *exception: object) -> None:
        self._pieces.__exit__(*exception)

    def _put_away(self, batch: pa.RecordBatch) -> None:
        in_rows = pc.is_valid(batch.column("row"))
        self.general += unpack(
            batch.filter(pc.invert(in_rows)).slice(0, MOST_GENERAL - len(self.general))
        )
        batch = batch.filter(in_rows)
        lines = _lines(batch)
        order = np.argsort(lines, kind="stable")
        batch, buckets = batch.take(pa.array(order)), lines[order] // BUCKET
        starts = np.flatnonzero(np.diff(buckets, prepend=-1)).tolist()
        for start, end in pairwise([*starts, len(buckets)]):
            self._pieces.add(int(buckets[start]), batch.slice(start, end - start))

    def __iter__(self) -> Iterator[tuple[int, list[Finding]]]:
        """Each line with its findings."""
        for line, found in groupby(self._in_order(), itemgetter(0)):
            yield line, [finding for _, finding in found]

    def _in_order(self) -> Iterator[tuple[int, Finding]]:
        for bucket in sorted(self._pieces.counts):
            table = pa.Table.from_batches(list(self._pieces.take(bucket)), SCHEMA)
            batch = table.combine_chunks().to_batches()[0]
            lines = _lines(batch)
            order = np.argsort(lines, kind="stable")
            for start in range(0, len(order), _AT_ONCE):
                some = order[start : start + _AT_ONCE]
                yield from zip(
                    lines[some].tolist(), unpack(batch.take(pa.array(some))), strict=True
                )


def _lines(batch: pa.RecordBatch) -> np.ndarray:
    told = pc.struct_field(pc.extract_regex(batch.column("cell"), r"(?P<line>[0-9]+)$"), "line")
    return pc.coalesce(told.cast(pa.int64()), batch.column("row")).to_numpy()


def column_of(finding: Finding) -> int | None:
    """The number of the column, from 0, that a finding's cell is in."""
    letters = _LETTERS.search(finding.cell or "")
    if letters is None:
        return None
    number = 0
    for letter in letters[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
