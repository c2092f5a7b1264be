"""A column standard proposed from a file's header and content, for a person to confirm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from unicodedata import category

import numpy as np
import pyarrow as pa

from ckanext.sdi.check.propose_codes import propose_code
from ckanext.sdi.check.table import Asked, Limits, Table, open_table
from ckanext.sdi.rules import Field
from ckanext.sdi.rules.arrow import pc
from ckanext.sdi.rules.judge import without_missing
from ckanext.sdi.rules.personal_names import words_of
from ckanext.sdi.rules.table_schema import NAME_BYTES, is_column_name
from ckanext.sdi.rules.values import PLACEHOLDERS, Misread, parse
from ckanext.sdi.rules.vectors import surely

MOST_ROWS = 200_000
MOST_KEPT = 2_000
MOST_PAIRED = 20_000
_COMMA = {"decimalChar": ",", "groupChar": "."}
# Tried in this order; the first that holds for every value is proposed.
_CANDIDATES: tuple[dict[str, Any], ...] = (
    {"type": "integer"},
    {"type": "number"},
    {"type": "number", **_COMMA},
    {"type": "date"},
    {"type": "date", "format": "%d/%m/%Y"},
    {"type": "date", "format": "%d-%m-%Y"},
    {"type": "date", "format": "%d %B %Y"},
    {"type": "boolean", "trueValues": ["Ya", "ya", "YA", "true", "True", "TRUE"],
     "falseValues": ["Tidak", "tidak", "TIDAK", "false", "False", "FALSE"]},
)  # fmt: skip
_CODE_WORDS = frozenset({"kode", "id", "nomor", "no", "nik", "npwp"})
_NUMERIC = ("integer", "number", "date")


@dataclass
class Seen:
    """What was seen of a column: some distinct values, and which types still hold for all."""

    name: str
    values: dict[str, None] = field(default_factory=dict)
    placeholders: set[str] = field(default_factory=set)
    open_types: list[int] = field(default_factory=lambda: list(range(len(_CANDIDATES))))
    zeros: bool = False
    years: bool = True

    def see(self, texts: pa.Array) -> None:
        """Take in a block."""
        texts = without_missing(texts, [""]).drop_null()
        if not len(texts):
            return
        for text in pc.unique(texts).to_pylist():
            if len(self.values) < MOST_KEPT:
                self.values[text] = None
            if text.strip().lower() in PLACEHOLDERS:
                self.placeholders.add(text)
        if self.placeholders:
            texts = without_missing(texts, sorted(self.placeholders)).drop_null()
        self.zeros |= bool(pc.any(pc.match_substring_regex(texts, r"^0[0-9]+$")).as_py())
        year = pc.match_substring_regex(texts, r"^(1[89]|20|21)[0-9]{2}(\.0)?$")
        self.years &= bool(pc.all(year, min_count=0).as_py())
        self.open_types = [one for one in self.open_types if _holds(one, texts)]


def _candidate(number: int) -> Field:
    return Field.from_dict({"name": "x", **_CANDIDATES[number]})


def _holds(number: int, texts: pa.Array) -> bool:
    candidate = _candidate(number)
    sure, _ = surely(candidate, texts)
    return all(_is_value(candidate, text) for text in texts.filter(pa.array(np.logical_not(sure))))


def _is_value(candidate: Field, text: pa.StringScalar) -> bool:
    try:
        parse(candidate, text.as_py())
    except Misread:
        return False
    return True


def propose_schema(
    path: str | Path, *, limits: Limits | None = None, asked: Asked | None = None
) -> dict[str, Any]:
    """Propose a column standard for a file.

    :param path: the file
    :param asked: what is said of its layout; the proposal says the same
    :returns: a Table Schema that ``TableSchema.from_dict`` takes. Codes are proposed by the values
        together with the names of the columns, and stay text; so does all that begins with a
        zero, has more than 15 digits or is named an id or a code
    :raises ckanext.sdi.check.reader.Unreadable: when the file is no table
    """
    with open_table(path, limits=limits, asked=asked) as table:
        seen, rows = _look_at(table)
    fields = list(_fields(seen, rows))
    schema: dict[str, Any] = {"fields": fields}
    numeric = {made.get("title", made["name"]) for made in fields if made["type"] in _NUMERIC}
    signs = {sign for one in seen if one.name.strip() in numeric for sign in one.placeholders}
    if signs:
        schema["missingValues"] = ["", *sorted(signs)]
    sdi = {name: value for name, value in asdict(asked or Asked()).items() if value is not None}
    year = next((made["name"] for made in fields if made["type"] == "year"), None)
    if year and any(made.get("sdi", {}).get("code") == "kode_wilayah" for made in fields):
        sdi["reference_date"] = {"column": year}
    if sdi:
        schema["sdi"] = sdi
    return schema


def _look_at(table: Table) -> tuple[list[Seen], dict[str, list[str]]]:
    """What is in the columns, and the first rows of the table."""
    seen = [Seen(name) for name in table.header]
    rows: dict[str, list[str]] = {}
    for block in table:
        rows = rows or {
            name: texts[:MOST_PAIRED].to_pylist()
            for name, texts in zip(table.header, block.columns, strict=True)
        }
        for one, texts in zip(seen, block.columns, strict=True):
            one.see(texts)
        if table.rows >= MOST_ROWS:
            break
    return seen, rows


def _fields(seen: Sequence[Seen], rows: Mapping[str, Sequence[str]]) -> Iterator[dict[str, Any]]:
    taken: set[str] = set()
    headers: set[str] = set()
    begins = Counter(_name(one.name) for one in seen)
    for one in seen:
        names = list(_names(one.name))
        if begins[names[0]] > 1:
            # Long names under one group differ at their end.
            names.reverse()
        name = next((name for name in names if name and name not in taken), "")
        if not name or one.name in headers:
            # The check says that the column needs a name, or another one.
            continue
        taken.add(name)
        headers.add(one.name)
        made: dict[str, Any] = {"name": name}
        if name != one.name:
            made["title"] = one.name.strip() or name
        code = propose_code(one.name, list(one.values), rows)
        if code:
            yield {**made, "type": "string", "sdi": code}
        else:
            yield {**made, **_type(one)}


def _names(header: str) -> Iterator[str]:
    """Names for a column: from the begin of its header and, where that is long, from its end."""
    yield _name(header)
    words = header.split()
    while words and len(" ".join(words).encode()) > NAME_BYTES:
        words = words[1:]
    yield _name(" ".join(words))


def _name(header: str) -> str:
    """A name that the Data API can have, as like the header's as can be; empty where none is."""
    clean = "".join(" " if sign == '"' or category(sign)[0] == "C" else sign for sign in header)
    clean = _cut(clean)
    if not is_column_name(clean):
        clean = _cut(clean.replace(":", " ").replace("\\", " "))
    return clean if is_column_name(clean) else ""


def _cut(text: str) -> str:
    name = " ".join(text.split()).lstrip("_$ ")
    return name.encode()[:NAME_BYTES].decode(errors="ignore").strip()


def _type(one: Seen) -> dict[str, Any]:
    words = set(words_of(one.name))
    is_code = bool(words & _CODE_WORDS) or any(word.startswith("kd") for word in words)
    if not one.values or one.zeros or is_code:
        return {"type": "string"}
    if max(len(text) for text in one.values) > 15 and 0 in one.open_types:
        return {"type": "string"}
    if one.years and "tahun" in words:
        return {"type": "year"}
    if one.open_types and set(one.values) - one.placeholders:
        return dict(_CANDIDATES[one.open_types[0]])
    return {"type": "string"}
