"""The producers of a list, matched to the portal's organisations: by what they are called, exactly.

A producer is found by an organisation's name, its title, its short name or one of its aliases,
whatever the case and the signs. What matches no organisation, or two, stays unmatched.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.sdi.daftar_data.columns import plain

ALIAS_KEYS = ("singkatan", "alias")


class Producers:
    """The organisations of the portal by every name they have."""

    def __init__(self) -> None:
        self._ids: dict[str, set[str]] = defaultdict(set)
        groups: Any = sa.select(model.Group).where(
            model.Group.is_organization.is_(True), model.Group.state == "active"
        )
        for group in model.Session.scalars(groups):
            extras = group.extras or {}
            aliases = "\n".join(extras.get(key) or "" for key in ALIAS_KEYS)
            for called in (group.name, group.title, *re.split(r"[;\n]", aliases)):
                self._add(group.id, called)

    def _add(self, group_id: str, name: str | None) -> None:
        key = plain(name or "")
        if key:
            self._ids[key].add(group_id)

    def find(self, producer: str | None) -> str | None:
        """The id of the one organisation that is called so."""
        found = self._ids.get(plain(producer or ""), set())
        return next(iter(found)) if len(found) == 1 else None
