"""Columns that identify persons: declared, or found by their name and the build of their values.

A name alone proves nothing: ``jumlah_kk`` counts families, ``teknik`` is no ``nik``. Names are
matched by whole words, and the values must have the build of such a number.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ckanext.sdi.rules.arrow import pc
from ckanext.sdi.rules.catalogue import N_, Example, Rule, register
from ckanext.sdi.rules.field import Field
from ckanext.sdi.rules.personal_names import (
    KINDS,
    PHONE,
    Kind,
    is_name_of_person,
    is_of_office,
    points_to,
    speaks_of_persons,
)
from ckanext.sdi.rules.personal_numbers import (
    NIK_DIGITS,
    bare,
    ends,
    folded,
    has_sign,
    mobile_numbers,
    signs,
    texts_with_nik,
    valid_niks,
)

DECLARED = {"nik": "NIK", "nomor_kk": "Nomor KK", "id_dtks": "ID DTKS"}
_NUMBER_BEGINS = np.zeros(256, dtype=bool)
# The last are the first bytes of a hard blank and of a curly apostrophe, as word processors set it.
_NUMBER_BEGINS[[*b"0123456789+'( ", 0xC2, 0xE2]] = True
MOST = 0.5
FEW = 3
# Valid NIKs are far above chance when there are FEW and they are this share; in a short column one.
ABOVE_CHANCE = 0.05
SHORT = 20
FIRST = 1_000
# With separators.
LONGEST = 30
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
            csv="unik,teknik\nA-171,12\n",
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
register(
    Rule(
        id="data_pribadi.names",
        principle="data_pribadi",
        one=N_(
            "Column {column} seems to hold names of persons. The Walidata decides whether they may"
            " be open."
        ),
        many=N_("{n} columns seem to hold names of persons (the first: {column})."),
        whole=N_("Every column seems to hold names of persons."),
        why=N_("A full name is personal data; some, such as an officer's, are public by law."),
        source="UU 27/2022 Pasal 4",
        wrong=Example(
            csv="nama_siswa,kelas\nContoh Satu,5\n",
            table_schema={"fields": [{"name": "nama_siswa"}, {"name": "kelas"}]},
        ),
        right=Example(
            csv="nama_sekolah,kelas\nSD Contoh,5\n",
            table_schema={"fields": [{"name": "nama_sekolah"}, {"name": "kelas"}]},
        ),
        steps=(
            N_("If the names are not needed, delete the column."),
            N_("Or publish figures by group (area, sex, age group) instead of persons."),
            N_("If they are public, tell the Walidata by which law."),
        ),
        severity={"wajib": "warning", "anjuran": "warning"},
        blocks=False,
        job="produsen",
    )
)


@dataclass(frozen=True)
class Seen:
    """What was seen of the columns of some rows, in the order of the columns.

    :param values: how many cells hold a value
    :param niks: how many a NIK that holds in all its parts, alone or within a text
    :param built: by the label of a kind how many are built as it is
    """

    values: list[int]
    niks: list[int]
    built: list[dict[str, int]]

    @classmethod
    def nothing(cls, columns: int) -> Seen:
        """Of no row yet."""
        labels = [kind.label for kind in KINDS]
        return cls([0] * columns, [0] * columns, [dict.fromkeys(labels, 0) for _ in range(columns)])

    def add(self, other: Seen) -> None:
        """Take in what was seen of other rows."""
        for place, built in enumerate(other.built):
            self.values[place] += other.values[place]
            self.niks[place] += other.niks[place]
            for label, hits in built.items():
                self.built[place][label] += hits


class PersonalColumns:
    """Looks for columns that identify persons while a file goes by.

    ``look`` may be called from any thread; ``add`` and what follows from it by one alone.
    """

    def __init__(self, header: Sequence[str], fields: Sequence[Field | None]) -> None:
        """Parameters are the file's columns and, in their order, what is declared of them."""
        self.header = header
        self.fields = fields
        self._seen = Seen.nothing(len(header))

    def see(self, columns: Sequence[pa.Array]) -> None:
        """Take in the values of a block."""
        self.add(self.look(columns))

    def add(self, seen: Seen) -> None:
        """Take in what was seen of a block."""
        self._seen.add(seen)

    def look(self, columns: Sequence[pa.Array], apart: Container[int] = ()) -> Seen:
        """Count the values of a block that are built like personal ones.

        :param apart: places whose values ``look_at_suspects`` is shown
        """
        seen = Seen.nothing(len(columns))
        for place, texts in enumerate(columns):
            if self._is_settled(place):
                continue
            seen.values[place] = int(np.count_nonzero(np.diff(ends(texts))))
            if place in apart and self._is_code(place):
                continue
            # A few rows often tell what all others would tell again.
            self._look(place, texts.slice(0, FIRST), seen)
            if not self._is_settled_by(seen, place):
                self._look(place, texts.slice(FIRST), seen)
        return seen

    def look_at_suspects(self, columns: Sequence[tuple[int, pa.Array]]) -> Seen:
        """Count those of the values that may be wrong, given by place.

        Of a column of codes those alone can be built like personal ones, for the right ones are
        built as its system says; of other columns nothing is counted here.
        """
        seen = Seen.nothing(len(self.header))
        for place, texts in columns:
            if self._is_code(place) and not self._is_settled(place):
                self._look(place, texts, seen)
        return seen

    def _look(self, place: int, texts: pa.Array, seen: Seen) -> None:
        if not len(texts):
            return
        kinds, texts = self._kinds(place), folded(texts)
        # Looking at length and first sign is far cheaper than at each whole text.
        places, every = ends(texts), signs(texts)
        lengths = np.diff(places)
        shortest = min(kind.lengths[0] for kind in kinds if kind.lengths)
        fits = (lengths >= shortest) & (lengths <= LONGEST)
        likely = np.flatnonzero(fits)
        if not any(kind.letters_first for kind in kinds):
            likely = likely[_NUMBER_BEGINS[every[places[likely]]]]
        if len(likely):
            self._match_numbers(place, bare(texts.take(pa.array(likely))), kinds, seen)
        long = lengths > NIK_DIGITS
        long[likely] = False
        if long.any():
            seen.niks[place] += texts_with_nik(texts.filter(pa.array(long)))
        if has_sign(texts, ord("@")):
            addresses = texts.filter(pc.match_substring(texts, "@"))
            _match(seen.built[place], addresses, [kind for kind in kinds if not kind.lengths])
        if self._may_be_phones(place):
            seen.built[place][PHONE] += mobile_numbers(texts)

    def _match_numbers(
        self, place: int, texts: pa.Array, kinds: Sequence[Kind], seen: Seen
    ) -> None:
        lengths = pc.binary_length(texts).to_numpy(zero_copy_only=False)
        for kind in kinds:
            if kind.lengths:
                least, most = kind.lengths
                chosen = np.flatnonzero((lengths >= least) & (lengths <= most))
                _match(seen.built[place], texts.take(pa.array(chosen)), [kind])
        seen.niks[place] += valid_niks(texts.filter(pa.array(lengths == NIK_DIGITS)))
        longer = texts.filter(pa.array(lengths > NIK_DIGITS))
        if len(longer):
            seen.niks[place] += texts_with_nik(longer)

    def _may_be_phones(self, place: int) -> bool:
        """Whether a column may hold telephone numbers though its name does not say so."""
        field, name = self.fields[place], self.header[place]
        is_text = field is None or (field.type == "string" and field.code is None)
        named = points_to(name)
        return is_text and not is_of_office(name) and (named is None or named.label != PHONE)

    def _is_code(self, place: int) -> bool:
        field = self.fields[place]
        return field is not None and field.code is not None and not self._is_tax(place)

    def _is_tax(self, place: int) -> bool:
        field = self.fields[place]
        return field is not None and field.code == "npwp"

    def _is_settled(self, place: int) -> bool:
        """Whether more values cannot change what the column is."""
        field = self.fields[place]
        if field is not None and field.code in DECLARED and not self._is_tax(place):
            return True
        return self._is_settled_by(self._seen, place)

    def _is_settled_by(self, seen: Seen, place: int) -> bool:
        """Whether what was seen of some rows is enough."""
        if self._is_tax(place):
            return seen.built[place]["NPWP"] > 0
        named = points_to(self.header[place])
        return named is not None and seen.built[place][named.label] > 0

    def _kinds(self, place: int) -> list[Kind]:
        named = points_to(self.header[place])
        if self._is_tax(place):
            named = next(kind for kind in KINDS if kind.label == "NPWP")
        excused = is_of_office(self.header[place])
        return [
            kind
            for kind in KINDS
            if kind is named or (kind.speaks and not (excused and kind.offices_too))
        ]

    def found(self) -> dict[str, str]:
        """The columns that identify persons, with the kind of value; known at the file's end."""
        found: dict[str, str] = {}
        for place, name in enumerate(self.header):
            label = self._label(place)
            if label:
                found[name] = label
        if any(label not in (PHONE, "e-mail") for label in found.values()):
            for place, name in enumerate(self.header):
                if is_name_of_person(name) and self._seen.values[place]:
                    found.setdefault(name, NAME)
        return found

    def names_alone(self) -> list[str]:
        """The columns that hold names of persons with nothing beside them that identifies them."""
        found = self.found()
        return [
            name
            for place, name in enumerate(self.header)
            if self._seen.values[place] and name not in found and speaks_of_persons(name)
        ]

    def _label(self, place: int) -> str | None:
        field = self.fields[place]
        values, built = self._seen.values[place], self._seen.built[place]
        if field is not None and field.code in DECLARED:
            return DECLARED[field.code]
        named = points_to(self.header[place])
        if self._is_tax(place) and built["NPWP"]:
            return "NPWP"
        if named is not None and built[named.label]:
            return named.label
        if self._has_niks(place):
            return "NIK"
        for kind in self._kinds(place):
            hits = built[kind.label]
            if kind.speaks and hits >= FEW and hits >= MOST * values:
                return kind.label
        if self._may_be_phones(place) and built[PHONE] >= max(FEW, MOST * values):
            return PHONE
        return None

    def _has_niks(self, place: int) -> bool:
        """Whether so many cells hold a valid NIK that it cannot be chance."""
        niks, values = self._seen.niks[place], self._seen.values[place]
        if values <= SHORT:
            return niks > 0
        return niks >= FEW and niks >= ABOVE_CHANCE * values


def _match(built: dict[str, int], texts: pa.Array, kinds: Sequence[Kind]) -> None:
    for kind in kinds:
        hits = pc.sum(pc.match_substring_regex(texts, f"^(?:{kind.pattern})$")).as_py() or 0
        built[kind.label] += hits
