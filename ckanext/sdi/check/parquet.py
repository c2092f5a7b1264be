"""Parquet, read in a process apart: a damaged file may bring the reader down."""

from __future__ import annotations

from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ckanext.sdi.check.cells import NUMBER, TEXT, TRUTH, column_of
from ckanext.sdi.check.spool import BATCH, Refused, Spool, pc


def read(source: IO[bytes], target: IO[bytes], asked: dict[str, Any]) -> None:
    """Read a Parquet file into a spool.

    :raises Refused: when it is damaged or holds what are no cells
    """
    try:
        file = pq.ParquetFile(source, pre_buffer=False)
        _read(file, target, asked)
    except pa.ArrowMemoryError:
        # It is an ArrowException as well, but nothing is wrong with the file.
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        if getattr(error, "errno", None) is not None:
            # The disk's, not the file's: Arrow's own errors have no number.
            raise
        raise Refused("damaged", kind="Parquet") from error


def _read(file: pq.ParquetFile, target: IO[bytes], asked: dict[str, Any]) -> None:
    header = file.schema_arrow.names
    if len(header) > asked["columns"]:
        raise Refused("too_many_columns", n=str(len(header)), limit=str(asked["columns"]))
    for name, kind in zip(header, file.schema_arrow.types, strict=True):
        if pa.types.is_nested(kind):
            raise Refused("nested", name=name, record="1")
    if not header:
        raise Refused("empty")
    spool = Spool(target, len(header), cells=asked["cells"], longest=asked["longest"])
    done = blank = 0
    for batch in file.iter_batches(batch_size=BATCH, use_threads=False):
        columns = [_texts(column) for column in batch.columns]
        kept = np.zeros(len(batch), dtype=bool)
        for texts, _ in columns:
            kept |= pc.greater(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False)
        lines = np.arange(done + 1, done + 1 + len(batch))
        done += len(batch)
        if not kept.all():
            blank += int(len(kept) - kept.sum())
            mask = pa.array(kept)
            columns = [(texts.filter(mask), kinds[kept]) for texts, kinds in columns]
            lines = lines[kept]
        if len(lines):
            spool.add_columns(lines, columns)
    spool.finish(
        {
            "header": header,
            "columns": list(range(len(header))),
            "header_line": 0,
            "blank_rows": blank,
            "layout": {},
        }
    )


def _texts(column: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """A column as texts, and what they are."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _texts(column.dictionary_decode())
    if pa.types.is_floating(kind) or pa.types.is_temporal(kind):
        return column_of(column.to_pylist())
    what = TEXT
    if pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        what = NUMBER
    texts = pc.fill_null(pc.cast(column, pa.string()), "")
    if pa.types.is_boolean(kind):
        what, texts = TRUTH, pc.utf8_upper(texts)
    return texts, np.full(len(column), what, dtype=np.uint8)
