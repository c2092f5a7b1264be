"""The table that a load fills, until it takes the place of the one that is read.

Most of a load is PostgreSQL's work for the words that ``q`` finds, and one connection keeps one
processor at it. So two connections fill the table. For both to reach it, it is there, empty, before
they begin; its rows become visible to others at the swap, or under a name that nobody reads.
"""

from __future__ import annotations

import contextlib
import io
import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import psycopg2
import pyarrow as pa
import sqlalchemy as sa
from psycopg2 import extensions, sql
from pyarrow import csv

import ckan.plugins.toolkit as tk

from ckanext.datastore.backend.postgres import get_write_engine
from ckanext.sdi.datastore.feed import Feed, ahead

PREFIX = "_sdi_"
FULL_TEXT_CHARS = 200_000
"""Of one row. PostgreSQL refuses a tsvector of more than 1 MB, and the row with it."""


@dataclass(frozen=True)
class Column:
    """A column as the DataStore keeps it.

    ``info`` is its entry in the data dictionary; ``full_text`` says whether ``q`` finds its words,
    ``indexed`` whether ``filters`` on it have an index.
    """

    name: str
    sql_type: str
    info: dict[str, Any] = field(default_factory=dict)
    full_text: bool = False
    indexed: bool = False


def name_of(resource_id: str) -> str:
    """What the table is called until the swap."""
    return f"{PREFIX}{resource_id}"


def sequence_of(table: str) -> str:
    """The sequence of a table's ``_id``."""
    return f"{table}__id_seq"


def listed(names: Sequence[str]) -> sql.Composed:
    """Names of columns in a statement."""
    return sql.SQL(", ").join(map(sql.Identifier, names))


def cursor_of(connection: sa.Connection) -> extensions.cursor:
    """psycopg2's own: it streams a COPY, and leaves % and : in a column's name alone."""
    return cast("extensions.cursor", connection.connection.cursor())


def wait_turn(cursor: extensions.cursor, resource_id: str) -> None:
    """Wait until nobody else changes the resource's table, and keep others waiting until the
    transaction ends: two loads would meet at the name of this table, and an index is built for
    longer than a swap waits for the table.
    """
    cursor.execute("SELECT pg_advisory_xact_lock(hashtext('sdi'), hashtext(%s))", [resource_id])


def create(resource_id: str, columns: Sequence[Column]) -> None:
    """Make the table, empty; who calls has the turn.

    Without keys and indexes: those are built faster over the rows.
    """
    table, sequence = name_of(resource_id), sequence_of(name_of(resource_id))
    described = [
        sql.SQL("_id integer NOT NULL DEFAULT nextval({}::regclass)").format(
            sql.Literal(f'"{sequence}"')
        ),
        # As a generated column the vector is made during the COPY, without a trigger's cost for
        # each row and without writing each row twice; the end of the load makes it a plain one.
        sql.SQL("_full_text tsvector {}").format(_full_text(columns)),
        *(
            sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(column.sql_type))
            for column in columns
        ),
    ]
    with get_write_engine().begin() as connection:
        cursor = cursor_of(connection)
        # A worker that was killed may have left one.
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(table)))
        cursor.execute(sql.SQL("CREATE SEQUENCE {} AS integer").format(sql.Identifier(sequence)))
        cursor.execute(
            sql.SQL("CREATE TABLE {} ({})").format(
                sql.Identifier(table), sql.SQL(", ").join(described)
            )
        )
        cursor.execute(
            sql.SQL("ALTER SEQUENCE {} OWNED BY {}._id").format(
                sql.Identifier(sequence), sql.Identifier(table)
            )
        )
        for column in columns:
            if column.info:
                # The leading blank is the DataStore's mark for its present form of comments.
                comment = " " + json.dumps({"_info": column.info}, ensure_ascii=False)
                cursor.execute(
                    sql.SQL("COMMENT ON COLUMN {}.{} IS {}").format(
                        sql.Identifier(table), sql.Identifier(column.name), sql.Literal(comment)
                    )
                )


def _full_text(columns: Sequence[Column]) -> sql.Composable:
    texts = [
        sql.SQL("coalesce({}, '')").format(sql.Identifier(column.name))
        for column in columns
        if column.full_text
    ]
    if not texts:
        return sql.SQL("")
    return sql.SQL("GENERATED ALWAYS AS (to_tsvector({}::regconfig, left({}, {}))) STORED").format(
        sql.Literal(tk.config["ckan.datastore.default_fts_lang"]),
        sql.SQL(" || ' ' || ").join(texts),
        sql.Literal(FULL_TEXT_CHARS),
    )


def fill(
    cursor: extensions.cursor,
    resource_id: str,
    columns: Sequence[Column],
    blocks: Iterable[Sequence[pa.Array]],
) -> int:
    """Fill the table, within the transaction of ``cursor`` and within one of a second connection,
    which is committed here.

    :returns: the number of rows
    """
    table = name_of(resource_id)
    # With their numbers: a sequence that is asked for each row costs as much as two more columns.
    names = ["_id", *(column.name for column in columns)]
    statement = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT csv)").format(
        sql.Identifier(table), listed(names)
    )
    shared = _Shared(ahead(_as_csv(blocks)))
    with (
        get_write_engine().begin() as connection,
        ThreadPoolExecutor(1) as thread,
        contextlib.closing(shared),
    ):
        beside = thread.submit(_copy, cursor_of(connection), statement, shared)
        rows = _copy(cursor, statement, shared) + beside.result()
    cursor.execute("SELECT setval(%s, %s, %s)", [f'"{sequence_of(table)}"', max(rows, 1), rows > 0])
    return rows


def _copy(cursor: extensions.cursor, statement: sql.Composed, chunks: _Shared) -> int:
    feed = Feed(chunks)
    try:
        cursor.copy_expert(statement, io.BufferedReader(feed, 1 << 20), size=1 << 20)
    except psycopg2.Error:
        # psycopg2 tells what went wrong in reading as a mere text of its own.
        if feed.error is not None:
            raise feed.error from None
        raise
    finally:
        # Also where it went wrong: what comes of the rest is not wanted any more.
        chunks.close()
    return cursor.rowcount


class _Shared(Iterator[bytes]):
    """Chunks for two who read them; each goes to one. Once it is closed there are no more."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._lock = threading.Lock()
        self._closed = False

    def __next__(self) -> bytes:
        with self._lock:
            if self._closed:
                raise StopIteration
            return next(self._chunks)

    def close(self) -> None:
        """Let who reads see the end at their next chunk."""
        self._closed = True


def _as_csv(blocks: Iterable[Sequence[pa.Array]]) -> Iterator[bytes]:
    options = csv.WriteOptions(include_header=False)
    first = 1
    for block in blocks:
        numbers = pa.array(np.arange(first, first + len(block[0])))
        first += len(numbers)
        # The names are not written; positions keep columns of one name apart.
        batch = pa.table([numbers, *block], names=[str(n) for n in range(len(block) + 1)])
        sink = pa.BufferOutputStream()
        csv.write_csv(batch, sink, options)
        yield sink.getvalue().to_pybytes()


def abandoned() -> list[str]:
    """The resources for which a killed worker left such a table; what a load fills is none."""
    with get_write_engine().begin() as connection:
        names = connection.scalars(
            sa.text("SELECT tablename FROM pg_tables WHERE starts_with(tablename, :prefix)"),
            {"prefix": PREFIX},
        )
        ids = [name.removeprefix(PREFIX) for name in names]
        return sorted(one for one in ids if _has_turn(cursor_of(connection), one))


def drop(resource_id: str) -> None:
    """Remove the table, if there is one that no load fills."""
    with get_write_engine().begin() as connection:
        cursor = cursor_of(connection)
        if _has_turn(cursor, resource_id):
            cursor.execute(
                sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(name_of(resource_id)))
            )


def _has_turn(cursor: extensions.cursor, resource_id: str) -> bool:
    """Take the turn, if nobody has it."""
    cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('sdi'), hashtext(%s))", [resource_id])
    row = cursor.fetchone()
    return bool(row and row[0])
