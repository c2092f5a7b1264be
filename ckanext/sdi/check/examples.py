"""The examples of the rules, judged: for the rule pages and for the test of the catalogue."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from ckanext.sdi.check.reader import Limits, Unreadable
from ckanext.sdi.check.run import check_table
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

# Small, so that the examples of files that ask for too much can be small too.
LIMITS = Limits(block=16 << 10, header=16 << 10, line=20_000)


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
    return [] if example.csv is None else _findings_of_file(example, schema)


def _findings_of_file(example: Example, schema: TableSchema) -> list[Finding]:
    found: list[Finding] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "contoh.csv"
        path.write_bytes((example.csv or "").encode(example.encoding))
        try:
            check_table(path, schema, limits=LIMITS, sink=found.append)
        except Unreadable as unreadable:
            found.append(unreadable.finding)
    return found
