"""What the tests of the job do and look at."""

from __future__ import annotations

from typing import Any

import rq
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import jobs

from ckanext.sdi.datastore import table
from ckanext.sdi.model import Check
from tests.province import GOOD_CSV, Province

NEW_CSV = GOOD_CSV.replace("64.72", "64.01")


def codes(resource: dict[str, Any]) -> list[str]:
    """The codes of a resource's rows, as the database has them now."""
    model.Session.rollback()
    return [row["kode_wilayah"] for row in rows(resource)]


def work() -> None:
    """Do all that is queued, as a worker would."""
    model.Session.rollback()
    queue = jobs.get_queue()
    rq.SimpleWorker([queue], connection=queue.connection).work(burst=True)


def shown(province: Province, resource: dict[str, Any]) -> dict[str, Any]:
    """How the newest check stands, as the office sees it."""
    model.Session.rollback()
    return province.act("produsen", "sdi_resource_check_show", id=resource["id"])


def rows(resource: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows in the DataStore."""
    return tk.get_action("datastore_search")(
        {"ignore_auth": True}, {"resource_id": resource["id"], "sort": "_id"}
    )["records"]


def states(resource: dict[str, Any]) -> list[str]:
    """The states of all checks of a resource, the oldest first."""
    model.Session.rollback()
    query = sa.select(Check.state).where(Check.resource_id == resource["id"])
    return list(model.Session.scalars(query.order_by(Check.created_at)))


def oid(resource: dict[str, Any]) -> int:
    """Which table holds the rows: another after each load."""
    with table.get_write_engine().connect() as connection:
        query = sa.text("SELECT oid FROM pg_class WHERE relname = :name")
        return connection.scalar(query, {"name": resource["id"]})


def indexes(resource: dict[str, Any]) -> list[str]:
    """The indexes of the table that holds the rows."""
    with table.get_write_engine().connect() as connection:
        query = sa.text("SELECT indexdef FROM pg_indexes WHERE tablename = :name")
        return list(connection.scalars(query, {"name": resource["id"]}))
