"""Links to reports."""

from __future__ import annotations

import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

import ckan.plugins.toolkit as tk

from ckanext.sdi.model.base import new_id, now


class ReportLink(tk.BaseModel):
    """One link: whoever has its token sees the report of the resource's newest check, to the end of
    its last day. The token itself is nowhere.
    """

    __tablename__ = "sdi_report_link"

    id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True, default=new_id)
    token_sha256: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, unique=True)
    resource_id: Mapped[str] = mapped_column(
        sa.ForeignKey("resource.id", ondelete="CASCADE"), nullable=False, index=True
    )
    last_day: Mapped[datetime.date] = mapped_column(sa.Date, nullable=False)
    created_at: Mapped[datetime.datetime] = mapped_column(sa.DateTime, default=now)
    created_by: Mapped[str | None] = mapped_column(sa.UnicodeText)
