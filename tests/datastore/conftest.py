"""Fixtures of the tests of the job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.province import Province


@pytest.fixture
def empty_queue(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    """A queue and a register of failures without what earlier tests left."""
    from ckan.lib import jobs

    from ckanext.sdi.datastore import job

    queue = jobs.get_queue()
    queue.empty()
    for job_id in queue.failed_job_registry.get_job_ids():
        queue.failed_job_registry.remove(job_id)
    # Here a save is committed long before the job runs.
    monkeypatch.setattr(job, "VISIBLE_WITHIN", 0.3)


@pytest.fixture
def draft(province: Province) -> dict[str, Any]:
    """A draft without a resource."""
    from tests.province import make_dataset

    return make_dataset(province)
