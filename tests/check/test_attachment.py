"""Attachments are looked into: tables among them, and the persons in those."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from ckanext.sdi.check.attachment import Attached, look_into

NIK = ["3171011708450001", "3404025011880001", "6472014101900003"]


def zipped(*names: str, first: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if first:
            archive.writestr("mimetype", first)
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def ole(stream: str) -> bytes:
    """The head of a file of the old Office, and its directory with one stream."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    head[30:32] = (9).to_bytes(2, "little")
    head[48:52] = (2).to_bytes(4, "little")
    return bytes(head) + bytes(1024) + stream.encode("utf-16-le").ljust(128, b"\0")


CLOSED = {
    "XLSX": (zipped("[Content_Types].xml", "xl/workbook.xml"), "XLSX"),
    "ODS": (zipped(first=b"application/vnd.oasis.opendocument.spreadsheet"), "ODS"),
    "XLS": (ole("Workbook"), "XLS"),
    "ZIP": (zipped("a.csv"), "ZIP"),
    "broken ZIP": (b"PK\x03\x04 and no more", "ZIP"),
    "gzip": (b"\x1f\x8b\x08\x00", "gzip"),
    "UTF-16": ("nik;nama\n".encode("utf-16"), "UTF-16"),
    "DOCX": (zipped("[Content_Types].xml", "word/document.xml"), ""),
    "ODT": (zipped(first=b"application/vnd.oasis.opendocument.text"), ""),
    "DOC": (ole("WordDocument"), ""),
    "PPT": (ole("PowerPoint Document"), ""),
    "PPTX": (zipped("[Content_Types].xml", "ppt/presentation.xml"), ""),
    "an encrypted workbook": (ole("EncryptedPackage"), "XLS"),
    "a base of OpenDocument": (zipped(first=b"application/vnd.oasis.opendocument.base"), "ODF"),
    "a workbook that holds a map": (
        zipped("[Content_Types].xml", "xl/workbook.xml", "batas.shp"),
        "XLSX",
    ),
    "a folder called word": (zipped("word/penerima.csv"), "ZIP"),
    "a map": (zipped("batas.shp", "batas.dbf"), ""),
    "PDF": (b"%PDF-1.7\n\x00\x01", ""),
    "PNG": (b"\x89PNG\r\n\x1a\n\x00", ""),
    "nothing": (b"", ""),
    "text": (b"Catatan metodologi.\nSumber: SIAK, 2025; semua wilayah.\n", ""),
}


@pytest.mark.parametrize(("content", "kind"), CLOSED.values(), ids=CLOSED.keys())
def test_what_may_hold_tables_and_what_not(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "lampiran.pdf"
    path.write_bytes(content)
    assert look_into(path) == Attached(kind=kind)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("nama;nik\nA;" + f"\nB;{NIK[0]}\n", ("nik", "nama")),
        ("nomor\ttahun\n" + "".join(f"{nik}\t2025\n" for nik in NIK), ("nomor",)),
        (f"DAFTAR PENERIMA\n\nno;nama;nomor\n1;A;{NIK[0]}\n2;B;{NIK[1]}\n", ("nama", "nomor")),
        (f'[{{"nama": "A", "id": "{NIK[0]}"}}]', ("NIK",)),
        (f"<table><tr><td>{NIK[0]}</td></tr></table>", ("NIK",)),
        ('{"type": "Point", "coordinates": [110.1011708450001, -7.1011708450001]}', ()),
        ("kode_wilayah,jumlah\n64.72,5\n", ()),
    ],
)
def test_persons_in_a_table(tmp_path: Path, text: str, columns: tuple[str, ...]) -> None:
    path = tmp_path / "lampiran.txt"
    path.write_text(text)
    assert set(look_into(path).personal_columns) == set(columns)


def test_lines_are_kept_apart_over_pieces_of_a_long_text(tmp_path: Path) -> None:
    path = tmp_path / "lampiran.json"
    line = '{"a": 1}\n'
    text = line * ((1 << 20) // len(line))
    # The second piece begins with the line of the number.
    path.write_text(text + " " * ((1 << 20) - len(text) - 1) + "\n" + f"{NIK[0]}\n" * 9_000)
    assert look_into(path).personal_columns == ("NIK",)
