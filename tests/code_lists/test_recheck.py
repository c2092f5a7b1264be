"""What a decree changed is looked at, also when the queue has lost the job for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ckan import model
from ckan.cli.cli import ckan
from ckan.lib import jobs

from ckanext.sdi.code_lists import recheck
from ckanext.sdi.model.codes import CodeEdition, CodeRecheck
from tests.province import Province, add_resource, make_dataset


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
