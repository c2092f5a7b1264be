"""Every finding of a check in files beside the resource: gzipped CSV, one line a finding, and
Parquet, of which a page is read without the rest; beside them the rows that they are about.

The sentence is not in them, but what it is made of: each reader is told in their own language.
"""

from __future__ import annotations

import contextlib
import csv
import io
import shutil
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import pyarrow as pa

import ckan.plugins.toolkit as tk

from ckanext.sdi.check import kept
from ckanext.sdi.check.annotate_sheet import SEVERITIES
from ckanext.sdi.check.report import BatchSink, Place
from ckanext.sdi.check.run import Again
from ckanext.sdi.check.write import batch_writer, neutral, read_batches
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.rules.columnar import unpack

HEADINGS = (
    N_("Cell"),
    N_("Row"),
    N_("Column"),
    N_("Value"),
    N_("What is wrong"),
    N_("Suggested value"),
    N_("Key of the row"),
    N_("Weight"),
    N_("Rule"),
)
_ROWS_AT_ONCE = 1000


def path_of(resource_id: str, check_id: str) -> Path:
    """Where the findings of a check are, as CSV."""
    return _folder(resource_id) / f"{check_id}.csv.gz"


def parquet_of(resource_id: str, check_id: str) -> Path:
    """Where the findings of a check are, as Parquet."""
    return _folder(resource_id) / f"{check_id}.parquet"


def _rows_of(resource_id: str, check_id: str) -> Path:
    return _folder(resource_id) / f"{check_id}.baris.parquet"


def root() -> Path:
    """The folder of all findings: in it one a resource."""
    return Path(tk.config["ckan.storage_path"]) / "sdi" / "pemeriksaan"


def _folder(resource_id: str) -> Path:
    return root() / resource_id


@contextlib.contextmanager
def writer(resource_id: str, check_id: str) -> Iterator[tuple[BatchSink, Again]]:
    """Write a check's findings, many at once; the files are there when all of them are.

    :returns: what takes the findings, and what takes the table once more for its rows
    """
    paths = [of(resource_id, check_id) for of in (_rows_of, parquet_of, path_of)]
    paths[0].parent.mkdir(parents=True, exist_ok=True)
    parts = [path.with_name(f"{path.name}.part") for path in paths]
    rows, parquet, csv_part = parts
    try:
        with kept.keeper(parquet, rows) as keeper, batch_writer(csv_part) as csv_sink:

            def sink(batch: pa.RecordBatch) -> None:
                csv_sink(batch)
                keeper(batch)

            yield sink, keeper.keep_rows
        for part, path in zip(parts, paths, strict=True):
            if part.exists():
                part.replace(path)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


def page(
    resource_id: str,
    check_id: str,
    *,
    rule: str | None,
    column: str | None,
    offset: int,
    limit: int,
) -> list[Finding]:
    """Some findings, task by task in the order of the file, of all or of one rule and column."""
    place = None if rule is None else (rule, column or "")
    with contextlib.suppress(FileNotFoundError):
        return kept.read_page(parquet_of(resource_id, check_id), place, offset, limit)
    return []


def every(resource_id: str, check_id: str, place: Place | None = None) -> Iterator[pa.RecordBatch]:
    """All findings of a check, or those of one rule and column, some thousands at a time.

    :raises FileNotFoundError: when they are not kept any more
    """
    return kept.read_task(parquet_of(resource_id, check_id), place)


def suggestions(
    resource_id: str, check_id: str, place: Place, *, offset: int, limit: int
) -> tuple[int, list[Finding]]:
    """How many cells of a task have a suggested value, and some of them."""
    with contextlib.suppress(FileNotFoundError):
        path = parquet_of(resource_id, check_id)
        return kept.read_suggestions(path, place, offset, limit)
    return 0, []


def rows(resource_id: str, check_id: str, wanted: Collection[int]) -> kept.Rows | None:
    """Rows of the file by their numbers, as far as something is wrong in them."""
    with contextlib.suppress(FileNotFoundError):
        return kept.read_rows(_rows_of(resource_id, check_id), wanted)
    return None


def download(resource_id: str, check_id: str, translate: Callable[[str], str]) -> Iterator[bytes]:
    """All findings as a CSV file for people, piece by piece.

    A cell that a spreadsheet would take for a formula is made harmless by an apostrophe.
    """
    # The mark at the beginning tells a spreadsheet that this is UTF-8.
    yield b"\xef\xbb\xbf"
    yield _lines([[translate(heading) for heading in HEADINGS]])
    for batch in _read(resource_id, check_id):
        for start in range(0, batch.num_rows, _ROWS_AT_ONCE):
            some = unpack(batch.slice(start, _ROWS_AT_ONCE))
            yield _lines([_told(finding, translate) for finding in some])


def _lines(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([neutral(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def take_over(resource_id: str, old_id: str, check_id: str) -> bool:
    """Give a check the findings of an earlier one; whether they are there."""
    for old in _folder(resource_id).glob(f"{old_id}.*"):
        if old.suffix != ".part":
            new = old.with_name(check_id + old.name.removeprefix(old_id))
            part = new.with_name(f"{new.name}.part")
            shutil.copyfile(old, part)
            part.replace(new)
    return path_of(resource_id, check_id).exists()


def remove(resource_id: str, check_id: str) -> None:
    """Remove the findings of a check, and what of them was written before it stopped."""
    for path in _folder(resource_id).glob(f"{check_id}.*"):
        path.unlink(missing_ok=True)


def keep_only(resource_id: str, check_id: str) -> None:
    """Remove the findings of a resource's earlier checks."""
    _remove(resource_id, but=check_id)


def remove_all(resource_id: str) -> None:
    """Remove all findings of a resource, when it goes.

    What a running check is writing is left to that check, which removes it when it sees that its
    resource is gone.
    """
    _remove(resource_id)
    with contextlib.suppress(OSError):
        _folder(resource_id).rmdir()


def _remove(resource_id: str, *, but: str | None = None) -> None:
    for path in _folder(resource_id).glob("*"):
        if path.suffix != ".part" and path.name.partition(".")[0] != but:
            path.unlink(missing_ok=True)


def _read(resource_id: str, check_id: str) -> Iterator[pa.RecordBatch]:
    """The findings, some thousands at a time."""
    with contextlib.suppress(FileNotFoundError):
        yield from read_batches(path_of(resource_id, check_id))


def _told(finding: Finding, translate: Callable[[str], str]) -> list[str]:
    return [
        finding.cell or "",
        "" if finding.row is None else str(finding.row),
        finding.column or "",
        finding.value or "",
        finding.message(translate),
        finding.suggestion or "",
        ", ".join(f"{name}: {value}" for name, value in (finding.key or {}).items()),
        translate(SEVERITIES[finding.severity]),
        finding.rule,
    ]
