"""How the lifecycle shows: in ``package_show``, in the search index, at start-up."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.sdi.daftar_data import closed
from ckanext.sdi.daftar_data.columns import IDS
from ckanext.sdi.daftar_data.fill import item_dict
from ckanext.sdi.daftar_data.store import current_version
from ckanext.sdi.lifecycle import conformity, gate, states

log = logging.getLogger(__name__)


def show(pkg_dict: dict[str, Any]) -> None:
    """Add ``sdi`` to a dataset that is shown; whatever a client posted under it is gone."""
    if pkg_dict.get("type") != gate.GOVERNED_TYPE:
        return
    row = gate.row_of(pkg_dict["id"])
    pkg_dict["sdi"] = {
        "state": row.state if row else states.DRAFT,
        "item": row.item_id if row else None,
        "ids": _ids_of(row.item_id) if row else {},
        "adopted": bool(row and row.adopted),
        "conformity": row.conformity if row else {},
    }


def _ids_of(item_id: str | None) -> dict[str, str]:
    """What an item is called in the lists of others as well, who do not know its id here."""
    version = current_version(item_id) if item_id else None
    # Many see a dataset that was published before its item was closed.
    said = closed.item(item_dict(version)) if version else {}
    return {name: said[name] for name in IDS if said.get(name)}


def index(pkg_dict: dict[str, Any]) -> dict[str, Any]:
    """Judge the dataset, and add the flat keys that search filters and facets use.

    Every save and every ``search.rebuild`` passes here with the whole dataset, so this is where
    its summary is brought up to date; it is written with the save's own transaction.
    """
    if pkg_dict.get("type") != gate.GOVERNED_TYPE:
        return pkg_dict
    shown = json.loads(pkg_dict["validated_data_dict"])
    conformity.refresh(shown)
    show(shown)
    pkg_dict["validated_data_dict"] = json.dumps(shown)
    # A client's extras stand under their bare names, too.
    for name in ("sdi", "sdi_state", "sdi_item"):
        pkg_dict.pop(name, None)
    pkg_dict["sdi_state"] = shown["sdi"]["state"]
    if shown["sdi"]["item"]:
        pkg_dict["sdi_item"] = shown["sdi"]["item"]
    return pkg_dict


# Settings without which something private shows, with the value each must have. The empty one is a
# list in which nothing may stand.
NEEDED_SETTINGS = (
    ("ckan.auth.create_unowned_dataset", "false"),
    ("ckan.auth.user_create_organizations", "false"),
    ("ckan.auth.allow_dataset_collaborators", "false"),
    ("ckan.auth.public_activity_stream_detail", "false"),
    ("ckan.auth.reveal_private_datasets", "false"),
    ("scheming.dataset_fallback", "true"),
    ("ckan.datastore.public_table_search", ""),
)


def missing_settings() -> Iterator[str]:
    """The settings that this installation lacks, as ``option = value`` lines."""
    for option, needed in NEEDED_SETTINGS:
        value = tk.config.get(option)
        right = tk.asbool(value or False) is tk.asbool(needed) if needed else not tk.aslist(value)
        if not right:
            yield f"{option} = {needed}".rstrip()
    plugins = tk.aslist(tk.config.get("ckan.plugins"))
    if plugins and plugins[0] != "sdi":
        yield "ckan.plugins = sdi …"


def warn_about_settings() -> None:
    """Say at start-up which settings the gate needs and this installation lacks."""
    for line in missing_settings():
        log.warning("ckanext-sdi needs the setting: %s", line)
