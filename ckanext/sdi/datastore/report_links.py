"""Links that show the report of a file to whoever has them, until their last day.

Only the token's digest is kept: who reads the database cannot open a report by it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.model import ReportLink
from ckanext.sdi.model.base import today

LONGEST = dt.timedelta(days=366)
MOST = 50
"""So many links a resource may have at once."""


def add(resource_id: str, last_day: dt.date, user_id: str | None) -> tuple[ReportLink, str]:
    """Make a link; the transaction is the caller's to commit.

    :returns: the link, and its token, which nobody can tell later
    :raises ckan.logic.ValidationError: when the day is past or too far away
    """
    if not today() <= last_day <= today() + LONGEST:
        message = tk._("The last day must be between today and {day}.")
        raise tk.ValidationError({"last_day": [message.format(day=today() + LONGEST)]})
    if len(of(resource_id)) >= MOST:
        raise tk.ValidationError({"id": [tk._("There are too many links. Withdraw some first.")]})
    token = secrets.token_urlsafe(32)
    link = ReportLink(
        resource_id=resource_id,
        token_sha256=_digest(token),
        last_day=last_day,
        created_by=user_id,
    )
    model.Session.add(link)
    model.Session.flush()
    return link, token


def of(resource_id: str) -> list[ReportLink]:
    """The links to a resource's report that still show it, newest first."""
    links = sa.select(ReportLink).where(
        ReportLink.resource_id == resource_id, ReportLink.last_day >= today()
    )
    return list(model.Session.scalars(links.order_by(ReportLink.created_at.desc())))


def remove(resource_id: str, link_id: str) -> bool:
    """Withdraw a link, in the session's transaction; whether there was one."""
    done: Any = model.Session.execute(
        sa.delete(ReportLink).where(ReportLink.resource_id == resource_id, ReportLink.id == link_id)
    )
    return bool(done.rowcount)


def resource_of(token: str) -> tuple[model.Resource, ReportLink] | None:
    """The resource whose report a token shows; ``None`` when it shows none, or no more."""
    found = model.Session.execute(
        sa.select(model.Resource, ReportLink)
        .join(ReportLink, ReportLink.resource_id == model.Resource.id)
        .join(model.Package, model.Package.id == model.Resource.package_id)
        .where(
            ReportLink.token_sha256 == _digest(token),
            ReportLink.last_day >= today(),
            model.Resource.state == model.State.ACTIVE,
            model.Package.state == model.State.ACTIVE,
        )
    ).one_or_none()
    return found._tuple() if found else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
