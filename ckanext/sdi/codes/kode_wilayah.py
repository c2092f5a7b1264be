"""Kode Wilayah: the areas of government as the Ministry of Home Affairs numbers them.

Permendagri 58/2021: two digits a province, two a regency (01-69) or city (71-99), two a district,
four a village (1xxx kelurahan, 2xxx desa, 3xxx desa adat); written with dots.
"""

from __future__ import annotations

import csv
import gzip
import re
from datetime import date
from functools import cache
from pathlib import Path

from ckanext.sdi.codes.damage import is_digits
from ckanext.sdi.codes.successors import parent_code
from ckanext.sdi.codes.vocabulary import Edition, Event, Layout, Row, Vocabulary

DATA = Path(__file__).parent / "data"
LEVELS = ("provinsi", "kab_kota", "kecamatan", "desa")

LEVEL_NAMES = {
    "provinsi": "provinsi",
    "kab_kota": "kabupaten/kota",
    "kecamatan": "kecamatan",
    "desa": "desa/kelurahan",
}
LEVEL_BY_DIGITS = {2: "provinsi", 4: "kab_kota", 6: "kecamatan", 10: "desa"}
DOTTED = re.compile(r"\d\d(?:\.\d\d(?:\.\d\d(?:\.\d{4})?)?)?", re.ASCII)
_LEVEL_BY_LENGTH = {2: "provinsi", 5: "kab_kota", 8: "kecamatan", 13: "desa"}
_VILLAGES = {"1": "kelurahan", "2": "desa", "3": "desa_adat"}


def dotted(value: str) -> str:
    """A code however written as the decree writes it, or the value as it is."""
    digits = value.replace(".", "").replace(" ", "")
    if len(digits) not in LEVEL_BY_DIGITS or not is_digits(digits):
        return value
    return ".".join(filter(None, (digits[:2], digits[2:4], digits[4:6], digits[6:])))


def _prefix(text: str) -> str | None:
    digits = re.sub(r"[.\s]", "", text)
    if not is_digits(digits) or len(digits) > 10:
        return None
    return ".".join(filter(None, (digits[:2], digits[2:4], digits[4:6], digits[6:])))


def _kind(code: str) -> str:
    level = _LEVEL_BY_LENGTH[len(code)]
    if level == "kab_kota":
        return "kota" if code[3] >= "7" else "kabupaten"
    return _VILLAGES.get(code[9], "desa") if level == "desa" else level


def _is_code(text: str) -> bool:
    """Dotted, a regency 01-69 or a city 71-99, a village of the classes 1 to 3."""
    if not DOTTED.fullmatch(text):
        return False
    if len(text) > 2 and text[3:5] in ("00", "70"):
        return False
    return len(text) < 13 or text[9] in _VILLAGES


LAYOUT = Layout(
    levels=LEVELS,
    normalise=dotted,
    parent=parent_code,
    level=lambda code: _LEVEL_BY_LENGTH[len(code)],
    kind=_kind,
    prefix=_prefix,
    is_code=_is_code,
)


@cache
def shipped() -> Vocabulary:
    """The vocabulary that comes with the extension, read once a process."""
    return Vocabulary("kode_wilayah", LAYOUT, _read_codes(), _read_events(), _read_editions())


def _read_codes() -> list[Row]:
    days: dict[str, date | None] = {"": None}
    rows: list[Row] = []
    with gzip.open(DATA / "kode_wilayah.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines)
        next(reader)
        for code, name, first, last in reader:
            if first not in days:
                days[first] = date.fromisoformat(first)
            if last not in days:
                days[last] = date.fromisoformat(last)
            rows.append((code, name, days[first], days[last]))
    # Of two versions of a code the one that has ended comes first.
    rows.sort(key=lambda row: (row[0], row[3] is None, row[3] or date.max))
    return rows


def _read_events() -> list[Event]:
    path = DATA / "kode_wilayah_events.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines)
        next(reader)
        return [Event(date.fromisoformat(day), *rest) for day, *rest in reader]


def _read_editions() -> list[Edition]:
    path = DATA / "kode_wilayah_editions.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Edition(
                row["id"],
                row["decree"],
                date.fromisoformat(row["valid_from"]),
                row["source"],
                row["coverage"],
                int(row["codes"]),
            )
            for row in csv.DictReader(lines)
        ]
