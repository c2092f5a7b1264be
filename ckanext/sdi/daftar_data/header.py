"""The row of column names of a list: where it stands, what each column is, for which year."""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ckanext.sdi.daftar_data import columns as col
from ckanext.sdi.daftar_data.mapped import Given
from ckanext.sdi.daftar_data.parsed import (
    FIRST_YEAR,
    LAST_YEAR,
    ParsedList,
    year_finding,
)
from ckanext.sdi.daftar_data.table import Records, Row, Unreadable, letters
from ckanext.sdi.model.base import today
from ckanext.sdi.rules import daftar_data_file as file_rules
from ckanext.sdi.rules.daftar_data_file import told
from ckanext.sdi.rules.daftar_data_list import Columns
from ckanext.sdi.rules.finding import Finding
from ckanext.sdi.rules.mask import mask_loose

HEADER_WITHIN = 50
LEAST_COLUMNS = 5
TITLE_CELLS = 2
"""A title row has no more cells than these: "Perangkat Daerah:" and a name."""

_TITLE_YEAR = re.compile(r"\btahun(?:\s+anggaran)?\s*:?\s*(\d{4,})\b", re.IGNORECASE)
# The year of a rule, and the years of a plan, are not the list's.
_OTHER_YEAR = re.compile(
    r"\b(?:nomor|no)\b[.:\s]*\S+\s+tahun\s+\d{4}"
    r"|\btahun\s+\d{4}\s*(?:[-–—/]|s\.?\s?d\b\.?|sampai(?:\s+dengan)?|hingga)\s*\d{4}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Header:
    """The row of column names, the rows above it, and the column of each field and year."""

    format: col.Format
    records: Records
    above: Sequence[Sequence[str]]
    titles: Sequence[str]
    fields: Mapping[int, str]
    years: Mapping[int, int]
    kept: Mapping[int, str]
    unknown: Mapping[int, str]
    given: Given | None = None

    @property
    def index(self) -> int:
        """The number of the row, from 0."""
        return len(self.above)

    def address(self, column: int, index: int) -> str:
        """The address of a cell."""
        cell = f"{letters(column)}{index + 1}"
        return f"{self.records.sheet}!{cell}" if self.records.sheet else cell

    def columns(self) -> Columns:
        """Where each field stands, for findings."""
        return Columns(
            {name: self.titles[c].strip() for c, name in self.fields.items()},
            {name: letters(c) for c, name in self.fields.items()},
            self.records.sheet,
        )

    def body(self, parsed: ParsedList) -> Iterator[tuple[int, Row]]:
        """The rows under it with their numbers; heads that stand again are told of and left out.

        Such a head, as where the list of an office ends, is the row of column names and, above it,
        title rows of one or two cells.
        """
        names = [col.plain(title) for title in self.titles]
        rows = enumerate(self.records.rows())
        titles: deque[tuple[int, Row]] = deque()
        for index, row in itertools.islice(rows, self.index + 1, None):
            if _filled(row[0]) <= TITLE_CELLS:
                titles.append((index, row))
                if len(titles) > HEADER_WITHIN:
                    yield titles.popleft()
                continue
            if _are(row[0], names):
                parsed.tell(self._other_years(titles, parsed.tahun))
            else:
                yield from titles
                yield index, row
            titles.clear()
        yield from titles

    def _other_years(
        self, titles: Iterable[tuple[int, Row]], tahun: int | None
    ) -> Iterator[Finding]:
        """Title rows within the table that name another year than the list is for."""
        for index, (cells, _) in titles:
            for column, cell in enumerate(cells):
                for year in _title_years(cell):
                    if year != tahun:
                        yield year_finding(str(year), self.address(column, index), str(tahun))


def _title_years(cell: str) -> list[int]:
    """The years that a title row says the list is for."""
    return [int(year[:6]) for year in _TITLE_YEAR.findall(_OTHER_YEAR.sub(" ", cell))]


def _are(cells: Sequence[str], names: Sequence[str]) -> bool:
    return len(cells) == len(names) and all(map(_is, cells, names))


def _is(cell: str, name: str) -> bool:
    return col.plain(cell) == name


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def find_header(ways: Iterable[Records], given: Given | None = None) -> Header:
    """The way to read the file in which a row of column names is found.

    :param given: what a person says of the columns of a list in no known format
    :raises Unreadable: when there is none, or more than one sheet has one
    """
    found: list[Header] = []
    fault = Unreadable(told(file_rules.NO_HEADER, n=HEADER_WITHIN))
    for records in ways:
        try:
            header = _header_of(records, given)
        except Unreadable as error:
            # By another sign between its cells, the marks of a good file stand within them.
            if error.finding.rule != file_rules.QUOTE.id:
                raise
            fault = error
            continue
        found += [header] if header is not None else []
    if not found:
        raise fault
    sheets = [header.records.sheet for header in found if header.records.sheet is not None]
    if len(sheets) > 1:
        raise Unreadable(told(file_rules.SEVERAL_SHEETS, sheets=", ".join(sheets)))
    return max(found, key=lambda header: len(header.fields))


def _header_of(records: Records, given: Given | None) -> Header | None:
    return _known_header(records) if given is None else _given_header(records, given)


def _given_header(records: Records, given: Given) -> Header | None:
    """The first row that has all columns of which a person says what they are."""
    above: list[Sequence[str]] = []
    for row, _ in itertools.islice(records.rows(), HEADER_WITHIN):
        if given.columns.keys() <= {col.plain(cell) for cell in row}:
            fields = given.fields(row)
            kept = {
                c: cell.strip()
                for c, cell in enumerate(row)
                if c not in fields and given.kept(cell) and cell.strip()
            }
            return Header(col.MAPPED, records, above, row, fields, {}, kept, {}, given)
        above.append(row)
    return None


def _known_header(records: Records) -> Header | None:
    """The first row in which at least five columns of a format have their names."""
    above: list[Sequence[str]] = []
    for row, _ in itertools.islice(records.rows(), HEADER_WITHIN):
        titles = [col.plain(cell) for cell in row]
        fields = {c: col.ALIASES[title] for c, title in enumerate(titles) if title in col.ALIASES}
        if len(set(fields.values())) < LEAST_COLUMNS:
            above.append(row)
            continue
        form = max(col.FORMATS, key=lambda f: len(f.marks.intersection(titles)))
        years = {c: year for c, cell in enumerate(row) if (year := col.year_of(cell)) is not None}
        kept = {c: form.kept[title] for c, title in enumerate(titles) if title in form.kept}
        unknown = {
            c: row[c].strip()
            for c, title in enumerate(titles)
            if c not in {*fields, *years, *kept} and title not in col.IGNORED
        }
        return Header(form, records, above, row, fields, years, kept, unknown)
    return None


def judge_header(header: Header) -> Iterator[Finding]:
    """What is wrong with the columns."""
    seen: set[str] = set()
    for column, name in header.fields.items():
        cell = header.address(column, header.index)
        if name in seen:
            title = header.titles[column].strip()
            yield told(file_rules.REPEATED_COLUMN, column=title, cell=cell)
        seen.add(name)
    for name, title in header.format.required.items():
        if name not in seen:
            yield told(file_rules.MISSING_COLUMN, column=title, header_row=header.index + 1)
    for column, title in header.unknown.items():
        cell = header.address(column, header.index)
        yield told(file_rules.UNKNOWN_COLUMN, column=mask_loose(title), cell=cell)
    if header.format is col.NATIONAL and not header.years:
        title = str(today().year)
        yield told(file_rules.MISSING_COLUMN, column=title, header_row=header.index + 1)
    for column, year in header.years.items():
        if list(header.years.values()).index(year) < list(header.years).index(column):
            cell = header.address(column, header.index)
            yield told(file_rules.REPEATED_COLUMN, column=str(year), cell=cell)
        if not FIRST_YEAR <= year <= LAST_YEAR:
            yield year_finding(str(year), header.address(column, header.index))


def set_year(parsed: ParsedList, header: Header, asked: int | None) -> None:
    """The year of the list: asked for, in the title rows, one of the year columns, or assumed."""
    said: list[tuple[int, str]] = []
    for index, row in enumerate(header.above):
        for column, cell in enumerate(row):
            parsed.title = parsed.title or cell.strip() or None
            said += [(year, header.address(column, index)) for year in _title_years(cell)]
    _take_title_years(parsed, said, asked)
    years = sorted(header.years.values())
    if asked is not None and years and asked not in years and header.format is col.NATIONAL:
        cell = header.address(min(header.years), header.index)
        parsed.tell([year_finding(f"{years[0]}–{years[-1]}", cell, str(asked))])
    if asked is not None:
        parsed.tahun = asked
    if parsed.tahun is None:
        current = today().year
        assume_year(parsed, current if not years or current in years else years[0])


def assume_year(parsed: ParsedList, year: int | None = None) -> None:
    """Take a year, this one when none is given, and tell that nothing said so."""
    parsed.tahun = year or today().year
    parsed.tell([told(file_rules.YEAR_ASSUMED, year=parsed.tahun)])


def _take_title_years(
    parsed: ParsedList, said: Sequence[tuple[int, str]], asked: int | None
) -> None:
    """The year that the title rows name; several are none, unless the one is asked for."""
    wrong = [(year, cell) for year, cell in said if not FIRST_YEAR <= year <= LAST_YEAR]
    if wrong:
        parsed.tell(year_finding(str(year), cell) for year, cell in wrong)
    elif asked is not None:
        if said and asked not in dict(said):
            parsed.tell([year_finding(str(said[0][0]), said[0][1], str(asked))])
    else:
        others = [(year, cell) for year, cell in said if year != said[0][0]]
        parsed.tell(year_finding(str(y), cell, str(said[0][0])) for y, cell in others[:1])
    parsed.tahun = said[0][0] if said else None
