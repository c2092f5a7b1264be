"""Objects of a JSON file one after the other, never the whole file at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import IO, Any

import ijson

from ckanext.sdi.check.records import DAMAGED
from ckanext.sdi.daftar_data.table import Unreadable
from ckanext.sdi.rules import daftar_data_file as file_rules
from ckanext.sdi.rules.daftar_data_file import told

# A whole number of 4,300 digits and more ends the whole process within ijson's parser.
_LONG_NUMBER = re.compile(rb"[0-9]{1000}")
_BLOCK = 2**20
_SLICE = 2**12
_DEPTH = 50
"""So many brackets within others no list has; ijson's time goes by the square of them."""


def refuse_traps(file: IO[bytes]) -> None:
    """Refuse a file that would hold or end the process, before anything else of it is looked at.

    :raises Unreadable: for a number, or brackets in brackets, that no list has
    """
    file.seek(0)
    before, depth, suspicious = b"", 0, False
    while block := file.read(_BLOCK):
        if _LONG_NUMBER.search(before + block):
            raise Unreadable(told(file_rules.JSON_DAMAGED, n=0))
        before = block[-999:]
        for start in range(0, len(block), _SLICE):
            some = block[start : start + _SLICE]
            opened = some.count(b"[") + some.count(b"{")
            # At most: those within texts count too.
            suspicious = suspicious or depth + opened > _DEPTH + _SLICE // 8
            depth = max(0, depth + opened - some.count(b"]") - some.count(b"}"))
    if suspicious:
        _refuse_depth(file)


def _refuse_depth(file: IO[bytes]) -> None:
    file.seek(0)
    depth = 0
    try:
        for event, _ in ijson.basic_parse(file):
            depth += event.startswith("start") - event.startswith("end")
            if depth > _DEPTH:
                raise Unreadable(told(file_rules.JSON_DAMAGED, n=0))
    except DAMAGED as error:
        raise Unreadable(told(file_rules.JSON_DAMAGED, n=0)) from error


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
