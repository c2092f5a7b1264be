"""A table that is designed on the pages: a column of codes, a wrong row, a right one."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

import ckan.plugins.toolkit as tk

from tests.browser import files, steps
from tests.browser.people import People
from tests.browser.portal import Portal


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """The Table Designer beside what the tests have; before the plugins whose pages it changes."""
    plugins = " ".join(tk.config["ckan.plugins"])
    return {"ckan.plugins": plugins.replace(" datastore ", " tabledesigner datastore ")}


@pytest.fixture
def office(portal: Portal, people: People) -> Page:
    """The window of an office's staff, with a draft of theirs."""
    people.settle(("Bappeda Contoh", "koordinator"))
    given = files.complete_dataset("tabel-sendiri", "")
    portal.act("package_create", **{name: value for name, value in given.items() if value})
    return people.of("produsen")


TYPE = "sdi_kode_wilayah_kab_kota"


def add_column(page: Page, type_: str, name: str, obligation: str) -> None:
    """Add a column of a type to the design that the page shows."""
    page.click("#tabledesigner-add")
    page.click(f".dropdown-menu [data-tdtype={type_}]")
    column = page.locator(".tabledesigner-fields-group .tabledesigner-field").last
    column.locator("input[name$=__id]").fill(name)
    column.locator("select[name$=__tdpkreq]").select_option(obligation)


def add_row(page: Page, address: str, *values: str) -> None:
    """Fill in the form of a new row, column after column, and save it."""
    page.goto(address)
    for number, value in enumerate(values, 1):
        page.fill(f"#field-{number}", value)
    steps.press(page, "Simpan")


def test_codes_in_a_designed_table(portal: Portal, people: People, office: Page) -> None:
    page = office
    page.goto("/dataset/tabel-sendiri/resource/new")
    page.get_by_label("Ketik barisnya di portal").check()
    steps.fill_in(page, name="Perusahaan")
    steps.press(page, "Simpan")
    resource = portal.act("package_show", id="tabel-sendiri")["resources"][0]["id"]

    page.goto(f"/dataset/tabel-sendiri/dictionary/{resource}")
    add_column(page, TYPE, "kode_wilayah", "pk")
    add_column(page, "integer", "jumlah", "")
    people.picture(page, "rancangan")
    steps.press(page, "Simpan")
    standard = portal.act("resource_show", id=resource)["table_schema"]
    assert standard["fields"][0]["sdi"] == {"code": "kode_wilayah", "level": "kab_kota"}

    new_row = f"/dataset/tabel-sendiri/tabledesigner/{resource}/add-row"
    add_row(page, new_row, "64.99", "5")
    people.picture(page, "baris-salah")
    steps.says(page, "Kolom kode_wilayah", "Kode “64.99” tidak ada dalam edisi mana pun")
    assert portal.act("datastore_search", resource_id=resource)["records"] == []
    add_row(page, new_row, "64.72", "5")
    people.picture(page, "baris-benar")
    (row,) = portal.act("datastore_search", resource_id=resource)["records"]
    assert (row["kode_wilayah"], row["jumlah"]) == ("64.72", 5)
    assert people.complaints == []
