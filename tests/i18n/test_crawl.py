"""The pages of every role, in Bahasa Indonesia, ask the catalogue for nothing it does not have.

No English is guessed in the HTML: while pages are made, every message looked up is compared with
what the catalogue answers, and one that comes back as it went in is noted. Needs the servers.
"""

from __future__ import annotations

import gettext
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import babel.support
import polib
import pytest
from werkzeug.exceptions import HTTPException

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import i18n, mailer
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp, call_action

from ckanext.sdi.rules import RULES
from tests.i18n.catalogue import load_script, same_as_source
from tests.province import (
    BAD_CSV,
    GOOD_CSV,
    ROLE_NAMES,
    Province,
    add_resource,
    make_dataset,
    make_province,
    published_dataset,
    run_checks,
)

# A second office's Produsen sees what the first sees.
ROLES = (None, *(role for role in ROLE_NAMES if role != "produsen_lain"))
# Where a crawl begins: the pages of a role's work, and those that nothing links to.
STARTS = (
    "/",
    "/sdi/tugas",
    "/sdi/daftar-data",
    "/sdi/kode/kode_wilayah/64.72",
    "/sdi/aturan",
    "/sdi/periksa",
    "/dataset/?q=nothing-is-called-so",
    "/dataset/no-such-dataset",
    "/dataset/new",
    "/dataset/jumlah-usaha",
    "/dataset/draf-usaha",
    "/dataset/draf-usaha/kesesuaian",
    "/dataset/edit/draf-usaha",
    "/dataset/draf-usaha/resource/new",
    "/organization/new",
    "/organization/member_new/dinas-uji",
    "/group/new",
    "/group/members/pangan",
    "/user/register",
    "/dashboard/",
    "/harvest",
    "/harvest/new",
    "/harvest/admin/portal-kota",
    "/ckan-admin/",
    "/ckan-admin/config",
    "/ckan-admin/sdi",
)
# A form sent empty shows the messages of its errors.
EMPTY_FORMS = (
    "/dataset/new",
    "/organization/new",
    "/group/new",
    "/harvest/new",
    "/user/register",
    "/user/reset",
    "/sdi/periksa",
)
PAGES_OF_A_KIND = 1
PAGES_OF_A_ROLE = 50
# A heading that CKAN looks up with its number in it; the extension's template takes its place.
REPLACED = re.compile(r"\d+ members")
# Addresses that end the session, or answer no page.
LEFT_ALONE = ("/user/_logout", "/user/logout", "/api/", "/static/", "/webassets/", "/base/", "/en/")


class Links(HTMLParser):
    """The addresses a page links to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


class Recorder:
    """Notes the messages whose translation is the message itself."""

    def __init__(self) -> None:
        # The source of a rule is the name of a decree.
        self.allowed = same_as_source() | {rule.source for rule in RULES.values()}
        # A text translated before, such as the label of a field, is at times looked up again.
        self.translated = {
            text
            for entry in polib.pofile(str(load_script().PO))
            for text in (entry.msgstr, *entry.msgstr_plural.values())
        }
        self.found: dict[str, str] = {}
        self.looked_up = 0
        self.page = ""

    def note(self, message: str, answer: str) -> str:
        self.looked_up += 1
        known = message in self.allowed or message in self.translated or REPLACED.fullmatch(message)
        if answer == message and message.strip() and not known:
            self.found.setdefault(str(message), self.page)
        return answer


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()

    def one(self: gettext.GNUTranslations, message: str) -> str:
        return recorder.note(message, gettext.GNUTranslations.gettext(self, message))

    def several(self: gettext.GNUTranslations, one: str, many: str, n: int) -> str:
        answer = gettext.GNUTranslations.ngettext(self, one, many, n)
        return recorder.note(one if answer != many else many, answer)

    for name in ("gettext", "ugettext"):
        monkeypatch.setattr(babel.support.Translations, name, one)
    for name in ("ngettext", "ungettext"):
        monkeypatch.setattr(babel.support.Translations, name, several)
    return recorder


def make_data(province: Province) -> None:
    """One of each thing that has pages; the datasets in the states with the most to tell."""
    factories.Group(name="pangan", title="Pangan")
    published_dataset(province, name="jumlah-usaha")
    draft = make_dataset(province, name="draf-usaha", satuan="", tag_string="")
    add_resource(province, draft["id"], csv=BAD_CSV)
    add_resource(province, draft["id"], csv=GOOD_CSV, table_schema="")
    run_checks()
    call_action(
        "harvest_source_create",
        context={"user": province.users["admin"]["name"], "ignore_auth": False},
        name="portal-kota",
        title="Portal Kota",
        url="https://example.com/",
        source_type="sdi_portal",
        owner_org=province.office["id"],
    )


def kind_of(app: CKANTestApp, path: str) -> str | None:
    """The view that answers an address; ``None`` where there is none."""
    try:
        endpoint, _values = app.flask_app.url_map.bind("test.ckan.net").match(path)
    except HTTPException:
        return None
    return endpoint


def internal(links: list[str]) -> Iterator[str]:
    """The links that stay on the portal, without their fragment."""
    for link in links:
        parts = urlsplit(link)
        own = parts.netloc in ("", "test.ckan.net") and parts.scheme in ("", "http", "https")
        if own and parts.path.startswith("/") and not parts.path.startswith(LEFT_ALONE):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def crawl(app: CKANTestApp, recorder: Recorder, role: str, headers: dict[str, str]) -> int:
    """Open the pages of a role, a few of every kind; the number opened."""
    waiting: list[str] = [*STARTS]
    seen = set(waiting)
    kinds: dict[str, int] = {}
    opened = 0
    while waiting and opened < PAGES_OF_A_ROLE:
        address = waiting.pop(0)
        recorder.page = f"{role}: {address}"
        answer = app.get(address, headers=headers)
        opened += 1
        assert answer.status_code < 500, recorder.page
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        parser = Links()
        parser.feed(answer.get_data(as_text=True))
        for link in internal(parser.found):
            kind = kind_of(app, urlsplit(link).path)
            if kind and link not in seen and kinds.get(kind, 0) < PAGES_OF_A_KIND:
                kinds[kind] = kinds.get(kind, 0) + 1
                seen.add(link)
                waiting.append(link)
    return opened


@pytest.mark.usefixtures("clean_datastore")
def test_no_page_of_any_role_lacks_a_translation(app: CKANTestApp, recorder: Recorder) -> None:
    # Pages are opened outside of this request: inside it, all would be of the first person.
    with app.flask_app.test_request_context():
        province = make_province()
        make_data(province)
        headers = {role: province.headers(role) for role in ROLES}
    recorder.found.clear()
    for role in ROLES:
        name = province.users[role]["name"] if role else "anonymous"
        page = app.get("/about", headers=headers[role]).get_data(as_text=True)
        assert (f"/user/{name}" in page) is bool(role), "seen as this person"
        assert crawl(app, recorder, name, headers[role]) > len(STARTS) // 2
        for address in EMPTY_FORMS:
            recorder.page = f"{name}: empty form of {address}"
            answer = app.post(address, data={"save": "save"}, headers=headers[role])
            assert answer.status_code < 500, recorder.page
    assert recorder.looked_up > 10_000, "the translations were not listened to"
    assert recorder.found == {}


@pytest.mark.usefixtures("with_plugins")
def test_the_scripts_messages_are_translated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "ckan.storage_path", str(tmp_path))
    i18n.build_js_translations()
    built = json.loads((tmp_path / "i18n" / "js" / "id.js").read_text("utf-8"))
    assert built.pop("")["plural-forms"] == "nplurals=1; plural=0;"
    marked = {
        entry.msgid
        for entry in polib.pofile(str(load_script().POT))
        if any(place.endswith(".js") for place, _line in entry.occurrences)
    }
    assert len(marked) > 50
    assert marked - set(built) == set()
    allowed = same_as_source()
    assert [key for key, forms in built.items() if key in forms[1:] and key not in allowed] == []


@pytest.mark.usefixtures("clean_db", "with_request_context")
def test_letters_are_in_indonesian(recorder: Recorder) -> None:
    """CKAN's mails are templates too, which no page shows."""
    user: Any = factories.User(fullname="Budi")
    group: Any = factories.Organization(title="Dinas Uji")
    person = model.User.get(user["id"])
    assert person is not None
    mailer.create_reset_key(person)
    recorder.found.clear()
    invitation = mailer.get_invite_body(person, group, "editor")
    reminder = mailer.get_reset_link_body(person)
    assert recorder.found == {}
    assert invitation.startswith("Yth. ")
    assert "Dinas Uji" in invitation
    assert "kata sandi" in reminder
