"""The check of a large CSV against reading it: time and memory.

``python bench/check_csv.py [ROWS]`` makes a file of ROWS records (1,000,000 when not given) with
ten columns, three of them codes, 2 % of the code cells wrong, and prints

- reading: the same reader with nothing judged,
- check: ``check_table`` with every finding written to a gzipped CSV,
- check / reading, and the peak memory of the whole.

The memory must not grow with the file: run it with 1,000,000 and with 4,000,000 rows.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table import open_table
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.check.write import FindingsWriter

SCHEMA = {
    "fields": [
        {"name": "id", "constraints": {"required": True}},
        {"name": "nik", "sdi": {"code": "nik"}},
        {"name": "npwp", "sdi": {"code": "npwp"}},
        {"name": "kode_desa", "sdi": {"code": "kode_wilayah", "level": "kecamatan"}},
        {"name": "nama"},
        {"name": "pekerjaan", "constraints": {"enum": ["Petani", "Nelayan", "Guru", "Pedagang"]}},
        {"name": "umur", "type": "integer", "constraints": {"minimum": 0, "maximum": 130}},
        {"name": "bantuan", "type": "number", "decimalChar": ","},
        {"name": "tanggal", "type": "date"},
        {"name": "tahun", "type": "year"},
    ],
    "primaryKey": ["id"],
}
DISTRICTS = [f"64.72.{n:02d}" for n in range(1, 7)]
JOBS = ("Petani", "Nelayan", "Guru", "Pedagang")


def make(path: Path, rows: int, share_wrong: float = 0.02) -> None:
    """A made-up file; the seed is fixed, so that runs can be compared."""
    source = random.Random(39)
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(field["name"] for field in SCHEMA["fields"]) + "\n")
        for row in range(rows):
            wrong = source.random() < share_wrong
            day = source.randint(1, 28) + (40 if source.random() < 0.5 else 0)
            nik = f"647201{day:02d}{source.randint(1, 12):02d}{source.randint(0, 99):02d}"
            nik += "0000" if wrong else f"{source.randint(1, 9999):04d}"
            district = "64.72.99" if source.random() < share_wrong else source.choice(DISTRICTS)
            npwp = "123" if source.random() < share_wrong else "0020000014000000"
            file.write(
                f"{row},{nik},{npwp},{district},Orang Contoh {row % 977},{source.choice(JOBS)},"
                f'{source.randint(0, 99)},"{source.randint(0, 9999)},5",'
                f"2025-0{source.randint(1, 9)}-1{source.randint(0, 9)},2025\n"
            )


def main() -> None:
    """Make the file, time reading and checking, print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    schema = TableSchema.from_dict(SCHEMA)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        make(path, rows)
        start = time.perf_counter()
        read = sum(len(block) for block in open_table(path))
        reading = time.perf_counter() - start
        start = time.perf_counter()
        with FindingsWriter(Path(folder) / "temuan.csv.gz", str) as sink:
            report = check_table(path, schema, sink=sink)
        checking = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{read:,} rows, {path.stat().st_size / 1e6:.0f} MB, {sink.count:,} findings")
        print(f"reading {reading:.2f} s, check {checking:.2f} s, ratio {checking / reading:.1f}")
        print(f"{report.rows / checking:,.0f} rows/s, peak memory {peak:.0f} MiB")


if __name__ == "__main__":
    main()
