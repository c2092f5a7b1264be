"""Fixtures shared by the tests that need servers."""

from __future__ import annotations

import pytest

from tests.province import Province, make_province


@pytest.fixture
def province(clean_datastore: None, with_request_context: None) -> Province:
    """The made-up province in clean databases."""
    return make_province()
