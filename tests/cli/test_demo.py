"""The demo province: what it holds, who can log in, and that a second run changes nothing."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.authenticator import default_authenticate

from ckanext.sdi import cli
from ckanext.sdi.daftar_data.formats import read_list
from ckanext.sdi.demo import figures, lists, people, plan, province
from ckanext.sdi.demo.datasets import bring
from ckanext.sdi.demo.people import act
from ckanext.sdi.model import Check, DatasetState, ItemVersion, Transition

SMALL = ("dinkes", "dinsos")


def test_the_plan_is_as_large_as_promised() -> None:
    whole = plan.make()
    ends = Counter(dataset.steps for dataset in whole.datasets)
    public = [d for d in whole.datasets if d.steps[-1:] == ("publish",) and d.file == "good"]
    rows = sum(figures.table(d.item, d.file).count("\n") - 1 for d in public)
    assert len(whole.offices) == 40
    assert len(public) >= 40
    assert rows >= 1000
    assert {plan.SUBMITTED, plan.RETURNED, plan.APPROVED, plan.WITHDRAWN, ()} <= set(ends)
    assert {plan.PEMBINA_RETURNED, plan.PEMBINA_APPROVED, plan.PRIORITY_PUBLISHED} <= set(ends)
    assert plan.make() == whole


@pytest.mark.parametrize("year", plan.LIST_YEARS)
def test_the_regional_list_is_faultless(year: int) -> None:
    parsed = read_list(lists.regional(plan.make().items, year).encode())
    assert parsed.findings == []
    assert (parsed.level, parsed.tahun) == ("provinsi", year)
    assert len(parsed.rows) >= 323
    assert {row["status"] for row in parsed.rows} == {"mengacu", "tidak_mengacu", "belum_dicek"}
    assert {row["klasifikasi_risiko"] for row in parsed.rows} == {"terbuka", "terbatas", "tertutup"}


def test_what_refers_to_the_centre_stands_in_its_list() -> None:
    items = plan.make().items
    centre = read_list(lists.national(items).encode(), tahun=2026)
    ids = {row["id_ddp"] for row in centre.rows}
    for year in plan.LIST_YEARS:
        rows = read_list(lists.regional(items, year).encode()).rows
        assert {row["id_ddp"] for row in rows if row["id_ddp"]} <= ids
    assert centre.findings == []


def test_the_command_is_there() -> None:
    assert "demo" in cli.sdi().commands


def _states() -> Counter[str]:
    return Counter(model.Session.scalars(sa.select(DatasetState.state)))


def _anonymous(action: str, **data: Any) -> Any:
    return tk.get_action(action)({"user": ""}, data)


def _written() -> list[Any]:
    """How much there is of everything, and when it was written last."""
    moments = [model.Package.metadata_modified, Transition.at, Check.created_at]
    counts = [model.User, model.Group, model.Member, model.Package, model.Resource, ItemVersion]
    return [
        *(model.Session.scalar(sa.select(sa.func.max(column))) for column in moments),
        *(model.Session.scalar(sa.select(sa.func.count()).select_from(kind)) for kind in counts),
    ]


@pytest.mark.usefixtures("with_plugins", "clean_datastore", "with_request_context")
def test_a_small_province() -> None:
    small = plan.make(only=SMALL)
    province.make(small, lambda _: None)

    assert _states() == {
        "draft": 2,
        "returned": 2,
        "submitted": 1,
        "pembina_review": 1,
        "published": 2,
    }
    search = _anonymous("package_search", q="puskesmas")
    (public,) = search["results"]
    assert search["count"] == 1
    rows = _anonymous("datastore_search", resource_id=public["resources"][0]["id"])
    assert rows["total"] == 30
    assert rows["records"][0]["kode_wilayah"] == "64.01"
    _check_what_is_hidden()
    _check_logins()
    _check_tasks()

    before = _written()
    province.make(small, lambda _: None)
    assert _written() == before

    _check_that_a_persons_step_is_left(small, public["id"])


def _check_what_is_hidden() -> None:
    persons = act("walidata", "package_search", q="anak", include_private=True)["results"]
    (restricted,) = [found for found in persons if found["klasifikasi_risiko"] == "terbatas"]
    assert restricted["sdi"]["state"] == "published"
    resource_id = restricted["resources"][0]["id"]
    rows = act("walidata", "datastore_search", resource_id=resource_id)["records"]
    assert len(rows) == figures.PERSONS
    assert {len(row["nik"]) for row in rows} == {16}
    with pytest.raises(tk.NotAuthorized):
        _anonymous("datastore_search", resource_id=resource_id)
    failed = model.Session.scalars(sa.select(Check).where(Check.state == "failed")).all()
    assert [check.report["severities"]["error"] > 3 for check in failed] == [True]
    assert model.Session.query(Check).filter_by(state="passed").count() == 6


def _check_logins() -> None:
    for name in (people.ADMIN, *people.FULL_NAMES, "produsen-dinsos"):
        identity: Any = {"login": name, "password": people.PASSWORD}
        assert default_authenticate(identity) is not None


def _check_tasks() -> None:
    counts = act("produsen", "sdi_task_list")["counts"]
    assert counts["returned"] == 1
    assert counts["submitted"] == 1
    assert counts["draft"] == 2
    # Of an item that nothing was made for, each period that is over is a task.
    assert counts["not_begun"] >= 7
    assert act("walidata", "sdi_task_list")["count"] == 1
    assert act("pembina", "sdi_task_list")["count"] == 1
    assert act(people.ADMIN, "sdi_role_list")["count"] == 3


def _check_that_a_persons_step_is_left(small: plan.Plan, package_id: str) -> None:
    """What went another way meanwhile stays; what was only begun is gone on with."""
    act("walidata", "sdi_dataset_withdraw", id=package_id, reason="Perbaikan")
    first = small.datasets[0]
    item_id = act("produsen", "package_show", id=package_id)["daftar_data_item"]
    assert bring(first, item_id) is False
    assert _states()["withdrawn"] == 1
    waiting = next(d for d in small.datasets if d.steps == plan.SUBMITTED)
    (item,) = act("produsen", "sdi_daftar_data_search", q=waiting.item.id_ddd)["results"]
    further = dataclasses.replace(waiting, steps=plan.PUBLISHED)
    assert bring(further, item["id"]) is True
    assert _states()["submitted"] == 0
