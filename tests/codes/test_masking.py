from __future__ import annotations

import pyarrow as pa
import pytest

from ckanext.sdi.codes import SYSTEMS, is_personal_npwp, mask, mask_column, normalise

from .generate import values


@pytest.mark.parametrize(
    ("system", "value", "shown"),
    [
        ("nik", "3171011708450001", "3171••••••••0001"),
        ("nik", "3.17101E+15", "3.•••••••15"),
        ("nik", "123", "•••"),
        ("nomor_kk", "3171011507190003", "3171••••••••0003"),
        ("id_dtks", "36502250005001110", "3650•••••••••1110"),
        ("npwp", "013121660091000", "013121660091000"),
        ("npwp", "01.312.166.0-091.000", "01.312.166.0-091.000"),
        ("npwp", "13121660091000", "13121660091000"),
        ("npwp", "1091031210912281", "1091031210912281"),
        ("npwp", "3171011708450001", "3171••••••••0001"),
        ("npwp", "471234567424000", "4712•••••••4000"),
        ("npwp", "0471234567424000", "0471••••••••4000"),
        ("npwp", "'3171011708450001", "'317•••••••••0001"),
        ("nitku", "1091031210912281000000", "1091031210912281000000"),
        ("nitku", "3171011708450001000000", "3171••••••••••••••0000"),
        ("kode_wilayah", "64.72", "64.72"),
    ],
)
def test_mask(system: str, value: str, shown: str) -> None:
    assert mask(system, value) == shown


def test_a_masked_value_is_short_whatever_was_sent() -> None:
    for system in ("nik", "npwp", "kode_wilayah"):
        assert len(mask(system, "9" * 10_000)) <= 60


@pytest.mark.parametrize(
    ("value", "personal"),
    [
        ("3171011708450001", True),
        ("31.71.01.170845.0001", True),
        ("47.123.456.7-424.000", True),
        ("0471234567424000", True),
        ("01.312.166.0-091.000", False),
        ("0013121660091000", False),
        ("1091031210912281", False),
        ("3171011708450001000000", True),
        ("0013121660091000000000", False),
        ("", False),
        ("x", False),
    ],
)
def test_personal_npwp(value: str, personal: bool) -> None:
    assert is_personal_npwp(value) is personal


@pytest.mark.parametrize(
    ("system", "value", "normal"),
    [
        ("kode_wilayah", "6472", "64.72"),
        ("kode_wilayah", " 64.72.01.1001 ", "64.72.01.1001"),
        ("kode_wilayah", "1101092012", "11.01.09.2012"),
        ("kode_wilayah", "Samarinda", "Samarinda"),
        ("nik", "'31.71.01.170845.0001", "3171011708450001"),
        ("npwp", "01.312.166.0-091.000", "013121660091000"),
        ("kode_bps", "6472010.0", "6472010"),
        ("kode_dssd", "503000001", "5.03.000001"),
        ("kode_sds", "sd000010000", "SD00001.00.00"),
        ("kode_sds", "10310002", "10310002"),
    ],
)
def test_normalise(system: str, value: str, normal: str) -> None:
    assert normalise(system, value) == normal


def test_normalise_knows_its_systems() -> None:
    with pytest.raises(KeyError):
        normalise("plat_nomor", "KT 1234 AB")


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_a_column_is_masked_as_its_values_are(system: str) -> None:
    texts: list[str | None] = [*values(system, 50_000, seed=11), *values("npwp", 20_000, seed=12)]
    texts += ["x" * length for length in range(60)] + ["é" * 50, None]
    wanted = [None if text is None else mask(system, text) for text in texts]
    assert mask_column(system, pa.array(texts)).to_pylist() == wanted
    assert mask_column(system, pa.array([], pa.string())).to_pylist() == []
