"""Whole columns: carried to an edition or over the bridge, or guessed; and the commands."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.cli.cli import ckan
from ckan.tests.helpers import call_action

from ckanext.sdi.code_lists import bridge, source, store

pytestmark = pytest.mark.usefixtures("clean_db", "request_context")

Run = Callable[..., Any]


@pytest.fixture
def run(cli: Any) -> Run:
    def run(*arguments: str, status: int = 0) -> Any:
        result = cli.invoke(ckan, ["sdi", "codes", *arguments])
        assert result.exit_code == status, result.output
        return result

    return run


def test_translate() -> None:
    source.forget()
    values = ["91.01", "6472", "64.72", "99", "91.13.36", "64.72"]
    found = call_action("sdi_code_translate", system="kode_wilayah", values=values)
    assert [r["value"] for r in found["results"]] == values
    assert [r["status"] for r in found["results"]] == [
        "translated", "unchanged", "unchanged", "unknown", "gone", "unchanged"
    ]  # fmt: skip
    first = found["results"][0]
    assert first["code"] == "93.01"
    assert first["codes"][0]["label"] == "Kabupaten Merauke, Papua Selatan"
    assert first["decrees"] == ["Kepmendagri 100.1.1-6117/2022"]
    assert found["undecided"] == ["99", "91.13.36"]
    assert found["counts"] == {"translated": 1, "unchanged": 3, "unknown": 1, "gone": 1}
    assert found["edition"] == "Kepmendagri 300.2.2-2138/2025"
    for to in ("2019", "Permendagri 72/2019", "2019-10-08"):
        back = call_action("sdi_code_translate", system="kode_wilayah", values=["93.01"], to=to)
        assert back["results"][0]["code"] == "91.01", to


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"system": "nik", "values": []}, tk.ObjectNotFound),
        ({"system": "plat_nomor", "values": []}, tk.ObjectNotFound),
        ({"system": "kode_wilayah", "values": [], "to": "Kep 0"}, tk.ObjectNotFound),
        ({"system": "kode_wilayah", "values": "64.72"}, tk.ValidationError),
        ({"system": "kode_wilayah", "values": ["1"] * 10_001}, tk.ValidationError),
        ({"values": ["1"]}, tk.ValidationError),
    ],
)
def test_columns_that_cannot_be_read(data: dict[str, Any], error: type[Exception]) -> None:
    for action in ("sdi_code_translate", "sdi_code_edition_guess"):
        if "to" in data and action == "sdi_code_edition_guess":
            continue
        with pytest.raises(error):
            call_action(action, **data)


def test_guess() -> None:
    found = call_action("sdi_code_edition_guess", system="kode_wilayah", values=["91.01", "64.72"])
    assert found["certainty"] == "sure"
    assert found["edition"]["decree"] == "Permendagri 72/2019"
    assert found["deciding"] == 1
    undecided = call_action("sdi_code_edition_guess", system="kode_wilayah", values=["64.72"])
    assert (undecided["certainty"], undecided["edition"]) == ("undecided", None)


def test_diff_of_two_editions() -> None:
    found = call_action("sdi_code_edition_diff", **{"from": "2019", "to": "2025"})
    levels = found["counts"]["levels"]
    assert levels["kab_kota"] == {"new": 26, "gone": 26, "successors": 26}
    assert (levels["kecamatan"]["gone"], levels["desa"]["gone"]) == (588, 6028)
    merauke = next(code for code in found["gone"] if code["code"] == "91.01")
    assert merauke["successors"] == ["93.01"]
    with pytest.raises(tk.ValidationError):
        call_action("sdi_code_edition_diff")


BRIDGE = (
    "bps_code;kemendagri_code;period\n3171;31.74;2024\n3173;3171;2024\n6402;64.07;2024\n"
    "6402;64.02;2024\n3171;31.71;2010\n"
)


def test_the_bridge_to_bps(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "jembatan.csv"
    path.write_text(BRIDGE)
    assert "5 pairs" in run("bridge", str(path)).output
    ask = {"system": "kode_bps", "values": ["3171", "6402", "9999"], "to": "kode_wilayah"}
    found = call_action("sdi_code_translate", **ask)["results"]
    assert [r["code"] for r in found] == ["31.74", None, None]
    assert [c["code"] for c in found[1]["codes"]] == ["64.02", "64.07"]
    assert found[0]["codes"][0]["label"].startswith("Kota Administrasi Jakarta Selatan")
    older = call_action("sdi_code_translate", **ask, **{"from": "2010"})["results"]
    assert older[0]["code"] == "31.71"
    back = {"system": "kode_wilayah", "values": ["31.71"], "to": "kode_bps"}
    assert call_action("sdi_code_translate", **back)["results"][0]["code"] == "3173"
    path.write_text("bps_code,kemendagri_code,period\n31,x,2024\n1,31,2024\n")
    refused = run("bridge", str(path), status=1)
    assert "3171" not in refused.output
    model.Session.rollback()
    assert bridge.translate("kode_bps", ["3171"])[0].codes == ("31.74",)
    with pytest.raises(store.Refused):
        bridge.load(b"kode,nama\n")


def test_the_commands(run: Run, tmp_path: Path) -> None:
    assert "kode_wilayah\tlist" in run("list").output
    assert "Permendagri 72/2019" in run("list", "kode_wilayah").output
    run("list", "plat_nomor", status=1)
    path = tmp_path / "data.csv"
    path.write_text("kab;jumlah\n91.01;1\n64.72;2\n")
    out = run("translate", str(path), "--column", "kab").output
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["kab"], row["kab_baru"], row["jumlah"]) for row in rows] == [
        ("91.01", "93.01", "1"), ("64.72", "64.72", "2")
    ]  # fmt: skip
    assert "sure" in run("guess", str(path), "--column", "kab").output
    run("guess", str(path), "--column", "x", status=1)
    path.write_text("kab\n99\n")
    assert "99: unknown" in run("translate", str(path), "--column", "kab", status=1).output
    exported = tmp_path / "wilayah.csv"
    run("export", "--edition", "2019", "--output", str(exported))
    assert len(exported.read_text().splitlines()) == 91_220
    run("export", "--edition", "x", status=1)


def test_load_and_diff_by_command(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "daftar.csv"
    path.write_text("kode,nama\n11,A\n11,B\n12.01,C\n")
    refused = run("diff", str(path), "--from-empty", status=1)
    assert "12.01" in refused.output
    path.write_text("kode,nama\n11,A\n11.01,Kab. B\n")
    shown = run("diff", str(path), "--from-empty")
    assert "+ 11.01 Kab. B" in shown.output
    options = ("--edition", "Kep 1", "--valid-from", "2015-01-01", "--from-empty")
    run("load", str(path), *options)
    source.forget()
    assert "Kep 1" in run("list", "kode_wilayah").output
    run("load", str(path), *options, status=1)
    path.write_text("kode,nama\n11,A\n12,Z\n12.01,Kab. B\n")
    annex = tmp_path / "lampiran.csv"
    annex.write_text("11.01,12.01\n")
    more = ("--edition", "Kep 2", "--valid-from", "2016-01-01", "--totals", "provinsi=2,kab_kota=1")
    loaded = run("load", str(path), *more, "--successors", str(annex))
    assert "3 codes" in loaded.output
    assert store.names_of("kode_wilayah", 1) == {"11": "A", "11.01": "Kab. B"}
