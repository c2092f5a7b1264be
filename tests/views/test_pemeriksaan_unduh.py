"""What can be downloaded of a file's check."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest

from ckanext.sdi.check import sheet
from ckanext.sdi.datastore import annotated
from tests.province import (
    BAD_CSV,
    GOOD_CSV,
    Province,
    add_resource,
    make_dataset,
    run_checks,
    upload,
)

pytestmark = pytest.mark.usefixtures("with_plugins")


def address(resource: dict[str, Any], form: str) -> str:
    page = f"/dataset/jumlah-usaha/resource/{resource['id']}/pemeriksaan"
    return f"{page}/berkas-temuan.{form}"


@pytest.fixture
def wrong(province: Province) -> dict[str, Any]:
    """A resource whose file has three bad cells."""
    resource = add_resource(province, make_dataset(province)["id"], BAD_CSV)
    run_checks()
    return resource


def test_the_own_file_with_a_column_of_findings(
    app: Any, province: Province, wrong: dict[str, Any]
) -> None:
    answer = app.get(address(wrong, "csv"), headers=province.headers("produsen"))
    rows = list(csv.reader(io.StringIO(answer.body.removeprefix("\ufeff"))))
    own = list(csv.reader(io.StringIO(BAD_CSV)))
    assert [row[:4] for row in rows] == own
    assert "sel A2: Kode “64.99” tidak ada" in rows[1][4]
    assert "“tujuh” bukan bilangan bulat" in rows[2][4]
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_own_file_with_marked_cells(
    app: Any, province: Province, wrong: dict[str, Any]
) -> None:
    answer = app.get(address(wrong, "xlsx"), headers=province.headers("produsen"))
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["Data", "Tugas"]
    marked = {
        cell.coordinate
        for row in book["Data"].iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb == "FFFFC7CE"
    }
    assert marked == {"A2", "B3", "D3"}
    assert book["Data"]["B2"].value == "013121660091000"
    assert answer.headers["Content-Disposition"].rstrip('"').endswith(".xlsx")


def test_what_a_sheet_does_not_hold_is_refused_with_the_reason(
    app: Any, province: Province, wrong: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "MOST_ROWS", 2)
    answer = app.get(
        address(wrong, "xlsx"), headers=province.headers("produsen"), follow_redirects=True
    )
    assert "Ambil berkas beranotasi sebagai CSV" in answer.body


def test_a_file_that_was_changed_since(
    app: Any, province: Province, wrong: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotated.files, "sha256_of", lambda path: "lain")
    answer = app.get(
        address(wrong, "csv"), headers=province.headers("produsen"), follow_redirects=True
    )
    assert "Berkas diubah setelah pemeriksaan ini" in answer.body


@pytest.mark.parametrize("role", [None, "produsen_lain", "pengembang"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_it_is_as_private_as_the_file(
    app: Any, province: Province, wrong: dict[str, Any], role: str | None, form: str
) -> None:
    app.get(address(wrong, form), headers=province.headers(role), status=404)


def test_another_form(app: Any, province: Province, wrong: dict[str, Any]) -> None:
    app.get(address(wrong, "ods"), headers=province.headers("produsen"), status=404)


def test_a_file_without_findings(app: Any, province: Province, wrong: dict[str, Any]) -> None:
    province.act("produsen", "resource_patch", id=wrong["id"], upload=upload(GOOD_CSV))
    run_checks()
    app.get(address(wrong, "csv"), headers=province.headers("produsen"), status=404)
