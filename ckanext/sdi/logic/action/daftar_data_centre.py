"""Actions that compare many items with the centre's list: proposals, and a person's word."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.sdi.daftar_data import centre, store
from ckanext.sdi.daftar_data.correction import correct
from ckanext.sdi.lifecycle.roles import user_id_of
from ckanext.sdi.logic import daftar_data_schema as schema
from ckanext.sdi.logic.editions import edition_seen, finish
from ckanext.sdi.logic.schema import validated
from ckanext.sdi.model import Edition, Item, ItemVersion


@tk.side_effect_free
def sdi_daftar_data_items_propose(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The items of an edition that were not compared with the centre's list yet, with proposals.

    :param edition: the id of a regional edition
    :param limit: at most so many items (20, not more than 100)
    :param offset: after so many
    :returns: ``{"count", "results": [{"id", "id_ddd", "nama_data", "produsen", "definisi",
        "satuan", "proposals": [{"id_ddp", "nama_data", "produsen", "by", "likeness"}]}]}``; ``by``
        is ``id`` or ``name``, ``likeness`` of the names from 0 to 100
    :raises ckan.logic.NotFound: when there is no such edition
    :raises ckan.logic.NotAuthorized: when the user is neither Koordinator nor Walidata
    """
    tk.check_access("sdi_daftar_data_items_propose", context, data_dict)
    data = validated(data_dict, schema.items_propose(), context)
    edition = edition_seen(context, data["edition"])
    count, versions = centre.waiting(edition.id, limit=data["limit"], offset=data["offset"])
    proposed = centre.proposals(versions)
    names = ("id_ddd", "nama_data", "produsen", "definisi", "satuan")
    results = [
        {
            "id": version.item_id,
            **{name: getattr(version, name) for name in names},
            "proposals": proposed[version.item_id],
        }
        for version in versions
    ]
    return {"count": count, "results": results}


def sdi_daftar_data_items_confirm(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Say of many items whether they refer to the centre's list: all of it or nothing.

    Only items that are ``belum_dicek`` are taken; each is kept as a correction.

    :param edition: the id of a regional edition, a draft or the agreed one
    :param items: at most 1000 of ``{"id", "status", "id_ddp"}``: the item's id or its regional id,
        ``mengacu`` with the centre's id or ``tidak_mengacu``
    :param reason: why, or on whose word; asked for when the edition is agreed
    :returns: ``{"confirmed": n, "mengacu": n, "tidak_mengacu": n, "left": n}``; ``left`` are still
        ``belum_dicek``
    :raises ckan.logic.ValidationError: with ``items``, a sentence for each that cannot be taken
    :raises ckan.logic.NotFound: when there is no such edition
    :raises ckan.logic.NotAuthorized: when the user is neither Koordinator nor Walidata
    """
    tk.check_access("sdi_daftar_data_items_confirm", context, data_dict)
    said = schema.confirmations(data_dict.get("items"))
    data = validated(data_dict, schema.items_confirm(), context)
    edition = edition_seen(context, data["edition"])
    store.lock(edition.level, edition.tahun)
    model.Session.refresh(edition)
    _open_for(edition, data.get("reason"))
    versions = _versions(edition.id, list(said))
    errors = _errors(said, versions)
    if errors:
        raise tk.ValidationError({"items": errors})
    user_id = user_id_of(context.get("user"))
    for key, changes in said.items():
        correct(versions[key], changes, user_id, data.get("reason"))
    model.Session.flush()
    referring = sum(changes["status"] == "mengacu" for changes in said.values())
    counts = {
        "confirmed": len(said),
        "mengacu": referring,
        "tidak_mengacu": len(said) - referring,
        "left": centre.waiting(edition.id, limit=0, offset=0)[0],
    }
    finish(context, [versions[key].item_id for key in said])
    return counts


def _open_for(edition: Edition, reason: str | None) -> None:
    """Refuse what an edition does not take.

    :raises ckan.logic.ValidationError: for the centre's own, a closed one, or without a reason
    """
    if edition.level == "pusat":
        text = tk._("An item of the centre's own list does not refer to another.")
    elif edition.state == "closed":
        text = tk._("This edition is closed: a newer one counts in its place.")
    elif edition.state == "agreed" and not reason:
        text = tk._("Say why: the Forum agreed to this list, and each correction of it is kept.")
        raise tk.ValidationError({"reason": [text]})
    else:
        return
    raise tk.ValidationError({"edition": [text]})


def _versions(edition_id: str, keys: list[str]) -> dict[str, ItemVersion]:
    """The versions of items in an edition, by what they were asked by, as they are just now."""
    query = (
        sa.select(ItemVersion, Item.key)
        .join(Item)
        .where(
            ItemVersion.edition_id == edition_id,
            sa.or_(ItemVersion.item_id.in_(keys), Item.key.in_(keys)),
        )
        .execution_options(populate_existing=True)
    )
    found: dict[str, ItemVersion] = {}
    for version, key in model.Session.execute(query):
        found |= {version.item_id: version, key: version}
    return found


def _errors(said: dict[str, dict[str, Any]], versions: dict[str, ItemVersion]) -> list[str]:
    """A sentence for each item that cannot be taken."""
    known = store.centre_ids()
    errors = []
    taken: set[str] = set()
    for key, changes in said.items():
        version = versions.get(key)
        id_ddp = changes["id_ddp"]
        if version is None:
            text = tk._("There is no such item in this edition.")
        elif version.item_id in taken:
            text = tk._("This item is named twice.")
        elif version.status != "belum_dicek":
            text = tk._("This item was compared already: correct it on its own page.")
        elif id_ddp and known is not None and id_ddp not in known:
            text = tk._(
                "The ID DDP {value} is not in the centre’s list as far as it is known here."
            )
            text = text.format(value=id_ddp)
        else:
            taken.add(version.item_id)
            continue
        errors.append(f"{version.nama_data if version else key}: {text}")
    return errors
