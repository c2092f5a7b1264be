"""What differs between two editions of a list. Pure: it compares rows, wherever they are from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

COMPARED = (
    "id_ddd",
    "id_ddp",
    "status",
    "sumber_referensi",
    "kode_indikator",
    "nama_indikator",
    "nama_data",
    "jenis_data",
    "jenis",
    "kode_sds",
    "produsen",
    "klasifikasi_risiko",
    "konsep",
    "definisi",
    "satuan",
    "ukuran",
    "klasifikasi",
    "jadwal_pemutakhiran",
    "kategori",
    "kode_metadata",
    "link_portal_daerah",
    "link_portal_sdi",
    "metode_pengumpulan",
    "periode_data",
    "penanggung_jawab",
    "prioritas_tahun",
)

OPENNESS = ("tertutup", "terbatas", "terbuka")


def key_of(row: Mapping[str, Any]) -> str:
    """An item's identity over editions: its regional id, else its DDP id."""
    return row.get("id_ddd") or row["id_ddp"]


@dataclass
class Difference:
    """Two editions compared.

    ``changed`` holds for each item ``key``, ``nama_data``, ``fields`` (name to the value before
    and after), ``moved`` (to another producer) and ``lowered`` (to a more open classification).
    """

    new: list[dict[str, Any]] = field(default_factory=list)
    gone: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    unchanged: int = 0

    def counts(self) -> dict[str, int]:
        return {
            "new": len(self.new),
            "gone": len(self.gone),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "moved": sum(change["moved"] for change in self.changed),
            "lowered": sum(change["lowered"] for change in self.changed),
        }

    def as_dict(self) -> dict[str, Any]:
        return {
            "counts": self.counts(),
            "new": self.new,
            "gone": self.gone,
            "changed": self.changed,
        }


def compare(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> Difference:
    """Compare two lists of rows, item by item and field by field."""
    old = {key_of(row): row for row in before}
    result = Difference()
    seen = set()
    for row in after:
        key = key_of(row)
        seen.add(key)
        if key not in old:
            result.new.append(_named(row))
            continue
        fields = {
            name: [old[key].get(name) or None, row.get(name) or None]
            for name in COMPARED
            if (old[key].get(name) or None) != (row.get(name) or None)
        }
        if fields:
            result.changed.append(_change(row, fields))
        else:
            result.unchanged += 1
    result.gone = [_named(row) for key, row in old.items() if key not in seen]
    return result


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": key_of(row),
        "nama_data": row["nama_data"],
        "produsen": row.get("produsen"),
    }


def _change(row: Mapping[str, Any], fields: dict[str, list[Any]]) -> dict[str, Any]:
    before, after = fields.get("klasifikasi_risiko", (None, None))
    lowered = (
        before in OPENNESS and after in OPENNESS and OPENNESS.index(after) > OPENNESS.index(before)
    )
    return {**_named(row), "fields": fields, "moved": "produsen" in fields, "lowered": lowered}
