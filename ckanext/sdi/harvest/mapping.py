"""Another CKAN's dataset in this schema's fields, as far as it can be said without guessing.

Read are fields and extras under our own names, under those of the regional form in wide use
("Pengukuran Dataset", "Frekuensi Dataset", …) and under those of data.go.id. A value is taken as it
stands, or by a fixed list of words; what is neither is named, so that a person fills it in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ckanext.sdi import codes
from ckanext.sdi.daftar_data.columns import plain, word
from ckanext.sdi.rules import period
from ckanext.sdi.rules.filled import METHODS
from ckanext.sdi.rules.metadata_values import PLACEHOLDERS, judge_satuan

# What the remote calls it (in lower case, without signs), and our field.
FIELDS = {
    "title": "title",
    "notes": "notes",
    "deskripsi": "notes",
    "license id": "license_id",
    "konsep": "konsep",
    "definisi": "definisi",
    "definisi operasional": "definisi",
    "klasifikasi": "klasifikasi",
    "klasifikasi penyajian": "klasifikasi",
    "ukuran": "ukuran",
    "pengukuran": "ukuran",
    "pengukuran dataset": "ukuran",
    "satuan": "satuan",
    "satuan dataset": "satuan",
    "kode sds": "kode_sds",
    "kode standar data": "kode_sds",
    "kode metadata": "kode_metadata",
    "jenis data": "jenis_data",
    "jadwal pemutakhiran": "jadwal_pemutakhiran",
    "frekuensi dataset": "jadwal_pemutakhiran",
    "frekuensi": "jadwal_pemutakhiran",
    "frequency of update": "jadwal_pemutakhiran",
    "periode awal": "periode_awal",
    "dimensi dataset awal": "periode_awal",
    "periode akhir": "periode_akhir",
    "dimensi dataset akhir": "periode_akhir",
    "cakupan wilayah": "cakupan_wilayah",
    "cakupan dataset": "cakupan_wilayah",
    "tingkat penyajian": "tingkat_penyajian",
    "tingkat penyajian dataset": "tingkat_penyajian",
    "metode pengumpulan": "metode_pengumpulan",
    "metode pengumpulan data": "metode_pengumpulan",
    "sumber": "sumber",
    "sumber eksternal": "sumber",
    "penanggung jawab": "penanggung_jawab",
    "kategori": "kategori",
    "bidang": "kategori",
}
# What names the item of the list, and the column of the list it stands in.
IDS = {
    "id ddd": "id_ddd",
    "kode ddd": "id_ddd",
    "id ddp": "id_ddp",
    "kode ddp": "id_ddp",
    "daftar data item": "id_ddd",
    "kode dssd": "kode_dssd",
    "dssd": "kode_dssd",
    "kode indikator": "kode_indikator",
}
# Nothing that a person would have to carry over: the remote's own book-keeping, and what this
# portal decides for itself, such as who may see a dataset.
PASSED_OVER = frozenset(
    {
        *(
            "id",
            "name",
            "type",
            "state",
            "private",
            "isopen",
            "owner org",
            "organization",
            "groups",
        ),
        *("resources", "tags", "extras", "num resources", "num tags", "creator user id", "version"),
        *("metadata created", "metadata modified", "license title", "license url"),
        "plugin data",
        *("relationships as object", "relationships as subject", "sdi", "url", "tag string"),
        *("guid", "language", "dcat issued", "dcat modified", "dcat publisher name", "status"),
        *("harvest source id", "harvest source title", "harvest object id", "tracking summary"),
        *("dataset dibuat", "dataset diperbarui", "tahun tersedia"),
    }
)
LEVELS = {
    "nasional": "nasional",
    "provinsi": "provinsi",
    "kabupaten kota": "kab_kota",
    "kab kota": "kab_kota",
    "kabupaten": "kab_kota",
    "kota": "kab_kota",
    "kecamatan": "kecamatan",
    "desa": "desa",
    "desa kelurahan": "desa",
    "kelurahan": "desa",
}
JENIS_DATA = ("statistik", "geospasial", "keuangan", "lainnya")
JADWAL = (*("harian", "mingguan", "bulanan", "triwulanan", "semesteran", "tahunan", "insidental"),)
_NO_TAG = re.compile(r"[^\w .-]+")
_TAG_LENGTH = range(2, 101)


@dataclass
class Mapped:
    """A remote dataset, mapped.

    :param fields: our fields
    :param ids: what names the item: the list's column and the value
    :param left_out: the remote's names of what could not be said in our fields
    """

    fields: dict[str, Any] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def map_dataset(remote: Mapping[str, Any], names: Mapping[str, str] | None = None) -> Mapped:
    """Say a remote dataset in our fields.

    :param remote: as ``package_search`` of another CKAN gives it; nothing in it is trusted
    :param names: what the remote calls more of our fields, or ids of the list
    """
    mapped = Mapped()
    own = {plain(name): ours for name, ours in (names or {}).items()}
    ids = IDS | {name: ours for name, ours in own.items() if ours in IDS.values()}
    fields = {n: f for n, f in FIELDS.items() if n not in ids} | {
        name: ours for name, ours in own.items() if name not in ids
    }
    for name, value in _said(remote):
        key = plain(name)
        text = _text(value)
        if not text or (key in PASSED_OVER and key not in own):
            continue
        if key in ids:
            mapped.ids.setdefault(ids[key], text)
        elif key not in fields:
            mapped.left_out.append(plain_text(name)[:100])
        elif fields[key] not in mapped.fields:
            ours = _converted(fields[key], text)
            if ours is None:
                mapped.left_out.append(plain_text(name)[:100])
            else:
                mapped.fields[fields[key]] = ours
    mapped.fields["tags"] = [{"name": name} for name in _tags(remote)]
    return mapped


def _said(remote: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Fields at the root, then extras: the root's word comes first.

    A portal of this kind tells the ids of a dataset's item, which are the same everywhere; its own
    name for the item is of no use elsewhere.
    """
    lifecycle = remote.get("sdi")
    ids = lifecycle.get("ids") if isinstance(lifecycle, Mapping) else None
    named = ids if isinstance(ids, Mapping) else {}
    yield from named.items()
    passed_over = ("extras", "daftar_data_item") if named else ("extras",)
    yield from ((name, value) for name, value in remote.items() if name not in passed_over)
    extras = remote.get("extras")
    for extra in extras if isinstance(extras, list) else []:
        if isinstance(extra, Mapping) and isinstance(extra.get("key"), str):
            yield extra["key"], extra.get("value")


def plain_text(value: Any) -> str:
    """A value as text that can be stored; empty for what is no text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).encode("utf-8", "ignore").decode().replace("\x00", "").strip()


def _text(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = ",".join(value)
    text = plain_text(value)
    return "" if text.lower() in PLACEHOLDERS else text


def _converted(name: str, text: str) -> Any:
    """The value as our field takes it; None when it does not."""
    convert = _CONVERT.get(name)
    return convert(text) if convert else text


def _jadwal(text: str) -> str | None:
    found = word("jadwal_pemutakhiran", text)
    return found if found in JADWAL else None


def _jenis_data(text: str) -> str | None:
    found = word("jenis_data", text)
    return found if found in JENIS_DATA else None


def _tingkat(text: str) -> str | None:
    return LEVELS.get(plain(text), text if text in LEVELS.values() else None)


def _metode(text: str) -> str | None:
    return METHODS.get(text.lower(), text if text in METHODS.values() else None)


def _periode(text: str) -> str | None:
    return text if period.parse(text) else None


def _satuan(text: str) -> str | None:
    return None if judge_satuan(text) else text


def _kode_sds(text: str) -> str | None:
    return None if codes.judge("kode_sds", text) else text


def _cakupan(text: str) -> list[str] | None:
    """Kode Wilayah, or the exact name of a province, regency or city that no other place bears."""
    found = [_area(part.strip()) for part in text.strip("{}[]").split(",") if part.strip()]
    return None if None in found or not found else [code for code in found if code]


def _area(text: str) -> str | None:
    areas = codes.vocabulary("kode_wilayah")
    code = areas.get(text.strip('"'))
    if code is not None:
        return code.code
    named = {
        found.code
        for level in ("provinsi", "kab_kota")
        for found in areas.search(text, level=level, limit=20)[1]
        if plain(text) in (plain(found.name), plain(f"provinsi {found.name}"))
    }
    return named.pop() if len(named) == 1 else None


def _tags(remote: Mapping[str, Any]) -> list[str]:
    """The remote's tags as CKAN takes them: letters, digits, blanks, ``.``, ``-`` and ``_``."""
    tags = remote.get("tags")
    listed = tags if isinstance(tags, list) else []
    named = (plain_text(tag.get("name")) for tag in listed if isinstance(tag, Mapping))
    clean = (" ".join(_NO_TAG.sub(" ", name).split()) for name in named)
    return sorted({name for name in clean if len(name) in _TAG_LENGTH})


_CONVERT: dict[str, Callable[[str], Any]] = {
    "jenis_data": _jenis_data,
    "jadwal_pemutakhiran": _jadwal,
    "tingkat_penyajian": _tingkat,
    "metode_pengumpulan": _metode,
    "periode_awal": _periode,
    "periode_akhir": _periode,
    "cakupan_wilayah": _cakupan,
    "satuan": _satuan,
    "kode_sds": _kode_sds,
}
