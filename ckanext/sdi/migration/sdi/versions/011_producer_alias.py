"""The names under which lists write an office, as a person confirmed them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "011"
down_revision = "010"
branch_labels = None
depends_on = None

NOW = sa.text("(now() at time zone 'utc')")


def upgrade() -> None:
    op.create_table(
        "sdi_producer_alias",
        sa.Column("key", sa.UnicodeText, primary_key=True),
        sa.Column("name", sa.UnicodeText, nullable=False),
        sa.Column(
            "organization_id",
            sa.UnicodeText,
            sa.ForeignKey("group.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("confirmed_at", sa.DateTime, nullable=False, server_default=NOW),
        sa.Column("confirmed_by", sa.UnicodeText),
    )


def downgrade() -> None:
    op.drop_table("sdi_producer_alias")
