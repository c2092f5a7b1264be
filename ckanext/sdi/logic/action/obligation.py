"""Actions on what is owed besides the list: thin; ``ckanext.sdi.lifecycle`` does the work."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.sdi.daftar_data.fill import item_dict
from ckanext.sdi.lifecycle import coverage
from ckanext.sdi.lifecycle.roles import user_id_of
from ckanext.sdi.logic import obligation_schema as schema
from ckanext.sdi.logic import posted
from ckanext.sdi.logic.editions import is_allowed, sees_whole, version_seen
from ckanext.sdi.logic.schema import validated, window
from ckanext.sdi.model import RecordedObligation
from ckanext.sdi.model.obligation import EXCUSED, OWED
from ckanext.sdi.rules.mask import mask_text


@tk.side_effect_free
def sdi_obligation_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What was recorded for an item besides the list: who owes it too, and who is excused.

    :param id: the item's id
    :returns: ``{"count", "results": [{"id", "kind", "organization", "schedule", "first", "last",
        "grace", "reason", "created_at"}]}``, the oldest first; ``organization`` is None where
        whoever owes the item is excused; nothing of a closed item that the asker is told the name
        of only
    :raises ckan.logic.NotFound: when there is no such item
    """
    tk.check_access("sdi_obligation_list", context, data_dict)
    version = version_seen(context, posted.reference(data_dict), None)
    if not sees_whole(context, item_dict(version), version.organization_id):
        return {"count": 0, "results": []}
    query = (
        sa.select(RecordedObligation, model.Group)
        .outerjoin(model.Group, model.Group.id == RecordedObligation.organization_id)
        .where(RecordedObligation.item_id == version.item_id)
        .order_by(RecordedObligation.created_at)
    )
    results = [_told(row, office) for row, office in model.Session.execute(query)]
    return {"count": len(results), "results": results}


def sdi_obligation_create(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Record that an office owes an item by a decree, or that it is excused from it.

    Counted are the periods that end from ``first`` to ``last``. What is recorded to be owed stands
    in place of what the list says of the same office and period: so more days can be granted.

    :param id: the item's id
    :param kind: ``owed`` or ``excused``
    :param organization: id or name of the office; with ``excused`` it may be left out: then whoever
        owes the item is excused
    :param schedule: how often, with ``owed`` (optional: as the list has it)
    :param grace: days after the end of a period in which it is due, with ``owed`` (optional: as
        the schedule has it)
    :param first: from this day on, as ``2026-01-01``
    :param last: to this day (optional: for good)
    :param reason: why: the decree or the letter; everyone can read it
    :returns: what was recorded, as ``sdi_obligation_list`` gives it
    :raises ckan.logic.ValidationError: for a value that is none
    :raises ckan.logic.NotFound: when there is no such item
    :raises ckan.logic.NotAuthorized: when the user is neither Koordinator nor Walidata
    """
    tk.check_access("sdi_obligation_create", context, data_dict)
    version = version_seen(context, posted.reference(data_dict), None)
    data = validated(data_dict, schema.obligation(), context)
    _refuse_contradictions(data)
    owes = data["kind"] == OWED
    row = RecordedObligation(
        item_id=version.item_id,
        kind=data["kind"],
        organization_id=data.get("organization"),
        schedule=data.get("schedule") if owes else None,
        grace=data.get("grace") if owes else None,
        first=data["first"],
        last=data.get("last"),
        reason=mask_text(data["reason"]),
        created_by=user_id_of(context.get("user")),
    )
    model.Session.add(row)
    model.Session.flush()
    office = model.Group.get(row.organization_id) if row.organization_id else None
    told = _told(row, office)
    model.Session.commit()
    return told


def sdi_obligation_delete(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Take back what was recorded besides the list: the list alone says then what is owed.

    :param id: the item's id
    :param obligation: the id of what was recorded
    :returns: ``{"id"}`` of it
    :raises ckan.logic.NotFound: when there is no such item, or nothing recorded by this id
    :raises ckan.logic.NotAuthorized: when the user is neither Koordinator nor Walidata
    """
    tk.check_access("sdi_obligation_delete", context, data_dict)
    version = version_seen(context, posted.reference(data_dict), None)
    row = model.Session.get(RecordedObligation, posted.reference(data_dict, "obligation"))
    if row is None or row.item_id != version.item_id:
        raise tk.ObjectNotFound(tk._("Nothing is recorded by this id."))
    row_id = row.id
    model.Session.delete(row)
    model.Session.commit()
    return {"id": row_id}


def _refuse_contradictions(data: dict[str, Any]) -> None:
    """Look whether what was given goes together.

    :raises ckan.logic.ValidationError: when it does not
    """
    if data["kind"] == OWED and not data.get("organization"):
        raise tk.ValidationError({"organization": [tk._("Choose the office that owes the data.")]})
    if data.get("last") and data["last"] < data["first"]:
        raise tk.ValidationError({"last": [tk._("The last day lies before the first.")]})
    if data["kind"] == EXCUSED and (data.get("schedule") or data.get("grace") is not None):
        text = tk._("Schedule and days belong to what is owed, not to an excuse.")
        raise tk.ValidationError({"kind": [text]})


def _told(row: RecordedObligation, office: model.Group | None) -> dict[str, Any]:
    named = {"id": office.id, "name": office.name, "title": office.title} if office else None
    return {
        "id": row.id,
        "kind": row.kind,
        "organization": named,
        "schedule": row.schedule,
        "first": row.first.isoformat(),
        "last": row.last.isoformat() if row.last else None,
        "grace": row.grace,
        "reason": row.reason,
        "created_at": row.created_at.isoformat(timespec="seconds"),
    }


@tk.side_effect_free
def sdi_expectation_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The periods that offices owe or have owed, each with the reason why, up to today.

    Koordinator and Walidata see those of all offices, others those of their own.

    :param organization: id or name of an office (optional)
    :param item: id of an item (optional)
    :param tahun: only periods that end in this year (optional)
    :param timing: only those that are ``late``, ``due``, ``unreachable``, ``running``,
        ``given_late``, ``in_time`` or ``excluded`` (optional)
    :param limit: at most so many (100, not more than 1000)
    :param offset: after so many
    :returns: ``{"count", "results": [{"item", "organization", "schedule", "period", "first",
        "last", "due", "timing", "days_late", "given", "why", "excluded", "dataset"}]}``, the oldest
        period first. ``due`` has the days added on which the data lay with the reviewers
    :raises ckan.logic.ValidationError: for a value that is none
    """
    tk.check_access("sdi_expectation_list", context, data_dict)
    data = validated(data_dict, schema.expectations(), context)
    found = coverage.expectations(
        _offices_seen(context, data.get("organization")),
        item_ids=[data["item"]] if data.get("item") else None,
        tahun=data.get("tahun"),
        kind=data.get("timing"),
    )
    return {"count": len(found), "results": coverage.with_names(window(found, data))}


def _offices_seen(context: Context, asked: str | None) -> list[str] | None:
    """The offices whose periods the asker sees; none for all."""
    if is_allowed("sdi_coverage", context):
        return [asked] if asked else None
    mine = tk.get_action("organization_list_for_user")(
        {"user": context.get("user") or ""}, {"permission": "update_dataset"}
    )
    return [office["id"] for office in mine if asked in (None, office["id"])]
