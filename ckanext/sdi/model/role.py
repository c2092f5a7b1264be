"""Which organisations hold a portal-wide role."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

import ckan.plugins.toolkit as tk

ROLES = ("walidata", "pembina", "koordinator")


class OrganizationRole(tk.BaseModel):
    """An organisation whose members hold a role on the whole portal.

    ``jenis_data`` says which kind of data a Pembina looks after (empty: every kind).
    """

    __tablename__ = "sdi_organization_role"

    organization_id: Mapped[str] = mapped_column(
        sa.ForeignKey("group.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    jenis_data: Mapped[str | None] = mapped_column(sa.UnicodeText)
