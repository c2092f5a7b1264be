"""Lists in no known format: a person says what each column is, and what holds for every row.

Nothing is guessed: what a title may be is proposed, and counts when a person has confirmed it.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any

from rapidfuzz import fuzz, process

from ckanext.sdi.daftar_data import columns as col
from ckanext.sdi.daftar_data import json_file
from ckanext.sdi.daftar_data.table import Records, Unreadable
from ckanext.sdi.rules import schema_faults

LEAST_ALIKE = 80
"""Of 100: titles that are less alike to a known one get no proposal."""
MOST_TITLES = 200
_SCHEMA = "daftar_data_mapping.schema.json"


@dataclass(frozen=True)
class Given:
    """What a person says of a list, for one level.

    :param columns: titles and the fields they stand for; none: not taken in
    :param values: fields that are the same in every row
    :param id_prefix: how made ids begin
    """

    level: str
    columns: Mapping[str, str | None]
    values: Mapping[str, str] = field(default_factory=dict)
    id_prefix: str | None = None

    def __post_init__(self) -> None:
        plain = {col.plain(title): name for title, name in self.columns.items()}
        object.__setattr__(self, "columns", plain)

    def fields(self, titles: Sequence[str]) -> dict[int, str]:
        """The field of each column: as the person says, else as the known formats have it."""
        plain = [col.plain(title) for title in titles]
        taken = {name for title in plain if (name := self.columns.get(title))}
        known = {
            c: col.ALIASES[t] for c, t in enumerate(plain) if t in col.ALIASES.keys() - self.columns
        }
        known = {c: name for c, name in known.items() if name not in taken}
        said = {c: name for c, t in enumerate(plain) if (name := self.columns.get(t))}
        return known | said

    def kept(self, title: str) -> bool:
        """Whether a column that is no field stays beside the item."""
        return col.plain(title) not in {*col.IGNORED, *self.columns}

    def complete(self, written: Mapping[str, str]) -> dict[str, str]:
        """A row with what holds for every row, and with an id when the list has none."""
        row = {**self.values, **written}
        identity = "id_ddp" if self.level == "pusat" else "id_ddd"
        if self.id_prefix and not any(row.get(name) for name in (identity, "kode_dssd")):
            said = "\n".join(col.plain(row.get(name, "")) for name in ("produsen", "nama_data"))
            row[identity] = f"{self.id_prefix}-{hashlib.sha256(said.encode()).hexdigest()[:10]}"
        return row


def given_of(mapping: Mapping[str, Any], level: str | None) -> Given:
    """What a mapping says, checked by its schema before."""
    values, prefix = mapping.get("values", {}), mapping.get("id_prefix")
    return Given(level or "provinsi", mapping["columns"], values, prefix)


def faults_of(mapping: Any, translate: Callable[[str], str]) -> list[str]:
    """What is wrong with a mapping, in sentences that name the place in it."""
    return schema_faults.faults_of(_SCHEMA, mapping, translate, whole="mapping")


def propose(titles: Iterable[str]) -> list[dict[str, Any]]:
    """For each title the field that it may stand for, each field once: the likeliest first.

    :result: ``{"title", "field"}``, ``field`` being None where nothing is likely
    """
    named = list(dict.fromkeys(titles))
    scores = []
    for title in named:
        best = process.extractOne(
            _words(title),
            col.ALIASES.keys(),
            scorer=fuzz.token_sort_ratio,
            score_cutoff=LEAST_ALIKE,
        )
        if best is not None:
            scores.append((best[1], title, col.ALIASES[best[0]]))
    proposed: dict[str, str] = {}
    for _, title, name in sorted(scores, key=lambda score: -score[0]):
        if name not in proposed.values() and name not in col.EXTRA:
            proposed[title] = name
    return [{"title": title, "field": proposed.get(title)} for title in named]


def _words(title: str) -> str:
    """A title in plain words; names in JSON stand without blanks."""
    apart = "".join(f" {sign}" if sign.isupper() else sign for sign in title)
    return col.plain(title if " " in title or title.isupper() else apart)


def titles_of_table(ways: Iterable[Records], within: int) -> list[str]:
    """The first row that may be one of column names, by the way to read that gives it most."""
    rows: list[list[str]] = []
    for records in ways:
        # By another sign between its cells, a good file may not be read.
        with suppress(Unreadable):
            rows.append(_first_titles(records, within))
    return max(rows, key=len, default=[])[:MOST_TITLES]


def _first_titles(records: Records, within: int) -> list[str]:
    for row, numbers in itertools.islice(records.rows(), within):
        titles = [cell.strip() for cell in row if cell.strip()]
        if len(titles) > 1 and not numbers:
            return titles
    return []


def titles_of_json(file: IO[bytes]) -> list[str]:
    """The names in the first record of a JSON list."""
    try:
        record = next(json_file.first_list(file), {})
    except Unreadable:
        return []
    return list(record)[:MOST_TITLES]
