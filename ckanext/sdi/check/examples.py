"""The examples of the rules, judged: for the rule pages and for the test of the catalogue."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from ckanext.sdi.check.posted_records import judge_alone
from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table import Limits, Unreadable
from ckanext.sdi.check.table_schema import SchemaError, TableSchema
from ckanext.sdi.rules import (
    DatasetContext,
    Example,
    Field,
    Finding,
    ResourceFacts,
    judge_cells,
    judge_dataset,
)
from ckanext.sdi.rules.small_workbook import write_workbook

# Small, so that the examples of files that ask for too much can be small too.
LIMITS = Limits(block=16 << 10, header=16 << 10, line=20_000, unpacked=200_000, cells=10_000)


def findings_of(example: Example) -> list[Finding]:
    """What the rule set says of an example.

    Examples of Daftar Data files are judged where such files are read, not here.
    """
    if example.cell is not None:
        at = example.cell.get("at")
        field = Field.from_dict(example.cell["field"])
        day = date.fromisoformat(at) if at else None
        return judge_cells(field, [example.cell["value"]], at=day)[0]
    if example.dataset is not None:
        context: dict[str, Any] = dict(example.context or {})
        context["resources"] = [ResourceFacts(**one) for one in context.get("resources", [])]
        return judge_dataset(example.dataset, DatasetContext(**context))
    if example.table_schema is None:
        return []
    try:
        schema = TableSchema.from_dict(example.table_schema)
    except SchemaError as error:
        return error.findings
    if example.records is not None:
        return judge_alone(example.records, schema)
    content = _content(example)
    return [] if content is None else _findings_of_file(*content, schema)


def _content(example: Example) -> tuple[str, bytes] | None:
    """The name and the bytes of an example that is a file."""
    if example.sheets is not None:
        return "contoh.xlsx", write_workbook(example.sheets, example.merged)
    if example.data is not None:
        return "contoh", example.data
    return None if example.csv is None else ("contoh.csv", example.csv.encode(example.encoding))


def _findings_of_file(name: str, content: bytes, schema: TableSchema) -> list[Finding]:
    found: list[Finding] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            check_table(path, schema, limits=LIMITS, sink=found.append)
        except Unreadable as unreadable:
            found.append(unreadable.finding)
    return found
