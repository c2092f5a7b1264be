"""Two lists at the same time, and one that is broken off."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from zlib import crc32

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.daftar_data import bulk, store
from ckanext.sdi.model import Edition, Item, ItemVersion
from tests.daftar_data.acting import everything, imported
from tests.daftar_data.lists import regional
from tests.province import Province

WHILE = 0.5
LIST_2026 = b"sdi_daftar_data:provinsi:2026"
ITEMS = b"sdi_daftar_data_item:provinsi"


@contextmanager
def meanwhile(write: Callable[[Any], None]) -> Iterator[None]:
    """Another process has written something, and commits it a moment later."""
    begun = threading.Event()

    def run() -> None:
        assert model.meta.engine is not None
        with model.meta.engine.begin() as other:
            write(other)
            begun.set()
            time.sleep(WHILE)

    thread = threading.Thread(target=run)
    thread.start()
    assert begun.wait(10)
    yield
    thread.join()


def test_the_same_item_in_the_list_of_another_year(province: Province) -> None:
    def write(other: Any) -> None:
        other.execute(sa.select(sa.func.pg_advisory_xact_lock(crc32(ITEMS))))
        other.execute(sa.insert(Item).values(id="lain", level="provinsi", key="64.001"))

    with meanwhile(write):
        edition = imported(province, regional({}, {}))["edition"]
    query = sa.select(ItemVersion.item_id).where(ItemVersion.edition_id == edition["id"])
    assert "lain" in model.Session.scalars(query).all()


def test_the_same_file_by_somebody_else(province: Province) -> None:
    """The second waits, and then finds the draft of the first."""
    content = regional({}, {})
    before = imported(province, content)["edition"]
    model.Session.execute(sa.update(Edition).values(checksum="lain"))
    model.Session.commit()

    def write(other: Any) -> None:
        other.execute(sa.select(sa.func.pg_advisory_xact_lock(crc32(LIST_2026))))
        mine = sa.update(Edition).where(Edition.id == before["id"])
        other.execute(mine.values(checksum=before["checksum"]))

    with meanwhile(write):
        again = imported(province, content)
    assert (again["outcome"], again["edition"]["id"]) == ("unchanged", before["id"])


@pytest.mark.parametrize(
    ("happens", "answer"),
    [
        (sa.delete(Edition), tk.ObjectNotFound),
        (sa.update(Edition).values(state="closed"), tk.ValidationError),
    ],
)
def test_a_draft_that_somebody_else_is_done_with(
    happens: Any, answer: type[Exception], province: Province
) -> None:
    """Who agrees to it waits, and is told what became of it."""
    draft = imported(province, regional({}))["edition"]["id"]

    def write(other: Any) -> None:
        other.execute(sa.select(sa.func.pg_advisory_xact_lock(crc32(LIST_2026))))
        other.execute(happens.where(Edition.id == draft))

    with meanwhile(write), pytest.raises(answer):
        province.act("koordinator", "sdi_daftar_data_edition_agree", id=draft)


@pytest.mark.parametrize("after", ["rows", "file"])
def test_one_that_is_broken_off_leaves_nothing(
    after: str, province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything()

    def broken_off(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    place = (bulk, "join_known") if after == "rows" else (store.source_file, "keep")
    monkeypatch.setattr(*place, broken_off)
    with pytest.raises(KeyboardInterrupt):
        imported(province, regional({}, {}))
    # What ends a process, ends its transaction.
    model.Session.rollback()
    assert everything() == before
    monkeypatch.undo()
    assert imported(province, regional({}, {}))["outcome"] == "imported"
