"""One DataStore table replaced in one transaction.

A new table is built beside the old one under a hidden name (``staging``), and put in its place
at the end. Whoever reads sees the old rows or the new ones; a load that fails leaves the old.
"""

from __future__ import annotations

import hashlib
import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

import psycopg2
import pyarrow as pa
import sqlalchemy as sa
from psycopg2 import extensions, sql
from sqlalchemy.exc import SQLAlchemyError

from ckanext.datastore.backend.postgres import get_read_engine, get_write_engine
from ckanext.sdi.datastore import staging
from ckanext.sdi.datastore.staging import Column, cursor_of, listed, sequence_of, wait_turn

log = logging.getLogger(__name__)

LOCK_TIMEOUT_MS = 200
LOCK_PAUSE = 0.2
LOCK_PATIENCE = 60.0


class RowsRefusedError(Exception):
    """PostgreSQL does not take a value. Says which kind of fault and where, never the value."""

    def __init__(self, error: psycopg2.Error) -> None:
        where = re.search(r"line \d+, column [^:]+", error.diag.context or "")
        place = where.group() if where else error.diag.constraint_name
        super().__init__(f"{type(error).__name__} at {place}")


class TableBusyError(Exception):
    """Readers kept the table for longer than a swap may wait."""


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
    :raises RowsRefusedError: when PostgreSQL refuses a value; the old rows stay
    """
    try:
        with get_write_engine().begin() as connection:
            cursor = cursor_of(connection)
            wait_turn(cursor, resource_id)
            staging.create(resource_id, columns)
            rows = staging.fill(cursor, resource_id, columns, blocks)
            indexes = _finish(cursor, resource_id, primary_key)
            confirm(rows)
            _swap(cursor, resource_id, indexes, rows)
    except BaseException as error:
        _clear(resource_id)
        if isinstance(error, (psycopg2.DataError, psycopg2.IntegrityError)):
            # Its text has the value, which would come into logs and the queue.
            raise RowsRefusedError(error) from None
        raise
    return rows


def _clear(resource_id: str) -> None:
    try:
        staging.drop(resource_id)
    except (psycopg2.Error, SQLAlchemyError):
        # The database has gone. The next load removes it, or `ckan sdi clean` does.
        log.exception("The unfinished table of %s was not removed", resource_id)


def build_indexes(
    resource_id: str, columns: Sequence[Column], primary_key: Sequence[str] = ()
) -> None:
    """Build the indexes that make searches fast, where they are not there.

    Every search answers right without them, so they come after the swap; readers go on meanwhile.
    When the table has gone or become another, there is nothing to do.
    """
    try:
        with get_write_engine().begin() as connection:
            cursor = cursor_of(connection)
            wait_turn(cursor, resource_id)
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
        cursor = cursor_of(connection)
        wait_turn(cursor, resource_id)
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


def identity_of(name: str) -> int | None:
    """Which table or view of the DataStore has this name now: each load puts another in place."""
    if "\x00" in name:
        # PostgreSQL's driver refuses the sign, which no name has.
        return None
    with get_read_engine().connect() as connection:
        return connection.scalar(
            sa.text(
                "SELECT oid::bigint FROM pg_class"
                " WHERE relnamespace = 'public'::regnamespace AND relname = :name"
            ),
            {"name": name},
        )


def _finish(
    cursor: extensions.cursor, resource_id: str, primary_key: Sequence[str]
) -> dict[str, str]:
    """Keys and the trigger.

    :returns: the name each index is to have, by its temporary name: theirs are still in use
    """
    name = staging.name_of(resource_id)
    table = sql.Identifier(name)
    cursor.execute(
        sql.SQL("ALTER TABLE {} ALTER COLUMN _full_text DROP EXPRESSION IF EXISTS").format(table)
    )
    cursor.execute(
        sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} PRIMARY KEY (_id)").format(
            table, sql.Identifier(f"{name}_pkey")
        )
    )
    names: dict[str, str] = {}
    if primary_key:
        index = _index_name(cursor, resource_id, primary_key)
        names[f"_sdi_{index}"] = index
        _index(cursor, name, f"_sdi_{index}", primary_key, "btree", unique=True)
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
    expression = resource_id + listed(of).as_string(cursor)
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
            listed(of),
        )
    )


def _swap(cursor: extensions.cursor, resource_id: str, indexes: dict[str, str], rows: int) -> None:
    name = staging.name_of(resource_id)
    aliases: list[str] = []
    if _lock(cursor, resource_id):
        aliases = _aliases(cursor, resource_id)
        for alias in aliases:
            cursor.execute(sql.SQL("DROP VIEW {}").format(sql.Identifier(alias)))
        # Without CASCADE: something unknown that hangs on the table stops the load, not itself.
        _drop(cursor, resource_id, cascade=False)
    rename = sql.SQL("ALTER {} {} RENAME TO {}")
    renames = [
        ("TABLE", name, resource_id),
        ("SEQUENCE", sequence_of(name), sequence_of(resource_id)),
        ("INDEX", f"{name}_pkey", f"{resource_id}_pkey"),
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
