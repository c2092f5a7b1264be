"""A list as JSON: the records of E-Walidata (``get_dssd_final``), or the items of a portal like
this one (``sdi_daftar_data_search``). They are read one after the other, never all at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any

import ijson

from ckanext.sdi.check.records import DAMAGED
from ckanext.sdi.daftar_data import columns as col
from ckanext.sdi.daftar_data import json_file
from ckanext.sdi.daftar_data.header import assume_year
from ckanext.sdi.daftar_data.mapped import Given
from ckanext.sdi.daftar_data.parsed import (
    ParsedList,
    is_year,
    listed_years,
    values_of,
    year_finding,
)
from ckanext.sdi.daftar_data.table import Unreadable
from ckanext.sdi.rules import daftar_data_file as file_rules
from ckanext.sdi.rules import daftar_data_list as rules
from ckanext.sdi.rules.daftar_data_file import told
from ckanext.sdi.rules.daftar_data_list import Columns, ListRow
from ckanext.sdi.rules.finding import Finding
from ckanext.sdi.rules.mask import mask_loose

EWALIDATA = {
    "kodeindikator": "kode_dssd",
    "uraian_indikator": "nama_data",
    "satuan": "satuan",
    "definisi_operasional": "definisi",
    # E-Walidata names no producers; what field of affairs it is says most of whose it is.
    "uraibidang": "produsen",
}
"""Of a record of E-Walidata, what the list has: its own names, and the fields they stand for."""

_PORTAL = {name: name for name in col.LABELS if name != "prioritas_tahun"}
_MARKS = (({"kodeindikator", "uraian_indikator"}, col.EWALIDATA), ({"nama_data"}, col.PORTAL))
_COUNTS = ("count", "result.count")
_COUNT = re.compile("[0-9]{1,9}")
# The whole number of 1e999999999 would take all memory.
_LONGEST = 10**9
_NO_TEXT = "\0"

Read = tuple[ListRow, list[Finding]]
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """How a list is read: whose it should be and for when, and what a person says of its names."""

    level: str | None
    tahun: int | None
    most_rows: int
    given: Given | None = None


@dataclass
class _List:
    """What all records of a file must agree on, and what was seen of them."""

    parsed: ParsedList
    format: col.Format
    level: str | None
    tahun: int | None
    total: int | None
    key: tuple[str, ...] | None = None
    others: set[tuple[str, ...]] = field(default_factory=set)
    said: set[int] = field(default_factory=set)
    disabled: int = 0

    def begin(self, key: tuple[str, ...], level: str, year: str) -> None:
        """What the first record says of the list."""
        self.key = key
        self.parsed.level = self.level or level
        other = self.parsed.level != level and "pusat" in (self.parsed.level, level)
        if other or self.parsed.level not in self.format.levels:
            params = {"format": self.format.name, "level": self.parsed.level}
            self.parsed.tell([told(file_rules.OTHER_FORMAT, **params)])
        self.parsed.tahun = self.tahun
        if not year and not self.tahun:
            assume_year(self.parsed)
        elif year and not is_year(year):
            self.parsed.tell([year_finding(mask_loose(year), "#1")])
        elif year and self.tahun not in (None, int(year)):
            self.parsed.tell([year_finding(year, "#1", str(self.tahun))])
        else:
            self.parsed.tahun = int(year) if year else self.tahun

    def belongs(self, key: tuple[str, ...], number: int) -> bool:
        """Whether a record is of the list; of another one it is told once."""
        if key != self.key and key not in self.others:
            self.others.add(key)
            found, first = (" ".join(filter(None, one)) for one in (key, self.key or ()))
            finding = told(file_rules.MIXED_LISTS, found=found, n=number, first=first)
            self.parsed.tell([finding])
        return key == self.key

    def end(self, number: int) -> None:
        """What is to be said when all records were read."""
        if self.total is not None and self.total > number:
            finding = told(file_rules.INCOMPLETE, found=number, total=self.total)
            self.parsed.tell([finding])
        if self.disabled:
            self.parsed.tell([told(file_rules.DISABLED, n=self.disabled)])


def read(parsed: ParsedList, file: IO[bytes], asked: Asked) -> Iterator[Read]:
    """The items of a JSON file, each with what is wrong with its record.

    :raises Unreadable: when it holds no list that is known, is damaged or too long
    """
    json_file.refuse_traps(file)
    if asked.given is not None:
        yield from _given_items(parsed, json_file.first_list(file), asked, asked.given)
        return
    form, prefix, total = _shape(file)
    parsed.format = form.name
    whole = _List(parsed, form, asked.level, asked.tahun, total)
    of_record = _ewalidata_item if form is col.EWALIDATA else _portal_item
    number = 0
    for number, record in _numbered(json_file.items(file, prefix), asked.most_rows):
        yield from of_record(whole, record, number)
    whole.end(number)


def _numbered(records: Iterable[Record], most_rows: int) -> Iterator[tuple[int, Record]]:
    for number, record in enumerate(records, start=1):
        if number > most_rows:
            raise Unreadable(told(file_rules.TOO_MANY_ROWS, n=most_rows))
        yield number, record


def _given_items(
    parsed: ParsedList, found: Iterable[Record], asked: Asked, given: Given
) -> Iterator[Read]:
    """The items of a JSON list in no known format, by what a person says of its names."""
    parsed.format, parsed.level, parsed.tahun = col.MAPPED.name, given.level, asked.tahun
    if asked.tahun is None:
        assume_year(parsed)
    for number, record in _numbered(found, asked.most_rows):
        titles = list(record)
        names = {titles[c]: name for c, name in given.fields(titles).items()}
        row, findings = _row(record, names, number)
        written = given.complete(row.written)
        values = values_of(written)
        values["prioritas_tahun"], faulty = listed_years(written.get("prioritas_tahun", ""))
        if faulty:
            found_year = year_finding(mask_loose(faulty), f"#{number}")
            findings.append(found_year.at(row=number, column="prioritas_tahun"))
        kept = {t: _text(record[t]) for t in titles if t not in names and given.kept(t)}
        values["extra"] |= {t: text for t, text in kept.items() if text and _NO_TEXT not in text}
        yield ListRow(number, number, values, written, row.columns), findings


def _shape(file: IO[bytes]) -> tuple[col.Format, str, int | None]:
    """Whose records they are, where in the file they stand, and how many there should be."""
    names: set[str] = set()
    total, inside = None, None
    file.seek(0)
    try:
        for prefix, event, value in ijson.parse(file):
            if prefix in _COUNTS and event == "number" and 0 <= value < _LONGEST:
                total = int(value)
            elif event == "start_map" and prefix.endswith("item") and inside is None:
                names, inside = set(), prefix
            elif event == "map_key" and prefix == inside:
                names.add(value)
            elif event == "end_map" and prefix == inside:
                inside = None
            form = next((form for marks, form in _MARKS if marks <= names), None)
            if form is not None:
                return form, prefix if inside is None else inside, total
    except DAMAGED as error:
        raise Unreadable(told(file_rules.JSON_DAMAGED, n=0)) from error
    raise Unreadable(told(file_rules.NO_RECORDS))


def _text(value: Any) -> str:
    """A value of JSON as the list has it; what is no text is a sign that a rule tells of."""
    if value is None:
        return ""
    if isinstance(value, str):
        storable = not any("\ud800" <= sign <= "\udfff" for sign in value)
        return value.strip() if value.isascii() or storable else _NO_TEXT
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return str(value)
    return _NO_TEXT


def _row(record: Mapping[str, Any], names: Mapping[str, str], number: int) -> Read:
    """A record as written, its fields not mapped yet, with ids that are numbers told of."""
    written = {name: _text(record.get(key)) for key, name in names.items() if key in record}
    titles = {name: key for key, name in names.items()}
    row = ListRow(number, number, {}, written, Columns(titles, {}))
    numbers = [
        told(rules.NUMBER_ID, **row.place(name))
        for key, name in names.items()
        if name in col.IDS and isinstance(record.get(key), Decimal)
    ]
    return row, numbers


def _ewalidata_item(whole: _List, record: Mapping[str, Any], number: int) -> Iterator[Read]:
    """The item of a record; figures of the same item, by district, are one item."""
    region, year = _text(record.get("kodepemda")), _text(record.get("tahun"))
    if whole.key is None:
        level = "provinsi" if region.endswith("00") or len(region) == 2 else "kabkota"
        whole.begin((region, year), level, year)
        rowtotal = _text(record.get("rowtotal"))
        whole.total = int(rowtotal) if _COUNT.fullmatch(rowtotal) else whole.total
        _tell_what_is_assumed(whole, record)
    if not whole.belongs((region, year), number):
        return
    if _text(record.get("status")).upper() == "DISABLED":
        whole.disabled += 1
        return
    row, findings = _row(record, EWALIDATA, number)
    said = hash(tuple(row.written.items()))
    if said in whole.said:
        return
    whole.said.add(said)
    values = {**values_of(row.written), "prioritas_tahun": []}
    values["jadwal_pemutakhiran"] = whole.format.schedule
    affairs = row.written.get("produsen", "").replace(_NO_TEXT, "")
    values["extra"] = {col.TAG_URUSAN: affairs} if affairs else {}
    yield ListRow(number, number, values, row.written, row.columns), findings


def _tell_what_is_assumed(whole: _List, record: Mapping[str, Any]) -> None:
    first = mask_loose(_text(record.get("uraibidang")).replace(_NO_TEXT, ""))
    whole.parsed.tell(
        [
            told(file_rules.SCHEDULE_ASSUMED, schedule=whole.format.schedule),
            told(file_rules.PRODUCER_ASSUMED, first=first),
        ]
    )


def _portal_item(whole: _List, record: Mapping[str, Any], number: int) -> Iterator[Read]:
    edition = record.get("edition")
    known = edition if isinstance(edition, dict) else {}
    key = tuple(_text(v) for v in (record.get("level"), known.get("tahun"), known.get("id")))
    if whole.key is None:
        whole.begin(key, key[0], key[1])
        whole.parsed.title = _text(known.get("title")).replace(_NO_TEXT, "") or None
    if not whole.belongs(key, number):
        return
    row, findings = _row(record, _PORTAL, number)
    values: dict[str, Any] = {name: text or None for name, text in row.written.items()}
    status = _text(record.get("status"))
    refers = "mengacu" if values.get("id_ddp") else "tidak_mengacu"
    values["status"] = status if status in ("belum_dicek", refers) else refers
    values["prioritas_tahun"], faulty = _years(record.get("prioritas_tahun"))
    extra = record.get("extra")
    kept = extra.items() if isinstance(extra, dict) else ()
    values["extra"] = {
        name: text for name, value in kept if (text := _text(value)) and _NO_TEXT not in name + text
    }
    if faulty is not None:
        found = year_finding(mask_loose(faulty), f"#{number}")
        findings.append(found.at(row=number, column="prioritas_tahun"))
    yield ListRow(number, number, values, row.written, row.columns), findings


def _years(value: Any) -> tuple[list[int], str | None]:
    """Years, and the first value that is none."""
    listed = value if isinstance(value, list) else [] if value is None else [value]
    texts = [_text(year) for year in listed]
    wrong = next((text for text in texts if not is_year(text)), None)
    return sorted({int(text) for text in texts}) if wrong is None else [], wrong
