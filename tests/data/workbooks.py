"""Workbooks written for tests: of each kind, with errors, dates and formulas that have no value."""

from __future__ import annotations

import datetime as dt
import io
import stat
import struct
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl
import xlwt

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
