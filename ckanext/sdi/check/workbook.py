"""The sheet of a workbook that holds the table, read in a process apart.

calamine has no limits of its own: two cells far apart make it ask for half a terabyte. The limits
of the process stop it.
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from ckanext.sdi.check.cells import ErrorCell, is_filled
from ckanext.sdi.check.error_cells import DAMAGED, Errors, by_line, error_cells, with_errors
from ckanext.sdi.check.layout import HEAD, Header, find_header
from ckanext.sdi.check.spool import Refused, Spool
from ckanext.sdi.check.tail import HELD, cut

_ERROR = ErrorCell()


@dataclass
class _Sheet:
    """A sheet with a table; ``left`` is its first column, counted in the whole sheet."""

    name: str
    sheet: CalamineSheet
    header: Header
    left: int
    height: int

    @property
    def weight(self) -> tuple[bool, int]:
        """How much of a table it seems to be."""
        records = self.height - self.header.body
        return self.header.are_words, records * sum(map(bool, self.header.names))


def read(source: IO[bytes], target: IO[bytes], asked: dict[str, Any]) -> None:
    """Read a workbook into a spool.

    :param source: the file
    :param target: where the records go
    :param asked: the kind, the limits, and what is said of the layout
    :raises Refused: when there is no such table in it
    """
    try:
        content = io.BytesIO(source.read())
        workbook = CalamineWorkbook.from_filelike(content)
        chosen, others = _choose(workbook, asked)
        number = workbook.sheet_names.index(chosen.name)
        errors = error_cells(content, asked["kind"], chosen.name, number)
    except PasswordError as error:
        raise Refused("encrypted") from error
    except DAMAGED as error:
        raise Refused("damaged", kind=asked["kind"]) from error
    width = len(chosen.header.names)
    named = sum(map(bool, chosen.header.names))
    if named > asked["columns"]:
        raise Refused("too_many_columns", n=str(named), limit=str(asked["columns"]))
    spool = Spool(target, width, cells=asked["cells"], longest=asked["longest"])
    told = _copy(chosen, spool, width, asked.get("last_row"), by_line(errors, chosen.left))
    spool.flush()
    columns = [place for place, name in enumerate(chosen.header.names)
               if name or spool.filled[place]]  # fmt: skip
    spool.finish(
        {
            **told,
            "columns": columns,
            "header": [chosen.header.names[place] for place in columns],
            "places": [chosen.left + place for place in columns],
            "header_line": chosen.header.last + 1,
            "several": len(workbook.sheet_names) > 1,
            "rows": spool.count,
            "layout": {
                "sheet": chosen.name,
                "other_sheets": others,
                "header_row": chosen.header.first + 1,
                "header_rows": chosen.header.count,
                **told["layout"],
            },
        }
    )


def _choose(workbook: CalamineWorkbook, asked: dict[str, Any]) -> tuple[_Sheet, list[str]]:
    """The sheet that is asked for, or the one with the largest table; and the others with one."""
    names = [one.name for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    shown = [
        one.name
        for one in workbook.sheets_metadata
        if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible
    ]
    wanted = asked.get("sheet")
    if wanted is not None:
        if wanted not in names:
            raise Refused("no_sheet", sheet=wanted, sheets=", ".join(names[:20]))
        found = _with_table(workbook, [wanted], asked)
    else:
        found = _with_table(workbook, shown, asked) or _with_table(workbook, names, asked)
    if found is None:
        raise Refused("empty")
    return found


def _with_table(
    workbook: CalamineWorkbook, names: Sequence[str], asked: dict[str, Any]
) -> tuple[_Sheet, list[str]] | None:
    best: _Sheet | None = None
    tables: list[str] = []
    for name in names:
        one = _opened(workbook, name, asked)
        if one is None:
            continue
        if one.header.are_words and one.weight[1] > 0:
            tables.append(name)
        if best is None or one.weight > best.weight:
            best = one
    return (best, [name for name in tables if name != best.name]) if best else None


def _opened(workbook: CalamineWorkbook, name: str, asked: dict[str, Any]) -> _Sheet | None:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.start is None:
        return None
    left = sheet.start[1]
    merged = [
        ((top, first - left), (bottom, last - left))
        for (top, first), (bottom, last) in sheet.merged_cell_ranges or ()
    ]
    header_row = asked.get("header_row")
    header = find_header(
        # As far down as the row that is asked for.
        list(islice(sheet.iter_rows(), max(HEAD, (header_row or 0) + HEAD))),
        [one for one in merged if one[0][0] < HEAD + (header_row or 0)],
        header_row=None if header_row is None else header_row - 1,
        header_rows=asked.get("header_rows"),
    )
    if header is None:
        return None
    return _Sheet(name, sheet, header, left, (sheet.end or sheet.start)[0] + 1)


def _copy(
    chosen: _Sheet, spool: Spool, width: int, last_row: int | None, errors: Errors
) -> dict[str, Any]:
    """Copy the records, and tell what was left out."""
    header = chosen.header
    first = last = blank = 0
    totals: list[int] = []
    notes: list[int] = []
    for number, row in _records(chosen, last_row, totals, notes, errors):
        if any(map(is_filled, row)):
            first, last = first or number, number
            spool.add(number, [*row, *[""] * (width - len(row))][:width])
        else:
            blank += 1
    merged = [
        corner
        for corner, _ in chosen.sheet.merged_cell_ranges or ()
        if header.body <= corner[0] < last
    ]
    return {
        "blank_rows": blank,
        "merged": len(merged),
        "merged_first": list(min(merged)) if merged else None,
        "layout": {"first_row": first, "last_row": last, "skipped": header.skipped(totals, notes)},
    }


def _records(
    chosen: _Sheet, last_row: int | None, totals: list[int], notes: list[int], errors: Errors
) -> Iterator[tuple[int, Sequence[Any]]]:
    """The records with their lines; what is none is noted. Blank rows are among them."""
    rows = enumerate(islice(chosen.sheet.iter_rows(), chosen.header.body, None))
    first = chosen.header.body + 1
    held: deque[tuple[int, Sequence[Any]]] = deque()
    for place, cells in rows:
        row = with_errors(cells, errors.get(first + place, ()), _ERROR)
        if last_row is not None and first + place > last_row:
            notes += [first + place] if any(map(is_filled, row)) else []
            continue
        held.append((first + place, row))
        if len(held) > HELD:
            yield held.popleft()
    if last_row is not None:
        yield from held
        return
    named = sum(map(bool, chosen.header.names))
    end, totals[:], notes[:] = cut(list(held), named)
    yield from islice(held, end)
