"""One dataset of another CKAN: found in the list, mapped, saved as a draft with its files."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.munge import munge_title_to_name
from ckan.logic import index_insert_package_dicts, package_show_default_and_custom_schemas

from ckanext.harvest.model import HarvestObject, HarvestObjectExtra, HarvestSource
from ckanext.sdi.daftar_data import store
from ckanext.sdi.daftar_data.fill import dataset_fields
from ckanext.sdi.harvest import words
from ckanext.sdi.harvest.mapping import Mapped, map_dataset, plain_text
from ckanext.sdi.harvest.portal_files import FILES, LEFT_OUT, Files, files_of, tell_left_out
from ckanext.sdi.harvest.settings import PORTAL, read_config
from ckanext.sdi.harvest.which_item import RefusedError, item_of, refuse_twin
from ckanext.sdi.lifecycle import gate, states
from ckanext.sdi.model import Item, ItemVersion, RemoteDataset
from ckanext.sdi.model.base import new_id
from ckanext.sdi.model.remote_dataset import GONE, HELD, REFUSED, TAKEN, WAITING
from ckanext.sdi.rules.catalogue import N_

NO_OFFICE = N_("This source belongs to no organization. Choose the one whose items it delivers.")
PUBLISHED = N_(
    "“{title}” has changed on its portal, but here it is published and was left as it is. For the "
    "change to be taken in, the Walidata withdraws it first."
)
MOVED = N_(
    "“{title}” has changed on its portal, but here it was given to another organization and was "
    "left as it is. For the change to be taken in, give it back to {office} first."
)
REVIEWED = N_(
    "“{title}” has changed on its portal, but here it is under review and was left as it is. For "
    "the change to be taken in, the Walidata returns it first."
)

# What an action leaves to its caller: the commit, and the dataset as it is then.
_LATER = {"defer_commit": True, "return_id_only": True}


GONE_HERE = N_(
    "“{title}” is not listed on its portal any more. Here it was left as it is: look whether it is "
    "still to be kept."
)
WITHDRAWN = N_(
    "“{title}” is not listed on its portal any more. Here it was published, and was withdrawn."
)


def office_of(source_id: str) -> model.Group | None:
    """The organisation that owns a harvest source."""
    source = model.Package.get(source_id)
    return model.Group.get(source.owner_org) if source and source.owner_org else None


def import_dataset(harvest_object: Any, user: str) -> bool | str:
    """Take a dataset in. It is saved, and noted in its row, in one transaction.

    :returns: true, or ``unchanged`` when another turn of it has done so already
    :raises RefusedError: when the list does not name it, or it stands still here
    :raises FetchError: when one of its files cannot be had
    :raises ckan.logic.ValidationError: when its metadata cannot be saved; nothing is written then
    """
    said: dict[str, Any] = json.loads(harvest_object.content)
    name = _name_there(said)
    found = _locked_row(harvest_object, name)
    if found is None:
        return _told_before(harvest_object)
    row, office, source, is_taken, other_source = found
    config = settings_of(source)
    if row.state == GONE:
        return _gone(row, user, withdraw=bool(config.get("withdraw")))
    title = row.title
    if is_taken or len(name) < 2:
        name = f"{name[:50]}-{new_id()[:8]}".strip("-")
    if office is None:
        raise RefusedError(NO_OFFICE)
    mapped = map_dataset(said, config.get("fields", {}))
    item = item_of(row, mapped.ids, office)
    package_id = _package_of(row)
    if package_id is None:
        refuse_twin(row, other_source)
    _refuse_standing(package_id, office, title)
    with contextlib.ExitStack() as open_files:
        before = _last_imported(harvest_object) if package_id else None
        here = _resources_of(package_id) if package_id else {}
        files = files_of(said, before, here, item, open_files)
        fields = _fields(mapped, item)
        tell_left_out(harvest_object, files, title)
        if package_id is None and not files.resources:
            fields |= {"name": name, "title": title}
            _create_at_once(harvest_object, row, fields, user, (mapped, item, files))
            return True
        if package_id is None:
            fields |= {"name": name, "title": title}
            package_id = _create(fields, user)
            fields = {}
        _update(package_id, fields, files, user)
        _taken(row, package_id, mapped)
        _connect(harvest_object, package_id, files, mapped, new=before is None)
        model.Session.flush()
        # As CKAN's own actions do: into the index, then all of it in one commit.
        index_insert_package_dicts(
            package_show_default_and_custom_schemas({"ignore_auth": True}, package_id)
        )
        model.repo.commit()
    return True


def settle(harvest_object: Any, state: str, reason: str, params: Mapping[str, Any]) -> None:
    """Note in a dataset's row why it was not taken in."""
    found = _locked_row(harvest_object)
    if found is not None:
        row, _, source, *_ = found
        kept = {name: plain_text(value) for name, value in params.items()}
        row.state, row.reason, row.params = state, reason, kept
        if state == REFUSED:
            said = json.loads(harvest_object.content)
            row.ids = map_dataset(said, settings_of(source).get("fields", {})).ids
    model.Session.commit()


def settings_of(source: Any) -> dict[str, Any]:
    """The configuration of a source; what is wrong in it was refused when it was saved."""
    try:
        return read_config(source.config, str, PORTAL)
    except ValueError:
        return {}


def _locked_row(
    harvest_object: Any, name: str = ""
) -> sa.Row[tuple[RemoteDataset, model.Group | None, HarvestSource, bool, str | None]] | None:
    """The row of a dataset whose turn this is, and nobody else's; none when it had its turn.

    With it, the organisation that owns the source, the source, whether a dataset here has that
    name, and which other source of the organisation brought one with this id: each question of its
    own would take as long as all of them.
    """
    of_object = {
        "source": harvest_object.harvest_source_id,
        "guid": harvest_object.guid,
        "object": harvest_object.id,
        "name": name,
    }
    return model.Session.execute(_row_of_object(), of_object).first()


@cache
def _row_of_object() -> sa.Select[Any]:
    other = aliased(model.Package)
    named = sa.select(other.id).where(other.name == sa.bindparam("name")).exists()
    brought, from_there = aliased(model.Package), aliased(HarvestSource)
    other_source = (
        sa.select(from_there.title)
        .select_from(HarvestObject)
        .join(brought, brought.id == HarvestObject.package_id)
        .join(from_there, from_there.id == HarvestObject.harvest_source_id)
        .where(
            HarvestObject.guid == sa.bindparam("guid"),
            HarvestObject.current.is_(True),
            HarvestObject.harvest_source_id != sa.bindparam("source"),
            brought.state == model.State.ACTIVE,
            brought.owner_org == model.Package.owner_org,
        )
        .limit(1)
        .scalar_subquery()
    )
    return (
        sa.select(RemoteDataset, model.Group, HarvestSource, named, other_source)
        .join(model.Package, model.Package.id == RemoteDataset.source_id)
        .join(HarvestSource, HarvestSource.id == RemoteDataset.source_id)
        .outerjoin(model.Group, model.Group.id == model.Package.owner_org)
        .where(
            RemoteDataset.source_id == sa.bindparam("source"),
            RemoteDataset.guid == sa.bindparam("guid"),
            RemoteDataset.object_id == sa.bindparam("object"),
            RemoteDataset.state.in_((WAITING, GONE)),
        )
        .with_for_update(of=RemoteDataset)
        .execution_options(populate_existing=True)
    )


def _told_before(harvest_object: Any) -> bool | str:
    """What came of an object that had its turn before: ckanext-harvest sends some twice.

    Its report says the same of it then.
    """
    # As the other turn left it, which may have ended while this one waited.
    model.Session.expire(harvest_object)
    if harvest_object.package_id:
        return True
    return False if harvest_object.errors else "unchanged"


def _gone(row: RemoteDataset, user: str, *, withdraw: bool) -> bool:
    """Tell that a dataset is not listed any more; a published one is withdrawn when so set.

    :raises RefusedError: always: that is how a report tells something
    """
    package_id = _package_of(row)
    message = GONE_HERE
    if withdraw and package_id and gate.state_of(package_id) == states.PUBLISHED:
        translate = words.translate()
        reason = translate(N_("Its portal of origin does not list it any more."))
        tk.get_action("sdi_dataset_withdraw")(
            {"ignore_auth": True, "user": user}, {"id": package_id, "reason": reason}
        )
        message = WITHDRAWN
    raise RefusedError(message, GONE, title=row.title)


def _package_of(row: RemoteDataset) -> str | None:
    """The dataset that it became here, unless somebody deleted that."""
    package = model.Package.get(row.package_id) if row.package_id else None
    return package.id if package is not None and package.state == model.State.ACTIVE else None


def _name_there(said: Mapping[str, Any]) -> str:
    """The remote's own name for a dataset, as names are here."""
    return munge_title_to_name(plain_text(said.get("name")) or plain_text(said.get("title")))[:80]


def sentence_of(error: tk.ValidationError) -> str:
    """The faults of a dataset's metadata, field by field."""
    return "; ".join(
        f"{name}: {' '.join(map(str, told)) if isinstance(told, list) else told}"
        for name, told in error.error_dict.items()
    )


def _last_imported(harvest_object: Any) -> Any:
    """The object with which this dataset of this source was last taken in."""
    return model.Session.scalar(
        sa.select(HarvestObject)
        .where(
            HarvestObject.guid == harvest_object.guid,
            HarvestObject.harvest_source_id == harvest_object.harvest_source_id,
            HarvestObject.id != harvest_object.id,
            HarvestObject.current.is_(True),
        )
        .order_by(HarvestObject.import_finished.desc())
        .limit(1)
    )


def _refuse_standing(package_id: str | None, office: model.Group, title: str) -> None:
    if package_id is None:
        return
    package = model.Session.get_one(model.Package, package_id)
    if package.owner_org != office.id:
        raise RefusedError(MOVED, HELD, title=title, office=office.title or office.name)
    if gate.standing_still(package_id):
        raise RefusedError(PUBLISHED, HELD, title=title)
    if gate.with_reviewer(package_id):
        raise RefusedError(REVIEWED, HELD, title=title)


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


def _resources_of(package_id: str) -> dict[str, dict[str, Any]]:
    return {resource["id"]: resource for resource in _shown(package_id)["resources"]}


def _shown(package_id: str) -> dict[str, Any]:
    return tk.get_action("package_show")(
        {"ignore_auth": True, "use_cache": False}, {"id": package_id}
    )


def _taken(row: RemoteDataset, package_id: str, mapped: Mapped) -> None:
    row.state, row.reason, row.params = TAKEN, None, {}
    row.package_id, row.ids = package_id, mapped.ids


def _create_at_once(
    harvest_object: Any,
    row: RemoteDataset,
    fields: dict[str, Any],
    user: str,
    found: tuple[Mapped, ItemVersion, Files],
) -> None:
    """A dataset without files, by an action that commits: what is noted of it goes along."""
    mapped, item, files = found
    # The session forgets what nobody holds, and a save would ask for it again and again.
    held: list[Any] = [model.Session.get(Item, item.item_id)]

    def created(package_id: str) -> None:
        _taken(row, package_id, mapped)
        harvest_object.package_id, harvest_object.current = package_id, True
        left_out = dict.fromkeys(mapped.left_out + files.left_out)
        _note(harvest_object, {LEFT_OUT: ", ".join(left_out)})
        held.append(gate.row_of(package_id))
        # ckanext-harvest asks for it when the dataset is indexed: the source's page lists those.
        model.Session.flush()

    context: Any = {"ignore_auth": True, "user": user, gate.CREATED: created}
    with store.held(item):
        tk.get_action("package_create")(context, {**fields, "type": gate.GOVERNED_TYPE})


def _note(harvest_object: Any, notes: Mapping[str, str]) -> None:
    model.Session.add_all(
        HarvestObjectExtra(harvest_object_id=harvest_object.id, key=key, value=value)
        for key, value in notes.items()
        if value
    )


def _create(fields: dict[str, Any], user: str) -> str:
    """The dataset; its files follow: CKAN takes files only when it changes one."""
    context: Any = {"ignore_auth": True, "user": user, **_LATER}
    return tk.get_action("package_create")(context, {**fields, "type": gate.GOVERNED_TYPE})


def _update(package_id: str, fields: dict[str, Any], files: Files, user: str) -> None:
    """What the remote says replaces what it said before; what a person added here stays."""
    changed = {**_shown(package_id), **fields, "resources": files.resources}
    context: Any = {"ignore_auth": True, "user": user, **_LATER}
    tk.get_action("package_update")(context, changed)


def _connect(
    harvest_object: Any, package_id: str, files: Files, mapped: Mapped, *, new: bool
) -> None:
    """Note what came of the object; it is the current one of its dataset now."""
    resources = _shown(package_id)["resources"] if files.known else []
    for entry, resource in zip(files.known.values(), resources, strict=False):
        entry["id"] = resource["id"]
    if not new:
        model.Session.execute(
            sa.update(HarvestObject)
            .where(
                HarvestObject.harvest_source_id == harvest_object.harvest_source_id,
                HarvestObject.guid == harvest_object.guid,
                HarvestObject.id != harvest_object.id,
            )
            .values(current=False)
        )
    harvest_object.package_id = package_id
    harvest_object.current = True
    left_out = dict.fromkeys(mapped.left_out + files.left_out)
    known = json.dumps(files.known) if files.known else ""
    _note(harvest_object, {FILES: known, LEFT_OUT: ", ".join(left_out)})
