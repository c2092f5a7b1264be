"""A file that passed its check, loaded into the DataStore with the declared types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa

from ckanext.sdi.check.convert import typed_columns
from ckanext.sdi.check.memory import give_back_rest
from ckanext.sdi.check.table import open_table
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.datastore import limits
from ckanext.sdi.datastore.table import build_indexes, replace_table
from ckanext.sdi.datastore.types import columns_of


def load_table(
    resource_id: str,
    path: Path,
    schema: TableSchema,
    *,
    progress: Callable[[int], None] = lambda _rows: None,
    confirm: Callable[[int], None] = lambda _rows: None,
) -> int:
    """Load a file's rows in the place of what the resource has in the DataStore.

    Values are converted as the check reads them. Nothing is guessed: a value that does not fit
    its type stops the load, and the old rows stay.

    :param path: a file that has passed the check under this standard
    :param progress: told of the rows sent so far
    :param confirm: called with the number of rows before they become visible; what it raises
        undoes the load
    :returns: the number of rows
    :raises ckanext.sdi.datastore.table.TableBusyError: when readers do not let go of the old rows
    """
    give_back_rest()

    def blocks() -> Iterator[list[pa.Array]]:
        sent = 0
        with open_table(path, limits=limits.of_portal(), asked=schema.layout, name="") as table:
            for block in table:
                yield typed_columns(block, schema)
                sent += len(block)
                progress(sent)

    return replace_table(
        resource_id,
        columns_of(schema),
        blocks(),
        primary_key=schema.primary_key,
        confirm=confirm,
    )


def index_rows(resource_id: str, schema: TableSchema) -> None:
    """Build what makes searches of a file's rows fast, where it is not there."""
    build_indexes(resource_id, columns_of(schema), schema.primary_key)
