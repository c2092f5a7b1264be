"""Broken CSV files, made up, each with the rules that it must break and no others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "kode_kab", "constraints": {"required": True},
         "sdi": {"code": "kode_wilayah", "level": "kab_kota"}},
        {"name": "npwp", "sdi": {"code": "npwp"}},
        {"name": "jumlah", "type": "integer", "constraints": {"minimum": 0}},
        {"name": "luas", "type": "number"},
        {"name": "tanggal", "type": "date"},
        {"name": "tahun", "type": "year"},
        {"name": "aktif", "type": "boolean"},
        {"name": "jenis", "constraints": {"enum": ["Negeri", "Swasta"]}},
    ],
    "primaryKey": ["kode_kab", "tahun"],
    "sdi": {"reference_date": {"column": "tahun"}},
}  # fmt: skip
HEADER = "kode_kab,npwp,jumlah,luas,tanggal,tahun,aktif,jenis"
GOOD = "64.72,0020000014000000,5,12.5,2024-12-31,2024,Ya,Negeri"
NEXT = "64.71,0020000014000000,6,12.5,2024-12-31,2024,Tidak,Swasta"


@dataclass(frozen=True)
class BadFile:
    """A file and what must be said of it.

    :param readable: false where no row can be judged
    :param layout: what must be said of how it was read
    """

    data: bytes
    rules: frozenset[str]
    readable: bool = True
    layout: Mapping[str, Any] = field(default_factory=dict)


def text_of(*lines: str, encoding: str = "utf-8", ending: str = "\n") -> bytes:
    """A CSV of the header and some lines."""
    return (ending.join([HEADER, *lines]) + ending).encode(encoding)


def _cell(column: str, text: str) -> bytes:
    """Two right rows, with one cell of the second replaced."""
    cells: dict[str, str] = dict(zip(HEADER.split(","), NEXT.split(","), strict=True))
    cells[column] = text
    return text_of(GOOD, ",".join(cells.values()))


def _bad(data: bytes, *rules: str, readable: bool = True) -> BadFile:
    return BadFile(data, frozenset(rules), readable)


def _unreadable(data: bytes, rule: str) -> BadFile:
    return _bad(data, f"table.{rule}", readable=False)


FILES: dict[str, BadFile] = {
    # Right in spite of their looks.
    "baik": _bad(text_of(GOOD, NEXT)),
    "bom": _bad(text_of(GOOD, encoding="utf-8-sig")),
    "titik_koma": _bad(text_of(GOOD, NEXT).replace(b",", b";")),
    "tab": _bad(text_of(GOOD, NEXT).replace(b",", b"\t")),
    "crlf": _bad(text_of(GOOD, NEXT, ending="\r\n")),
    "cr": _bad(text_of(GOOD, NEXT, ending="\r")),
    "tanpa_baris_akhir": _bad(text_of(GOOD).rstrip()),
    "ctrl_z": _bad(text_of(GOOD, "\x1a")),
    "kode_tanpa_titik": _bad(_cell("kode_kab", "6471")),
    "baris_kosong": _bad(text_of(GOOD, "", ",,,,,,,", NEXT), "table.blank_rows"),
    "judul_besar": _bad(
        text_of(GOOD).replace(b"kode_kab", b"Kode Kab").replace(b"luas", b"LUAS"),
        "table.column_spelling",
    ),
    "windows": _bad(text_of(GOOD, encoding="cp1252").replace(b"Negeri", b"Neg\xe9ri"),
                    "table.cp1252", "value.enum"),
    # No table at all.
    "kosong": _unreadable(b"", "empty"),
    "spasi": _unreadable(b" \r\n\r\n", "empty"),
    "bom_saja": _unreadable(b"\xef\xbb\xbf", "empty"),
    "judul_saja": _unreadable(text_of(), "header_only"),
    "html": _unreadable(b"<html><body><h1>502 Bad Gateway</h1></body></html>", "html"),
    "html_tabel": _unreadable(b"\n<table><tr><td>kode_kab</td></tr></table>", "html"),
    "xhtml": _unreadable(b'<?xml version="1.0"?><html></html>', "html"),
    "xml": _unreadable(b'<?xml version="1.0"?><data/>', "other_format"),
    "pdf": _unreadable(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "other_format"),
    "png": _unreadable(b"\x89PNG\r\n\x1a\n" + bytes(50), "other_format"),
    "nul": _unreadable(text_of(GOOD, "64.\x0071,,,,,,,"), "nul"),
    "byte_asing": _unreadable(text_of(GOOD) + b"\x81\x8d,,,,,,,\n", "encoding"),
    "satu_baris": _unreadable(text_of(GOOD) + b"x" * (3 << 20), "line_too_long"),
    "kolom_16384": _unreadable(b",".join(b"k%d" % n for n in range(16_384)), "too_many_columns"),
    "kutip_judul": _unreadable(b'kode_kab,"npwp\n64.72,1\n', "quote"),
    # Wrong rows and headers.
    "kutip_terbuka": _bad(text_of(GOOD) + b'64.71,,6,,,2024,,"Swasta\n', "table.quote",
                          "value.enum"),
    "kutip_di_tengah": _bad(text_of(GOOD) + b'64.71,,"6,,,2024,,Swasta\n', "table.quote"),
    "baris_pendek": _bad(text_of(GOOD, "64.71,,6"), "table.ragged"),
    "baris_panjang": _bad(text_of(GOOD, NEXT + ",lebih"), "table.ragged"),
    "koma_tanpa_kutip": _bad(text_of(GOOD, NEXT.replace("12.5", "12,5")), "table.ragged"),
    "judul_ganda": _bad(text_of(GOOD + ",x").replace(b",jenis", b",jenis,jenis"),
                        "table.header_duplicate"),
    "judul_kosong": _bad(text_of(GOOD + ",x").replace(b",jenis", b",jenis,"), "table.header_empty"),
    "kolom_kurang": _bad(text_of(GOOD).replace(b"luas", b"lain"),
                         "table.column_missing", "table.column_unknown"),
    "kolom_asing": _bad(text_of(GOOD + ",x").replace(b",jenis", b",jenis,catatan"),
                        "table.column_unknown"),
    "kunci_ganda": _bad(text_of(GOOD, GOOD), "table.primary_key"),
    # Wrong cells.
    "wajib": _bad(_cell("kode_kab", ""), "value.required"),
    "wilayah_tak_dikenal": _bad(_cell("kode_kab", "64.99"), "kode.unknown"),
    "wilayah_lama": _bad(_cell("kode_kab", "64.04"), "kode_wilayah.retired"),
    "wilayah_tingkat": _bad(_cell("kode_kab", "64.71.01"), "kode_wilayah.level"),
    "npwp_pendek": _bad(_cell("npwp", "123"), "npwp.length"),
    "bulat_koma": _bad(_cell("jumlah", '"1,5"'), "integer.form"),
    "bulat_titik_nol": _bad(_cell("jumlah", "6.0"), "integer.decimal_zero"),
    "bulat_satuan": _bad(_cell("jumlah", "6 orang"), "integer.form"),
    "bulat_besar": _bad(_cell("jumlah", "9" * 25), "integer.range"),
    "bulat_negatif": _bad(_cell("jumlah", "-6"), "value.minimum"),
    "strip": _bad(_cell("jumlah", "-"), "value.placeholder"),
    "rumus": _bad(_cell("jumlah", "=cmd|' /C calc'!A0"), "integer.form"),
    "angka_indonesia": _bad(_cell("luas", '"1.234,56"'), "number.notation"),
    "angka_rupiah": _bad(_cell("luas", "Rp5.000"), "number.form"),
    "angka_besar": _bad(_cell("luas", "1e9999999"), "number.form"),
    "angka_galat": _bad(_cell("luas", "#REF!"), "table.error_cells"),
    "teks_galat": _bad(_cell("jenis", "#N/A"), "table.error_cells"),
    "tanggal_lain": _bad(_cell("tanggal", "31/12/2024"), "date.form"),
    "tanggal_mustahil": _bad(_cell("tanggal", "2024-02-30"), "date.impossible"),
    "tanggal_serial": _bad(_cell("tanggal", "45657"), "date.form"),
    "tahun_ajaran": _bad(_cell("tahun", "2024/2025"), "year.form"),
    "tahun_titik_nol": _bad(_cell("tahun", "2024.0"), "integer.decimal_zero"),
    "ya_tidak": _bad(_cell("aktif", "mungkin"), "boolean.form"),
    "pilihan": _bad(_cell("jenis", "negeri "), "value.enum"),
    "nik_di_luar_kolom": _bad(
        _cell("jenis", "3171011708450001"), "value.enum", "data_pribadi.column"
    ),
}  # fmt: skip
