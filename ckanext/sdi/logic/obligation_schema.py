"""What the actions on what is owed take."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema

from ckanext.sdi.kewajiban import timing
from ckanext.sdi.logic.daftar_data_schema import SCHEDULES, _one_of, year
from ckanext.sdi.logic.schema import (
    REASON_LENGTH,
    _ignore_rest,
    _iso_day,
    _text,
    organization_id,
    page,
)
from ckanext.sdi.model.obligation import KINDS

MOST_GRACE = 366
FURTHEST_BACK = ("1900-01-01", "2100-12-31")


def day(value: Any) -> Any:
    """A day as ``2026-12-31``, within two centuries."""
    found = _iso_day(value)
    if not FURTHEST_BACK[0] <= found.isoformat() <= FURTHEST_BACK[1]:
        raise tk.Invalid(tk._("Write the day as 2026-12-31."))
    return found


def grace(value: Any) -> int:
    """A number of days."""
    text = str(value).strip()
    if not text.isascii() or not text.isdigit() or int(text[:4]) > MOST_GRACE:
        raise tk.Invalid(tk._("Must be a number of days from 0 to {most}.").format(most=MOST_GRACE))
    return int(text)


def obligation() -> Schema:
    empty, needed = tk.get_validator("ignore_empty"), tk.get_validator("not_empty")
    return {
        "kind": [needed, _one_of(KINDS)],
        "organization": [empty, organization_id],
        "schedule": [empty, _one_of(SCHEDULES)],
        "grace": [empty, grace],
        "first": [needed, day],
        "last": [empty, day],
        "reason": [needed, _text(REASON_LENGTH)],
        **_ignore_rest(),
    }


def expectations() -> Schema:
    empty = tk.get_validator("ignore_empty")
    return {
        "organization": [empty, organization_id],
        "item": [empty, _text(100)],
        "tahun": [empty, year],
        "timing": [empty, _one_of(tuple(timing.LABELS))],
        **page(100, 1000),
        **_ignore_rest(),
    }
