"""A harvested dataset that goes to another organisation, there or here."""

from __future__ import annotations

from typing import Any

import pytest

from ckan import model

from tests.harvest.fake_ckan import FakeCkan
from tests.harvest.test_gathering import states
from tests.harvest.test_portal import harvest, messages, source_of, taken_in
from tests.province import Province

pytestmark = pytest.mark.usefixtures("with_plugins", "province")


@pytest.fixture
def dataset(allowed: FakeCkan) -> dict[str, Any]:
    return allowed.has("ada", id_ddd="DDD-001", organization={"title": "Dinas Uji Coba"})


def test_there_it_is_still_the_same_dataset_of_the_sources_office(
    province: Province, allowed: FakeCkan, dataset: dict[str, Any]
) -> None:
    source = source_of(province, allowed)
    harvest(province, source)
    dataset |= {"organization": {"title": "Dinas Lain", "name": "dinas-lain"}, "title": "Pindah"}
    dataset |= {"owner_org": province.other_office["id"]}
    assert messages(harvest(province, source)) == []
    (package,) = taken_in()
    assert (package.title, package.owner_org) == ("Pindah", province.office["id"])
    found = province.act("produsen", "sdi_remote_dataset_list", id=source["id"])
    assert found["results"][0]["producer"] == "Dinas Lain"


def test_here_it_is_told_and_neither_taken_back_nor_doubled(
    province: Province, allowed: FakeCkan, dataset: dict[str, Any]
) -> None:
    source = source_of(province, allowed)
    harvest(province, source)
    (package,) = taken_in()
    other = province.other_office["id"]
    province.act("admin", "package_owner_org_update", id=package.id, organization_id=other)
    model.Session.commit()
    dataset["title"] = "Judul baru"
    (message,) = messages(harvest(province, source))
    assert "Judul baru" in message
    assert "Dinas Uji Coba" in message
    (package,) = taken_in()
    assert (package.title, package.owner_org) == ("Dataset ada", other)
    assert states() == {"ada": "held"}
