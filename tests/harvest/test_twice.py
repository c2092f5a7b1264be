"""What comes twice, by two sources, two messages or two workers: it is here once."""

from __future__ import annotations

import threading
from typing import Any

import pytest

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.harvest import queue
from ckanext.harvest.model import HarvestObject
from ckanext.sdi.harvest.portal import PortalHarvester
from tests.harvest import fake_ckan
from tests.harvest.fake_ckan import FakeCkan
from tests.harvest.test_gathering import run_gather, states
from tests.harvest.test_portal import harvest, messages, objects, source_of, taken_in
from tests.province import GOOD_CSV, Province

pytestmark = pytest.mark.usefixtures("with_plugins", "province")


def test_the_same_dataset_through_two_sources_comes_once(
    province: Province, allowed: FakeCkan, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = "5b0c8e0e-8f6a-4c0e-9d0a-0a5d6b1f3c77"
    other = fake_ckan.start()
    hosts = [allowed.host, other.host]
    monkeypatch.setitem(tk.config, "ckanext.sdi.harvest.allowed_private_hosts", hosts)
    try:
        for there in (allowed, other):
            there.has(same, id_ddd="DDD-001")
            there.has("1", id_ddd="DDD-001", title="Lain di tiap portal")
        first = source_of(province, allowed)
        second = source_of(province, other, name="kedua", title="Kedua")
        assert messages(harvest(province, first)) == []
        for _ in range(2):
            (message,) = messages(harvest(province, second))
            assert "Sumber" in message
        assert len(taken_in()) == 3
        # Once it is nowhere here any more, it comes from there.
        (there_now,) = [package for package in taken_in() if package.title.endswith("3c77")]
        province.act("produsen", "package_delete", id=there_now.id)
        assert messages(harvest(province, second)) == []
    finally:
        fake_ckan.stop(other)


def test_an_object_that_has_its_turn_twice_makes_one_dataset(
    province: Province, allowed: FakeCkan
) -> None:
    allowed.has("ada", id_ddd="DDD-001")
    _, (object_id,) = run_gather(province, source_of(province, allowed))
    for _ in range(2):
        queue.fetch_and_import_stages(PortalHarvester(), HarvestObject.get(object_id))
        model.Session.remove()
    assert len(taken_in()) == 1
    assert [found.report_status for found in objects()] == ["added"]


def test_an_object_that_has_its_turn_twice_keeps_what_was_told_of_it(
    province: Province, allowed: FakeCkan
) -> None:
    allowed.has("tidak", id_ddd="DDD-999")
    _, (object_id,) = run_gather(province, source_of(province, allowed))
    for _ in range(2):
        queue.fetch_and_import_stages(PortalHarvester(), HarvestObject.get(object_id))
        model.Session.remove()
    (found,) = objects()
    assert (found.state, found.report_status, len(found.errors)) == ("ERROR", "errored", 1)


@pytest.mark.parametrize("with_file", [False, True])
def test_two_workers_with_one_object_make_one_dataset(
    with_file: bool, province: Province, allowed: FakeCkan, app: Any
) -> None:
    """Each has a connection of its own, and both begin before either has ended."""
    allowed.files["usaha.csv"] = GOOD_CSV.encode()
    allowed.has("ada", *(["usaha.csv"] if with_file else []), id_ddd="DDD-001")
    _, (object_id,) = run_gather(province, source_of(province, allowed))
    model.Session.remove()
    together = threading.Barrier(2, timeout=30)

    def work() -> None:
        with app.flask_app.test_request_context():
            found = HarvestObject.get(object_id)
            together.wait()
            queue.fetch_and_import_stages(PortalHarvester(), found)
            model.Session.remove()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert len(taken_in()) == 1
    assert [found.report_status for found in objects()] == ["added"]
    assert states() == {"ada": "taken"}
