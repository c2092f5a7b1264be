"""The words of each item of a list, and what it is counted by, each with an index: searches and
counts need not read every item.
"""

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
FILTERS = "organization_id jenis_data klasifikasi_risiko jadwal_pemutakhiran status".split()  # noqa: SIM905
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
    # PostgreSQL's own function is not said to be immutable; of whole numbers it is.
    op.execute(
        "CREATE OR REPLACE FUNCTION sdi_years(integer[]) RETURNS text LANGUAGE sql IMMUTABLE"
        " AS $$ SELECT array_to_string($1, ',') $$"
    )
    parts = [*(f"coalesce({name}, '')" for name in FILTERS), "sdi_years(prioritas_tahun)"]
    facets = sa.Computed(" || chr(31) || ".join(parts), persisted=True)
    op.add_column(VERSION, sa.Column("facets", sa.UnicodeText(collation="C"), facets))
    op.create_index("sdi_daftar_data_facets", VERSION, ["edition_id", "facets"])


def downgrade() -> None:
    op.drop_index("sdi_daftar_data_facets", VERSION)
    op.drop_column(VERSION, "facets")
    op.execute("DROP FUNCTION sdi_years(integer[])")
    op.drop_index("sdi_daftar_data_words", VERSION)
    op.drop_column(VERSION, "words")
