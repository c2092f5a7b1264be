"""Two portals that run: the one takes the other's list and public datasets in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.model import Edition, ItemVersion
from tests.harvest import test_forum
from tests.harvest.second_portal import CLOSED, SecondPortal
from tests.harvest.test_portal import harvest, messages, source_of, taken_in
from tests.province import Province, make_province

pytestmark = pytest.mark.usefixtures("with_plugins")


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[SecondPortal]]:
    """Where the second portal is kept once the first test has made it."""
    kept: list[SecondPortal] = []
    yield kept
    for portal in kept:
        portal.end()


@pytest.fixture
def there(
    second: list[SecondPortal],
    clean_datastore: None,
    request_context: None,
    empty_db: Callable[[], None],
    reset_datastore: Callable[[], None],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> SecondPortal:
    """The second portal: its province is its own, with other ids than the one here."""
    if not second:
        second.append(SecondPortal(tmp_path_factory.mktemp("second")))
        second[0].begin()
        empty_db()
        reset_datastore()
    allow = [second[0].host]
    monkeypatch.setitem(tk.config, "ckanext.sdi.harvest.allowed_private_hosts", allow)
    return second[0]


@pytest.fixture
def here(there: SecondPortal) -> Province:
    """The province of the first portal."""
    return make_province()


@pytest.mark.parametrize("form", ["csv", "json"])
def test_its_list_becomes_an_edition_here(form: str, there: SecondPortal, here: Province) -> None:
    address = f"{there.url}/sdi/daftar-data/terkini/provinsi.{form}"
    source = test_forum.make_source(here, address)

    report = test_forum.harvest(here, source)

    assert report["object_errors"] == {}
    found = sa.select(Edition).where(Edition.state == "draft")
    edition = model.Session.scalars(found).one()
    items = model.Session.scalars(
        sa.select(ItemVersion)
        .where(ItemVersion.edition_id == edition.id)
        .order_by(ItemVersion.row_number)
    ).all()
    _, results = there.ask("sdi_daftar_data_search", level="provinsi")
    whole, closed = results["results"]
    assert closed["nama_data"] == CLOSED, "its name is all that is told, so it is not taken in"
    for item, said in zip(items, [whole], strict=True):
        own = ("id", "row_number", "level", "organization", "edition")
        assert {n: getattr(item, n) for n in said if n not in own} == {
            n: value for n, value in said.items() if n not in own
        }
    test_forum.harvest(here, source)
    editions = sa.select(sa.func.count()).select_from(Edition).where(Edition.state == "draft")
    assert model.Session.scalar(editions) == 1


def test_its_public_datasets_are_taken_in_under_the_list(
    there: SecondPortal, here: Province
) -> None:
    source = source_of(here, there)  # type: ignore[arg-type]  has an address too

    report = harvest(here, source)

    assert report["gather_errors"] == []
    assert messages(report) == []
    _, package = taken_in()
    shown = here.act("produsen", "package_show", id=package.id)
    assert shown["title"] == there.published["title"]
    assert shown["id"] != there.published["id"]
    assert (shown["private"], shown["sdi"]["state"]) == (True, "draft")
    assert shown["daftar_data_item"] == here.item_id != there.published["daftar_data_item"]
    (resource,) = shown["resources"]
    rows: Any = here.act("produsen", "datastore_search", resource_id=resource["id"])
    assert [row["kode_wilayah"] for row in rows["records"]] == ["64.72", "64.71"]
    touched = package.metadata_modified
    harvest(here, source)
    assert [found.metadata_modified for found in taken_in()][1:] == [touched]

    status, _ = there.ask(
        "sdi_dataset_withdraw", there.walidata, id=there.published["id"], reason="Salah angka"
    )
    assert status == 200
    (message,) = messages(harvest(here, source))
    assert there.published["title"] in message
    again = here.act("produsen", "package_show", id=shown["id"])
    assert again["sdi"]["state"] == "draft", "told, and left as it is"
