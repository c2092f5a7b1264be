"""The producers of a list, matched to the portal's organisations.

A producer is found by an organisation's name, its title, its short name or one of its aliases,
whatever the case and the signs; else by the alias that a person confirmed. What matches no
organisation, or two, stays unmatched: others are proposed by likeness, and a person confirms.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.sdi.daftar_data.columns import plain
from ckanext.sdi.daftar_data.correction import correct
from ckanext.sdi.daftar_data.likeness import likely
from ckanext.sdi.model import Edition, ItemVersion, ProducerAlias
from ckanext.sdi.model.base import now

ALIAS_KEYS = ("singkatan", "alias")


class Producers:
    """The organisations of the portal by every name they have."""

    def __init__(self) -> None:
        self._ids: dict[str, set[str]] = defaultdict(set)
        self._called: dict[str, list[str]] = {}
        self._titles: dict[str, dict[str, str]] = {}
        self._found: dict[str | None, str | None] = {}
        groups: Any = sa.select(model.Group).where(
            model.Group.is_organization.is_(True), model.Group.state == "active"
        )
        for group in model.Session.scalars(groups):
            extras = group.extras or {}
            aliases = "\n".join(extras.get(key) or "" for key in ALIAS_KEYS)
            names = [group.title, *re.split(r"[;\n]", aliases)]
            self._called[group.id] = [name for name in names if plain(name or "")]
            self._titles[group.id] = {
                "id": group.id,
                "name": group.name,
                "title": group.title or group.name,
            }
            for called in (group.name, *self._called[group.id]):
                self._ids[plain(called)].add(group.id)
        self._confirmed = {
            alias.key: alias.organization_id
            for alias in model.Session.scalars(sa.select(ProducerAlias))
            if alias.organization_id in self._titles
        }

    def find(self, producer: str | None) -> str | None:
        """The id of the one organisation that is called so, or that a person said it is."""
        if producer not in self._found:
            key = plain(producer or "")
            ids = self._ids.get(key, set()) if key else set()
            known = next(iter(ids)) if len(ids) == 1 else self._confirmed.get(key)
            self._found[producer] = known
        return self._found[producer]

    def __contains__(self, producer: object) -> bool:
        """Whether a name stands for an organisation."""
        return isinstance(producer, str) and self.find(producer) is not None

    def propose(self, producer: str) -> list[dict[str, Any]]:
        """The organisations that may be meant, the likeliest first, each with its ``likeness``."""
        found = likely(producer, self._called)
        return [{**self._titles[office], "likeness": score} for office, score in found]


def unmatched(edition_id: str) -> list[tuple[str, int]]:
    """The producers of an edition that are no organisation, with the number of their items."""
    count = sa.func.count(ItemVersion.id)
    query = (
        sa.select(ItemVersion.produsen, count)
        .where(
            ItemVersion.edition_id == edition_id,
            ItemVersion.organization_id.is_(None),
            ItemVersion.produsen.is_not(None),
        )
        .group_by(ItemVersion.produsen)
        .order_by(count.desc(), ItemVersion.produsen)
    )
    return [(name, number) for name, number in model.Session.execute(query)]


def confirm(producer: str, organization_id: str, user_id: str | None) -> list[str]:
    """Keep what a person says a name stands for, and give its items to the organisation.

    Those are items of regional drafts and agreed editions that nobody had, or that had the
    organisation that this name stood for before.

    :result: the items that changed hands
    """
    key = plain(producer)
    alias = model.Session.get(ProducerAlias, key) or ProducerAlias(key=key)
    held = alias.organization_id
    alias.name, alias.organization_id = producer, organization_id
    alias.confirmed_at, alias.confirmed_by = now(), user_id
    model.Session.add(alias)
    owner = ItemVersion.organization_id
    query = (
        sa.select(ItemVersion)
        .join(Edition)
        .where(
            Edition.level != "pusat",
            Edition.state != "closed",
            sa.or_(owner.is_(None), owner == held),
            ItemVersion.produsen.is_not(None),
        )
        .with_for_update(of=ItemVersion)
        .execution_options(populate_existing=True)
    )
    taken = [v for v in model.Session.scalars(query) if plain(v.produsen or "") == key]
    for version in taken:
        correct(version, {"organization_id": organization_id}, user_id, None)
    return [version.item_id for version in taken]
