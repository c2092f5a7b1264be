"""Workbooks, packed files, JSON and Parquet, made up, each with the rules that it must break.

``python -m tests.data.bad_workbooks FOLDER`` writes them and the broken CSV files, to be looked at
or uploaded by hand.
"""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.data.bad_files import FILES as CSV_FILES
from tests.data.bad_files import GOOD, HEADER, NEXT, BadFile, text_of
from tests.data.workbooks import ods, packed, xls, xlsb, xlsx

NAMES = HEADER.split(",")
ONE = ["64.72", "0020000014000000", 5, 12.5, dt.date(2024, 12, 31), 2024, True, "Negeri"]
TWO = ["64.71", "0020000014000000", 6, 12.5, dt.date(2024, 12, 31), 2024, False, "Swasta"]
THREE = ["64.74", "0020000014000000", 7, 1.5, dt.date(2024, 12, 31), 2024, False, "Swasta"]
TABLE = [NAMES, ONE, TWO]
# What calamine and a spreadsheet make of 16 digits.
NPWP_AS_NUMBER = [*ONE[:1], 3171011708450001, *ONE[2:]]


def sheet_xml(cells: str, before: str = "", size: str = "") -> bytes:
    """A workbook with a sheet of one's own making."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    book = io.BytesIO(xlsx([["x"]]))
    sheet = f'{before}<worksheet xmlns="{main}">{size}<sheetData>{cells}</sheetData></worksheet>'
    with zipfile.ZipFile(book) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return packed({**members, "xl/worksheets/sheet1.xml": sheet.encode()})


def records(*rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows as records of JSON."""
    plain = [[str(cell) if isinstance(cell, dt.date) else cell for cell in row] for row in rows]
    return [dict(zip(NAMES, row, strict=True)) for row in plain]


def parquet(**columns: Any) -> bytes:
    """A Parquet file."""
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target)
    return target.getvalue()


def _columns(*rows: Sequence[Any]) -> dict[str, list[Any]]:
    return {name: list(cells) for name, cells in zip(NAMES, zip(*rows, strict=True), strict=True)}


def _bad(data: bytes, *rules: str, **layout: Any) -> BadFile:
    return BadFile(data, frozenset(rules), layout=layout)


def _unreadable(data: bytes, rule: str) -> BadFile:
    return BadFile(data, frozenset({f"table.{rule}"}), readable=False)


def _skipped(why: str, *rows: int) -> list[dict[str, Any]]:
    return [{"why": why, "rows": list(rows)}]


_LIST = json.dumps(records(ONE, TWO)).encode()
_LINES = b"\n".join(json.dumps(one).encode() for one in records(ONE, TWO))
_BOMB = gzip.compress(bytes(80 << 20), 9, mtime=0)
_XML_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {n} "{f"&{p};" * 10}">' for p, n in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
_TWO_CELLS = (
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
)
_GROUPS = [
    ["kode_kab", "npwp", "Nilai", "", "tanggal", "tahun", "aktif", "jenis"],
    ["", "", "jumlah", "luas", "", "", "", ""],
]
_GROUPED = ("table.header_rows", "table.column_missing", "table.column_unknown")
_MERGED = ["C1:D1", *(f"{letter}1:{letter}2" for letter in "ABEFGH")]
_ERRORS = [[*ONE[:3], "#REF!", *ONE[4:]], [*TWO[:3], "#N/A", *TWO[4:]]]
_SIGNED = [
    [], ["Sumber: Dinas Pendidikan"],
    [], ["", "", "", "", "Samarinda, 31 Desember 2024"], ["", "", "", "", "Kepala Dinas"],
    [], ["", "", "", "", "Budi"], ["", "", "", "", "NIP. 19800101 200501 1 001"],
]  # fmt: skip

FILES: dict[str, BadFile] = {
    # Workbooks, right or nearly.
    "buku.xlsx": _bad(xlsx(TABLE), sheet="Data", header_row=1, first_row=2, last_row=3),
    "buku.xls": _bad(xls(TABLE), sheet="Data", header_row=1),
    "buku.ods": _bad(ods(TABLE), sheet="Data", header_row=1),
    "buku_bernama_xls.xls": _bad(xlsx(TABLE), "table.name", format="xlsx"),
    "buku_bernama_csv.csv": _bad(ods(TABLE), "table.name", format="ods"),
    "judul_di_atas.xlsx": _bad(
        xlsx([["Daftar Sekolah"], ["Tahun 2024"], [], *TABLE], ["A1:H1"]),
        "table.title_rows", header_row=4, skipped=_skipped("title", 1, 2),
    ),
    "judul_di_atas.ods": _bad(
        ods([["Daftar Sekolah"], [], *TABLE]), "table.title_rows", header_row=3
    ),
    "mulai_di_kolom_c.xlsx": _bad(xlsx([[None, None, *row] for row in [[], *TABLE][1:]])),
    "judul_bertingkat.xlsx": _bad(xlsx([*_GROUPS, ONE, TWO], _MERGED), *_GROUPED, header_rows=2),
    "judul_bertingkat.ods": _bad(ods([*_GROUPS, ONE, TWO]), *_GROUPED, header_rows=2),
    "judul_bertingkat.xls": _bad(xls([*_GROUPS, ONE, TWO]), *_GROUPED, header_rows=2),
    "nomor_kolom.xlsx": _bad(
        xlsx([NAMES, [f"({n})" for n in range(1, 9)], ONE, TWO]),
        "table.numbers_rows", skipped=_skipped("numbers", 2),
    ),
    "nomor_kolom_negatif.xlsx": _bad(
        xlsx([NAMES, [-n for n in range(1, 9)], ONE, TWO]), "table.numbers_rows", first_row=3
    ),
    "nomor_kolom_angka.xlsx": _bad(
        xlsx([NAMES, list(range(1, 9)), ONE, TWO]), "table.numbers_rows", first_row=3
    ),
    "baris_jumlah.xlsx": _bad(
        xlsx([*TABLE, ["Jumlah", "", 11, 25]]), "table.total_rows", last_row=3
    ),
    "baris_jumlah_kab.xlsx": _bad(
        xlsx([*TABLE, ["Total Kalimantan Timur", "", 11, 25]]), "table.total_rows", last_row=3
    ),
    "tanda_tangan.xlsx": _bad(
        xlsx([*TABLE, *_SIGNED]), "table.note_rows",
        last_row=3, skipped=_skipped("note", 5, 7, 8, 10, 11),
    ),
    "semua.xlsx": _bad(
        xlsx([["Daftar Sekolah"], [], NAMES, [f"({n})" for n in range(1, 9)], ONE, TWO, THREE,
              ["Jumlah", "", 18, 26.5], *_SIGNED]),
        "table.title_rows", "table.numbers_rows", "table.total_rows", "table.note_rows",
        header_row=3, first_row=5, last_row=7,
    ),
    "catatan_langsung.xlsx": _bad(
        xlsx([*TABLE, ["*) angka sementara"]]), "table.note_rows", last_row=3
    ),
    "baris_terakhir_jarang.xlsx": _bad(
        xlsx([*TABLE, ["64.74", "", "", "", "", 2024]]), last_row=4
    ),
    "baris_kosong.xlsx": _bad(xlsx([NAMES, ONE, [], TWO]), "table.blank_rows", last_row=4),
    "dua_lembar.xlsx": _bad(
        xlsx(TABLE, Lama=[NAMES, ONE]), "table.sheets", sheet="Data", other_sheets=["Lama"]
    ),
    "lembar_kedua.xlsx": _bad(xlsx([["Petunjuk"]], Isi=TABLE), sheet="Isi", other_sheets=[]),
    "lembar_tersembunyi.xlsx": _bad(
        xlsx(TABLE, tersembunyi=[*TABLE, THREE]), sheet="Data", other_sheets=[]
    ),
    "isi_digabung.xlsx": _bad(
        xlsx([NAMES, ONE, ["", *TWO[1:]]], ["A2:A3"]), "table.merged", "value.required"
    ),
    "kode_angka.xlsx": _bad(
        xlsx([NAMES, [6472, *ONE[1:]], TWO]), "kode.number"
    ),
    "kode_angka_rusak.xlsx": _bad(
        xlsx([NAMES, ["64.72", 20000014000000, *ONE[2:]], TWO]), "kode.number", "kode.lost_zero"
    ),
    "kode_angka_panjang.xlsx": _bad(
        xlsx([NAMES, NPWP_AS_NUMBER]), "kode.number", "kode.digits_lost", "data_pribadi.column"
    ),
    "kode_angka_panjang.xls": _bad(
        xls([NAMES, NPWP_AS_NUMBER]), "kode.number", "kode.digits_lost", "data_pribadi.column"
    ),
    "galat.xlsx": _bad(
        xlsx([NAMES, *_ERRORS]), "table.error_cells"
    ),
    "rumus_belum_dihitung.xlsx": _bad(
        xlsx([NAMES, [*ONE[:2], "=1+1", *ONE[3:]], TWO]), "table.error_cells"
    ),
    "rumus_belum_dihitung.ods": _bad(
        ods([NAMES, [*ONE[:2], "=1+1", *ONE[3:]], TWO]), "table.error_cells"
    ),
    "galat.xls": _bad(xls([NAMES, *_ERRORS]), "table.error_cells"),
    "galat.xlsb": _bad(xlsb([NAMES, *_ERRORS]), "table.error_cells"),
    "galat.ods": _bad(ods([NAMES, *_ERRORS]), "table.error_cells"),
    "galat_di_lembar_lain.xlsx": _bad(xlsx(TABLE, Lain=[["#REF!"]])),
    "rumus.xlsx": _bad(xlsx([NAMES, [*ONE[:7], "'=cmd|' /C calc'!A0"]]), "value.enum"),
    "judul_aneh.xlsx": _bad(
        xlsx([[*NAMES, "", "100%", 'a"b', "jenis"], [*ONE, 1, 2, 3, 4]]),
        "table.header_empty", "table.column_unknown", "table.header_duplicate",
    ),
    # Workbooks that cannot be read.
    "kosong.xlsx": _unreadable(xlsx([]), "empty"),
    "judul_saja.xlsx": _unreadable(xlsx([NAMES]), "header_only"),
    "bukan_buku.xlsx": _unreadable(packed({"xl/workbook.xml": b"<workbook/>"}), "damaged"),
    "terpotong.xlsx": _unreadable(xlsx(TABLE)[:3000], "damaged"),
    "terpotong.xls": _unreadable(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "damaged"),
    "rusak.ods": _unreadable(
        packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
                "content.xml": b"<office:document"}), "damaged",
    ),
    "web.xlsx": _unreadable(b"<html><table><tr><td>kode_kab</td></tr></table></html>", "html"),
    "teks.xlsx": _bad(text_of(GOOD, NEXT), "table.name"),
    "terkunci.xlsx": _unreadable(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le"),
        "encrypted",
    ),
    "dokumen.docx": _unreadable(
        packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}), "other_format"
    ),
    "dua_sel_berjauhan.xlsx": _unreadable(sheet_xml(_TWO_CELLS), "too_costly"),
    "ukuran_bohong.xlsx": _unreadable(
        sheet_xml(_TWO_CELLS, size='<dimension ref="A1:B2"/>'), "too_costly"
    ),
    "bom_xml.xlsx": _unreadable(
        sheet_xml('<row r="1"><c r="A1" t="inlineStr"><is><t>&i;</t></is></c></row>', _XML_BOMB),
        "damaged",
    ),
    "bom_zip.xlsx": _unreadable(
        packed({"xl/workbook.xml": b"<workbook/>", "xl/media/x.bin": bytes(80 << 20)}), "too_large"
    ),
    "kolom_16384.xlsx": _unreadable(
        xlsx([[f"k{n}" for n in range(16_384)], list(range(16_384))]), "too_many_columns"
    ),
    "sel_panjang.xlsx": _unreadable(
        sheet_xml(
            '<row r="1"><c r="A1" t="inlineStr"><is><t>kode</t></is></c></row><row r="2">'
            f'<c r="A2" t="inlineStr"><is><t>{"x" * (3 << 20)}</t></is></c></row>'
        ),
        "cell_too_long",
    ),
    # Packed.
    "teks.csv.gz": _bad(gzip.compress(text_of(GOOD, NEXT), mtime=0)),
    "teks.zip": _bad(packed({"data.csv": text_of(GOOD, NEXT)})),
    "buku.zip": _bad(packed({"data/": b"", "data/buku.xlsx": xlsx(TABLE)}), format="xlsx"),
    "mac.zip": _bad(packed({"a.csv": text_of(GOOD), "__MACOSX/._a.csv": b"x", ".DS_Store": b"x"})),
    "dua.zip": _unreadable(packed({"a.csv": text_of(GOOD), "b.csv": text_of(NEXT)}), "archive"),
    "kosong.zip": _unreadable(packed({"a/": b""}), "archive"),
    "tautan.zip": _unreadable(packed({"a.csv->": b"/etc/passwd"}), "archive"),
    "lzma.zip": _unreadable(packed({"a.csv": text_of(GOOD)}, zipfile.ZIP_LZMA), "archive"),
    "zip_dalam_zip.zip": _unreadable(
        packed({"a.zip": packed({"a.csv": text_of(GOOD)})}), "other_format"
    ),
    "terpotong.zip": _unreadable(packed({"a.csv": text_of(GOOD)})[:-30], "damaged"),
    "terpotong.csv.gz": _unreadable(gzip.compress(text_of(GOOD), mtime=0)[:-9], "damaged"),
    "bom.csv.gz": _unreadable(_BOMB, "too_large"),
    "bom.zip": _unreadable(packed({"a.csv": bytes(80 << 20)}), "too_large"),
    # JSON.
    "catatan.json": _bad(_LIST, format="json", lines=False),
    "catatan.jsonl": _bad(_LINES, format="json", lines=True),
    "bom.json": _bad(b"\xef\xbb\xbf" + _LIST),
    "kunci_berbeda.jsonl": _bad(
        _LINES + b'\n{"kode_kab": "64.74", "tahun": 2024}\n\n', format="json"
    ),
    "kode_angka.json": _bad(
        json.dumps(records([6472, *ONE[1:]])).encode(), "kode.number"
    ),
    "bukan_daftar.json": _unreadable(b'[["kode_kab"], ["64.72"]]', "json"),
    "satu_objek.json": _unreadable(b'{"a": {"b": 1}}', "nested"),
    "terpotong.json": _unreadable(_LIST[:-20], "json"),
    "terpotong.jsonl": _unreadable(_LINES[:-20], "json"),
    "bertingkat.json": _unreadable(b'[{"kode_kab": ["64.72"]}]', "nested"),
    "kosong.json": _unreadable(b"[]", "empty"),
    "dalam_sekali.json": _unreadable(b"[" * 200_000, "too_costly"),
    "nul.json": _bad(_LIST.replace(b'"64.72"', b'"64.7\\u00002"', 1), "table.nul_cell"),
    "kolom_banyak.json": _unreadable(
        json.dumps([{f"k{n}": n for n in range(2_000)}]).encode(), "too_many_columns"
    ),
    # Parquet.
    "tabel.parquet": _bad(parquet(**_columns(ONE, TWO)), format="parquet"),
    "kosong.parquet": _unreadable(parquet(**{name: pa.array([], pa.string()) for name in NAMES}),
                                  "header_only"),
    "rusak.parquet": _unreadable(b"PAR1" + bytes(50), "damaged"),
    "terpotong.parquet": _unreadable(parquet(**_columns(ONE, TWO))[:-40], "damaged"),
    "bertingkat.parquet": _unreadable(parquet(kode_kab=[["64.72"]]), "nested"),
    "kode_angka.parquet": _bad(
        parquet(**{**_columns(ONE), "kode_kab": [6472.0]}), "kode.number"
    ),
    # Text in other encodings.
    "utf16.csv": _bad(text_of(GOOD, NEXT, encoding="utf-16")),
    "utf16_tanpa_bom.csv": _bad(text_of(GOOD, NEXT, encoding="utf-16-le")),
    "utf16_besar.csv": _bad(text_of(GOOD, NEXT, encoding="utf-16-be")),
    "utf16_rusak.csv": _unreadable(text_of(GOOD, encoding="utf-16") + b"\x00\xd8A\x00", "encoding"),
    "batang.csv": _bad(text_of(GOOD, NEXT).replace(b",", b"|")),
    "baris_dalam_sel.csv": _bad(
        text_of(GOOD, NEXT.replace("Swasta", '"Swas\r\nta"')), "value.enum"
    ),
    "gzip_bernama.csv": _bad(gzip.compress(text_of(GOOD, NEXT), mtime=0), "table.name"),
}  # fmt: skip


def main() -> None:
    """Write all files into the folder named on the command line."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, bad in {**{f"{name}.csv": bad for name, bad in CSV_FILES.items()}, **FILES}.items():
        (folder / name).write_bytes(bad.data)


if __name__ == "__main__":
    main()
