"""Daftar Data, lifecycle, checks and roles; every dataset there is keeps what it showed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "001"
down_revision = None
branch_labels = None
depends_on = None

NOW = sa.text("(now() at time zone 'utc')")


def upgrade() -> None:
    _daftar_data()
    _lifecycle()
    _checks()
    op.create_table(
        "sdi_organization_role",
        sa.Column(
            "organization_id",
            sa.UnicodeText,
            sa.ForeignKey("group.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("role", sa.UnicodeText, primary_key=True),
        sa.Column("jenis_data", sa.UnicodeText),
    )
    # What people saw before the extension came, they see after it: public datasets count as
    # published and are marked adopted until they are handed in for the first time.
    op.execute(
        """
        INSERT INTO sdi_dataset (package_id, state, adopted, changed_at, conformity)
        SELECT id,
               CASE WHEN private OR state <> 'active' THEN 'draft' ELSE 'published' END,
               NOT private AND state = 'active',
               now() at time zone 'utc',
               '{}'::jsonb
        FROM package
        WHERE type = 'dataset'
        """
    )


def _daftar_data() -> None:
    op.create_table(
        "sdi_daftar_data_edition",
        sa.Column("id", sa.UnicodeText, primary_key=True),
        sa.Column("level", sa.UnicodeText, nullable=False),
        sa.Column("tahun", sa.Integer, nullable=False),
        sa.Column("title", sa.UnicodeText, nullable=False),
        sa.Column("state", sa.UnicodeText, nullable=False),
        sa.Column("source", sa.UnicodeText),
        sa.Column("checksum", sa.UnicodeText, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False, server_default=NOW),
        sa.Column("created_by", sa.UnicodeText),
        sa.Column("agreed_at", sa.DateTime),
        sa.Column("agreed_by", sa.UnicodeText),
    )
    op.create_table(
        "sdi_daftar_data_item",
        sa.Column("id", sa.UnicodeText, primary_key=True),
        sa.Column("level", sa.UnicodeText, nullable=False),
        sa.Column("key", sa.UnicodeText, nullable=False),
        sa.UniqueConstraint("level", "key"),
    )
    texts = """
        sumber_referensi kode_indikator nama_indikator jenis_data jenis kode_sds produsen
        klasifikasi_risiko konsep definisi satuan ukuran klasifikasi jadwal_pemutakhiran kategori
        kode_metadata link_portal_daerah link_portal_sdi metode_pengumpulan periode_data
        penanggung_jawab
    """.split()  # noqa: SIM905
    op.create_table(
        "sdi_daftar_data_item_version",
        sa.Column("id", sa.UnicodeText, primary_key=True),
        sa.Column(
            "edition_id",
            sa.UnicodeText,
            sa.ForeignKey("sdi_daftar_data_edition.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(
            "item_id",
            sa.UnicodeText,
            sa.ForeignKey("sdi_daftar_data_item.id"),
            nullable=False,
            index=True,
        ),
        sa.Column("row_number", sa.Integer, nullable=False),
        sa.Column("id_ddd", sa.UnicodeText),
        sa.Column("id_ddp", sa.UnicodeText, index=True),
        sa.Column("status", sa.UnicodeText, nullable=False),
        sa.Column("nama_data", sa.UnicodeText, nullable=False),
        sa.Column(
            "organization_id",
            sa.UnicodeText,
            sa.ForeignKey("group.id", ondelete="SET NULL"),
            index=True,
        ),
        *[sa.Column(name, sa.UnicodeText) for name in texts],
        sa.Column("prioritas_tahun", ARRAY(sa.Integer), nullable=False, server_default="{}"),
        sa.Column("table_schema", JSONB),
        sa.Column("extra", JSONB, nullable=False, server_default="{}"),
        sa.UniqueConstraint("edition_id", "item_id"),
    )


def _lifecycle() -> None:
    op.create_table(
        "sdi_dataset",
        sa.Column(
            "package_id",
            sa.UnicodeText,
            sa.ForeignKey("package.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("state", sa.UnicodeText, nullable=False),
        sa.Column("adopted", sa.Boolean, nullable=False),
        sa.Column(
            "item_id",
            sa.UnicodeText,
            sa.ForeignKey("sdi_daftar_data_item.id", ondelete="SET NULL"),
            index=True,
        ),
        sa.Column("klasifikasi_risiko", sa.UnicodeText),
        sa.Column("conformity", JSONB, nullable=False, server_default="{}"),
        sa.Column("changed_at", sa.DateTime, nullable=False, server_default=NOW),
    )
    op.create_table(
        "sdi_transition",
        sa.Column("id", sa.UnicodeText, primary_key=True),
        sa.Column(
            "package_id",
            sa.UnicodeText,
            sa.ForeignKey("package.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("action", sa.UnicodeText, nullable=False),
        sa.Column("from_state", sa.UnicodeText, nullable=False),
        sa.Column("to_state", sa.UnicodeText, nullable=False),
        sa.Column("user_id", sa.UnicodeText),
        sa.Column("at", sa.DateTime, nullable=False, server_default=NOW),
        sa.Column("reason", sa.UnicodeText),
        sa.Column("findings", JSONB, nullable=False, server_default="[]"),
    )


def _checks() -> None:
    op.create_table(
        "sdi_check",
        sa.Column("id", sa.UnicodeText, primary_key=True),
        sa.Column(
            "resource_id",
            sa.UnicodeText,
            sa.ForeignKey("resource.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(
            "package_id",
            sa.UnicodeText,
            sa.ForeignKey("package.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("sha256", sa.UnicodeText),
        sa.Column("schema_sha256", sa.UnicodeText),
        sa.Column("state", sa.UnicodeText, nullable=False),
        sa.Column("rows_done", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("share", sa.Float, nullable=False, server_default="0"),
        sa.Column("rows", sa.BigInteger),
        sa.Column("report", JSONB, nullable=False, server_default="{}"),
        sa.Column("message", sa.UnicodeText),
        sa.Column("findings_path", sa.UnicodeText),
        sa.Column("loaded_sha256", sa.UnicodeText),
        sa.Column("created_at", sa.DateTime, nullable=False, server_default=NOW),
        sa.Column("started_at", sa.DateTime),
        sa.Column("heartbeat_at", sa.DateTime),
        sa.Column("finished_at", sa.DateTime),
    )
    op.create_index("sdi_check_resource_created", "sdi_check", ["resource_id", "created_at"])


def downgrade() -> None:
    for table in (
        "sdi_organization_role",
        "sdi_check",
        "sdi_transition",
        "sdi_dataset",
        "sdi_daftar_data_item_version",
        "sdi_daftar_data_item",
        "sdi_daftar_data_edition",
    ):
        op.drop_table(table)
