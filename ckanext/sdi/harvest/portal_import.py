"""One dataset of another CKAN: found in the list, mapped, saved as a draft with its files."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.harvest.harvesters import HarvesterBase
from ckanext.harvest.model import HarvestObject, HarvestObjectError, HarvestObjectExtra
from ckanext.sdi.daftar_data import store
from ckanext.sdi.daftar_data.fill import dataset_fields
from ckanext.sdi.harvest import remote, words
from ckanext.sdi.harvest.mapping import Mapped, map_dataset, plain_text
from ckanext.sdi.lifecycle import conformity, gate
from ckanext.sdi.model import Edition, ItemVersion
from ckanext.sdi.rules.catalogue import N_

# Kept with the harvest object: which resource came from which of the remote's, and what was not
# taken over.
FILES, LEFT_OUT = "sdi_files", "sdi_left_out"

# Which id decides when a dataset names several.
ID_COLUMNS = ("id_ddd", "id_ddp", "kode_indikator")

NO_OFFICE = N_("This source belongs to no organization. Choose the one whose items it delivers.")
NO_ID = N_(
    "“{title}” was not taken in: it names no item of the Daftar Data. Its portal can name one in "
    "the field id_ddd, id_ddp or kode_dssd."
)
NOT_ON_LIST = N_(
    "“{title}” was not taken in: the agreed Daftar Data names no item “{ids}” for {office}."
)
SEVERAL_ITEMS = N_(
    "“{title}” was not taken in: “{ids}” stands for several items of the Daftar Data. Its portal "
    "can name the one that is meant in the field id_ddd."
)
PUBLISHED = N_(
    "“{title}” has changed on its portal, but here it is published and was left as it is. For the "
    "change to be taken in, the Walidata withdraws it first."
)
REVIEWED = N_(
    "“{title}” has changed on its portal, but here it is under review and was left as it is. For "
    "the change to be taken in, the Walidata returns it first."
)

TOO_MANY_FILES = N_(
    "“{title}” was taken in without {n} of its files: of a dataset at most {files} files are "
    "fetched, and {limit} MB. Left out: {names}."
)
NAMED = 10


class RefusedError(Exception):
    """A dataset that is not taken in; ``message`` is a message id with places for ``params``."""

    def __init__(self, message: str, **params: str) -> None:
        super().__init__(message)
        self.message = message
        self.params = params


@dataclass
class _Files:
    """The files of a dataset: which are to be written, and where each came from."""

    resources: list[dict[str, Any]] = field(default_factory=list)
    known: dict[str, dict[str, str]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    too_many: list[str] = field(default_factory=list)


def office_of(source_id: str) -> model.Group | None:
    """The organisation that owns a harvest source."""
    source = model.Package.get(source_id)
    return model.Group.get(source.owner_org) if source and source.owner_org else None


def is_unchanged(harvest_object: Any) -> bool:
    """Whether the remote says of a dataset exactly what it said when it was last taken in.

    A changed upload changes ``last_modified`` of its resource, so the files need not be fetched.
    """
    before = _last_imported(harvest_object)
    return before is not None and before.content == harvest_object.content


def import_dataset(harvest_object: Any, user: str) -> bool | str:
    """Take a dataset in.

    :returns: true, or ``unchanged`` when there was nothing to write
    :raises RefusedError: when the list does not name it, or it stands still here
    :raises FetchError: when one of its files cannot be had
    :raises ckan.logic.ValidationError: when its metadata cannot be saved; nothing is written then
    """
    said: dict[str, Any] = json.loads(harvest_object.content)
    title = plain_text(said.get("title") or said.get("name") or harvest_object.guid)[:300]
    office = office_of(harvest_object.harvest_source_id)
    if office is None:
        raise RefusedError(NO_OFFICE)
    mapped = map_dataset(said)
    item = _item_of(mapped, office, title)
    before = _last_imported(harvest_object)
    package_id = before.package_id if before else None
    _refuse_standing(package_id, title)
    with contextlib.ExitStack() as open_files:
        files = _files_of(said, before, item, open_files)
        fields = _fields(mapped, item)
        if package_id is None:
            name = HarvesterBase._gen_new_name(plain_text(said.get("name")) or title)
            package_id = _create({**fields, "name": name, "title": title}, files, user)
        else:
            _update(package_id, fields, files, user)
        _tell_left_out(harvest_object, files, title)
        _connect(harvest_object, package_id, files, mapped)
    conformity.refresh_and_index([package_id])
    return True


def sentence_of(error: tk.ValidationError) -> str:
    """The faults of a dataset's metadata, field by field."""
    return "; ".join(
        f"{name}: {' '.join(map(str, told)) if isinstance(told, list) else told}"
        for name, told in error.error_dict.items()
    )


def _item_of(mapped: Mapped, office: model.Group, title: str) -> ItemVersion:
    """The item of the office's list that a dataset names.

    :raises RefusedError: when it names none, or one of another office: which, is not said
    """
    if not mapped.ids:
        raise RefusedError(NO_ID, title=title)
    params = {"title": title, "ids": ", ".join(dict.fromkeys(mapped.ids.values()))[:200]}
    for column in ID_COLUMNS:
        found = _versions(column, mapped.ids[column], office) if column in mapped.ids else []
        if len(found) > 1:
            raise RefusedError(SEVERAL_ITEMS, **params)
        if found:
            return found[0]
    raise RefusedError(NOT_ON_LIST, **params, office=office.title or office.name)


def _versions(column: str, value: str, office: model.Group) -> list[ItemVersion]:
    """The items of an office, as they count now, that have a value in a column of the list."""
    items = model.Session.scalars(
        sa.select(ItemVersion.item_id)
        .join(Edition)
        .where(
            Edition.state == "agreed",
            ItemVersion.organization_id == office.id,
            getattr(ItemVersion, column) == value,
        )
        .distinct()
    )
    current = (store.current_version(item_id) for item_id in items)
    return [version for version in current if version and version.organization_id == office.id]


def _last_imported(harvest_object: Any) -> Any:
    """The object with which this dataset of this source was last taken in, if it is still here."""
    return model.Session.scalar(
        sa.select(HarvestObject)
        .join(model.Package, model.Package.id == HarvestObject.package_id)
        .where(
            HarvestObject.guid == harvest_object.guid,
            HarvestObject.harvest_source_id == harvest_object.harvest_source_id,
            HarvestObject.id != harvest_object.id,
            HarvestObject.current.is_(True),
            model.Package.state == model.State.ACTIVE,
        )
        .order_by(HarvestObject.import_finished.desc())
        .limit(1)
    )


def _refuse_standing(package_id: str | None, title: str) -> None:
    if package_id is None:
        return
    if gate.standing_still(package_id):
        raise RefusedError(PUBLISHED, title=title)
    if gate.with_reviewer(package_id):
        raise RefusedError(REVIEWED, title=title)


def _fields(mapped: Mapped, item: ItemVersion) -> dict[str, Any]:
    """What the remote says, under what the list says.

    What the list says binds, so the remote's other word is left out, and named.
    """
    said = dataset_fields(item)
    bound = {name: value for name, value in said.items() if name not in ("title", "notes")}
    mapped.left_out += [
        name for name, value in mapped.fields.items() if name in bound and bound[name] != value
    ]
    return {**mapped.fields, **bound, "daftar_data_item": item.item_id}


def _files_of(
    said: Mapping[str, Any], before: Any, item: ItemVersion, open_files: contextlib.ExitStack
) -> _Files:
    """The CSV files of a dataset, fetched; those whose bytes are known keep what they are here."""
    known = json.loads(_extra(before, FILES) or "{}") if before else {}
    here = _resources_of(before.package_id) if before else {}
    told_tables, others = remote.tables(said)
    files = _Files(left_out=others)
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


def _resources_of(package_id: str) -> dict[str, dict[str, Any]]:
    return {resource["id"]: resource for resource in _shown(package_id)["resources"]}


def _shown(package_id: str) -> dict[str, Any]:
    return tk.get_action("package_show")(
        {"ignore_auth": True, "use_cache": False}, {"id": package_id}
    )


def _create(fields: dict[str, Any], files: _Files, user: str) -> str:
    """The dataset and its files in one transaction: CKAN takes files only when it changes one."""
    context: Any = {"ignore_auth": True, "user": user, "defer_commit": True}
    made = tk.get_action("package_create")(context, {**fields, "type": gate.GOVERNED_TYPE})
    _update(made["id"], {}, files, user)
    return made["id"]


def _update(package_id: str, fields: dict[str, Any], files: _Files, user: str) -> None:
    """What the remote says replaces what it said before; what a person added here stays."""
    changed = {**_shown(package_id), **fields, "resources": files.resources}
    context: Any = {"ignore_auth": True, "user": user}
    tk.get_action("package_update")(context, changed)
    model.Session.commit()


def _connect(harvest_object: Any, package_id: str, files: _Files, mapped: Mapped) -> None:
    """Note what came of the object; it is the current one of its dataset now."""
    resources = _shown(package_id)["resources"]
    for entry, resource in zip(files.known.values(), resources, strict=False):
        entry["id"] = resource["id"]
    model.Session.execute(
        sa.update(HarvestObject)
        .where(HarvestObject.package_id == package_id, HarvestObject.id != harvest_object.id)
        .values(current=False)
    )
    harvest_object.package_id = package_id
    harvest_object.current = True
    left_out = dict.fromkeys(mapped.left_out + files.left_out)
    notes = {FILES: json.dumps(files.known), LEFT_OUT: ", ".join(left_out)}
    harvest_object.extras = [
        HarvestObjectExtra(key=key, value=value) for key, value in notes.items() if value
    ]
    model.Session.commit()


def _tell_left_out(harvest_object: Any, files: _Files, title: str) -> None:
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
