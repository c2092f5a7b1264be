"""The corpus of broken files: each gets a verdict of its own, and nothing else."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.sdi.check.report import Report
from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table import Limits, Unreadable
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.rules import Finding
from tests.data.bad_files import FILES as CSV_FILES
from tests.data.bad_files import SCHEMA
from tests.data.verdicts import MADE, TIGHT, expected, line_of, real_files

VERDICTS = expected()


def judged(path: Path, limits: Limits | None = None) -> tuple[list[Finding], Report | None]:
    """The findings on a file, and its report when it could be read."""
    found: list[Finding] = []
    try:
        schema = TableSchema.from_dict(SCHEMA)
        return found, check_table(path, schema, limits=limits, sink=found.append)
    except Unreadable as unreadable:
        return [unreadable.finding], None


def test_the_table_has_every_file() -> None:
    assert len(MADE) >= 60
    there = {*MADE, *real_files()}
    assert there <= VERDICTS.keys()
    # Without the real files nobody can say whether one has gone.
    assert there == VERDICTS.keys() or not real_files()


@pytest.mark.parametrize("name", MADE)
def test_the_verdict(name: str, tmp_path: Path) -> None:
    bad = MADE[name]
    path = tmp_path / name
    path.write_bytes(bad.data)
    found, report = judged(path, TIGHT)
    assert {finding.rule for finding in found} == bad.rules
    assert (report is not None) == bad.readable
    assert line_of(name, report or found[0]) == VERDICTS[name]
    if report:
        assert {key: report.layout.get(key) for key in bad.layout} == bad.layout
        assert report.passed == all(finding.severity != "error" for finding in found)
    assert "3171011708450001" not in str([finding.as_dict(str) for finding in found])


@settings(
    deadline=None,
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    name=st.sampled_from([name for name, bad in CSV_FILES.items() if len(bad.data) < 10_000]),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6), st.integers(0, 20)),
                  min_size=1, max_size=6),
    block=st.sampled_from([128, 2 << 20]),
)  # fmt: skip
def test_a_mangled_file_gets_a_verdict(
    name: str, cuts: list[tuple[float, bytes, int]], block: int, tmp_path: Path
) -> None:
    data = CSV_FILES[name].data
    for place, put, drop in cuts:
        at = int(place * len(data))
        data = data[:at] + put + data[at + drop :]
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    found, report = judged(path, Limits(block=block))
    assert all(finding.message(str) for finding in found)
    assert report is None or sum(report.counts.values()) == len(found)


def test_random_bytes_get_a_verdict(tmp_path: Path) -> None:
    source = random.Random(20)
    path = tmp_path / "x.csv"
    for size in (1, 10, 1_000, 100_000):
        path.write_bytes(bytes(source.choice(b'a1,;"\n\r\xc3\xa9\xff') for _ in range(size)))
        found, _ = judged(path)
        assert all(finding.message(str) for finding in found)
