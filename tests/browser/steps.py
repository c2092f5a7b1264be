"""What people do on the pages of the portal, by what they see there."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser import files
from tests.browser.portal import PATIENCE

expect.set_options(timeout=PATIENCE * 500)


def button(page: Page, label: str) -> Locator:
    """A button or a link that looks like one."""
    return page.locator("button, a.btn", has_text=re.compile(rf"^\s*{re.escape(label)}\s*$"))


def press(page: Page, label: str) -> None:
    """Press it, and wait for the page that comes."""
    with page.expect_navigation():
        button(page, label).first.click()


def says(page: Page, *texts: str) -> None:
    """The page shows each of these texts."""
    for text in texts:
        expect(page.locator("body")).to_contain_text(text)


def csv_file(name: str, content: bytes) -> Any:
    """A file as one chooses it in a form."""
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def choose_area(page: Page, typed: str, wanted: str) -> None:
    """Choose an area of coverage by typing part of its name."""
    box = page.get_by_label("Cakupan wilayah")
    box.press_sequentially(typed)
    page.get_by_role("option", name=wanted).first.click()
    expect(page.locator(".sdi-area-chosen")).to_contain_text(wanted)


def fill_in(page: Page, **values: str) -> None:
    """Fill in fields of CKAN's forms by their names."""
    for name, value in values.items():
        field = page.locator(f"#field-{name}")
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def complete(page: Page) -> None:
    """Fill in what the list does not say of a dataset."""
    given = files.complete_dataset("", "")
    for name in (
        *("konsep", "ukuran", "periode_awal", "periode_akhir", "tingkat_penyajian"),
        *("metode_pengumpulan", "sumber", "penanggung_jawab"),
    ):
        fill_in(page, **{name: given[name]})


def search_list(page: Page, words: str, office: str, year: str) -> None:
    """Search the Daftar Data."""
    page.fill("#sdi-q", words)
    # Behind an office's name stands the number of its items.
    option = page.locator("#sdi-organization option", has_text=office).first
    page.select_option("#sdi-organization", option.get_attribute("value"))
    page.select_option("#sdi-tahun", year)
    press(page, "Cari")


def search_datasets(page: Page, words: str) -> None:
    """Search the datasets; the results come without a new page."""
    page.goto("/dataset/")
    box = page.locator("form input[name=q]").last
    box.fill(words)
    with page.expect_response(lambda response: "q=" in response.url):
        box.press("Enter")
    page.wait_for_url("**q=*")


def upload(page: Page, name: str, content: bytes) -> None:
    """Choose a file in the form of a resource, and save."""
    page.set_input_files("#field-resource-upload", csv_file(name, content))
    press(page, "Simpan")


def report(page: Page) -> None:
    """Wait on the page of the check until the report is there."""
    expect(page.locator("#sdi-verdict-heading")).to_be_visible()


def open_report(page: Page, dataset: str, resource: str) -> None:
    """Open the page of a file's check, and wait for the report."""
    page.goto(f"/dataset/{dataset}/resource/{resource}/pemeriksaan")
    report(page)


def take_standard(page: Page) -> None:
    """Take the column standard that the page shows, and wait for the report."""
    press(page, "Pakai standar kolom ini dan periksa berkas")
    report(page)


def hand_in(page: Page, dataset: str) -> None:
    """Hand a dataset in that nothing stands against."""
    page.goto(f"/dataset/{dataset}/kesesuaian")
    press(page, "Serahkan")
    says(page, "Dataset sudah diserahkan.")


def publish(page: Page, dataset: str) -> None:
    """Publish a dataset that nothing stands against."""
    page.goto(f"/dataset/{dataset}/kesesuaian")
    press(page, "Publikasikan")
    says(page, "Dataset sudah dipublikasikan.")


def tasks(page: Page) -> dict[tuple[str, str], int]:
    """The report's lines under what must be mended: rule and column, with how often."""
    rows = page.locator("section[aria-labelledby=sdi-tasks-error] tbody tr").all()
    found = {}
    for row in rows:
        address = row.locator("td[data-label='Sel pertama'] a").get_attribute("href") or ""
        rule = re.search(r"rule=([^&#]+)", address)
        column = row.locator("td[data-label='Kolom']").inner_text().strip()
        count = row.locator("td[data-label='Banyaknya']").inner_text().strip()
        # What is new since the check before stands under it.
        found[rule[1] if rule else "", column] = int(count.split()[0])
    return found


def cells(page: Page) -> list[str]:
    """The cells that the report names, in its order."""
    return [
        text.strip()
        for text in page.locator("section[aria-labelledby=sel] tbody th").all_inner_texts()
    ]


def make_source(page: Page, title: str, kind: str, address: str, office: str = "") -> None:
    """Make a source of harvests by its form."""
    page.goto("/harvest/new")
    # Its name comes of the title as one types.
    page.locator(".slug-preview").wait_for()
    page.fill("#field-url", address)
    page.fill("#field-title", title)
    page.check(f"input[name=source_type][value={kind}]")
    if office:
        page.locator("select[name=owner_org]").select_option(label=office, force=True)
    with page.expect_navigation():
        page.click("#save")


def run_source(page: Page, portal: Any, name: str) -> str:
    """Harvest a source anew as its owner does, and open the report of the job; its text."""
    # The question comes with CKAN's scripts, which begin when they have their translations.
    page.goto(f"/harvest/admin/{name}", wait_until="networkidle")
    page.locator("a[href*='/harvest/refresh/']").click()
    with page.expect_navigation():
        page.locator(".modal.show .btn-primary").click()
    finish_jobs(page, portal, name)
    page.goto(f"/harvest/{name}/job/last")
    return page.locator("body").inner_text()


def finish_jobs(page: Page, portal: Any, name: str) -> None:
    """Do what the administrator's timer does each minute, until the source's last job is over."""
    for _ in range(PATIENCE):
        portal.act("harvest_jobs_run")
        last_job = portal.act("harvest_source_show", id=name)["status"]["last_job"]
        if last_job and last_job["status"] == "Finished":
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"the job of {name} does not end; see {portal.artefacts}")
