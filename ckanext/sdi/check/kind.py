"""What kind of file it is: told by its content; its name is not believed."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from ckanext.sdi.check.sniff import unreadable
from ckanext.sdi.check.unpack import opened_zip
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.table import table_finding

CSV, UTF16, GZIP, ZIP, JSON, PARQUET = "CSV", "UTF-16", "gzip", "ZIP", "JSON", "Parquet"
XLSX, XLS, ODS = "XLSX", "XLS", "ODS"
WORKBOOKS = (XLSX, XLS, ODS)
TABLES = (CSV, UTF16, GZIP, ZIP, JSON, PARQUET, *WORKBOOKS)
HTML, XML, DOC, PPT, OPEN_DOCUMENT = "HTML", "XML", "DOC", "PPT", "OpenDocument"
MAP, ENCRYPTED = "Shapefile", "encrypted"
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
_BEGINS = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "XZ"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"SQLite format 3\0", "SQLite"),
    (b"\x1f\x8b", GZIP),
    (b"PAR1", PARQUET),
)
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<meta", b"<script")
_JSON = re.compile(rb'\{\s*["}]|\[\s*[{\["\]]')
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_OPEN_DOCUMENTS = (b"opendocument.text", b"opendocument.presentation", b"opendocument.graphics")
_OFFICE = {"word/": "DOCX", "ppt/": "PPTX", "visio/": "VSDX"}
# The names of streams, in the directory of a file of the old Office.
_STREAMS = {
    name.encode("utf-16-le"): kind
    for name, kind in (
        ("EncryptedPackage", ENCRYPTED),
        ("WordDocument", DOC),
        ("PowerPoint Docum", PPT),
    )
}
_DIRECTORY = 1 << 16


def kind_of(path: Path) -> str:
    """The kind of a file that is to be read as a table.

    :returns: one of ``TABLES``
    :raises ckanext.sdi.check.sniff.Unreadable: when it is of a kind that holds no table
    :raises OSError: when it cannot be opened
    """
    kind = content_of(path)
    if kind in TABLES:
        return kind
    if kind == MAP:
        return ZIP
    if kind in (HTML, ENCRYPTED):
        raise unreadable(kind.lower())
    raise unreadable("other_format", kind=kind)


def content_of(path: Path) -> str:
    """What a file holds: one of the names of this module, or that of a format that it only knows.

    :raises ckanext.sdi.check.sniff.Unreadable: when it is a damaged archive
    :raises OSError: when it cannot be opened
    """
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    if sample.startswith(b"PK\x03\x04"):
        return _content_of_zip(path, sample)
    if sample.startswith(_OLE):
        return _content_of_ole(path, sample)
    for magic, kind in _BEGINS:
        if sample.startswith(magic):
            return kind
    return UTF16 if utf16_of(sample) else _content_of_text(sample)


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


def _content_of_text(sample: bytes) -> str:
    begin = sample.removeprefix(codecs.BOM_UTF8).lstrip()[:200].lower()
    if begin.startswith(_HTML) or (begin.startswith(b"<?xml") and b"html" in begin):
        return HTML
    if begin.startswith(b"<?xml"):
        return XML
    return JSON if _JSON.match(begin) else CSV


def _content_of_zip(path: Path, sample: bytes) -> str:
    likely = XLSX if b"xl/" in sample else ODS if _SPREADSHEET in sample else ZIP
    with opened_zip(path, likely) as archive:
        names = set(archive.namelist())
        says = archive.open("mimetype").read(len(_SPREADSHEET)) if "mimetype" in names else b""
    if names & {"xl/workbook.xml", "xl/workbook.bin"}:
        return XLSX
    if says == _SPREADSHEET:
        return ODS
    if says.startswith(b"application/vnd.oasis"):
        return OPEN_DOCUMENT if any(one in says for one in _OPEN_DOCUMENTS) else "ODF"
    if any(name.lower().endswith(".shp") for name in names):
        return MAP
    if "[Content_Types].xml" not in names:
        return ZIP
    return next((kind for folder, kind in _OFFICE.items()
                 if any(name.startswith(folder) for name in names)), ZIP)  # fmt: skip


def _content_of_ole(path: Path, sample: bytes) -> str:
    sector = 1 << min(int.from_bytes(sample[30:32], "little"), 16)
    with path.open("rb") as file:
        file.seek((int.from_bytes(sample[48:52], "little") + 1) * sector)
        directory = file.read(_DIRECTORY)
    return next((kind for name, kind in _STREAMS.items() if name in directory), XLS)


def judge_name(name: str, kind: str) -> Finding | None:
    """What is odd with the name of a file of some kind.

    :param name: as the person's computer has it; empty when it is not known
    """
    ending = Path(name).suffix.lower()
    if kind in ENDINGS.get(ending, (kind,)):
        return None
    shown = CSV if kind == UTF16 else kind
    return table_finding("name").at(params={"ending": ending, "kind": shown})
