"""Each page on a desk and on a telephone, by axe, and with scripts off; in a small province."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.browser import files, steps
from tests.browser.looks import ckans_own, judge
from tests.browser.people import ADMIN, NARROW, WIDE, People
from tests.browser.portal import Portal

STANDARD: dict[str, Any] = {
    "fields": [
        {"name": "kode_wilayah", "type": "string",
         "sdi": {"code": "kode_wilayah", "level": "kab_kota"}},
        {"name": "npwp", "type": "string", "sdi": {"code": "npwp"}},
        {"name": "tahun", "type": "year"},
        {"name": "jumlah_pekerja", "type": "integer", "constraints": {"minimum": 0}},
        {"name": "omzet", "type": "number", "sdi": {"satuan": "rupiah"}},
    ]
}  # fmt: skip
STRANGER = ""
# Whose page it is, and where; names in braces are the province's.
PAGES = (
    (STRANGER, "/"),
    (STRANGER, "/dataset/"),
    (STRANGER, "/dataset/terbit"),
    (STRANGER, "/dataset/terbit/resource/{terbit}"),
    (STRANGER, "/dataset/terbit/kesesuaian"),
    (STRANGER, "/organization/"),
    (STRANGER, "/organization/disperdagangan-contoh"),
    (STRANGER, "/sdi/daftar-data"),
    (STRANGER, "/sdi/daftar-data?q=tidak+ada+yang+bernama+begini"),
    (STRANGER, "/sdi/daftar-data/{item}"),
    (STRANGER, "/sdi/daftar-data/{item}/kewajiban"),
    (STRANGER, "/sdi/daftar-data/edisi/{edition}"),
    (STRANGER, "/sdi/daftar-data/edisi/{edition}/cetak"),
    (STRANGER, "/sdi/kode"),
    (STRANGER, "/sdi/kode/kode_wilayah"),
    (STRANGER, "/sdi/kode/kode_wilayah?q=samarinda"),
    (STRANGER, "/sdi/kode/kode_wilayah/64.72"),
    (STRANGER, "/sdi/kode/nik"),
    (STRANGER, "/sdi/aturan"),
    (STRANGER, "/sdi/aturan/nik.date"),
    (STRANGER, "/user/login"),
    ("produsen", "/sdi/tugas"),
    ("produsen", "/dataset/new?daftar_data_item={item}"),
    ("produsen", "/dataset/new"),
    ("produsen", "/dataset/draf"),
    ("produsen", "/dataset/edit/draf"),
    ("produsen", "/dataset/draf/kesesuaian"),
    ("produsen", "/dataset/draf/resource/new"),
    ("produsen", "/dataset/draf/resource/{draf}/edit"),
    ("produsen", "/dataset/draf/resource/{draf}/pemeriksaan"),
    ("produsen", "/dataset/draf/resource/{draf}/pemeriksaan/standar?dari=berkas"),
    ("walidata", "/sdi/tugas"),
    ("walidata", "/dataset/diserahkan/kesesuaian"),
    ("koordinator", "/sdi/daftar-data/impor"),
    ("koordinator", "/sdi/daftar-data/{item}"),
    ("koordinator", "/sdi/daftar-data/{item}/koreksi"),
    ("koordinator", "/sdi/daftar-data/{item}/kewajiban"),
    ("koordinator", "/sdi/daftar-data/cakupan"),
    ("koordinator", "/sdi/daftar-data/cakupan?ukuran=waktu"),
    ("koordinator", "/sdi/tugas"),
    ("koordinator", "/sdi/daftar-data/cakupan/tahun"),
    ("koordinator", "/sdi/daftar-data/cakupan/daftar"),
    ("koordinator", "/sdi/daftar-data/cakupan/daftar?timing=running"),
    ("koordinator", "/sdi/daftar-data/cakupan/berita-acara/disperdagangan-contoh"),
    ("koordinator", "/sdi/daftar-data/edisi/{edition}/pusat"),
    ("koordinator", "/sdi/daftar-data/edisi/{edition}/produsen"),
    (STRANGER, "/sdi/daftar-data/beda?from={edition}&to={edition}"),
    (ADMIN, "/ckan-admin/sdi"),
    (ADMIN, "/sdi/kode/kode_wilayah/muat"),
)


@pytest.fixture(scope="module")
def places(portal: Portal, people: People) -> dict[str, str]:
    """A small province, and the ids of what is in it."""
    people.settle(("Bappeda Contoh", "koordinator"), ("Diskominfo Contoh", "walidata"))
    imported = portal.send("sdi_daftar_data_import", "daftar.csv", files.regional_list())
    edition = imported["edition"]["id"]
    portal.act("sdi_daftar_data_edition_agree", id=edition)
    query = {"q": files.REFERS["Nama Data"]}
    item = portal.act("sdi_daftar_data_search", **query)["results"][0]["id"]
    portal.act("sdi_daftar_data_item_update", id=item, table_schema=json.dumps(STANDARD))
    right, wrong = files.without_persons(), files.without_persons().replace(b"64.7", b"64.9")
    return {
        "item": item,
        "edition": edition,
        "draf": make_dataset(portal, "draf", item, wrong),
        "diserahkan": make_dataset(portal, "diserahkan", item, right, "submit"),
        "terbit": make_dataset(portal, "terbit", item, right, "submit", "publish"),
    }


def make_dataset(portal: Portal, name: str, item: str, content: bytes, *done: str) -> str:
    """A dataset with a file that was checked, and the steps it took; the id of the file."""
    portal.act("package_create", **files.complete_dataset(name, item))
    given = {"package_id": name, "name": "Perusahaan", "table_schema": json.dumps(STANDARD)}
    resource = portal.send("resource_create", "perusahaan.csv", content, **given)["id"]
    portal.wait_for_check(resource)
    for step in done:
        portal.act(f"sdi_dataset_{step}", id=name)
    return resource


@pytest.mark.parametrize(
    "who", sorted({who for who, _ in PAGES}), ids=lambda who: who or "stranger"
)
def test_every_page(who: str, people: People, places: dict[str, str]) -> None:
    page = people.of(who)
    usual = ckans_own(page)
    faults: list[str] = []
    for address in [address.format(**places) for one, address in PAGES if one == who]:
        for view in (WIDE, NARROW):
            page.set_viewport_size(view)
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == 200, address
            faults += [f"{address} at {view['width']}: {found}" for found in judge(page, usual)]
    assert not faults, "\n".join(faults)
    assert people.complaints == []


def test_with_scripts_off(people: People, places: dict[str, str]) -> None:
    page = people.window("produsen", java_script_enabled=False)
    page.goto(f"/dataset/new?daftar_data_item={places['item']}")
    steps.complete(page)
    steps.fill_in(page, title="Tanpa skrip", name="tanpa-skrip", cakupan_wilayah="64.71, 64.72")
    steps.press(page, "Simpan dan tambah berkas")
    wrong = files.without_persons().replace(b"64.74", b"64.99")
    steps.upload(page, "perusahaan.csv", wrong)
    with page.expect_navigation():
        page.locator("a[href$='/pemeriksaan']").first.click()
    check = page.url
    steps.report(page)
    steps.says(page, "Berkas belum dapat diterima", "4 hal harus diperbaiki.")
    assert steps.tasks(page) == {("kode.unknown", "kode_wilayah"): 4}
    steps.press(page, "Unggah berkas yang sudah diperbaiki")
    steps.upload(page, "perusahaan.csv", files.without_persons())
    page.goto(check)
    steps.report(page)
    steps.says(page, "Berkas diterima")
    steps.press(page, "Lihat apakah dataset dapat diserahkan")
    steps.press(page, "Serahkan")
    steps.says(page, "Dataset sudah diserahkan.")
    page.context.close()
