"""What a harvest asks another portal for, and what it makes of a bad answer."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import logic, model

from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestObjectError
from ckanext.sdi.harvest import portal_import, remote
from ckanext.sdi.harvest.gathering import Gathering
from ckanext.sdi.harvest.portal import PortalHarvester
from ckanext.sdi.model import RemoteDataset, RemotePortal
from tests.harvest.fake_ckan import FakeCkan
from tests.harvest.test_portal import harvest, messages, objects, source_of, taken_in
from tests.province import GOOD_CSV, Province, published_dataset

pytestmark = pytest.mark.usefixtures("with_plugins", "province")

SEARCH = "/api/3/action/package_search"


@pytest.fixture
def five(allowed: FakeCkan, monkeypatch: pytest.MonkeyPatch) -> FakeCkan:
    """Five datasets that are not on the list, on pages of two."""
    monkeypatch.setattr(remote, "PAGE", 2)
    monkeypatch.setattr(remote, "PAUSES", (0, 0))
    for n in range(5):
        allowed.has(f"d{n}", id_ddd=f"LAIN-{n}")
    return allowed


def states() -> dict[str, str]:
    model.Session.expire_all()
    rows = model.Session.scalars(sa.select(RemoteDataset).order_by(RemoteDataset.guid))
    return {row.guid: row.state for row in rows}


def test_nothing_changed_is_two_requests_also_after_an_error(
    province: Province, five: FakeCkan
) -> None:
    five.has("z-ada", id_ddd="DDD-001")
    five.has("z-salah", id_ddd="DDD-001", sumber="x" * 2000)
    source = source_of(province, five)
    assert len(messages(harvest(province, source))) == 6
    assert states()["z-salah"] == "failed"
    (package,) = taken_in()
    touched = package.metadata_modified
    five.asked.clear()

    report = harvest(province, source)

    assert five.asked == [SEARCH, SEARCH]
    assert report["gather_errors"] == []
    (message,) = messages(report)
    assert "sumber" in message
    assert [found.guid for found in objects()].count("z-ada") == 1
    assert taken_in()[0].metadata_modified == touched


def test_a_change_on_a_late_page_is_found(province: Province, five: FakeCkan) -> None:
    five.has("z-ada", id_ddd="DDD-001")
    source = source_of(province, five)
    harvest(province, source)
    five.datasets[3] |= {"title": "Baru", "metadata_modified": "2025-07-01T00:00:00.000001"}
    five.asked.clear()
    harvest(province, source)
    assert len(five.asked) == 2
    titles = sa.select(RemoteDataset.title).where(RemoteDataset.guid == "d3")
    assert model.Session.scalar(titles) == "Baru"
    assert [found.guid for found in objects()].count("d3") == 2


def test_a_date_in_the_future_hides_no_change(province: Province, five: FakeCkan) -> None:
    five.datasets[0]["metadata_modified"] = "2999-01-01T00:00:00"
    harvest(province, source_of(province, five))
    since = model.Session.scalar(sa.select(RemotePortal.since))
    assert since is not None
    assert since <= datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)


def test_what_the_list_comes_to_name_is_taken_in_without_a_change_there(
    province: Province, five: FakeCkan
) -> None:
    source = source_of(province, five)
    harvest(province, source)
    assert set(states().values()) == {"refused"}
    model.Session.execute(
        sa.text("UPDATE sdi_daftar_data_item_version SET id_ddd = 'LAIN-2', id_ddp = NULL")
    )
    model.Session.commit()
    assert messages(harvest(province, source)) == []
    assert [package.title for package in taken_in()] == ["Dataset d2"]
    assert states()["d2"] == "taken"


def test_what_was_deleted_here_comes_again(province: Province, allowed: FakeCkan) -> None:
    allowed.has("ada", id_ddd="DDD-001")
    source = source_of(province, allowed)
    harvest(province, source)
    province.act("produsen", "package_delete", id=taken_in()[0].id)
    harvest(province, source)
    assert [package.state for package in taken_in()].count("active") == 1


def test_after_the_history_was_cleared_no_double_is_made(
    province: Province, allowed: FakeCkan
) -> None:
    allowed.has("ada", id_ddd="DDD-001")
    allowed.has("tidak", id_ddd="DDD-999")
    source = source_of(province, allowed)
    harvest(province, source)
    province.act("admin", "harvest_source_job_history_clear", id=source["id"])
    model.Session.commit()
    allowed.datasets[0] |= {"title": "Baru", "metadata_modified": "2025-07-01T00:00:00"}
    harvest(province, source)
    assert [package.title for package in taken_in()] == ["Baru"]


@pytest.mark.parametrize("seconds", [0.0, 6000.0])
def test_a_portal_that_takes_too_long_is_told_and_nothing_is_gone(
    seconds: float, province: Province, five: FakeCkan, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = source_of(province, five)
    harvest(province, source)
    model.Session.execute(sa.update(RemotePortal).values(since=None))
    model.Session.commit()
    monkeypatch.setattr(remote, "MAX_SECONDS", seconds)
    errors = harvest(province, source)["gather_errors"]
    assert [("menit" in error["message"]) for error in errors] == [True] * (not seconds)
    assert "gone" not in states().values()


def test_a_history_that_is_cleared_meanwhile_ends_nothing(
    province: Province, five: FakeCkan, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = source_of(province, five)
    harvest(province, source)
    model.Session.execute(sa.update(RemoteDataset).values(state="failed"))
    model.Session.commit()

    def cleared(gathering: Gathering, row: RemoteDataset) -> bool:
        if row.guid == "d1":
            other = sa.delete(HarvestObjectError).where(
                HarvestObjectError.harvest_object_id == row.object_id
            )
            model.Session.execute(other)
            gone = sa.delete(HarvestObject).where(HarvestObject.id == row.object_id)
            model.Session.execute(gone)
        return True

    with monkeypatch.context() as patched:
        patched.setattr(Gathering, "_may_differ", cleared)
        assert harvest(province, source)["gather_errors"] == []
    assert states() == {"d1": "failed", **{f"d{n}": "refused" for n in (0, 2, 3, 4)}}
    assert harvest(province, source)["gather_errors"] == []
    assert set(states().values()) == {"refused"}


def run_gather(province: Province, source: dict[str, Any]) -> tuple[Any, list[str]]:
    made = province.act("admin", "harvest_job_create", source_id=source["id"], run=False)
    tk.get_action("get_site_user")({"ignore_auth": True}, {})
    job: Any = HarvestJob.get(made["id"])
    return job, queue.gather_stage(PortalHarvester(), job)


def test_a_killed_gathering_is_gone_on_with(
    province: Province, five: FakeCkan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(listing: Any) -> Any:
        for start in (0, 2):
            yield listing._page(start)
        raise SystemExit

    source = source_of(province, five)
    made = province.act("admin", "harvest_job_create", source_id=source["id"], run=False)
    job: Any = HarvestJob.get(made["id"])
    with monkeypatch.context() as patched:
        patched.setattr(remote.Listing, "__iter__", killed)
        with pytest.raises(SystemExit):
            PortalHarvester().gather_stage(job)
    model.Session.rollback()
    ids = PortalHarvester().gather_stage(job)
    assert sorted(ids) == sorted(found.id for found in objects())
    assert sorted(found.guid for found in objects()) == [f"d{n}" for n in range(5)]


@pytest.mark.parametrize("with_file", [False, True])
def test_a_killed_import_leaves_nothing_and_is_done_again(
    with_file: bool, province: Province, allowed: FakeCkan, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed.files["usaha.csv"] = GOOD_CSV.encode()
    allowed.has("ada", *(["usaha.csv"] if with_file else []), id_ddd="DDD-001")

    def killed(*given: Any) -> None:
        raise SystemExit

    _, (object_id,) = run_gather(province, source_of(province, allowed))
    where: Any = portal_import if with_file else logic
    with monkeypatch.context() as patched:
        patched.setattr(where, "index_insert_package_dicts", killed)
        with pytest.raises(SystemExit):
            queue.fetch_and_import_stages(PortalHarvester(), HarvestObject.get(object_id))
    model.Session.rollback()
    model.Session.remove()
    assert taken_in() == []
    queue.fetch_and_import_stages(PortalHarvester(), HarvestObject.get(object_id))
    (package,) = taken_in()
    found = province.act("produsen", "package_search", q=package.title, include_private=True)
    assert found["count"] == 1


def test_what_a_lost_job_left_is_taken_by_the_next(province: Province, five: FakeCkan) -> None:
    five.has("z-ada", id_ddd="DDD-001")
    source = source_of(province, five)
    job, _ = run_gather(province, source)
    job.status = "Finished"
    job.save()
    five.asked.clear()
    harvest(province, source)
    assert len(five.asked) == 2
    assert states()["z-ada"] == "taken"


@pytest.mark.parametrize(
    "answer", [500, b"<html>Masuk</html>", b'{"success": true, "result": {"count": 5, "res']
)
def test_a_page_that_fails_once_is_asked_for_again(
    answer: int | bytes, province: Province, five: FakeCkan
) -> None:
    five.instead[2] = [answer]
    report = harvest(province, source_of(province, five))
    assert report["gather_errors"] == []
    assert len(states()) == 5


def test_every_third_page_fails_once(province: Province, five: FakeCkan) -> None:
    for n in range(5, 16):
        five.has(f"e{n:02}", id_ddd="LAIN")
    five.instead[None] = [None, None, 500] * 10
    report = harvest(province, source_of(province, five))
    assert report["gather_errors"] == []
    assert len(states()) == 16


def test_a_page_that_fails_always_is_passed_over_and_told(
    province: Province, five: FakeCkan
) -> None:
    source = source_of(province, five)
    five.instead[2] = [500] * 3
    (error,) = harvest(province, source)["gather_errors"]
    assert "500" in error["message"]
    assert list(states()) == ["d0", "d1", "d4"]
    report = harvest(province, source)
    assert report["gather_errors"] == []
    assert list(states()) == ["d0", "d1", "d2", "d3", "d4"]


def page(five: FakeCkan, *guids: str) -> bytes:
    results = [dataset for dataset in five.datasets if dataset["id"] in guids]
    return json.dumps({"success": True, "result": {"count": 5, "results": results}}).encode()


@pytest.mark.parametrize("given", [("d0", "d1"), ("d1", "d2"), ()])
def test_a_page_that_is_repeated_or_dropped_is_told_and_nothing_is_gone(
    given: tuple[str, ...], province: Province, five: FakeCkan
) -> None:
    source = source_of(province, five)
    harvest(province, source)
    model.Session.execute(sa.update(RemotePortal).values(since=None))
    model.Session.commit()
    five.instead[2] = [page(five, *given)]
    (error,) = harvest(province, source)["gather_errors"]
    assert "5" in error["message"]
    assert len(states()) == 5
    assert "gone" not in states().values()
    assert harvest(province, source)["gather_errors"] == []


def test_a_portal_that_names_nothing_any_more_is_not_believed(
    province: Province, allowed: FakeCkan
) -> None:
    allowed.has("ada", id_ddd="DDD-001")
    source = source_of(province, allowed)
    harvest(province, source)
    allowed.datasets.clear()
    (error,) = harvest(province, source)["gather_errors"]
    assert allowed.host.partition(":")[0] in error["message"]
    assert states() == {"ada": "taken"}


@pytest.mark.parametrize("withdraw", [False, True])
def test_what_is_gone_there_is_told_and_if_so_set_withdrawn(
    withdraw: bool, province: Province, allowed: FakeCkan
) -> None:
    allowed.has("ada", id_ddd="DDD-001")
    allowed.has("tetap", id_ddd="DDD-001")
    config = json.dumps({"withdraw": withdraw})
    source = source_of(province, allowed, config=config)
    harvest(province, source)
    shown = published_dataset(province)
    row = model.Session.get_one(RemoteDataset, (source["id"], "ada"))
    row.package_id = shown["id"]
    model.Session.commit()
    allowed.datasets.pop(0)

    (message,) = messages(harvest(province, source))

    assert "Dataset ada" in message
    state = province.act("produsen", "package_show", id=shown["id"])["sdi"]["state"]
    assert state == ("withdrawn" if withdraw else "published")
    assert states() == {"ada": "gone", "tetap": "taken"}
    assert messages(harvest(province, source)) == []
    allowed.has("ada", id_ddd="DDD-001")
    harvest(province, source)
    assert states()["ada"] == ("taken" if withdraw else "held")
    assert len(taken_in()) == 3


def test_a_table_of_names_in_the_configuration(province: Province, allowed: FakeCkan) -> None:
    names = {"Nomor Urut Daftar": "id_ddd", "Rumus": "ukuran", "Konsep": "definisi"}
    source = source_of(province, allowed, config=json.dumps({"fields": names}))
    said = {"nomor_urut_daftar": "DDD-001", "Rumus": "Jumlah", "Konsep": "Usaha", "Warna": "biru"}
    allowed.has("ada", extras=[{"key": key, "value": value} for key, value in said.items()])
    assert messages(harvest(province, source)) == []
    (package,) = taken_in()
    assert package.extras["ukuran"] == "Jumlah"
    assert not package.extras.get("konsep")
    (harvested,) = objects()
    left_out = {extra.key: extra.value for extra in harvested.extras}["sdi_left_out"]
    assert set(left_out.split(", ")) == {"definisi", "Warna"}, "the list's own definition binds"


@pytest.mark.parametrize(
    ("config", "told"),
    [('{"private": false}', "private"), ('{"fields": {"A": "b"}}', "fields.A"), ("[", "JSON")],
)
def test_a_wrong_configuration_is_told(
    config: str, told: str, province: Province, allowed: FakeCkan
) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        source_of(province, allowed, config=config)
    assert told in str(refused.value.error_dict["config"])
