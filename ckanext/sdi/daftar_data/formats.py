"""A list in, its items out: the regional "Format Daftar Data Daerah", the national table, lists of
sectoral data (DSSD), answers of E-Walidata and of portals like this one.

The format is found by the content; column names may stand under title rows. Everything that is
wrong is told at once, by row and column; nothing is mended in silence.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import IO, Any

from ckanext.sdi.check.cells import SHOWN_ERRORS
from ckanext.sdi.daftar_data import columns as col
from ckanext.sdi.daftar_data import mapped, records
from ckanext.sdi.daftar_data.header import (
    HEADER_WITHIN,
    Header,
    find_header,
    judge_header,
    set_year,
)
from ckanext.sdi.daftar_data.parsed import (
    WORD_FIELDS,
    ParsedList,
    listed_years,
    values_of,
    year_finding,
)
from ckanext.sdi.daftar_data.table import (
    MAX_BYTES,
    MAX_ROWS,
    Row,
    Unreadable,
    head_of,
    read_records,
)
from ckanext.sdi.rules import daftar_data_file as file_rules
from ckanext.sdi.rules import daftar_data_list as rules
from ckanext.sdi.rules.daftar_data_file import told
from ckanext.sdi.rules.daftar_data_list import Columns, ListRow, UniqueIds
from ckanext.sdi.rules.finding import Finding
from ckanext.sdi.rules.mask import mask_loose

_NUMBER = re.compile(r"\(?\d{1,2}\)?")
_YES, _NO = {"ya", "y", "v", "1", "true", "✓"}, {"tidak", "t", "0", "false", "-", "–", "—", ""}

Judge = Callable[[ListRow], Iterable[Finding]]


def read_list(
    content: bytes | IO[bytes],
    *,
    level: str | None = None,
    tahun: int | None = None,
    limit: int = MAX_BYTES,
    most_rows: int = MAX_ROWS,
    known: Judge | None = None,
    mapping: Mapping[str, Any] | None = None,
) -> ParsedList:
    """Read a list of any format.

    :param content: a CSV (UTF-8), a workbook or JSON: an open file, or its bytes
    :param level: whose list it should be; left out, the format tells
    :param tahun: the year it should be for; left out, the content tells
    :param limit: the most bytes that are read
    :param most_rows: the most rows that are read, empty ones too
    :param known: judges each row of a regional list by what the portal knows
    :param mapping: what a person says of the columns (``schemas/daftar_data_mapping.schema.json``)
    :result: the list with everything that is wrong with it; never raises for what is in the file
    """
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    parsed = ParsedList(*checksum_of(file))
    given = mapped.given_of(mapping, level) if mapping else None
    asked = records.Asked(level, tahun, most_rows, given)
    with ExitStack() as stack:
        try:
            head = head_of(file, limit)
            if head.lstrip().startswith((b"{", b"[")):
                rows = records.read(parsed, file, asked)
            else:
                header = find_header(read_records(file, head, most_rows, stack), given)
                rows = _table(parsed, header, level, tahun)
            _take_in(parsed, _once(parsed, rows) if given else rows, known)
        except Unreadable as error:
            parsed.tell([error.finding])
            parsed.titles = _titles(file, error.finding.rule, most_rows)
    return parsed


def _titles(file: IO[bytes], rule: str, most_rows: int) -> list[str]:
    """The columns of a list that is read, but in no known format."""
    if rule == file_rules.NO_RECORDS.id:
        return mapped.titles_of_json(file)
    if rule != file_rules.NO_HEADER.id:
        return []
    with ExitStack() as stack:
        head = head_of(file, MAX_BYTES)
        return mapped.titles_of_table(read_records(file, head, most_rows, stack), HEADER_WITHIN)


def checksum_of(file: IO[bytes]) -> tuple[str, int]:
    """The SHA-256 of a file, and its size in bytes."""
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while block := file.read(2**20):
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size


def _take_in(
    parsed: ParsedList, rows: Iterable[tuple[ListRow, list[Finding]]], known: Judge | None
) -> None:
    """Judge the rows and keep them."""
    ids = UniqueIds()
    named_only = 0
    for row, findings in rows:
        if _is_named_only(row):
            named_only += 1
            continue
        findings += rules.judge_row(row, parsed.level or "")
        findings += ids.judge(row)
        if known is not None and parsed.level != "pusat":
            findings += known(row)
        kept = _without_unknown_words(row, findings)
        parsed.rows.append({**kept.fields, "row_number": row.number})
        parsed.tell(findings)
    if named_only:
        parsed.tell([told(file_rules.NAMED_ONLY, n=named_only)])
    if not len(parsed.rows) and not parsed.refused:
        parsed.tell([told(file_rules.EMPTY)])


def _is_named_only(row: ListRow) -> bool:
    """Whether a portal tells of a closed item nothing but its name."""
    said = {name for name, value in row.fields.items() if value}
    return row.fields.get("klasifikasi_risiko") == col.CLOSED and said <= col.OF_CLOSED


def _once(
    parsed: ParsedList, rows: Iterable[tuple[ListRow, list[Finding]]]
) -> Iterator[tuple[ListRow, list[Finding]]]:
    """Rows of a list that has no ids of its own, each once; those that come again are told of."""
    seen: dict[str, int] = {}
    for row, findings in rows:
        said = hashlib.sha256(json.dumps(row.fields, sort_keys=True).encode()).hexdigest()
        first = seen.setdefault(said, row.number)
        if first == row.number:
            yield row, findings
        else:
            parsed.tell([told(file_rules.REPEATED_ROW, row=row.number, first=first)])


def _without_unknown_words(row: ListRow, findings: list[Finding]) -> ListRow:
    """The row with the centre's unknown words kept beside it as written, not as values."""
    unknown = {
        finding.field: row.written[finding.field]
        for finding in findings
        if finding.rule == rules.UNKNOWN_VALUE.id and finding.field in WORD_FIELDS
    }
    if not unknown:
        return row
    kept = {k: v for k, v in row.fields.items() if k not in unknown}
    return replace(row, fields={**kept, "extra": {**kept["extra"], **unknown}})


def _table(
    parsed: ParsedList, header: Header, level: str | None, tahun: int | None
) -> Iterator[tuple[ListRow, list[Finding]]]:
    """The rows of a table, each with what is wrong with its cells."""
    form = header.format
    parsed.format = form.name
    parsed.level = level or form.levels[0]
    if parsed.level not in form.levels:
        parsed.tell([told(file_rules.OTHER_FORMAT, format=form.name, level=parsed.level)])
        return
    parsed.tell(judge_header(header))
    set_year(parsed, header, tahun)
    if parsed.refused:
        return
    if form.schedule:
        parsed.tell([told(file_rules.SCHEDULE_ASSUMED, schedule=form.schedule)])
    number, places = 0, header.columns()
    for index, row in header.body(parsed):
        if any(cell.strip() for cell in row[0]) and not _is_numbers(row[0]):
            number += 1
            yield _read_row(header, places, number, index, row)


def _is_numbers(cells: Sequence[str]) -> bool:
    """Whether this is the row of column numbers (1), (2), … that the Forum refers to."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) < 5 or not all(_NUMBER.fullmatch(cell) for cell in filled):
        return False
    numbers = [int(cell.strip("()")) for cell in filled]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _read_row(
    header: Header, places: Columns, number: int, index: int, record: Row
) -> tuple[ListRow, list[Finding]]:
    cells, numbers = record
    written = {n: cells[c].strip() for c, n in header.fields.items() if c < len(cells)}
    if header.given is not None:
        written = header.given.complete(written)
    years, findings = _priority_years(header, cells, index, number)
    values = values_of(written)
    extra = values.pop("extra")
    others = {**header.kept, **header.unknown}
    extra |= {t: cells[c].strip() for c, t in others.items() if c < len(cells)}
    listed, faulty = listed_years(written.get("prioritas_tahun", ""))
    values["prioritas_tahun"] = sorted({*years, *listed})
    values["extra"] = {k: v.replace("\0", " ") for k, v in extra.items() if v}
    if header.format.schedule:
        values.setdefault("jadwal_pemutakhiran", header.format.schedule)
    row = ListRow(number, index + 1, values, written, places)
    if faulty:
        place = row.place("prioritas_tahun")
        found = year_finding(mask_loose(faulty), place["cell"])
        findings.append(found.at(row=number, column=place["column"]))
    findings += _without_value(row)
    findings += _too_many(header, cells, index, number)
    findings += _ids_as_numbers(header, row, numbers)
    return row, findings


def _without_value(row: ListRow) -> Iterator[Finding]:
    """Cells of which a spreadsheet shows that their formula has no value."""
    for name, written in row.written.items():
        if written in SHOWN_ERRORS:
            yield told(rules.NO_VALUE, **row.place(name))


def _too_many(header: Header, cells: Sequence[str], index: int, number: int) -> Iterator[Finding]:
    width = len(header.titles)
    for column, cell in enumerate(cells[width:], width):
        if cell.strip():
            place = {"cell": header.address(column, index), "value": mask_loose(cell.strip())}
            yield told(rules.TOO_MANY_CELLS, row=number, **place)
            return


def _priority_years(
    header: Header, cells: Sequence[str], index: int, number: int
) -> tuple[list[int], list[Finding]]:
    """The years for which the row says "Ya" in the column of the year."""
    years, findings = [], []
    for column, year in header.years.items():
        cell = cells[column].strip() if column < len(cells) else ""
        if cell.casefold() in _YES:
            years.append(year)
        elif cell.casefold() not in _NO:
            place = {"row": number, "cell": header.address(column, index), "column": str(year)}
            value = mask_loose(cell)
            findings.append(told(rules.UNKNOWN_VALUE, **place, value=value, allowed="Ya, Tidak"))
    return years, findings


def _ids_as_numbers(header: Header, row: ListRow, numbers: Iterable[int]) -> Iterator[Finding]:
    """Ids that a workbook keeps as a number, or made a date of: 6.1.26 is one to it.

    Of a whole number, zeros at its beginning may be lost; most have none.
    """
    names: Mapping[int, str] = header.fields
    for column in numbers:
        name = names.get(column)
        if name not in col.IDS:
            continue
        if not row.written[name].isdigit():
            yield told(rules.NUMBER_ID, **row.place(name))
        elif name in ("id_ddd", "id_ddp"):
            yield told(rules.NUMBER_ID, "warning", **row.place(name))
