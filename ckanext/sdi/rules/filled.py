"""What a Daftar Data item says of its datasets: one mapping for forms, gate and rules.

The names are the same on both sides but for the two in ``RENAMED``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.sdi import codes
from ckanext.sdi.rules.metadata_values import judge_satuan

# Said by the item; a dataset that says something else contradicts it.
BINDING = (
    "jenis_data",
    "konsep",
    "definisi",
    "klasifikasi",
    "ukuran",
    "satuan",
    "kode_sds",
    "kode_metadata",
    "jadwal_pemutakhiran",
    "metode_pengumpulan",
    "penanggung_jawab",
    "klasifikasi_risiko",
    "kategori",
    "prioritas_tahun",
    "owner_org",
)
# Suggested by the item; a dataset of one year may have a longer title of its own.
SUGGESTED = ("title", "notes")
RENAMED = {"title": "nama_data", "notes": "definisi", "owner_org": "organization_id"}

# The list's column is free text, the dataset's field a choice.
METHODS = {
    "pencacahan lengkap": "pencacahan_lengkap",
    "sensus": "pencacahan_lengkap",
    "survei": "survei",
    "kompilasi produk administrasi": "kompilasi_administrasi",
    "kompilasi administrasi": "kompilasi_administrasi",
    "cara lain": "cara_lain",
    "cara lain sesuai perkembangan ti": "cara_lain",
}
# What lists write where they have nothing to say.
NOTHING = frozenset({"", "-", "n/a"})
# As long as the dataset's fields take.
LONGEST = 4000


def said_by(item: Mapping[str, Any], field: str) -> str | None:
    """What the item says for a dataset's field, as the dataset would keep it; None: nothing."""
    value = item.get(RENAMED.get(field, field))
    if value is None:
        return None
    if field == "prioritas_tahun":
        return ",".join(str(year) for year in sorted(value)) or None
    text = str(value).strip()
    if field == "metode_pengumpulan":
        return METHODS.get(text.lower(), text if text in METHODS.values() else None)
    return text if _stands(field, text) else None


def _stands(field: str, text: str) -> bool:
    """Whether the rules take the value: one that they refuse would bind nobody to anything.

    The list's column for the standard's code holds codes of other systems (KUGI) as well.
    """
    if text.lower() in NOTHING or len(text) > LONGEST:
        return False
    if field == "satuan":
        return not judge_satuan(text)
    if field == "kode_sds":
        return not codes.judge("kode_sds", text)
    return True


def binding(item: Mapping[str, Any]) -> dict[str, str]:
    """The fields a dataset of this item cannot contradict, with their values."""
    return {field: text for field in BINDING if (text := said_by(item, field)) is not None}


def suggested(item: Mapping[str, Any]) -> dict[str, str]:
    """The fields a new dataset of this item begins with, free to change."""
    return {field: text for field in SUGGESTED if (text := said_by(item, field)) is not None}
