"""What the demo province holds: its offices, the items that the list asks, its datasets.

All of it follows from ``offices.yaml`` and a seed: the same on every machine.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

# Kode Wilayah, name, and share of the province in a figure that counts people.
REGIONS = (
    ("64.01", "Kabupaten Paser", 0.073),
    ("64.02", "Kabupaten Kutai Kartanegara", 0.194),
    ("64.03", "Kabupaten Berau", 0.066),
    ("64.07", "Kabupaten Kutai Barat", 0.045),
    ("64.08", "Kabupaten Kutai Timur", 0.115),
    ("64.09", "Kabupaten Penajam Paser Utara", 0.048),
    ("64.11", "Kabupaten Mahakam Ulu", 0.009),
    ("64.71", "Kota Balikpapan", 0.186),
    ("64.72", "Kota Samarinda", 0.217),
    ("64.74", "Kota Bontang", 0.047),
)
LIST_YEARS = (2025, 2026)
DATA_YEARS = (2023, 2024, 2025)
SEED = 64
# Units of which a region has a usual value, not a share of the whole.
RATES = frozenset(
    {"persen", "indeks", "skor", "tingkat", "menit", "hari", "kilogram per kapita"}
    | {"rupiah per kilogram"}
)
# Offices whose first item is Data Prioritas, which the Pembina checks again.
PRIORITY = ("disdikbud", "dinsos", "disnakertrans", "dpth", "dlh", "disperindagkop", "dkp")
GEOSPATIAL = ("dishut", "biro-pod")
FINANCE = ("bpkad", "bapenda")


@dataclass(frozen=True)
class Office:
    """An office of the province, which produces data."""

    number: int
    name: str
    title: str
    short: str
    kategori: str
    kementerian: str


@dataclass(frozen=True)
class Item:
    """What the list asks of an office."""

    office: Office
    number: int
    nama_data: str
    satuan: str
    size: float
    status: str
    klasifikasi_risiko: str

    @property
    def id_ddd(self) -> str:
        return f"64.{self.office.number:02}.{self.number:03}"

    @property
    def id_ddp(self) -> str:
        """An id of the made-up list of the centre: no real one begins with 99."""
        return f"99.{self.office.number:02}.{self.number:03}"

    @property
    def is_priority(self) -> bool:
        return self.number == 1 and self.office.name in PRIORITY

    @property
    def is_rate(self) -> bool:
        return self.satuan in RATES

    @property
    def has_persons(self) -> bool:
        """Whether the item names persons one by one, so that its data is not open."""
        return self.nama_data.startswith("Daftar ")

    @property
    def jenis_data(self) -> str:
        if self.office.name in FINANCE:
            return "keuangan"
        is_area = self.office.name in GEOSPATIAL and self.nama_data.startswith("Luas")
        return "geospasial" if is_area else "statistik"

    @property
    def jadwal(self) -> str:
        if self.satuan == "rupiah per kilogram":
            return "bulanan"
        schedules = ("tahunan", "tahunan", "tahunan", "semesteran", "tahunan", "triwulanan")
        return schedules[(self.office.number + self.number) % len(schedules)]

    @property
    def by_sex(self) -> bool:
        return self.satuan == "orang" and self.number == 1

    @property
    def klasifikasi(self) -> str:
        sex = "; jenis kelamin" if self.by_sex else ""
        return f"Wilayah administrasi: kabupaten dan kota{sex}"

    @property
    def _matter(self) -> tuple[str, str]:
        first, _, rest = self.nama_data.partition(" ")
        return first, rest

    @property
    def definisi(self) -> str:
        first, rest = self._matter
        sentences = {
            "Jumlah": f"Banyaknya {rest} yang tercatat pada akhir tahun.",
            "Populasi": f"Banyaknya {rest} yang hidup pada akhir tahun.",
            "Produksi": f"Banyaknya {rest} yang dihasilkan selama satu tahun.",
            "Realisasi": f"Besarnya {rest} yang terlaksana selama satu tahun.",
            "Persentase": f"Perbandingan {rest} terhadap seluruhnya, dikali seratus.",
        }
        general = f"{self.nama_data} yang dihitung setiap tahun menurut pedoman pusat."
        return sentences.get(first, general)

    @property
    def konsep(self) -> str:
        return (
            f"{self.nama_data} menjadi bahan perencanaan dan evaluasi urusan "
            f"{self.office.kategori.lower()}."
        )

    @property
    def ukuran(self) -> str:
        first = self._matter[0]
        return first if first in ("Jumlah", "Luas", "Persentase", "Indeks", "Nilai") else "Besaran"

    @property
    def metode(self) -> str:
        return "Survei" if self.is_rate else "Kompilasi Produk Administrasi"


@dataclass(frozen=True)
class Dataset:
    """A dataset of the demo: for which item, how far it goes, with which file."""

    item: Item
    steps: tuple[str, ...] = ()
    file: str = "good"
    is_complete: bool = True


@dataclass(frozen=True)
class Plan:
    """All that is made."""

    offices: tuple[Office, ...]
    items: tuple[Item, ...]
    datasets: tuple[Dataset, ...]


SUBMITTED = ("submit",)
RETURNED = ("submit", "return")
APPROVED = ("submit", "approve")
PUBLISHED = ("submit", "publish")
MENDED = ("submit", "return", "submit", "publish")
WITHDRAWN = ("submit", "publish", "withdraw")
# Of Data Prioritas the first approval is the Walidata's, what follows the Pembina's.
PEMBINA_REVIEW = ("submit", "approve")
PEMBINA_RETURNED = ("submit", "approve", "pembina_return")
PEMBINA_APPROVED = ("submit", "approve", "pembina_approve")
PRIORITY_PUBLISHED = ("submit", "approve", "pembina_approve", "publish")

RETURN_REASON = (
    "Definisi belum menyebut tanggal acuan dan keterangan belum menjelaskan cara penghitungan. "
    "Lengkapi keduanya, lalu serahkan lagi."
)
WITHDRAW_REASON = "Angka satu kabupaten perlu diperbaiki oleh produsen data."


@cache
def offices() -> tuple[tuple[Office, tuple[str, ...]], ...]:
    """The offices with the lines of their items."""
    text = (resources.files("ckanext.sdi.demo") / "offices.yaml").read_text(encoding="utf-8")
    keys = ("name", "title", "short", "kategori", "kementerian")
    return tuple(
        (Office(number, *(entry[key] for key in keys)), tuple(entry["items"]))
        for number, entry in enumerate(yaml.safe_load(text), 1)
    )


def _items() -> tuple[Item, ...]:
    return tuple(
        _item(office, number, line)
        for office, lines in offices()
        for number, line in enumerate(lines, 1)
    )


def _item(office: Office, number: int, line: str) -> Item:
    nama_data, satuan, size = (part.strip() for part in line.split("|"))
    chance = random.Random(f"{SEED}/{office.name}/{number}")  # noqa: S311  figures, not secrets
    likely = {"mengacu": 50, "tidak_mengacu": 28, "belum_dicek": 22}
    (status,) = chance.choices(list(likely), list(likely.values()))
    (risk,) = chance.choices(["terbuka", "terbatas", "tertutup"], [86, 10, 4])
    if number <= DELIVERED or (office.name, number) in _SPECIAL:
        # What datasets are made for: the first refer to the centre, some later ones do not.
        status = "mengacu" if number == 1 or office.number % 3 else "tidak_mengacu"
        risk = "terbuka"
    if nama_data.startswith("Daftar "):
        status, risk = "mengacu", "terbatas"
    return Item(office, number, nama_data, satuan, float(size), status, risk)


DELIVERED = 2
"""So many items of each office can have a dataset."""
SECOND_UNTIL = 17
"""The first offices have a second dataset."""

# Datasets that are not simply published, by item.
_SPECIAL: dict[tuple[str, int], tuple[tuple[str, ...], str, bool]] = {
    ("dinsos", 1): (PEMBINA_REVIEW, "good", True),
    ("disnakertrans", 1): (PEMBINA_RETURNED, "good", True),
    ("dpth", 1): (PEMBINA_APPROVED, "good", True),
    ("dpuprpera", 2): (SUBMITTED, "good", True),
    ("dinsos", 2): (RETURNED, "good", True),
    ("disnakertrans", 2): (APPROVED, "good", True),
    ("dkp3a", 2): (MENDED, "good", True),
    ("dpth", 2): (WITHDRAWN, "good", True),
    ("dlh", 2): ((), "good", True),
    ("dpmpd", 2): (SUBMITTED, "good", True),
    ("dishub", 2): ((), "none", False),
    ("disperindagkop", 2): ((), "no_standard", True),
    # The office of the user `produsen` has tasks of every kind.
    ("dinkes", 2): (RETURNED, "good", True),
    ("dinkes", 3): (SUBMITTED, "good", True),
    ("dinkes", 4): ((), "faulty", True),
    ("dinkes", 5): ((), "none", False),
    ("dinsos", 9): (PUBLISHED, "persons", True),
}


def make(*, only: tuple[str, ...] | None = None) -> Plan:
    """The plan of the demo.

    :param only: the offices for which datasets are made; by default all of them
    """
    items = _items()
    datasets = tuple(
        dataset
        for item in items
        if (only is None or item.office.name in only) and (dataset := _dataset(item))
    )
    return Plan(tuple(office for office, _ in offices()), items, datasets)


def _dataset(item: Item) -> Dataset | None:
    special = _SPECIAL.get((item.office.name, item.number))
    if special:
        steps, file, is_complete = special
        return Dataset(item, steps, file, is_complete)
    if item.number == 1:
        return Dataset(item, PRIORITY_PUBLISHED if item.is_priority else PUBLISHED)
    if item.number == DELIVERED and item.office.number <= SECOND_UNTIL:
        return Dataset(item, PUBLISHED)
    return None
