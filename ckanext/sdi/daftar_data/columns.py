"""The columns of the formats, and the words offices write in their cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ckanext.sdi.rules.catalogue import N_

IGNORED = {"", "no", "nomor"}

_SIGNS = re.compile(r"[\W_]+")


def plain(title: str) -> str:
    """A column title or a name in lower case, signs and blanks as single blanks."""
    return _SIGNS.sub(" ", title.casefold()).strip()


ALIASES: dict[str, str] = {
    "id ddd": "id_ddd",
    "kode ddd": "id_ddd",
    "id ddp": "id_ddp",
    "kode ddp": "id_ddp",
    "kode dssd": "kode_dssd",
    "uraian dssd": "nama_data",
    "sumber referensi": "sumber_referensi",
    "kode indikator": "kode_indikator",
    "nama indikator": "nama_indikator",
    "indikator": "nama_indikator",
    "nama data": "nama_data",
    "jenis data": "jenis_data",
    "indikator variabel": "jenis",
    "kode standar data": "kode_sds",
    "standar data": "kode_sds",
    "produsen data": "produsen",
    "instansi produsen data": "produsen",
    "klasifikasi data sesuai risiko": "klasifikasi_risiko",
    "klasifikasi data sesuai resiko": "klasifikasi_risiko",
    "konsep": "konsep",
    "definisi": "definisi",
    "definisi operasional": "definisi",
    "satuan": "satuan",
    "ukuran": "ukuran",
    "klasifikasi penyajian": "klasifikasi",
    "jadwal pemutakhiran": "jadwal_pemutakhiran",
    "kategori rad": "kategori",
    "tag rad": "kategori",
    "kategori": "kategori",
    "kode metadata": "kode_metadata",
    "link portal daerah": "link_portal_daerah",
    "link portal sdi": "link_portal_sdi",
    "metode pengumpulan": "metode_pengumpulan",
    "metode pengumpulan data": "metode_pengumpulan",
    "periode data": "periode_data",
    "penanggung jawab": "penanggung_jawab",
    "prioritas tahun": "prioritas_tahun",
    "data prioritas": "prioritas_tahun",
    "jenis pengajuan": "jenis_pengajuan",
    "unit kerja produsen": "unit_kerja_produsen",
    "unit kerja produsen data": "unit_kerja_produsen",
    "apakah membutuhkan dukungan data daerah": "dukungan_daerah",
    "apakah membutuhkan dukungan data daerah ya": "dukungan_daerah",
    "level instansi produsen data daerah": "level_produsen_daerah",
    "catatan": "catatan",
    "catatan kebutuhan dukungan data daerah": "catatan",
}
"""Column titles, in lower case and without signs, and the field each stands for."""

EXTRA = {
    "jenis_pengajuan",
    "unit_kerja_produsen",
    "dukungan_daerah",
    "level_produsen_daerah",
    "catatan",
}
"""Fields that only the national list has; they are kept with the item."""

CLOSED = "tertutup"
OF_CLOSED = frozenset({"nama_data", "klasifikasi_risiko", "id_ddd", "id_ddp", "status"})
"""Of an item that a portal tells the name of only: its name, what says that it is closed, and what
tells the item from others."""
IDS = ("id_ddd", "id_ddp", "kode_dssd", "kode_indikator")


@dataclass(frozen=True)
class Format:
    """One format of a list.

    :param required: the columns it must have, each with its title
    :param marks: fields and titles that only this format has
    :param kept: further columns it has, in plain writing and as titles; the portal only keeps them
    :param schedule: how often data of such a list is updated, when the format has no column for it
    """

    name: str
    levels: tuple[str, ...]
    required: dict[str, str]
    marks: frozenset[str]
    kept: dict[str, str] = field(default_factory=dict)
    schedule: str | None = None


_SHARED = {
    "id_ddp": "ID DDP",
    "sumber_referensi": "Sumber Referensi",
    "nama_data": "Nama Data",
    "jenis_data": "Jenis Data",
    "jenis": "Indikator/Variabel",
    "definisi": "Definisi",
    "satuan": "Satuan",
    "klasifikasi": "Klasifikasi Penyajian",
    "jadwal_pemutakhiran": "Jadwal Pemutakhiran",
}

REGIONAL = Format(
    "Format Daftar Data Daerah",
    ("provinsi", "kabkota"),
    {
        "id_ddd": "ID DDD",
        "kode_indikator": "Kode Indikator",
        "nama_indikator": "Nama Indikator",
        "kode_sds": "Kode Standar Data",
        "produsen": "Produsen Data",
        "klasifikasi_risiko": "Klasifikasi Data sesuai Risiko",
        "kategori": "Kategori RAD",
        "kode_metadata": "Kode Metadata",
        "link_portal_daerah": "Link Portal Daerah",
        "link_portal_sdi": "Link Portal SDI",
        **_SHARED,
    },
    frozenset(
        {
            "id ddd",
            "kode indikator",
            "nama indikator",
            "produsen data",
            "kategori rad",
            "kode metadata",
            "link portal daerah",
            "link portal sdi",
        }
    ),
)
NATIONAL = Format(
    "Daftar Data Prioritas",
    ("pusat",),
    {
        "jenis_pengajuan": "Jenis Pengajuan",
        "nama_indikator": "Indikator",
        "kode_sds": "Standar Data",
        "produsen": "Instansi Produsen Data",
        "klasifikasi_risiko": "Klasifikasi Data Sesuai Resiko",
        "kategori": "Tag Rad",
        **_SHARED,
        "jenis": "Indikator Variabel",
    },
    frozenset(
        {
            "jenis pengajuan",
            "indikator",
            "standar data",
            "instansi produsen data",
            "unit kerja produsen",
            "unit kerja produsen data",
            "tag rad",
            "apakah membutuhkan dukungan data daerah",
            "apakah membutuhkan dukungan data daerah ya",
            "level instansi produsen data daerah",
        }
    ),
)
TAG_URUSAN = "Tag Urusan"
DSSD_KEPT = (TAG_URUSAN, "Info Sub Kegiatan", "Ketersediaan Data", "Keterangan")
DSSD = Format(
    "Data Statistik Sektoral Daerah",
    ("provinsi", "kabkota"),
    {
        "kode_dssd": "Kode DSSD",
        "nama_data": "Uraian DSSD",
        "satuan": "Satuan",
        "definisi": "Definisi Operasional",
        "produsen": "Produsen Data",
    },
    frozenset({"kode dssd", "uraian dssd", "tag urusan", "info sub kegiatan", "ketersediaan data"}),
    {plain(title): title for title in DSSD_KEPT},
    # E-Walidata asks for one figure a year.
    "tahunan",
)
EWALIDATA = Format("E-Walidata", DSSD.levels, {}, frozenset(), schedule=DSSD.schedule)
MAPPED = Format("Pemetaan kolom", ("provinsi", "kabkota", "pusat"), {}, frozenset())
PORTAL = Format("Daftar Data portal", ("provinsi", "kabkota", "pusat"), {}, frozenset())
FORMATS = (REGIONAL, NATIONAL, DSSD)


def year_of(title: str) -> int | None:
    """The year a column title is, when it is four digits (or was a number in a workbook)."""
    bare = title.strip().removesuffix(".0")
    return int(bare) if re.fullmatch(r"\d{4}", bare) else None


_WORDS: dict[str, dict[str, str]] = {
    "jenis_data": {
        "data statistik": "statistik",
        "statistik": "statistik",
        "spasial": "geospasial",
        "data geospasial": "geospasial",
        "data spasial": "geospasial",
        "data keuangan": "keuangan",
        "keuangan negara": "keuangan",
        "data lainnya": "lainnya",
        "lainnya": "lainnya",
    },
    "jadwal_pemutakhiran": {
        "per hari": "harian",
        "setiap hari": "harian",
        "per minggu": "mingguan",
        "per bulan": "bulanan",
        "setiap bulan": "bulanan",
        "triwulan": "triwulanan",
        "per triwulan": "triwulanan",
        "semester": "semesteran",
        "per semester": "semesteran",
        "per tahun": "tahunan",
        "setiap tahun": "tahunan",
        "insidentil": "insidental",
    },
}


def word(field: str, value: str) -> str:
    """A cell of a column with fixed words, as it is stored; an unknown one stays unknown."""
    bare = plain(value)
    return _WORDS.get(field, {}).get(bare, bare)


LABELS = {
    "id_ddd": N_("Regional id (ID DDD)"),
    "id_ddp": N_("Centre's id (ID DDP)"),
    "kode_dssd": N_("Code of sectoral data (DSSD)"),
    "nama_data": N_("Name of the data"),
    "nama_indikator": N_("Indicator it serves"),
    "kode_indikator": N_("Indicator code"),
    "sumber_referensi": N_("Plan or rule it comes from"),
    "jenis_data": N_("Kind of data"),
    "jenis": N_("Indicator or variable"),
    "produsen": N_("Producer of the data"),
    "klasifikasi_risiko": N_("Who may see it"),
    "konsep": N_("Concept"),
    "definisi": N_("Definition"),
    "satuan": N_("Unit"),
    "ukuran": N_("Measure"),
    "klasifikasi": N_("How it is broken down"),
    "jadwal_pemutakhiran": N_("How often it is updated"),
    "prioritas_tahun": N_("Priority data in the years"),
    "kategori": N_("Category (RAD)"),
    "kode_sds": N_("Data standard code"),
    "kode_metadata": N_("Metadata code"),
    "metode_pengumpulan": N_("Way of collecting"),
    "periode_data": N_("Period of the data"),
    "penanggung_jawab": N_("Office in charge"),
    "link_portal_daerah": N_("Link to the regional portal"),
    "link_portal_sdi": N_("Link to data.go.id"),
}
"""The columns of the list as a page names them, in the order a person reads them."""
