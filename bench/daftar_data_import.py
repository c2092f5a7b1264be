"""A list of 100,000 items imported and compared with the one before, against a plain COPY.

``python bench/daftar_data_import.py [ROWS] [csv|xlsx]`` needs the servers of the tests or of a
portal: ``CKAN_INI`` names the settings (``test.ini`` when not given), the ``CKAN_…`` variables the
databases. It makes two lists of ROWS items (100,000) with 50 offices, a tenth of them changed in
the second, agrees to the first and imports the second (a CSV when not given). Nothing of it is
left. Printed are

- COPY: the rows of the second list, as they are kept, copied into a table without indexes,
- import and difference: items a second, what part of it is reading, and the ratio to COPY,
- the most memory that the process has had: before the first import, and after the second. A
  workbook is read in a process apart, whose most memory is printed too.

The goal is at least 2,000 items a second and at most 300 MiB.
"""

from __future__ import annotations

import csv
import io
import os
import random
import resource
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook

from ckanext.sdi.rules.daftar_data_file import COLUMNS

ROOT = Path(__file__).resolve().parents[1]
OFFICES = 50
CHANGED = 0.1
WORDS = (
    "jumlah",
    "persentase",
    "angka",
    "luas",
    "produksi",
    "penduduk",
    "sekolah",
    "jalan",
    "sawah",
)


def table(rows: int, year: int) -> Any:
    """A made-up list; the seed is fixed, so that runs can be compared."""
    source, other = random.Random(39), random.Random(year)

    def text(count: int) -> str:
        return " ".join(source.choice(WORDS) for _ in range(count))

    yield ["DAFTAR DATA DAERAH"]
    yield [f"TAHUN {year}"]
    yield list(COLUMNS)
    for n in range(1, rows + 1):
        name = f"{text(6).capitalize()} {n}"
        cells = {
            "ID DDD": f"64.{n:06}",
            "ID DDP": ("", "-", f"06.01.{n % 900:03}")[n % 3],
            "Sumber Referensi": "RPJMD 2025-2029",
            "Nama Indikator": text(8),
            "Nama Data": f"{name} baru" if other.random() < CHANGED and year % 2 else name,
            "Jenis Data": "Statistik",
            "Indikator/Variabel": "Indikator",
            "Produsen Data": f"Dinas Contoh {n % OFFICES + 1}",
            "Klasifikasi Data sesuai Risiko": ("Terbuka", "Terbatas", "Tertutup")[n % 17 % 3],
            "Definisi": text(40),
            "Satuan": "orang",
            "Klasifikasi Penyajian": "Wilayah Administrasi: Kabupaten/Kota",
            "Jadwal Pemutakhiran": ("Tahunan", "Bulanan", "Triwulanan")[n % 3],
        }
        yield [cells.get(column, "") for column in COLUMNS]


def as_csv(path: Path, rows: int, year: int) -> None:
    """Write the list as a CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(table(rows, year))


def as_xlsx(path: Path, rows: int, year: int) -> None:
    """Write the list as a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Daftar")
    for cells in table(rows, year):
        sheet.append(cells)
    book.save(path)


def peak() -> int:
    """The most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Import, compare, print, take all of it back."""
    from ckan import model
    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app

    stack = ExitStack()
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    kind = sys.argv[2] if len(sys.argv) > 2 else "csv"
    # Another process makes the files: what that takes is not the import's.
    write = as_xlsx if kind == "xlsx" else as_csv
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    first = in_a_child(as_csv, folder / "before.csv", rows, 2098)
    second = in_a_child(write, folder / f"after.{kind}", rows, 2099)
    config = CKANConfigLoader(
        os.environ.setdefault("CKAN_INI", str(ROOT / "test.ini"))
    ).get_config()
    with make_app(config).test_request_context():
        measured(model.Session, rows, kind, first, second)
        model.Session.rollback()
    stack.close()


def in_a_child(write: Any, path: Path, rows: int, year: int) -> IO[bytes]:
    """A file that another process has written."""
    if (child := os.fork()) == 0:
        write(path, rows, year)
        os._exit(0)
    os.waitpid(child, 0)
    return path.open("rb")


def measured(session: Any, rows: int, kind: str, first: IO[bytes], second: IO[bytes]) -> None:
    """One import beside a COPY of the same rows."""
    from ckanext.sdi.daftar_data import source, store
    from ckanext.sdi.daftar_data.formats import read_list

    before = peak()
    done: Any = store.import_list(first, level="provinsi")
    assert done.outcome == "imported", done.findings[:3]
    store.agree(done.edition, None)
    session.flush()
    clock = time.perf_counter()
    imported: Any = store.import_list(second, level="provinsi")
    took = time.perf_counter() - clock
    after = peak()
    assert imported.outcome == "imported", imported.findings[:3]
    print(f"difference: {imported.difference['counts']}")
    clock = time.perf_counter()
    read_list(second)
    reading = time.perf_counter() - clock
    kept = io.BytesIO()
    cursor = session.connection().connection.cursor()
    table_name = "sdi_daftar_data_item_version"
    cursor.execute(f"CREATE TEMP TABLE bench (LIKE {table_name})")
    cursor.copy_expert(
        f"COPY (SELECT * FROM {table_name} WHERE edition_id = '{imported.edition.id}') TO STDOUT",  # noqa: S608
        kept,
    )
    kept.seek(0)
    clock = time.perf_counter()
    cursor.copy_expert("COPY bench FROM STDIN", kept)
    copying = time.perf_counter() - clock
    print(f"{rows:,} rows of {kind}; COPY {copying:.1f} s ({rows / copying:,.0f} rows/s)")
    print(
        f"import and difference {took:.1f} s, {rows / took:,.0f} items/s;"
        f" of it reading {reading:.1f} s"
    )
    print(f"ratio to COPY {took / copying:.1f}; peak memory {before} -> {after} MiB")
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"most memory of a process apart: {children} MiB")
    for edition in (done.edition, imported.edition):
        source.remove(edition.id)


if __name__ == "__main__":
    main()
