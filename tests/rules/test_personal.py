"""Columns that identify persons are found by whole words and by the build of their values."""

from __future__ import annotations

import pyarrow as pa
import pytest

from ckanext.sdi.rules import Field
from ckanext.sdi.rules.personal import PersonalColumns
from ckanext.sdi.rules.personal_names import is_name_of_person, is_private_name, points_to

NIK = ["3171011708450001", "3404025011880001", "6472014101900003"]
NIP = ["198501012010011001", "199002152015022003", "197912312005011002"]
WIDE = {ord("0") + n: 0xFF10 + n for n in range(10)}


def looked(columns: dict[str, list[str]]) -> PersonalColumns:
    looking = PersonalColumns(list(columns), [None] * len(columns))
    looking.see([pa.array(values, pa.string()) for values in columns.values()])
    return looking


def found(columns: dict[str, list[str]], fields: dict[str, Field] | None = None) -> dict[str, str]:
    declared = [(fields or {}).get(name) for name in columns]
    looking = PersonalColumns(list(columns), declared)
    looking.see([pa.array(values, pa.string()) for values in columns.values()])
    return looking.found()


@pytest.mark.parametrize("name", ["teknik", "unik", "klinik", "jumlah_teknik", "komunikasi"])
def test_nik_within_a_word_is_no_nik(name: str) -> None:
    assert points_to(name) is None


@pytest.mark.parametrize("name", ["nik", "NIK", "no_nik", "NIK Kepala Keluarga", "nikPenerima"])
def test_nik_as_a_word_is_one(name: str) -> None:
    kind = points_to(name)
    assert kind is not None
    assert kind.label == "NIK"


CASES = {
    "named": ({"nik": NIK}, {"nik": "NIK"}),
    "one of many": ({"nik": ["-", "x", *NIK[:1]] + [""] * 50}, {"nik": "NIK"}),
    "named otherwise": ({"nomor": NIK}, {"nomor": "NIK"}),
    "with separators": ({"nomor": [f"'{nik[:6]}.{nik[6:]}" for nik in NIK]}, {"nomor": "NIK"}),
    "names beside an id": ({"nama": ["A", "B", "C"], "nik": NIK},
                           {"nama": "nama orang", "nik": "NIK"}),
    "names alone": ({"nama": ["A", "B", "C"]}, {}),
    "names of regions": ({"nama_kabupaten": ["A", "B", "C"], "nik": NIK}, {"nik": "NIK"}),
    "counts of families": ({"jumlah_kk": ["5420", "6044", "12"]}, {}),
    "family cards": ({"no_kk": NIK}, {"no_kk": "Nomor KK"}),
    "civil servants": ({"nip": NIP}, {"nip": "NIP"}),
    "company NPWP": ({"npwp": ["0013121660091000", "0021832415000000"]}, {}),
    "Coretax NPWP": ({"npwp": ["1000000000123456", "1091031210912281"]}, {}),
    "personal NPWP": ({"npwp": ["0013121660091000", "451234567891000"]}, {"npwp": "NPWP"}),
    "an office's word excuses no NIK": ({"nik_kepala_desa": NIK[:1]}, {"nik_kepala_desa": "NIK"}),
    "nor that of a business": ({"nik_pemilik_usaha": NIK[:1]}, {"nik_pemilik_usaha": "NIK"}),
    "nor of an office alone": ({"nik_desa": NIK[:1]}, {"nik_desa": "NIK"}),
    "households": ({"nik_rumah_tangga": NIK[:1]}, {"nik_rumah_tangga": "NIK"}),
    "family cards of a village": ({"no_kk_desa": NIK[:1]}, {"no_kk_desa": "Nomor KK"}),
    "a NIK as the number of a house": ({"id_rumah": NIK}, {"id_rumah": "NIK"}),
    "a personal NPWP of a firm": ({"npwp_usaha": ["451234567891000"]}, {"npwp_usaha": "NPWP"}),
    "a firm's NPWP": ({"npwp_usaha": ["0013121660091000"]}, {}),
    "an office's addresses": ({"email_dinas": [f"{a}@contoh.go.id" for a in "abcd"]}, {}),
    "a head's phone": ({"telp_kepala_sekolah": ["081234567890"]},
                       {"telp_kepala_sekolah": "telepon"}),
    "a head's address": ({"email_kepala_desa": ["a@contoh.id"]}, {"email_kepala_desa": "e-mail"}),
    "names in an office": ({"nama_kepala_desa": ["A"], "nama_desa": ["B"], "nik": NIK[:1]},
                           {"nama_kepala_desa": "nama orang", "nik": "NIK"}),
    "two rows": ({"nomor": NIK[:2]}, {"nomor": "NIK"}),
    "a few among others": ({"nomor": [*NIK, NIK[0], *"abcde"]}, {"nomor": "NIK"}),
    "few of many": ({"nomor": [*NIK, *(str(n) for n in range(50))]}, {"nomor": "NIK"}),
    "one of many by chance": ({"nomor": [NIK[0], *(str(n) for n in range(50))]}, {}),
    "no serial": ({"nomor": ["3171011708450000"]}, {}),
    "no date": ({"nomor": ["3171013213450001"]}, {}),
    "no area": ({"nomor": ["3999991708450001"]}, {}),
    "within a text": ({"catatan": [f"NIK: {nik}, hadir" for nik in NIK[:2]]}, {"catatan": "NIK"}),
    "before a text": ({"catatan": [f"{NIK[0]} (Contoh Satu)"]}, {"catatan": "NIK"}),
    "beside a comma": ({"catatan": [f"A,{NIK[0]},B"]}, {"catatan": "NIK"}),
    "after a comma, at the end": ({"catatan": [f"AB,{NIK[0]}"]}, {"catatan": "NIK"}),
    "at the end": ({"catatan": ["tidak ada", f"NIK {NIK[0]}"]}, {"catatan": "NIK"}),
    "at the beginning": ({"catatan": [f"{NIK[0]} hadir", "tidak ada"]}, {"catatan": "NIK"}),
    "within a long text": ({"catatan": ["x " * 200 + NIK[0]]}, {"catatan": "NIK"}),
    "as a float": ({"nomor": [f"{NIK[0]}.0"]}, {"nomor": "NIK"}),
    "with slashes": ({"nomor": ["3171/0117/0845/0001"]}, {"nomor": "NIK"}),
    "with hard blanks": ({"nomor": ["3171\u00a00117\u00a00845\u00a00001"]}, {"nomor": "NIK"}),
    "full-width": ({"nomor": [NIK[0].translate(WIDE)]}, {"nomor": "NIK"}),
    "full-width within a text": ({"catatan": [f"NIK: {NIK[0].translate(WIDE)}"]},
                                 {"catatan": "NIK"}),
    "longitudes": ({"bujur": ["110.1011708450001", "110.1011708450002", "110.1021708450003"]}, {}),
    "longitudes within a text": ({"titik": ["POINT (110.1011708450001 -7.10)"]}, {}),
    "from a day to a day": ({"masa": ["17/01/2005-05/03/2025"]}, {}),
    "a printed personal NPWP": ({"npwp": ["45.123.456.7-891.000"]}, {"npwp": "NPWP"}),
    "BPJS": ({"no_bpjs": ["0001234567890"]}, {"no_bpjs": "nomor BPJS"}),
    "members of BPJS": ({"peserta_bpjs": ["1234", "5678"]}, {}),
    "passports": ({"no_paspor": ["C1234567"]}, {"no_paspor": "paspor"}),
    "accounts": ({"no_rekening": ["0123456789"]}, {"no_rekening": "nomor rekening"}),
    "lines of a budget": ({"kode_rekening": ["5.1.02.01.01.0001"]}, {}),
    "contacts": ({"kontak": ["081234567890"]}, {"kontak": "telepon"}),
    "phones": ({"no_hp": ["0812-3456-7890", "+62 812 3456 7890"]}, {"no_hp": "telepon"}),
    "phones without their zero": ({"no_hp": ["81234567890"]}, {"no_hp": "telepon"}),
    "a phone with its area": ({"nomor telepon": ["(0541) 741234"]}, {"nomor telepon": "telepon"}),
    "a home's phone": ({"telepon_rumah": ["0541741234"]}, {"telepon_rumah": "telepon"}),
    "phones of restaurants": ({"telepon_rumah_makan": ["0541741234"]}, {}),
    "WhatsApp": ({"Nomor WhatsApp": ["6281234567"]}, {"Nomor WhatsApp": "telepon"}),
    "NPWP in full": ({"nomor_pokok_wajib_pajak": ["451234567891000"]},
                     {"nomor_pokok_wajib_pajak": "NPWP"}),
    "family cards in full": ({"No Kartu Keluarga": NIK}, {"No Kartu Keluarga": "Nomor KK"}),
    "families of DTKS": ({"id_keluarga": ["36502250005001110"]}, {"id_keluarga": "ID DTKS"}),
    "members of DTKS": ({"ID ART": ["3650225000500111001"]}, {"ID ART": "ID DTKS"}),
    "other ids of families": ({"id_keluarga": ["1", "2"]}, {}),
    "pupils": ({"nama_siswa": ["A"], "nisn": ["0012345678"]},
               {"nama_siswa": "nama orang", "nisn": "NISN"}),
    "the insured": ({"nomor_peserta": ["0001234567890"]}, {"nomor_peserta": "nomor BPJS"}),
    "a longitude in brackets": ({"bujur": ["(110.1011708450001)"]}, {}),
    "phones without a name": ({"x": ["0812-3456-7890", "+62 813 4567 8901", "(0852)12345678"]},
                              {"x": "telepon"}),
    "phones of an office": ({"hotel": ["081234567890", "081345678901", "085212345678"]}, {}),
    "few phones of many": ({"x": ["081234567890", "081345678901", "085212345678", *"abcd"]}, {}),
    "two phones": ({"x": ["081234567890", "081345678901"]}, {}),
    "codes like phones": ({"x": ["0846000001", "0861000001", "0801110000", "0701123456"]}, {}),
    "sums of money for phones": ({"Belanja Telepon": ["812.500.000", "8500000000"]}, {}),
    "phones told of as a number": ({"nomor telepon belanja": ["81234567890"]},
                                   {"nomor telepon belanja": "telepon"}),
    "an office's phone": ({"telepon_kantor": ["0541-123456", "0541 654321"]}, {}),
    "e-mail": ({"kontak": ["a@contoh.id", "b@contoh.id", "c@contoh.id"]}, {"kontak": "e-mail"}),
    "numbers": ({"nilai": ["1234567890123456.5", "12", "7"]}, {}),
    "village codes": ({"kode_desa": ["6472011001", "6472011002", "6472011003"]}, {}),
}  # fmt: skip


@pytest.mark.parametrize(("columns", "expected"), CASES.values(), ids=CASES.keys())
def test_found(columns: dict[str, list[str]], expected: dict[str, str]) -> None:
    assert found(columns) == expected


def test_a_declared_column_needs_no_proof() -> None:
    assert found({"x": ["-"]}, {"x": Field("x", code="nik")}) == {"x": "NIK"}


def test_phones_are_looked_for_among_texts_alone() -> None:
    phones = ["081234567890", "081345678901", "6285212345678"]
    assert found({"x": phones}, {"x": Field("x")}) == {"x": "telepon"}
    for field in (Field("x", type="integer"), Field("x", code="kode_dssd")):
        assert found({"x": phones}, {"x": field}) == {}


def test_a_declared_npwp_is_personal_only_by_its_values() -> None:
    field = {"x": Field("x", code="npwp")}
    assert found({"x": ["0013121660091000"]}, field) == {}
    assert found({"x": ["0013121660091000", NIK[0]]}, field) == {"x": "NPWP"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Nama", True), ("nama_penerima", True), ("Nama Kepala Keluarga", True),
     ("nama_provinsi", False), ("Nama Data", False), ("kenama", False),
     ("nama_sekolah", False), ("nama_rumah_sakit", False), ("nama_kepala_sekolah", True)],
)  # fmt: skip
def test_names_of_persons(name: str, expected: bool) -> None:
    assert is_name_of_person(name) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("nik_kepala_desa", True), ("No KTP", True), ("nip_kantor", True), ("no_kk_desa", True),
     ("telp_kepala_desa", True), ("telp_kantor", False), ("email_dinas", False),
     ("memiliki_hp", False), ("no_hp_penerima", True),
     ("teknik_desa", False), ("nama_desa", False), ("jumlah_kk", False), ("persen_nik", False)],
)  # fmt: skip
def test_values_hidden_in_reports_by_the_name(name: str, expected: bool) -> None:
    assert is_private_name(name) is expected


def test_names_alone_are_for_the_walidata_to_judge() -> None:
    columns = {"nama_siswa": ["A"], "nama": ["B"], "nama_sekolah": ["C"], "nama_guru": [""]}
    assert looked(columns).names_alone() == ["nama_siswa"]
    assert looked({"nama_siswa": ["A"], "nik": NIK[:1]}).names_alone() == []


def test_numbers_within_texts_are_counted_over_blocks() -> None:
    looking = PersonalColumns(["catatan"], [None])
    for nik in NIK:
        looking.see([pa.array([f"NIK {nik}", *["tidak ada catatan apa pun"] * 15])])
    assert looking.found() == {"catatan": "NIK"}
