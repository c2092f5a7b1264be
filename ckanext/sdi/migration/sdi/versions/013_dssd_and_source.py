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


def upgrade() -> None:
    op.add_column(EDITION, sa.Column("source_size", sa.BigInteger))
    op.add_column(VERSION, sa.Column("kode_dssd", sa.UnicodeText))
    op.create_index(f"ix_{VERSION}_kode_dssd", VERSION, ["kode_dssd"])


def downgrade() -> None:
    op.drop_index(f"ix_{VERSION}_kode_dssd", VERSION)
    op.drop_column(VERSION, "kode_dssd")
    op.drop_column(EDITION, "source_size")
