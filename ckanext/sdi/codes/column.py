"""A column of one code system at once, on Arrow's buffers.

For each cell of the usual build the reasons are known from a few words of eight bytes and some
tables; what is of another build (an odd length, other signs) is left to the rules for one value.
A test holds both to one verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from ckanext.sdi.codes import kernels
from ckanext.sdi.codes.cells import Cells
from ckanext.sdi.codes.kernels import Marks
from ckanext.sdi.codes.registry import has_vocabulary, vocabulary
from ckanext.sdi.codes.vocabulary import today

Offsets = np.ndarray
# Its functions are made when it is loaded, so that a type checker knows none of them.
pc: Any = pyarrow.compute

_SDS = r"^[A-Z]{1,2}[0-9]{5}\.[0-9]{2}\.[0-9]{2}$"


@dataclass
class ColumnVerdict:
    """What is known of a column's cells, by offset into it.

    :param bad: the cells that are not surely right, in order: ``look`` and those of ``reasons``
    :param look: cells that the rules for one value must explain (some may turn out right)
    :param reasons: by rule, the cells that break it; of a cell that stands here every reason does
    """

    bad: Offsets
    look: Offsets
    reasons: dict[str, Offsets] = field(default_factory=dict)


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
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if isinstance(array, pa.ChunkedArray):  # combine_chunks of many chunks may stay chunked
        array = pa.concat_arrays(array.chunks)
    if isinstance(at, Sequence):
        return _by_day(system, array, level, at)
    cells = Cells(array)
    marks = Marks(len(cells))
    _KERNELS[system](cells, marks, level, at or today())
    return _verdict(cells, marks)


def _by_day(
    system: str, array: pa.Array, level: str | None, days: Sequence[date | None]
) -> ColumnVerdict:
    numbers = np.array([0 if day is None else day.toordinal() for day in days])
    found: list[tuple[Offsets, ColumnVerdict]] = []
    for number in np.unique(numbers):
        offsets = np.flatnonzero(numbers == number)
        day = date.fromordinal(int(number)) if number else None
        part = array.take(pa.array(offsets))
        found.append((offsets, judge_column(system, part, level=level, at=day)))
    rules = {rule for _, verdict in found for rule in verdict.reasons}
    return ColumnVerdict(
        bad=_joined([offsets[verdict.bad] for offsets, verdict in found]),
        look=_joined([offsets[verdict.look] for offsets, verdict in found]),
        reasons={
            rule: _joined([o[v.reasons[rule]] for o, v in found if rule in v.reasons])
            for rule in sorted(rules)
        },
    )


def _joined(parts: Sequence[Offsets]) -> Offsets:
    return np.sort(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)


def _verdict(cells: Cells, marks: Marks) -> ColumnVerdict:
    open_ = cells.valid & ~marks.decided
    told = {rule: np.flatnonzero(mask & ~open_) for rule, mask in marks.reasons.items()}
    reasons = {rule: offsets for rule, offsets in told.items() if len(offsets)}
    bad = open_.copy()
    for offsets in reasons.values():
        bad[offsets] = True
    return ColumnVerdict(np.flatnonzero(bad), np.flatnonzero(open_), reasons)


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
    """Leave open what is not in the list, where one is loaded."""
    if has_vocabulary(system):
        listed = pa.array(list(vocabulary(system).codes()), pa.string())
        known = pc.is_in(cells.array, value_set=listed)
        marks.decided &= known.to_numpy(zero_copy_only=False)


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
