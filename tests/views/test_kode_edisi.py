"""The pages on which the Walidata loads an edition and sees what it broke."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.code_lists import recheck
from ckanext.sdi.codes import kode_wilayah
from ckanext.sdi.model.codes import CodeEdition, CodeRecheck
from tests.province import Province, published_dataset, run_checks

ADDRESS = "/sdi/kode/kode_wilayah/muat"


def decree(*gone: str) -> str:
    """Today's list without some codes."""
    names = {c: n for c, n, _, last in kode_wilayah.shipped().rows() if last is None}
    kept = ((c, n) for c, n in names.items() if not c.startswith(gone))
    return "kode,nama\n" + "".join(f'{code},"{name}"\n' for code, name in kept)


def form(text: str, **more: str) -> dict[str, Any]:
    upload = (io.BytesIO(text.encode()), "daftar.csv")
    return {"upload": upload, "edition": "Kep 1/2026", "valid_from": "2026-02-01", **more}


def test_compare_then_load(app: Any, province: Province) -> None:
    headers = province.headers("walidata")
    assert "csrf" in app.get(ADDRESS, headers=headers).body
    compared = app.post(ADDRESS, data=form(decree("64.72.01."), compare="1"), headers=headers)
    panel = BeautifulSoup(compared.body, "html.parser").select_one(".sdi-panel-wait")
    assert panel is not None
    assert "64.72.01.1001" in panel.get_text()
    assert model.Session.scalar(sa.select(sa.func.count()).select_from(CodeEdition)) == 0
    app.post(ADDRESS, data=form(decree("64.72.01."), load="1"), headers=headers)
    model.Session.rollback()
    edition = model.Session.scalars(
        sa.select(CodeEdition).where(CodeEdition.decree == "Kep 1/2026")
    ).one()
    page = app.get(f"/sdi/kode/kode_wilayah/edisi/{edition.id}", headers=headers)
    assert "Kep 1/2026" in page.body
    app.get("/sdi/kode/kode_wilayah/edisi/x", headers=headers, status=404)


def test_a_refused_list_is_told_by_line(app: Any, province: Province) -> None:
    text = "kode,nama\n11,A\n11,B\n12.01,C\n"
    response = app.post(ADDRESS, data=form(text, load="1"), headers=province.headers("walidata"))
    alert = BeautifulSoup(response.body, "html.parser").select_one("[role=main] .alert-danger")
    assert alert is not None
    assert "3" in alert.get_text()
    assert "12.01" in alert.get_text()
    nothing = app.post(ADDRESS, data={"load": "1"}, headers=province.headers("walidata"))
    assert BeautifulSoup(nothing.body, "html.parser").select_one("[role=main] .alert-danger")


def test_others_are_refused(app: Any, province: Province) -> None:
    for role in ("produsen", None):
        app.get(ADDRESS, headers=province.headers(role), status=403)
        app.post(ADDRESS, data=form("x", load="1"), headers=province.headers(role), status=403)
    app.get("/sdi/kode/nik/muat", headers=province.headers("walidata"), status=404)


def test_what_the_decree_broke(app: Any, province: Province) -> None:
    published = published_dataset(province)
    run_checks()
    loaded = province.act(
        "walidata",
        "sdi_code_edition_load",
        content=decree("64.72"),
        edition="Kep 2/2026",
        valid_from="2026-02-01",
    )
    assert loaded["resources"] == 1
    edition_id = loaded["edition"]["id"]
    waiting = tk.get_action("sdi_code_edition_show")({"ignore_auth": True}, {"id": edition_id})
    assert waiting["progress"]["waiting"] == 1
    assert recheck.run(edition_id) == 1
    assert recheck.run(edition_id) == 0
    model.Session.rollback()
    row = model.Session.scalars(sa.select(CodeRecheck)).one()
    assert (row.state, row.package_id) == ("done", published["id"])
    found = province.act("walidata", "sdi_code_edition_show", id=edition_id)
    assert found["progress"] == {"waiting": 0, "done": 1, "error": 0}
    (dataset,) = found["datasets"]
    assert (dataset["name"], dataset["rows"]) == (published["name"], 1)
    assert dataset["broken"] == {"kode_wilayah": {"64.72": 1}}
    page = app.get(
        f"/sdi/kode/kode_wilayah/edisi/{edition_id}", headers=province.headers("walidata")
    )
    assert "64.72" in page.body
    with pytest.raises(tk.NotAuthorized):
        province.act("produsen", "sdi_code_edition_show", id=edition_id)
