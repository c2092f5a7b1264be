"""Fixtures of the tests of the job."""

from __future__ import annotations

from pathlib import Path
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
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of findings for one test: others leave those of databases that are gone."""
    from ckanext.sdi.datastore import findings_file

    monkeypatch.setattr(findings_file, "root", lambda: tmp_path / "pemeriksaan")


@pytest.fixture
def draft(province: Province) -> dict[str, Any]:
    """A draft without a resource."""
    from tests.province import make_dataset

    return make_dataset(province)
