"""``ckan sdi adopt``: items for the datasets that were there before, by a person's word alone."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from ckan import model
from ckan.cli.cli import ckan

from tests.daftar_data.acting import agreed
from tests.daftar_data.lists import regional
from tests.lifecycle.seen import adopt
from tests.province import Province, make_dataset

pytestmark = pytest.mark.usefixtures("province")


@pytest.fixture
def adopted(province: Province) -> dict[str, str]:
    """Public datasets from before: one names the item's id, one is called like it, one neither."""
    ids = {}
    for name, more in {
        "dengan-id": {"title": "Tabel 7", "extras": [{"key": "id_ddd", "value": "DDD-001"}]},
        "nama-mirip": {"title": "Jumlah usaha menurut kabupaten/kota tahun 2023"},
        "asing": {"title": "Foto"},
    }.items():
        given = {"name": name, "daftar_data_item": "", "konsep": "", "satuan": "", **more}
        ids[name] = make_dataset(province, **given)["id"]
        adopt(ids[name])
    return ids


def run(cli: Any, *arguments: str) -> Any:
    result = cli.invoke(ckan, ["sdi", "adopt", *arguments])
    assert "Traceback" not in result.output
    return result


def proposals(cli: Any, path: Path) -> list[dict[str, str]]:
    assert run(cli, "-o", str(path)).exit_code == 0
    text = path.read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def write(path: Path, lines: list[dict[str, str]]) -> None:
    out = io.StringIO(newline="")
    table = csv.DictWriter(out, list(lines[0]), delimiter=";")
    table.writeheader()
    table.writerows(lines)
    path.write_text(out.getvalue(), encoding="utf-8")


def items(ids: dict[str, str]) -> dict[str, str | None]:
    model.Session.expire_all()
    found = {name: model.Session.get_one(model.Package, i) for name, i in ids.items()}
    assert not any(package.private for package in found.values())
    return {name: package.extras.get("daftar_data_item") for name, package in found.items()}


def test_proposed_looked_at_and_carried_out(
    cli: Any, province: Province, adopted: dict[str, str], tmp_path: Path
) -> None:
    table = tmp_path / "usulan.csv"
    lines = proposals(cli, table)
    told = {line["dataset"]: (line["item"], line["by"]) for line in lines}
    assert told == {
        "dengan-id": ("DDD-001", "id"),
        "nama-mirip": ("DDD-001", "name"),
        "asing": ("", ""),
    }
    assert all("Konsep" in line["lacks"] or "konsep" in line["lacks"] for line in lines)
    assert run(cli, str(table)).output.strip().endswith("bound 0, not 0")
    assert not any(items(adopted).values()), "nothing without a person's word"

    for line in lines:
        line["confirmed"] = "Ya" if line["dataset"] == "dengan-id" else ""
    write(table, lines)
    assert run(cli, str(table), "--dry-run").exit_code == 0
    assert not any(items(adopted).values())
    assert run(cli, str(table)).exit_code == 0
    assert items(adopted)["dengan-id"] == province.item_id
    assert [bool(item) for item in items(adopted).values()].count(True) == 1
    assert {line["dataset"] for line in proposals(cli, table)} == {"nama-mirip", "asing"}


def test_a_line_that_cannot_be_carried_out(
    cli: Any, adopted: dict[str, str], tmp_path: Path
) -> None:
    table = tmp_path / "usulan.csv"
    lines = [
        {"dataset": "asing", "item": "DDD-999", "confirmed": "ya"},
        {"dataset": "tidak-ada", "item": "DDD-001", "confirmed": "ya"},
        {"dataset": "nama-mirip", "item": "DDD-001", "confirmed": "ya"},
    ]
    write(table, lines)
    result = run(cli, str(table))
    assert result.exit_code == 1
    assert "line 2" in result.output
    assert "line 3" in result.output
    assert [name for name, item in items(adopted).items() if item] == ["nama-mirip"]
    table.write_bytes(b"\xff\xfe\x00")
    assert run(cli, str(table)).exit_code == 1


def test_an_id_that_a_spreadsheet_may_have_shortened(
    cli: Any, province: Province, adopted: dict[str, str], tmp_path: Path
) -> None:
    name = {"Produsen Data": province.office["title"]}
    agreed(province, regional({"ID DDD": "1.1", **name}, {"ID DDD": "1.10", **name}, tahun=2025))
    table = tmp_path / "usulan.csv"
    line = {"dataset": "asing", "item": "1.1", "confirmed": "ya"}
    write(table, [line])
    told = run(cli, str(table))
    assert told.exit_code == 1
    assert "1.10" in told.output
    assert items(adopted)["asing"] is None
    item_id = province.act("koordinator", "sdi_daftar_data_show", id="1.10")["id"]
    write(table, [{**line, "item": item_id}])
    assert run(cli, str(table)).exit_code == 0
    assert items(adopted)["asing"] == item_id
