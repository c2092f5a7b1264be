"""Rows that nothing vouches for any more are taken out of the DataStore."""

from __future__ import annotations

import sqlalchemy as sa

from ckan import model

from ckanext.sdi.datastore import checks
from ckanext.sdi.datastore.table import drop_table
from ckanext.sdi.lifecycle import conformity


def rows(resource_id: str) -> None:
    """Take a resource's rows away, and let CKAN know of it."""
    drop_table(resource_id)
    checks.say_nothing_is_loaded(resource_id)
    resource = model.Session.get(model.Resource, resource_id, with_for_update=True)
    if resource is not None and resource.extras.get("datastore_active"):
        resource.extras = {**resource.extras, "datastore_active": False}
    model.Session.commit()


def rows_and_index(resource_id: str) -> None:
    """The same, and what is known of the dataset is told anew. A job of the queue."""
    rows(resource_id)
    package_id = model.Session.scalar(
        sa.select(model.Resource.package_id).where(
            model.Resource.id == resource_id, model.Resource.state == model.State.ACTIVE
        )
    )
    if package_id:
        conformity.refresh_and_index([package_id])
