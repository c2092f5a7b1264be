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
from ckanext.sdi.codes.kode_wilayah import LEVEL_BY_DIGITS
from ckanext.sdi.codes.marks import Marks

pc: Any = pyarrow.compute
Kernel = Callable[[Cells, Marks], None]

_LOST_ZERO = "^([0-9]{2})[.,]([0-9])$"
_DOTTED = r"^[0-9]{2}(?:\.[0-9]{2}(?:\.[0-9]{2}(?:\.[0-9]{4})?)?)?$"
_AREA_SEPARATORS = " .,-/"


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
    short = _like(values, pc.less_equal(pc.binary_length(values), 4), _LOST_ZERO)
    bare = values
    for sign in _AREA_SEPARATORS:
        bare = pc.replace_substring(bare, sign, "")
    digits = mask_of(pc.ascii_is_decimal(bare))
    lengths = pc.binary_length(bare).to_numpy(zero_copy_only=False)
    whole = digits & np.isin(lengths, list(LEVEL_BY_DIGITS))
    right = short | (whole & (mask_of(pc.equal(bare, values)) | _like(values, whole, _DOTTED)))
    parted = whole & ~right
    known = right | parted
    meant = _changed(values, short, pc.replace_substring_regex, _LOST_ZERO, r"\1.\20")
    meant = _changed(pc.if_else(pa.array(parted), bare, meant), parted, _dotted)
    sure = pc.if_else(pa.array(known & ~cleaned.doubtful), meant, None)
    for rule, mask, suggestions in (
        *((rule, mask, sure) for rule, mask in cleaned.damage),
        ("kode_wilayah.lost_zero", short, meant),
        ("kode.separator", parted, meant),
    ):
        cells = np.flatnonzero(mask & cleaned.plain)
        marks.mark(rule, cells, None, suggestions.take(pa.array(cells)))
    wrong = cleaned.plain & ~cleaned.lost & ~known
    marks.mark("kode_wilayah.characters", np.flatnonzero(wrong & ~digits))
    cells = np.flatnonzero(wrong & digits)
    marks.mark("kode_wilayah.length", cells, _length_params(lengths[cells]))
    marks.decide(np.flatnonzero(cleaned.plain & (wrong | cleaned.lost)))

    def kernel(cells: Cells, found: Marks) -> None:
        kernels.kode_wilayah(cells, found, level, at)

    _judge_meant(meant, np.flatnonzero(cleaned.plain & known), marks, kernel)


def _like(texts: pa.Array, chosen: Any, pattern: str) -> np.ndarray:
    """Which of some texts have a form."""
    found = np.array(chosen, dtype=bool)
    if found.any():
        some = texts.filter(pa.array(found))
        found[found] = mask_of(pc.match_substring_regex(some, pattern))
    return found


def _changed(
    texts: pa.Array, chosen: np.ndarray, change: Callable[..., pa.Array], *how: str
) -> pa.Array:
    """The texts, some of them changed."""
    if not chosen.any():
        return texts
    mask = pa.array(chosen)
    return pc.replace_with_mask(texts, mask, change(texts.filter(mask), *how))


def _dotted(digits: pa.Array) -> pa.Array:
    """``kode_wilayah.dotted``"""
    parts = [pc.utf8_slice_codeunits(digits, *part) for part in ((0, 2), (2, 4), (4, 6), (6, 10))]
    return pc.ascii_rtrim(pc.binary_join_element_wise(*parts, "."), ".")


def _judge_meant(meant: pa.Array, cells: np.ndarray, marks: Marks, kernel: Kernel) -> None:
    if len(cells):
        found = Marks(len(cells))
        kernel(Cells(meant.take(pa.array(cells))), found)
        marks.add(found, cells)


def _length_params(lengths: np.ndarray) -> pa.Array:
    return tables.texts('{{"length": "{}"}}', LONGEST + 1).take(pa.array(lengths))
