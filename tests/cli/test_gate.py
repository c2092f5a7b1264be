"""``ckan sdi gate report``: what would be refused, for a portal whose gate only reports."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from ckan.cli.cli import ckan

from tests.lifecycle.seen import adopt, is_public
from tests.province import Province, make_dataset, published_dataset, ready_dataset


@pytest.mark.ckan_config("ckanext.sdi.gate", "report")
def test_what_would_be_refused(cli: Any, province: Province, tmp_path: Path) -> None:
    published_dataset(province, name="lewat-gerbang")
    ready_dataset(province, name="siap")
    make_dataset(province, name="tanpa-item", daftar_data_item="", konsep="")
    before = make_dataset(province, name="dari-dulu", title="=1+1", satuan="")
    adopt(before["id"])
    path = tmp_path / "laporan.csv"
    result = cli.invoke(ckan, ["sdi", "gate", "report", "-o", str(path)])
    assert result.exit_code == 0
    assert "2 datasets would be refused" in result.output
    text = path.read_text(encoding="utf-8-sig")
    lines = {
        line["dataset"]: line
        for line in csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    }
    assert set(lines) == {"tanpa-item", "dari-dulu"}
    assert (lines["dari-dulu"]["state"], lines["dari-dulu"]["public"]) == ("published", "ya")
    assert lines["dari-dulu"]["title"] == "'=1+1", "no formula"
    assert "Konsep" in lines["tanpa-item"]["lacks"]
    assert "Daftar Data" in lines["tanpa-item"]["lacks"]
    assert is_public(before["id"]), "nothing is changed"
