"""The Forum's list from the import of next year's to what strangers read of it: real processes,
people who log in, files from a spreadsheet. The tests build on one another.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser import files, steps
from tests.browser.looks import ckans_own, judge
from tests.browser.people import NARROW, WIDE, People
from tests.browser.portal import Portal
from tests.daftar_data.lists import COLUMNS, ROW, as_csv, as_xlsx, records

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
THIS_YEAR = dt.date.today().year  # noqa: DTZ011  what is owed goes by the portal's own day
LAST_YEAR = THIS_YEAR - 1
# As wide as an upright A4 sheet between its margins: no wider than a telephone held sideways.
SHEET = ViewportSize(width=718, height=1000)
COVERAGE = "/sdi/daftar-data/cakupan"
KEPT = {"ID DDD": "64.301", "Nama Data": "Pasar rakyat", "Produsen Data": files.OFFICE}
GONE = {"ID DDD": "64.302", "Nama Data": "Toko modern", "Produsen Data": files.OFFICE}
OTHERS = {"ID DDD": "64.303", "Nama Data": "Puskesmas", "Produsen Data": files.OTHER_OFFICE}
# Not quite what the office is called.
NEW = {"ID DDD": "64.304", "Nama Data": "Gudang", "Produsen Data": "Dinas Perdagangan Conto"}
FAULTS = {"Jadwal Pemutakhiran": "kadang"}, {"Klasifikasi Data sesuai Risiko": "rahasia"}


def items(year: int, *given: dict[str, str]) -> list[list[str]]:
    """A list of 19 columns with its title rows."""
    title = ("DAFTAR DATA DAERAH PROVINSI CONTOH", f"TAHUN {year}")
    return records([{**ROW, "ID DDP": "-", **one} for one in given], title=title)


def workbook(table: list[list[str]]) -> Any:
    """A table as one chooses it in a form."""
    return {"name": "daftar.xlsx", "mimeType": XLSX, "buffer": as_xlsx({"Daftar": table})}


@pytest.fixture(scope="module")
def state(portal: Portal, people: People) -> dict[str, Any]:
    """Last year's list counts; what a test leaves to the next."""
    people.settle(("Bappeda Contoh", "koordinator"), ("Diskominfo Contoh", "walidata"))
    content = as_csv(items(LAST_YEAR, KEPT, GONE, OTHERS))
    edition = portal.send("sdi_daftar_data_import", "lama.csv", content)["edition"]["id"]
    portal.act("sdi_daftar_data_edition_agree", id=edition)
    return {"before": edition}


@pytest.fixture(scope="module")
def usual(people: People, state: dict[str, Any]) -> Counter[str]:
    """What axe finds on a page of CKAN's own."""
    return ckans_own(people.of("koordinator"))


def looks_right(page: Page, usual: Counter[str]) -> None:
    """On a desk and on a telephone nothing sticks out, and axe finds nothing of ours."""
    if page.locator(".flash-messages .alert").count():
        page.reload()  # CKAN's messages stand outside its landmarks
    for view in (NARROW, WIDE):
        page.set_viewport_size(view)
        assert judge(page, usual) == [], f"{page.url} at {view['width']}"


def main(page: Page) -> Any:
    return page.locator("[role=main]")


def test_1_two_faults_are_told_at_once_by_the_keyboard_alone(
    portal: Portal, people: People, usual: Counter[str]
) -> None:
    page = people.of("koordinator")
    page.goto("/sdi/daftar-data/impor", wait_until="networkidle")
    faulty = items(THIS_YEAR, KEPT | FAULTS[0], OTHERS, NEW | FAULTS[1])
    page.set_input_files("#sdi-upload", workbook(faulty))
    page.focus("#sdi-upload")
    for field, typed in (("sdi-level", ""), ("sdi-tahun", ""), ("sdi-title", "Daftar baru")):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == field
        page.keyboard.type(typed)
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    steps.says(page, "ada 2 kesalahan", "Tidak ada yang diubah")
    rows = page.locator("#sdi-errors ~ div tbody tr")
    found = [row.locator("td").all_inner_texts()[:3] for row in rows.all()[:2]]
    assert found == [["1", COLUMNS[14], "Daftar!O6"], ["3", COLUMNS[10], "Daftar!K8"]]
    assert page.input_value("#sdi-title") == "Daftar baru", "what was typed stays"
    assert portal.act("sdi_daftar_data_edition_list")["count"] == 1
    people.picture(page, "dua-kesalahan")
    looks_right(page, usual)


def test_2_the_mended_list_shows_what_it_changes(
    people: People, state: dict[str, Any], usual: Counter[str]
) -> None:
    page = people.of("koordinator")
    changed = {**KEPT, "Satuan": "unit", "Klasifikasi Data sesuai Risiko": "Terbuka"}
    page.set_input_files("#sdi-upload", workbook(items(THIS_YEAR, changed, OTHERS, NEW)))
    steps.press(page, "Impor")
    steps.says(page, "Daftar diimpor sebagai draf: 3 item")
    state["edition"] = page.url.rpartition("/")[2]
    steps.says(page, "1 baru, 1 hilang, 1 berubah, 1 tetap", "64.304 · Gudang", "64.302")
    people.picture(page, "perbedaan")
    looks_right(page, usual)


def test_3_a_like_name_is_proposed_and_a_person_says_so(
    portal: Portal, people: People, state: dict[str, Any], usual: Counter[str]
) -> None:
    page = people.of("koordinator")
    steps.press(page, "Tentukan perangkat daerahnya")
    chosen = page.get_by_label("Perangkat daerah produsen")
    proposed = chosen.locator("optgroup").first.locator("option").first
    assert files.OFFICE in proposed.inner_text()
    assert chosen.input_value() == "", "nothing is chosen for the person"
    looks_right(page, usual)
    chosen.select_option(proposed.get_attribute("value"))
    steps.press(page, "Simpan")
    steps.says(page, "Semua produsen dalam daftar ini")
    page.goto(f"/sdi/daftar-data/edisi/{state['edition']}")
    steps.press(page, "Catat bahwa Forum sepakat")
    steps.says(page, "Edisi disepakati: mulai sekarang berlaku.")
    looks_right(page, usual)
    (found,) = portal.act("sdi_daftar_data_search", q="Gudang")["results"]
    assert found["organization"]["title"] == files.OFFICE


def test_4_the_office_sees_what_it_owes(people: People, usual: Counter[str]) -> None:
    page = people.of("produsen")
    page.goto("/sdi/tugas")
    tasks = page.locator(".sdi-task")
    # Of last year's list one period of two items; this year's runs.
    texts = tasks.all_inner_texts()
    assert any("Pasar rakyat" in text and f"Data {LAST_YEAR}" in text for text in texts)
    assert not any("Puskesmas" in text for text in texts)
    looks_right(page, usual)
    page.get_by_role("link", name="Saatnya diserahkan").click()
    steps.says(page, "jatuh tempo")
    first = tasks.filter(has_text="Pasar rakyat").first
    with page.expect_navigation():
        first.locator("a.btn").click()
    assert page.input_value("#field-title").startswith("Pasar rakyat")
    assert page.input_value("#field-periode_awal") == str(LAST_YEAR)


def test_5_each_number_of_the_coverage_leads_to_its_list(
    people: People, usual: Counter[str]
) -> None:
    page = people.of("koordinator")
    page.goto(f"{COVERAGE}?tahun={LAST_YEAR}")
    people.picture(page, "cakupan")
    looks_right(page, usual)
    links = main(page).locator(".sdi-numbers a, .sdi-coverage a[href*='/daftar?']").all()
    numbers = {link.get_attribute("href"): int(link.inner_text()) for link in links}
    assert len(numbers) > 4
    for address, number in numbers.items():
        page.goto(str(address))
        assert main(page).locator("tbody tr").count() == number, address
    looks_right(page, usual)


def test_6_the_record_is_printed_and_is_a_file(people: People, usual: Counter[str]) -> None:
    page = people.of("koordinator")
    page.goto(f"{COVERAGE}?tahun={LAST_YEAR}")
    row = page.locator(".sdi-coverage tbody tr").filter(has_text=files.OFFICE)
    row.get_by_role("link", name="Cetak").click()
    page.fill("#sdi-follow-up", f"{THIS_YEAR + 2}-01-15")
    steps.press(page, "Tetapkan hari")
    lines = main(page).locator("tbody tr")
    told = [line.locator("td, th").all_inner_texts() for line in lines.all()]
    assert len(told) == 2
    assert {line[-1] for line in told} == {f"15 Januari {THIS_YEAR + 2}"}
    looks_right(page, usual)
    people.picture(page, "berita-acara")
    with page.expect_download() as download:
        main(page).get_by_role("link", name="CSV").click()
    text = download.value.path().read_text("utf-8-sig")
    _, *rows = csv.reader(io.StringIO(text))
    assert [row[1] for row in rows] == [line[1].split(" (")[0] for line in told]

    page.emulate_media(media="print")
    page.set_viewport_size(SHEET)
    for part in (".masthead", ".site-footer", "#sdi-follow-up"):
        expect(page.locator(part).first).to_be_hidden()
    cell = lines.first.locator("td").first
    assert cell.evaluate("cell => getComputedStyle(cell).display") == "table-cell"
    assert len(page.pdf(format="A4", prefer_css_page_size=True)) > 10_000
    page.goto(f"{COVERAGE}?tahun={LAST_YEAR}")
    wide = main(page).evaluate("main => main.scrollWidth - main.clientWidth")
    assert wide <= 0, "the coverage is wider than the sheet"
    page.emulate_media(media="screen")


def test_7_the_list_on_paper_keeps_its_ids_whole(people: People, state: dict[str, Any]) -> None:
    page = people.of()
    page.goto(f"/sdi/daftar-data/edisi/{state['edition']}/cetak")
    page.emulate_media(media="print")
    page.set_viewport_size(ViewportSize(width=1512, height=1000))
    cell = page.get_by_role("cell", name="64.301")
    style = "cell => [getComputedStyle(cell).lineHeight, cell.clientHeight, cell.innerText]"
    heights = cell.evaluate(
        "cell => { const range = document.createRange(); range.selectNodeContents(cell);"
        " return range.getClientRects().length; }"
    )
    assert heights == 1, cell.evaluate(style)
    page.emulate_media(media="screen")
    page.set_viewport_size(NARROW)
    assert cell.evaluate("cell => cell.clientWidth") > 40
    people.picture(page, "daftar-cetak")


def test_8_strangers_read_the_list_at_an_address_that_stays(
    portal: Portal, people: People, state: dict[str, Any], usual: Counter[str]
) -> None:
    page = people.of()
    page.goto("/sdi/daftar-data")
    steps.says(page, "Gudang", "Puskesmas")
    looks_right(page, usual)
    link = page.get_by_role("link", name="CSV Daftar provinsi")
    address = portal.url + str(link.get_attribute("href"))
    assert "/terkini/provinsi.csv" in address
    answer = requests.get(address, timeout=60)
    assert "64.304" in answer.text
    assert "64.302" not in answer.text
    again = {"If-None-Match": answer.headers["ETag"]}
    assert requests.get(address, headers=again, timeout=60).status_code == 304
    page.get_by_role("link", name="Gudang").click()
    page.get_by_role("link", name="Siapa wajib").click()
    steps.says(page, "ditunjukkan kepada perangkat daerah yang wajib")
    looks_right(page, usual)


def test_no_script_complained(people: People) -> None:
    assert people.complaints == []
