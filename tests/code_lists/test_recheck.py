"""Files and rows that are looked at again when a decree changes codes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.cli.cli import ckan
from ckan.lib import jobs

from ckanext.sdi.code_lists import recheck
from ckanext.sdi.codes import kode_wilayah
from ckanext.sdi.model import Check
from ckanext.sdi.model.codes import CodeEdition, CodeRecheck
from tests.province import Province, add_resource, make_dataset, published_dataset, run_checks

NEW = "64.98"


def states_of(resource_id: str) -> list[str]:
    model.Session.rollback()
    query = sa.select(Check.state).where(Check.resource_id == resource_id)
    return list(model.Session.scalars(query.order_by(Check.created_at)))


def test_a_file_in_the_making_is_checked_again_and_one_that_is_published_is_not(
    province: Province,
) -> None:
    published = published_dataset(province)["resources"][0]["id"]
    dataset = make_dataset(province, name="usaha-lain")
    text = f"kode_wilayah,npwp,tahun,jumlah\n{NEW},013121660091000,2026,12\n"
    draft = add_resource(province, dataset["id"], text, periode_data="2026")["id"]
    run_checks()
    assert (states_of(published), states_of(draft)) == (["passed"], ["failed"])

    names = {c: n for c, n, _, last in kode_wilayah.shipped().rows() if last is None}
    rows = [*sorted({**names, NEW: "Kota Contoh"}.items())]
    loaded = province.act(
        "walidata",
        "sdi_code_edition_load",
        content="kode,nama\n" + "".join(f'{code},"{name}"\n' for code, name in rows),
        edition="Kep 3/2026",
        valid_from="2026-02-01",
    )
    assert loaded["resources"] == 2
    assert recheck.run(loaded["edition"]["id"]) == 2
    assert (states_of(published), states_of(draft)) == (["passed"], ["failed", "waiting"])
    run_checks()
    assert states_of(draft) == ["failed", "passed"]
    found = province.act("walidata", "sdi_code_edition_show", id=loaded["edition"]["id"])
    assert found["progress"] == {"waiting": 0, "done": 2, "error": 0}
    assert found["datasets"] == []


@pytest.mark.usefixtures("with_plugins")
def test_what_the_queue_lost_is_taken_up_again(province: Province, cli: Any) -> None:
    resource = add_resource(province, make_dataset(province)["id"])
    edition = CodeEdition(
        system="kode_wilayah", position=1, decree="Kep 1/2026", valid_from=dt.date(2026, 2, 1)
    )
    model.Session.add(edition)
    model.Session.flush()
    model.Session.add(
        CodeRecheck(
            edition_id=edition.id, resource_id=resource["id"], package_id=resource["package_id"]
        )
    )
    model.Session.commit()
    edition_id = edition.id
    queue = jobs.get_queue()
    recheck.enqueue(edition_id)
    assert recheck.take_up_stalled() == 0, "it waits in the queue"
    queue.empty()
    said = cli.invoke(ckan, ["sdi", "recheck", "--stalled"]).output
    assert "1 code lists' changes looked at again." in said
    assert queue.count == 1
    recheck.run(edition_id)
    queue.empty()
    assert recheck.take_up_stalled() == 0, "nothing waits any more"
