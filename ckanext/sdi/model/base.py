"""Column defaults shared by the models."""

from __future__ import annotations

import datetime
import uuid
import zlib

import sqlalchemy as sa

from ckan import model
from ckan.lib.helpers import get_display_timezone


def new_id() -> str:
    """A new row's id."""
    return str(uuid.uuid4())


def now() -> datetime.datetime:
    """The present moment in UTC, without zone, as CKAN's own tables keep it."""
    return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)


def today() -> datetime.date:
    """Today's date where the portal is: a year begins there up to nine hours before UTC's."""
    moment = now().replace(tzinfo=datetime.timezone.utc)
    return moment.astimezone(get_display_timezone()).date()


def hold(name: str) -> None:
    """Let one transaction at a time go on from here; others that name the same wait."""
    key = zlib.crc32(name.encode())
    model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
