"""What every file of the corpora comes to, one line a file, in ``verdicts.csv``.

``python -m tests.data.verdicts`` judges all of them anew, writes the table and prints it: what a
change of the rules does to real files is then seen as a difference, to be explained with it.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from ckanext.sdi.check.propose import propose_schema
from ckanext.sdi.check.report import Report
from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table import Limits, Unreadable
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.rules import Finding
from tests.data.bad_files import FILES as CSV_FILES
from tests.data.bad_files import SCHEMA, BadFile
from tests.data.bad_workbooks import FILES

TABLE = Path(__file__).with_name("verdicts.csv")
HEADER = ("file", "verdict", "rows", "columns", "findings")
REAL = Path(__file__).parents[3] / "shared" / "data"
NO_DATA = {"SHA256SUMS", "SOURCES.md"}
MADE: dict[str, BadFile] = {**{f"{name}.csv": bad for name, bad in CSV_FILES.items()}, **FILES}
# Codes of files without a date are judged at one day.
AT = date(2025, 12, 31)
# The largest files of the corpus shall be small.
TIGHT = Limits(unpacked=70 << 20, seconds=30)
Line = dict[str, str]


def real_files() -> list[str]:
    """The real files there are, none where the folder is absent."""
    files = (path for path in REAL.rglob("*") if path.is_file() and path.name not in NO_DATA)
    return sorted(path.relative_to(REAL).as_posix() for path in files)


def expected() -> dict[str, Line]:
    """The committed table, by file."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return {line["file"]: line for line in csv.DictReader(lines)}


def line_of(name: str, verdict: Report | Finding) -> Line:
    """What a file came to, as the table has it."""
    if isinstance(verdict, Finding):
        cells = ["unreadable", "", "", verdict.rule]
    else:
        told = sorted(
            f"{rule} {column}".strip() + f" = {n}" for (rule, column), n in verdict.counts.items()
        )
        result = "passed" if verdict.passed else "failed"
        cells = [result, str(verdict.rows), str(len(verdict.header)), "; ".join(told)]
    return dict(zip(HEADER, [name, *cells], strict=True))


def of_real(name: str) -> Line:
    """What a real file comes to under the standard that is proposed from it."""
    try:
        schema = TableSchema.from_dict(propose_schema(REAL / name))
        return line_of(name, check_table(REAL / name, schema, at=AT))
    except Unreadable as unreadable:
        return line_of(name, unreadable.finding)


def _of_made(name: str, folder: Path) -> Line:
    path = folder / name
    path.write_bytes(MADE[name].data)
    try:
        return line_of(name, check_table(path, TableSchema.from_dict(SCHEMA), limits=TIGHT))
    except Unreadable as unreadable:
        return line_of(name, unreadable.finding)


def _all() -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder:
        for name in MADE:
            yield _of_made(name, Path(folder))
    yield from map(of_real, real_files())


def main() -> None:
    """Write the table anew, and print it."""
    lines = list(_all())
    with TABLE.open("w", encoding="utf-8", newline="") as target:
        for stream in (target, sys.stdout):
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(HEADER)
            writer.writerows(line.values() for line in lines)


if __name__ == "__main__":
    main()
