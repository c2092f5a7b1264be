"""A workbook written as it goes, in flat memory: its first bytes are there before its last rows.

Cells stand where they are told to stand; a text stays a text, one that a spreadsheet would take for
a formula too.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from ckanext.sdi.check.block import column_letters
from ckanext.sdi.check.cells import DATE, NUMBER, ROUNDED, TRUTH
from ckanext.sdi.check.write import FORMULA

MOST_ROWS, MOST_BYTES = 1_048_576, (1 << 31) - (1 << 20)
"""What a sheet holds, and what its part of the workbook may have."""
LONGEST = 32_767
BYTES_OF_CELL = 90
"""So much is written around the text of a cell."""
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
PLAIN, _DATE, QUOTED, HEAD, WRAPPED = range(5)
_MARKED = 5
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
OVERRIDE = f'<Override PartName="/xl/{{part}}" ContentType="{_TYPES}.worksheet+xml"/>'
RELATION = f'<Relationship Id="{{id}}" Type="{OFFICE}/{{kind}}" Target="{{target}}"/>'
FORMATS = (
    '<xf xfId="0" fontId="0" borderId="0" {fill}/>',
    '<xf xfId="0" fontId="0" borderId="0" {fill} numFmtId="{day}" applyNumberFormat="1"/>',
    '<xf xfId="0" fontId="0" borderId="0" {fill} quotePrefix="1"/>',
    '<xf xfId="0" fontId="{bold}" borderId="0" {fill} applyFont="1" quotePrefix="1"/>',
    '<xf xfId="0" fontId="0" borderId="0" {fill} quotePrefix="1"><alignment wrapText="1"/></xf>',
)
BOLD = '<font><b/><sz val="11"/><name val="Calibri"/></font>'
FILL = '<fill><patternFill patternType="solid"><fgColor rgb="FFFFC7CE"/></patternFill></fill>'
_FIRST_DAY = dt.date(1899, 12, 30)
_SAFE_DATE = dt.date(1900, 3, 1)


@dataclass(frozen=True)
class Row:
    """A row of a sheet.

    :param line: its number, from 1
    :param texts: what stands in its cells
    :param kinds: what those are (see ``cells``); none: texts
    :param columns: the numbers of their columns, from 0; none: one after the other
    :param marked: the columns of the cells that are marked
    :param is_head: whether it is a head
    :param wraps: whether its cells show more than one line
    """

    line: int
    texts: Sequence[str]
    kinds: Sequence[int] | None = None
    columns: Sequence[int] | None = None
    marked: Collection[int] = ()
    is_head: bool = False
    wraps: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet.

    :param rows: in the order of their lines
    :param widths: of columns, by their numbers from 0, in signs
    :param frozen: the line above which nothing moves when one scrolls
    :param links: the addresses of cells, with the address in the workbook that each leads to
    :param first_style: the number in the workbook of the first of ``FORMATS``
    """

    name: str
    rows: Iterable[Row]
    widths: dict[int, int] = field(default_factory=dict)
    frozen: int = 0
    links: dict[str, str] = field(default_factory=dict)
    first_style: int = 0


class Target:
    """What the archive writes to; it cannot be wound back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def written(sheets: Sequence[Sheet]) -> Iterator[bytes]:
    """A workbook, piece by piece."""
    target = Target()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:  # pyright: ignore[reportArgumentType, reportCallIssue]
        for name, content in _frame([sheet.name for sheet in sheets]).items():
            archive.writestr(name, content)
        for number, sheet in enumerate(sheets, 1):
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
                for text in sheet_xml(sheet):
                    part.write(text.encode())
                    yield target.taken()
    yield target.taken()


def formats_xml(*, bold: int, fill: int, day: int) -> str:
    """The formats of cells, then those of marked cells.

    :param bold: the number of the font ``BOLD``, ``fill`` that of ``FILL``, and ``day`` that of a
        format of dates
    """
    fills = ('fillId="0"', f'fillId="{fill}" applyFill="1"')
    return "".join(one.format(fill=f, bold=bold, day=day) for f in fills for one in FORMATS)


def _frame(names: Sequence[str]) -> dict[str, str]:
    numbered = list(enumerate(names, 1))
    formats = formats_xml(bold=1, fill=2, day=164)
    parts = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
            + "".join(OVERRIDE.format(part=f"worksheets/sheet{n}.xml") for n, _ in numbered)
            + "</Types>"
        ),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/_rels/workbook.xml.rels": _relations(
            [("worksheet", f"worksheets/sheet{n}.xml") for n, _ in numbered]
            + [("styles", "styles.xml")]
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{OFFICE}"><sheets>'
            + "".join(
                f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="r{n}"/>' for n, name in numbered
            )
            + "</sheets></workbook>"
        ),
        "xl/styles.xml": (
            f'<styleSheet xmlns="{_MAIN}">'
            '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
            '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
            f"{BOLD}</fonts>"
            '<fills count="3"><fill><patternFill patternType="none"/></fill>'
            '<fill><patternFill patternType="gray125"/></fill>'
            f"{FILL}</fills>"
            '<borders count="1"><border/></borders>'
            '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
            f'<cellXfs count="{2 * len(FORMATS)}">{formats}</cellXfs></styleSheet>'
        ),
    }
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return {name: head + content for name, content in parts.items()}


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        RELATION.format(id=f"r{n}", kind=kind, target=target)
        for n, (kind, target) in enumerate(targets, 1)
    )
    names = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{names}">{listed}</Relationships>'


def sheet_xml(sheet: Sheet) -> Iterator[str]:
    """The part of a workbook that is a sheet, piece by piece."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{_MAIN}">'
    if sheet.frozen:
        yield (
            f'<sheetViews><sheetView workbookViewId="0"><pane ySplit="{sheet.frozen}"'
            f' topLeftCell="A{sheet.frozen + 1}" state="frozen"/></sheetView></sheetViews>'
        )
    if sheet.widths:
        widths = "".join(
            f'<col min="{n + 1}" max="{n + 1}" width="{width}" customWidth="1"/>'
            for n, width in sorted(sheet.widths.items())
        )
        yield f"<cols>{widths}</cols>"
    yield "<sheetData>"
    letters: list[str] = []
    held: list[str] = []
    for row in sheet.rows:
        wanted = max(row.columns or (len(row.texts),), default=0) + 1
        letters += [column_letters(place) for place in range(len(letters), wanted)]
        held.append(_row(row, letters, sheet.first_style))
        if len(held) == 500:
            yield "".join(held)
            held = []
    yield "".join(held) + "</sheetData>"
    if sheet.links:
        links = "".join(
            f'<hyperlink ref="{cell}" location={quoteattr(target)}/>'
            for cell, target in sheet.links.items()
        )
        yield f"<hyperlinks>{links}</hyperlinks>"
    yield "</worksheet>"


def _row(row: Row, letters: Sequence[str], first_style: int) -> str:
    columns = row.columns or range(len(row.texts))
    kinds = row.kinds or (0,) * len(row.texts)
    cells = [
        cell_xml(f"{letters[column]}{row.line}", text, kind, _style(row, column), first_style)
        for column, text, kind in zip(columns, row.texts, kinds, strict=True)
        if text or column in row.marked
    ]
    return f'<row r="{row.line}">{"".join(cells)}</row>'


def _style(row: Row, column: int) -> int:
    style = HEAD if row.is_head else WRAPPED if row.wraps else PLAIN
    return style + _MARKED if column in row.marked else style


def cell_xml(address: str, text: str, kind: int, style: int, first: int = 0) -> str:
    """A cell.

    :param style: its number in ``FORMATS``, after which those of marked cells come
    :param first: the number in the workbook of the first of them
    """
    if kind in (NUMBER, ROUNDED):
        return f'<c r="{address}" s="{first + style}"><v>{text}</v></c>'
    if kind == TRUTH:
        return f'<c r="{address}" s="{first + style}" t="b"><v>{int(text == "TRUE")}</v></c>'
    if kind == DATE and (serial := _serial(text)):
        return f'<c r="{address}" s="{first + style + _DATE}"><v>{serial}</v></c>'
    if text.startswith(FORMULA) and style in (PLAIN, PLAIN + _MARKED):
        style += QUOTED
    text = text[:LONGEST]
    if not text.isalnum():
        text = escape(_ODD.sub(_spelt, text))
    content = f'<is><t xml:space="preserve">{text}</t></is>'
    return f'<c r="{address}" s="{first + style}" t="inlineStr">{content}</c>'


def _spelt(found: re.Match[str]) -> str:
    """A sign that XML does not have, as spreadsheets spell it."""
    sign = found.group()
    return f"_x{ord(sign):04X}_" if len(sign) == 1 else f"_x005F{sign}"


def _serial(text: str) -> int | None:
    """The number of a day as spreadsheets count; none for what has a time, or is too long ago."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return (day - _FIRST_DAY).days if day >= _SAFE_DATE else None
