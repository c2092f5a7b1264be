"""The tables that the kernels look things up in, made once from the rules for one value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import pyarrow as pa

from ckanext.sdi.codes.resident import is_date
from ckanext.sdi.codes.vocabulary import Vocabulary

# What a six-digit area of a NIK can be wrong by; 0 is a known one.
AREA_REASONS = ("province", "area", "regency", "district")
# What a number of 16 digits is by its first two; NO_NUMBER is what is none.
OLD, CORETAX, NIK, NEITHER, NO_NUMBER = 0, 1, 2, 3, 4
# What a Kode Wilayah is on a day.
NEVER, IN_FORCE, OTHER_TIME = 0, 1, 2
# Which of Luhn's sums are no tens.
NOT_TENS = np.arange(256) % 10 != 0


@lru_cache(maxsize=2)
def dates(*, women: bool) -> np.ndarray:
    """Whether day, month and year (six digits) are a date; 40 is added to women's days."""
    table = np.zeros((100, 100, 100), dtype=bool)
    for day in range(1, 32):
        for month in range(1, 13):
            # Years go by fours.
            for year in range(4):
                if is_date(day, f"{month:02}", f"{year:02}"):
                    table[day, month, year::4] = True
                    table[day + 40, month, year::4] = women
    return table.reshape(-1)


@lru_cache(maxsize=4)
def area_reasons(areas: frozenset[str], *, zeros: bool) -> np.ndarray:
    """For each six digits 0, or the number (from 1) of the reason in ``AREA_REASONS``.

    :param zeros: a regency or district 00 is a reason of its own
    """
    table = np.full((100, 100, 100), 1, dtype=np.uint8)
    for code in sorted(areas, key=len):
        province = int(code[:2])
        if len(code) == 2:
            table[province] = 3
        elif len(code) == 4:
            table[province, int(code[2:])] = 4
        else:
            table[province, int(code[2:4]), int(code[4:])] = 0
    if zeros:
        for plane in (table[:, 0, :], table[:, :, 0]):
            plane[plane > 1] = 2
    return table.reshape(-1)


@lru_cache(maxsize=2)
def npwp_kinds(areas: frozenset[str]) -> np.ndarray:
    """What a number of 16 digits is, by its first two digits."""
    table = np.full(100, NEITHER, dtype=np.uint8)
    table[[int(code) for code in areas if len(code) == 2]] = NIK
    table[:10] = OLD
    table[10] = CORETAX
    return table


@lru_cache(maxsize=8)
def texts(form: str, count: int) -> pa.Array:
    """The numbers from 0 on, each in a text."""
    return pa.array([form.format(number) for number in range(count)])


@lru_cache(maxsize=1)
def regency_texts() -> pa.Array:
    """What the sentence on an unknown regency tells of it, by its four digits."""
    return pa.array(
        [f'{{"regency": "{number // 100:02}.{number % 100:02}"}}' for number in range(10000)]
    )


@lru_cache(maxsize=1)
def luhn_sums() -> tuple[np.ndarray, np.ndarray]:
    """Luhn's sum of three digits, the middle one doubled, and with the outer ones doubled."""
    doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]
    triples = [(n // 100, n // 10 % 10, n % 10) for n in range(1000)]
    middle = np.array([a + doubled[b] + c for a, b, c in triples], dtype=np.uint8)
    outer = np.array([doubled[a] + b + doubled[c] for a, b, c in triples], dtype=np.uint8)
    return middle, outer


def looked_up(table: np.ndarray, places: np.ndarray) -> np.ndarray:
    """What stands in a table at some places; at those beyond it something of it."""
    return table.take(places, mode="clip")


@dataclass(frozen=True)
class WilayahTables:
    """Which codes are in force on a day, which at another time, which never.

    Villages are found by where the row of their district begins and the column of their last four
    digits.
    """

    by_digits: dict[int, np.ndarray]
    row_starts: np.ndarray
    village_columns: np.ndarray
    villages: np.ndarray

    def states(self, digits: int, area: np.ndarray, village: np.ndarray | None) -> np.ndarray:
        """The state of each code, given as its first digits and a village's last four."""
        if village is None:
            return looked_up(self.by_digits[digits], area)
        places = looked_up(self.row_starts, area)
        places += looked_up(self.village_columns, village)
        return looked_up(self.villages, places)


@dataclass(frozen=True)
class _Versions:
    """A vocabulary as arrays: each version's code and days, and where villages stand."""

    numbers: np.ndarray
    digits: np.ndarray
    first: np.ndarray
    last: np.ndarray
    row_starts: np.ndarray
    village_columns: np.ndarray
    size: int


@lru_cache(maxsize=2)
def _versions(vocabulary: Vocabulary) -> _Versions:
    rows = vocabulary.rows()
    codes = [code.replace(".", "") for code, _, _, _ in rows]
    numbers = np.array([int(code) for code in codes], dtype=np.int64)
    digits = np.array([len(code) for code in codes], dtype=np.int8)
    villages = numbers[digits == 10]
    districts, endings = np.unique(villages // 10**4), np.unique(villages % 10**4)
    # Row and column 0 are those of no village.
    width = len(endings) + 1
    row_starts = np.zeros(10**6, dtype=np.uint32)
    village_columns = np.zeros(10**4, dtype=np.uint32)
    row_starts[districts] = np.arange(1, len(districts) + 1) * width
    village_columns[endings] = np.arange(1, width)
    return _Versions(
        numbers,
        digits,
        np.array([(first or date.min).toordinal() for _, _, first, _ in rows]),
        np.array([(last or date.max).toordinal() for _, _, _, last in rows]),
        row_starts,
        village_columns,
        (len(districts) + 1) * width,
    )


@lru_cache(maxsize=8)
def wilayah(vocabulary: Vocabulary, at: date) -> WilayahTables:
    """The tables of a vocabulary on a day."""
    all_ = _versions(vocabulary)
    day = at.toordinal()
    in_force = (all_.first <= day) & (day <= all_.last)
    by_digits = {n: np.zeros(10**n, dtype=np.uint8) for n in (2, 4, 6)}
    villages = np.zeros(all_.size, dtype=np.uint8)
    # In force is written last: of a code's versions one is enough.
    for state, mask in ((OTHER_TIME, ~in_force), (IN_FORCE, in_force)):
        for digits, table in by_digits.items():
            table[all_.numbers[mask & (all_.digits == digits)]] = state
        numbers = all_.numbers[mask & (all_.digits == 10)]
        rows = all_.row_starts[numbers // 10**4]
        villages[rows + all_.village_columns[numbers % 10**4]] = state
    return WilayahTables(by_digits, all_.row_starts, all_.village_columns, villages)
