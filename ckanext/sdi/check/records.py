"""JSON: a list of records, or one record a line; read in a process apart."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any, NoReturn

import ijson

from ckanext.sdi.check.spool import Refused, Spool

NESTED = {dict, list}
DAMAGED = (ijson.JSONError, ValueError, ArithmeticError, RecursionError)
"""All that a damaged file is known to raise."""


def read(source: IO[bytes], target: IO[bytes], asked: dict[str, Any]) -> None:
    """Read JSON into a spool.

    The file is read twice: any record may have a name that those before it had not.

    :raises Refused: when it holds no records, or values that are no cells
    """
    begin = len(codecs.BOM_UTF8) if source.read(3) == codecs.BOM_UTF8 else 0
    source.seek(begin)
    prefix = "item" if source.read(1024).lstrip().startswith(b"[") else ""
    names: dict[str, None] = {}
    for _, record in _records(source, begin, prefix):
        if record.keys() <= names.keys():
            continue
        names.update(dict.fromkeys(record))
        if len(names) > asked["columns"]:
            raise Refused("too_many_columns", n=str(len(names)), limit=str(asked["columns"]))
    if not names:
        raise Refused("empty")
    header = list(names)
    spool = Spool(target, len(header), cells=asked["cells"], longest=asked["longest"])
    blank = 0
    for number, record in _records(source, begin, prefix):
        if not any(value not in (None, "") for value in record.values()):
            blank += 1
            continue
        if not NESTED.isdisjoint(map(type, record.values())):
            name = next(name for name, value in record.items() if type(value) in NESTED)
            raise Refused("nested", name=name, record=str(number))
        spool.add(number, [record.get(name) for name in header])
    spool.finish(
        {
            "header": header,
            "columns": list(range(len(header))),
            "header_line": 0,
            "blank_rows": blank,
            "layout": {"lines": not prefix},
        }
    )


def _records(source: IO[bytes], begin: int, prefix: str) -> Iterator[tuple[int, dict[str, Any]]]:
    source.seek(begin)
    number = 0
    try:
        found = ijson.items(source, prefix, use_float=False) if prefix else _lines(source)
        for number, record in enumerate(found, start=1):
            if not isinstance(record, dict):
                raise Refused("json", record=str(number))
            yield number, record
    except DAMAGED as error:
        raise Refused("json", record=str(number + 1)) from error


def _lines(source: IO[bytes]) -> Iterator[Any]:
    decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_number)
    for line in source:
        text = line.decode().strip()
        if text:
            yield decoder.decode(text)


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)
