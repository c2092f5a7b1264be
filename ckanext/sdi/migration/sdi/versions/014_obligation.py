"""What is owed besides the list, which periods a hand-in is about, who was reminded of what."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from ckanext.sdi.kewajiban.periods import about

revision = "014"
down_revision = "013"
branch_labels = None
depends_on = None

NOW = sa.text("(now() at time zone 'utc')")


def upgrade() -> None:
    op.create_table(
        "sdi_obligation",
        sa.Column("id", sa.UnicodeText, primary_key=True),
        sa.Column(
            "item_id",
            sa.UnicodeText,
            sa.ForeignKey("sdi_daftar_data_item.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("kind", sa.UnicodeText, nullable=False),
        sa.Column("organization_id", sa.UnicodeText, sa.ForeignKey("group.id", ondelete="CASCADE")),
        sa.Column("schedule", sa.UnicodeText),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("last", sa.Date),
        sa.Column("grace", sa.Integer),
        sa.Column("reason", sa.UnicodeText, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False, server_default=NOW),
        sa.Column("created_by", sa.UnicodeText),
    )
    op.create_table(
        "sdi_reminder",
        sa.Column(
            "user_id",
            sa.UnicodeText,
            sa.ForeignKey("user.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("item_id", sa.UnicodeText, primary_key=True),
        sa.Column("organization_id", sa.UnicodeText, primary_key=True),
        sa.Column("period", sa.UnicodeText, primary_key=True),
        sa.Column("event", sa.Integer, primary_key=True),
        sa.Column("day", sa.Date, nullable=False, index=True),
    )
    # What an office owes is read for each of its pages: from the index alone.
    op.create_index(
        "sdi_item_version_owed",
        "sdi_daftar_data_item_version",
        ["item_id"],
        postgresql_include=["edition_id", "organization_id", "jadwal_pemutakhiran"],
    )
    op.add_column("sdi_transition", sa.Column("about", JSONB(none_as_null=True)))
    _fill()


def _fill() -> None:
    """Take it that what was handed in before was about the periods that stand there now."""
    found = op.get_bind().execute(
        sa.text(
            """
            SELECT package.id, package.extras->>'periode_awal', package.extras->>'periode_akhir',
                   array_remove(array_agg(resource.extras::jsonb->>'periode_data'), NULL)
            FROM package
            LEFT JOIN resource ON resource.package_id = package.id AND resource.state = 'active'
            WHERE package.id IN (SELECT package_id FROM sdi_transition WHERE action = 'submit')
            GROUP BY package.id
            """
        )
    )
    for package_id, first, last, of_resources in found.all():
        stretches = json.dumps(about(first, last, of_resources))
        op.get_bind().execute(
            sa.text(
                "UPDATE sdi_transition SET about = :about"
                " WHERE package_id = :package_id AND action = 'submit'"
            ),
            {"about": stretches, "package_id": package_id},
        )


def downgrade() -> None:
    op.drop_column("sdi_transition", "about")
    op.drop_index("sdi_item_version_owed", "sdi_daftar_data_item_version")
    op.drop_table("sdi_reminder")
    op.drop_table("sdi_obligation")
