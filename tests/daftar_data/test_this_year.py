"""The year that it is: the portal's, which begins hours before the one of UTC."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from ckanext.sdi.daftar_data.formats import read_list
from ckanext.sdi.harvest import services
from ckanext.sdi.model import base
from tests.daftar_data.lists import as_csv, records, rows

pytestmark = [
    pytest.mark.usefixtures("with_plugins"),
    pytest.mark.ckan_config("ckan.display_timezone", "Asia/Jayapura"),
]
HOURS = pytest.mark.parametrize(("hour", "year"), [(14, 2025), (15, 2026)])


@pytest.fixture(autouse=True)
def at_the_turn(hour: int, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime.datetime.fromisoformat(f"2025-12-31T{hour}:30")
    monkeypatch.setattr(base, "now", lambda: moment)


@HOURS
def test_a_list_that_names_no_year(hour: int, year: int) -> None:
    found = read_list(as_csv(records(rows({}), title=("DAFTAR DATA",))))
    assert found.tahun == year
    assert [f.rule for f in found.findings] == ["daftar_data_list.year_assumed"]


@HOURS
def test_a_list_of_the_centre_without_its_year(hour: int, year: int) -> None:
    title = "Instansi Produsen Data", "Unit Kerja Produsen", "Jenis Pengajuan"
    table = [["ID DDP", "Nama Data", "Jadwal Pemutakhiran", *title], ["06.01.001"]]
    found = read_list(as_csv(table))
    missing = {f.placeholders()["column"] for f in found.findings if "missing" in f.rule}
    assert str(year) in missing


@HOURS
def test_the_list_of_another_portal(hour: int, year: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(*_: Any) -> Any:
        kept = {"level": "provinsi", "state": "agreed"}
        return {"result": {"results": [{"id": str(y), "tahun": y, **kept} for y in (2026, 2025)]}}

    monkeypatch.setattr(services.Paged, "json", answer)
    service = services.Paged("http://127.0.0.1/", {})
    assert services._edition(service, "http://127.0.0.1/", {}) == str(year)
