"""What other portals list, so that a harvest asks only for what changed there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "015"
down_revision = "014"
branch_labels = None
depends_on = None

NOW = sa.text("(now() at time zone 'utc')")
NOTHING = sa.text("'{}'::jsonb")


def _source() -> sa.Column[str]:
    return sa.Column(
        "source_id",
        sa.UnicodeText,
        sa.ForeignKey("package.id", ondelete="CASCADE"),
        primary_key=True,
    )


def upgrade() -> None:
    op.create_table(
        "sdi_remote_portal",
        _source(),
        sa.Column("url", sa.UnicodeText, nullable=False),
        sa.Column("since", sa.DateTime),
        sa.Column("listed_at", sa.DateTime, nullable=False, server_default=NOW),
    )
    op.create_table(
        "sdi_remote_dataset",
        _source(),
        sa.Column("guid", sa.UnicodeText, primary_key=True),
        sa.Column("title", sa.UnicodeText, nullable=False),
        sa.Column("producer", sa.UnicodeText),
        sa.Column("modified", sa.DateTime),
        sa.Column("digest", sa.UnicodeText, nullable=False),
        sa.Column("job_id", sa.UnicodeText, nullable=False),
        sa.Column("object_id", sa.UnicodeText, nullable=False),
        sa.Column("ids", postgresql.JSONB, nullable=False, server_default=NOTHING),
        sa.Column("state", sa.UnicodeText, nullable=False, server_default="waiting"),
        sa.Column("reason", sa.UnicodeText),
        sa.Column("params", postgresql.JSONB, nullable=False, server_default=NOTHING),
        sa.Column(
            "package_id",
            sa.UnicodeText,
            sa.ForeignKey("package.id", ondelete="SET NULL", deferrable=True, initially="DEFERRED"),
            index=True,
        ),
        sa.Column(
            "item_id",
            sa.UnicodeText,
            sa.ForeignKey("sdi_daftar_data_item.id", ondelete="SET NULL"),
        ),
        sa.Column("confirmed_at", sa.DateTime),
        sa.Column("confirmed_by", sa.UnicodeText),
    )
    op.create_index(
        "ix_sdi_remote_dataset_state", "sdi_remote_dataset", ["source_id", "state", "guid"]
    )
    # Portals that were harvested before: what each dataset became here is known by its object.
    if "harvest_object" in sa.inspect(op.get_bind()).get_table_names():
        op.execute(
            """
            INSERT INTO sdi_remote_dataset
                (source_id, guid, title, digest, job_id, object_id, state, package_id)
            SELECT DISTINCT ON (o.harvest_source_id, o.guid)
                o.harvest_source_id, o.guid, coalesce(p.title, p.name), '', '', o.id, 'taken', p.id
            FROM harvest_object o
            JOIN harvest_source s ON s.id = o.harvest_source_id AND s.type = 'sdi_portal'
            JOIN package p ON p.id = o.package_id
            JOIN package sp ON sp.id = o.harvest_source_id
            WHERE o.current
            ORDER BY o.harvest_source_id, o.guid, o.import_finished DESC
            """
        )


def downgrade() -> None:
    op.drop_table("sdi_remote_dataset")
    op.drop_table("sdi_remote_portal")
