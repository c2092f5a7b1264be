"""A person's own file with what was found in it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from ckanext.sdi.check import annotate, annotate_sheet, kept
from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table import open_table
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.check.tasks import tasks_of
from ckanext.sdi.rules.small_workbook import write_workbook

SCHEMA = TableSchema.from_dict(
    {
        "fields": [
            {"name": "kode", "type": "string", "constraints": {"required": True}},
            {"name": "nama", "type": "string"},
            {"name": "jumlah", "type": "integer"},
        ]
    }
)


def annotated(
    folder: Path, content: bytes, name: str = "a.csv", *, as_sheet: bool = False
) -> bytes:
    source = folder / name
    source.write_bytes(content)
    with kept.keeper(folder / "temuan", folder / "baris") as keeper:
        report = check_table(source, SCHEMA, batches=keeper)
    batches = kept.read_task(folder / "temuan", None)
    with open_table(source) as table:
        if as_sheet:
            annotate_sheet.require_fits(table, report.rows, report.blank_rows, str)
            tasks = tasks_of(report, str)
            ending, pieces = annotate_sheet.annotated_sheet(table, batches, tasks, str)
            assert ending == ("xlsm" if name == "a.xlsm" else "xlsx")
            return b"".join(pieces)
        return b"".join(annotate.annotated_csv(table, batches, str))


def without_findings(content: bytes, delimiter: bytes = b";") -> list[bytes]:
    """The lines of an annotated file up to their last delimiter outside the sentence."""
    return [line.partition(delimiter + b'"')[0].rstrip(delimiter) for line in content.split(b"\n")]


class TestCsv:
    @pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
    def test_every_byte_stays(self, tmp_path: Path, end: bytes) -> None:
        lines = [
            b"kode;nama;jumlah",
            b'"01"; "a" ;1',
            b'02;"b""c; d";x',
            b"",
            b'03;=cmd|"x"!A1;2',
            b"04;e;y",
        ]
        made = annotated(tmp_path, end.join(lines) + end)
        assert made.startswith(b"\xef\xbb\xbf")
        told = made[3:].split(end)
        assert told[0] == lines[0] + b';"Findings"'
        assert told[1] == lines[1] + b";"
        assert told[2].startswith(lines[2] + b';"Cell C3, column jumlah: ')
        assert told[3] == b""
        assert told[4] == lines[4] + b";"
        assert told[5].startswith(lines[5] + b';"Cell C6, column jumlah: ')
        assert told[6:] == [b""]

    def test_no_line_end_at_the_end(self, tmp_path: Path) -> None:
        made = annotated(tmp_path, b"kode,nama,jumlah\n1,b,x")
        assert made.splitlines()[-1].startswith(b'1,b,x,"Cell C2')
        assert not made.endswith(b"\n")

    def test_cells_of_several_lines(self, tmp_path: Path) -> None:
        made = annotated(tmp_path, b'kode,nama,jumlah\n1,"b\n\nc",1\n2,d,x\n')
        rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
        assert [row[:3] for row in rows[1:]] == [["1", "b\n\nc", "1"], ["2", "d", "x"]]
        assert [row[3][:8] for row in rows[1:]] == ["", "Cell C3,"]

    def test_the_letters_of_windows_stay(self, tmp_path: Path) -> None:
        made = annotated(tmp_path, "kode,nama,jumlah\n1,caf\xe9,\u201cx\u201d\n".encode("cp1252"))
        assert b'1,caf\xe9,\x93x\x94,"Cell C2' in made
        assert not made.startswith(b"\xef\xbb\xbf")

    def test_a_record_that_is_too_short_or_too_long(self, tmp_path: Path) -> None:
        made = annotated(tmp_path, b"kode,nama,jumlah\n1,b\n1,b,2,d\n1,b,2\n")
        rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
        assert rows[1][:3] == ["1", "b", ""]
        assert rows[1][3].startswith("Row 1 (line A2)")
        assert rows[2][:4] == ["1", "b", "2", "d"]
        assert rows[2][4].startswith("Row 2 (line A3)")
        assert rows[3] == ["1", "b", "2", ""]

    def test_what_is_wrong_with_the_whole_file_stands_in_the_head(self, tmp_path: Path) -> None:
        made = annotated(tmp_path, b"kode,nama\n1,b\n")
        head = next(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
        assert head[2].startswith("Findings. On the whole file: ")
        assert "jumlah" in head[2]

    def test_a_row_with_very_many_findings_says_so(self, tmp_path: Path) -> None:
        names = [f"c{n}" for n in range(30)]
        fields = [{"name": name, "type": "integer"} for name in names]
        source = tmp_path / "a.csv"
        source.write_text(",".join(names) + "\n" + ",".join(["tujuh"] * 30) + "\n")
        with kept.keeper(tmp_path / "temuan", tmp_path / "baris") as keeper:
            check_table(source, TableSchema.from_dict({"fields": fields}), batches=keeper)
        with open_table(source) as table:
            pieces = annotate.annotated_csv(table, kept.read_task(tmp_path / "temuan", None), str)
            made = b"".join(pieces).decode()
        assert made.count("is not a whole number") == annotate.MOST
        assert "And 10 more in this row." in made

    def test_a_workbook_as_csv(self, tmp_path: Path) -> None:
        book = write_workbook({"S": [["kode", "nama", "jumlah"], ["01", "=1+1", "x"]]})
        rows = list(
            csv.reader(io.StringIO(annotated(tmp_path, book, "a.xlsx").decode("utf-8-sig")))
        )
        assert rows[1][:3] == ["01", "'=1+1", "x"]
        assert rows[1][3].startswith("Cell C2")

    def test_many_rows_in_their_order(self, tmp_path: Path) -> None:
        count = 20_000
        text = "kode,nama,jumlah\n" + "".join(f"{n},,x{n}\n" for n in range(count))
        rows = list(csv.reader(io.StringIO(annotated(tmp_path, text.encode()).decode("utf-8-sig"))))
        assert len(rows) == count + 1
        assert all(f"x{n}" in row[3] for n, row in enumerate(rows[1:]))


class TestSheet:
    def book(self, made: bytes) -> Any:
        return openpyxl.load_workbook(io.BytesIO(made))

    def test_cells_are_marked_where_they_stand(self, tmp_path: Path) -> None:
        content = [["Judul"], [], ["", "kode", "nama", "jumlah"], ["", "01", "b", "x"]]
        content += [["", "02", "c", 5.5]]
        made = annotated(tmp_path, write_workbook({"Data 1": content}), "a.xlsx", as_sheet=True)
        data = self.book(made)["Data 1"]
        assert [data[cell].value for cell in ("B3", "C3", "D3", "E3")] == [
            "kode",
            "nama",
            "jumlah",
            data["E3"].value,
        ]
        assert [data[cell].value for cell in ("B4", "C4", "D4")] == ["01", "b", "x"]
        assert data["D5"].value == 5.5
        marked = {
            cell.coordinate
            for row in data.iter_rows()
            for cell in row
            if cell.fill.fgColor.rgb == "FFFFC7CE"
        }
        assert marked == {"D4", "D5"}
        assert data["E4"].value.startswith("Cell D4, column jumlah")

    def test_the_sheet_of_tasks(self, tmp_path: Path) -> None:
        made = annotated(tmp_path, b"kode,nama,jumlah\n1,b,satu\n1,b,dua\n", as_sheet=True)
        tasks = self.book(made)["Tasks"]
        assert [cell.value for cell in tasks[1]][:4] == [
            "Weight",
            "What is wrong",
            "Column",
            "How often",
        ]
        assert [cell.value for cell in tasks[2]][2:5] == ["jumlah", 2, "C2"]
        assert tasks["E2"].hyperlink.location == "'Data'!C2"

    def test_a_csv_with_all_that_stands_in_it(self, tmp_path: Path) -> None:
        odd = "a & <b> \u201cc\u201d _x0041_ \x0b"
        text = f"kode,nama,jumlah\n\n0012,{odd},x\n1,b\n\n=1+1, c,3,4\n"
        source = "\ufeff" + text
        made = annotated(tmp_path, source.encode(), as_sheet=True)
        data = self.book(made).worksheets[0]
        rows = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(0).to_python()
        assert rows[2][0] == "0012"
        assert data["A6"].value == "=1+1"
        assert (data["A6"].data_type, data["A6"].quotePrefix) == ("s", True)
        assert data["A3"].value == "0012"
        assert [cell.value for cell in data[4]][:2] == ["1", "b"]
        assert [cell.value for cell in data[6]][1:4] == [" c", "3", "4"]
        assert "Row 2" in [cell.value for cell in data[4]][3]
        assert "Row 3" in [cell.value for cell in data[6]][4]

    def test_dates_numbers_and_truths_stay_what_they_are(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.append(["kode", "nama", "jumlah"])
        sheet.append([True, dt.date(2025, 12, 31), 0.1])
        target = io.BytesIO()
        book.save(target)
        made = annotated(tmp_path, target.getvalue(), "a.xlsx", as_sheet=True)
        row = [cell.value for cell in self.book(made).worksheets[0][2]]
        assert [row[0], row[1].date(), row[2]] == [True, dt.date(2025, 12, 31), 0.1]

    def test_json_has_its_names_in_the_first_line(self, tmp_path: Path) -> None:
        text = (
            b'[{"kode": "1", "nama": "b", "jumlah": "x"}, {"kode": "2", "nama": "c", "jumlah": 3}]'
        )
        made = annotated(tmp_path, text, "a.json", as_sheet=True)
        rows = [[cell.value for cell in row] for row in self.book(made).worksheets[0].iter_rows()]
        assert rows[0][:3] == ["kode", "nama", "jumlah"]
        assert rows[1][:3] == ["1", "b", "x"]
        assert "jumlah" in rows[1][3]
        assert rows[2][:3] == ["2", "c", 3]

    def test_more_rows_than_a_sheet_holds(self, tmp_path: Path) -> None:
        source = tmp_path / "a.csv"
        source.write_text("kode,nama,jumlah\n1,b,2\n")
        with open_table(source) as table:
            annotate_sheet.require_fits(table, 1_048_575, 0, str)
            with pytest.raises(annotate_sheet.NoSheetError, match=r"1,048,577.*1,048,576.*CSV"):
                annotate_sheet.require_fits(table, 1_048_575, 1, str)
