"""Workbooks, packed files, JSON and Parquet, made up, each with the rules that it must break.

``python -m tests.data.bad_workbooks FOLDER`` writes them and the broken CSV files, to be looked at
or uploaded by hand.
"""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import stat
import struct
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import xlwt

from tests.data.bad_files import FILES as CSV_FILES
from tests.data.bad_files import GOOD, HEADER, NEXT, BadFile, text_of

NAMES = HEADER.split(",")
ONE = ["64.72", "0020000014000000", 5, 12.5, dt.date(2024, 12, 31), 2024, True, "Negeri"]
TWO = ["64.71", "0020000014000000", 6, 12.5, dt.date(2024, 12, 31), 2024, False, "Swasta"]
THREE = ["64.74", "0020000014000000", 7, 1.5, dt.date(2024, 12, 31), 2024, False, "Swasta"]
TABLE = [NAMES, ONE, TWO]
# What calamine and a spreadsheet make of 16 digits.
NPWP_AS_NUMBER = [*ONE[:1], 3171011708450001, *ONE[2:]]
# Errors that a formula can end in, with their numbers in old workbooks.
ERRORS: dict[Any, int] = {"#DIV/0!": 0x07, "#REF!": 0x17, "#N/A": 0x2A}
Rows = Sequence[Sequence[Any]]


def xlsx(rows: Rows, merged: Sequence[str] = (), **others: Rows) -> bytes:
    """A workbook; a sheet whose name begins with ``tersembunyi`` is hidden."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, cells in {"Data": rows, **others}.items():
        sheet = book.create_sheet(name)
        for row in cells:
            sheet.append(list(row))
        if name.startswith("tersembunyi"):
            sheet.sheet_state = "hidden"
    for one in merged:
        book["Data"].merge_cells(one)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def xls(rows: Rows) -> bytes:
    """A workbook of the old kind."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Data")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for line, row in enumerate(rows):
        for place, value in enumerate(row):
            style = [day] if isinstance(value, dt.date) else []
            if value in ERRORS:
                sheet.row(line).set_cell_error(place, ERRORS[value])
            else:
                sheet.write(line, place, value, *style)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def xlsb(rows: Rows) -> bytes:
    """A binary workbook; there is no library to write one."""
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    sheet = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Data")
    size = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    lines = b"".join(
        _record(0, struct.pack("<IIHBBBI", line, 0, 300, 0, 0, 0, 0))
        + b"".join(_binary_cell(place, value) for place, value in enumerate(row))
        for line, row in enumerate(rows)
    )
    return packed(
        {
            "[Content_Types].xml": b"<Types/>",
            "xl/workbook.bin": b"".join(
                [_record(131), _record(143), _record(156, sheet), _record(144), _record(132)]
            ),
            "xl/_rels/workbook.bin.rels": relations.encode(),
            "xl/worksheets/sheet1.bin": b"".join(
                [_record(129), _record(148, size), _record(145), lines, _record(146), _record(130)]
            ),
        }
    )


def _record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind] if kind < 0x80 else [kind & 0x7F | 0x80, kind >> 7])
    size = len(data)
    while size > 0x7F:
        head += bytes([size & 0x7F | 0x80])
        size >>= 7
    return head + bytes([size]) + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _binary_cell(place: int, value: Any) -> bytes:
    head = struct.pack("<II", place, 0)
    if value == "#N/A":
        # What a formula came to.
        return _record(11, head + bytes([ERRORS[value], *[0] * 10]))
    if value in ERRORS:
        return _record(3, head + bytes([ERRORS[value]]))
    if isinstance(value, bool):
        return _record(4, head + bytes([value]))
    if isinstance(value, (int, float)):
        return _record(5, head + struct.pack("<d", value))
    return _record(6, head + _wide(str(value)))


def ods(rows: Rows) -> bytes:
    """A workbook of OpenDocument."""
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    name = "urn:oasis:names:tc:opendocument:xmlns"
    lines = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows
    )
    content = (
        f'<office:document-content xmlns:office="{name}:office:1.0" xmlns:table="{name}:table:1.0"'
        ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
        f' xmlns:text="{name}:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="Data">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        f'<m:manifest xmlns:m="{name}:manifest:1.0">'
        f'<m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>'
    )
    return packed(
        {
            "mimetype": kind.encode(),
            "META-INF/manifest.xml": manifest.encode(),
            "content.xml": content.encode(),
        }
    )


def _ods_cell(value: Any) -> str:
    if isinstance(value, bool):
        text = str(value).lower()
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{text}"/>'
    if isinstance(value, (int, float)):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    if isinstance(value, dt.date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
    if value in ("", None):
        return "<table:table-cell/>"
    if str(value).startswith("="):
        # As libraries write a formula: without a value.
        return f'<table:table-cell table:formula="of:{value}" office:value-type="float"/>'
    if value in ERRORS:
        shown = f"<text:p>{value}</text:p></table:table-cell>"
        if value == "#N/A":
            # As other programs than LibreOffice write it.
            return f'<table:table-cell table:formula="of:=NA()" office:value-type="string">{shown}'
        return (
            '<table:table-cell table:formula="of:=1/0" office:value-type="string"'
            f' office:string-value="" calcext:value-type="error">{shown}'
        )
    return (
        f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
    )


def packed(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive; a member whose name ends in ``->`` is a symlink."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name.removesuffix("->"))
            entry.compress_type = method
            if name.endswith("->"):
                entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(entry, data)
    return target.getvalue()


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
    "nul.json": _unreadable(b'[{"kode_kab": "64\\u0000"}]', "nul_cell"),
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
