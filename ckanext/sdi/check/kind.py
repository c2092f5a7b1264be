"""What kind of file it is: told by its content; its name is not believed."""

from __future__ import annotations

import codecs
import mmap
import re
from pathlib import Path

from ckanext.sdi.check.sniff import unreadable
from ckanext.sdi.check.unpack import opened_zip
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.table import table_finding

CSV, UTF16, GZIP, ZIP, JSON, PARQUET = "CSV", "UTF-16", "gzip", "ZIP", "JSON", "Parquet"
XLSX, XLS, ODS = "XLSX", "XLS", "ODS"
WORKBOOKS = (XLSX, XLS, ODS)
ENDINGS = {
    ".csv": (CSV, UTF16),
    ".tsv": (CSV, UTF16),
    ".txt": (CSV, UTF16),
    ".xlsx": (XLSX,),
    ".xlsm": (XLSX,),
    ".xlsb": (XLSX,),
    ".xls": (XLS,),
    ".ods": (ODS,),
    ".json": (JSON,),
    ".jsonl": (JSON,),
    ".ndjson": (JSON,),
    ".parquet": (PARQUET,),
    ".gz": (GZIP,),
    ".zip": (ZIP,),
}
"""The names that tables have, with what such a file should be."""
SAMPLE = 64 << 10

_OLE = b"\xd0\xcf\x11\xe0"
_OTHERS = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "XZ"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
)
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<meta", b"<script")
_JSON = re.compile(rb'\{\s*["}]|\[\s*[{\["\]]')
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_DOCUMENTS = {"word/": "DOCX", "ppt/": "PPTX"}


def kind_of(path: Path) -> str:
    """The kind of a file.

    :returns: one of the names of this module
    :raises ckanext.sdi.check.sniff.Unreadable: when it is of a kind that holds no table
    :raises OSError: when it cannot be opened
    """
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    if sample.startswith(b"PK\x03\x04"):
        return _kind_of_zip(path, sample)
    if sample.startswith(_OLE):
        return _kind_of_ole(path)
    for magic, kind in _OTHERS:
        if sample.startswith(magic):
            raise unreadable("other_format", kind=kind)
    if sample.startswith(b"\x1f\x8b"):
        return GZIP
    if sample.startswith(b"PAR1"):
        return PARQUET
    return UTF16 if utf16_of(sample) else _kind_of_text(sample)


def utf16_of(sample: bytes) -> str | None:
    """The encoding of a text in UTF-16, with or without its mark; None for another."""
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    half = len(sample) // 2
    # Of Latin letters every other byte is zero.
    if half and sample[1::2].count(0) > 0.4 * half and not sample[::2].count(0):
        return "utf-16-le"
    if half and sample[::2].count(0) > 0.4 * half and not sample[1::2].count(0):
        return "utf-16-be"
    return None


def _kind_of_text(sample: bytes) -> str:
    begin = sample.removeprefix(codecs.BOM_UTF8).lstrip()[:200].lower()
    if begin.startswith(_HTML) or (begin.startswith(b"<?xml") and b"html" in begin):
        raise unreadable("html")
    if begin.startswith(b"<?xml"):
        raise unreadable("other_format", kind="XML")
    return JSON if _JSON.match(begin) else CSV


def _kind_of_zip(path: Path, sample: bytes) -> str:
    likely = XLSX if b"xl/" in sample else ODS if _SPREADSHEET in sample else ZIP
    with opened_zip(path, likely) as archive:
        names = set(archive.namelist())
        says = archive.open("mimetype").read(len(_SPREADSHEET)) if "mimetype" in names else b""
    if names & {"xl/workbook.xml", "xl/workbook.bin"}:
        return XLSX
    if says == _SPREADSHEET:
        return ODS
    if says.startswith(b"application/vnd.oasis"):
        raise unreadable("other_format", kind="OpenDocument")
    for folder, kind in _DOCUMENTS.items():
        if any(name.startswith(folder) for name in names):
            raise unreadable("other_format", kind=kind)
    return ZIP


def _kind_of_ole(path: Path) -> str:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise unreadable("encrypted")
        if content.find("WordDocument".encode("utf-16-le")) >= 0:
            raise unreadable("other_format", kind="DOC")
    return XLS


def judge_name(name: str, kind: str) -> Finding | None:
    """What is odd with the name of a file of some kind.

    :param name: as the person's computer has it; empty when it is not known
    """
    ending = Path(name).suffix.lower()
    if kind in ENDINGS.get(ending, (kind,)):
        return None
    shown = CSV if kind == UTF16 else kind
    return table_finding("name").at(params={"ending": ending, "kind": shown})
