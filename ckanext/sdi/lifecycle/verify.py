"""Compares what the gate says with the database and the search index, and repairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import search

from ckanext.sdi.lifecycle import conformity, gate, states
from ckanext.sdi.model import DatasetState

BLOCK = 500


@dataclass(frozen=True)
class Difference:
    """One place where table, database and search index disagree."""

    package_id: str
    name: str
    kind: str  # "public", "index_public" or "index_private"


def differences() -> Iterator[Difference]:
    """Every disagreement, read in blocks so that memory does not grow with the portal."""
    query = (
        sa.select(
            model.Package.id,
            model.Package.name,
            model.Package.private,
            model.Package.state.label("ckan_state"),
            DatasetState.state,
            DatasetState.adopted,
            DatasetState.klasifikasi_risiko,
        )
        .outerjoin(DatasetState, DatasetState.package_id == model.Package.id)
        .where(model.Package.type == gate.GOVERNED_TYPE)
        .order_by(model.Package.id)
    )
    last = ""
    while True:
        rows = model.Session.execute(query.where(model.Package.id > last).limit(BLOCK)).all()
        if not rows:
            return
        last = rows[-1].id
        indexed = _indexed_capacity([row.id for row in rows])
        for row in rows:
            yield from _of_row(row, indexed.get(row.id))


def _of_row(row: sa.Row, capacity: str | None) -> Iterator[Difference]:
    active = row.ckan_state == "active"
    allowed = row.state == states.PUBLISHED and (row.adopted or row.klasifikasi_risiko == gate.OPEN)
    if active and not row.private and not allowed:
        yield Difference(row.id, row.name, "public")
    if capacity == "public" and (not active or row.private or not allowed):
        yield Difference(row.id, row.name, "index_public")
    elif active and not row.private and allowed and capacity != "public":
        yield Difference(row.id, row.name, "index_private")


def _indexed_capacity(ids: list[str]) -> dict[str, str]:
    solr = search.make_connection()
    found = solr.search(
        "*:*",
        fq=[
            "id:({})".format(" OR ".join(f'"{i}"' for i in ids)),
            'site_id:"{}"'.format(tk.config["ckan.site_id"]),
        ],
        fl="id,capacity",
        rows=len(ids),
    )
    return {doc["id"]: doc.get("capacity", "") for doc in found.docs}


def repair(difference: Difference) -> None:
    """Bring database and index into line with the extension's table."""
    if difference.kind == "public":
        model.Session.execute(
            sa.update(model.Package)
            .where(model.Package.id == difference.package_id)
            .values(private=True)
        )
        model.Session.commit()
        model.Session.expire_all()
    conformity.refresh_and_index([difference.package_id])
