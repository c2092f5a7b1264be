"""What an attachment holds: it is not checked as a table, and may be one all the same.

Its content tells, never its name. Only what a table is looked at for: documents and pictures stay
as they are.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyarrow as pa

from ckanext.sdi.check.block import Asked
from ckanext.sdi.check.kind import (
    CSV,
    ENCRYPTED,
    GZIP,
    PARQUET,
    UTF16,
    WORKBOOKS,
    XLS,
    ZIP,
    content_of,
)
from ckanext.sdi.check.reader import open_csv
from ckanext.sdi.check.sniff import Limits, Unreadable
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.personal import PersonalColumns

# What holds tables, or files, and cannot be looked into here, as it is told.
_CLOSED = {
    **{kind: kind for kind in (GZIP, PARQUET, ZIP, *WORKBOOKS, "RAR", "7z", "SQLite", "ODF")},
    ENCRYPTED: XLS,
}
_BEGIN = 4_096
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Attached:
    """What was found in an attachment.

    :param kind: what the file is when it may hold tables that cannot be looked at; else empty
    :param personal_columns: the columns that identify persons, when it is a table that can be read
    """

    kind: str = ""
    personal_columns: tuple[str, ...] = ()


def look_into(path: Path) -> Attached:
    """Look into an attachment in flat memory: once, a second time where it is no clean table.

    :param path: the file
    :raises OSError: when it cannot be opened
    """
    try:
        kind = content_of(path)
    except Unreadable:
        # A damaged archive; other programs may open it all the same.
        return Attached(kind=ZIP)
    if kind == UTF16 and _is_marked(path):
        return Attached(kind=kind)
    closed = _CLOSED.get(kind, "")
    return Attached(closed) if closed else Attached(personal_columns=_personal_columns(path, kind))


def _is_marked(path: Path) -> bool:
    """Whether a text in UTF-16 says that it is; what does not may be a picture."""
    with path.open("rb") as file:
        return file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _personal_columns(path: Path, kind: str) -> tuple[str, ...]:
    if kind != CSV:
        return _in_lines(path)
    ragged: list[Finding] = []
    try:
        table = open_csv(path, Limits(), Asked())
        table.on_row = ragged.append
        found = _found(table.header, (block.columns for block in table))
    except Unreadable:
        return _in_lines(path)
    # Rows of another width, as under the title of a sheet, are in no block.
    return found or (_in_lines(path) if ragged else ())


def _in_lines(path: Path) -> tuple[str, ...]:
    """NIKs in the lines of a text that is no table, such as JSON."""
    with path.open("rb") as file:
        begin = file.read(_BEGIN)
        if b"\0" in begin or begin.startswith(b"%PDF"):
            return ()
        file.seek(0)
        return _found(["NIK"], ([block] for block in _lines(file)))


def _lines(file: IO[bytes]) -> Iterator[pa.Array]:
    rest = ""
    while chunk := file.read(_CHUNK):
        lines = (rest + chunk.decode("utf-8", errors="replace")).splitlines(keepends=True)
        # The last may go on; a line without an end is cut, so that memory stays flat.
        rest = lines.pop() if lines and len(lines[-1]) < _CHUNK else ""
        yield pa.array(lines, pa.string())
    yield pa.array([rest], pa.string())


def _found(header: list[str], blocks: Iterable[Sequence[pa.Array]]) -> tuple[str, ...]:
    personal = PersonalColumns(header, [None] * len(header))
    for block in blocks:
        personal.see(block)
    return tuple(personal.found())
