"""Links by which a report is shown to whoever has them, until their last day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "012"
down_revision = "011"
branch_labels = None
depends_on = None

NOW = sa.text("(now() at time zone 'utc')")


def upgrade() -> None:
    op.create_table(
        "sdi_report_link",
        sa.Column("id", sa.UnicodeText, primary_key=True),
        sa.Column("token_sha256", sa.UnicodeText, nullable=False, unique=True),
        sa.Column(
            "resource_id",
            sa.UnicodeText,
            sa.ForeignKey("resource.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False, server_default=NOW),
        sa.Column("created_by", sa.UnicodeText),
    )


def downgrade() -> None:
    op.drop_table("sdi_report_link")
