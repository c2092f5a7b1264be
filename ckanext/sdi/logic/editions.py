"""What the actions on the Forum's list share: what of it the asker may see, and ending a change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.sdi import config
from ckanext.sdi.daftar_data import closed, store
from ckanext.sdi.daftar_data import search as finding
from ckanext.sdi.lifecycle import conformity, judging
from ckanext.sdi.lifecycle.roles import is_produsen
from ckanext.sdi.model import Edition, ItemVersion


def sees_drafts(context: Context) -> bool:
    """Whether editions that are not agreed yet are shown to the asker."""
    return is_allowed("sdi_daftar_data_drafts", context)


def is_allowed(name: str, context: Context) -> bool:
    """Whether an auth function lets the asker through."""
    try:
        tk.check_access(name, Context(context), {})
    except tk.NotAuthorized:
        return False
    return True


def sees_names_only(context: Context) -> bool:
    """Whether the asker is told the name only of closed items, but for those of their offices."""
    return config.closed_items_by_name() and not sees_drafts(context)


def sees_whole(context: Context, fields: Mapping[str, Any], organization_id: str | None) -> bool:
    """Whether the asker is told all of an item: of a closed one, who keeps the list and its own
    office.

    :param fields: what the list says of it
    """
    if not closed.is_hidden(fields):
        return True
    own = organization_id is not None and is_produsen(context.get("user"), organization_id)
    return own or sees_drafts(context)


def item_told(context: Context, item_id: str | None) -> dict[str, Any] | None:
    """What the asker is told of a dataset's item, as the rules take it.

    Nothing of one that only a draft names which is not shown to them.
    """
    version = conformity.version_of(item_id)
    if version is None or (version.edition.state == "draft" and not sees_drafts(context)):
        return None
    facts = conformity.item_facts(version)
    return facts if sees_whole(context, facts, version.organization_id) else closed.item(facts)


def edition_seen(context: Context, edition_id: str) -> Edition:
    """An edition that the asker may see.

    :raises ckan.logic.NotFound: also for a draft that is not shown to them
    """
    edition = model.Session.get(Edition, edition_id)
    if edition is None or (edition.state == "draft" and not sees_drafts(context)):
        raise tk.ObjectNotFound(tk._("There is no such edition of the Daftar Data."))
    return edition


def version_seen(context: Context, item: str, edition_id: str | None) -> ItemVersion:
    """What is shown of an item, or what one edition says of it.

    :raises ckan.logic.NotFound: when there is no such item, or none that the asker may see
    """
    known = finding.item_by(item)
    version = None
    if known and edition_id:
        edition = edition_seen(context, edition_id)
        version = finding.version_in(known.id, edition.id)
    elif known:
        version = store.shown_version(known.id, drafts=sees_drafts(context))
    if version is None:
        raise tk.ObjectNotFound(tk._("There is no such item in the Daftar Data."))
    return version


def finish(context: Context, item_ids: Sequence[str], *, edition_id: str | None = None) -> None:
    """Commit, and have the datasets of some items judged anew.

    :param edition_id: the edition that was agreed to, when it is that
    """
    datasets = conformity.datasets_of_items(item_ids)
    if not context.get("defer_commit"):
        model.Session.commit()
    judging.judge_again(datasets, edition_id=edition_id)
