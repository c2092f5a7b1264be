"""The rules of ``resident``, ``tax``, ``social`` and ``area`` on whole columns."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pyarrow as pa

from ckanext.sdi.codes import tables
from ckanext.sdi.codes.area import BPS_LEVELS
from ckanext.sdi.codes.cells import (
    Cells,
    are_digits,
    numbers,
    shortened,
    signs_at,
    with_zeros_at,
)
from ckanext.sdi.codes.kode_wilayah import LEVEL_BY_DIGITS, LEVEL_NAMES
from ckanext.sdi.codes.marks import Marks
from ckanext.sdi.codes.registry import areas, vocabulary
from ckanext.sdi.codes.vocabulary import Vocabulary


def resident(cells: Cells, marks: Marks, rules: str) -> None:
    """NIK and nomor KK."""
    offsets, good = cells.of_length(16)
    first, last = _numbers(good, cells.words(offsets, 0, 8))
    _nik_reasons(first, last, (offsets, good), marks, rules)
    marks.decide(offsets, good)


def _numbers(good: np.ndarray, words: list[np.ndarray]) -> list[np.ndarray]:
    """Words as numbers; those that are none are good no more."""
    good &= are_digits(*words)
    return [numbers(word) for word in words]


def _nik_reasons(
    first: np.ndarray,
    last: np.ndarray,
    place: tuple[np.ndarray, np.ndarray],
    marks: Marks,
    rules: str,
) -> None:
    """The reasons of ``resident.nik_reasons`` for numbers of 8 and 8 digits.

    :param place: the offsets of the numbers, and which of them are such numbers at all
    """
    offsets, good = place
    area = first // np.uint32(100)
    day_month_year = (first - area * np.uint32(100)) * np.uint32(10000)
    month_year = last // np.uint32(10000)
    day_month_year += month_year
    kinds = tables.looked_up(tables.area_reasons(areas(), zeros=rules != "nomor_kk"), area)
    right = tables.looked_up(tables.dates(women=rules != "nomor_kk"), day_month_year)
    no_serial = last == month_year * np.uint32(10000)
    # Few are wrong: what of is asked of these alone.
    wrong = np.flatnonzero(((kinds != 0) | ~right | no_serial) & good)
    kinds, offsets = kinds[wrong], offsets[wrong]
    for number, name in enumerate(tables.AREA_REASONS, 1):
        cells = np.flatnonzero(kinds == number)
        marks.mark(f"{rules}.{name}", offsets[cells], _area_params(name, area[wrong[cells]]))
    marks.mark(f"{rules}.date", offsets[~right[wrong]])
    marks.mark(f"{rules}.serial", offsets[no_serial[wrong]])


def _area_params(name: str, area: np.ndarray) -> pa.Array | None:
    """What the sentence on the area of a resident's number tells of it."""
    if name == "province":
        texts = tables.texts('{{"province": "{:02}"}}', 100)
        return texts.take(pa.array(area // np.uint32(10000)))
    return (
        tables.regency_texts().take(pa.array(area // np.uint32(100))) if name == "regency" else None
    )


def npwp(cells: Cells, marks: Marks) -> None:
    """NPWP of 15 and 16 digits, and of 15 as it is printed."""
    _npwp_old(cells, marks)
    _npwp_printed(cells, marks)
    offsets, good = cells.of_length(16)
    first, last = _numbers(good, cells.words(offsets, 0, 8))
    _npwp_16(first, last, (offsets, good), marks)
    marks.decide(offsets, good)


def nitku(cells: Cells, marks: Marks) -> None:
    """NITKU: an NPWP of 16 digits and six more."""
    offsets, good = cells.of_length(22)
    first, last, tail = cells.words(offsets, 0, 8, 14)
    good &= are_digits(tail)
    first, last = _numbers(good, [first, last])
    _npwp_16(first, last, (offsets, good), marks)
    marks.decide(offsets, good)


def _npwp_old(cells: Cells, marks: Marks) -> None:
    offsets, good = cells.of_length(15)
    if not len(offsets):
        return
    first, last = _numbers(good, cells.words(offsets, 0, 7))
    offsets, first, last = offsets[good], first[good], last[good]
    ninth = _rest(last // np.uint32(1000000), 10)
    _check_digit(first * np.uint32(10) + ninth, last == 0, offsets, marks)
    marks.decide(offsets)


def _npwp_printed(cells: Cells, marks: Marks) -> None:
    """``01.312.166.0-091.000``"""
    offsets, shaped = cells.of_length(20)
    if not len(offsets):
        return
    words = cells.words(offsets, 0, 8, 12)
    shaped &= signs_at(words[0], (2, 6), ".") & signs_at(words[1], (2,), ".")
    shaped &= signs_at(words[1], (4,), "-") & signs_at(words[2], (4,), ".")
    for number, places in enumerate(((2, 6), (2, 4), (0, 4))):
        words[number] = with_zeros_at(words[number], places)
    parts = _numbers(shaped, words)
    offsets = offsets[shaped]
    first, second, third = (part[shaped] for part in parts)
    nine = first // np.uint32(1000000) * np.uint32(10000000)
    nine += first // np.uint32(100) % np.uint32(1000) * np.uint32(10000)
    nine += first % np.uint32(10) * np.uint32(1000)
    nine += second // np.uint32(1000000) * np.uint32(10)
    nine += second // np.uint32(10000) % np.uint32(10)
    _check_digit(nine, third == 0, offsets, marks)
    marks.decide(offsets)


def _check_digit(nine: np.ndarray, no_rest: np.ndarray, offsets: np.ndarray, marks: Marks) -> None:
    """The first nine digits of an old number, and whether the others are zeros."""
    zeros = (nine == 0) & no_rest
    marks.mark("npwp.zeros", offsets[zeros])
    head = nine // np.uint32(1000000)
    middle = _rest(nine // np.uint32(1000), 1000)
    odd, even = tables.luhn_sums()
    sums = tables.looked_up(odd, head) + tables.looked_up(even, middle)
    sums += tables.looked_up(odd, _rest(nine, 1000))
    marks.mark("npwp.check_digit", offsets[tables.NOT_TENS[sums] & ~zeros])


def _npwp_16(
    first: np.ndarray, last: np.ndarray, place: tuple[np.ndarray, np.ndarray], marks: Marks
) -> None:
    offsets, good = place
    province = first // np.uint32(1000000)
    kinds = tables.looked_up(tables.npwp_kinds(areas()), province)
    kinds[~good] = tables.NO_NUMBER
    old = np.flatnonzero(kinds == tables.OLD)
    if len(old):
        # Digits 2 to 10; what is left of the first eight is below 10,000,000.
        ends = last[old]
        begin = ends // np.uint32(1000000)
        nine = _rest(first[old], 10000000) * np.uint32(100) + begin
        # The zeros of digits 2 to 10 are known; those after them are the rest.
        _check_digit(nine, ends == begin * np.uint32(1000000), offsets[old], marks)
    neither = np.flatnonzero(kinds == tables.NEITHER)
    starts = tables.texts('{{"start": "{:02}"}}', 100).take(pa.array(province[neither]))
    marks.mark("npwp.form", offsets[neither], starts)
    resident_ = np.flatnonzero(kinds == tables.NIK)
    if len(resident_):
        place = offsets[resident_], good[resident_]
        _nik_reasons(first[resident_], last[resident_], place, marks, "npwp")


def id_dtks(cells: Cells, marks: Marks) -> None:
    """ID DTKS of families and members."""
    for length in (17, 19):
        offsets, good = cells.of_length(length)
        ends = _numbers(good, cells.words(offsets, 0, 8, length - 8))[2]
        if length == 19:
            marks.mark("id_dtks.member", offsets[(_rest(ends, 100) == 0) & good])
        marks.decide(offsets, good)


def kode_bps(cells: Cells, marks: Marks, level: str | None) -> None:
    """Area codes of BPS."""
    for length, found in BPS_LEVELS.items():
        offsets, good = cells.of_length(length)
        head, tail = cells.words(offsets, 0, max(length - 8, 0))
        good &= are_digits(shortened(head, min(length, 8)))
        if length > 8:
            good &= are_digits(tail)
        offsets = offsets[good]
        if level is not None and level != found:
            marks.mark("kode_bps.level", offsets, _level_params(len(offsets), level, found))
        marks.decide(offsets)


def kode_dssd(cells: Cells, marks: Marks) -> None:
    """``5.03.000001``"""
    offsets, good = cells.of_length(11)
    first, last = cells.words(offsets, 0, 3)
    good &= signs_at(first, (1, 4), ".")
    good &= are_digits(with_zeros_at(first, (1, 4)), with_zeros_at(last, (1,)))
    marks.decide(offsets, good)


def kode_wilayah(cells: Cells, marks: Marks, level: str | None, at: date) -> None:
    """Kode Wilayah, dotted or not.

    A code that is not in force is left to the rules for one value, which tell what became of it;
    one that never was is decided here.
    """
    list_ = vocabulary("kode_wilayah")
    known = tables.wilayah(list_, at)
    for length in LEVEL_BY_DIGITS:
        for dotted in (False, True):
            if length == 2 and dotted:
                continue
            offsets, good = cells.of_length(_size(length, dotted))
            if not len(offsets):
                continue
            area, village = _wilayah_numbers(cells, offsets, good, length, dotted)
            states = known.states(length, area, village)
            good &= states != tables.OTHER_TIME
            if length == 4 and dotted:
                good &= _rest(area, 100) != 0  # 64.00 is the number 64
            if level is not None and level != LEVEL_BY_DIGITS[length]:
                told = _level_params(int(np.count_nonzero(good)), level, LEVEL_BY_DIGITS[length])
                marks.mark("kode_wilayah.level", offsets[good], told)
            unknown(list_, marks, offsets[(states == tables.NEVER) & good])
            marks.decide(offsets, good)


def unknown(list_: Vocabulary, marks: Marks, offsets: np.ndarray) -> None:
    """Mark codes that are in no edition of a list."""
    decree = list_.edition.decree if list_.edition else ""
    params = json.dumps({"edition": decree}, ensure_ascii=False)
    marks.mark("kode.unknown", offsets, pa.repeat(params, len(offsets)))


def _level_params(count: int, wanted: str, found: str) -> pa.Array:
    names = {"wanted": LEVEL_NAMES[wanted], "found": LEVEL_NAMES[found]}
    return pa.repeat(json.dumps(names), count)


def _size(length: int, dotted: bool) -> int:
    """How many signs a Kode Wilayah of a number of digits has."""
    if not dotted:
        return length
    return length + (length // 2 - 1 if length < 10 else 3)


def _wilayah_numbers(
    cells: Cells, offsets: np.ndarray, good: np.ndarray, length: int, dotted: bool
) -> tuple[np.ndarray, np.ndarray | None]:
    """The first six digits of codes of a build, and the last four of villages.

    Cells of another build are good no more.
    """
    size = _size(length, dotted)
    head, tail = cells.words(offsets, 0, max(size - 8, 0))
    head = shortened(head, min(size, 8))
    if dotted:
        dots = tuple(place for place in (7 - 2, 7 - 5) if 8 - min(size, 8) <= place)
        good &= signs_at(head, dots, ".")
        head = with_zeros_at(head, dots)
    if length < 10:
        (number,) = _numbers(good, [head])
        return _undotted(number) if dotted else number, None
    if dotted:
        good &= signs_at(tail, (0, 3), ".")
        tail = with_zeros_at(tail, (0, 3))
    number, village = _numbers(good, [head, tail])
    area = _undotted(number) if dotted else number // np.uint32(100)
    return area, _rest(village, 10000)


def _rest(number: np.ndarray, divisor: int) -> np.ndarray:
    """``number % divisor``: numpy divides many times faster than it takes the rest."""
    by = np.uint32(divisor)
    return number - number // by * by


def _undotted(number: np.ndarray) -> np.ndarray:
    """``11001009``, which was ``11.01.09``, as 110109."""
    last = _rest(number, 100)
    middle = _rest(number // np.uint32(1000), 100)
    return number // np.uint32(1000000) * np.uint32(10000) + middle * np.uint32(100) + last
