"""Five columns of codes: judging them against reading them, and against other libraries.

``python bench/code_columns.py [ROWS]`` makes a file of ROWS records (1,000,000 when not given) with
NIK, nomor KK, NPWP, NITKU and Kode Wilayah, 2 % of each wrong, and prints

- reading: the check's own reader, nothing judged,
- kernels: the same reader, the columns judged, every bad cell written (row, column, rule),
- check: ``check_table``, every finding written with its sentence,
- the ratios to reading, and the peak memory,
- python-stdnum and frictionless on the first 100,000 records, where they are installed.

The memory must not grow with the file: run it with 1,000,000 and with 20,000,000 rows.
"""

from __future__ import annotations

import csv
import importlib.metadata
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from ckanext.sdi.check.reader import open_table
from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.check.write import FindingsWriter
from ckanext.sdi.codes import vocabulary
from ckanext.sdi.codes.column import judge_column
from ckanext.sdi.codes.registry import areas
from ckanext.sdi.codes.tax import passes_luhn
from ckanext.sdi.codes.vocabulary import today

SYSTEMS = ("nik", "nomor_kk", "npwp", "nitku", "kode_wilayah")
SCHEMA = {"fields": [{"name": system, "sdi": {"code": system}} for system in SYSTEMS]}
BLOCK = 200_000
FEW = 100_000


def make(path: Path, rows: int) -> None:
    """A made-up file: a block of records, written again and again; the seed is fixed."""
    source = random.Random(39)
    districts = sorted(area for area in areas() if len(area) == 6)
    wilayah = [code for code in vocabulary("kode_wilayah").names_at(today()) if len(code) == 13]
    lines = [_record(source, districts, wilayah) for _ in range(min(rows, BLOCK))]
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(SYSTEMS) + "\n")
        written = 0
        while written < rows:
            part = lines[: rows - written]
            file.writelines(part)
            written += len(part)


def _record(source: random.Random, districts: list[str], wilayah: list[str]) -> str:
    day, woman = source.randint(1, 28), source.choice((0, 40))
    rest = f"{source.randint(1, 12):02}{source.randint(0, 99):02}{source.randint(1, 9999):04}"
    district = source.choice(districts)
    eight = f"0{source.randint(1, 3)}{source.randint(0, 999999):06}"
    check = next(digit for digit in "0123456789" if passes_luhn(eight + digit))
    npwp = f"0{eight}{check}091000"
    cells = [
        f"{district}{day + woman:02}{rest}",
        f"{district}{day:02}{rest}",
        npwp,
        f"{npwp}000000",
        source.choice(wilayah),
    ]
    wrong = (f"{district}3102{rest[2:]}", f"{district}{day:02}{rest[:4]}0000", "0" * 16,
             npwp[:21], "64.72.99.1001")  # fmt: skip
    return (
        ",".join(w if source.random() < 0.02 else c for c, w in zip(cells, wrong, strict=True))
        + "\n"
    )


def read(path: Path) -> int:
    """Read, and judge nothing."""
    return sum(len(block) for block in open_table(path))


def kernels(path: Path, out: Path) -> int:
    """Read, judge the columns on two threads, write every bad cell."""
    bad = 0
    with out.open("w", encoding="utf-8") as file, ThreadPoolExecutor(2) as pool:
        for block in open_table(path):
            verdicts = pool.map(judge_column, SYSTEMS, block.columns)
            for system, verdict in zip(SYSTEMS, verdicts, strict=True):
                for rule, offsets in {**verdict.reasons, "look": verdict.look}.items():
                    rows = block.rows[offsets].tolist()
                    file.writelines(f"{row},{system},{rule}\n" for row in rows)
                    bad += len(rows)
    return bad


def check(path: Path, out: Path) -> int:
    """The whole check."""
    with FindingsWriter(out, str) as sink:
        check_table(path, TableSchema.from_dict(SCHEMA), sink=sink)
    return sink.count


def stdnum(path: Path) -> int:
    """The same columns with python-stdnum, which knows NIK and NPWP alone."""
    from stdnum.id import nik, npwp  # pyright: ignore[reportMissingImports]

    bad = 0
    with path.open(encoding="utf-8", newline="") as lines:
        for row in islice(csv.DictReader(lines), FEW):
            bad += not nik.is_valid(row["nik"])
            bad += not npwp.is_valid(row["npwp"])
    return bad


def frictionless(path: Path) -> int:
    """The same columns with frictionless, by patterns, for it knows no codes."""
    import frictionless as theirs  # pyright: ignore[reportMissingImports]

    patterns = {
        "nik": "[0-9]{16}",
        "nomor_kk": "[0-9]{16}",
        "npwp": "[0-9]{15,16}",
        "nitku": "[0-9]{22}",
        "kode_wilayah": r"[0-9]{2}(\.[0-9]{2}){0,2}(\.[0-9]{4})?",
    }
    schema = {
        "fields": [
            {"name": name, "type": "string", "constraints": {"pattern": pattern}}
            for name, pattern in patterns.items()
        ]
    }
    few = path.with_name("few.csv")
    with path.open(encoding="utf-8") as lines:
        few.write_text("".join(islice(lines, FEW + 1)), encoding="utf-8")
    (few.with_suffix(".json")).write_text(json.dumps({"path": few.name, "schema": schema}))
    report = theirs.validate(theirs.Resource(str(few.with_suffix(".json"))), limit_errors=1_000_000)
    return int(report.stats["errors"])


def timed(work: Callable[..., int], *arguments: Path) -> tuple[float, int]:
    start = time.perf_counter()
    found = work(*arguments)
    return time.perf_counter() - start, found


def peak() -> float:
    """The process's most memory, in MiB."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024


def main() -> None:
    """Make the file, time each, print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "x.csv", Path(folder) / "out"
        make(path, rows)
        read(path)
        reading, count = timed(read, path)
        print(f"{count:,} rows, {path.stat().st_size / 1e6:.0f} MB, reading {reading:.2f} s")
        before = peak()
        ours = 0.0
        for name, work in (("kernels", kernels), ("check", check)):
            seconds, bad = timed(work, path, out)
            print(
                f"{name}: {seconds:.2f} s, {bad:,} bad cells, {seconds / reading:.2f} x reading,"
                f" peak memory {peak():.0f} MiB ({before:.0f} before)"
            )
            ours = rows / seconds
        for package, work in (("python-stdnum", stdnum), ("frictionless", frictionless)):
            try:
                version = importlib.metadata.version(package)
            except importlib.metadata.PackageNotFoundError:
                print(f"{package} is not installed")
                continue
            seconds, bad = timed(work, path)
            theirs = min(FEW, rows) / seconds
            print(
                f"{package} {version}: {theirs:,.0f} rows/s, {bad:,} bad;"
                f" the check is {ours / theirs:.0f} times it"
            )


if __name__ == "__main__":
    main()
