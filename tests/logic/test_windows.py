"""Lists in pages: ``limit`` and ``offset``, with the count of all."""

from __future__ import annotations

from typing import Any

import pytest

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.lifecycle import conformity, judging
from tests.province import Province, make_dataset

pytestmark = pytest.mark.usefixtures("with_plugins")
LISTS = ("sdi_daftar_data_edition_list", "sdi_daftar_data_status", "sdi_role_list")


@pytest.mark.parametrize("action", LISTS)
def test_pages_follow_each_other(province: Province, action: str) -> None:
    whole = province.act("admin", action)
    assert whole["count"] == len(whole["results"]) > 0
    found: list[Any] = []
    for offset in range(whole["count"]):
        page = province.act("admin", action, limit=1, offset=offset)
        assert page["count"] == whole["count"]
        found += page["results"]
    assert found == whole["results"]
    assert province.act("admin", action, limit=0)["results"] == []
    with pytest.raises(tk.ValidationError):
        province.act("admin", action, offset="-1")


def test_a_deleted_organisation_holds_no_role(province: Province) -> None:
    held = province.act("admin", "sdi_role_list")["results"]
    (walidata,) = [row["organization"] for row in held if row["role"] == "walidata"]
    group = model.Group.get(walidata["id"])
    assert group is not None
    group.state = "deleted"
    model.Session.commit()
    shown = province.act("admin", "sdi_role_list")["results"]
    assert [row for row in held if row not in shown] == [
        row for row in held if row["role"] == "walidata"
    ]
    with pytest.raises(tk.NotAuthorized):
        province.act("walidata", "sdi_task_list", role="walidata")


def test_without_a_queue_datasets_are_judged_at_once(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    from redis.exceptions import ConnectionError as NoRedis

    made = make_dataset(province)
    judged: list[list[str]] = []

    def gone(*_: Any, **__: Any) -> None:
        raise NoRedis

    monkeypatch.setattr(judging, "AT_ONCE", 0)
    monkeypatch.setattr(tk, "enqueue_job", gone)
    monkeypatch.setattr(conformity, "refresh_and_index", judged.append)
    province.act(
        "koordinator",
        "sdi_daftar_data_item_update",
        id=province.item_id,
        status="tidak_mengacu",
        reason="Uji",
    )
    assert judged == [[made["id"]]]
