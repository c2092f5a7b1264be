"""Editions of code lists in a real database."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi import codes
from ckanext.sdi.code_lists import store
from ckanext.sdi.codes import kode_wilayah
from ckanext.sdi.codes.vocabulary import Event
from ckanext.sdi.model.codes import CodeEdition, CodeEvent, CodeVersion
from tests.codes.replay import replay
from tests.province import Province

LISTS = {
    "2015": {"11": "A", "11.01": "KAB. B", "11.01.01": "C", "11.02": "KAB. D", "12": "E"},
    "2017": {"11": "A", "11.01": "KAB. B", "11.01.01": "Cc", "11.02": "KAB. D", "12": "E",
             "12.01": "KAB. F"},
    "2019": {"11": "A", "11.01": "Kabupaten B", "11.01.01": "Cc", "12": "E", "12.01": "KAB. F",
             "12.02": "KAB. D"},
    "2021": {"11": "A", "11.01": "Kabupaten B", "11.01.01": "Cc", "11.02": "Kabupaten Baru",
             "12": "E", "12.02": "KAB. D"},
}  # fmt: skip


def as_csv(names: dict[str, str]) -> str:
    return "kode;nama\n" + "".join(f"{code};{name}\n" for code, name in names.items())


def counts() -> list[int]:
    model.Session.rollback()
    return [
        model.Session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in (CodeEdition, CodeVersion, CodeEvent)
    ]


def load(province: Province, year: str, role: str = "walidata", **more: Any) -> dict[str, Any]:
    data = {
        "content": as_csv(LISTS[year]),
        "edition": f"Kep {year}",
        "valid_from": f"{year}-07-01",
        "totals": {"provinsi": 2},
        "from_empty": year == "2015",
        **more,
    }
    return province.act(role, "sdi_code_edition_load", **data)


def test_lists_of_ten_years_from_an_empty_system(province: Province) -> None:
    for year in LISTS:
        load(province, year)
    for position, names in enumerate(LISTS.values(), 1):
        assert store.names_of("kode_wilayah", position) == names
    list_ = codes.vocabulary("kode_wilayah")
    for year, names in LISTS.items():
        assert list_.names_at(date(int(year), 7, 1)) == names
    moved = list_.get("11.02", date(2020, 1, 1))
    assert moved is not None
    assert moved.valid_to == date(2019, 6, 30)
    assert list_.successors("11.02") == ("12.02",)
    back = list_.get("11.02", date(2022, 1, 1))
    assert back is not None
    assert back.name == "Kabupaten Baru"
    assert [e.kind for e in list_.history("12.01")] == ["new", "abolish"]


def test_events_give_each_edition_again(province: Province) -> None:
    for year in LISTS:
        load(province, year)
    state = dict(LISTS["2015"])
    for edition in store.edition_rows("kode_wilayah")[1:]:
        rows = model.Session.scalars(sa.select(CodeEvent).where(CodeEvent.edition_id == edition.id))
        events = [Event(e.date, e.decree, e.kind, e.old, e.new) for e in rows]
        names = store.names_of("kode_wilayah", edition.position)
        state = replay(state, events, names)
        assert state == names


def test_a_decree_after_the_shipped_list(province: Province) -> None:
    shipped = kode_wilayah.shipped()
    names = shipped.names_at(date(2026, 1, 1))
    del names["64.72.01.1001"]
    names["64.72.01.1999"] = "Desa Uji"
    names["65.01"] = "KABUPATEN BULUNGAN"
    text = "kode,nama\n" + "".join(f'{c},"{n}"\n' for c, n in names.items())
    ask = {"content": text, "edition": "Kep Uji/2026", "valid_from": "2026-06-01"}
    before = counts()
    seen = province.act("walidata", "sdi_code_edition_diff", **ask)
    assert counts() == before == [0, 0, 0]
    found = province.act("walidata", "sdi_code_edition_load", **ask)
    assert found["counts"] == seen["counts"]
    assert found["counts"]["levels"] == {"desa": {"new": 1, "gone": 1, "successors": 0}}
    assert (found["counts"]["renamed"], found["counts"]["respelled"]) == (0, 1)
    shown = tk.get_action("sdi_code_show")(
        {}, {"system": "kode_wilayah", "code": "6472011001", "at": "2026"}
    )
    assert (shown["in_force"], shown["valid_to"]) == (False, "2026-05-31")
    assert shown["edition"]["decree"] == "Kep Uji/2026"
    editions = store.edition_rows("kode_wilayah")
    assert [e.decree for e in editions][-2:] == ["Kepmendagri 300.2.2-2138/2025", "Kep Uji/2026"]
    assert len(store.names_of("kode_wilayah", 2)) == 91_219
    assert len(store.names_of("kode_wilayah", 4)) == 91_599
    assert codes.judge("kode_wilayah", "64.04", at=date(2024, 1, 1))[0].suggestion == "65.01"
    assert codes.judge("nik", "9101011708450001") == []


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"content": ""}, "upload"),
        ({"content": as_csv({**LISTS["2017"], "13.01": "KAB. X"})}, "13.01"),
        ({"edition": "Kep 2015"}, "Kep 2015"),
        ({"valid_from": "2014-01-01"}, "2015"),
        ({"valid_from": "soon"}, ""),
        ({"edition": ""}, ""),
        ({"totals": {"provinsi": 3}}, "3"),
        ({"totals": {"rt": 3}}, "rt"),
        ({"totals": "x"}, ""),
        ({"from_empty": True}, ""),
        ({"totals": None, "content": as_csv({"11": "A"})}, "4"),
        ({"successors": {"11.02": ["99"]}}, "99"),
        ({"successors": "11.02"}, ""),
    ],
)
def test_a_refused_list_writes_nothing(province: Province, more: dict[str, Any], part: str) -> None:
    load(province, "2015")
    before = counts()
    with pytest.raises(tk.ValidationError) as caught:
        load(province, "2017", **more)
    assert counts() == before
    assert part in str(caught.value.error_dict)


def test_only_the_walidata_loads(province: Province) -> None:
    for role in ("produsen", "koordinator", "pembina"):
        with pytest.raises(tk.NotAuthorized):
            load(province, "2015", role)
        with pytest.raises(tk.NotAuthorized):
            province.act(role, "sdi_code_edition_diff", content=as_csv(LISTS["2015"]))
    load(province, "2015", "admin")


def test_an_upload(province: Province) -> None:
    upload = FileStorage(io.BytesIO(as_csv(LISTS["2015"]).encode()), "daftar.csv")
    assert load(province, "2015", content=None, upload=upload)["edition"]["codes"] == 5


def test_other_lists_by_the_same_machinery(province: Province) -> None:
    with pytest.raises(tk.ObjectNotFound):
        tk.get_action("sdi_code_search")({}, {"system": "kode_dssd", "q": "x"})
    content = "Kode DSSD,Uraian DSSD\n5.03.000001,Jumlah pegawai\n1.01.000474,Jumlah sekolah\n"
    data = {"system": "kode_dssd", "content": content, "edition": "DSSD 2025"}
    province.act("walidata", "sdi_code_edition_load", **data, valid_from="2025-01-01")
    found = tk.get_action("sdi_code_search")({}, {"system": "kode_dssd", "q": "jumlah sek"})
    assert [code["code"] for code in found["results"]] == ["1.01.000474"]
    assert codes.judge("kode_dssd", "5.03.000001") == []
    assert [r.rule for r in codes.judge("kode_dssd", "7.01.000102")] == ["kode.unknown"]
    with pytest.raises(tk.ObjectNotFound):
        load(province, "2015", system="plat_nomor")
    with pytest.raises(tk.ValidationError):
        load(province, "2015", system="nik")


KILLED = """
import sys
from ckanext.sdi.code_lists import store
insert = store._insert
def slow(*args):
    insert(*args)
    print("written", flush=True)
    sys.stdin.read()
store._insert = slow
from ckan.cli.cli import ckan
ckan(sys.argv[1:])
"""


def test_a_load_that_is_killed_leaves_the_old_edition(province: Province, tmp_path: Any) -> None:
    load(province, "2015")
    before = counts()
    path = tmp_path / "2017.csv"
    path.write_text(as_csv(LISTS["2017"]))
    model.Session.rollback()
    command = ["-c", "test.ini", "sdi", "codes", "load", str(path), "--edition", "Kep 2017",
               "--valid-from", "2017-07-01", "--totals", "provinsi=2"]  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, *command],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "CKAN_INI": "test.ini"},
    )  # fmt: skip
    assert process.stdout is not None
    written = any("written" in line for line in process.stdout)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert written
    time.sleep(0.2)
    assert counts() == before
    assert load(province, "2017")["counts"]["new"] == 1
