"""The check against Validata and frictionless, on one file with equal rules.

``python bench/validata.py`` checks 90,000 records (Validata refuses more than 100,000) with the
extension, with the newest ``validata-core`` and the ``frictionless`` that it pins, and with the
newest ``frictionless``, each in an environment of its own (``others``). Prints versions, records a
second, and the ratios; the check's best of three.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from pathlib import Path

from others import python_with, told

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
FRICTIONLESS = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import frictionless
path, schema = sys.argv[1:]
descriptor = {"name": "x", "path": "x.csv", "schema": json.load(open(schema))}
open(path + ".json", "w").write(json.dumps(descriptor))
start = time.perf_counter()
report = frictionless.validate(frictionless.Resource(path + ".json"), limit_errors=1000000)
took = time.perf_counter() - start
stats = report.stats if isinstance(report.stats, dict) else report.stats.to_dict()
print(json.dumps([frictionless.__version__, took, stats["errors"]]))
"""
VALIDATA = """
import importlib.metadata, json, sys, time, warnings
warnings.simplefilter("ignore")
import validata_core
path, schema = sys.argv[1:]
start = time.perf_counter()
report = validata_core.validate(path, schema)
took = time.perf_counter() - start
stats = report.stats if hasattr(report, "stats") else report.to_dict()["stats"]
print(json.dumps([importlib.metadata.version("validata-core"), took, stats["errors"]]))
"""
# Package whose environment it is, what is measured, how.
THEIRS = (
    ("validata-core", "validata-core", VALIDATA),
    ("validata-core", "frictionless", FRICTIONLESS),
    ("frictionless", "frictionless", FRICTIONLESS),
)


def make(path: Path, rows: int = ROWS) -> None:
    """A made-up file; with ``ROWS`` records fewer than 1,000 wrong cells, where Validata stops.

    The seed is fixed.
    """
    source = random.Random(39)
    right = ("317101170845{:04}", "64.72", "A", "12", "2025-03-31")
    wrong = ("{}x", "6472", "D", "-1", "31-03-2025")
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(field["name"] for field in SCHEMA["fields"]) + "\n")
        for row in range(rows):
            cells = [w if source.random() < 0.002 else r for r, w in zip(right, wrong, strict=True)]
            file.write(f"{row}," + ",".join(cells).format(row % 9999 + 1) + "\n")


def main() -> None:
    """Make the file, check it in each way, print."""
    with tempfile.TemporaryDirectory() as folder:
        path, schema = Path(folder) / "x.csv", Path(folder) / "schema.json"
        make(path)
        schema.write_text(json.dumps(SCHEMA))
        own, found = min(_checked(path) for _ in range(3))
        print(f"ckanext-sdi: {ROWS / own:,.0f} rows/s, {found:,} errors")
        for package, name, code in THEIRS:
            version, took, errors = told(python_with(package), code, [str(path), str(schema)])
            print(
                f"{name} {version}: {ROWS / took:,.0f} rows/s, {errors:,} errors;"
                f" the check is {took / own:.0f} x"
            )


def _checked(path: Path) -> tuple[float, int]:
    start = time.perf_counter()
    report = check_table(path, TableSchema.from_dict(SCHEMA))
    return time.perf_counter() - start, report.severities["error"]


if __name__ == "__main__":
    main()
