"""Where each dataset stands in the lifecycle, and how it came there."""

from __future__ import annotations

import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

import ckan.plugins.toolkit as tk

from ckanext.sdi.model.base import new_id, now


class DatasetState(tk.BaseModel):
    """The truth about a dataset's publication. A missing row means ``draft``.

    ``klasifikasi_risiko`` is the classification as it was when the dataset was published: while
    it stands published, this value and no later one decides whether it is public.
    ``conformity`` is the summary of the last judgement, for lists and the search index.
    """

    __tablename__ = "sdi_dataset"

    package_id: Mapped[str] = mapped_column(
        sa.ForeignKey("package.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, default="draft")
    adopted: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, default=False)
    item_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("sdi_daftar_data_item.id", ondelete="SET NULL"), index=True
    )
    klasifikasi_risiko: Mapped[str | None] = mapped_column(sa.UnicodeText)
    conformity: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    changed_at: Mapped[datetime.datetime] = mapped_column(sa.DateTime, default=now)


class Transition(tk.BaseModel):
    """One step of a dataset: who, when, from where to where, why, with which findings.

    ``about``: of a hand-in, the stretches of days (first and last) that its data was about then.
    """

    __tablename__ = "sdi_transition"

    id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True, default=new_id)
    package_id: Mapped[str] = mapped_column(
        sa.ForeignKey("package.id", ondelete="CASCADE"), nullable=False, index=True
    )
    action: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    from_state: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    to_state: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    user_id: Mapped[str | None] = mapped_column(sa.UnicodeText)
    at: Mapped[datetime.datetime] = mapped_column(sa.DateTime, default=now)
    reason: Mapped[str | None] = mapped_column(sa.UnicodeText)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    about: Mapped[list[list[str]] | None] = mapped_column(JSONB(none_as_null=True))
