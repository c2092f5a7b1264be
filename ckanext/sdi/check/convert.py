"""The rows of a file as typed arrays, by the same reading that the check did."""

from __future__ import annotations

import pyarrow as pa

from ckanext.sdi.check.block import Block
from ckanext.sdi.check.native import as_declared
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.rules.header import match_columns
from ckanext.sdi.rules.judge import typed_values


def typed_columns(block: Block, schema: TableSchema) -> list[pa.Array]:
    """The declared columns of a block, typed.

    :param block: a block of a file that passed the check against ``schema``
    :returns: for each field, in the standard's order, an array: string and codes as text just as
        they were typed, integer int64, year int32, boolean, date date32; number as text with a
        decimal point, so that each digit reaches the database's numeric; null where missing
    :raises ValueError: when a value is none of its column's type: the file has not passed
    """
    columns: list[pa.Array] = []
    placed = list(zip(schema.fields, match_columns(block.header, schema.fields), strict=True))
    block = as_declared(block, placed)
    for field, place in placed:
        if place is None:
            raise ValueError(f"column {field.name} is not in the file")
        columns.append(typed_values(field, block.columns[place], schema.missing_values))
    return columns
