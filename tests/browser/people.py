"""The people of a portal, who log in with a password and look at pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize

import ckan.plugins.toolkit as tk
from ckan import model

from tests.browser import files
from tests.browser.portal import PATIENCE, Portal

PASSWORD = "sandi-uji-12345"
ADMIN = "pengelola"
NAMES = {
    "produsen": "Sari Produsen",
    "walidata": "Wawan Walidata",
    "koordinator": "Kartika Koordinator",
}
# By short name: the title, and who works there.
OFFICES = {
    "disperdagangan-contoh": (files.OFFICE, "produsen"),
    "dinkes-contoh": (files.OTHER_OFFICE, None),
    "diskominfo-contoh": ("Diskominfo Contoh", "walidata"),
    "bappeda-contoh": ("Bappeda Contoh", "koordinator"),
}
WIDE, NARROW = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
# What the browser itself says of a page that is not there, or of a form that is refused.
_STATUS = re.compile(r"the server responded with a status of (403|404|422)")
# CKAN's table view answers 400 when it is looked at before the rows of a new file are there.
_TABLE = re.compile(r"/datatables/ajax/")


def make_admin() -> str:
    """Make the portal's sysadmin in its database, as `ckan sysadmin add` does; an API token."""
    from ckan.tests.pytest_ckan import ckan_setup

    user = model.User(
        name=ADMIN, password=PASSWORD, email="pengelola@example.com", sysadmin=True, state="active"
    )
    model.Session.add(user)
    model.Session.commit()
    context: Any = {"ignore_auth": True, "user": ADMIN}
    request: Any = ckan_setup._tests_test_request_context
    with request.app.test_request_context():
        made = tk.get_action("api_token_create")(context, {"user": ADMIN, "name": "uji"})
    # What runs from here on has sessions of its own, and must find no lock.
    model.Session.remove()
    return made["token"]


@dataclass
class People:
    """Who uses the portal: a window for each, and what went wrong in any of them."""

    portal: Portal
    browser: Browser
    windows: dict[str, Page] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    pictures: int = 0

    def make(self, name: str, fullname: str) -> None:
        """A user with a password."""
        email = f"{name}@example.com"
        self.portal.act("user_create", name=name, email=email, password=PASSWORD, fullname=fullname)

    def settle(self, *roles: tuple[str, str]) -> None:
        """Three people and their offices; the sysadmin gives some of these a role by the page.

        :param roles: an office's title and its role
        """
        for name, fullname in NAMES.items():
            self.make(name, fullname)
        for name, (title, member) in OFFICES.items():
            users = [{"name": member, "capacity": "editor"}] if member else []
            self.portal.act("organization_create", name=name, title=title, users=users)
        page = self.of(ADMIN)
        for title, role in roles:
            page.goto("/ckan-admin/sdi")
            page.select_option("#sdi-organization", label=title)
            page.select_option("#sdi-role", role)
            page.click("form button.btn-primary:has-text('Berikan peran')")
            page.get_by_text("Peran sudah diubah.").wait_for()

    def window(self, name: str = "", **options: Any) -> Page:
        """A new window; of a stranger unless a name is given, who then logs in by the form."""
        context = self.browser.new_context(
            base_url=self.portal.url, viewport=WIDE, locale="id-ID", **options
        )
        context.set_default_timeout(PATIENCE * 250)
        page = context.new_page()
        page.on("console", lambda message: self._listen(page, message))
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        if name:
            page.goto("/user/login")
            page.fill("#field-login", name)
            page.fill("#field-password", PASSWORD)
            page.click("form button[type=submit].btn-primary")
            page.wait_for_url(lambda url: "/user/login" not in url)
        return page

    def _listen(self, page: Page, message: ConsoleMessage) -> None:
        expected = _STATUS.search(message.text) or _TABLE.search(message.location.get("url", ""))
        if message.type == "error" and not expected:
            self.complaints.append(f"{page.url}: {message.text}")

    def of(self, name: str = "") -> Page:
        """The window of a person, who is logged in; of a stranger without a name."""
        if name not in self.windows:
            self.windows[name] = self.window(name)
        return self.windows[name]

    def picture(self, page: Page, name: str) -> None:
        """Keep the page as it looks on a desk and on a telephone, where nothing may stick out."""
        self.pictures += 1
        stem = f"{self.pictures:02}-{name}"
        for view in (NARROW, WIDE):
            page.set_viewport_size(view)
            path = self.portal.artefacts / f"{stem}-{view['width']}.png"
            page.screenshot(path=path, full_page=True, animations="disabled")
            assert overflow(page) <= 0, f"{page.url} is wider than {view['width']} pixels"

    def leave(self) -> None:
        """Close every window."""
        for page in self.windows.values():
            page.context.close()


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
