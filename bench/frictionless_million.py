"""The check against frictionless on a million rows: the same bad cells, and how much faster.

``python bench/frictionless_million.py [ROWS]`` (100,000 when not given; frictionless takes minutes
for 1,000,000) makes a file with wrong cells of every kind that a Table Schema can tell, checks it
with the extension and with the newest ``frictionless`` in an environment of its own (``others``),
compares the sets of bad cells, and prints the ratio; the check's best of three. Ends with 1 where
the cells are not the same.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from others import python_with, told
from validata import SCHEMA, make

from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.rules import Finding

FRICTIONLESS = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import frictionless
path, schema, cells = sys.argv[1:]
descriptor = {"name": "x", "path": "x.csv", "schema": json.load(open(schema))}
open(path + ".json", "w").write(json.dumps(descriptor))
start = time.perf_counter()
report = frictionless.validate(frictionless.Resource(path + ".json"), limit_errors=10**9)
took = time.perf_counter() - start
bad = {(e.row_number, e.field_name) for task in report.tasks for e in task.errors}
open(cells, "w").write(json.dumps(sorted(bad)))
print(json.dumps([frictionless.__version__, took]))
"""


def main(rows: int) -> int:
    """Make the file, check it both ways, compare, print."""
    with tempfile.TemporaryDirectory() as folder:
        path, schema = Path(folder, "x.csv"), Path(folder, "schema.json")
        cells = Path(folder, "cells.json")
        make(path, rows)
        schema.write_text(json.dumps(SCHEMA))
        own, bad = min((_checked(path) for _ in range(3)), key=lambda one: one[0])
        print(f"ckanext-sdi: {own:.2f} s, {rows / own:,.0f} rows/s, {len(bad):,} bad cells")
        version, took = told(
            python_with("frictionless"), FRICTIONLESS, [str(path), str(schema), str(cells)]
        )
        # Their rows count the header.
        theirs = {(row - 1, column) for row, column in json.loads(cells.read_text())}
    print(f"frictionless {version}: {took:.2f} s, {rows / took:,.0f} rows/s, {len(theirs):,} bad")
    print(f"the check is {took / own:.0f} x; the same cells: {bad == theirs}")
    for cell in sorted(bad ^ theirs)[:10]:
        print(f"not the same: {cell}, {'ours' if cell in bad else 'theirs'}")
    return int(bad != theirs)


def _checked(path: Path) -> tuple[float, set[tuple[int, str]]]:
    found: list[Finding] = []
    start = time.perf_counter()
    check_table(path, TableSchema.from_dict(SCHEMA), sink=found.append)
    took = time.perf_counter() - start
    return took, {
        (one.row, one.column) for one in found if one.severity == "error" and one.row and one.column
    }


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
