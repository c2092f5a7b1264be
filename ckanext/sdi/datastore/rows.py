"""Rows that came by the Data API, as they stand in the DataStore: read, found, told apart."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, cast

import numpy as np
import pyarrow as pa
from psycopg2 import extensions, sql

from ckanext.datastore.backend.postgres import get_read_engine, get_write_engine
from ckanext.sdi.check.block import Block, NumberedPlaces
from ckanext.sdi.check.cells import DATE, NUMBER, TEXT, TRUTH
from ckanext.sdi.check.posted_records import ID, Cell, Posted, Stored
from ckanext.sdi.check.table import Table
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.datastore.types import columns_of
from ckanext.sdi.rules import Field, Finding
from ckanext.sdi.rules.catalogue import get_rule

AT_ONCE = 20_000
_OWN = (ID, "_full_text")
_KINDS = {"integer": NUMBER, "number": NUMBER, "boolean": TRUTH, "date": DATE}
_AS_TEXT = {
    "boolean": "CASE WHEN {0} THEN 'TRUE' WHEN NOT {0} THEN 'FALSE' END",
    "date": "to_char({0}, 'YYYY-MM-DD')",
    "year": "lpad({0}::text, greatest(4, length({0}::text)), '0')",
}
_OTHER_NAMES = {"int8": "bigint", "int4": "integer", "int": "integer", "bool": "boolean"}


def plain_type(name: str) -> str:
    """A type by the name that we call it by; PostgreSQL has several."""
    return _OTHER_NAMES.get(name, name)


def types_of(resource_id: str) -> dict[str, str]:
    """The columns of the resource's table with their types; none without a table."""
    with _reading() as cursor:
        return _types_of(cursor, resource_id)


def key_of(resource_id: str) -> set[str]:
    """The columns of the table that together are unique."""
    with _reading() as cursor:
        cursor.execute(
            "SELECT a.attname FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(x.indkey)"
            " WHERE n.nspname = 'public' AND c.relname = %s"
            " AND x.indisunique AND NOT x.indisprimary",
            [resource_id],
        )
        return {name for (name,) in cursor.fetchall()}


def declared_types(schema: TableSchema) -> dict[str, str]:
    """The columns that a standard asks for, with their types."""
    return {column.name: column.sql_type for column in columns_of(schema)}


def fingerprint(resource_id: str) -> str | None:
    """What tells these rows from any others; None without a table."""
    with _reading() as cursor:
        types = _types_of(cursor, resource_id)
        return _fingerprint(cursor, resource_id, types) if types else None


@contextlib.contextmanager
def opened(resource_id: str, schema: TableSchema) -> Iterator[tuple[StoredTable, str] | None]:
    """The rows as they stand at one moment, as a table to be checked, and their fingerprint.

    :returns: None when the table has other columns than the standard, or there is none
    """
    with _reading() as cursor:
        types = _types_of(cursor, resource_id)
        if types != declared_types(schema):
            yield None
            return
        print_ = _fingerprint(cursor, resource_id, types)
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(resource_id)))
        yield StoredTable(cursor, resource_id, schema, _only(cursor)), print_


class StoredTable(Table):
    """A table of the DataStore, read as a file is; a row's number is its ``_id``."""

    def __init__(
        self, cursor: extensions.cursor, resource_id: str, schema: TableSchema, count: int
    ) -> None:
        super().__init__(
            header=[field.name for field in schema.fields],
            header_line=0,
            size=max(count, 1),
            places=NumberedPlaces(mark=f"{ID} "),
        )
        self._connection = cursor.connection
        self._resource_id, self._schema = resource_id, schema

    def __iter__(self) -> Iterator[Block]:
        fields = self._schema.fields
        query = sql.SQL("SELECT {} FROM {} ORDER BY _id").format(
            sql.SQL(", ").join([sql.Identifier(ID), *map(_as_text, fields)]),
            sql.Identifier(self._resource_id),
        )
        empty = self._schema.missing_values[0] if self._schema.missing_values else ""
        with self._connection.cursor(name="sdi_rows") as cursor:
            cursor.execute(query)
            while rows := cursor.fetchmany(AT_ONCE):
                ids, *cells = zip(*rows, strict=True)
                numbers = np.array(ids, dtype=np.int64)
                columns = [pa.array(texts, pa.string()).fill_null(empty) for texts in cells]
                kinds = [
                    np.where([text is None for text in texts], TEXT, _kind(field)).astype(np.uint8)
                    for field, texts in zip(fields, cells, strict=True)
                ]
                self.rows += len(rows)
                self.bytes_read = self.rows
                yield Block(self.header, columns, numbers, numbers, kinds)


def meant(resource_id: str, posted: Posted, *, insert: bool, update: bool) -> Stored:
    """What the table has of the rows that records mean.

    :param insert: every record is a new row
    :param update: none is
    """
    ids: list[int | None] = [None] * len(posted.records)
    if insert or not (posted.schema.primary_key or any(ID in one for one in posted.records)):
        return Stored(ids, new=insert)
    cells: dict[int, dict[str, Cell]] = {}
    with _looking() as cursor:
        for index, id_, *texts in _found(cursor, resource_id, posted):
            ids[index] = id_
            cells[index] = {
                field.name: (text, TEXT if text is None else _kind(field))
                for field, text in zip(posted.schema.fields, texts, strict=True)
            }
    missed = {
        index
        for index, record in enumerate(posted.records)
        if ids[index] is None and (update or ID in record)
    }
    return Stored(ids, cells, missed)


def repeats(resource_id: str, posted: Posted, stored: Stored, *, insert: bool) -> Iterator[Finding]:
    """The values of records that stand in the table already, where they may stand once only.

    :param insert: every record is a new row
    """
    schema = posted.schema
    keys: list[tuple[str, tuple[str, ...]]] = [
        ("value.unique", (field.name,)) for field in schema.fields if field.unique
    ]
    # A record that means its row by the key repeats no other's.
    if schema.primary_key and (insert or any(ID in one for one in posted.records)):
        keys.append(("table.primary_key", schema.primary_key))
    if not keys:
        return
    touched = [id_ for id_ in stored.ids if id_ is not None]
    with _looking() as cursor:
        there = _types_of(cursor, resource_id)
        for rule, names in keys:
            if not there.keys() >= set(names):
                # The call itself adds the column.
                continue
            cursor.execute(
                sql.SQL(
                    "SELECT r.i - 1, min(t._id) FROM {} WHERE NOT t._id = ANY({}::bigint[])"
                    " GROUP BY r.i ORDER BY r.i"
                ).format(
                    _joined(resource_id, schema, names, posted.keys(names, stored.cells)),
                    sql.Literal(touched),
                )
            )
            for index, id_ in cursor.fetchall():
                yield Finding(
                    rule=rule,
                    severity=get_rule(rule).severity["wajib"],
                    column=", ".join(names),
                    row=index + 1,
                    params={"first_cell": f"{ID} {id_}"},
                )


def _found(
    cursor: extensions.cursor, resource_id: str, posted: Posted
) -> Iterator[tuple[int, int, Any]]:
    """The rows that records mean: by their ``_id``, else by their key."""
    told = sql.SQL(", ").join(
        [sql.SQL("r.i - 1"), sql.SQL("t._id"), *map(_as_text, posted.schema.fields)]
    )
    numbers = [_number(record.get(ID)) for record in posted.records]
    if any(number is not None for number in numbers):
        cursor.execute(
            sql.SQL(
                "SELECT {} FROM unnest({}::bigint[]) WITH ORDINALITY AS r(k0, i)"
                " JOIN {} t ON t._id = r.k0"
            ).format(told, sql.Literal(numbers), sql.Identifier(resource_id))
        )
        yield from cursor.fetchall()
    names = posted.schema.primary_key
    by_key = [ID not in record for record in posted.records]
    if names and any(by_key):
        values = [
            [value if wanted else None for value, wanted in zip(column, by_key, strict=True)]
            for column in posted.keys(names)
        ]
        source = _joined(resource_id, posted.schema, names, values)
        cursor.execute(sql.SQL("SELECT {} FROM {}").format(told, source))
        yield from cursor.fetchall()


def _joined(
    resource_id: str, schema: TableSchema, names: Sequence[str], values: Sequence[list[Any]]
) -> sql.Composable:
    """The table beside the values of records in some columns, where they are the same.

    Literals, not parameters: psycopg2 would take a ``%`` in a column's name for one.
    """
    types = declared_types(schema)
    arrays = sql.SQL(", ").join(
        [
            sql.SQL("{}::{}[]").format(sql.Literal(column), sql.SQL(types[name]))
            for name, column in zip(names, values, strict=True)
        ]
    )
    numbered = [sql.SQL(f"k{number}") for number in range(len(names))]
    same = [
        sql.SQL("t.{} = r.{}").format(sql.Identifier(name), key)
        for name, key in zip(names, numbered, strict=True)
    ]
    return sql.SQL("unnest({}) WITH ORDINALITY AS r({}, i) JOIN {} t ON {}").format(
        arrays,
        sql.SQL(", ").join(numbered),
        sql.Identifier(resource_id),
        sql.SQL(" AND ").join(same),
    )


def _number(value: Any) -> int | None:
    try:
        number = int(value)
    except (TypeError, ValueError):
        return None
    return number if 0 < number < 2**31 else None


def _kind(field: Field) -> int:
    return TEXT if field.code else _KINDS.get(field.type, TEXT)


def _as_text(field: Field) -> sql.Composable:
    form = "{0}::text" if field.code else _AS_TEXT.get(field.type, "{0}::text")
    return sql.SQL(form).format(sql.Identifier(field.name))


def _types_of(cursor: extensions.cursor, resource_id: str) -> dict[str, str]:
    cursor.execute(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname = %s"
        " AND a.attnum > 0 AND NOT a.attisdropped",
        [resource_id],
    )
    return {name: type_ for name, type_ in cursor.fetchall() if name not in _OWN}


def _fingerprint(cursor: extensions.cursor, resource_id: str, types: dict[str, str]) -> str:
    names = sorted(types)
    row = sql.SQL("ROW({})::text").format(
        sql.SQL(", ").join([sql.Identifier(ID), *map(sql.Identifier, names)])
    )
    cursor.execute(
        sql.SQL(
            "SELECT concat(count(*), ' ', sum(('x' || left(md5({0}), 16))::bit(64)::bigint),"
            " ' ', sum(('x' || right(md5({0}), 16))::bit(64)::bigint)) FROM {1}"
        ).format(row, sql.Identifier(resource_id))
    )
    told = f"{names} {[types[name] for name in names]} {_only(cursor)}"
    return hashlib.sha256(told.encode()).hexdigest()


def _only(cursor: extensions.cursor) -> Any:
    row = cursor.fetchone()
    return row[0] if row else None


@contextlib.contextmanager
def _reading() -> Iterator[extensions.cursor]:
    """A cursor that sees one moment of the DataStore, however many queries it is asked."""
    with get_read_engine().connect() as connection:
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield cast("extensions.cursor", connection.connection.cursor())


@contextlib.contextmanager
def _looking() -> Iterator[extensions.cursor]:
    """A cursor where writes are made."""
    with get_write_engine().connect() as connection:
        yield cast("extensions.cursor", connection.connection.cursor())
