"""The kernels and the rules for one value give one verdict."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from ckanext.sdi.codes import SYSTEMS, judge
from ckanext.sdi.codes.column import ColumnVerdict, judge_column

from .generate import MAKERS, values

COUNT = int(os.environ.get("SDI_GENERATED_VALUES", "1_000_000"))
BLOCK = 100_000
# The part that is left to the rules for one value: signs of other scripts; of the systems without
# a way for many odd cells all damage; of Kode Wilayah what is in force on another day, too.
MOST_LEFT = {"kode_dssd": 0.55, "kode_sds": 0.55, "kode_wilayah": 0.3}


Told = list[tuple[str, dict[str, str], str | None]]


def expected(system: str, texts: list[str], **how: object) -> list[Told]:
    return [
        [(r.rule, dict(r.params), r.suggestion) for r in judge(system, text, **how)]  # type: ignore[arg-type]
        for text in texts
    ]


def told_of(verdict: ColumnVerdict) -> dict[int, Told]:
    told: dict[int, Told] = defaultdict(list)
    for one in verdict.broken:
        count = len(one.cells)
        params = one.params.to_pylist() if one.params is not None else [None] * count
        suggestions = one.suggestions.to_pylist() if one.suggestions is not None else [None] * count
        for offset, text, suggestion in zip(one.cells.tolist(), params, suggestions, strict=True):
            told[offset].append((one.rule, json.loads(text) if text else {}, suggestion))
    return told


def compare(texts: list[str], verdict: ColumnVerdict, wanted: list[Told]) -> None:
    """Every cell's reasons are those of the rules for one value, or it is left to them."""
    told = told_of(verdict)
    look = set(verdict.look.tolist())
    for offset, (text, reasons) in enumerate(zip(texts, wanted, strict=True)):
        if offset in look:
            assert offset not in told, text
        else:
            assert told.get(offset, []) == reasons, text
    assert set(verdict.bad.tolist()) == look | set(told)


def test_every_system_is_generated() -> None:
    assert set(MAKERS) == set(SYSTEMS)


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_one_verdict_on_a_million_values(system: str) -> None:
    level = {"kode_wilayah": None, "kode_bps": "kab_kota"}.get(system)
    looked_at = 0
    rules: set[str] = set()
    for number, start in enumerate(range(0, COUNT, BLOCK)):
        texts = list(values(system, min(BLOCK, COUNT - start), seed=number))
        at = date(2012 + number, 6, 30)
        verdict = judge_column(system, pa.array(texts), level=level, at=at)
        wanted = expected(system, texts, level=level, at=at)
        compare(texts, verdict, wanted)
        looked_at += len(verdict.look)
        rules.update(rule for found in wanted for rule, _, _ in found)
    # Were all left to the slow rules, the two would agree about nothing.
    assert looked_at < MOST_LEFT.get(system, 0.04) * COUNT
    assert {"kode.invisible", "kode.full_width", "kode.scientific"} <= rules
    assert any(rule.startswith(system) for rule in rules)


@pytest.mark.parametrize("level", [None, "provinsi", "kab_kota", "kecamatan", "desa"])
def test_levels_and_days_of_single_cells(level: str | None) -> None:
    texts = list(values("kode_wilayah", 20_000, seed=7))
    days = [None if n % 5 == 0 else date(2010 + n % 16, 1, 31) for n in range(len(texts))]
    verdict = judge_column("kode_wilayah", pa.array(texts), level=level, at=days)
    wanted = [
        expected("kode_wilayah", [text], level=level, at=day)[0]
        for text, day in zip(texts, days, strict=True)
    ]
    compare(texts, verdict, wanted)


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_slices_chunks_nulls_and_large_strings(system: str) -> None:
    texts: list[str | None] = [*values(system, 3_000, seed=3)]
    texts[::7] = [None] * len(texts[::7])
    whole = judge_column(system, pa.array(texts, pa.string()))
    assert not set(whole.bad.tolist()) & set(range(0, 3_000, 7))
    large = judge_column(system, pa.array(texts, pa.large_string()))
    chunked = judge_column(system, pa.chunked_array([texts[:1_000], texts[1_000:]], pa.string()))
    for other in (large, chunked):
        np.testing.assert_array_equal(whole.bad, other.bad)
    part = judge_column(system, pa.array(texts, pa.string()).slice(500, 1_000))
    inside = whole.bad[(whole.bad >= 500) & (whole.bad < 1_500)] - 500
    # A cell at the end of a buffer is looked at; that of a slice is not at its end.
    assert set(part.bad.tolist()) ^ set(inside.tolist()) <= {999}


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_columns_of_nothing(system: str) -> None:
    for array in (
        pa.array([], pa.string()),
        pa.array([None, None], pa.string()),
        pa.chunked_array([], pa.string()),
    ):
        verdict = judge_column(system, array)
        assert verdict.bad.tolist() == verdict.look.tolist() == []
    empty = judge_column(system, pa.array([""]))
    assert empty.bad.tolist() == [0]


def test_an_unknown_system_is_an_error() -> None:
    with pytest.raises(KeyError):
        judge_column("plat_nomor", pa.array(["KT 1234 AB"]))
