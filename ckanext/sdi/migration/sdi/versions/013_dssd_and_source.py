"""DSSD codes of items, the kept files of editions, and indexes for pages of a long list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "013"
down_revision = "012"
branch_labels = None
depends_on = None

EDITION = "sdi_daftar_data_edition"
VERSION = "sdi_daftar_data_item_version"
PAGE = "sdi_daftar_data_page"
SEARCHED = (
    "nama_data",
    "nama_indikator",
    "definisi",
    "produsen",
    "id_ddd",
    "id_ddp",
    "kode_dssd",
)
FILTERS = [
    "organization_id",
    "jenis_data",
    "klasifikasi_risiko",
    "jadwal_pemutakhiran",
    "status",
    "prioritas_tahun",
]


def upgrade() -> None:
    op.add_column(EDITION, sa.Column("source_size", sa.BigInteger))
    op.add_column(VERSION, sa.Column("kode_dssd", sa.UnicodeText))
    op.create_index(f"ix_{VERSION}_kode_dssd", VERSION, ["kode_dssd"])
    text = " || ' ' || ".join(f"coalesce({name}, '')" for name in SEARCHED)
    computed = sa.Computed(f"lower({text})", persisted=True)
    op.add_column(VERSION, sa.Column("searched", sa.UnicodeText, computed))
    op.create_index(PAGE, VERSION, ["edition_id", "row_number", "id"], postgresql_include=FILTERS)


def downgrade() -> None:
    op.drop_index(PAGE, VERSION)
    op.drop_column(VERSION, "searched")
    op.drop_index(f"ix_{VERSION}_kode_dssd", VERSION)
    op.drop_column(VERSION, "kode_dssd")
    op.drop_column(EDITION, "source_size")
