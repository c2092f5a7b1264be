"""Template helpers that do more than ask another room."""

from __future__ import annotations

from typing import Any

import pytest
from flask_babel import force_locale

from ckanext.sdi import helpers


@pytest.mark.ckan_config("ckan.display_timezone", "Asia/Makassar")
@pytest.mark.usefixtures("request_context")
def test_a_moment_is_written_as_people_here_write_it() -> None:
    assert helpers.sdi_datetime("2026-11-24T14:13:00") == "24 November 2026, 22.13 WITA"
    assert helpers.sdi_datetime(None) == ""


@pytest.mark.ckan_config("ckan.display_timezone", "Asia/Jayapura")
@pytest.mark.usefixtures("request_context")
def test_the_day_is_the_zone_s_own() -> None:
    moment: Any = "2026-12-31T15:30:00"
    with force_locale("id"):
        assert helpers.sdi_datetime(moment) == "1 Januari 2027, 00.30 WIT"
