"""A list in, its items out: the regional "Format Daftar Data Daerah" and the national table.

The format is found by the column names, which may stand under title rows. Everything that is
wrong is told at once, by row and column; nothing is mended in silence.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ckanext.sdi.daftar_data import columns as col
from ckanext.sdi.daftar_data.table import (
    MAX_BYTES,
    MAX_ROWS,
    Records,
    Unreadable,
    letters,
    read_records,
)
from ckanext.sdi.rules import daftar_data_file as file_rules
from ckanext.sdi.rules import daftar_data_list as rules
from ckanext.sdi.rules.daftar_data_file import told
from ckanext.sdi.rules.daftar_data_list import Columns, ListRow
from ckanext.sdi.rules.finding import Finding
from ckanext.sdi.rules.mask import mask_loose

HEADER_WITHIN = 50
TITLE_CELLS = 2
"""A title row has no more cells than these: "Perangkat Daerah:" and a name."""
FIRST_YEAR, LAST_YEAR = 2000, 2100

_EMPTY = {"", "-", "–", "—", "n/a"}
_NUMBER = re.compile(r"\(?\d{1,2}\)?")
_TITLE_YEAR = re.compile(r"\btahun(?:\s+anggaran)?\s*:?\s*(\d{4,})\b", re.IGNORECASE)
_YES, _NO = {"ya", "y", "v", "1", "true", "✓"}, {"tidak", "t", "0", "false", "-", "–", "—", ""}


@dataclass
class ParsedList:
    """What a file holds. ``rows`` and ``items`` are the same rows: judged, and as they are kept."""

    checksum: str
    format: str | None = None
    level: str | None = None
    tahun: int | None = None
    title: str | None = None
    list_rows: list[ListRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows as fields of an item's version, with ``row_number``."""
        return [{**row.fields, "row_number": row.number} for row in self.list_rows]

    @property
    def refused(self) -> bool:
        """Whether anything stands in the way of an import."""
        return any(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True)
class _Header:
    format: col.Format
    records: Records
    index: int
    fields: Mapping[int, str]
    years: Mapping[int, int]
    unknown: Mapping[int, str]


def read_list(
    content: bytes,
    *,
    level: str | None = None,
    tahun: int | None = None,
    limit: int = MAX_BYTES,
    most_rows: int = MAX_ROWS,
) -> ParsedList:
    """Read a list of either format.

    :param content: the bytes of a CSV (UTF-8) or of a workbook
    :param level: whose list it should be; left out, the format tells
    :param tahun: the year it should be for; left out, the title rows tell
    :param limit: the most bytes that are read
    :param most_rows: the most rows that are read, empty ones too
    :result: the list with everything that is wrong with it; never raises for what is in the file
    """
    parsed = ParsedList(hashlib.sha256(content).hexdigest())
    try:
        header = _find_header(content, limit, most_rows)
    except Unreadable as error:
        parsed.findings.append(error.finding)
        return parsed
    parsed.format = header.format.name
    parsed.level = level or header.format.levels[0]
    if parsed.level not in header.format.levels:
        parsed.findings.append(
            told(file_rules.OTHER_FORMAT, format=header.format.name, level=parsed.level)
        )
        return parsed
    parsed.findings += _judge_header(header)
    _set_year(parsed, header, tahun)
    if not parsed.refused:
        _read_rows(parsed, header)
    return parsed


def _find_header(content: bytes, limit: int, most_rows: int) -> _Header:
    """The reading of the file in which a row of column names is found."""
    found: list[_Header] = []
    for records in read_records(content, limit, most_rows):
        header = _header_of(records)
        if header is not None:
            found.append(header)
    if not found:
        raise Unreadable(told(file_rules.NO_HEADER, n=HEADER_WITHIN))
    sheets = [header.records.sheet for header in found if header.records.sheet is not None]
    if len(sheets) > 1:
        raise Unreadable(told(file_rules.SEVERAL_SHEETS, sheets=", ".join(sheets)))
    return max(found, key=lambda header: len(header.fields))


def _header_of(records: Records) -> _Header | None:
    """The first row in which at least five columns of a format have their names."""
    for index, row in enumerate(records.rows[:HEADER_WITHIN]):
        titles = [col.plain(cell) for cell in row]
        fields = {c: col.ALIASES[title] for c, title in enumerate(titles) if title in col.ALIASES}
        if len(set(fields.values())) < 5:
            continue
        years = {c: year for c, cell in enumerate(row) if (year := col.year_of(cell)) is not None}
        unknown = {
            c: row[c].strip()
            for c, title in enumerate(titles)
            if c not in fields and c not in years and title not in col.IGNORED
        }
        form = max(col.FORMATS, key=lambda f: len(f.marks.intersection(titles)))
        return _Header(form, records, index, fields, years, unknown)
    return None


def _address(header: _Header, column: int, index: int) -> str:
    cell = f"{letters(column)}{index + 1}"
    return f"{header.records.sheet}!{cell}" if header.records.sheet else cell


def _judge_header(header: _Header) -> Iterator[Finding]:
    titles = header.records.rows[header.index]
    seen: set[str] = set()
    for column, name in header.fields.items():
        place = {"column": titles[column].strip(), "cell": _address(header, column, header.index)}
        if name in seen:
            yield told(file_rules.REPEATED_COLUMN, **place)
        seen.add(name)
    for name, title in header.format.required.items():
        if name not in seen:
            yield told(file_rules.MISSING_COLUMN, column=title, header_row=header.index + 1)
    for column, title in header.unknown.items():
        cell = _address(header, column, header.index)
        yield told(file_rules.UNKNOWN_COLUMN, column=mask_loose(title), cell=cell)
    if header.format is col.NATIONAL and not header.years:
        title = str(_this_year())
        yield told(file_rules.MISSING_COLUMN, column=title, header_row=header.index + 1)
    for column, year in header.years.items():
        if not FIRST_YEAR <= year <= LAST_YEAR:
            yield _year_finding(str(year), _address(header, column, header.index))


def _this_year() -> int:
    return datetime.datetime.now(datetime.timezone.utc).year


def _year_finding(found: str, cell: str, wanted: str | None = None) -> Finding:
    return told(
        file_rules.YEAR, found=found, cell=cell, wanted=wanted or f"{FIRST_YEAR}–{LAST_YEAR}"
    )


def _set_year(parsed: ParsedList, header: _Header, asked: int | None) -> None:
    """The year of the list: asked for, in the title rows, one of the year columns, or assumed."""
    for index, row in enumerate(header.records.rows[: header.index]):
        for column, cell in enumerate(row):
            parsed.title = parsed.title or cell.strip() or None
            match = _TITLE_YEAR.search(cell)
            if match and parsed.tahun is None:
                _take_title_year(parsed, match[1], _address(header, column, index), asked)
    years = sorted(header.years.values())
    if asked is not None and years and asked not in years and header.format is col.NATIONAL:
        cell = _address(header, min(header.years), header.index)
        parsed.findings.append(_year_finding(f"{years[0]}–{years[-1]}", cell, str(asked)))
    if asked is not None:
        parsed.tahun = asked
    if parsed.tahun is None:
        today = _this_year()
        parsed.tahun = today if not years or today in years else years[0]
        parsed.findings.append(told(file_rules.YEAR_ASSUMED, year=parsed.tahun))


def _take_title_year(parsed: ParsedList, found: str, cell: str, asked: int | None) -> None:
    year = int(found[:6])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        parsed.findings.append(_year_finding(found[:6], cell))
    elif asked is not None and asked != year:
        parsed.findings.append(_year_finding(found, cell, str(asked)))
    parsed.tahun = year


def _read_rows(parsed: ParsedList, header: _Header) -> None:
    titles = header.records.rows[header.index]
    places = Columns(
        {name: titles[c].strip() for c, name in header.fields.items()},
        {name: letters(c) for c, name in header.fields.items()},
        header.records.sheet,
    )
    number = 0
    heads = _repeated_heads(header)
    parsed.findings += _other_years(parsed.tahun, header, heads)
    for index, cells in enumerate(header.records.rows[header.index + 1 :], header.index + 1):
        if index in heads or not any(cell.strip() for cell in cells) or _is_numbers(cells):
            continue
        number += 1
        row, findings = _read_row(header, places, number, index)
        findings += rules.judge_row(row, parsed.level or "")
        parsed.list_rows.append(_without_unknown_words(row, findings))
        parsed.findings += findings
    if not parsed.list_rows:
        parsed.findings.append(told(file_rules.EMPTY))
    parsed.findings += rules.judge_ids(parsed.list_rows)


def _repeated_heads(header: _Header) -> set[int]:
    """The rows of heads that stand again within the table, as where the list of an office ends.

    Such a head is the row of column names and, above it, title rows of one or two cells.
    """
    rows = header.records.rows
    names = [col.plain(cell) for cell in rows[header.index]]
    heads: set[int] = set()
    for index in range(header.index + 1, len(rows)):
        if [col.plain(cell) for cell in rows[index]] != names:
            continue
        first = index
        while first - 1 > header.index and _filled(rows[first - 1]) <= TITLE_CELLS:
            first -= 1
        heads.update(range(first, index + 1))
    return heads


def _filled(cells: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _other_years(tahun: int | None, header: _Header, heads: set[int]) -> Iterator[Finding]:
    """Title rows within the table that name another year than the list is for."""
    for index in sorted(heads):
        for column, cell in enumerate(header.records.rows[index]):
            match = _TITLE_YEAR.search(cell)
            if match and int(match[1][:6]) != tahun:
                yield _year_finding(match[1][:6], _address(header, column, index), str(tahun))


def _without_unknown_words(row: ListRow, findings: list[Finding]) -> ListRow:
    """The row with the centre's unknown words kept beside it as written, not as values."""
    unknown = {
        finding.field: row.written[finding.field]
        for finding in findings
        if finding.rule == rules.UNKNOWN_VALUE.id and finding.field in WORD_FIELDS
    }
    kept = {k: v for k, v in row.fields.items() if k not in unknown}
    return replace(row, fields={**kept, "extra": {**kept["extra"], **unknown}})


def _is_numbers(cells: list[str]) -> bool:
    """Whether this is the row of column numbers (1), (2), … that the Forum refers to."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) < 5 or not all(_NUMBER.fullmatch(cell) for cell in filled):
        return False
    numbers = [int(cell.strip("()")) for cell in filled]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _read_row(
    header: _Header, places: Columns, number: int, index: int
) -> tuple[ListRow, list[Finding]]:
    cells = header.records.rows[index]
    written = {n: cells[c].strip() for c, n in header.fields.items() if c < len(cells)}
    years, findings = _priority_years(header, index, number)
    values = _values(written)
    extra = values.pop("extra")
    extra |= {t: cells[c].strip() for c, t in header.unknown.items() if c < len(cells)}
    listed, faulty = _listed_years(written.get("prioritas_tahun", ""))
    values["prioritas_tahun"] = sorted({*years, *listed})
    values["extra"] = {k: v for k, v in extra.items() if v}
    row = ListRow(number, index + 1, values, written, places)
    if faulty:
        place = row.place("prioritas_tahun")
        findings.append(_year_finding(faulty, place["cell"]).at(row=number, column=place["column"]))
    width = len(header.records.rows[header.index])
    for column, cell in enumerate(cells[width:], width):
        if cell.strip():
            place = {"cell": _address(header, column, index), "value": mask_loose(cell.strip())}
            findings.append(told(rules.TOO_MANY_CELLS, row=number, **place))
            break
    findings += _ids_as_numbers(header, row, index)
    return row, findings


def _values(written: Mapping[str, str]) -> dict[str, Any]:
    """The fields of an item from the cells of a row.

    "-" and blank say nothing, except in ID DDP: there "-" says that a person has looked.
    """
    values: dict[str, Any] = {"extra": {}}
    for name, cell in written.items():
        text = None if cell.casefold() in _EMPTY else _without_tail(cell)
        if name in col.EXTRA:
            values["extra"][name] = text
        elif text and name in WORD_FIELDS:
            values[name] = col.word(name, text)
        elif name != "prioritas_tahun":
            values[name] = text
    if values.get("id_ddp"):
        values["status"] = "mengacu"
    else:
        values["status"] = "tidak_mengacu" if written.get("id_ddp") else "belum_dicek"
    return values


WORD_FIELDS = ("jenis_data", "jenis", "klasifikasi_risiko", "jadwal_pemutakhiran")


def _without_tail(cell: str) -> str | None:
    """A cell without the separator that the national list leaves at the end of each list."""
    return cell.replace("\xa0", " ").strip().removesuffix(";").rstrip() or None


def _priority_years(header: _Header, index: int, number: int) -> tuple[list[int], list[Finding]]:
    """The years for which the row says "Ya" in the column of the year."""
    cells = header.records.rows[index]
    years, findings = [], []
    for column, year in header.years.items():
        cell = cells[column].strip() if column < len(cells) else ""
        if cell.casefold() in _YES:
            years.append(year)
        elif cell.casefold() not in _NO:
            place = {"row": number, "cell": _address(header, column, index), "column": str(year)}
            value = mask_loose(cell)
            findings.append(told(rules.UNKNOWN_VALUE, **place, value=value, allowed="Ya, Tidak"))
    return years, findings


def _listed_years(cell: str) -> tuple[list[int], str | None]:
    """The years of a cell such as "2025, 2026", and the first part that is no year."""
    if cell.casefold() in _EMPTY | _NO:
        return [], None
    years = []
    for part in re.split(r"[;,\s]+", cell.strip(" ;,")):
        if not part.isascii() or not part.isdigit() or not FIRST_YEAR <= int(part) <= LAST_YEAR:
            return [], mask_loose(part)
        years.append(int(part))
    return years, None


def _ids_as_numbers(header: _Header, row: ListRow, index: int) -> Iterator[Finding]:
    for column, name in header.fields.items():
        is_id = name in col.IDS and (index, column) in header.records.numbers
        if is_id and not row.written[name].isdigit():
            yield told(rules.NUMBER_ID, **row.place(name))
