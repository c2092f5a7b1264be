"""The columns of a file beside those of its standard: which is which, and what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ckanext.sdi.rules.field import Field
from ckanext.sdi.rules.finding import Finding
from ckanext.sdi.rules.table import table_finding


def plain_name(name: str) -> str:
    """A column's name without case, blanks and punctuation, to match names as people write them."""
    return re.sub(r"[^0-9a-z]+", "_", name.casefold()).strip("_")


def match_columns(header: Sequence[str], fields: Sequence[Field]) -> list[int | None]:
    """For each declared column its place in the file, or None.

    The exact name wins, then what a person has said that files call it, then the exact title;
    another spelling of any of these is taken when only one column of the file has it.
    """
    declared = {field.name for field in fields}
    # What is declared by its very name is no other's.
    names = ["" if name in declared else name for name in header]
    plain = [plain_name(name) for name in names]
    places: list[int | None] = []
    for field in fields:
        called = [*field.kolom, field.title or ""]
        place = list(header).index(field.name) if field.name in header else _only(names, called)
        if place is None:
            place = _only(plain, [plain_name(name) for name in (field.name, *called)])
        places.append(None if place in places else place)
    return places


def _only(names: Sequence[str], called: Sequence[str]) -> int | None:
    """The one column that has one of some names, the first of these first."""
    for name in called:
        if name and names.count(name) == 1:
            return names.index(name)
    return None


def ignored_columns(
    header: Sequence[str], fields: Sequence[Field], ignored: Sequence[str]
) -> list[int]:
    """The places of the columns that a person wants left out, as far as no field takes them.

    :param ignored: their names, as some file had them
    """
    matched = match_columns(header, fields)
    plain = {plain_name(name) for name in ignored} - {""}
    return [
        place
        for place, name in enumerate(header)
        if place not in matched and (name in ignored or plain_name(name) in plain)
    ]


def judge_header(
    header: Sequence[str],
    fields: Sequence[Field],
    cells: Sequence[str],
    ignored: Sequence[str] = (),
) -> Iterator[Finding]:
    """Judge the header of a file.

    :param header: the names as they stand in the file
    :param fields: the declared columns
    :param cells: the addresses of the header's cells
    :param ignored: the names of columns that a person wants left out of the rows
    """
    places = match_columns(header, fields)
    matched = {place for place in places if place is not None}
    left_out = ignored_columns(header, fields, ignored)
    for place, name in enumerate(header):
        if not name.strip():
            yield table_finding("header_empty", cell=cells[place])
        elif name in header[:place]:
            yield table_finding("header_duplicate", cell=cells[place], column=name)
        elif place in left_out:
            yield table_finding("column_ignored", cell=cells[place], column=name)
        elif place not in matched:
            yield table_finding("column_unknown", cell=cells[place], column=name)
    for field, place in zip(fields, places, strict=True):
        if place is None:
            yield table_finding("column_missing", column=field.name)
        elif header[place] not in (field.name, field.title):
            yield table_finding(
                "column_spelling",
                cell=cells[place],
                column=header[place],
                suggestion=field.name,
                declared=field.name,
            )
