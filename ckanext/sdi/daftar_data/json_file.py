"""Objects of a JSON file one after the other, never the whole file at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any

import ijson

from ckanext.sdi.daftar_data.table import Unreadable
from ckanext.sdi.rules import daftar_data_file as file_rules
from ckanext.sdi.rules.daftar_data_file import told

DAMAGED = (ijson.JSONError, ValueError, ArithmeticError, RecursionError)
"""All that a damaged file is known to raise."""


def first_list(file: IO[bytes]) -> Iterator[Mapping[str, Any]]:
    """The objects of the first list of objects in a file.

    :raises Unreadable: when there is none, or the file is damaged
    """
    file.seek(0)
    try:
        prefix = next(
            (
                place
                for place, event, _ in ijson.parse(file)
                if event == "start_map" and (place == "item" or place.endswith(".item"))
            ),
            None,
        )
    except DAMAGED as error:
        raise Unreadable(told(file_rules.JSON_DAMAGED, n=0)) from error
    if prefix is None:
        raise Unreadable(told(file_rules.NO_RECORDS))
    yield from items(file, prefix)


def items(file: IO[bytes], prefix: str) -> Iterator[Mapping[str, Any]]:
    """The objects at a place; what is no object there is an empty one.

    :raises Unreadable: when the file is damaged
    """
    number = 0
    file.seek(0)
    try:
        for record in ijson.items(file, prefix):
            number += 1
            yield record if isinstance(record, dict) else {}
    except DAMAGED as error:
        raise Unreadable(told(file_rules.JSON_DAMAGED, n=number)) from error
