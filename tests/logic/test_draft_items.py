"""What an item that only a draft of the list names tells to people who are not shown the draft."""

from __future__ import annotations

from typing import Any

import pytest

from ckan import model

from ckanext.sdi.model import Edition
from tests.province import Province, add_resource, make_dataset

SECRET = "Banyaknya usaha"


@pytest.fixture(autouse=True)
def in_a_draft(province: Province) -> None:
    """The province's item stands in a draft alone."""
    model.Session.query(Edition).update({"state": "draft"})
    model.Session.commit()


def test_a_dataset_is_not_filled_from_it(province: Province) -> None:
    made = make_dataset(province, definisi="")
    assert not made.get("definisi")
    told = make_dataset(province, "admin", name="milik-admin", definisi="")
    assert told["definisi"].startswith(SECRET)


def test_its_form_is_empty(province: Province, app: Any) -> None:
    address = f"/dataset/new?daftar_data_item={province.item_id}"
    assert SECRET not in app.get(address, headers=province.headers("produsen")).body
    assert SECRET in app.get(address, headers=province.headers("admin")).body


def test_the_findings_tell_nothing_of_it(province: Province, app: Any) -> None:
    made = make_dataset(province, definisi="Lain", title="Judul sendiri")
    add_resource(province, made["id"])
    address = f"/api/3/action/sdi_dataset_conformity?id={made['id']}"
    answer = app.get(address, headers=province.headers("produsen"))
    rules = {finding["rule"] for finding in answer.json["result"]["findings"]}
    assert "daftar_data.not_agreed" in rules
    assert SECRET not in answer.body
    assert "Jumlah usaha" not in answer.body
