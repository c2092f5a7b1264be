"""A column standard proposed for a resource: from its Daftar Data item, from its file, or from the
file before it in the dataset or in that of the period before.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.check.propose import propose_schema
from ckanext.sdi.check.table import Unreadable
from ckanext.sdi.datastore import files, limits
from ckanext.sdi.datastore.types import schema_of
from ckanext.sdi.lifecycle import conformity, continued, gate

SOURCES = ("item", "file", "previous")


def propose(resource: model.Resource, source: str | None) -> dict[str, Any]:
    """Propose a column standard; nothing is written.

    :param source: ``item``, ``file`` or ``previous``; by default the item's standard, where it
        has one
    :returns: ``{"source": …, "table_schema": …}``
    :raises ckan.logic.ValidationError: with the reason why there is nothing to propose
    """
    given = of_item(resource.package_id)
    if source == "item" and given is None:
        raise tk.ValidationError(
            {"source": [tk._("The Daftar Data item of this dataset has no column standard.")]}
        )
    if source == "previous":
        before = of_previous(resource.package_id, resource.id)
        if before is None:
            raise tk.ValidationError(
                {"source": [tk._("No file before this one has a column standard.")]}
            )
        return {"source": "previous", "table_schema": before}
    if given is not None and source != "file":
        return {"source": "item", "table_schema": given}
    return {"source": "file", "table_schema": _of_file(resource)}


def of_item(package_id: str | None) -> dict[str, Any] | None:
    """The column standard of a dataset's Daftar Data item, where its office is told of one."""
    row = gate.row_of(package_id) if package_id else None
    package = model.Package.get(package_id)
    version = conformity.version_of(row.item_id if row else None)
    if package is None or version is None or not conformity.is_told_to(version, package.owner_org):
        return None
    return version.table_schema


def of_previous(package_id: str | None, resource_id: str) -> dict[str, Any] | None:
    """The column standard of the newest other file that has one: of the dataset, else of those
    that the same office made of the same item in other periods.
    """
    row = gate.row_of(package_id) if package_id else None
    package = model.Package.get(package_id)
    siblings = continued.siblings(row.item_id, package.owner_org) if row and package else None
    here = model.Resource.package_id == package_id
    of_siblings = sa.false()
    if siblings is not None:
        of_siblings = model.Resource.package_id.in_(siblings.with_only_columns(model.Package.id))
    others = model.Session.scalars(
        sa.select(model.Resource)
        .where(
            sa.or_(here, of_siblings),
            model.Resource.id != resource_id,
            model.Resource.state == model.State.ACTIVE,
        )
        .order_by(here.desc(), model.Resource.created.desc())
    )
    found = (schema_of(other) for other in others)
    return next((schema.as_dict() for schema in found if schema is not None), None)


def _of_file(resource: model.Resource) -> dict[str, Any]:
    if resource.url_type != "upload":
        raise tk.ValidationError(
            {"source": [tk._("There is no uploaded file to propose a column standard from.")]}
        )
    try:
        with files.version({"id": resource.id, "url": resource.url}) as path:
            return propose_schema(path, limits=limits.of_portal())
    except files.FileMissingError as error:
        raise tk.ValidationError(
            {"source": [tk._("The file is no longer on the portal. Upload it again.")]}
        ) from error
    except Unreadable as unreadable:
        raise tk.ValidationError({"source": [unreadable.finding.message(tk._)]}) from unreadable
