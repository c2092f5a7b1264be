"""Columns that identify persons: declared, or found by their name and the build of their values.

A name alone proves nothing: ``jumlah_kk`` counts families, ``teknik`` is no ``nik``. Names are
matched by whole words, and the values must have the build of such a number.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa

from ckanext.sdi.rules.arrow import pc
from ckanext.sdi.rules.catalogue import N_, Example, Rule, register
from ckanext.sdi.rules.field import Field

DECLARED = {"nik": "NIK", "nomor_kk": "Nomor KK", "id_dtks": "ID DTKS"}
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
)
_OFFICE_WORDS = frozenset(
    {"dinas", "kantor", "instansi", "opd", "puskesmas", "sekolah", "rs", "rumah", "sakit", "desa"}
    | {"perusahaan", "usaha", "layanan", "pelayanan", "pengaduan", "kelurahan", "kecamatan"}
    | {"badan", "lembaga", "hotel"}
)
_PHONE_WORDS = frozenset(["telepon", "telp", "tlp", "hp", "handphone", "ponsel", "whatsapp", "wa"])
_NUMBER_BEGINS = np.zeros(256, dtype=bool)
# The last is the first byte of a curly apostrophe, as word processors set it.
_NUMBER_BEGINS[[*b"0123456789+' ", 0xE2]] = True
MOST = 0.5
FEW = 3
FIRST = 1_000
# With separators.
LONGEST = 30


@dataclass(frozen=True)
class Kind:
    """A kind of value that identifies a person.

    :param label: what people call it
    :param words: words of a column's name that point to it
    :param pattern: what the whole of its values is built like, separators left out
    :param lengths: how many signs the shortest and the longest of them have, for numbers
    :param speaks: the build is so particular that it tells without the name
    """

    label: str
    words: frozenset[str]
    pattern: str
    lengths: tuple[int, int] | None
    speaks: bool = False


KINDS = (
    Kind("NIK", frozenset({"nik"}), _RESIDENT, (16, 16), speaks=True),
    Kind("Nomor KK", frozenset({"kk", "nkk"}), _RESIDENT, (16, 16)),
    Kind("NPWP", frozenset({"npwp"}), rf"{_RESIDENT}|0?[4-9][0-9]{{14}}", (15, 16)),
    Kind("ID DTKS", frozenset({"dtks", "idbdt", "dtsen"}), r"[0-9]{17}|[0-9]{19}", (17, 19)),
    Kind("NIP", frozenset({"nip"}), _NIP, (18, 18), speaks=True),
    Kind("e-mail", frozenset({"email", "mail", "surel"}), _EMAIL, None, speaks=True),
    Kind("telepon", _PHONE_WORDS, r"(\+?62|0)[0-9]{8,12}", (9, 15)),
)
NAME = "nama orang"

register(
    Rule(
        id="data_pribadi.column",
        principle="data_pribadi",
        one=N_(
            "Column {column} identifies persons ({kind}). Such data can be handed in as restricted"
            " or"
            " closed only. Remove the column if it is not needed."
        ),
        many=N_("{n} columns identify persons (the first: {column})."),
        whole=N_("Every column identifies persons."),
        why=N_("Whoever discloses another's personal data without right is liable to punishment."),
        source="UU 27/2022 Pasal 4, 65 dan 67",
        wrong=Example(
            csv="nama,nik\nContoh Satu,3171011708450001\n",
            table_schema={"fields": [{"name": "nama"}, {"name": "nik"}]},
        ),
        right=Example(
            csv="unik,teknik\n3171011708450001x,12\n",
            table_schema={"fields": [{"name": "unik"}, {"name": "teknik"}]},
        ),
        steps=(
            N_(
                "If the column is not needed, delete it from the file and from the column standard."
            ),
            N_("Or publish figures by group (area, sex, age group) instead of persons."),
            N_("If it is needed, ask the Forum to class the item as restricted or closed."),
        ),
        severity={"wajib": "warning", "anjuran": "warning"},
        blocks=False,
        job="produsen",
    )
)


@lru_cache(maxsize=4096)
def words_of(name: str) -> list[str]:
    """The words of a column's name: ``noKTP`` and ``no_ktp`` are both two words."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return [word for word in re.split(r"[^0-9a-z]+", parted.lower()) if word]


def is_name_of_person(name: str) -> bool:
    """Whether a column's name says that it holds names of persons."""
    words = words_of(name)
    return bool(words) and words[0] == "nama" and set(words[1:]) <= _PERSON_WORDS


def points_to(name: str) -> Kind | None:
    """The kind of personal value that a column's name points to."""
    words = set(words_of(name))
    if words & _OFFICE_WORDS:
        return None
    return next((kind for kind in KINDS if words & kind.words), None)


@lru_cache(maxsize=4096)
def is_private_name(name: str) -> bool:
    """Whether the values of a column so named are hidden in reports whatever they are."""
    return is_name_of_person(name) or points_to(name) is not None


def _ends(texts: pa.Array) -> np.ndarray:
    """Where each text begins among the bytes, and where the last ends."""
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)
    return offsets[texts.offset : texts.offset + len(texts) + 1]


def _signs(texts: pa.Array) -> np.ndarray:
    """The bytes that ``_ends`` tells the places of."""
    data = texts.buffers()[2]
    return np.empty(0, dtype=np.uint8) if data is None else np.frombuffer(data, dtype=np.uint8)


def _bare(texts: pa.Array) -> pa.Array:
    """The texts without the signs that people part numbers with."""
    parted = pc.invert(pc.ascii_is_decimal(texts))
    if not pc.any(parted).as_py():
        return texts
    bare = pc.replace_substring_regex(texts.filter(parted), r"[ .\-'’]", "")
    return pc.replace_with_mask(texts, parted, bare)


class PersonalColumns:
    """Looks for columns that identify persons while a file goes by."""

    def __init__(self, header: Sequence[str], fields: Sequence[Field | None]) -> None:
        """Parameters are the file's columns and, in their order, what is declared of them."""
        self.header = header
        self.fields = fields
        self._values = [0] * len(header)
        self._built = [dict.fromkeys((kind.label for kind in KINDS), 0) for _ in header]

    def see(self, columns: Sequence[pa.Array], apart: Container[int] = ()) -> None:
        """Count the values of a block that are built like personal ones.

        :param apart: places whose values ``see_suspects`` is shown
        """
        for place, texts in enumerate(columns):
            if self._is_settled(place):
                continue
            self._values[place] += int(np.count_nonzero(np.diff(_ends(texts))))
            if place in apart and self._is_code(place):
                continue
            # A few rows often tell what all others would tell again.
            self._see(place, texts.slice(0, FIRST))
            self._see(place, texts.slice(FIRST))

    def see_suspects(self, place: int, texts: pa.Array) -> None:
        """Count those of the values that may be wrong.

        Of a column of codes those alone can be built like personal ones, for the right ones are
        built as its system says; of other columns nothing is counted here.
        """
        if self._is_code(place):
            self._see(place, texts)

    def _see(self, place: int, texts: pa.Array) -> None:
        if not len(texts) or self._is_settled(place):
            return
        kinds = self._kinds(place)
        # Looking at length and first sign is far cheaper than at each whole text.
        ends, signs = _ends(texts), _signs(texts)
        lengths = np.diff(ends)
        shortest = min(kind.lengths[0] for kind in kinds if kind.lengths)
        likely = np.flatnonzero((lengths >= shortest) & (lengths <= LONGEST))
        likely = likely[_NUMBER_BEGINS[signs[ends[likely]]]]
        if len(likely):
            self._match_numbers(place, _bare(texts.take(pa.array(likely))), kinds)
        if (signs[ends[0] : ends[-1]] == ord("@")).any():
            addresses = texts.filter(pc.match_substring(texts, "@"))
            self._match(place, addresses, [kind for kind in kinds if not kind.lengths])

    def _match_numbers(self, place: int, texts: pa.Array, kinds: Sequence[Kind]) -> None:
        lengths = pc.binary_length(texts).to_numpy(zero_copy_only=False)
        for kind in kinds:
            if kind.lengths:
                least, most = kind.lengths
                chosen = np.flatnonzero((lengths >= least) & (lengths <= most))
                self._match(place, texts.take(pa.array(chosen)), [kind])

    def _is_code(self, place: int) -> bool:
        field = self.fields[place]
        return field is not None and field.code is not None and not self._is_tax(place)

    def _is_tax(self, place: int) -> bool:
        field = self.fields[place]
        return field is not None and field.code == "npwp"

    def _is_settled(self, place: int) -> bool:
        """Whether more values cannot change what the column is."""
        field = self.fields[place]
        if self._is_tax(place):
            return self._built[place]["NPWP"] > 0
        named = points_to(self.header[place])
        if named is not None and self._built[place][named.label]:
            return True
        return field is not None and field.code in DECLARED

    def _kinds(self, place: int) -> list[Kind]:
        named = points_to(self.header[place])
        if self._is_tax(place):
            named = next(kind for kind in KINDS if kind.label == "NPWP")
        return [kind for kind in KINDS if kind.speaks or kind is named]

    def _match(self, place: int, texts: pa.Array, kinds: Sequence[Kind]) -> None:
        for kind in kinds:
            hits = pc.sum(pc.match_substring_regex(texts, f"^(?:{kind.pattern})$")).as_py() or 0
            self._built[place][kind.label] += hits

    def found(self) -> dict[str, str]:
        """The columns that identify persons, with the kind of value; known at the file's end."""
        found: dict[str, str] = {}
        for place, name in enumerate(self.header):
            label = self._label(place)
            if label:
                found[name] = label
        if any(label not in ("telepon", "e-mail") for label in found.values()):
            for place, name in enumerate(self.header):
                if is_name_of_person(name) and self._values[place]:
                    found.setdefault(name, NAME)
        return found

    def _label(self, place: int) -> str | None:
        field = self.fields[place]
        values, built = self._values[place], self._built[place]
        if field is not None and field.code in DECLARED:
            return DECLARED[field.code]
        named = points_to(self.header[place])
        if self._is_tax(place) and built["NPWP"]:
            return "NPWP"
        if named is not None and built[named.label]:
            return named.label
        if set(words_of(self.header[place])) & _OFFICE_WORDS:
            return None
        for kind in KINDS:
            hits = built[kind.label]
            if kind.speaks and hits >= FEW and hits >= MOST * values:
                return kind.label
        return None
