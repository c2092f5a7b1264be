"""What a process apart reads of a file, written for the one that asked for it.

The records come as an Arrow stream; what is to be said of the file as a whole is known when they
have all been read, and so stands at the end, as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.ipc as ipc

from ckanext.sdi.check.cells import NUL, column_of

pc: Any = pyarrow.compute
BATCH = 10_000
_LENGTH = 8


class Refused(Exception):
    """The file is not read: by which rule, and what fills its sentence."""

    def __init__(self, rule: str, **params: str) -> None:
        super().__init__(rule)
        self.rule, self.params = rule, params


class Spool:
    """Takes records in and writes them.

    :param target: a file, written from its start
    :param width: how many columns there are
    :param cells: the most cells that are taken
    :param longest: the most bytes of a cell
    """

    def __init__(self, target: IO[bytes], width: int, *, cells: int, longest: int) -> None:
        self._target = target
        self._most, self._longest = cells, longest
        names = [("line", pa.int64())]
        for place in range(width):
            names += [(f"c{place}", pa.string()), (f"k{place}", pa.uint8())]
        self._schema = pa.schema(names)
        self._writer = ipc.new_stream(target, self._schema)
        self._lines: list[int] = []
        self._rows: list[Sequence[Any]] = []
        self.count = 0
        self.filled = np.zeros(width, dtype=bool)

    def add(self, line: int, cells: Sequence[Any]) -> None:
        """Take a record in: as many cells as there are columns."""
        self._lines.append(line)
        self._rows.append(cells)
        if len(self._rows) == BATCH:
            self.flush()

    def add_columns(
        self, lines: np.ndarray, columns: Sequence[tuple[pa.Array, np.ndarray]]
    ) -> None:
        """Take many records in.

        :param columns: for each its texts, and what they are
        """
        self.count += len(lines)
        if self.count * max(len(columns), 1) > self._most:
            raise Refused("too_many_cells", limit=f"{self._most:,}")
        arrays: list[pa.Array] = [pa.array(lines, pa.int64())]
        for place, (texts, kinds) in enumerate(columns):
            lengths = pc.binary_length(texts)
            longest = pc.max(lengths).as_py() or 0
            self.filled[place] |= longest > 0
            if longest > self._longest:
                row = pc.index(lengths, longest).as_py()
                raise Refused("cell_too_long", line=str(lines[row]))
            nul = pc.match_substring(texts, "\0")
            if pc.any(nul).as_py():
                texts = pc.replace_substring(texts, "\0", "")
                kinds = np.where(nul.to_numpy(zero_copy_only=False), np.uint8(NUL), kinds)
            arrays += [texts, pa.array(kinds)]
        self._writer.write_batch(pa.record_batch(arrays, schema=self._schema))

    def flush(self) -> None:
        """Write the records that were taken in."""
        if not self._rows:
            return
        try:
            columns = [column_of(values) for values in zip(*self._rows, strict=True)]
        except UnicodeEncodeError as error:
            raise Refused("encoding") from error
        self.add_columns(np.array(self._lines), columns)
        self._lines, self._rows = [], []

    def finish(self, told: Mapping[str, Any]) -> None:
        """Write the last records, and what is to be said of the file."""
        self.flush()
        try:
            names = "".join(told["header"]).encode()
        except UnicodeEncodeError as error:
            raise Refused("encoding") from error
        if b"\0" in names:
            raise Refused("nul_cell", line=str(max(told["header_line"], 1)))
        self._writer.close()
        write_end(self._target, told)


def write_end(target: IO[bytes], told: Any) -> None:
    """Write what is to be said of a whole file behind it."""
    end = json.dumps(told).encode()
    target.write(end + len(end).to_bytes(_LENGTH, "big"))
    target.flush()


def told_at_end(source: IO[bytes]) -> Any:
    """What ``write_end`` was given."""
    size = source.seek(0, 2)
    source.seek(size - _LENGTH)
    length = int.from_bytes(source.read(_LENGTH), "big")
    source.seek(size - _LENGTH - length)
    return json.loads(source.read(length))
