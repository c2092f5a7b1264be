"""Fixtures shared by the tests that need servers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.province import Province


@pytest.fixture
def request_context(with_plugins: None) -> Iterator[None]:
    """A request of the application that CKAN's pytest plugin makes once.

    CKAN's own ``with_request_context`` makes a new application for each test, which takes a second.
    """
    from ckan.tests.pytest_ckan import ckan_setup

    context: Any = ckan_setup._tests_test_request_context
    with context.app.test_request_context():
        yield


@pytest.fixture
def province(clean_datastore: None, request_context: None) -> Province:
    """The made-up province in clean databases."""
    # Imported here, so that tests without a server load no CKAN.
    from tests.province import make_province

    return make_province()
