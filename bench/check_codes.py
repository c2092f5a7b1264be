"""Five columns of codes: the whole check against reading them, and against other libraries.

``python bench/check_codes.py [ROWS] [--rounds N] [--alone] [--only-codes]`` makes a file of ROWS
records (1,000,000 when not given, ``10_000_000`` is the full size) of ten columns, five of them
NIK, nomor KK, NPWP, NITKU and Kode Wilayah, 2 % of the cells of each bad (``code_table``; with
``--only-codes`` a file of these five alone, the hardest case), and prints

- reading: the check's own reader on the same columns, nothing judged,
- check: ``check_table`` as the portal calls it, every finding written to a gzipped file with its
  row, cell, masked value, suggestion and what its sentence is made of,
- check / reading, by the clock and by processor time, and the peak memory of each,
- python-stdnum and frictionless on the first records (not with ``--alone``).

Reading and check take turns, each in a process of its own, and the best of ``--rounds`` counts: the
rest of what the machine does is told as its load. The vocabulary is loaded before the clock runs
(``vocabulary.py`` measures that). For memory that does not grow run it with 1,000,000 and with
20,000,000 rows.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

import code_table
import numpy as np
import pyarrow as pa
from others import python_with, told

FEW = 50_000
READ = """
import json, re, sys, time
from pathlib import Path
from ckanext.sdi.check.table import open_table
clock, cpu = time.perf_counter(), time.process_time()
count = sum(len(block) for block in open_table(sys.argv[1]))
figures = time.perf_counter() - clock, time.process_time() - cpu
peak = int(re.findall(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[0]) / 1024
print(json.dumps([*figures, peak, count]))
"""
CHECK = """
import json, re, sys, time
from pathlib import Path
from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.check.write import batch_writer
from ckanext.sdi.codes import vocabulary
vocabulary("kode_wilayah")
schema = TableSchema.from_json(sys.argv[2])
clock, cpu = time.perf_counter(), time.process_time()
with batch_writer(Path(sys.argv[3])) as batches:
    report = check_table(sys.argv[1], schema, batches=batches)
figures = time.perf_counter() - clock, time.process_time() - cpu
peak = int(re.findall(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[0]) / 1024
print(json.dumps([*figures, peak, sum(report.counts.values())]))
"""
STDNUM = """
import csv, importlib.metadata, json, sys, time
from itertools import islice
from stdnum.id import nik, npwp
start, bad, rows = time.perf_counter(), 0, 0
with open(sys.argv[1], encoding="utf-8", newline="") as lines:
    for row in islice(csv.DictReader(lines), int(sys.argv[2])):
        bad += (not nik.is_valid(row["nik"])) + (not npwp.is_valid(row["npwp"]))
        rows += 1
took = time.perf_counter() - start
print(json.dumps([importlib.metadata.version("python-stdnum"), rows / took, bad]))
"""
FRICTIONLESS = """
import json, sys, time, warnings
from itertools import islice
from pathlib import Path
warnings.simplefilter("ignore")
import attrs, frictionless
from frictionless import Check, Resource, errors, system
from ckanext.sdi.codes import judge
from datetime import date
at, level = date.fromisoformat(sys.argv[3]), sys.argv[4]
few = Path(sys.argv[1]).with_name("few.csv")
with open(sys.argv[1], encoding="utf-8") as lines:
    few.write_text("".join(islice(lines, int(sys.argv[2]) + 1)), encoding="utf-8")

CODES = ("nik", "nomor_kk", "npwp", "nitku", "kode_wilayah")

class Codes(Check):
    Errors = [errors.CellError]

    def validate_row(self, row):
        for name in CODES:
            value = row[name] or ""
            wanted = level if name == "kode_wilayah" else None
            for reason in judge(name, value, level=wanted, at=at):
                yield errors.CellError.from_row(row, note=reason.rule, field_name=name)

with few.open(encoding="utf-8") as lines:
    names = next(lines).strip().split(",")
schema = {"fields": [{"name": name, "type": "string"} for name in names]}
judge("kode_wilayah", "64.72")
start = time.perf_counter()
with system.use_context(trusted=True):
    resource = Resource(path=str(few), schema=frictionless.Schema.from_descriptor(schema))
    report = resource.validate(frictionless.Checklist(checks=[Codes()]), limit_errors=10**7)
took = time.perf_counter() - start
task = report.tasks[0]
print(json.dumps([frictionless.__version__, task.stats["rows"] / took, task.stats["errors"]]))
"""


def main() -> None:
    """Make the file, time each, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--only-codes", action="store_true")
    options = parser.parse_args()
    versions = (
        f"Python {platform.python_version()}, pyarrow {pa.__version__}, numpy {np.__version__}"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        standard = code_table.write(path, options.rows, only_codes=options.only_codes)
        columns = len(json.loads(standard)["fields"])
        size = path.stat().st_size / 1e6
        print(f"{options.rows:,} rows, {columns} columns, {size:.0f} MB; {versions}")
        ours = _measure(path, standard, options.rounds)
        if not options.alone:
            _compare(path, ours)


def _measure(path: Path, standard: str, rounds: int) -> float:
    """Reading and check in turns; gives the rows a second of the check."""
    taken: dict[str, list[Any]] = {"reading": [], "check": []}
    for _ in range(rounds):
        arguments = [str(path), standard, str(path.with_name("findings.csv.gz"))]
        taken["reading"].append(told(sys.executable, READ, arguments[:1]))
        taken["check"].append(told(sys.executable, CHECK, arguments))
    (clock, cpu, peak, rows), (check_clock, check_cpu, check_peak, findings) = (
        [min(column) for column in zip(*those, strict=True)] for those in taken.values()
    )
    load = os.getloadavg()[0]
    print(f"reading: {clock:.2f} s, {cpu:.2f} s of processor, peak {peak:.0f} MiB")
    print(
        f"check:   {check_clock:.2f} s, {check_cpu:.2f} s of processor, peak {check_peak:.0f} MiB,"
        f" {findings:,} findings written"
    )
    print(
        f"check / reading: {check_clock / clock:.2f} by the clock, {check_cpu / cpu:.2f} by"
        f" processor time; load {load:.1f} on {os.cpu_count()} processors"
    )
    return rows / check_clock


def _compare(path: Path, ours: float) -> None:
    few = str(FEW)
    at, level = code_table.AT.isoformat(), "desa"
    print(f"The check: {ours:,.0f} rows/s. Of the first {FEW:,} rows:")
    for name, code, arguments, how in (
        ("python-stdnum", STDNUM, [few], "NIK and NPWP alone, which it knows"),
        ("frictionless", FRICTIONLESS, [few, at, level], "the same rules, a row at a time"),
    ):
        version, theirs, bad = told(python_with(name), code, [str(path), *arguments])
        print(
            f"{name} {version} ({how}): {theirs:,.0f} rows/s, {bad:,} bad;"
            f" the check is {ours / theirs:.0f} x"
        )


if __name__ == "__main__":
    main()
