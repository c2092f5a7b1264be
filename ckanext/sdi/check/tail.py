"""Where the records of a table end: totals, notes and signatures under them are none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ckanext.sdi.check.cells import is_filled

HELD = 200
"""So many of the last rows are looked at."""

_NOTE = re.compile(
    r"(catatan|keterangan|ket|sumber|note|notes|source)\s*([:.])?(\s.*)?$|\*|\d\)\s",
    re.IGNORECASE | re.DOTALL,
)
_TOTAL = re.compile(
    r"((grand|sub)\s*)?(jumlah|total|rata-rata)(\s+(total|keseluruhan|seluruh(nya)?|semua))?\s*:?",
    re.IGNORECASE,
)
_TOTAL_OF = re.compile(r"(jumlah|total|rata-rata)(/(jumlah|total))?\s.+", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*")
Numbered = tuple[int, Sequence[Any]]


def cut(rows: Sequence[Numbered], width: int) -> tuple[int, list[int], list[int]]:
    """Look where the records end.

    :param rows: the last rows of a sheet with their numbers; blank ones are in it
    :param width: how many columns have a name
    :returns: how many of the rows are records, and the numbers of totals and of notes
    """
    end = _end_of_records(rows, width)
    notes = [number for number, row in rows[end:] if any(map(is_filled, row))]
    totals: list[int] = []
    while end > 1 and (not any(map(is_filled, rows[end - 1][1])) or _is_total(rows[end - 1][1])):
        end -= 1
        if any(map(is_filled, rows[end][1])):
            totals.insert(0, rows[end][0])
    return end, totals, notes


def odd_lines(rows: Sequence[tuple[int, Sequence[str | None]]], width: int) -> list[int]:
    """The last lines of a CSV that seem to be totals or notes, though they are read as records.

    :param rows: the last records with their lines; blank ones are not among them
    :param width: how many columns there are
    """
    held: list[Numbered] = []
    for line, texts in rows:
        if held and line > held[-1][0] + 1:
            held.append((held[-1][0] + 1, []))
        held.append((line, [_as_number(text) for text in texts]))
    _, totals, notes = cut(held, width)
    # A record may have little but its key: notes begin where one is called so.
    called = [line for line, row in held if line in notes and _is_called_note(row)]
    return [*totals, *(line for line in notes if called and line >= called[0])]


def _is_called_note(row: Sequence[Any]) -> bool:
    first = next(value for value in row if is_filled(value))
    return _is_note(first, row)


def _is_note(first: Any, row: Sequence[Any]) -> bool:
    """Whether the first text of a row begins as a note does.

    "Sumber Jaya" is a village: a list of such names has no other column, or numbers beside them.
    """
    if not isinstance(first, str) or not (found := _NOTE.match(first.strip())):
        return False
    is_marked = found[1] is None or found[2] is not None
    return is_marked or (len(row) > 1 and not any(map(_is_number, row)))


def _as_number(text: str | None) -> float | str | None:
    return 0.0 if text is not None and _NUMBER.fullmatch(text.strip()) else text


def _end_of_records(rows: Sequence[Numbered], width: int) -> int:
    numeric = _numeric_places(rows, width)
    last = -1
    after_blank = False
    for place, (_, row) in enumerate(rows):
        if not any(map(is_filled, row)):
            after_blank = True
        elif _is_record(row, width, numeric, after_gap=after_blank or place - 1 != last):
            last, after_blank = place, False
    if last < 0:
        return len(rows)
    return last + 1


def _numeric_places(rows: Sequence[Numbered], width: int) -> set[int]:
    """The columns that hold numbers in nearly all rows that are filled well."""
    full = [row for _, row in rows if sum(map(is_filled, row)) * 5 >= width * 4]
    return {
        place
        for place in range(width)
        if full
        and sum(place < len(row) and _is_number(row[place]) for row in full) * 5 >= len(full) * 4
    }


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_record(row: Sequence[Any], width: int, numeric: set[int], *, after_gap: bool) -> bool:
    filled = [value for value in row if is_filled(value)]
    first = filled[0]
    if len(filled) <= max(width // 2, 1) and _is_note(first, row):
        return False
    if not after_gap:
        # A record with much missing still follows the others.
        return len(filled) >= min(2, width - 1)
    if len(filled) * 2 < width or (width > 1 and len(filled) < 2):
        return False
    has_number = any(place < len(row) and _is_number(row[place]) for place in numeric)
    return has_number or not numeric


def _is_total(row: Sequence[Any]) -> bool:
    places = [place for place, value in enumerate(row) if is_filled(value)]
    if not places or not isinstance(row[places[0]], str) or len(places) < 2:
        return False
    text = row[places[0]].strip()
    if _TOTAL.fullmatch(text):
        return True
    # "Jumlah Penduduk" may name a record; beside an empty cell it is a total.
    is_apart = places[0] > 0 or places[1] > places[0] + 1
    return is_apart and _TOTAL_OF.fullmatch(text) is not None
