"""The tables of the demo's datasets, and the column standards of their items. All of it made up."""

from __future__ import annotations

import csv
import datetime
import io
import random
from collections.abc import Iterator, Sequence
from typing import Any

from ckanext.sdi.codes import vocabulary
from ckanext.sdi.demo.plan import DATA_YEARS, REGIONS, SEED, Item

SEXES = ("laki-laki", "perempuan")
PERSONS = 60
VALUE_COLUMNS = {
    "Jumlah": "jumlah",
    "Produksi": "produksi",
    "Luas": "luas",
    "Populasi": "populasi",
    "Realisasi": "realisasi",
    "Persentase": "persentase",
    "Panjang": "panjang",
}


def column_standard(item: Item) -> dict[str, Any]:
    """The column standard of an item: a Table Schema whose codes are judged by the row's year."""
    fields = _person_fields() if item.has_persons else _figure_fields(item)
    return {"fields": fields, "sdi": {"reference_date": {"column": "tahun"}}}


def _area_fields() -> list[dict[str, Any]]:
    return [
        {
            "name": "kode_wilayah",
            "type": "string",
            "title": "Kode Wilayah",
            "constraints": {"required": True},
            "sdi": {"code": "kode_wilayah", "level": "kab_kota"},
        },
        {"name": "nama_wilayah", "type": "string", "title": "Nama wilayah"},
        {
            "name": "tahun",
            "type": "year",
            "title": "Tahun",
            "constraints": {"required": True},
        },
    ]


def _figure_fields(item: Item) -> list[dict[str, Any]]:
    sex = {
        "name": "jenis_kelamin",
        "type": "string",
        "title": "Jenis kelamin",
        "constraints": {"required": True, "enum": list(SEXES)},
    }
    value = {
        "name": value_column(item),
        "type": "number" if item.is_rate else "integer",
        "title": item.nama_data,
        "constraints": {"required": True, "minimum": 0},
        "sdi": {"satuan": item.satuan},
    }
    return [*_area_fields(), *([sex] if item.by_sex else []), value]


def _person_fields() -> list[dict[str, Any]]:
    nik = {
        "name": "nik",
        "type": "string",
        "title": "NIK",
        "constraints": {"required": True, "unique": True},
        "sdi": {"code": "nik"},
    }
    amount = {
        "name": "bantuan",
        "type": "integer",
        "title": "Bantuan",
        "constraints": {"minimum": 0},
        "sdi": {"satuan": "rupiah"},
    }
    return [nik, *_area_fields(), amount]


def value_column(item: Item) -> str:
    """The name of the column with the figures."""
    return VALUE_COLUMNS.get(item.nama_data.partition(" ")[0], "nilai")


def table(item: Item, kind: str) -> str:
    """The file of a dataset.

    :param kind: ``good``; ``faulty`` for one with cells that are wrong; ``persons`` for one with
        made-up NIKs
    """
    chance = random.Random(f"{SEED}/{item.id_ddd}/figures")  # noqa: S311  figures, not secrets
    if kind == "persons":
        return _csv([field["name"] for field in _person_fields()], _persons(chance))
    rows = list(_figures(item, chance))
    if kind == "faulty":
        _spoil(rows)
    return _csv([field["name"] for field in _figure_fields(item)], rows)


def _figures(item: Item, chance: random.Random) -> Iterator[list[str]]:
    for code, name, share in REGIONS:
        usual = _usual(item, share, chance)
        for year in DATA_YEARS:
            usual *= chance.uniform(0.97, 1.06)
            if item.satuan == "persen":
                usual = min(usual, 100.0)
            for sex, part in _parts(item):
                value = usual * part
                told = f"{value:.1f}" if item.is_rate else str(round(value))
                yield [code, name, str(year), *([sex] if sex else []), told]


def _usual(item: Item, share: float, chance: random.Random) -> float:
    """What a region has in a usual year."""
    if item.is_rate:
        return item.size * chance.uniform(0.88, 1.08)
    return item.size * share * chance.uniform(0.75, 1.25)


def _parts(item: Item) -> Sequence[tuple[str, float]]:
    return ((SEXES[0], 0.51), (SEXES[1], 0.49)) if item.by_sex else (("", 1.0),)


def _spoil(rows: list[list[str]]) -> None:
    """Mistakes as they happen: a code that holds no more, letters for figures, an empty cell."""
    rows[4][0] = "64.04"
    rows[7][0] = "64.99"
    rows[8][-1] = "tidak ada"
    rows[11][-1] = "1,2e3"
    rows[13][2] = ""
    rows[17][-1] = "-5"


def _persons(chance: random.Random) -> Iterator[list[str]]:
    """Receivers of aid who do not exist: no register gives serial numbers above 9000 in a day."""
    areas = vocabulary("kode_wilayah")
    for number in range(PERSONS):
        code, name, _ = REGIONS[number % len(REGIONS)]
        district = chance.choice(areas.children(code)).code.replace(".", "")
        born = datetime.date(2009, 1, 1) + datetime.timedelta(days=chance.randrange(3000))
        day = born.day + (40 if chance.random() < 0.5 else 0)
        nik = f"{district}{day:02}{born:%m%y}{9001 + number:04}"
        amount = chance.choice((450_000, 600_000, 900_000))
        yield [nik, code, name, str(DATA_YEARS[-1]), str(amount)]


def _csv(header: Sequence[str], rows: Iterator[list[str]] | list[list[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
