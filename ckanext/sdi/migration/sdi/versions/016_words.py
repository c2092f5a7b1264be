"""The words of each item of a list, with an index, so that searches need not read every item."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "016"
down_revision = "015"
branch_labels = None
depends_on = None

VERSION = "sdi_daftar_data_item_version"
SEARCHED = "nama_data nama_indikator definisi produsen id_ddd id_ddp kode_dssd".split()  # noqa: SIM905
SIGNS = "\t\n\r.,;:/()[]-–%_\"'"


def upgrade() -> None:
    text = " || ' ' || ".join(f"coalesce({name}, '')" for name in SEARCHED)
    signs = SIGNS.replace("'", "''")
    plain = f"translate(lower({text}), E'{signs}', repeat(' ', {len(SIGNS)}))"
    # Much faster than the parser of full text; but a word may have no more than 2,046 bytes.
    quick = f"array_to_tsvector(array_remove(string_to_array({plain}, ' '), ''))"
    words = (
        f"CASE WHEN octet_length({plain}) <= 2000 THEN {quick}"
        f" ELSE to_tsvector('pg_catalog.simple', {plain}) END"
    )
    op.add_column(VERSION, sa.Column("words", TSVECTOR, sa.Computed(words, persisted=True)))
    op.create_index("sdi_daftar_data_words", VERSION, ["words"], postgresql_using="gin")


def downgrade() -> None:
    op.drop_index("sdi_daftar_data_words", VERSION)
    op.drop_column(VERSION, "words")
