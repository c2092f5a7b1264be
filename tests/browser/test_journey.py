"""The main job of the portal, from the Forum's list to an answer of the Data API: real processes,
real files, people who log in with a password. The tests build on one another.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.browser import files, steps, strangers
from tests.browser.people import ADMIN, People
from tests.browser.portal import Portal
from tests.daftar_data.lists import DDP_EXCERPT
from tests.harvest import fake_ckan
from tests.harvest.fake_ckan import FakeCkan

OPEN, HIDDEN = "perusahaan-menurut-kabupaten-dan-kota", "penerima-bantuan-modal-usaha"


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[FakeCkan]:
    """Another server: it has the province's list as a file, and two datasets as a CKAN."""
    server = fake_ckan.start()
    yield server
    fake_ckan.stop(server)


@pytest.fixture(scope="module")
def portal(portal: Portal, elsewhere: FakeCkan) -> Portal:
    """The portal with its harvest consumers; the other server's address is allowed to it."""
    portal.start("gather", "harvester", "gather-consumer")
    portal.start("fetch", "harvester", "fetch-consumer")
    return portal


@pytest.fixture(scope="module")
def settings(elsewhere: FakeCkan) -> dict[str, str]:
    return {"ckanext.sdi.harvest.allowed_private_hosts": elsewhere.host}


@pytest.fixture(scope="module")
def state() -> dict[str, Any]:
    """What a test leaves to the next: ids, addresses."""
    return {}


def test_0_offices_people_and_roles(portal: Portal, people: People) -> None:
    people.settle(("Bappeda Contoh", "koordinator"), ("Diskominfo Contoh", "walidata"))
    page = people.of(ADMIN)
    people.picture(page, "peran")


def test_2_the_centres_list_by_the_page(people: People) -> None:
    page = people.of("koordinator")
    page.goto("/sdi/daftar-data/impor")
    people.picture(page, "impor-daftar")
    page.set_input_files("#sdi-upload", steps.csv_file("ddp.csv", files.centres_list()))
    page.fill("#sdi-tahun", files.YEAR)
    page.fill("#sdi-title", "Daftar Data Prioritas")
    steps.press(page, "Impor")
    steps.says(page, "Daftar diimpor sebagai draf", "Daftar Data Prioritas")
    people.picture(page, "edisi-pusat")
    steps.press(page, "Catat bahwa Forum sepakat")
    steps.says(page, "Edisi disepakati: mulai sekarang berlaku.")


@pytest.mark.skipif(
    not DDP_EXCERPT.exists(), reason=f"{DDP_EXCERPT.name} is not here: the list was a made-up one"
)
def test_2_the_real_excerpt_was_read(portal: Portal) -> None:
    (edition,) = portal.act("sdi_daftar_data_edition_list")["results"]
    assert edition["items"] == 11
    found = portal.act("sdi_daftar_data_search", q="Maternal Mortality Ratio", level="pusat")
    assert [item["id_ddp"] for item in found["results"]] == ["04.01.007"]


def test_2_a_faulty_list_by_the_page_changes_nothing(portal: Portal, people: People) -> None:
    page = people.of("koordinator")
    page.goto("/sdi/daftar-data/impor")
    faulty = files.regional_list(**{"Jadwal Pemutakhiran": "kadang"})
    page.set_input_files("#sdi-upload", steps.csv_file("daftar.csv", faulty))
    steps.press(page, "Impor")
    steps.says(page, "kadang", "Jadwal Pemutakhiran")
    people.picture(page, "impor-ditolak")
    assert portal.act("sdi_daftar_data_edition_list")["count"] == 1


def test_2_the_provinces_list_by_the_command_line(portal: Portal) -> None:
    path = portal.folder / "daftar.csv"
    path.write_bytes(files.regional_list())
    done = portal.ckan("sdi", "daftar-data", "import", str(path))
    assert done.returncode == 0, done.stderr
    assert "rows 4" in done.stdout
    editions = portal.act("sdi_daftar_data_edition_list")["results"]
    told = {(one["level"], one["state"]) for one in editions}
    assert told == {("pusat", "agreed"), ("provinsi", "draft")}
    _, found = portal.ask("sdi_daftar_data_search", q=files.REFERS["Nama Data"])
    assert found["count"] == 0, "a draft is nobody's business yet"


def test_2_the_provinces_list_by_harvest(
    portal: Portal, people: People, elsewhere: FakeCkan, state: dict[str, Any]
) -> None:
    elsewhere.files["daftar.csv"] = files.regional_list(files.OTHERS)
    page = people.of("koordinator")
    page.goto("/harvest/new")
    people.picture(page, "sumber-baru")
    assert "Source type" not in page.locator("form#source-new").inner_text()
    steps.make_source(page, "Daftar Forum", "sdi_forum", f"{elsewhere.url}/daftar.csv")
    assert "kadang" not in steps.run_source(page, portal, "daftar-forum")
    editions = portal.act("sdi_daftar_data_edition_list")["results"]
    (made,) = [one for one in editions if one["items"] == 5 and one["state"] == "draft"]
    state["edition"] = made["id"]

    steps.run_source(page, portal, "daftar-forum")
    assert portal.act("sdi_daftar_data_edition_list")["results"] == editions
    fault = {"Jadwal Pemutakhiran": "kadang"}
    elsewhere.files["daftar.csv"] = files.regional_list(files.OTHERS, **fault)
    assert "kadang" in steps.run_source(page, portal, "daftar-forum")
    assert portal.act("sdi_daftar_data_edition_list")["results"] == editions
    people.picture(page, "laporan-panen-daftar")


def test_2_agreed_the_list_counts(portal: Portal, people: People, state: dict[str, Any]) -> None:
    page = people.of("koordinator")
    page.goto(f"/sdi/daftar-data/edisi/{state['edition']}")
    people.picture(page, "edisi-daerah")
    steps.press(page, "Catat bahwa Forum sepakat")
    steps.says(page, "Edisi disepakati: mulai sekarang berlaku.")

    page = people.of()
    page.goto("/sdi/daftar-data")
    people.picture(page, "daftar-data")
    steps.search_list(page, "perusahaan", files.OFFICE, files.YEAR)
    page.get_by_role("link", name=files.REFERS["Nama Data"]).click()
    steps.says(page, files.REFERS["Definisi"], files.OFFICE)
    people.picture(page, "item")
    for item in (files.REFERS, files.RESTRICTED, files.NOT_COMPARED, files.DOES_NOT_REFER):
        _, found = portal.ask("sdi_daftar_data_search", q=item["Nama Data"], level="provinsi")
        state[item["ID DDD"]] = found["results"][0]["id"]


def test_3_the_item_fills_the_form(people: People, state: dict[str, Any]) -> None:
    page = people.of("produsen")
    page.goto("/sdi/tugas")
    steps.says(page, *(item["Nama Data"] for item in (files.REFERS, files.RESTRICTED)))
    assert files.OTHERS["Nama Data"] not in page.locator("body").inner_text()
    people.picture(page, "tugas")
    page.get_by_role("link", name=files.REFERS["Nama Data"]).first.click()
    steps.press(page, "Buat dataset")
    assert page.input_value("#field-title") == files.REFERS["Nama Data"]
    form = page.locator("form#dataset-edit, form.dataset-form").first
    for said in (files.REFERS["Definisi"], "perusahaan", "Tahunan", "Terbuka", files.OFFICE):
        assert said in form.inner_text()
    assert page.locator("[name=private]").count() == 0
    people.picture(page, "formulir")
    steps.fill_in(page, title="Perusahaan Kalimantan Timur 2025")
    steps.choose_area(page, "kalimantan ti", "Kalimantan Timur")
    steps.choose_area(page, "samar", "Kota Samarinda")
    people.picture(page, "formulir-terisi")
    steps.press(page, "Simpan dan tambah berkas")
    assert page.url.endswith(f"/dataset/{OPEN}/resource/new")


def test_4_a_file_with_wrong_cells(portal: Portal, people: People, state: dict[str, Any]) -> None:
    page = people.of("produsen")
    people.picture(page, "berkas-baru")
    steps.upload(page, "perusahaan.csv", files.with_mistakes())
    people.picture(page, "dataset-draf")
    with page.expect_navigation():
        page.locator("a[href$='/pemeriksaan']").first.click()
    state["check"] = page.url
    steps.press(page, "Usulkan standar kolom dari berkas")
    # "tujuh" hides that these are figures: the person who looks the proposal over sees it.
    page.get_by_label("Jenis jumlah_pekerja").select_option("integer")
    people.picture(page, "standar-kolom")
    steps.take_standard(page)
    steps.says(page, "Berkas belum dapat diterima", "7 hal harus diperbaiki.")
    people.picture(page, "laporan")
    assert steps.tasks(page) == {
        ("kode.unknown", "kode_wilayah"): 2,
        ("nik.date", "nik"): 1,
        ("nik.length", "nik"): 1,
        ("npwp.length", "npwp"): 1,
        ("integer.form", "jumlah_pekerja"): 2,
    }
    assert set(files.MISTAKES) <= set(steps.cells(page))
    assert files.nik(5) not in page.content(), "values that identify persons are masked"


def test_4_nothing_is_seen_or_loaded(portal: Portal, people: People, state: dict[str, Any]) -> None:
    dataset = portal.act("package_show", id=OPEN)
    assert (dataset["private"], dataset["sdi"]["state"]) == (True, "draft")
    state["resource"] = dataset["resources"][0]["id"]
    state["file"] = dataset["resources"][0]["url"]
    status, _ = portal.ask("datastore_search", portal.token, resource_id=state["resource"])
    assert status == 404
    strangers.see_nothing(people, OPEN, state["resource"], state["file"])


def test_5_incomplete_it_is_not_handed_in(
    portal: Portal, people: People, state: dict[str, Any]
) -> None:
    page = people.of("produsen")
    page.goto(f"/dataset/{OPEN}")
    page.get_by_role("link", name="Lihat yang masih kurang").click()
    people.picture(page, "kesesuaian")
    steps.press(page, "Serahkan")
    steps.says(page, "Tidak ada yang berubah", "Konsep", "Ukuran")
    people.picture(page, "serah-ditolak")
    assert portal.act("package_show", id=OPEN)["sdi"]["state"] == "draft"


def test_5_the_corrected_file_is_loaded_with_its_types(
    portal: Portal, people: People, state: dict[str, Any]
) -> None:
    page = people.of("produsen")
    page.goto(state["check"])
    steps.press(page, "Unggah berkas yang sudah diperbaiki")
    steps.upload(page, "perusahaan.csv", files.table(files.companies()))
    page.goto(state["check"])
    steps.report(page)
    steps.says(page, "Berkas diterima", "40 barisnya sudah ada di API Data.")
    people.picture(page, "laporan-diterima")
    shown = portal.act("datastore_search", resource_id=state["resource"], limit=1)
    types = {field["id"]: field["type"] for field in shown["fields"]}
    assert types | {"nik": "text", "jumlah_pekerja": "int8"} == types, types
    assert shown["total"] == 40
    strangers.see_nothing(people, OPEN, state["resource"], state["file"])


def test_5_persons_are_not_open_data(portal: Portal, people: People, state: dict[str, Any]) -> None:
    page = people.of("produsen")
    page.goto(f"/dataset/edit/{OPEN}")
    steps.complete(page)
    steps.press(page, "Simpan")
    page.goto(f"/dataset/{OPEN}/kesesuaian")
    people.picture(page, "kesesuaian-nik")
    steps.press(page, "Serahkan")
    steps.says(page, "Tidak ada yang berubah", "nik")
    assert page.locator("#sdi-errors li").count() == 1
    status, error = portal.ask("sdi_dataset_submit", portal.token, id=OPEN)
    assert status == 409
    assert [finding["rule"] for finding in error["findings"]] == ["data_pribadi.terbuka"]


def test_6_without_the_column_it_is_handed_in(
    portal: Portal, people: People, state: dict[str, Any]
) -> None:
    page = people.of("produsen")
    page.goto(f"/dataset/{OPEN}/resource/{state['resource']}/edit")
    steps.upload(page, "perusahaan.csv", files.without_persons())
    page.goto(state["check"])
    steps.report(page)
    steps.says(page, "Berkas belum dapat diterima")
    steps.press(page, "Periksa standar kolom")
    page.get_by_role("link", name="Usulkan dari berkas").click()
    steps.take_standard(page)
    steps.says(page, "Berkas diterima")
    steps.press(page, "Lihat apakah dataset dapat diserahkan")
    people.picture(page, "kesesuaian-lengkap")
    steps.press(page, "Serahkan")
    steps.says(page, "Dataset sudah diserahkan.")
    people.picture(page, "diserahkan")
    state["file"] = portal.act("package_show", id=OPEN)["resources"][0]["url"]
    strangers.see_nothing(people, OPEN, state["resource"], state["file"])


def test_6_the_walidata_returns_it(portal: Portal, people: People, state: dict[str, Any]) -> None:
    page = people.of("walidata")
    page.goto("/sdi/tugas")
    people.picture(page, "antrean")
    steps.press(page, "Periksa")
    assert page.url.endswith(f"/dataset/{OPEN}/kesesuaian")
    for principle in (
        *("standar_data", "metadata", "interoperabilitas", "kode_referensi"),
        *("daftar_data", "data_pribadi"),
    ):
        assert page.locator(f"#sdi-{principle}").is_visible()
    people.picture(page, "kesesuaian-walidata")
    page.fill("#sdi-reason", "Jelaskan di deskripsi, izin apa saja yang dihitung.")
    steps.press(page, "Kembalikan")
    steps.says(page, "Dataset sudah dikembalikan dengan temuan Anda.")
    strangers.see_nothing(people, OPEN, state["resource"], state["file"])


def test_6_mended_it_is_handed_in_again(people: People) -> None:
    page = people.of("produsen")
    page.goto("/sdi/tugas")
    people.picture(page, "tugas-dikembalikan")
    steps.press(page, "Lanjutkan")
    steps.says(page, "Jelaskan di deskripsi, izin apa saja yang dihitung.")
    page.goto(f"/dataset/edit/{OPEN}")
    steps.fill_in(page, notes="Perusahaan dengan izin usaha perdagangan yang masih berlaku.")
    steps.press(page, "Simpan")
    steps.hand_in(page, OPEN)


def test_6_the_walidata_publishes_it(people: People, state: dict[str, Any]) -> None:
    strangers.see_nothing(people, OPEN, state["resource"], state["file"])
    page = people.of("walidata")
    page.goto("/sdi/tugas")
    steps.press(page, "Periksa")
    steps.press(page, "Publikasikan")
    steps.says(page, "Dataset sudah dipublikasikan.")
    people.picture(page, "dipublikasikan")


def test_7_a_stranger_finds_it_and_gets_its_rows(
    portal: Portal, people: People, state: dict[str, Any]
) -> None:
    page = people.of()
    steps.search_datasets(page, "perusahaan perdagangan")
    people.picture(page, "pencarian")
    page.get_by_role("link", name="Perusahaan Kalimantan Timur 2025").first.click()
    steps.says(page, "Sudah diperiksa dan dipublikasikan", files.REFERS["Definisi"])
    people.picture(page, "dataset-publik")
    page.locator("a[href*='/resource/']").first.click()
    steps.says(page, state["resource"], "npwp", "Tabel")
    page.frame_locator("iframe").get_by_text(files.npwp(131_216)).first.wait_for()
    people.picture(page, "berkas-publik")
    strangers.find_it(people, OPEN, "perusahaan perdagangan")
    strangers.get_its_rows(people, state["resource"])
    assert requests.get(state["file"], timeout=60).content == files.without_persons()


def test_7_restricted_it_stays_unseen(
    portal: Portal, people: People, state: dict[str, Any]
) -> None:
    page = people.of("koordinator")
    page.goto(f"/sdi/daftar-data/{state['64.102']}/koreksi")
    page.fill("#sdi-table-schema", json.dumps(files.RECIPIENTS))
    page.fill("#sdi-reason", "Standar penerima bantuan 2026")
    page.locator("form:has(#sdi-table-schema) button").click()
    steps.says(page, "Koreksi disimpan.")
    people.picture(page, "item-koordinator")
    page = people.of("produsen")
    page.goto(f"/sdi/daftar-data/{state['64.102']}")
    steps.press(page, "Buat dataset")
    steps.complete(page)
    steps.choose_area(page, "kalimantan ti", "Kalimantan Timur")
    steps.press(page, "Simpan dan tambah berkas")
    steps.upload(page, "penerima.csv", files.recipients())
    (resource,) = portal.act("package_show", id=HIDDEN)["resources"]
    steps.open_report(page, HIDDEN, resource["id"])
    steps.says(page, "Berkas diterima", "12 barisnya sudah ada di API Data.")
    people.picture(page, "laporan-terbatas")
    steps.hand_in(page, HIDDEN)
    steps.publish(people.of("walidata"), HIDDEN)
    assert portal.act("package_show", id=HIDDEN)["sdi"]["state"] == "published"
    assert portal.act("datastore_search", resource_id=resource["id"])["total"] == 12
    strangers.see_nothing(people, HIDDEN, resource["id"], resource["url"])


def test_7_what_was_not_compared_is_not_handed_in(portal: Portal, state: dict[str, Any]) -> None:
    portal.act("package_create", **files.dataset("pasar-rakyat", state["64.103"]))
    status, error = portal.ask("sdi_dataset_submit", portal.token, id="pasar-rakyat")
    assert status == 409
    rules = {finding["rule"] for finding in error["findings"]}
    assert rules >= {"daftar_data.belum_dicek", "interoperabilitas.no_resource"}


def test_9_of_another_ckan_only_what_the_list_names(
    portal: Portal, people: People, elsewhere: FakeCkan, state: dict[str, Any]
) -> None:
    portal.act(
        "sdi_daftar_data_item_update", id=state["64.104"], table_schema=json.dumps(files.PRICES)
    )
    elsewhere.files["harga.csv"] = files.prices()
    named = {"extras": [{"key": "id_ddd", "value": "64.104"}]}
    elsewhere.has("harga", "harga.csv", title="Harga eceran", private=False, **named)
    elsewhere.has("lain", "harga.csv", title="Harga tanah", id_ddd="64.999")
    page = people.of(ADMIN)
    steps.make_source(page, "Portal Dinas", "sdi_portal", elsewhere.url, "disperdagangan-contoh")
    told = steps.run_source(page, portal, "portal-dinas")
    assert "Harga tanah" in told
    assert "64.999" in told
    assert "Harga eceran" not in told
    people.picture(page, "laporan-panen-dataset")

    found = portal.act("package_search", q="harga", include_private=True, include_drafts=True)
    (taken,) = [one for one in found["results"] if one["type"] == "dataset"]
    assert (taken["private"], taken["sdi"]["state"]) == (True, "draft")
    assert taken["daftar_data_item"] == state["64.104"]
    (resource,) = taken["resources"]
    page = people.of("produsen")
    steps.open_report(page, taken["name"], resource["id"])
    steps.says(page, "Berkas diterima")
    people.picture(page, "laporan-panenan")
    rows = portal.act("datastore_search", resource_id=resource["id"])["records"]
    assert rows[0]["kode_wilayah"] == files.REGIONS[0]
    strangers.see_nothing(people, taken["name"], resource["id"], resource["url"])


def test_no_script_complained(people: People) -> None:
    assert people.complaints == []
