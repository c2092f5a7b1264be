"""Cells of another build than their system's: what is wrong with them, many at once.

The same way that ``numbers``, ``tax`` and ``area`` go with one value: its damage undone, then its
signs and its length, then what it was meant as is judged by the kernels.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from ckanext.sdi.codes import kernels, tables
from ckanext.sdi.codes.area import BPS_LEVELS
from ckanext.sdi.codes.cells import Cells
from ckanext.sdi.codes.damage_column import LONGEST, CleanedColumn, mask_of
from ckanext.sdi.codes.marks import Marks

pc: Any = pyarrow.compute
Kernel = Callable[[Cells, Marks], None]

_LOST_ZERO = "^([0-9]{2})[.,]([0-9])$"
_DOTTED = r"^[0-9]{2}(?:\.[0-9]{2}(?:\.[0-9]{2}(?:\.[0-9]{4})?)?)?$"
_WHOLE = "^(?:[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{10})$"
_AREA_SEPARATORS = r"[ .,\-/]"


@dataclass(frozen=True)
class Build:
    """How the numbers of a system are built.

    :param lengths: the numbers of digits they have
    :param separators: the system is written with dots, dashes and spaces
    :param lost_zero: a number one digit short has lost the 0 in front
    :param empty: the rule that a text without a sign breaks
    """

    lengths: Collection[int]
    separators: bool = False
    lost_zero: bool = False
    empty: str = "length"


BUILDS = {
    "nik": Build((16,)),
    "nomor_kk": Build((16,)),
    "npwp": Build((15, 16), separators=True, lost_zero=True),
    "nitku": Build((22,), separators=True, lost_zero=True),
    "id_dtks": Build((17, 19)),
    "kode_bps": Build(tuple(BPS_LEVELS), empty="characters"),
}


def numbers(system: str, texts: pa.Array, marks: Marks, kernel: Kernel) -> None:
    """Judge odd texts of a system of numbers.

    :param kernel: judges numbers of the right length
    """
    build = BUILDS[system]
    cleaned = CleanedColumn(texts)
    cleaned.without_float()
    cleaned.without_separators(allowed=build.separators)
    lengths = pc.binary_length(cleaned.values).to_numpy(zero_copy_only=False)
    digits = cleaned.are_digits()
    right = digits & np.isin(lengths, list(build.lengths))
    meant, short = cleaned.values, np.zeros(len(texts), dtype=bool)
    if build.lost_zero:
        short = digits & (lengths == min(build.lengths) - 1)
        short &= mask_of(pc.not_equal(pc.utf8_ltrim(meant, "0"), ""))
        meant = pc.if_else(pa.array(short), pc.binary_join_element_wise("0", meant, ""), meant)
    sure = pc.if_else(pa.array((right | short) & ~cleaned.doubtful), meant, None)
    for rule, mask in [*cleaned.damage, ("kode.lost_zero", short)]:
        cells = np.flatnonzero(mask & cleaned.plain)
        marks.mark(rule, cells, None, sure.take(pa.array(cells)))
    wrong = cleaned.plain & ~cleaned.lost & ~right & ~short
    wanted = digits | (lengths == 0) if build.empty == "length" else digits
    marks.mark(f"{system}.characters", np.flatnonzero(wrong & ~wanted))
    cells = np.flatnonzero(wrong & wanted)
    marks.mark(f"{system}.length", cells, _length_params(lengths[cells]))
    marks.decide(np.flatnonzero(cleaned.plain & (wrong | cleaned.lost)))
    _judge_meant(meant, np.flatnonzero(cleaned.plain & (right | short)), marks, kernel)


def kode_wilayah(texts: pa.Array, marks: Marks, level: str | None, at: date) -> None:
    """Judge odd texts of Kode Wilayah."""
    cleaned = CleanedColumn(texts)
    cleaned.without_float()
    values = cleaned.values
    short = pc.match_substring_regex(values, _LOST_ZERO)
    meant = pc.replace_substring_regex(values, _LOST_ZERO, r"\1.\20")
    right = pc.or_(
        pc.match_substring_regex(meant, _DOTTED), pc.match_substring_regex(meant, _WHOLE)
    )
    bare = pc.replace_substring_regex(values, _AREA_SEPARATORS, "")
    parted = pc.and_(pc.invert(right), pc.match_substring_regex(bare, _WHOLE))
    meant = pc.if_else(parted, _dotted(bare), meant)
    known = mask_of(pc.or_(right, parted))
    sure = pc.if_else(pa.array(known & ~cleaned.doubtful), meant, None)
    for rule, mask, suggestions in (
        *((rule, mask, sure) for rule, mask in cleaned.damage),
        ("kode_wilayah.lost_zero", mask_of(short), meant),
        ("kode.separator", mask_of(parted), meant),
    ):
        cells = np.flatnonzero(mask & cleaned.plain)
        marks.mark(rule, cells, None, suggestions.take(pa.array(cells)))
    wrong = cleaned.plain & ~cleaned.lost & ~known
    digits = mask_of(pc.match_substring_regex(bare, "^[0-9]+$"))
    marks.mark("kode_wilayah.characters", np.flatnonzero(wrong & ~digits))
    cells = np.flatnonzero(wrong & digits)
    lengths = pc.binary_length(bare).to_numpy(zero_copy_only=False)
    marks.mark("kode_wilayah.length", cells, _length_params(lengths[cells]))
    marks.decide(np.flatnonzero(cleaned.plain & (wrong | cleaned.lost)))

    def kernel(cells: Cells, found: Marks) -> None:
        kernels.kode_wilayah(cells, found, level, at)

    _judge_meant(meant, np.flatnonzero(cleaned.plain & known), marks, kernel)


def _dotted(digits: pa.Array) -> pa.Array:
    four = pc.replace_substring_regex(digits, "^([0-9]{2})([0-9]{2})$", r"\1.\2")
    six = pc.replace_substring_regex(four, "^([0-9]{2})([0-9]{2})([0-9]{2})$", r"\1.\2.\3")
    ten = "^([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{4})$"
    return pc.replace_substring_regex(six, ten, r"\1.\2.\3.\4")


def _judge_meant(meant: pa.Array, cells: np.ndarray, marks: Marks, kernel: Kernel) -> None:
    if len(cells):
        found = Marks(len(cells))
        kernel(Cells(meant.take(pa.array(cells))), found)
        marks.add(found, cells)


def _length_params(lengths: np.ndarray) -> pa.Array:
    return tables.texts('{{"length": "{}"}}', LONGEST + 1).take(pa.array(lengths))
