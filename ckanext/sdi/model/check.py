"""Checks: one run of the rules over one version of a resource's file."""

from __future__ import annotations

import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

import ckan.plugins.toolkit as tk

from ckanext.sdi.model.base import new_id, now


class Check(tk.BaseModel):
    """One check. ``sha256`` names the file's bytes, ``schema_sha256`` the column standard."""

    __tablename__ = "sdi_check"
    __table_args__ = (sa.Index("sdi_check_resource_created", "resource_id", "created_at"),)

    id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True, default=new_id)
    resource_id: Mapped[str] = mapped_column(
        sa.ForeignKey("resource.id", ondelete="CASCADE"), nullable=False
    )
    package_id: Mapped[str] = mapped_column(
        sa.ForeignKey("package.id", ondelete="CASCADE"), nullable=False, index=True
    )
    sha256: Mapped[str | None] = mapped_column(sa.UnicodeText)
    schema_sha256: Mapped[str | None] = mapped_column(sa.UnicodeText)
    state: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, default="waiting")
    rows_done: Mapped[int] = mapped_column(sa.BigInteger, nullable=False, default=0)
    share: Mapped[float] = mapped_column(sa.Float, nullable=False, default=0.0)
    rows: Mapped[int | None] = mapped_column(sa.BigInteger)
    report: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    message: Mapped[str | None] = mapped_column(sa.UnicodeText)
    findings_path: Mapped[str | None] = mapped_column(sa.UnicodeText)
    loaded_sha256: Mapped[str | None] = mapped_column(sa.UnicodeText)
    created_at: Mapped[datetime.datetime] = mapped_column(sa.DateTime, default=now)
    started_at: Mapped[datetime.datetime | None] = mapped_column(sa.DateTime)
    heartbeat_at: Mapped[datetime.datetime | None] = mapped_column(sa.DateTime)
    finished_at: Mapped[datetime.datetime | None] = mapped_column(sa.DateTime)
