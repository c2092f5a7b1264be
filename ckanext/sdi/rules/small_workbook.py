"""A workbook of a few cells, for the examples of rules."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from xml.sax.saxutils import escape, quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
Sheets = Mapping[str, Sequence[Sequence[str | float]]]


def write_workbook(sheets: Sheets, merged: Sequence[str] = ()) -> bytes:
    """An XLSX file.

    :param sheets: the rows of each sheet; a text that begins with # is an error
    :param merged: the ranges that are merged in the first
    """
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    written: dict[str, str] = {}
    for name, rows in sheets.items():
        cells = "".join(_row(line, row) for line, row in enumerate(rows, 1))
        written[name] = f"<sheetData>{cells}</sheetData>"
        if ranges and len(written) == 1:
            written[name] += f"<mergeCells>{ranges}</mergeCells>"
    return workbook_of(written)


def workbook_of(sheets: Mapping[str, str]) -> bytes:
    """An XLSX file.

    :param sheets: what stands in the XML of each sheet
    """
    numbered = list(enumerate(sheets, 1))
    listed = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="r{n}"/>'
                     for n, name in numbered)  # fmt: skip
    parts = {
        "_rels/.rels": _related([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _related(
            [("worksheet", f"worksheets/sheet{n}.xml") for n, _ in numbered]
        ),
    }
    for n, name in numbered:
        sheet = f'<worksheet xmlns="{_MAIN}">{sheets[name]}</worksheet>'
        parts[f"xl/worksheets/sheet{n}.xml"] = sheet
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def _related(targets: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{listed}</Relationships>'


def _row(line: int, row: Sequence[str | float]) -> str:
    cells = [
        _cell(f"{letter}{line}", value)
        for letter, value in zip(ascii_uppercase, row, strict=False)
        if value != ""
    ]
    return f'<row r="{line}">{"".join(cells)}</row>'


def _cell(address: str, value: str | float) -> str:
    if isinstance(value, str) and value.startswith("#"):
        return f'<c r="{address}" t="e"><v>{value}</v></c>'
    if isinstance(value, str):
        return f'<c r="{address}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{address}"><v>{value!r}</v></c>'
