"""The cells that are picked out to be judged, whether values come again or not."""

from __future__ import annotations

import pyarrow as pa
import pytest

from ckanext.sdi.rules import Field
from ckanext.sdi.rules.judge import judge_column, suspects

FIELDS = {
    "number": Field("x", type="integer", minimum=0, maximum=9_000),
    "date": Field("x", type="date"),
    "one of some": Field("x", enum=("A", "B")),
    "needed": Field("x", type="year", required=True),
    "code": Field("x", code="kode_wilayah", pattern="[0-9.]+"),
}
VALUES = ["12", "-1", "2024-02-29", "2023-02-29", "A", "a", "B ", "2024", "64.72", "6x", "", None]


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS.keys())
@pytest.mark.parametrize("missing", [(), ("",), ("", "A")])
def test_what_is_wrong_is_picked_however_often_it_comes(
    field: Field, missing: tuple[str, ...]
) -> None:
    few = pa.array(VALUES * 300, pa.string())
    many = pa.array([str(n) for n in range(2_000)] + VALUES, pa.string())
    for texts in (few, many, few.slice(7), many.slice(1_995), few.slice(0, 0), few.slice(11, 1)):
        wrong = set(judge_column(field, texts, missing_values=missing).found.cells.tolist())
        picked = suspects(field, texts, missing_values=missing).tolist()
        assert wrong <= set(picked)
        # Picked is what is wrong, but for codes, which may be looked at for nothing.
        assert field.code or wrong == set(picked)


def test_a_column_without_values_has_nothing_to_pick() -> None:
    none = pa.nulls(5, pa.string())
    assert not len(suspects(FIELDS["number"], none))
    assert suspects(FIELDS["needed"], none).tolist() == [0, 1, 2, 3, 4]
