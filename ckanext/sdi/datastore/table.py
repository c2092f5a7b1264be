"""One DataStore table replaced in one transaction.

A new table is built beside the old one under a hidden name, filled by COPY, and put in its place
at the end. Whoever reads sees the old rows or the new ones; a load that fails leaves the old.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
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

log = logging.getLogger(__name__)

LOCK_TIMEOUT_MS = 200
LOCK_PAUSE = 0.2
LOCK_PATIENCE = 60.0
FULL_TEXT_CHARS = 200_000
"""Of one row. PostgreSQL refuses a tsvector of more than 1 MB, and the row with it."""


class TableBusyError(Exception):
    """Readers kept the table for longer than a swap may wait."""


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


def replace_table(
    resource_id: str,
    columns: Sequence[Column],
    blocks: Iterable[Sequence[pa.Array]],
    *,
    primary_key: Sequence[str] = (),
    confirm: Callable[[int], None] = lambda _rows: None,
) -> int:
    """Put the rows of ``blocks`` in the place of what the resource has in the DataStore.

    :param blocks: arrays of equal length, one a column, in the order of ``columns``
    :param primary_key: columns that together are unique
    :param confirm: called with the number of rows when all is ready, before the swap; what it
        raises undoes the load
    :returns: the number of rows
    :raises TableBusyError: when readers do not let go of the old table
    :raises psycopg2.Error: when PostgreSQL refuses a value; the old rows stay
    """
    staging = f"_sdi_{resource_id}"
    with get_write_engine().begin() as connection:
        cursor = _cursor(connection)
        _wait_turn(cursor, resource_id)
        _create(cursor, staging, columns)
        rows = _fill(cursor, staging, columns, blocks)
        indexes = _finish(cursor, staging, resource_id, primary_key)
        confirm(rows)
        _swap(cursor, staging, resource_id, indexes, rows)
    return rows


def build_indexes(
    resource_id: str, columns: Sequence[Column], primary_key: Sequence[str] = ()
) -> None:
    """Build the indexes that make searches fast, where they are not there.

    Every search answers right without them, so they come after the swap; readers go on meanwhile.
    When the table has gone or become another, there is nothing to do.
    """
    try:
        with get_write_engine().begin() as connection:
            cursor = _cursor(connection)
            _wait_turn(cursor, resource_id)
            for method, of in _search_indexes(columns, primary_key):
                _index(cursor, resource_id, _index_name(cursor, resource_id, of), of, method)
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(resource_id)))
    except (psycopg2.errors.UndefinedTable, psycopg2.errors.UndefinedColumn):
        log.info("The rows of %s are gone, or others by now", resource_id)


def drop_table(resource_id: str) -> bool:
    """Remove the resource's table from the DataStore.

    :returns: whether there was one
    :raises TableBusyError: when readers do not let go of it
    """
    with get_write_engine().begin() as connection:
        cursor = _cursor(connection)
        _wait_turn(cursor, resource_id)
        if not _lock(cursor, resource_id):
            return False
        _drop(cursor, resource_id)
        cursor.execute("DELETE FROM _table_stats WHERE resource_id = %s", [resource_id])
    return True


def table_exists(resource_id: str) -> bool:
    """Whether the resource has a table in the DataStore."""
    with get_write_engine().connect() as connection:
        return bool(
            connection.scalar(
                sa.text("SELECT 1 FROM pg_tables WHERE tablename = :name"), {"name": resource_id}
            )
        )


def _cursor(connection: sa.Connection) -> extensions.cursor:
    # psycopg2's own: it streams a COPY, and leaves % and : in a column's name alone.
    return cast("extensions.cursor", connection.connection.cursor())


def _wait_turn(cursor: extensions.cursor, resource_id: str) -> None:
    """Wait until nobody else changes the resource's table: two loads would meet at the staging
    table's name, and an index is built for longer than a swap waits for the table.
    """
    cursor.execute("SELECT pg_advisory_xact_lock(hashtext('sdi'), hashtext(%s))", [resource_id])


def _create(cursor: extensions.cursor, staging: str, columns: Sequence[Column]) -> None:
    """The table without keys and indexes: those are built faster over the rows."""
    table = sql.Identifier(staging)
    sequence = sql.Identifier(_sequence(staging))
    cursor.execute(sql.SQL("CREATE SEQUENCE {} AS integer").format(sequence))
    described = [
        sql.SQL("_id integer NOT NULL DEFAULT nextval({}::regclass)").format(
            sql.Literal(f'"{_sequence(staging)}"')
        ),
        # As a generated column the vector is made during the COPY, without a trigger's cost for
        # each row and without writing each row twice; _finish makes a plain column of it.
        sql.SQL("_full_text tsvector {}").format(_full_text(columns)),
        *(
            sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(column.sql_type))
            for column in columns
        ),
    ]
    cursor.execute(sql.SQL("CREATE TABLE {} ({})").format(table, sql.SQL(", ").join(described)))
    cursor.execute(sql.SQL("ALTER SEQUENCE {} OWNED BY {}._id").format(sequence, table))
    for column in columns:
        if column.info:
            # The leading blank is the DataStore's mark for its present form of comments.
            comment = " " + json.dumps({"_info": column.info}, ensure_ascii=False)
            cursor.execute(
                sql.SQL("COMMENT ON COLUMN {}.{} IS {}").format(
                    table, sql.Identifier(column.name), sql.Literal(comment)
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


def _fill(
    cursor: extensions.cursor,
    staging: str,
    columns: Sequence[Column],
    blocks: Iterable[Sequence[pa.Array]],
) -> int:
    # With their numbers: a sequence that is asked for each row costs as much as two more columns.
    names = ["_id", *(column.name for column in columns)]
    statement = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT csv)").format(
        sql.Identifier(staging), _listed(names)
    )
    feed = Feed(ahead(_as_csv(blocks)))
    try:
        cursor.copy_expert(statement, io.BufferedReader(feed, 1 << 20), size=1 << 20)
    except psycopg2.Error:
        # psycopg2 tells what went wrong in reading as a mere text of its own.
        if feed.error is not None:
            raise feed.error from None
        raise
    rows = cursor.rowcount
    cursor.execute("SELECT setval(%s, %s, %s)", [f'"{_sequence(staging)}"', max(rows, 1), rows > 0])
    return rows


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


def _finish(
    cursor: extensions.cursor, staging: str, resource_id: str, primary_key: Sequence[str]
) -> dict[str, str]:
    """Keys and the trigger.

    :returns: the name each index is to have, by its temporary name: theirs are still in use
    """
    table = sql.Identifier(staging)
    cursor.execute(
        sql.SQL("ALTER TABLE {} ALTER COLUMN _full_text DROP EXPRESSION IF EXISTS").format(table)
    )
    cursor.execute(
        sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} PRIMARY KEY (_id)").format(
            table, sql.Identifier(f"{staging}_pkey")
        )
    )
    names: dict[str, str] = {}
    if primary_key:
        name = _index_name(cursor, resource_id, primary_key)
        names[f"_sdi_{name}"] = name
        _index(cursor, staging, f"_sdi_{name}", primary_key, "btree", unique=True)
    cursor.execute(
        sql.SQL(
            "CREATE TRIGGER zfulltext BEFORE INSERT OR UPDATE ON {}"
            " FOR EACH ROW EXECUTE PROCEDURE populate_full_text_trigger()"
        ).format(table)
    )
    return names


def _search_indexes(
    columns: Sequence[Column], primary_key: Sequence[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Method and columns of each index that is not there for a key."""
    # GIN finds words faster than the GiST that CKAN makes by default, and CKAN takes any index of
    # this name; over an empty column it costs nothing and spares a later one in a web request.
    yield "gin", ("_full_text",)
    for column in columns:
        if column.indexed and tuple(primary_key) != (column.name,):
            yield "btree", (column.name,)


def _index_name(cursor: extensions.cursor, resource_id: str, of: Sequence[str]) -> str:
    """CKAN knows its indexes by this name alone and would build a second one otherwise."""
    expression = resource_id + _listed(of).as_string(cursor)
    return hashlib.sha1(expression.encode()).hexdigest()  # noqa: S324 - a name, not a secret


def _index(
    cursor: extensions.cursor,
    table: str,
    name: str,
    of: Sequence[str],
    method: str,
    *,
    unique: bool = False,
) -> None:
    cursor.execute(
        sql.SQL("CREATE {} INDEX IF NOT EXISTS {} ON {} USING {} ({})").format(
            sql.SQL("UNIQUE" if unique else ""),
            sql.Identifier(name),
            sql.Identifier(table),
            sql.SQL(method),
            _listed(of),
        )
    )


def _listed(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _swap(
    cursor: extensions.cursor, staging: str, resource_id: str, indexes: dict[str, str], rows: int
) -> None:
    aliases: list[str] = []
    if _lock(cursor, resource_id):
        aliases = _aliases(cursor, resource_id)
        for alias in aliases:
            cursor.execute(sql.SQL("DROP VIEW {}").format(sql.Identifier(alias)))
        # Without CASCADE: something unknown that hangs on the table stops the load, not itself.
        _drop(cursor, resource_id, cascade=False)
    rename = sql.SQL("ALTER {} {} RENAME TO {}")
    renames = [
        ("TABLE", staging, resource_id),
        ("SEQUENCE", _sequence(staging), f"{resource_id}__id_seq"),
        ("INDEX", f"{staging}_pkey", f"{resource_id}_pkey"),
        *(("INDEX", old, new) for old, new in indexes.items()),
    ]
    for kind, old, new in renames:
        cursor.execute(rename.format(sql.SQL(kind), sql.Identifier(old), sql.Identifier(new)))
    for alias in aliases:
        cursor.execute(
            sql.SQL("CREATE VIEW {} AS SELECT * FROM {}").format(
                sql.Identifier(alias), sql.Identifier(resource_id)
            )
        )
    # After the table's lock, in the order that a reader's count takes them.
    cursor.execute(
        "INSERT INTO _table_stats VALUES (%s, jsonb_build_object('rows', %s::bigint))"
        " ON CONFLICT (resource_id) DO UPDATE SET stats = EXCLUDED.stats",
        [resource_id, rows],
    )


def _lock(cursor: extensions.cursor, resource_id: str) -> bool:
    """Take the table for ourselves, in short tries.

    datastore_search may hold the table while a second connection of its own counts the rows; that
    count would queue behind us, and we behind the search: PostgreSQL sees no deadlock in it. So
    we step back after a moment and try again; the savepoint keeps what is loaded.

    :returns: whether there is such a table
    """
    deadline = time.monotonic() + LOCK_PATIENCE
    while True:
        cursor.execute("SELECT 1 FROM pg_tables WHERE tablename = %s", [resource_id])
        if cursor.fetchone() is None:
            return False
        cursor.execute("SAVEPOINT sdi_swap")
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [str(LOCK_TIMEOUT_MS)])
        try:
            cursor.execute(
                sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(
                    sql.Identifier(resource_id)
                )
            )
        except psycopg2.errors.LockNotAvailable as error:
            cursor.execute("ROLLBACK TO SAVEPOINT sdi_swap")
            if time.monotonic() > deadline:
                raise TableBusyError(resource_id) from error
            time.sleep(LOCK_PAUSE)
        else:
            cursor.execute("SELECT set_config('lock_timeout', '0', true)")
            cursor.execute("RELEASE SAVEPOINT sdi_swap")
            return True


def _aliases(cursor: extensions.cursor, resource_id: str) -> list[str]:
    cursor.execute("SELECT name FROM _table_metadata WHERE alias_of = %s", [resource_id])
    return [name for (name,) in cursor.fetchall()]


def _drop(cursor: extensions.cursor, resource_id: str, *, cascade: bool = True) -> None:
    cursor.execute(
        sql.SQL("DROP TABLE {} {}").format(
            sql.Identifier(resource_id), sql.SQL("CASCADE" if cascade else "")
        )
    )


def _sequence(table: str) -> str:
    return f"{table}__id_seq"
