"""``ckan sdi daftar-data`` from a shell's side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.cli.cli import ckan

from ckanext.sdi.model import Edition
from tests.daftar_data.lists import DDP_EXCERPT, regional

pytestmark = pytest.mark.usefixtures("province")


@pytest.fixture
def run(cli: Any, tmp_path: Path) -> Any:
    """Run a command of the group; a file's content comes in place of its name."""

    def invoke(*arguments: str | bytes) -> Any:
        named = []
        for argument in arguments:
            if isinstance(argument, bytes):
                path = tmp_path / "daftar.csv"
                path.write_bytes(argument)
                argument = str(path)
            named.append(argument)
        result = cli.invoke(ckan, ["sdi", "daftar-data", *named])
        assert "Traceback" not in result.output
        return result

    return invoke


def editions() -> int:
    return model.Session.scalar(sa.select(sa.func.count()).select_from(Edition)) or 0


def test_import_agree_list_diff_export(run: Any, tmp_path: Path) -> None:
    first = run("import", regional({}, {}))
    assert first.exit_code == 0, first.output
    outcome, edition = first.output.split("\n")[-3].split()
    assert outcome == "imported"
    assert "rows 2: new 2" in first.output
    assert run("import", regional({}, {})).output.strip().endswith(f"unchanged {edition}")
    assert run("agree", edition).output.strip() == f"agreed {edition}"
    row = next(line for line in run("list").output.splitlines() if line.startswith(edition))
    assert row.split("\t")[1:5] == ["provinsi", "2026", "agreed", "2"]
    second = run("import", regional({"Satuan": "orang"}), "--title", "Perbaikan")
    other = second.output.split("\n")[-3].split()[1]
    result = json.loads(run("diff", edition, other).output)
    assert result["counts"]["changed"] == 1
    assert run("agree", other).output.split() == ["agreed", other, "closed", edition]
    target = tmp_path / "keluar.csv"
    assert run("export", other, "-o", str(target)).exit_code == 0
    assert "orang" in target.read_text(encoding="utf-8-sig")
    book = tmp_path / "keluar.xlsx"
    assert run("export", other, "-o", str(book)).exit_code == 0
    again = run("import", book.read_bytes(), "--dry-run").output.strip()
    assert again.endswith("rows 1: new 0, gone 0, changed 0, unchanged 1, moved 0, lowered 0")
    again = run("import", target.read_bytes(), "--dry-run").output.strip()
    assert again.endswith("rows 1: new 0, gone 0, changed 0, unchanged 1, moved 0, lowered 0")


def test_the_real_list(run: Any) -> None:
    if not DDP_EXCERPT.exists():
        pytest.skip(f"the sample file {DDP_EXCERPT.name} is not here")
    result = run("import", str(DDP_EXCERPT), "--tahun", "2026")
    assert result.exit_code == 0
    assert "rows 11: new 11" in result.output


def test_a_dry_run_writes_nothing(run: Any) -> None:
    before = editions()
    result = run("import", regional({}), "--dry-run")
    assert result.exit_code == 0
    assert "checked" in result.output
    assert editions() == before


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (regional({}, {"Produsen Data": ""}), "J8"),
        (b"<html></html>", "daftar_data_list.web_page"),
        (b"", "daftar_data_list.empty"),
    ],
)
def test_a_faulty_list_ends_with_1_and_the_findings(content: bytes, told: str, run: Any) -> None:
    before = editions()
    result = run("import", content)
    assert result.exit_code == 1
    assert told in result.output
    assert editions() == before


def test_what_is_not_there_ends_with_1(run: Any) -> None:
    for arguments in (("agree", "x"), ("diff", "x", "y"), ("export", "x")):
        assert run(*arguments).exit_code == 1
    assert run("import", "/tidak/ada.csv").exit_code == 2
    assert run("import", regional({}), "--tahun", "99999").exit_code == 1


def test_a_list_in_no_known_format(run: Any, tmp_path: Path) -> None:
    table = b"Urusan;Nama Data\nPendidikan;Angka Kelulusan\n"
    refused = run("import", table)
    assert refused.exit_code == 1
    assert "Urusan, Nama Data" in refused.output
    said = {"columns": {"Urusan": "produsen"}, "values": {"jadwal_pemutakhiran": "tahunan"}}
    mapping = tmp_path / "kolom.json"
    mapping.write_text(json.dumps({**said, "id_prefix": "RKPD"}), encoding="utf-8")
    taken = run("import", table, "--mapping", str(mapping))
    assert taken.exit_code == 0, taken.output
    assert "rows 1: new 1" in taken.output
