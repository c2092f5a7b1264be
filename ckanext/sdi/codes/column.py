"""A column of one code system at once, on Arrow's buffers.

For each cell of the usual build the reasons are known from a few words of eight bytes and some
tables; of one of another build (an odd length, other signs) from what it was meant as; what is left
is for the rules for one value. A test holds both to one verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from ckanext.sdi.codes import kernels
from ckanext.sdi.codes.cells import Cells
from ckanext.sdi.codes.marks import Broken, Marks, Offsets
from ckanext.sdi.codes.odd import BUILDS, kode_wilayah, numbers
from ckanext.sdi.codes.registry import has_vocabulary, vocabulary
from ckanext.sdi.codes.vocabulary import today

# Its functions are made when it is loaded, so that a type checker knows none of them.
pc: Any = pyarrow.compute

_SDS = r"^[A-Z]{1,2}[0-9]{5}\.[0-9]{2}\.[0-9]{2}$"


@dataclass(frozen=True)
class ColumnVerdict:
    """What is known of a column's cells, by offset into it.

    :param look: cells that the rules for one value must explain (some may turn out right)
    :param broken: the rules that other cells break; of a cell that stands here every rule does
    """

    look: Offsets
    broken: list[Broken]

    @property
    def reasons(self) -> dict[str, Offsets]:
        """By rule the cells that break it, in order."""
        rules = sorted({one.rule for one in self.broken})
        return {
            rule: _joined([one.cells for one in self.broken if one.rule == rule]) for rule in rules
        }

    @property
    def bad(self) -> Offsets:
        """The cells that are not surely right, in order: ``look`` and those of ``reasons``."""
        return np.unique(np.concatenate([self.look, *(one.cells for one in self.broken)]))


def judge_column(
    system: str,
    values: pa.Array | pa.ChunkedArray,
    *,
    level: str | None = None,
    at: date | Sequence[date | None] | None = None,
) -> ColumnVerdict:
    """Judge a column; nulls are right.

    :param system: id of a code system
    :param values: strings
    :param level: the level that area codes must have
    :param at: the day that the data is about, for all cells or for each; today if not given
    :raises KeyError: when there is no such system
    """
    array = _whole(values)
    if isinstance(at, Sequence):
        return _by_day(system, array, level, at)
    cells, marks = _marked(system, array, level, at or today())
    _judge_odd(system, cells, marks, level, at or today())
    return ColumnVerdict(np.flatnonzero(cells.valid & ~marks.decided), list(marks.told()))


def surely_right(
    system: str,
    values: pa.Array,
    *,
    level: str | None = None,
    at: date | Sequence[date | None] | None = None,
) -> np.ndarray:
    """Which cells of a column are right, as far as that is seen fast; parameters as above.

    :returns: a mask; of the other cells some may turn out right, too
    """
    if isinstance(at, Sequence):
        sure = np.zeros(len(values), dtype=bool)
        for offsets, day in _days(at):
            part = values.take(pa.array(offsets))
            sure[offsets] = surely_right(system, part, level=level, at=day)
        return sure
    cells, marks = _marked(system, values, level, at or today())
    for one in marks.broken:
        marks.decided[one.cells] = False
    return marks.decided if not values.null_count else marks.decided | ~cells.valid


def _whole(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    # What is combined of many chunks may stay chunked.
    return pa.concat_arrays(array.chunks) if isinstance(array, pa.ChunkedArray) else array


def _marked(system: str, array: pa.Array, level: str | None, at: date) -> tuple[Cells, Marks]:
    cells = Cells(array)
    marks = Marks(len(cells))
    _KERNELS[system](cells, marks, level, at)
    return cells, marks


def _days(days: Sequence[date | None]) -> Iterator[tuple[Offsets, date | None]]:
    """The different days with the rows they hold for."""
    ordinals = np.array([0 if day is None else day.toordinal() for day in days])
    for ordinal in np.unique(ordinals).tolist():
        yield np.flatnonzero(ordinals == ordinal), date.fromordinal(ordinal) if ordinal else None


def _by_day(
    system: str, array: pa.Array, level: str | None, days: Sequence[date | None]
) -> ColumnVerdict:
    look: list[Offsets] = []
    broken: list[Broken] = []
    for offsets, day in _days(days):
        part = judge_column(system, array.take(pa.array(offsets)), level=level, at=day)
        look.append(offsets[part.look])
        broken += [replace(one, cells=offsets[one.cells]) for one in part.broken]
    return ColumnVerdict(_joined(look), broken)


def _joined(parts: Sequence[Offsets]) -> Offsets:
    return np.sort(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)


def _judge_odd(system: str, cells: Cells, marks: Marks, level: str | None, at: date) -> None:
    """What the kernels left open because it is of another build."""
    odd = np.flatnonzero(cells.valid & ~marks.decided)
    if not len(odd) or (system not in BUILDS and system != "kode_wilayah"):
        return
    texts, found = cells.array.take(pa.array(odd)).cast(pa.string()), Marks(len(odd))
    if system == "kode_wilayah":
        kode_wilayah(texts, found, level, at)
    else:
        numbers(system, texts, found, lambda meant, told: _KERNELS[system](meant, told, level, at))
    marks.add(found, odd)


def _nik(cells: Cells, marks: Marks, _level: str | None, _at: date) -> None:
    kernels.resident(cells, marks, "nik")


def _nomor_kk(cells: Cells, marks: Marks, _level: str | None, _at: date) -> None:
    kernels.resident(cells, marks, "nomor_kk")


def _npwp(cells: Cells, marks: Marks, _level: str | None, _at: date) -> None:
    kernels.npwp(cells, marks)


def _nitku(cells: Cells, marks: Marks, _level: str | None, _at: date) -> None:
    kernels.nitku(cells, marks)


def _id_dtks(cells: Cells, marks: Marks, _level: str | None, _at: date) -> None:
    kernels.id_dtks(cells, marks)


def _kode_wilayah(cells: Cells, marks: Marks, level: str | None, at: date) -> None:
    kernels.kode_wilayah(cells, marks, level, at)


def _kode_bps(cells: Cells, marks: Marks, level: str | None, _at: date) -> None:
    kernels.kode_bps(cells, marks, level)
    _only_listed("kode_bps", cells, marks)


def _kode_dssd(cells: Cells, marks: Marks, _level: str | None, _at: date) -> None:
    kernels.kode_dssd(cells, marks)
    _only_listed("kode_dssd", cells, marks)


def _kode_sds(cells: Cells, marks: Marks, _level: str | None, _at: date) -> None:
    matches = pc.fill_null(pc.match_substring_regex(cells.array, _SDS), False)
    marks.decided |= matches.to_numpy(zero_copy_only=False)
    _only_listed("kode_sds", cells, marks)


def _only_listed(system: str, cells: Cells, marks: Marks) -> None:
    """Mark what is not in the list, where one is loaded."""
    if has_vocabulary(system):
        list_ = vocabulary(system)
        known = pc.is_in(cells.array, value_set=pa.array(list(list_.codes()), pa.string()))
        missing = marks.decided & ~known.to_numpy(zero_copy_only=False)
        kernels.unknown(list_, marks, np.flatnonzero(missing))


_KERNELS: dict[str, Callable[[Cells, Marks, str | None, date], None]] = {
    "nik": _nik,
    "nomor_kk": _nomor_kk,
    "npwp": _npwp,
    "nitku": _nitku,
    "id_dtks": _id_dtks,
    "kode_wilayah": _kode_wilayah,
    "kode_bps": _kode_bps,
    "kode_dssd": _kode_dssd,
    "kode_sds": _kode_sds,
}
