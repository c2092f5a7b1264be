"""Corrections of an item between two editions, kept with who, when, why, and what it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.sdi.model import ItemVersion
from ckanext.sdi.model.base import now

CORRECTIONS = "koreksi"


def different(version: ItemVersion, changes: Mapping[str, Any]) -> list[str]:
    """The names of what would change."""
    return [name for name, value in changes.items() if getattr(version, name) != value]


def correct(
    version: ItemVersion, changes: Mapping[str, Any], user_id: str | None, reason: str | None
) -> list[str]:
    """Change fields of an item's version and record it beside them.

    :result: the names of the fields that changed
    """
    names = different(version, changes)
    entries = [
        {
            "at": now().isoformat(timespec="seconds"),
            "by": user_id,
            "reason": reason,
            "field": name,
            "before": getattr(version, name),
            "after": changes[name],
        }
        for name in names
    ]
    for name in names:
        setattr(version, name, changes[name])
    if entries:
        # A new dict: a change inside the old one would not be seen as a change of the row.
        version.extra = {**version.extra, CORRECTIONS: corrections(version) + entries}
    return names


def corrections(version: ItemVersion) -> list[dict[str, Any]]:
    """The corrections of a version, oldest first."""
    return list(version.extra.get(CORRECTIONS, []))
