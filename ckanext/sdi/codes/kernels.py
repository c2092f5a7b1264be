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
    offsets = cells.of_length(16)
    first, last = cells.words(offsets, 0, 8)
    digits = are_digits(first) & are_digits(last)
    if not digits.all():
        offsets, first, last = offsets[digits], first[digits], last[digits]
    _nik_reasons(numbers(first), numbers(last), offsets, marks, rules)
    marks.decide(offsets)


def _nik_reasons(
    first: np.ndarray, last: np.ndarray, offsets: np.ndarray, marks: Marks, rules: str
) -> None:
    """The reasons of ``resident.nik_reasons`` for numbers of 8 and 8 digits."""
    area = first // np.uint32(100)
    day = first - area * np.uint32(100)
    month_year = last // np.uint32(10000)
    kinds = tables.looked_up(tables.area_reasons(areas(), zeros=rules != "nomor_kk"), area)
    odd = np.flatnonzero(kinds != 0)
    for number, name in enumerate(tables.AREA_REASONS, 1):
        cells = odd[kinds[odd] == number]
        marks.mark(f"{rules}.{name}", offsets[cells], _area_params(name, area[cells]))
    dates = tables.dates(women=rules != "nomor_kk")
    known = tables.looked_up(dates, day * np.uint32(10000) + month_year)
    marks.mark(f"{rules}.date", offsets[~known])
    marks.mark(f"{rules}.serial", offsets[last == month_year * np.uint32(10000)])


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
    offsets = cells.of_length(16)
    first, last = cells.words(offsets, 0, 8)
    digits = are_digits(first) & are_digits(last)
    offsets = offsets[digits]
    _npwp_16(numbers(first[digits]), numbers(last[digits]), offsets, marks)
    marks.decide(offsets)


def nitku(cells: Cells, marks: Marks) -> None:
    """NITKU: an NPWP of 16 digits and six more."""
    offsets = cells.of_length(22)
    first, last, tail = cells.words(offsets, 0, 8, 14)
    digits = are_digits(first) & are_digits(last) & are_digits(tail)
    offsets = offsets[digits]
    _npwp_16(numbers(first[digits]), numbers(last[digits]), offsets, marks)
    marks.decide(offsets)


def _npwp_old(cells: Cells, marks: Marks) -> None:
    offsets = cells.of_length(15)
    if not len(offsets):
        return
    first, last = cells.words(offsets, 0, 7)
    digits = are_digits(first) & are_digits(last)
    offsets, first, last = offsets[digits], numbers(first[digits]), numbers(last[digits])
    ninth = _rest(last // np.uint32(1000000), 10)
    _check_digit(first * np.uint32(10) + ninth, last == 0, offsets, marks)
    marks.decide(offsets)


def _npwp_printed(cells: Cells, marks: Marks) -> None:
    """``01.312.166.0-091.000``"""
    offsets = cells.of_length(20)
    if not len(offsets):
        return
    words = cells.words(offsets, 0, 8, 12)
    shaped = signs_at(words[0], (2, 6), ".") & signs_at(words[1], (2,), ".")
    shaped &= signs_at(words[1], (4,), "-") & signs_at(words[2], (4,), ".")
    for number, places in enumerate(((2, 6), (2, 4), (0, 4))):
        words[number] = with_zeros_at(words[number], places)
        shaped &= are_digits(words[number])
    offsets = offsets[shaped]
    first, second, third = (numbers(word[shaped]) for word in words)
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


def _npwp_16(first: np.ndarray, last: np.ndarray, offsets: np.ndarray, marks: Marks) -> None:
    province = first // np.uint32(1000000)
    kinds = tables.looked_up(tables.npwp_kinds(areas()), province)
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
        _nik_reasons(first[resident_], last[resident_], offsets[resident_], marks, "npwp")


def id_dtks(cells: Cells, marks: Marks) -> None:
    """ID DTKS of families and members."""
    for length in (17, 19):
        offsets = cells.of_length(length)
        words = cells.words(offsets, 0, 8, length - 8)
        digits = are_digits(words[0]) & are_digits(words[1]) & are_digits(words[2])
        offsets = offsets[digits]
        if length == 19:
            ends = numbers(words[2][digits]) % np.uint32(100)
            marks.mark("id_dtks.member", offsets[ends == 0])
        marks.decide(offsets)


def kode_bps(cells: Cells, marks: Marks, level: str | None) -> None:
    """Area codes of BPS."""
    for length, found in BPS_LEVELS.items():
        offsets = cells.of_length(length)
        head, tail = cells.words(offsets, 0, max(length - 8, 0))
        digits = are_digits(shortened(head, min(length, 8)))
        if length > 8:
            digits &= are_digits(tail)
        offsets = offsets[digits]
        if level is not None and level != found:
            marks.mark("kode_bps.level", offsets, _level_params(len(offsets), level, found))
        marks.decide(offsets)


def kode_dssd(cells: Cells, marks: Marks) -> None:
    """``5.03.000001``"""
    offsets = cells.of_length(11)
    first, last = cells.words(offsets, 0, 3)
    shaped = signs_at(first, (1, 4), ".")
    shaped &= are_digits(with_zeros_at(first, (1, 4))) & are_digits(with_zeros_at(last, (1,)))
    marks.decide(offsets[shaped])


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
            offsets, area, village = _wilayah_numbers(cells, length, dotted)
            if not len(offsets):
                continue
            states = known.states(length, area, village)
            open_ = states == tables.OTHER_TIME
            if length == 4 and dotted:
                open_ |= _rest(area, 100) == 0  # 64.00 is the number 64
            decided = offsets[~open_]
            if level is not None and level != LEVEL_BY_DIGITS[length]:
                told = _level_params(len(decided), level, LEVEL_BY_DIGITS[length])
                marks.mark("kode_wilayah.level", decided, told)
            unknown(list_, marks, offsets[(states == tables.NEVER) & ~open_])
            marks.decide(decided)


def unknown(list_: Vocabulary, marks: Marks, offsets: np.ndarray) -> None:
    """Mark codes that are in no edition of a list."""
    decree = list_.edition.decree if list_.edition else ""
    params = json.dumps({"edition": decree}, ensure_ascii=False)
    marks.mark("kode.unknown", offsets, pa.repeat(params, len(offsets)))


def _level_params(count: int, wanted: str, found: str) -> pa.Array:
    names = {"wanted": LEVEL_NAMES[wanted], "found": LEVEL_NAMES[found]}
    return pa.repeat(json.dumps(names), count)


def _wilayah_numbers(
    cells: Cells, length: int, dotted: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Offsets of the codes of a build, their first six digits, and the last four of villages."""
    size = length + (length // 2 - 1 if length < 10 else 3) if dotted else length
    offsets = cells.of_length(size)
    if not len(offsets):
        return offsets, np.zeros(0, dtype=np.uint32), None
    begin, end = cells.words(offsets, 0, max(size - 8, 0))
    head = shortened(begin, min(size, 8))
    dots = tuple(place for place in (7 - 2, 7 - 5) if 8 - min(size, 8) <= place) if dotted else ()
    good = signs_at(head, dots, ".") if dots else np.ones(len(offsets), dtype=bool)
    head = with_zeros_at(head, dots) if dots else head
    good &= are_digits(head)
    tail = None
    if length == 10:
        tail = end
        if dotted:
            good &= signs_at(tail, (0, 3), ".")
            tail = with_zeros_at(tail, (0, 3))
        good &= are_digits(tail)
        tail = _rest(numbers(tail[good]), 10000)
    number = numbers(head[good])
    if length == 10 and not dotted:
        return offsets[good], number // np.uint32(100), tail
    return offsets[good], _undotted(number) if dotted else number, tail


def _rest(number: np.ndarray, divisor: int) -> np.ndarray:
    """``number % divisor``: numpy divides many times faster than it takes the rest."""
    by = np.uint32(divisor)
    return number - number // by * by


def _undotted(number: np.ndarray) -> np.ndarray:
    """``11001009``, which was ``11.01.09``, as 110109."""
    last = _rest(number, 100)
    middle = _rest(number // np.uint32(1000), 100)
    return number // np.uint32(1000000) * np.uint32(10000) + middle * np.uint32(100) + last
