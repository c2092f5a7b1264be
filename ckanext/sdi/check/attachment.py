"""What an attachment holds: it is not checked as a table, and may be one all the same.

Its content tells, never its name. Only what a table is looked at for: documents and pictures stay
as they are.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyarrow as pa

from ckanext.sdi.check.block import Asked
from ckanext.sdi.check.kind import CSV, kind_of
from ckanext.sdi.check.reader import open_csv
from ckanext.sdi.check.sniff import Limits, Unreadable
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.personal import PersonalColumns

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
# What holds tables, or files, and cannot be looked into here.
_CLOSED = (
    (b"\x1f\x8b", "gzip"),
    (b"PAR1", "Parquet"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"SQLite format 3\0", "SQLite"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_DOCUMENTS = ("word/", "ppt/", "visio/")
_DOCUMENT_TYPES = (b"opendocument.text", b"opendocument.presentation", b"opendocument.graphics")
# The names of streams are written in UTF-16 in the directory of such a file.
_OLE_DOCUMENTS = tuple(name.encode("utf-16-le") for name in ("WordDocument", "PowerPoint Docum"))
_OLE_DIRECTORY = 1 << 16
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
    with path.open("rb") as file:
        begin = file.read(_BEGIN)
    kind = _closed_kind(path, begin)
    return Attached(kind=kind) if kind else Attached(personal_columns=_personal_columns(path))


def _closed_kind(path: Path, begin: bytes) -> str:
    if begin.startswith(_ZIP):
        return _zip_kind(path, begin)
    if begin.startswith(_OLE):
        return "" if _is_ole_document(path, begin) else "XLS"
    return next((kind for magic, kind in _CLOSED if begin.startswith(magic)), "")


def _zip_kind(path: Path, begin: bytes) -> str:
    if b"opendocument.spreadsheet" in begin:
        return "ODS"
    if any(one in begin for one in _DOCUMENT_TYPES):
        return ""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return "ZIP"
    if any(name.lower().endswith(".shp") for name in names):
        # A map is handed out so, and there is no other form for it here.
        return ""
    if "[Content_Types].xml" not in names:
        return "ZIP"
    if any(name.startswith("xl/") for name in names):
        return "XLSX"
    return "" if any(name.startswith(_DOCUMENTS) for name in names) else "ZIP"


def _is_ole_document(path: Path, begin: bytes) -> bool:
    """Whether a file of the old Office is a text or slides, as its directory says."""
    sector = 1 << min(int.from_bytes(begin[30:32], "little"), 16)
    with path.open("rb") as file:
        file.seek((int.from_bytes(begin[48:52], "little") + 1) * sector)
        directory = file.read(_OLE_DIRECTORY)
    return any(name in directory for name in _OLE_DOCUMENTS)


def _personal_columns(path: Path) -> tuple[str, ...]:
    ragged: list[Finding] = []
    try:
        if kind_of(path) != CSV:
            return _in_lines(path)
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
