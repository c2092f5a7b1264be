"""Names of producers and the offices they stand for: right and wrong proposals are counted."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from ckanext.sdi.daftar_data.likeness import likely

# Made up: how lists write the offices of a province, and producers that are none of them.
LABELLED = Path(__file__).parents[1] / "data/producers.csv"


def labelled() -> list[dict[str, str]]:
    with LABELLED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_right_and_wrong_are_counted() -> None:
    rows = labelled()
    offices = {row["kantor"]: [row["kantor"]] for row in rows if row["kantor"]}
    told: Counter[str] = Counter()
    wrong = []
    for row in rows:
        found = likely(row["produsen"], offices)
        first = found[0][0] if found else ""
        if first == row["kantor"]:
            told["right" if first else "rightly none"] += 1
        elif first:
            wrong.append((row["produsen"], first))
        else:
            told["missed"] += 1
    print(f"\n{len(rows)} names, {len(offices)} offices: {dict(told)}, wrong {len(wrong)}: {wrong}")
    assert len(rows) == told.total() + len(wrong)
    assert told["right"] >= 0.88 * (len(rows) - told["rightly none"])
    assert len(wrong) <= 0.02 * told["right"]
    assert told["rightly none"] >= 36


@pytest.mark.parametrize("name", ["", "-", "…", "a", "x" * 500, "dis" * 160])
def test_names_that_are_none(name: str) -> None:
    assert likely(name, {"a": ["Dinas Sosial"], "b": ["-"], "c": []}) == []
