"""The rules of each code system, on made-up values and on the published vectors."""

from __future__ import annotations

from datetime import date

import pytest

from ckanext.sdi.codes import SYSTEMS, judge

RIGHT = {
    "nik": (
        "3171011708450001",
        "3404021011880001",
        "3404025011880001",  # a woman born on the 10th
        "3171014101900001",  # day 41
        "3171017101900001",  # day 71
        "3171012902000001",  # 29 February of a leap year
        "3171012902001234",
        "9101011708450001",  # Merauke under its number until 2022
        "9301011708450001",
        "6501011708450001",
        "3218011708450001",
    ),
    "nomor_kk": ("3273010101010001", "3171011507190003", "9101011507190003"),
    "npwp": (
        "01.312.166.0-091.000",
        "02.183.241.5-000.000",
        "013121660091000",
        "0013121660091000",
        "31.294.519.9-424.000",
        "02.000.001.4-000.000",
        "1091031210912281",
        "1000000000123456",
        "3171011708450001",
        "6501011708450001",
        "9301011708450001",
    ),
    "nitku": ("1091031210912281000000", "0013121660091000000001", "3171011708450001000000"),
    "kode_wilayah": (
        "11", "64.72", "6472", "32.73.01", "31.71.01.1001", "11.01.09.2012", "1101092012",
        "91.03.01.3007", "96.71", "11.10",
    ),
    "kode_bps": ("31", "3171", "6472010", "1103010001"),
    "id_dtks": ("36502250005001110", "3650225000500111001", "3650225000500111006"),
    "kode_dssd": ("5.03.000001", "7.01.000102"),
    "kode_sds": ("SD00001.00.01", "UL17645.00.00"),
}  # fmt: skip

WRONG = (
    ("nik", "3171010008450001", "nik.date"),
    ("nik", "3171013208450001", "nik.date"),
    ("nik", "3171014008450001", "nik.date"),
    ("nik", "3171017208450001", "nik.date"),
    ("nik", "3171018108450001", "nik.date"),
    ("nik", "3171013102900001", "nik.date"),
    ("nik", "3171012902010001", "nik.date"),
    ("nik", "3171012902990001", "nik.date"),
    ("nik", "3171013002001234", "nik.date"),
    ("nik", "3273013201800001", "nik.date"),
    ("nik", "3171011713450001", "nik.date"),
    ("nik", "3171011708450000", "nik.serial"),
    ("nik", "9971011708450001", "nik.province"),
    ("nik", "3171001708450001", "nik.area"),
    ("nik", "3199011708450001", "nik.regency"),
    ("nik", "3171991708450001", "nik.district"),
    ("nik", "31710117084500", "nik.length"),
    ("nik", "34040210118800001", "nik.length"),
    ("nik", "", "nik.length"),
    ("nik", "31710117O8450001", "nik.characters"),
    ("nik", "３１７１０１１７０８４５０００１", "kode.full_width"),
    ("nik", " 3171011708450001", "kode.invisible"),
    ("nik", "3171011708450001\n", "kode.invisible"),
    ("nik", "\u00a03171011708450001", "kode.invisible"),
    ("nik", "\u200b3171011708450001", "kode.invisible"),
    ("nik", "\ufeff3171011708450001", "kode.invisible"),
    ("nik", "'3171011708450001", "kode.apostrophe"),
    ("nik", "31.71.01.170845.0001", "kode.separator"),
    ("nik", "3171011708450001.0", "kode.float_text"),
    ("nik", "3171011708450001,0", "kode.float_text"),
    ("nik", "3.17101E+15", "kode.scientific"),
    ("nik", "3,17101e+15", "kode.scientific"),
    ("nomor_kk", "3273013201800001", "nomor_kk.date"),
    ("nomor_kk", "3273014101800001", "nomor_kk.date"),
    ("nomor_kk", "3273010101010000", "nomor_kk.serial"),
    ("nomor_kk", "9973010101010001", "nomor_kk.province"),
    ("nomor_kk", "3273000101010001", "nomor_kk.district"),
    ("nomor_kk", "327301010101001", "nomor_kk.length"),
    ("npwp", "01.451.869.7-054.000", "npwp.check_digit"),
    ("npwp", "0014518697054000", "npwp.check_digit"),
    ("npwp", "216090524017001", "npwp.check_digit"),
    ("npwp", "000000000000000", "npwp.zeros"),
    ("npwp", "0000000000000000", "npwp.zeros"),
    ("npwp", "3171013102900001", "npwp.date"),
    ("npwp", "3171011708450000", "npwp.serial"),
    ("npwp", "9999999999999999", "npwp.form"),
    ("npwp", "12345678901234", "kode.lost_zero"),
    ("npwp", "13121660091000.0", "kode.float_text"),
    ("npwp", "FF3456789012345", "npwp.characters"),
    ("npwp", "１３１２１６６００９１０００", "kode.full_width"),
    ("npwp", "4123", "npwp.length"),
    ("nitku", "013121660091000000001", "kode.lost_zero"),
    ("nitku", "3171013102900001000000", "npwp.date"),
    ("nitku", "0014518697054000000000", "npwp.check_digit"),
    ("nitku", "0013121660091000", "nitku.length"),
    ("kode_wilayah", "99", "kode.unknown"),
    ("kode_wilayah", "36.50", "kode.unknown"),
    ("kode_wilayah", "32.01.01.2001", "kode.unknown"),
    ("kode_wilayah", "91.02", "kode_wilayah.retired"),
    ("kode_wilayah", "92.71", "kode_wilayah.retired"),
    ("kode_wilayah", "64.04", "kode_wilayah.retired"),
    ("kode_wilayah", "6404", "kode_wilayah.retired"),
    ("kode_wilayah", "91.13.36", "kode_wilayah.gone"),
    ("kode_wilayah", "11.1", "kode_wilayah.lost_zero"),
    ("kode_wilayah", "11,1", "kode_wilayah.lost_zero"),
    ("kode_wilayah", "64.0", "kode.float_text"),
    ("kode_wilayah", "64 72", "kode.separator"),
    ("kode_wilayah", "64.72.", "kode.separator"),
    ("kode_wilayah", "647", "kode_wilayah.length"),
    ("kode_wilayah", "Samarinda", "kode_wilayah.characters"),
    ("kode_wilayah", "", "kode_wilayah.characters"),
    ("kode_bps", "3201190006.0", "kode.float_text"),
    ("kode_bps", "64.72", "kode.separator"),
    ("kode_bps", "647201", "kode_bps.length"),
    ("kode_bps", "x", "kode_bps.characters"),
    ("id_dtks", "3650225000500111000", "id_dtks.member"),
    ("id_dtks", "365022500050011100", "id_dtks.length"),
    ("id_dtks", "3650225000500111O", "id_dtks.characters"),
    ("id_dtks", "3.65022E+16", "kode.scientific"),
    ("kode_dssd", "503000001", "kode_dssd.shape"),
    ("kode_dssd", "5.03.00001", "kode_dssd.shape"),
    ("kode_sds", "SD00001", "kode_sds.shape"),
    ("kode_sds", "sd00001.00.00", "kode_sds.shape"),
    ("kode_sds", "10310002", "kode_sds.central"),
)


@pytest.mark.parametrize(
    ("system", "value"), [(system, value) for system, values in RIGHT.items() for value in values]
)
def test_right_values_have_no_reason(system: str, value: str) -> None:
    assert judge(system, value) == []


@pytest.mark.parametrize(("system", "value", "rule"), WRONG)
def test_wrong_values_are_told(system: str, value: str, rule: str) -> None:
    assert rule in [reason.rule for reason in judge(system, value)]


def test_every_system_has_values_here() -> None:
    assert set(RIGHT) == set(SYSTEMS) == {system for system, _, _ in WRONG}


def test_an_example_of_each_system_is_right() -> None:
    for system in SYSTEMS.values():
        assert judge(system.id, system.example) == [], system.id


def test_everything_wrong_with_a_value_is_told_at_once() -> None:
    rules = [reason.rule for reason in judge("nik", "'\u00a09971013102900000")]
    assert rules == ["kode.invisible", "kode.apostrophe", "nik.province", "nik.date", "nik.serial"]


@pytest.mark.parametrize(
    ("system", "value", "suggestion"),
    [
        ("nik", "'3171011708450001", "3171011708450001"),
        ("nik", "31.71.01.170845.0001", "3171011708450001"),
        ("npwp", "13121660091000", "013121660091000"),
        ("npwp", "13121660091000.0", "013121660091000"),
        ("nitku", "013121660091000000001", "0013121660091000000001"),
        ("kode_wilayah", "11.1", "11.10"),
        ("kode_wilayah", "64-72", "64.72"),
        ("kode_wilayah", "64.04", "65.01"),
        ("kode_wilayah", "6404", "6501"),
        ("kode_bps", "3201190006.0", "3201190006"),
        ("kode_dssd", "503000001", "5.03.000001"),
        ("kode_sds", "sd00001.00.00", "SD00001.00.00"),
    ],
)
def test_what_can_be_mended_is_suggested(system: str, value: str, suggestion: str) -> None:
    suggestions = {reason.suggestion for reason in judge(system, value)}
    assert suggestions - {None} == {suggestion}
    assert judge(system, suggestion) == []


@pytest.mark.parametrize("value", ["9401011708450001.0", "3.17101E+15"])
def test_digits_that_may_be_lost_are_not_suggested(value: str) -> None:
    assert {reason.suggestion for reason in judge("nik", value)} == {None}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("64.04", "65.01"),
        ("64.06", "65.02"),
        ("64.05", "65.03"),
        ("64.10", "65.04"),
        ("64.73", "65.71"),
        ("91.01", "93.01"),
        ("91.02", "95.01"),
        ("91.28", "94.08"),
        ("92.71", "96.71"),
        ("92.01", "96.01"),
    ],
)
def test_a_retired_code_is_told_with_its_successor(old: str, new: str) -> None:
    (reason,) = judge("kode_wilayah", old)
    assert reason.rule == "kode_wilayah.retired"
    assert reason.suggestion == new
    assert reason.params["now"].startswith(f"{new} (")
    assert reason.params["decree"]


@pytest.mark.parametrize(
    ("code", "at", "rule"),
    [
        ("64.04", date(2012, 1, 1), None),
        ("64.04", date(2013, 12, 31), "kode_wilayah.retired"),
        ("65.01", date(2012, 1, 1), "kode_wilayah.not_yet"),
        ("91.01", date(2021, 12, 31), None),
        ("91.01", date(2023, 12, 31), "kode_wilayah.retired"),
        ("93.01", date(2021, 12, 31), "kode_wilayah.not_yet"),
        ("93.01", date(2023, 12, 31), None),
        ("96.71", date(2023, 12, 31), None),
        ("92.71", date(2023, 12, 31), None),
        ("92.71", date(2025, 12, 31), "kode_wilayah.retired"),
        ("12.12", date(2000, 1, 1), None),
    ],
)
def test_a_code_is_judged_on_the_day_the_data_is_about(
    code: str, at: date, rule: str | None
) -> None:
    rules = [reason.rule for reason in judge("kode_wilayah", code, at=at)]
    assert rules == ([] if rule is None else [rule])


@pytest.mark.parametrize("system", ["kode_wilayah", "kode_bps"])
def test_the_level_of_a_column_holds(system: str) -> None:
    assert judge(system, "6472", level="kab_kota") == []
    (reason,) = judge(system, "6472", level="desa")
    assert reason.rule == f"{system}.level"
    assert reason.params == {"wanted": "desa/kelurahan", "found": "kabupaten/kota"}


def test_reasons_repeat_no_digits_that_identify() -> None:
    for value in ("3171013102900007", "9971013102900007", "3199013102900007", "3171993102900007"):
        for reason in judge("nik", value):
            assert all(len(text) <= 5 for text in reason.params.values())


@pytest.mark.parametrize("system", sorted(SYSTEMS))
@pytest.mark.parametrize(
    "value",
    ["", " ", "x" * 100_000, "9" * 100_000, "\x00", "1e9999999", "9" * 90 + ".0", "½", "²", "%_"],
)
def test_strange_values_are_wrong_and_break_nothing(system: str, value: str) -> None:
    assert judge(system, value)


def test_an_unknown_system_is_an_error() -> None:
    with pytest.raises(KeyError):
        judge("plat_nomor", "KT 1234 AB")
