"""What a dataset of a further period takes over from the dataset before it of the same item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.lifecycle.roles import is_produsen
from ckanext.sdi.model import DatasetState

# What each period says anew, or the portal itself.
_ANEW = frozenset(
    {"title", "name", "daftar_data_item", "owner_org", "periode_awal", "periode_akhir", "version"}
)


def siblings(item_id: str | None, owner_org: str | None) -> sa.Select[tuple[model.Package]]:
    """The datasets that an office made of an item, the newest first."""
    return (
        sa.select(model.Package)
        .join(DatasetState, DatasetState.package_id == model.Package.id)
        .where(
            DatasetState.item_id == item_id,
            model.Package.owner_org == owner_org,
            model.Package.state == model.State.ACTIVE,
        )
        .order_by(model.Package.metadata_created.desc(), model.Package.id)
    )


def before(item_id: str, owner_org: str | None, user: str) -> dict[str, Any] | None:
    """The newest dataset that the user's own office made of an item."""
    if not is_produsen(user, owner_org):
        return None
    package = model.Session.scalars(siblings(item_id, owner_org)).first()
    if package is None:
        return None
    return tk.get_action("package_show")({"user": user}, {"id": package.id})


def fields(dataset: Mapping[str, Any]) -> dict[str, Any]:
    """What a new dataset takes over from the one before it, by the names of the form's fields."""
    schema = tk.h.scheming_get_dataset_schema("dataset")
    names = [field["field_name"] for field in schema["dataset_fields"]]
    taken = {name: dataset[name] for name in names if name not in _ANEW and dataset.get(name)}
    tags = ",".join(tag["display_name"] for tag in dataset.get("tags", ()))
    return {**taken, "tag_string": tags} if tags else taken
