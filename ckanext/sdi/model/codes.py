"""Code lists as they were loaded: editions, codes with their versions, events, bridges."""

from __future__ import annotations

import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

import ckan.plugins.toolkit as tk

from ckanext.sdi.model.base import new_id, now

RECHECK_STATES = ("waiting", "done", "error")


class CodeEdition(tk.BaseModel):
    """A list as a decree set it; ``position`` orders the editions of a system."""

    __tablename__ = "sdi_code_edition"
    __table_args__ = (sa.UniqueConstraint("system", "decree"),)

    id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True, default=new_id)
    system: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    position: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    decree: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    valid_from: Mapped[datetime.date] = mapped_column(sa.Date, nullable=False)
    source: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, default="")
    checksum: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, default="")
    coverage: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, default="full")
    codes: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
    loaded_at: Mapped[datetime.datetime] = mapped_column(sa.DateTime, default=now)
    loaded_by: Mapped[str | None] = mapped_column(sa.UnicodeText)


class CodeVersion(tk.BaseModel):
    """A code under one name: the days it may be used, and the editions it stands in.

    ``first_position`` to ``last_position`` (none: still) are positions of editions.
    """

    __tablename__ = "sdi_code"
    __table_args__ = (sa.Index("sdi_code_system_code", "system", "code"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    system: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    code: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    name: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    level: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    kind: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    parent: Mapped[str | None] = mapped_column(sa.UnicodeText)
    valid_from: Mapped[datetime.date | None] = mapped_column(sa.Date)
    valid_to: Mapped[datetime.date | None] = mapped_column(sa.Date)
    first_position: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    last_position: Mapped[int | None] = mapped_column(sa.Integer)


class CodeEvent(tk.BaseModel):
    """What a decree did to a code; old and new together are a successor."""

    __tablename__ = "sdi_code_event"
    __table_args__ = (sa.Index("sdi_code_event_system", "system"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    system: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    edition_id: Mapped[str] = mapped_column(
        sa.ForeignKey("sdi_code_edition.id", ondelete="CASCADE"), nullable=False
    )
    date: Mapped[datetime.date] = mapped_column(sa.Date, nullable=False)
    decree: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    kind: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    old: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, default="")
    new: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, default="")
    basis: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, default="names")


class CodeBridge(tk.BaseModel):
    """An area's code of BPS and of Kemendagri in a period; many to many, loaded by the operator."""

    __tablename__ = "sdi_code_bridge"

    bps_code: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    kemendagri_code: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    period: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)


class CodeRecheck(tk.BaseModel):
    """A resource that is looked at again because an edition changed codes.

    ``broken``: by column and code the number of rows whose code is not in force any more.
    """

    __tablename__ = "sdi_code_recheck"

    edition_id: Mapped[str] = mapped_column(
        sa.ForeignKey("sdi_code_edition.id", ondelete="CASCADE"), primary_key=True
    )
    resource_id: Mapped[str] = mapped_column(
        sa.ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True
    )
    package_id: Mapped[str] = mapped_column(
        sa.ForeignKey("package.id", ondelete="CASCADE"), nullable=False
    )
    state: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, default="waiting")
    rows: Mapped[int] = mapped_column(sa.BigInteger, nullable=False, default=0)
    broken: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    message: Mapped[str | None] = mapped_column(sa.UnicodeText)
    finished_at: Mapped[datetime.datetime | None] = mapped_column(sa.DateTime)
