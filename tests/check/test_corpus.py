"""What the check finds in each real file under the standard proposed from it, beside a kept table:
a change shows up as a difference, to be explained where it is made.

``python -m tests.check.test_corpus`` writes the table anew.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ckanext.sdi.check.propose import propose_schema
from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table import Unreadable
from ckanext.sdi.check.table_schema import TableSchema

REAL = Path(__file__).parents[3] / "shared" / "data"
TABLE = Path(__file__).parents[1] / "data" / "corpus.json"
KNOWN: dict[str, Any] = json.loads(TABLE.read_text("utf-8")) if TABLE.exists() else {}
NO_DATA = ("SHA256SUMS", "SOURCES.md")
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason=f"no real files at {REAL}")


def found_in(path: Path) -> dict[str, Any]:
    """What is read and found, in numbers."""
    try:
        schema = TableSchema.from_dict(propose_schema(path))
        report = check_table(path, schema, at=date(2025, 12, 31))
    except Unreadable as unreadable:
        return {"unreadable": unreadable.finding.rule}
    assert all(report.header)
    assert report.personal_columns == []
    return {
        "rows": report.rows,
        "columns": len(report.header),
        "header_rows": report.layout.get("header_rows", 1),
        "passes": report.passed,
        "findings": {" ".join(place).strip(): n for place, n in sorted(report.counts.items())},
    }


def real_files() -> list[str]:
    files = [path for path in REAL.rglob("*") if path.is_file() and path.name not in NO_DATA]
    return sorted(str(path.relative_to(REAL)) for path in files)


@needs_real
@pytest.mark.parametrize("name", KNOWN)
def test_the_findings_of_a_real_file_are_those_known(name: str) -> None:
    assert found_in(REAL / name) == KNOWN[name]


@needs_real
def test_every_real_file_is_in_the_table() -> None:
    assert real_files() == sorted(KNOWN)


if __name__ == "__main__":
    told = {name: found_in(REAL / name) for name in real_files()}
    TABLE.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
