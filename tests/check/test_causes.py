"""A likely cause is told once, above the tasks it explains."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ckanext.sdi.check.causes import causes_of
from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.check.tasks import tasks_of

FIELDS: list[dict[str, Any]] = [
    {"name": "no", "type": "string", "constraints": {"required": True}},
    {"name": "jumlah", "type": "integer"},
    {"name": "tanggal", "type": "date"},
]


def causes(folder: Path, text: str, **more: Any) -> list[dict[str, Any]]:
    path = folder / "a.csv"
    path.write_text(text, encoding="utf-8")
    report = check_table(path, TableSchema.from_dict({"fields": FIELDS, **more}))
    found: list[Any] = causes_of(tasks_of(report, str), str)
    return found


@pytest.mark.parametrize(
    ("text", "words", "tasks"),
    [
        (
            "no;jumlah;tanggal\n1;1,5;2025-01-01\n2;2,5;2025-01-01\n3;3,5;2025-01-01\n4;4;2025-01-01\n",
            "The numbers of a column",
            [["integer.form", "jumlah"]],
        ),
        (
            "no,jumlah,tanggal\n1,1,31-31-2025\n2,2,30-30-2025\n3,3,29-29-2025\n",
            "The dates of a column",
            [["date.impossible", "tanggal"]],
        ),
        (
            "no,jumlah,tanggal\n1,1,2025-01-01\n2,2\n",
            "moved into another column",
            [["table.ragged", ""]],
        ),
    ],
)
def test_a_cause(tmp_path: Path, text: str, words: str, tasks: list[list[str]]) -> None:
    (one,) = causes(tmp_path, text)
    assert words in one["sentence"]
    assert one["tasks"] == tasks


def test_names_that_differ_explain_both_sides(tmp_path: Path) -> None:
    (one,) = causes(tmp_path, "no,banyaknya,tanggal\n1,1,2025-01-01\n")
    assert "called otherwise" in one["sentence"]
    assert sorted(rule for rule, _ in one["tasks"]) == [
        "table.column_missing",
        "table.column_unknown",
    ]
    assert causes(tmp_path, "no,tanggal\n1,2025-01-01\n") == []


def test_single_cells_have_no_common_cause(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n},2025-01-01\n" for n in range(20))
    assert causes(tmp_path, f"no,jumlah,tanggal\n{rows}21,tiga,2025-01-01\n") == []
    assert causes(tmp_path, "no,jumlah,tanggal\n1,tiga,2025-01-01\n") == []
