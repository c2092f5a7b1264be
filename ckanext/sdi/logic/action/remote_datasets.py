"""Actions on what a harvest source's portal lists: what came of it, and a person's word on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.harvest.model import HarvestObjectExtra
from ckanext.sdi.daftar_data.matching import Matcher
from ckanext.sdi.harvest.portal_files import LEFT_OUT
from ckanext.sdi.lifecycle.roles import user_id_of
from ckanext.sdi.logic import posted
from ckanext.sdi.logic import remote_datasets_schema as schema
from ckanext.sdi.logic.schema import validated
from ckanext.sdi.model import RemoteDataset
from ckanext.sdi.model.base import now
from ckanext.sdi.model.remote_dataset import REFUSED, REMOTE_STATES, WAITING


@tk.side_effect_free
def sdi_remote_dataset_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What the portal of a harvest source of type ``sdi_portal`` lists, and what came of it.

    :param id: the id or name of the harvest source
    :param state: only those ``waiting`` for their turn, ``taken`` in, ``refused`` because the list
        does not name them, ``held`` because they stand still here, ``failed``, or ``gone`` from
        their portal (optional)
    :param guid: only the one that its portal calls so (optional)
    :param limit: at most so many (20, not more than 100)
    :param offset: after so many
    :returns: ``{"count", "counts": {state: n}, "results": [{"guid", "title", "producer", "state",
        "reason", "dataset", "left_out", "item", "confirmed", "proposals"}]}``, by title;
        ``left_out`` names what the portal says of it that no field here takes; ``item`` and each of
        ``proposals`` are ``{"id", "nama_data", "produsen", "id_ddd", "id_ddp",
        "kode_indikator"}``, proposals with their ``likeness`` from 0 to 100, for those refused
    :raises ckan.logic.NotFound: when there is no such source
    :raises ckan.logic.NotAuthorized: when the user is neither of its organization nor Walidata
    """
    source = _source(data_dict)
    tk.check_access("sdi_remote_dataset_list", context, {"id": source.id})
    data = validated(data_dict, schema.listed(), context)
    of_source = RemoteDataset.source_id == source.id
    counted = sa.select(RemoteDataset.state, sa.func.count()).where(of_source)
    found = model.Session.execute(counted.group_by(RemoteDataset.state))
    counts = dict.fromkeys(REMOTE_STATES, 0) | {row[0]: row[1] for row in found}
    asked = [of_source]
    if data.get("state"):
        asked.append(RemoteDataset.state == data["state"])
    if data.get("guid"):
        asked.append(RemoteDataset.guid == data["guid"])
    count = sa.select(sa.func.count()).select_from(RemoteDataset).where(*asked)
    query = sa.select(RemoteDataset).where(*asked)
    query = query.order_by(RemoteDataset.title, RemoteDataset.guid)
    rows = model.Session.scalars(query.limit(data["limit"]).offset(data["offset"])).all()
    matcher = Matcher(source.owner_org or "")
    left_out = _left_out([row.object_id for row in rows])
    return {
        "count": model.Session.scalar(count),
        "counts": counts,
        "results": [_row_dict(row, matcher, left_out.get(row.object_id, [])) for row in rows],
    }


def _left_out(object_ids: Sequence[str]) -> dict[str, list[str]]:
    """What was not taken over with some harvest objects."""
    query = sa.select(HarvestObjectExtra.harvest_object_id, HarvestObjectExtra.value).where(
        HarvestObjectExtra.harvest_object_id.in_(object_ids), HarvestObjectExtra.key == LEFT_OUT
    )
    return {row[0]: row[1].split(", ") for row in model.Session.execute(query)}


def _row_dict(row: RemoteDataset, matcher: Matcher, left_out: list[str]) -> dict[str, Any]:
    refused = row.state == REFUSED
    return {
        "guid": row.guid,
        "title": row.title,
        "producer": row.producer,
        "state": row.state,
        "reason": tk._(row.reason).format_map(row.params) if row.reason else None,
        "dataset": row.package_id,
        "left_out": left_out,
        "item": matcher.item(row.item_id) if row.item_id else None,
        "confirmed": row.confirmed_at.isoformat() if row.confirmed_at else None,
        "proposals": matcher.proposals(row.title, row.producer) if refused else [],
    }


def sdi_remote_dataset_confirm(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Say which items of the list datasets of another portal are: all of it or nothing.

    The next harvest takes them in. What a dataset's own ids say counts no more then.

    :param id: the id or name of the harvest source
    :param matches: at most 1000 of ``{"guid", "item"}``: the dataset as its portal calls it, and
        the id of an item of the source's organization; an empty ``item`` takes the word back
    :returns: ``{"confirmed": n}``
    :raises ckan.logic.ValidationError: with ``matches``, a sentence for each that cannot be kept
    :raises ckan.logic.NotFound: when there is no such source
    :raises ckan.logic.NotAuthorized: when the user is neither of its organization nor Walidata
    """
    source = _source(data_dict)
    tk.check_access("sdi_remote_dataset_confirm", context, {"id": source.id})
    said = schema.matches(data_dict.get("matches"))
    matcher = Matcher(source.owner_org or "")
    query = sa.select(RemoteDataset).where(
        RemoteDataset.source_id == source.id, RemoteDataset.guid.in_(said)
    )
    # Nobody waits in front of a page until a harvest has fetched the files of a dataset.
    free = query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    rows = {row.guid: row for row in model.Session.scalars(free)}
    busy = {row.guid: row.title for row in model.Session.scalars(query) if row.guid not in rows}
    errors = [_busy(title) for title in busy.values()]
    errors += [
        problem
        for guid in said.keys() - busy.keys()
        if (problem := _problem(guid, said[guid], rows, matcher))
    ]
    if errors:
        model.Session.rollback()
        raise tk.ValidationError({"matches": errors})
    for guid, item_id in said.items():
        row = rows[guid]
        row.item_id, row.confirmed_at = item_id, now() if item_id else None
        row.confirmed_by = user_id_of(context.get("user")) if item_id else None
        if item_id:
            row.state, row.reason, row.params = WAITING, None, {}
    model.Session.commit()
    return {"confirmed": len(said)}


def _busy(title: str) -> str:
    text = tk._("{title}: a harvest takes it in at this moment. Try again in a few minutes.")
    return text.format(title=title)


def _problem(
    guid: str, item_id: str | None, rows: dict[str, RemoteDataset], matcher: Matcher
) -> str | None:
    if guid not in rows:
        return tk._("{guid}: the portal lists no such dataset.").format(guid=guid[:100])
    if item_id and matcher.item(item_id) is None:
        text = tk._("{title}: the agreed Daftar Data has no such item for this organization.")
        return text.format(title=rows[guid].title)
    return None


def _source(data_dict: DataDict) -> model.Package:
    source = model.Package.get(posted.reference(data_dict))
    if source is None or source.type != "harvest" or source.state != model.State.ACTIVE:
        raise tk.ObjectNotFound(tk._("Harvest source not found"))
    return source
