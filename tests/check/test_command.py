"""``sdi-check``, as a program of its own."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ckanext.sdi.check.command import main
from tests.data.bad_files import FILES, SCHEMA
from tests.data.bad_workbooks import TABLE
from tests.data.workbooks import xlsx


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    path = tmp_path / "standar.json"
    path.write_text(json.dumps(SCHEMA), encoding="utf-8")
    return path


def written(folder: Path, name: str) -> Path:
    path = folder / f"{name}.csv"
    path.write_bytes(FILES[name].data)
    return path


@pytest.mark.parametrize("form", ["text", "json", "csv"])
@pytest.mark.parametrize(
    ("name", "code"), [("baik", 0), ("baris_kosong", 0), ("pilihan", 1), ("html", 2), ("kosong", 2)]
)
def test_exit_codes(
    name: str, code: int, form: str, schema: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    path = written(tmp_path, name)
    assert main([str(path), "--schema", str(schema), "--format", form]) == code
    assert capsys.readouterr().out.strip()


def test_json_names_the_tasks(schema: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    main([str(written(tmp_path, "pilihan")), "--schema", str(schema), "--format", "json"])
    told = json.loads(capsys.readouterr().out)
    assert told["passed"] is False
    assert [(task["rule"], task["count"], task["first_cell"]) for task in told["tasks"]] == [
        ("value.enum", 1, "H3")
    ]


def test_csv_has_a_line_for_each_finding(
    schema: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    main([str(written(tmp_path, "rumus")), "--schema", str(schema), "--format", "csv"])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out, newline="")))
    assert [(row["rule"], row["value"]) for row in rows] == [
        ("integer.form", "'=cmd|' /C calc'!A0")
    ]


def test_it_speaks_indonesian_and_english(
    schema: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    path = written(tmp_path, "html")
    main([str(path), "--schema", str(schema)])
    assert "halaman web" in capsys.readouterr().out
    main([str(path), "--schema", str(schema), "--language", "en"])
    assert "web page" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["{", '{"fields": [{"name": "a", "type": "teks"}]}', '{"a": 1}'])
def test_a_faulty_standard_is_told_by_field(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    schema = tmp_path / "s.json"
    schema.write_text(text, encoding="utf-8")
    assert main([str(written(tmp_path, "baik")), "--schema", str(schema)]) == 2
    assert capsys.readouterr().err.count("\n- ") >= 1


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main([str(tmp_path / "tidak-ada.csv")]) == 2
    assert "tidak-ada.csv" in capsys.readouterr().err
    assert main([str(tmp_path)]) == 2


def test_it_needs_neither_ckan_nor_sqlalchemy(schema: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "pilihan")
    program = (
        "import sys\n"
        "sys.modules['ckan'] = sys.modules['sqlalchemy'] = None\n"
        "from ckanext.sdi.check.command import main\n"
        f"sys.exit(main([{str(path)!r}, '--schema', {str(schema)!r}]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "H3" in done.stdout


def test_the_sheet_and_the_row_of_the_names_may_be_said(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(xlsx([["a", "b"], ["x", "y"], ["y", "z"]], Lain=[["Kota", "Ulu"], *TABLE]))
    main([str(path), "--format", "json"])
    assert json.loads(capsys.readouterr().out)["layout"]["sheet"] == "Lain"
    main([str(path), "--format", "json", "--sheet", "Data", "--header-row", "2"])
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["layout"]["sheet"]) == (1, "Data")
    assert [field["name"] for field in told["table_schema"]["fields"]] == ["x", "y"]
    assert told["table_schema"]["sdi"] == {"sheet": "Data", "header_row": 2}
    standard = tmp_path / "standar.json"
    standard.write_text('{"fields": [{"name": "a"}, {"name": "b"}]}', encoding="utf-8")
    assert main([str(path), "--schema", str(standard), "--sheet", "Data"]) == 0
