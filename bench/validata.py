"""The check against Validata and frictionless, on one file with equal rules.

``python bench/validata.py PYTHON`` checks 90,000 records (Validata refuses more than 100,000) with
the extension, and with ``validata-core`` and ``frictionless`` of another Python that has them
(their dependencies do not agree with CKAN's): ``python3 -m venv v && v/bin/pip install
validata-core`` and then ``python bench/validata.py v/bin/python``. Prints versions, records a
second, and the ratios.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table_schema import TableSchema

ROWS = 90_000
SCHEMA = {
    "fields": [
        {
            "name": "id",
            "type": "string",
            "constraints": {"required": True, "pattern": "[0-9]{1,9}"},
        },
        {"name": "nik", "type": "string", "constraints": {"pattern": "[0-9]{16}"}},
        {"name": "kode", "type": "string", "constraints": {"pattern": "[0-9]{2}[.][0-9]{2}"}},
        {"name": "kelas", "type": "string", "constraints": {"enum": ["A", "B", "C"]}},
        {"name": "jumlah", "type": "integer", "constraints": {"minimum": 0}},
        {"name": "tanggal", "type": "date"},
    ]
}
THEIRS = """
import importlib.metadata, json, sys, time, warnings
warnings.simplefilter("ignore")
path, schema = sys.argv[1:]
import frictionless
start = time.perf_counter()
descriptor = {"path": path, "schema": json.load(open(schema))}
open(path + ".json", "w").write(json.dumps({**descriptor, "path": "x.csv"}))
report = frictionless.validate(frictionless.Resource(path + ".json"), limit_errors=1000000)
took = time.perf_counter() - start
print("frictionless", frictionless.__version__, took, int(report.stats["errors"]))
import validata_core
start = time.perf_counter()
report = validata_core.validate(path, schema)
took = time.perf_counter() - start
stats = report.stats if hasattr(report, "stats") else report.to_dict()["stats"]
print("validata-core", importlib.metadata.version("validata-core"), took, stats["errors"])
"""


def make(path: Path) -> None:
    """A made-up file with fewer than 1,000 wrong cells, where Validata stops; the seed is fixed."""
    source = random.Random(39)
    right = ("317101170845{:04}", "64.72", "A", "12", "2025-03-31")
    wrong = ("{}x", "6472", "D", "-1", "31-03-2025")
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(field["name"] for field in SCHEMA["fields"]) + "\n")
        for row in range(ROWS):
            cells = [w if source.random() < 0.002 else r for r, w in zip(right, wrong, strict=True)]
            file.write(f"{row}," + ",".join(cells).format(row % 9999 + 1) + "\n")


def main() -> None:
    """Make the file, check it in each way, print."""
    with tempfile.TemporaryDirectory() as folder:
        path, schema = Path(folder) / "x.csv", Path(folder) / "schema.json"
        make(path)
        schema.write_text(json.dumps(SCHEMA))
        start = time.perf_counter()
        report = check_table(path, TableSchema.from_dict(SCHEMA))
        own = time.perf_counter() - start
        found = sum(report.counts.values())
        print(f"ckanext-sdi: {ROWS / own:,.0f} rows/s, {found:,} findings")
        if len(sys.argv) < 2:
            print("Name a Python with validata-core to compare with it.")
            return
        ran = subprocess.run(
            [sys.argv[1], "-c", THEIRS, str(path), str(schema)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        for line in ran.stdout.splitlines():
            name, version, seconds, errors = line.split()
            ratio = float(seconds) / own
            theirs = ROWS / float(seconds)
            print(f"{name} {version}: {theirs:,.0f} rows/s, {errors} errors: {ratio:.0f} x")


if __name__ == "__main__":
    main()
