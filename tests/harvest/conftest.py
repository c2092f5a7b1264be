"""The other CKAN that harvests ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import ckan.plugins.toolkit as tk

from tests.harvest import fake_ckan
from tests.harvest.fake_ckan import FakeCkan


@pytest.fixture
def ckan_there() -> Iterator[FakeCkan]:
    server = fake_ckan.start()
    yield server
    fake_ckan.stop(server)


@pytest.fixture
def allowed(ckan_there: FakeCkan, monkeypatch: pytest.MonkeyPatch) -> FakeCkan:
    """The made-up CKAN, whose address this portal's administrator allows."""
    allow = [ckan_there.host]
    monkeypatch.setitem(tk.config, "ckanext.sdi.harvest.allowed_private_hosts", allow)
    return ckan_there
