"""The cells of files that tell numbers and dates from texts: what they are, and as which text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

TEXT, NUMBER, ROUNDED, DATE, TRUTH, ERROR, NUL = range(7)
"""What a cell is; ``ROUNDED``: a number longer than such numbers can be, its last digits lost;
``ERROR``: it shows that its formula has no value; ``NUL``: a text without the NUL signs that it
had, which no database takes."""
SHOWN_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
"""What spreadsheets show where a formula has no value."""


class ErrorCell:
    """What stands in a cell of the kind ``ERROR``; its text is empty."""


# Spreadsheets keep fifteen digits of a number.
_FIFTEEN_DIGITS = 1e15
# Python writes what is smaller with an exponent.
_WRITTEN_OUT = 1e-4


def text_of(value: Any) -> tuple[str, int]:
    """A cell's text and what it is. No digit is added or lost."""
    if isinstance(value, str):
        return value, TEXT
    if value is None:
        return "", TEXT
    if isinstance(value, ErrorCell):
        return "", ERROR
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), TRUTH
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, Decimal):
        return format(value, "f"), NUMBER
    if isinstance(value, dt.datetime):
        midnight = value.tzinfo is None and value.time() == dt.time()
        return (value.date() if midnight else value).isoformat(), DATE
    if isinstance(value, dt.date):
        return value.isoformat(), DATE
    return str(value), NUMBER if isinstance(value, int) else TEXT


def _float(value: float) -> tuple[str, int]:
    if value != value or value in (float("inf"), float("-inf")):
        return str(value), TEXT
    kind = ROUNDED if abs(value) >= _FIFTEEN_DIGITS else NUMBER
    if value.is_integer():
        return str(int(value)), kind
    text = repr(value)
    return (format(Decimal(text), "f") if "e" in text else text), kind


def plain_floats(values: Sequence[float]) -> list[str] | None:
    """Floats as texts, all at once; None where one is too large or too small to be written out."""
    # Plus zero: there is no minus zero.
    numbers = np.array(values, dtype=np.float64) + 0.0
    sizes = np.abs(numbers)
    if not ((sizes == 0) | ((sizes >= _WRITTEN_OUT) & (sizes < _FIFTEEN_DIGITS))).all():
        return None
    return [text.removesuffix(".0") for text in map(repr, numbers.tolist())]


def column_of(values: Sequence[Any]) -> tuple[pa.Array, np.ndarray]:
    """Cells of a column as texts, and what they are.

    :raises UnicodeEncodeError: when a text is none
    """
    types = set(map(type, values))
    if types <= {str}:
        return pa.array(values, pa.string()), np.zeros(len(values), dtype=np.uint8)
    if types <= {int, float} and max(map(abs, values)) < _FIFTEEN_DIGITS:
        numbers = np.array(values, dtype=np.float64)
        if (numbers == np.floor(numbers)).all():
            texts = pa.array(numbers.astype(np.int64)).cast(pa.string())
            return texts, np.full(len(values), NUMBER, dtype=np.uint8)
    pairs = [text_of(value) for value in values]
    texts = pa.array([text for text, _ in pairs], pa.string())
    return texts, np.fromiter((kind for _, kind in pairs), np.uint8, len(pairs))


def is_filled(value: Any) -> bool:
    """Whether something stands in a cell."""
    return value is not None and value != "" and not (isinstance(value, str) and not value.strip())
