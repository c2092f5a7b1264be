"""What a column's name says of persons: whole words, never parts of them.

``teknik`` and ``unik`` are no ``nik``. A word of an office (``telp_kantor``, ``email_desa``)
excuses a telephone number, an address or a name, unless a word of a person stands beside it
(``telp_kepala_desa``); numbers that the state gave to a person it never excuses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

# A resident's number, in any of the systems that are built alike (NIK, KK, 16-digit NPWP).
_RESIDENT = (
    r"(1[1-9]|[2-9][0-9])[0-9]{4}(0[1-9]|[12][0-9]|3[01]|4[1-9]|[56][0-9]|7[01])"
    r"(0[1-9]|1[0-2])[0-9]{6}"
)
_NIP = (
    r"(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])(19|20)[0-9]{2}(0[1-9]|1[0-2]|21)"
    r"[12][0-9]{3}"
)
_EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}"
_PERSON_WORDS = frozenset(
    {"lengkap", "penduduk", "warga", "orang", "kepala", "keluarga", "kk", "anggota", "art"}
    | {"penerima", "manfaat", "siswa", "mahasiswa", "pasien", "pegawai", "asn", "peserta"}
    | {"pemilik", "pengurus", "ibu", "ayah", "anak", "guru", "individu", "pemohon", "krt"}
    | {"ketua", "wali", "suami", "istri", "tangga"}
)
_OFFICE_WORDS = frozenset(
    {"dinas", "kantor", "instansi", "opd", "puskesmas", "sekolah", "rs", "rumah", "sakit", "desa"}
    | {"perusahaan", "usaha", "layanan", "pelayanan", "pengaduan", "kelurahan", "kecamatan"}
    | {"badan", "lembaga", "hotel"}
)
_PHONE_WORDS = frozenset(
    {"telepon", "telpon", "telp", "tlp", "tel", "hp", "handphone", "phone", "ponsel", "seluler"}
    # WhatsApp is two words to who parts them at capitals.
    | {"whatsapp", "whats", "wa", "kontak", "cp"}
)
# What a number is called in full, by the word that it is called by in short.
_IN_FULL = {
    "induk kependudukan": "nik",
    "kartu keluarga": "kk",
    "pokok wajib pajak": "npwp",
    "induk pegawai": "nip",
    "induk siswa nasional": "nisn",
}
_DTKS = r"[0-9]{17}|[0-9]{19}"
_BPJS = r"[0-9]{13}"
_NUMBER_WORDS = frozenset({"no", "nomor"})
_COUNTS = frozenset(
    {"jumlah", "jml", "banyak", "banyaknya", "total", "persen", "persentase", "rata", "rasio"}
)
# Sums of money have as many digits as a telephone number without its zero.
_AMOUNTS = _COUNTS | frozenset(
    {"belanja", "biaya", "tagihan", "anggaran", "pagu", "realisasi", "pendapatan", "pengeluaran"}
    | {"nilai", "tarif", "harga", "retribusi", "pajak", "rupiah", "rp", "proporsi", "memiliki"}
)
PHONE = "telepon"


@dataclass(frozen=True)
class Kind:
    """A kind of value that identifies a person.

    :param label: what people call it
    :param words: words of a column's name that point to it
    :param pattern: what the whole of its values is built like, separators left out
    :param lengths: how many signs the shortest and the longest of them have, for numbers
    :param speaks: the build is so particular that it tells without the name
    :param offices_too: offices have such values, too
    :param beside: words of which one must stand beside those, for they have another meaning, too
    :param letters_first: the values begin with a letter
    """

    label: str
    words: frozenset[str]
    pattern: str
    lengths: tuple[int, int] | None
    speaks: bool = False
    offices_too: bool = False
    beside: frozenset[str] = frozenset()
    letters_first: bool = False


KINDS = (
    Kind("NIK", frozenset({"nik", "ktp"}), _RESIDENT, (16, 16), speaks=True),
    Kind("Nomor KK", frozenset({"kk", "nkk"}), _RESIDENT, (16, 16)),
    Kind("NPWP", frozenset({"npwp"}), rf"{_RESIDENT}|0?[4-9][0-9]{{14}}", (15, 16)),
    Kind("ID DTKS", frozenset({"dtks", "bdt", "idbdt", "dtsen"}), _DTKS, (17, 19)),
    Kind(
        "ID DTKS",
        frozenset({"keluarga", "art", "individu", "krt"}),
        _DTKS,
        (17, 19),
        beside=frozenset({"id"}),
    ),
    Kind("NIP", frozenset({"nip"}), _NIP, (18, 18), speaks=True),
    Kind(
        "e-mail", frozenset({"email", "mail", "surel"}), _EMAIL, None, speaks=True, offices_too=True
    ),
    Kind("NISN", frozenset({"nisn"}), r"[0-9]{10}", (10, 10)),
    Kind("nomor BPJS", frozenset({"bpjs"}), _BPJS, (13, 13)),
    Kind(
        "nomor BPJS",
        frozenset({"peserta", "jkn", "kis"}),
        _BPJS,
        (13, 13),
        beside=_NUMBER_WORDS,
    ),
    Kind("paspor", frozenset({"paspor"}), r"[A-Z]{1,2}[0-9]{6,7}", (7, 9), letters_first=True),
    # A "kode rekening" is a line of a budget.
    Kind(
        "nomor rekening",
        frozenset({"rekening", "rek", "norek"}),
        r"[0-9]{10,16}",
        (10, 16),
        offices_too=True,
        beside=_NUMBER_WORDS | {"norek"},
    ),
    # A spreadsheet takes the zero away.
    Kind(
        PHONE,
        _PHONE_WORDS,
        r"(\+?62|0)[0-9]{8,12}|8[1-9][0-9]{7,10}",
        (9, 15),
        offices_too=True,
    ),
)


@lru_cache(maxsize=4096)
def words_of(name: str) -> list[str]:
    """The words of a column's name: ``noKTP`` and ``no_ktp`` are both two words."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return [word for word in re.split(r"[^0-9a-z]+", parted.lower()) if word]


@lru_cache(maxsize=4096)
def is_of_office(name: str) -> bool:
    """Whether a column's name speaks of offices and of no person in them."""
    words = words_of(name)
    if words[-1:] == ["rumah"]:
        # A home's telephone; a "rumah sakit" or a "rumah makan" is none.
        words = words[:-1]
    return bool(_OFFICE_WORDS & set(words)) and _PERSON_WORDS.isdisjoint(words)


def is_name_of_person(name: str) -> bool:
    """Whether a column's name says that it holds names of persons."""
    words = words_of(name)
    if not words or words[0] != "nama" or is_of_office(name):
        return False
    return set(words[1:]) <= _PERSON_WORDS | _OFFICE_WORDS


def speaks_of_persons(name: str) -> bool:
    """Whether a name says so in words: ``nama`` alone may be anything's."""
    return is_name_of_person(name) and len(words_of(name)) > 1


@lru_cache(maxsize=4096)
def points_to(name: str) -> Kind | None:
    """The kind of personal value that a column's name points to.

    ``belanja_telepon`` is a sum of money, ``nomor_telepon`` is not.
    """
    words, excused = set(words_of(name)), is_of_office(name)
    is_amount = not words & _NUMBER_WORDS and bool(words & _AMOUNTS)
    spoken = " ".join(words_of(name))
    words |= {short for full, short in _IN_FULL.items() if full in spoken}
    for kind in KINDS:
        if not words & kind.words or (kind.beside and not words & kind.beside):
            continue
        if not (excused and kind.offices_too) and not (is_amount and kind.label == PHONE):
            return kind
    return None


@lru_cache(maxsize=4096)
def is_private_name(name: str) -> bool:
    """Whether the values of a column so named are hidden in reports whatever they are.

    Not those of ``jumlah_kk``: who is to mend a count has to see it.
    """
    if not _COUNTS.isdisjoint(words_of(name)):
        return False
    return is_name_of_person(name) or points_to(name) is not None
