"""Daftar Data: editions of the Forum's list, the identity of its items, their versions."""

from __future__ import annotations

import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

import ckan.plugins.toolkit as tk

from ckanext.sdi.model.base import new_id, now

LEVELS = ("pusat", "provinsi", "kabkota")
EDITION_STATES = ("draft", "agreed", "closed")
CENTRE_STATUSES = ("belum_dicek", "mengacu", "tidak_mengacu")


SEARCHED = (
    "nama_data",
    "nama_indikator",
    "definisi",
    "produsen",
    "id_ddd",
    "id_ddp",
    "kode_dssd",
)
"""The columns in which a search looks for words."""

SIGNS = r"""[\t\n\r.,;:/()\[\]\-–%_"']+"""
"""What stands between words and is no part of one: an expression for Python and for PostgreSQL."""

_LOWER = "lower({})".format(" || ' ' || ".join(f"coalesce({name}, '')" for name in SEARCHED))
_SPACED = "regexp_replace({}, '{}', ' ', 'g')".format(_LOWER, SIGNS.replace("'", "''"))
# Splitting is much faster than the parser of full text, but a word may have 2,046 bytes at most.
WORDS = (
    f"CASE WHEN octet_length({_LOWER}) <= 2000"
    f" THEN array_to_tsvector(array_remove(string_to_array({_SPACED}, ' '), ''))"
    f" ELSE to_tsvector('pg_catalog.simple', {_SPACED}) END"
)


FILTERS = ("organization_id", "jenis_data", "klasifikasi_risiko", "jadwal_pemutakhiran", "status")
"""The columns by which items are counted, and by the years for which they are priority data."""

FACETS = " || chr(31) || ".join(
    [*(f"coalesce({name}, '')" for name in FILTERS), "sdi_years(prioritas_tahun)"]
)


class Edition(tk.BaseModel):
    """One list of one year: the centre's (DDP) or a region's (DDD)."""

    __tablename__ = "sdi_daftar_data_edition"

    id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True, default=new_id)
    level: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    tahun: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    title: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    state: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, default="draft")
    source: Mapped[str | None] = mapped_column(sa.UnicodeText)
    checksum: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    source_size: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime.datetime] = mapped_column(sa.DateTime, default=now)
    created_by: Mapped[str | None] = mapped_column(sa.UnicodeText)
    agreed_at: Mapped[datetime.datetime | None] = mapped_column(sa.DateTime)
    agreed_by: Mapped[str | None] = mapped_column(sa.UnicodeText)

    versions: Mapped[list[ItemVersion]] = relationship(
        back_populates="edition", cascade="all, delete-orphan", passive_deletes=True
    )


class Item(tk.BaseModel):
    """What stays the same of an item over editions; ``key`` is the id it is known by."""

    __tablename__ = "sdi_daftar_data_item"
    __table_args__ = (sa.UniqueConstraint("level", "key"),)

    id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True, default=new_id)
    level: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    key: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)


class ItemVersion(tk.BaseModel):
    """What one edition says of an item."""

    __tablename__ = "sdi_daftar_data_item_version"
    __table_args__ = (
        sa.UniqueConstraint("edition_id", "item_id"),
        sa.Index("sdi_daftar_data_words", "words", postgresql_using="gin"),
        sa.Index("sdi_daftar_data_facets", "edition_id", "facets"),
    )

    id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True, default=new_id)
    edition_id: Mapped[str] = mapped_column(
        sa.ForeignKey("sdi_daftar_data_edition.id", ondelete="CASCADE"), nullable=False
    )
    item_id: Mapped[str] = mapped_column(
        sa.ForeignKey("sdi_daftar_data_item.id"), nullable=False, index=True
    )
    row_number: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    id_ddd: Mapped[str | None] = mapped_column(sa.UnicodeText)
    id_ddp: Mapped[str | None] = mapped_column(sa.UnicodeText, index=True)
    kode_dssd: Mapped[str | None] = mapped_column(sa.UnicodeText, index=True)
    status: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, default="belum_dicek")
    sumber_referensi: Mapped[str | None] = mapped_column(sa.UnicodeText)
    kode_indikator: Mapped[str | None] = mapped_column(sa.UnicodeText)
    nama_indikator: Mapped[str | None] = mapped_column(sa.UnicodeText)
    nama_data: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    jenis_data: Mapped[str | None] = mapped_column(sa.UnicodeText)
    jenis: Mapped[str | None] = mapped_column(sa.UnicodeText)
    kode_sds: Mapped[str | None] = mapped_column(sa.UnicodeText)
    produsen: Mapped[str | None] = mapped_column(sa.UnicodeText)
    organization_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("group.id", ondelete="SET NULL"), index=True
    )
    klasifikasi_risiko: Mapped[str | None] = mapped_column(sa.UnicodeText)
    konsep: Mapped[str | None] = mapped_column(sa.UnicodeText)
    definisi: Mapped[str | None] = mapped_column(sa.UnicodeText)
    satuan: Mapped[str | None] = mapped_column(sa.UnicodeText)
    ukuran: Mapped[str | None] = mapped_column(sa.UnicodeText)
    klasifikasi: Mapped[str | None] = mapped_column(sa.UnicodeText)
    jadwal_pemutakhiran: Mapped[str | None] = mapped_column(sa.UnicodeText)
    kategori: Mapped[str | None] = mapped_column(sa.UnicodeText)
    kode_metadata: Mapped[str | None] = mapped_column(sa.UnicodeText)
    link_portal_daerah: Mapped[str | None] = mapped_column(sa.UnicodeText)
    link_portal_sdi: Mapped[str | None] = mapped_column(sa.UnicodeText)
    metode_pengumpulan: Mapped[str | None] = mapped_column(sa.UnicodeText)
    periode_data: Mapped[str | None] = mapped_column(sa.UnicodeText)
    penanggung_jawab: Mapped[str | None] = mapped_column(sa.UnicodeText)
    prioritas_tahun: Mapped[list[int]] = mapped_column(ARRAY(sa.Integer), default=list)
    table_schema: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    extra: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    # What a search looks up by an index.
    words: Mapped[str] = mapped_column(TSVECTOR, sa.Computed(WORDS, persisted=True), deferred=True)

    # All that an item is counted by in one text: much quicker to group by than its parts.
    facets: Mapped[str] = mapped_column(
        sa.UnicodeText(collation="C"), sa.Computed(FACETS, persisted=True), deferred=True
    )

    edition: Mapped[Edition] = relationship(back_populates="versions")
    item: Mapped[Item] = relationship()


class ProducerAlias(tk.BaseModel):
    """A name under which lists write an office, confirmed by a person."""

    __tablename__ = "sdi_producer_alias"

    key: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    name: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    organization_id: Mapped[str] = mapped_column(
        sa.ForeignKey("group.id", ondelete="CASCADE"), nullable=False
    )
    confirmed_at: Mapped[datetime.datetime] = mapped_column(sa.DateTime, default=now)
    confirmed_by: Mapped[str | None] = mapped_column(sa.UnicodeText)
