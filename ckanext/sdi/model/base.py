"""Column defaults shared by the models."""

from __future__ import annotations

import datetime
import uuid


def new_id() -> str:
    """A new row's id."""
    return str(uuid.uuid4())


def now() -> datetime.datetime:
    """The present moment in UTC, without zone, as CKAN's own tables keep it."""
    return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
