"""What other portals list, as harvests of type ``sdi_portal`` found it."""

from __future__ import annotations

import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

import ckan.plugins.toolkit as tk

from ckanext.sdi.model.base import now

WAITING, TAKEN, REFUSED, HELD, FAILED, GONE = (
    "waiting",
    "taken",
    "refused",
    "held",
    "failed",
    "gone",
)
REMOTE_STATES = (WAITING, TAKEN, REFUSED, HELD, FAILED, GONE)
"""``refused``: not on the list; ``held``: changed there, but standing still here."""


class RemotePortal(tk.BaseModel):
    """The portal of a harvest source: from when on its changes are to be asked for."""

    __tablename__ = "sdi_remote_portal"

    source_id: Mapped[str] = mapped_column(
        sa.ForeignKey("package.id", ondelete="CASCADE"), primary_key=True
    )
    url: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    # None: the last listing was not complete, or says nothing of when datasets changed.
    since: Mapped[datetime.datetime | None] = mapped_column(sa.DateTime)
    listed_at: Mapped[datetime.datetime] = mapped_column(sa.DateTime, default=now)


class RemoteDataset(tk.BaseModel):
    """A dataset that another portal lists, and what came of it here."""

    __tablename__ = "sdi_remote_dataset"

    source_id: Mapped[str] = mapped_column(
        sa.ForeignKey("package.id", ondelete="CASCADE"), primary_key=True
    )
    guid: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    title: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    producer: Mapped[str | None] = mapped_column(sa.UnicodeText)
    modified: Mapped[datetime.datetime | None] = mapped_column(sa.DateTime)
    digest: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    # The job that saw it last, and the harvest object with what it said then. ckanext-harvest
    # clears old ones without asking, so that neither is a foreign key.
    job_id: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    object_id: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    ids: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    state: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, default=WAITING)
    reason: Mapped[str | None] = mapped_column(sa.UnicodeText)
    params: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    # A dataset is noted in the transaction that makes it, before it is there.
    package_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("package.id", ondelete="SET NULL", deferrable=True, initially="DEFERRED"),
        index=True,
    )
    item_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("sdi_daftar_data_item.id", ondelete="SET NULL")
    )
    confirmed_at: Mapped[datetime.datetime | None] = mapped_column(sa.DateTime)
    confirmed_by: Mapped[str | None] = mapped_column(sa.UnicodeText)
