"""Columns of codes as a whole, and what a column standard may set for its codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table_schema import SchemaError, TableSchema
from ckanext.sdi.codes.doubts import ColumnDoubts
from ckanext.sdi.rules import Field, Finding
from ckanext.sdi.rules.judge import judge_column, typed_values


def check(tmp_path: Path, text: str, fields: list[dict[str, Any]]) -> list[Finding]:
    path = tmp_path / "tabel.csv"
    path.write_text(text, encoding="utf-8")
    found: list[Finding] = []
    check_table(path, TableSchema.from_dict({"fields": fields}), sink=found.append)
    return [finding for finding in found if finding.rule != "data_pribadi.column"]


def nik(number: int, day: int = 17) -> str:
    return f"317101{day:02}08{40 + number % 50:02}{number % 9999 + 1:04}"


@pytest.mark.parametrize(
    ("system", "values", "rule"),
    [
        ("nik", [nik(n)[:-1] + "0" for n in range(11, 50)], "kolom.rounded"),
        ("nik", [nik(n) for n in range(200)], "kolom.nik_like_kk"),
        ("nik", [nik(n, 17 + 40 * (n % 2)) for n in range(200)], None),
        ("nik", [nik(n)[:-1] + "0" for n in range(11, 20)], None),
        ("nomor_kk", [nik(n, 17 + 40 * (n % 2)) for n in range(200)], "kolom.kk_like_nik"),
        ("nomor_kk", [nik(n) for n in range(200)], None),
        ("kode_wilayah", [f"32730{n:02}" for n in range(40)], "kolom.bps"),
        ("kode_wilayah", [f"32.73.{n:02}" for n in range(1, 31)], None),
        ("npwp", ["013121660091000"] * 50, None),
    ],
)
def test_doubts_about_a_column(system: str, values: list[str], rule: str | None) -> None:
    doubts = ColumnDoubts(system)
    for start in range(0, len(values), 7):  # in blocks
        doubts.add(pa.array([*values[start : start + 7], None]))
    assert [reason.rule for reason in doubts.doubts()] == ([rule] if rule else [])


def test_a_doubt_carries_its_figures(tmp_path: Path) -> None:
    text = "kk\n" + "\n".join(nik(n, 57 if n % 4 else 17) for n in range(40)) + "\n"
    found = check(tmp_path, text, [{"name": "kk", "type": "string", "sdi": {"code": "nomor_kk"}}])
    (doubt,) = [finding for finding in found if finding.rule.startswith("kolom.")]
    assert (doubt.rule, doubt.severity, doubt.column) == ("kolom.kk_like_nik", "warning", "kk")
    assert dict(doubt.params) == {"found": "30", "of": "40"}
    assert doubt.row is None


DTKS = [{"name": name, "type": "string", "sdi": {"code": "id_dtks"}} for name in ("kel", "ang")]
FAMILY = "36502250005001110"


def test_members_belong_to_the_family_of_their_row(tmp_path: Path) -> None:
    text = f"kel,ang\n{FAMILY},{FAMILY}01\n{FAMILY},3650225000500111201\n{FAMILY},{FAMILY}02\n"
    (finding,) = check(tmp_path, text, DTKS)
    assert (finding.rule, finding.row, finding.cell) == ("id_dtks.family", 2, "B3")
    assert finding.value == "3650•••••••••••1201"
    swapped = f"ang,kel\n{FAMILY}01,{FAMILY}\n{FAMILY}05,36502250005001111\n"
    (finding,) = check(tmp_path, swapped, DTKS)
    assert (finding.rule, finding.cell) == ("id_dtks.family", "A3")


def test_a_family_has_one_head(tmp_path: Path) -> None:
    rows = [f"{FAMILY},{FAMILY}{member}" for member in ("01", "02", "01", "03", "03")]
    (finding,) = check(tmp_path, "kel,ang\n" + "\n".join(rows) + "\n", DTKS)
    assert (finding.rule, finding.row) == ("id_dtks.heads", 3)
    assert finding.params["first_row"] == "1"


def test_one_column_of_them_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    assert check(tmp_path, f"ang\n{FAMILY}01\n{FAMILY}01\n", DTKS[1:]) == []


def test_an_id_with_a_pattern_is_judged_by_it_alone(tmp_path: Path) -> None:
    field = {
        "name": "id",
        "type": "string",
        "sdi": {"code": "id_dtks"},
        "constraints": {"pattern": "D[0-9]{4}"},
    }
    found = check(tmp_path, "id\nD1234\nD12\n36502250005001110\n", [field])
    assert [finding.rule for finding in found] == ["value.pattern", "value.pattern"]


def field(**sdi: Any) -> Field:
    raw = {"fields": [{"name": "kode", "type": "string", "sdi": sdi}]}
    return TableSchema.from_dict(raw).field("kode")


def test_a_column_may_let_codes_be_normalised() -> None:
    texts = pa.array(["64.72", "64-71", " 6403", "64.99", "64.0"])
    strict = judge_column(field(code="kode_wilayah"), texts)
    assert [f.severity for f in strict.findings[1]] == ["error"]
    normalising = field(code="kode_wilayah", normalise=True)
    judged = judge_column(normalising, texts)
    told = {
        at: [(f.rule, f.severity) for f in findings] for at, findings in judged.findings.items()
    }
    assert told[1] == [("kode.separator", "info")]
    assert told[2] == [("kode.invisible", "info")]
    assert told[4] == [("kode.float_text", "error")]
    assert judged.typed.to_pylist() == ["64.72", "64.71", "64.03", "64.99", "64.0"]
    loaded = typed_values(normalising, pa.array(["64.72", "64-71", " 6403", None]))
    assert loaded.to_pylist() == ["64.72", "64.71", "64.03", None]
    kept = typed_values(field(code="kode_wilayah"), pa.array(["64.72", "6471"]))
    assert kept.to_pylist() == ["64.72", "6471"]


def test_a_column_may_set_the_severity_of_a_thin_rule() -> None:
    texts = pa.array(["014518697054000"])
    usual = judge_column(field(code="npwp"), texts).findings[0]
    assert [f.severity for f in usual] == ["warning"]
    own = field(code="npwp", severity={"npwp.check_digit": "error"})
    assert [f.severity for f in judge_column(own, texts).findings[0]] == ["error"]
    with pytest.raises(SchemaError):
        field(code="nik", severity={"nik.length": "info"})
    with pytest.raises(SchemaError):
        field(code="npwp", severity={"npwp.check_digit": "fatal"})
