"""A person's own workbook with what was found in it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from python_calamine import CalamineWorkbook

from ckanext.sdi.check.sheet import RELATION
from ckanext.sdi.rules.small_workbook import write_workbook
from tests.check.test_annotate import annotated
from tests.data.workbooks import packed


class TestOwnWorkbook:
    """An XLSX workbook comes back as the person made it, with what was found added to it."""

    def made(self, folder: Path) -> tuple[bytes, bytes]:
        """A workbook with all sorts of things in it, and the same annotated."""
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.title = "Data O'Brien"
        sheet.append(["Judul"])
        sheet.append([])
        for row in (["kode", "nama", "jumlah"], ["01", "b", 5], ["02", "c", "lima"], ["03", "d"]):
            sheet.append(row)
        sheet["A5"].number_format = "0000"
        sheet["C5"].number_format = "#,##0.00"
        sheet["C5"].font = Font(italic=True)
        sheet["C5"].fill = PatternFill("solid", fgColor="FF00FF00")
        sheet["C11"] = "=SUM(C4:C5)"
        sheet["B5"].comment = Comment("Lihat berkas asal", "x")
        sheet.column_dimensions["B"].width = 33
        sheet.freeze_panes = "A4"
        sheet.conditional_formatting.add("C4:C9", CellIsRule("greaterThan", ["9"], font=Font()))
        other = book.create_sheet("tasks")
        other["A1"] = "catatan sendiri"
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=3, min_row=3, max_row=5), titles_from_data=True)
        other.add_chart(chart, "C3")
        target = io.BytesIO()
        book.save(target)
        # As a spreadsheet keeps a formula, with its last value.
        content = edited(
            target.getvalue(), "xl/worksheets/sheet1.xml",
            lambda text: text.replace(b"<f>SUM(C4:C5)</f><v></v>", b"<f>SUM(C4:C5)</f><v>5</v>")
            .replace(b"<f>SUM(C4:C5)</f><v />", b"<f>SUM(C4:C5)</f><v>5</v>"),
        )  # fmt: skip
        return content, annotated(folder, content, "a.xlsx", as_sheet=True)

    def test_every_untouched_part_is_the_same(self, tmp_path: Path) -> None:
        before, after = map(parts, self.made(tmp_path))
        changed = {name for name in before if before[name] != after[name]}
        assert changed == {
            "[Content_Types].xml",
            "xl/workbook.xml",
            "xl/_rels/workbook.xml.rels",
            "xl/styles.xml",
            "xl/worksheets/sheet1.xml",
        }
        assert after.keys() - before.keys() == {"xl/worksheets/sdi.xml"}

    def test_every_untouched_cell_is_the_same(self, tmp_path: Path) -> None:
        before, after = self.made(tmp_path)
        cells_before, cells_after = map(cells_of, (before, after))
        assert {one for one in cells_before if cells_before[one] != cells_after[one]} == {"C5"}
        assert b"<f>SUM(C4:C5)</f><v>5</v>" in cells_before["C11"]
        assert cells_after.keys() - cells_before.keys() == {"D3", "D5"}

    def test_what_is_marked_keeps_its_other_formats(self, tmp_path: Path) -> None:
        _, after = self.made(tmp_path)
        book = openpyxl.load_workbook(io.BytesIO(after))
        assert book.sheetnames == ["Data O'Brien", "tasks", "Tasks 2"]
        sheet = book["Data O'Brien"]
        marked = sheet["C5"]
        assert (marked.value, marked.number_format, marked.font.i) == ("lima", "#,##0.00", True)
        assert marked.fill.fgColor.rgb == "FFFFC7CE"
        assert sheet["A5"].number_format == "0000"
        assert sheet["A4"].fill.fgColor.rgb != "FFFFC7CE"
        assert sheet["D5"].value.startswith("Cell Data O'Brien!C5, column jumlah")
        assert sheet["D3"].font.b
        assert sheet.column_dimensions["B"].width == 33
        assert sheet.column_dimensions["D"].width > 33
        assert book["Tasks 2"]["E2"].hyperlink.location == "'Data O''Brien'!C5"
        rows = CalamineWorkbook.from_filelike(io.BytesIO(after)).get_sheet_by_name("Data O'Brien")
        assert rows.to_python()[4][:3] == ["02", "c", "lima"]

    def test_cells_that_are_missing_are_marked_in_their_place(self, tmp_path: Path) -> None:
        rows = [["kode", "nama", "jumlah"], ["01", "b", 5], ["", "c", 6], ["", "d", 7]]
        content = edited(
            write_workbook({"S": rows}), "xl/styles.xml", lambda _: STYLES, add="styles"
        )
        # Written without what may be left out.
        content = edited(content, "xl/worksheets/sheet1.xml",
                         lambda text: re.sub(rb' r="[A-Z]?1"', b"", text))  # fmt: skip
        after = annotated(tmp_path, content, "a.xlsx", as_sheet=True)
        sheet = openpyxl.load_workbook(io.BytesIO(after))["S"]
        assert [cell.value for cell in sheet[3]][:3] == [None, "c", 6]
        marks = [cell.coordinate for row in sheet.iter_rows() for cell in row
                 if cell.fill.fgColor.rgb == "FFFFC7CE"]  # fmt: skip
        assert marks == ["A3", "A4"]
        assert sheet["D4"].value.startswith("Cell A4")

    @pytest.mark.parametrize(
        ("part", "edit"),
        [
            (
                "[Content_Types].xml",
                lambda text: text.replace(MAIN, b"application/vnd.ms-excel.template.macroEnabled"),
            ),
            ("xl/styles.xml", lambda _: b"<styleSheet/>"),
            (
                "xl/worksheets/sheet1.xml",
                lambda text: text.replace(b"<sheetData>", b"<sheetData >"),
            ),
        ],
    )
    def test_another_build_is_written_anew_and_says_so(
        self, part: str, edit: Callable[[bytes], bytes], tmp_path: Path
    ) -> None:
        content, _ = self.made(tmp_path)
        after = annotated(tmp_path, edited(content, part, edit), "a.xlsx", as_sheet=True)
        book = openpyxl.load_workbook(io.BytesIO(after))
        assert book.sheetnames == ["Data O Brien", "Tasks"]
        assert "written anew" in str([cell.value for cell in book["Tasks"]["B"]])

    def test_macros_stay(self, tmp_path: Path) -> None:
        content, _ = self.made(tmp_path)
        macros = (
            b'<Override PartName="/xl/vbaProject.bin"'
            b' ContentType="application/vnd.ms-office.vbaProject"/></Types>'
        )
        content = edited(
            content,
            "[Content_Types].xml",
            lambda text: text.replace(
                MAIN, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
            ).replace(b"</Types>", macros),
        )
        project = bytes(range(256)) * 300
        content = edited(content, "xl/vbaProject.bin", lambda _: project)
        after = annotated(tmp_path, content, "a.xlsm", as_sheet=True)
        assert parts(after)["xl/vbaProject.bin"] == project
        book = openpyxl.load_workbook(io.BytesIO(after), keep_vba=True)
        assert book.sheetnames == ["Data O'Brien", "tasks", "Tasks 2"]
        assert book["Data O'Brien"]["C5"].fill.fgColor.rgb == "FFFFC7CE"

    def test_many_rows(self, tmp_path: Path) -> None:
        rows: list[list[Any]] = [["kode", "nama", "jumlah"]]
        rows += [[f"{n:05}", "x" * 60, n if n % 3 else "tiga"] for n in range(9_000)]
        content = edited(
            write_workbook({"S": rows}), "xl/styles.xml", lambda _: STYLES, add="styles"
        )
        after = annotated(tmp_path, content, "a.xlsx", as_sheet=True)
        assert "xl/worksheets/sdi.xml" in parts(after)
        told = CalamineWorkbook.from_filelike(io.BytesIO(after)).get_sheet_by_name("S").to_python()
        assert [row[:3] for row in told] == [[*row[:2], row[2]] for row in rows]
        assert all(bool(row[3]) == (row[2] == "tiga") for row in told[1:])


MAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
STYLES = (
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font><sz val="11"/></font></fonts><fills count="2">'
    b'<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
    b'</fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/>'
    b'</cellStyleXfs><cellXfs count="1"><xf xfId="0"/></cellXfs></styleSheet>'
)


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def edited(content: bytes, part: str, edit: Callable[[bytes], bytes], *, add: str = "") -> bytes:
    """A workbook with one part changed, or added as one of a kind."""
    members = parts(content)
    members[part] = edit(members.get(part, b""))
    if add:
        relation = RELATION.format(id="own", kind=add, target=f"{add}.xml").encode()
        name = "xl/_rels/workbook.xml.rels"
        members[name] = members[name].replace(b"</Relationships>", relation + b"</Relationships>")
        members["[Content_Types].xml"] = (
            b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
            b'.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
            b'<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
            b'officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml"'
            b' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.'
            b'styles+xml"/></Types>'
        )
    return packed(members)


def cells_of(content: bytes) -> dict[str, bytes]:
    """The cells of the first sheet as they are written."""
    text = parts(content)["xl/worksheets/sheet1.xml"]
    cells = re.finditer(rb'<c r="([A-Z]+[0-9]+)"[^>]*?(?:/>|>.*?</c>)', text)
    return {cell[1].decode(): cell.group() for cell in cells}
