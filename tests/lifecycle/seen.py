"""What an anonymous visitor sees, and the rows behind it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import helpers

from ckanext.sdi.lifecycle import conformity
from ckanext.sdi.model import DatasetState


def package_of(package_id: str) -> Any:
    """The row of a dataset as the database has it."""
    model.Session.expire_all()
    return model.Package.get(package_id)


def set_private(package_id: str, *, private: bool) -> None:
    """Write the flag past every layer, as raw SQL would."""
    model.Session.execute(
        sa.text("UPDATE package SET private = :private WHERE id = :id"),
        {"private": private, "id": package_id},
    )
    model.Session.commit()
    model.Session.expire_all()


def adopt(package_id: str) -> None:
    """Make a dataset one that was public before the extension came."""
    row = model.Session.get(DatasetState, package_id)
    assert row is not None
    row.state, row.adopted = "published", True
    model.Session.flush()
    set_private(package_id, private=False)
    conformity.refresh_and_index([package_id])


def is_public(package_id: str) -> bool:
    """Whether an anonymous visitor sees the dataset by any of the ways there are."""
    model.Session.expire_all()
    shown = True
    try:
        helpers.call_auth("package_show", {"user": "", "model": model}, id=package_id)
    except tk.NotAuthorized:
        shown = False
    found = tk.get_action("package_search")({"user": ""}, {"fq": f"id:{package_id}"})["count"]
    listed = package_id in {
        row["id"] for row in tk.get_action("package_search")({"user": ""}, {"rows": 100})["results"]
    }
    assert bool(found) == listed
    return shown or bool(found) or not package_of(package_id).private
