"""Actions that change items of the Forum's list, each change kept with who, when and why."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.sdi.daftar_data import store
from ckanext.sdi.daftar_data.correction import correct, different
from ckanext.sdi.daftar_data.difference import COMPARED
from ckanext.sdi.daftar_data.producers import Producers
from ckanext.sdi.lifecycle.roles import user_id_of
from ckanext.sdi.logic import daftar_data_schema as schema
from ckanext.sdi.logic.editions import finish, version_seen
from ckanext.sdi.logic.schema import validated
from ckanext.sdi.model import ItemVersion
from ckanext.sdi.rules.daftar_data_file import WARNING
from ckanext.sdi.rules.daftar_data_list import DDP_UNKNOWN


def sdi_daftar_data_item_update(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Correct an item between two editions; who, when, why and what it was is kept.

    Any column of the list is a parameter by its name (``nama_data``, ``definisi``, ``satuan``,
    ``jadwal_pemutakhiran``, …) but ``id_ddd``, by which the item is known. What is not given stays;
    an empty text empties the column.

    :param id: the item's id
    :param edition: correct it in this edition (optional: where it counts, else the newest draft)
    :param status: ``mengacu`` (with ``id_ddp``), ``tidak_mengacu`` or ``belum_dicek``
    :param id_ddp: the centre's item that it refers to; asked for with ``mengacu`` only
    :param organization: id or name of the organisation that produces the data
    :param table_schema: the column standard, an empty text takes it away
    :param reason: why; asked for when a column of an agreed edition changes
    :returns: the item as ``sdi_daftar_data_show`` gives it, with ``changed`` (names of fields) and
        ``findings`` (a DDP id that the centre's list does not have)
    :raises ckan.logic.ValidationError: for a value that is none, or without a reason
    :raises ckan.logic.NotFound: when there is no such item
    :raises ckan.logic.NotAuthorized: when the user is neither Koordinator nor Walidata
    """
    tk.check_access("sdi_daftar_data_item_update", context, data_dict)
    data = validated(data_dict, schema.item_update(), context)
    version = version_seen(context, data["id"], data.get("edition"))
    changes = _open_changes(version, data)
    changed = correct(version, changes, user_id_of(context.get("user")), data.get("reason"))
    item_id, edition_id = version.item_id, version.edition_id
    finish(context, [item_id] if changed else [])
    shown = {"id": item_id, "edition": edition_id}
    item = tk.get_action("sdi_daftar_data_show")(Context(context), shown)
    return {**item, "changed": changed, "findings": _unknown_centre_item(item)}


def _open_changes(version: ItemVersion, data: dict[str, Any]) -> dict[str, Any]:
    """What is to change of a version, once nobody else can change it.

    :raises ckan.logic.ValidationError: when it may not change so
    """
    store.lock(version.edition.level, version.edition.tahun)
    model.Session.refresh(version)
    model.Session.refresh(version.edition)
    if version.edition.state == "closed":
        raise tk.ValidationError(
            {"edition": [tk._("This edition is closed: a newer one counts in its place.")]}
        )
    given = {name: data[name] for name in ("table_schema", *schema.CORRECTABLE) if name in data}
    changes = {**_status_changes(version, data), **_of_the_list(version, given)}
    if data.get("organization"):
        changes["organization_id"] = data["organization"]
    if not changes:
        raise tk.ValidationError({"message": [tk._("Nothing was given to change.")]})
    of_the_list = set(different(version, changes)) & set(COMPARED)
    if version.edition.state == "agreed" and of_the_list and not data.get("reason"):
        text = tk._("Say why: the Forum agreed to this list, and each correction of it is kept.")
        raise tk.ValidationError({"reason": [text]})
    return changes


def _of_the_list(version: ItemVersion, given: dict[str, Any]) -> dict[str, Any]:
    """The columns that are to change; another producer's name may be another organisation's.

    :raises ckan.logic.ValidationError: for a column that must not be empty, or of the centre's list
    """
    columns = {name: given[name] for name in different(version, given) if name != "table_schema"}
    if columns and version.edition.level == "pusat":
        text = tk._("The centre's list is corrected by the centre: import its new edition.")
        raise tk.ValidationError({next(iter(columns)): [text]})
    empty = [name for name in schema.NEEDED if name in columns and not columns[name]]
    if empty:
        raise tk.ValidationError({name: [tk._("This must not be empty.")] for name in empty})
    if "produsen" in columns:
        columns["organization_id"] = Producers().find(columns["produsen"])
    return {**given, **columns}


def _status_changes(version: ItemVersion, data: dict[str, Any]) -> dict[str, Any]:
    """The new status with its DDP id, which go together.

    :raises ckan.logic.ValidationError: when they contradict each other
    """
    status = data.get("status") or ("mengacu" if data.get("id_ddp") else None)
    if status is None:
        return {}
    if version.edition.level == "pusat":
        text = tk._("An item of the centre's own list does not refer to another.")
        raise tk.ValidationError({"status": [text]})
    if status != "mengacu" and data.get("id_ddp"):
        text = tk._("An ID DDP goes with the status “mengacu” only.")
        raise tk.ValidationError({"id_ddp": [text]})
    if status == "mengacu" and not data.get("id_ddp") and not version.id_ddp:
        text = tk._("Name the centre's item by its ID DDP.")
        raise tk.ValidationError({"id_ddp": [text]})
    if not (version.id_ddd or version.kode_dssd) and status != version.status:
        text = tk._("This item has no ID DDD: it is known by its ID DDP, which stays.")
        raise tk.ValidationError({"status": [text]})
    id_ddp = (data.get("id_ddp") or version.id_ddp) if status == "mengacu" else None
    return {"status": status, "id_ddp": id_ddp}


def _unknown_centre_item(item: dict[str, Any]) -> list[dict[str, Any]]:
    if item["status"] != "mengacu" or item["centre"] or item["level"] == "pusat":
        return []
    rule = DDP_UNKNOWN
    places = {"value": item["id_ddp"], "cell": "ID DDP", "column": "ID DDP"}
    return [
        {
            "rule": rule.id,
            "severity": WARNING["wajib"],
            "field": "id_ddp",
            "value": item["id_ddp"],
            "message": rule.sentence("one", tk._, places),
        }
    ]
