"""The files of another CKAN's dataset: fetched, and written where they are new or changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import FileStorage

from ckan import model

from ckanext.harvest.model import HarvestObjectError
from ckanext.sdi.harvest import remote, words
from ckanext.sdi.harvest.mapping import plain_text
from ckanext.sdi.model import ItemVersion
from ckanext.sdi.rules.catalogue import N_

# Kept with the harvest object: which resource came from which of the remote's, and what was not
# taken over.
FILES, LEFT_OUT = "sdi_files", "sdi_left_out"

TOO_MANY_FILES = N_(
    "“{title}” was taken in without {n} of its files: of a dataset at most {files} files are "
    "fetched, and {limit} MB. Left out: {names}."
)
NAMED = 10


@dataclass
class Files:
    """The files of a dataset: which are to be written, and where each came from."""

    resources: list[dict[str, Any]] = field(default_factory=list)
    known: dict[str, dict[str, str]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    too_many: list[str] = field(default_factory=list)


def files_of(
    said: Mapping[str, Any],
    before: Any,
    here: dict[str, dict[str, Any]],
    item: ItemVersion,
    open_files: ExitStack,
) -> Files:
    """The CSV files of a dataset, fetched; those whose bytes are known keep what they are here.

    :param said: the dataset as its portal gives it
    :param before: the harvest object with which it was last taken in
    :param here: its resources here, by id
    :param open_files: closes the files
    :raises FetchError: when one of them cannot be had
    """
    known = json.loads(_extra(before, FILES) or "{}") if before else {}
    told_tables, others = remote.tables(said)
    files = Files(left_out=others)
    downloads = remote.Downloads(open_files)
    for told in told_tables:
        entry = known.get(told["id"], {})
        kept = here.pop(entry.get("id", ""), None)
        got = downloads.file_of(told["url"])
        if got is None:
            files.too_many.append(_resource_name(told))
            if kept:
                files.resources.append(kept)
                files.known[told["id"]] = {"sha256": entry["sha256"]}
            continue
        file, sha256 = got
        resource = kept or _new_resource(told, item)
        if kept is None or entry["sha256"] != sha256:
            name = _file_name(told)
            resource = {**resource, "url": name, "upload": FileStorage(file, filename=name)}
        files.resources.append(resource)
        files.known[told["id"]] = {"sha256": sha256}
    # What a person added here stays; what the remote took away goes.
    gone = {entry["id"] for entry in known.values()}
    files.resources += [resource for rid, resource in here.items() if rid not in gone]
    return files


def _new_resource(told: Mapping[str, Any], item: ItemVersion) -> dict[str, Any]:
    """A new resource: with the item's column standard, or with none until a person takes one."""
    resource: dict[str, Any] = {
        "name": _resource_name(told),
        "description": plain_text(told.get("description"))[:10000],
        "format": "CSV",
        "url_type": "upload",
    }
    if item.table_schema:
        resource["table_schema"] = json.dumps(item.table_schema)
    return resource


def _resource_name(told: Mapping[str, Any]) -> str:
    return plain_text(told.get("name"))[:300] or _file_name(told)


def _file_name(told: Mapping[str, Any]) -> str:
    last = plain_text(told["url"]).partition("?")[0].rpartition("/")[2]
    return last[-100:] if last.lower().endswith(".csv") else "data.csv"


def tell_left_out(harvest_object: Any, files: Files, title: str) -> None:
    """Say in the job's report which files were too many."""
    if not files.too_many:
        return
    names = [name[:100] for name in files.too_many[:NAMED]]
    message = words.translate()(TOO_MANY_FILES).format(
        title=title,
        n=len(files.too_many),
        files=remote.MOST_FILES,
        limit=remote.MOST_BYTES // 2**20,
        names=", ".join(names) + (", …" if len(files.too_many) > NAMED else ""),
    )
    error = HarvestObjectError(message=message, object=harvest_object, stage="Import")
    model.Session.add(error)


def _extra(harvest_object: Any, key: str) -> str | None:
    return next((extra.value for extra in harvest_object.extras if extra.key == key), None)
