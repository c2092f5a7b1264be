"""What is owed besides what the list says, and who was reminded of what."""

from __future__ import annotations

import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

import ckan.plugins.toolkit as tk

from ckanext.sdi.model.base import new_id, now

OWED = "owed"
EXCUSED = "excused"
KINDS = (OWED, EXCUSED)


class RecordedObligation(tk.BaseModel):
    """An item that an office owes by a decree, or is excused from; counted are the periods that
    end from ``first`` to ``last``.

    ``organization_id``: none for an excuse of whoever owes the item. ``schedule`` and ``grace``
    (days) of what is owed: none for the item's and the schedule's own.
    """

    __tablename__ = "sdi_obligation"

    id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True, default=new_id)
    item_id: Mapped[str] = mapped_column(
        sa.ForeignKey("sdi_daftar_data_item.id", ondelete="CASCADE"), nullable=False, index=True
    )
    kind: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    organization_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("group.id", ondelete="CASCADE")
    )
    schedule: Mapped[str | None] = mapped_column(sa.UnicodeText)
    first: Mapped[datetime.date] = mapped_column(sa.Date, nullable=False)
    last: Mapped[datetime.date | None] = mapped_column(sa.Date)
    grace: Mapped[int | None] = mapped_column(sa.Integer)
    reason: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    created_at: Mapped[datetime.datetime] = mapped_column(sa.DateTime, default=now)
    created_by: Mapped[str | None] = mapped_column(sa.UnicodeText)


class Reminder(tk.BaseModel):
    """A person was told on ``day`` of one period of an item, so many days (``event``) from due."""

    __tablename__ = "sdi_reminder"

    user_id: Mapped[str] = mapped_column(
        sa.ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    item_id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    organization_id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    period: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    event: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    day: Mapped[datetime.date] = mapped_column(sa.Date, nullable=False, index=True)
