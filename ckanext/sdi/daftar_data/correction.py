"""Corrections of an item between two editions: each is kept with who, when, and what it was."""

from __future__ import annotations

from typing import Any

from ckanext.sdi.model import ItemVersion
from ckanext.sdi.model.base import now

CORRECTIONS = "koreksi"


def correct(version: ItemVersion, changes: dict[str, Any], user_id: str | None) -> list[str]:
    """Change fields of an item's version and record it beside them.

    :result: the names of the fields that changed
    """
    different = {name: value for name, value in changes.items() if getattr(version, name) != value}
    entries = [
        {
            "at": now().isoformat(timespec="seconds"),
            "by": user_id,
            "field": name,
            "before": getattr(version, name),
            "after": value,
        }
        for name, value in different.items()
    ]
    for name, value in different.items():
        setattr(version, name, value)
    if entries:
        # A new dict: a change inside the old one would not be seen as a change of the row.
        version.extra = {**version.extra, CORRECTIONS: corrections(version) + entries}
    return list(different)


def corrections(version: ItemVersion) -> list[dict[str, Any]]:
    """The corrections of a version, oldest first."""
    return list(version.extra.get(CORRECTIONS, []))
