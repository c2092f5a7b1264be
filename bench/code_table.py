"""Made-up tables for the benches: five columns of codes, 2 % of their cells bad, among others.

Beside the codes stand five columns of text as a register has them, all told some 170 bytes a row;
without these a row has 88. Fast enough for tens of millions of rows; the seed is fixed, so that
runs can be compared.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv as pa_csv

from ckanext.sdi.codes import vocabulary

pc: Any = pyarrow.compute
BAD = 0.02
CHUNK = 250_000
AT = date(2025, 12, 31)
CODES = {
    "fields": [
        {"name": "nik", "sdi": {"code": "nik"}},
        {"name": "nomor_kk", "sdi": {"code": "nomor_kk"}},
        {"name": "npwp", "sdi": {"code": "npwp"}},
        {"name": "nitku", "sdi": {"code": "nitku"}},
        {"name": "kode_wilayah", "sdi": {"code": "kode_wilayah", "level": "desa"}},
    ],
    "sdi": {"reference_date": AT.isoformat()},
}
COLUMNS = tuple(field["name"] for field in CODES["fields"])
ORDINARY = ("nama", "alamat", "komoditas", "jumlah", "tanggal")
REGISTER = {**CODES, "fields": [*({"name": name} for name in ORDINARY), *CODES["fields"]]}
DIFFERENT = 10_007
Damage = Callable[[str], str]
# What is typed wrong, and what spreadsheets and copying do: each as often as the others.
COMMON: tuple[Damage, ...] = (
    lambda value: value[:-1],
    lambda value: "'" + value,
    lambda value: value + ".0",
    lambda value: value + "\u00a0",
    lambda value: f"{value[0]}.{value[1:6]}E+{len(value) - 1}",
    lambda value: value.replace("0", "O", 1),
)
RESIDENT: tuple[Damage, ...] = (
    *COMMON,
    lambda value: value[:8] + "13" + value[10:],
    lambda value: value[:12] + "0000",
    lambda value: value[:2] + "99" + value[4:],
    lambda value: "99" + value[2:],
    lambda value: f"{value[:6]}.{value[6:12]}.{value[12:]}",
)
TAX: tuple[Damage, ...] = (
    *COMMON,
    lambda value: value[:9] + str((int(value[9]) + 1) % 10) + value[10:],
    lambda value: value.lstrip("0")[:14],
    lambda value: "0" * len(value),
    lambda value: "97" + value[2:],
)
AREA: tuple[Damage, ...] = (
    *COMMON,
    lambda value: value[:6] + "99.9999",
    lambda value: value.replace(".", "-"),
    lambda value: value[:8],
    lambda value: "64.04.01.2001",
)
DAMAGE = dict(zip(COLUMNS, (RESIDENT, RESIDENT, TAX, TAX, AREA), strict=True))


def write(path: Path, rows: int, seed: int = 39, *, only_codes: bool = False) -> str:
    """Write a CSV of ``rows`` records.

    :returns: its column standard as JSON
    """
    rng = np.random.default_rng(seed)
    districts, villages = _areas()
    names = COLUMNS if only_codes else (*ORDINARY, *COLUMNS)
    others = {} if only_codes else _others(rng)
    schema = pa.schema([(name, pa.string()) for name in names])
    options = pa_csv.WriteOptions(include_header=False, quoting_style="none")
    with path.open("wb") as file, pa_csv.CSVWriter(file, schema, write_options=options) as writer:
        file.write(",".join(names).encode() + b"\n")
        for start in range(0, rows, CHUNK):
            count = min(CHUNK, rows - start)
            taken = pa.array(rng.integers(0, DIFFERENT, count))
            columns = [others[name].take(taken) for name in names if name in others]
            columns += _codes(rng, count, districts, villages)
            writer.write(pa.RecordBatch.from_arrays(columns, schema=schema))
    return json.dumps(CODES if only_codes else REGISTER)


def _others(rng: np.random.Generator) -> dict[str, pa.Array]:
    """Some thousand cells of each column that is no code."""
    names = ("Ani", "Budi", "Citra", "Dewi", "Eko", "Fajar", "Gita", "Hadi", "Lestari", "Kartini")
    towns = ("Samarinda", "Balikpapan", "Bontang", "Sangatta", "Tenggarong", "Tanjung Redeb")
    goods = ("Beras", "Jagung", "Kedelai", "Cabai rawit", "Bawang merah", "Kelapa sawit")

    def some(words: tuple[str, ...]) -> str:
        return words[rng.integers(0, len(words))]

    def number(least: int, most: int) -> int:
        return int(rng.integers(least, most))

    made = {
        "nama": lambda: f"{some(names)} {some(names)} {some(names)}",
        "alamat": lambda: f"Jalan {some(names)} {some(names)} Nomor {number(1, 300)} {some(towns)}",
        "komoditas": lambda: some(goods),
        "jumlah": lambda: str(number(1, 1_000_000)),
        "tanggal": lambda: f"2025-{number(1, 13):02}-{number(1, 29):02}",
    }
    return {name: pa.array([make() for _ in range(DIFFERENT)]) for name, make in made.items()}


def _areas() -> tuple[np.ndarray, pa.Array]:
    wilayah = vocabulary("kode_wilayah")
    codes = [code for code in wilayah.codes() if wilayah.in_force(code, AT)]
    districts = [int(code.replace(".", "")) for code in codes if len(code) == 8]
    return np.array(districts), pa.array([code for code in codes if len(code) == 13])


def _codes(
    rng: np.random.Generator, count: int, districts: np.ndarray, villages: pa.Array
) -> list[pa.Array]:
    nik = _resident(rng, count, districts, women=True)
    columns = [
        _texts(nik),
        _texts(_resident(rng, count, districts, women=False)),
        _texts(_tax(rng, count, nik)),
        _texts(np.hstack([_tax(rng, count, nik), _digits(rng.integers(0, 30, count), 6)])),
        villages.take(pa.array(rng.integers(0, len(villages), count))),
    ]
    return [
        _damaged(rng, texts, DAMAGE[name]) for name, texts in zip(COLUMNS, columns, strict=True)
    ]


def _damaged(rng: np.random.Generator, texts: pa.Array, damage: tuple[Damage, ...]) -> pa.Array:
    bad = rng.random(len(texts)) < BAD
    kinds = rng.integers(0, len(damage), int(bad.sum())).tolist()
    values = texts.filter(pa.array(bad)).to_pylist()
    new = [damage[kind](value) for kind, value in zip(kinds, values, strict=True)]
    return pc.replace_with_mask(texts, pa.array(bad), pa.array(new, pa.string()))


def _resident(
    rng: np.random.Generator, count: int, districts: np.ndarray, *, women: bool
) -> np.ndarray:
    """Sixteen digits a row, as bytes: area, date, serial number."""
    day = rng.integers(1, 29, count)
    if women:
        day = day + 40 * rng.integers(0, 2, count)
    parts = (
        (rng.choice(districts, count), 6),
        (day, 2),
        (rng.integers(1, 13, count), 2),
        (rng.integers(0, 100, count), 2),
        (rng.integers(1, 10_000, count), 4),
    )
    return np.hstack([_digits(part, width) for part, width in parts])


def _tax(rng: np.random.Generator, count: int, nik: np.ndarray) -> np.ndarray:
    """Half of them residents' numbers, the others old ones of companies with a 0 in front."""
    digits = _digits(rng.integers(0, 4 * 10**7, count), 8) - ord("0")
    doubled = digits[:, 1::2] * 2
    total = digits[:, ::2].sum(1) + (doubled - 9 * (doubled > 9)).sum(1)
    check = (10 - total % 10) % 10
    company = np.hstack(
        [
            _digits(np.zeros(count, dtype=np.int64), 1),
            digits + ord("0"),
            _digits(check, 1),
            _digits(rng.integers(0, 10**6, count), 6),
        ]
    )
    return np.where(rng.random((count, 1)) < 0.5, nik, company).astype(np.uint8)


def _digits(numbers: np.ndarray, width: int) -> np.ndarray:
    powers = 10 ** np.arange(width - 1, -1, -1)
    return (numbers[:, None] // powers % 10 + ord("0")).astype(np.uint8)


def _texts(digits: np.ndarray) -> pa.Array:
    count, width = digits.shape
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    data = np.ascontiguousarray(digits)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(data))
