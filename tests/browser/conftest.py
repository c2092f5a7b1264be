"""A real portal for each module of tests: CKAN's processes on this machine, and Chromium."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

import ckan.plugins.toolkit as tk

from tests.browser.people import People, make_admin
from tests.browser.portal import ARTEFACTS, Portal

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker("browser")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep a picture of every window when a test fails."""
    report = yield
    people = getattr(item, "funcargs", {}).get("people")
    if report.failed and people:
        for name, page in people.windows.items():
            path = people.portal.artefacts / f"failed-{item.name}-{name or 'stranger'}.png"
            page.screenshot(path=path, full_page=True)
    return report


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """What a module's portal has set beside the settings of the tests."""
    return {}


@pytest.fixture(scope="module")
def portal(
    request: pytest.FixtureRequest,
    settings: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
    reset_db: Callable[[], None],
    migrate: Callable[[], None],
    reset_index: Callable[[], None],
    reset_datastore: Callable[[], None],
    reset_redis: Callable[[str], int],
) -> Iterator[Portal]:
    """An empty portal that answers: its web server and its worker run, and a sysadmin is there."""
    reset_db()
    migrate()
    reset_index()
    reset_datastore()
    # The server may be one that others use as well.
    reset_redis(f"*{tk.config['ckan.site_id']}*")
    name = Path(str(request.path)).stem
    portal = Portal(tmp_path_factory.mktemp(name), ARTEFACTS / name, settings)
    portal.token = make_admin()
    try:
        portal.start_web()
        portal.start("worker", "jobs", "worker")
        portal.wait_until_it_answers()
        yield portal
    finally:
        portal.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def people(portal: Portal, chromium: Browser) -> Iterator[People]:
    """The people of the portal, each in a browser window of their own."""
    people = People(portal, chromium)
    yield people
    people.leave()
