"""A file as a table, whatever it is called: its content tells what it is and how it is read."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from ckanext.sdi.check import kind as kinds
from ckanext.sdi.check.apart import open_apart
from ckanext.sdi.check.block import Asked, Block, Places, Table, cell_address, joined
from ckanext.sdi.check.reader import open_csv
from ckanext.sdi.check.sniff import Limits, Unreadable, unreadable
from ckanext.sdi.check.unpack import as_utf8, gunzip, judge_workbook_size, unzip

__all__ = [
    "Asked",
    "Block",
    "Limits",
    "Places",
    "Table",
    "Unreadable",
    "cell_address",
    "joined",
    "open_table",
]


def open_table(
    path: str | Path,
    *,
    limits: Limits | None = None,
    asked: Asked | None = None,
    name: str | None = None,
) -> Table:
    """Open a file as a table.

    :param path: the file: CSV, a workbook, JSON or Parquet, or one of them packed
    :param limits: how much it may ask for
    :param asked: what is said of its layout
    :param name: what the person's computer calls it; None: as the path does
    :returns: a table to iterate over once, and to close
    :raises Unreadable: when it is no such file; ``finding`` says why
    :raises OSError: when it cannot be opened
    """
    limits, asked, path = limits or Limits(), asked or Asked(), Path(path)
    name = path.name if name is None else name
    with ExitStack() as stack:
        kind = kinds.kind_of(path)
        odd = kinds.judge_name(name, kind)
        if kind in (kinds.GZIP, kinds.ZIP):
            if kind == kinds.GZIP:
                path, name = gunzip(path, limits, stack), Path(name).stem
            else:
                path, name = unzip(path, limits, stack)
            kind = _not_packed(kinds.kind_of(path))
            odd = odd or kinds.judge_name(name, kind)
        table = _opened(path, kind, limits, asked, stack)
        if odd:
            table.warnings.insert(0, odd)
        table.held = stack.pop_all()
        return table


def _not_packed(kind: str) -> str:
    if kind in (kinds.GZIP, kinds.ZIP):
        raise unreadable("other_format", kind=kind)
    return kind


def _opened(path: Path, kind: str, limits: Limits, asked: Asked, stack: ExitStack) -> Table:
    if kind == kinds.CSV:
        return open_csv(path, limits, asked)
    if kind == kinds.UTF16:
        return _open_utf16(path, limits, asked, stack)
    if kind in (kinds.XLSX, kinds.ODS):
        judge_workbook_size(path, kind, limits)
    return open_apart(path, kind, limits, asked, stack)


def _open_utf16(path: Path, limits: Limits, asked: Asked, stack: ExitStack) -> Table:
    with path.open("rb") as file:
        encoding = kinds.utf16_of(file.read(kinds.SAMPLE)) or "utf-16"
    plain = as_utf8(path, encoding, stack)
    if kinds.kind_of(plain) != kinds.CSV:
        raise unreadable("other_format", kind="UTF-16")
    table = open_csv(plain, limits, asked)
    table.layout["encoding"] = encoding
    return table
