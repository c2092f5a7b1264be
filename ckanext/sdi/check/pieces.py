"""Batches put away under keys as they come, and taken out again key by key, in flat memory."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import ExitStack
from typing import Generic, TypeVar

import pyarrow as pa
import pyarrow.ipc as ipc

from ckanext.sdi.check.unpack import nameless

K = TypeVar("K", bound=Hashable)


class Pieces(Generic[K]):
    """Use as a context manager: it holds a file without a name.

    :param schema: of the batches
    """

    def __init__(self, schema: pa.Schema) -> None:
        self._stack = ExitStack()
        self._file, self._path = nameless(self._stack)
        self._writer = ipc.new_file(self._file, schema)
        self._reader: ipc.RecordBatchFileReader | None = None
        self._places: dict[K, list[int]] = {}
        self._counts: dict[K, int] = {}
        self._pieces = 0

    def __enter__(self) -> Pieces[K]:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    @property
    def counts(self) -> dict[K, int]:
        """How many rows stand under each key, in the order in which keys first came."""
        return self._counts

    def add(self, key: K, batch: pa.RecordBatch) -> None:
        """Put a batch away; not after the first was taken out."""
        self._writer.write_batch(batch)
        self._places.setdefault(key, []).append(self._pieces)
        self._counts[key] = self._counts.get(key, 0) + batch.num_rows
        self._pieces += 1

    def take(self, key: K) -> Iterator[pa.RecordBatch]:
        """The batches under a key, in the order in which they came."""
        if self._reader is None:
            self._writer.close()
            self._file.flush()
            self._reader = ipc.open_file(self._stack.enter_context(pa.OSFile(str(self._path))))
        for place in self._places.get(key, ()):
            yield self._reader.get_batch(place)
