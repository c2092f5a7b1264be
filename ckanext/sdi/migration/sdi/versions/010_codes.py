"""Code lists: editions, codes, events, the bridge to BPS, and what a decree makes look at again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "010"
down_revision = "001"
branch_labels = None
depends_on = None

NOW = sa.text("(now() at time zone 'utc')")
TABLES = ("sdi_code_recheck", "sdi_code_bridge", "sdi_code_event", "sdi_code", "sdi_code_edition")


def upgrade() -> None:
    _editions()
    _codes()
    op.create_table(
        "sdi_code_bridge",
        *(
            sa.Column(name, sa.UnicodeText, primary_key=True)
            for name in ("bps_code", "kemendagri_code", "period")
        ),
    )
    op.create_table(
        "sdi_code_recheck",
        sa.Column("edition_id", sa.UnicodeText, _edition_key(), primary_key=True),
        sa.Column(
            "resource_id",
            sa.UnicodeText,
            sa.ForeignKey("resource.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(
            "package_id",
            sa.UnicodeText,
            sa.ForeignKey("package.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("state", sa.UnicodeText, nullable=False, server_default="waiting"),
        sa.Column("rows", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("broken", JSONB, nullable=False, server_default="{}"),
        sa.Column("message", sa.UnicodeText),
        sa.Column("finished_at", sa.DateTime),
    )


def _edition_key() -> sa.ForeignKey:
    return sa.ForeignKey("sdi_code_edition.id", ondelete="CASCADE")


def _editions() -> None:
    op.create_table(
        "sdi_code_edition",
        sa.Column("id", sa.UnicodeText, primary_key=True),
        sa.Column("system", sa.UnicodeText, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("decree", sa.UnicodeText, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("source", sa.UnicodeText, nullable=False, server_default=""),
        sa.Column("checksum", sa.UnicodeText, nullable=False, server_default=""),
        sa.Column("coverage", sa.UnicodeText, nullable=False, server_default="full"),
        sa.Column("codes", sa.Integer, nullable=False, server_default="0"),
        sa.Column("loaded_at", sa.DateTime, nullable=False, server_default=NOW),
        sa.Column("loaded_by", sa.UnicodeText),
        sa.UniqueConstraint("system", "decree"),
    )


def _codes() -> None:
    op.create_table(
        "sdi_code",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("system", sa.UnicodeText, nullable=False),
        sa.Column("code", sa.UnicodeText, nullable=False),
        sa.Column("name", sa.UnicodeText, nullable=False),
        sa.Column("level", sa.UnicodeText, nullable=False),
        sa.Column("kind", sa.UnicodeText, nullable=False),
        sa.Column("parent", sa.UnicodeText),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.Column("first_position", sa.Integer, nullable=False),
        sa.Column("last_position", sa.Integer),
    )
    op.create_index("sdi_code_system_code", "sdi_code", ["system", "code"])
    op.create_table(
        "sdi_code_event",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("system", sa.UnicodeText, nullable=False),
        sa.Column("edition_id", sa.UnicodeText, _edition_key(), nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("decree", sa.UnicodeText, nullable=False),
        sa.Column("kind", sa.UnicodeText, nullable=False),
        sa.Column("old", sa.UnicodeText, nullable=False, server_default=""),
        sa.Column("new", sa.UnicodeText, nullable=False, server_default=""),
        sa.Column("basis", sa.UnicodeText, nullable=False, server_default="names"),
    )
    op.create_index("sdi_code_event_system", "sdi_code_event", ["system"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
