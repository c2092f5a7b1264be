"""Whole columns at once: which cells are surely right, and their values.

The fast path may only ever say "surely right". What it leaves open, ``values.parse`` decides cell
by cell, so that both paths give one verdict (a test compares them).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from ckanext.sdi.rules.arrow import pc
from ckanext.sdi.rules.field import Field
from ckanext.sdi.rules.values import bound

# pyarrow.csv's string offsets are 32 bits; blocks are far smaller than 2 GB.
ARROW_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.string(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "year": pa.int32(),
}
_INTEGER = r"^-?[0-9]{1,18}$"
_NUMBER = r"^-?[0-9]{1,30}(\.[0-9]{1,30})?$"
_YEAR = r"^[0-9]{4}$"
# How each type's values are written when there is but one way.
_ONE_WAY = {
    "integer": r"^(?:0|-?[1-9][0-9]{0,17})$",
    "number": r"^(?:0|-?[1-9][0-9]{0,29})$",
    "year": r"^[1-9][0-9]{3}$",
}
# Zeros of a number that change nothing.
_ZEROS = (
    (r"^(-?)0+([0-9])", r"\1\2"),
    (r"(\.[0-9]*?)0+$", r"\1"),
    (r"\.$", ""),
    (r"^-0$", "0"),
)
_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_WIDTH = 10


def surely(field: Field, texts: pa.Array) -> tuple[np.ndarray, pa.Array]:
    """The surely right cells of a column, and the typed values (null elsewhere).

    :param texts: strings, null where the value is missing
    :returns: a mask of the cells whose text is surely a value of the column's type, and an array
        of ``ARROW_TYPES[field.type]``; numbers are kept as canonical text, so that no digit is lost
    """
    return _TYPES[field.type](field, texts)


def have_one_notation(field: Field, texts: pa.Array) -> bool:
    """Whether texts that are not the same surely stand for values that are not."""
    if field.type == "string":
        return not field.normalise
    pattern = _ONE_WAY.get(field.type)
    if pattern is None:
        return False
    return pc.all(pc.match_substring_regex(texts, pattern)).as_py() is not False


def in_one_notation(field: Field, values: pa.Array) -> pa.Array:
    """Typed values as texts."""
    texts = values.cast(pa.string())
    if field.type == "number":
        for zeros, rest in _ZEROS:
            texts = pc.replace_substring_regex(texts, zeros, rest)
    return texts


def _mask(condition: pa.Array) -> np.ndarray:
    return pc.fill_null(condition, False).to_numpy(zero_copy_only=False)


def _matching(texts: pa.Array, pattern: str) -> tuple[np.ndarray, pa.Array]:
    good = pc.fill_null(pc.match_substring_regex(texts, pattern), False)
    mask = good.to_numpy(zero_copy_only=False)
    if mask.all():
        return mask, texts
    return mask, pc.if_else(good, texts, pa.scalar(None, pa.string()))


def _string(field: Field, texts: pa.Array) -> tuple[np.ndarray, pa.Array]:
    return _mask(pc.is_valid(texts)), texts


def _integer(field: Field, texts: pa.Array) -> tuple[np.ndarray, pa.Array]:
    mask, good = _matching(texts, _INTEGER)
    return mask, good.cast(pa.int64())


def _year(field: Field, texts: pa.Array) -> tuple[np.ndarray, pa.Array]:
    mask, good = _matching(texts, _YEAR)
    return mask, good.cast(pa.int32())


def _number(field: Field, texts: pa.Array) -> tuple[np.ndarray, pa.Array]:
    if field.group_char or field.decimal_char == ",":
        group, decimal = re.escape(field.group_char), re.escape(field.decimal_char)
        grouped = rf"|[0-9]{{1,3}}({group}[0-9]{{3}})+" if field.group_char else ""
        mask, good = _matching(texts, rf"^-?([0-9]{{1,30}}{grouped})({decimal}[0-9]{{1,30}})?$")
        if field.group_char:
            good = pc.replace_substring(good, field.group_char, "")
        if field.decimal_char == ",":
            good = pc.replace_substring(good, ",", ".")
        return mask, good
    return _matching(texts, _NUMBER)


def _boolean(field: Field, texts: pa.Array) -> tuple[np.ndarray, pa.Array]:
    true = _mask(pc.is_in(texts, value_set=pa.array(field.true_values)))
    false = _mask(pc.is_in(texts, value_set=pa.array(field.false_values)))
    return true | false, pa.array(true, mask=~(true | false))


def _date(field: Field, texts: pa.Array) -> tuple[np.ndarray, pa.Array]:
    places = _places(field.date_pattern)
    if places is None:
        none = np.zeros(len(texts), dtype=bool)
        return none, pa.nulls(len(texts), pa.date32())
    shape = "".join("[0-9]" if sign in "Ymd" else re.escape(sign) for sign in places)
    mask, good = _matching(texts, f"^{shape}$")
    dense = good.drop_null()
    # Not pyarrow's strptime: it turns 31.02.2024 into 2 March without a word.
    signs = np.frombuffer(_bytes(dense), dtype=np.uint8).reshape(len(dense), _WIDTH) - ord("0")
    year, month, day = (_digits(signs, places, part) for part in "Ymd")
    real = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0)) & (month == 2)
    real &= day <= _DAYS[np.clip(month, 1, 12) - 1] + leap
    mask[np.flatnonzero(mask)] = real
    days = _days(year, np.clip(month, 1, 12), day)
    out = np.zeros(len(texts), dtype=np.int32)
    out[mask] = days[real]
    return mask, pa.array(out, mask=~mask).cast(pa.date32())


def _places(pattern: str) -> str | None:
    """The pattern with a letter a digit (``YYYY-mm-dd``), if its width is fixed."""
    if "%B" in pattern:
        return None
    places = pattern.replace("%Y", "YYYY").replace("%m", "mm").replace("%d", "dd")
    return (
        places
        if len(places) == _WIDTH and not set("Ymd") & set(re.sub("%[Ymd]", "", pattern))
        else None
    )


def _bytes(dense: pa.Array) -> bytes:
    offsets = np.frombuffer(dense.buffers()[1], dtype=np.int32)
    first, last = offsets[dense.offset], offsets[dense.offset + len(dense)]
    data = dense.buffers()[2]
    return data.slice(first, last - first).to_pybytes() if data is not None else b""


def _digits(signs: np.ndarray, places: str, part: str) -> np.ndarray:
    number = np.zeros(len(signs), dtype=np.int64)
    for place, letter in enumerate(places):
        if letter == part:
            number = number * 10 + signs[:, place]
    return number


def _days(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Days since 1970-01-01 (months counted from March, so that the leap day comes last)."""
    shifted = year - (month <= 2)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return shifted * 365 + shifted // 4 - shifted // 100 + shifted // 400 + of_year - 719468


_TYPES: dict[str, Callable[[Field, pa.Array], tuple[np.ndarray, pa.Array]]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "year": _year,
}


def within(field: Field, texts: pa.Array, values: pa.Array) -> np.ndarray:
    """Which cells surely keep the column's constraints (all but required and unique)."""
    sure = np.ones(len(texts), dtype=bool)
    if field.enum:
        sure &= _mask(pc.is_in(texts, value_set=pa.array([str(value) for value in field.enum])))
    if field.pattern is not None:
        sure &= _mask(pc.match_substring_regex(texts, full_pattern(field.pattern)))
    if field.min_length is not None or field.max_length is not None:
        length = pc.utf8_length(texts)
        most = field.max_length if field.max_length is not None else 2**31 - 1
        fits = pc.and_(pc.greater_equal(length, field.min_length or 0), pc.less_equal(length, most))
        sure &= _mask(fits)
    if field.minimum is not None or field.maximum is not None:
        sure &= _in_range(field, values)
    return sure


def full_pattern(pattern: str) -> str:
    """The pattern for a whole cell."""
    return f"^(?:{pattern})$"


def _in_range(field: Field, values: pa.Array) -> np.ndarray:
    above, below = pc.greater_equal, pc.less_equal
    if field.type == "number":
        # Rounding keeps order, so strictly inside in float64 is inside; the rest is looked at.
        above, below = pc.greater, pc.less
        values = values.cast(pa.float64())
    sure = np.ones(len(values), dtype=bool)
    if field.minimum is not None:
        sure &= _mask(above(values, _limit(field, field.minimum)))
    if field.maximum is not None:
        sure &= _mask(below(values, _limit(field, field.maximum)))
    return sure


def _limit(field: Field, limit: Any) -> pa.Scalar:
    value = bound(field, limit)
    if field.type == "number":
        return pa.scalar(float(value))
    return pa.scalar(value, pa.date32() if isinstance(value, date) else pa.int64())
