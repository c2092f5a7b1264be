"""Which item of the list a dataset of another portal is, and whether it may be taken in as that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import sqlalchemy as sa

from ckan import model

from ckanext.sdi.daftar_data import store
from ckanext.sdi.daftar_data.matching import as_listed
from ckanext.sdi.model import Edition, ItemVersion, RemoteDataset
from ckanext.sdi.model.remote_dataset import REFUSED
from ckanext.sdi.rules.catalogue import N_

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
ELSEWHERE = N_(
    "“{title}” was not taken in: the same dataset came here from the harvest source “{source}”."
)
# What CKAN calls its datasets, which is the same wherever they are harvested to; other names
# two portals may use for different things.
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class RefusedError(Exception):
    """A dataset that is not taken in; ``message`` is a message id with places for ``params``.

    ``state`` is what the dataset's row says of it from now on.
    """

    def __init__(self, message: str, state: str = REFUSED, **params: str) -> None:
        super().__init__(message)
        self.message = message
        self.state = state
        self.params = params


def item_of(row: RemoteDataset, ids: Mapping[str, str], office: model.Group) -> ItemVersion:
    """The item of the office's list that a person said, or that the dataset names.

    :raises RefusedError: when it names none, or one of another office: which, is not said
    """
    if row.item_id is not None:
        version = store.current_version(row.item_id)
        if version is not None and version.organization_id == office.id:
            return version
    if not ids:
        raise RefusedError(NO_ID, title=row.title)
    params = {"title": row.title, "ids": ", ".join(dict.fromkeys(ids.values()))[:200]}
    for column, value in as_listed(ids).items():
        found = _versions(column, value, office)
        if len(found) > 1:
            raise RefusedError(SEVERAL_ITEMS, **params)
        if found:
            return found[0]
    raise RefusedError(NOT_ON_LIST, **params, office=office.title or office.name)


def _versions(column: str, value: str, office: model.Group) -> list[ItemVersion]:
    """The items of an office, as they count now, that have a value in a column of the list."""
    found = store.current_versions(_with_value(column), office=office.id, value=value)
    return [version for version in found if version.organization_id == office.id]


@cache
def _with_value(column: str) -> sa.Select[tuple[ItemVersion]]:
    named = (
        sa.select(ItemVersion.item_id)
        .join(Edition)
        .where(
            Edition.state == "agreed",
            ItemVersion.organization_id == sa.bindparam("office"),
            getattr(ItemVersion, column) == sa.bindparam("value"),
        )
    )
    return store.current_query(ItemVersion.item_id.in_(named))


def refuse_twin(row: RemoteDataset, other_source: str | None) -> None:
    """Refuse a dataset that another source of the same office brought already.

    :param other_source: the title of a source that brought one with this id
    :raises RefusedError: when it is the same
    """
    if other_source is not None and _UUID.fullmatch(row.guid):
        raise RefusedError(ELSEWHERE, title=row.title, source=other_source)
