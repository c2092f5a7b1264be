"""A code list as a file: read strictly, every fault told by its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ckanext.sdi.codes.damage import clean
from ckanext.sdi.codes.systems import N_
from ckanext.sdi.codes.vocabulary import Layout

MAX_ROWS = 500_000
MAX_BYTES = 64 * 2**20
MAX_NAME = 300
MAX_PROBLEMS = 1000
_CODE_HEADERS = ("kode", "code", "kode_wilayah", "kode wilayah", "kode_bps", "kode_sds", "kode sds",
                 "kode_dssd", "kode dssd")  # fmt: skip
_NAME_HEADERS = ("nama", "name", "nama_wilayah", "nama wilayah", "region", "uraian", "nama data",
                 "uraian dssd")  # fmt: skip
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a list from being taken.

    :param line: the line in the file, 0 when it is about the whole
    :param message: a message id with placeholders
    """

    line: int
    message: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass
class ListFile:
    """What a file holds: names by code, and everything wrong with it."""

    names: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0

    def refuse(self, line: int, message: str, **params: str) -> None:
        """Note a problem; they are counted all and kept up to a limit."""
        self.problem_count += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(line, message, params))


def read_list(content: bytes, layout: Layout, totals: Mapping[str, int] | None = None) -> ListFile:
    """Read a list of codes and names from CSV.

    UTF-8 with or without a byte order mark; commas, semicolons, tabs or bars; a header that names
    the columns (``kode``/``code``, ``nama``/``name``/``region``) or none, then code and name come
    first; codes dotted or not.

    :param totals: how many codes of each level the decree says there are
    """
    found = ListFile()
    if len(content) > MAX_BYTES:
        found.refuse(0, N_("The file is larger than {n} MiB."), n=str(MAX_BYTES // 2**20))
        return found
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found.refuse(line, N_("The file is not in UTF-8. Save it as CSV UTF-8."))
        return found
    lines = _read_rows(text, layout, found)
    if not found.names and not found.problem_count:
        found.refuse(0, N_("The file holds no codes."))
    _judge_places(found, layout, lines)
    _judge_totals(found, layout, totals or {})
    return found


def _read_rows(text: str, layout: Layout, found: ListFile) -> dict[str, int]:
    """Fill the names; returns the line of each code."""
    lines: dict[str, int] = {}
    try:
        for line, code, name in _rows(text, layout, found):
            if len(lines) >= MAX_ROWS:
                found.refuse(line, N_("The file has more than {n} codes."), n=str(MAX_ROWS))
                break
            if code in lines:
                first = str(lines[code])
                found.refuse(
                    line,
                    N_("Code {code} stands twice, first in line {first}."),
                    code=code,
                    first=first,
                )
                continue
            lines[code] = line
            found.names[code] = name
    except csv.Error as error:
        message = N_("The file cannot be read from here on: {error}. Was it cut off?")
        found.refuse(text.count("\n") + 1, message, error=str(error)[:100])
    return lines


def _rows(text: str, layout: Layout, found: ListFile) -> Iterator[tuple[int, str, str]]:
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    places: tuple[int, int] | None = None
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if places is None:
            header = _header(cells)
            places = header or (0, 1)
            if header:
                continue
        if len(cells) <= max(places):
            found.refuse(reader.line_num, N_("The line has no code or no name."))
            continue
        row = _row(reader.line_num, cells[places[0]], cells[places[1]], layout, found)
        if row:
            yield row


def _header(cells: list[str]) -> tuple[int, int] | None:
    names = [cell.strip().lower() for cell in cells]
    code = next((n for n, name in enumerate(names) if name in _CODE_HEADERS), None)
    name = next((n for n, name in enumerate(names) if name in _NAME_HEADERS), None)
    return None if code is None or name is None else (code, name)


def _row(
    line: int, code_cell: str, name_cell: str, layout: Layout, found: ListFile
) -> tuple[int, str, str] | None:
    code = layout.normalise(clean(code_cell).value)
    if not layout.is_code(code):
        found.refuse(line, N_("“{code}” does not have the shape of a code."), code=code_cell[:40])
        return None
    name = " ".join(name_cell.split())
    if not name:
        found.refuse(line, N_("Code {code} has no name."), code=code)
    elif name[0] in "=+@" or (name[0] == "-" and len(name) > 1):
        found.refuse(line, N_("The name of {code} is a formula."), code=code)
    elif len(name) > MAX_NAME or not name.isprintable():
        found.refuse(line, N_("The name of {code} is too long or holds control signs."), code=code)
    else:
        return line, code, name
    return None


def _judge_places(found: ListFile, layout: Layout, lines: Mapping[str, int]) -> None:
    """Refuse codes whose parent is missing, and names that contradict the code."""
    for code, name in found.names.items():
        parent = layout.parent(code)
        if parent is not None and parent not in found.names:
            found.refuse(
                lines[code],
                N_("Code {code} stands without {parent}, to which it belongs."),
                code=code,
                parent=parent,
            )
        kind = layout.kind(code)
        word = name.split()[0].lower().rstrip(".")
        if (kind == "kabupaten" and word == "kota") or (
            kind == "kota" and word in ("kab", "kabupaten")
        ):
            message = N_("Code {code} is that of a {kind}, but its name is {name}.")
            found.refuse(lines[code], message, code=code, kind=kind, name=name)


def _judge_totals(found: ListFile, layout: Layout, totals: Mapping[str, int]) -> None:
    counts = dict.fromkeys(totals, 0)
    for code in found.names:
        level = layout.level(code)
        if level in counts:
            counts[level] += 1
    for level, total in totals.items():
        if counts[level] != total:
            found.refuse(
                0,
                N_("The list has {found} codes of the level {level}; the decree says {total}."),
                found=str(counts[level]),
                level=level,
                total=str(total),
            )
