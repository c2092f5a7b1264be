"""Keys that must be unique, and codes that must be in a list, over more and more rows.

``python bench/unique_keys.py [ROWS …]`` (100,000, 1,000,000 and 10,000,000 when not given) checks
files whose key is a district's code, a number and a year together. Three records are wrong: two
repeat a key, of which one stood at the very begin, and one names a district that there is not.
Prints for each size the time, the rows a second, the peak memory of a process of its own, and what
was found. Linear is a time that grows as the rows do.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

SIZES = (100_000, 1_000_000, 10_000_000)
BLOCK = 1_000_000
DISTRICTS = np.array([f"64.72.{number:02d}" for number in range(1, 7)])
CHECK = """
import json, resource, sys, time
from pathlib import Path
from ckanext.sdi.check.memory import give_back
from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table_schema import TableSchema
give_back()
schema = TableSchema.from_dict({
    "fields": [
        {"name": "kecamatan", "constraints": {"required": True},
         "sdi": {"code": "kode_wilayah", "level": "kecamatan"}},
        {"name": "nomor", "type": "integer", "constraints": {"required": True}},
        {"name": "tahun", "type": "year", "constraints": {"required": True}},
        {"name": "jumlah", "type": "integer"},
    ],
    "primaryKey": ["kecamatan", "nomor", "tahun"],
})
# The code list is read once in a process, whatever the size of the file.
small = Path(sys.argv[1]).with_name("small.csv")
small.write_text("kecamatan,nomor,tahun,jumlah\\n64.72.01,1,2025,1\\n")
check_table(small, schema)
start = time.perf_counter()
report = check_table(Path(sys.argv[1]), schema)
took = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
found = {rule: count for (rule, _), count in report.counts.items()}
print(f"{report.rows:>12,} rows {took:7.2f} s {report.rows / took:>12,.0f} rows/s"
      f" {took / report.rows * 1e6:6.2f} s a million, peak {peak:.0f} MiB, {found}")
"""


def make(path: Path, rows: int) -> None:
    """A file of so many records, the last three of them wrong."""
    with path.open("wb") as file:
        for start in range(0, rows, BLOCK):
            numbers = np.arange(start, min(start + BLOCK, rows))
            table = pa.table(
                {
                    "kecamatan": DISTRICTS[numbers % len(DISTRICTS)],
                    "nomor": numbers // len(DISTRICTS),
                    "tahun": np.full(len(numbers), 2025),
                    "jumlah": numbers % 1000,
                }
            )
            options = csv.WriteOptions(include_header=not start, quoting_style="none")
            csv.write_csv(table, file, options)
        last = rows // len(DISTRICTS) - 1
        file.write(f"64.72.01,0,2025,1\n64.72.02,{last},2025,1\n64.72.99,0,2025,1\n".encode())


def main() -> None:
    """Make each file, check it, print."""
    for rows in map(int, sys.argv[1:]) if len(sys.argv) > 1 else SIZES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "kunci.csv"
            make(path, rows)
            subprocess.run([sys.executable, "-c", CHECK, str(path)], check=True)


if __name__ == "__main__":
    main()
