"""Every finding of a check in a file beside the resource: gzipped CSV, one line a finding.

The sentence is not in it, but what it is made of: each reader is told in their own language.
"""

from __future__ import annotations

import contextlib
import csv
import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa

import ckan.plugins.toolkit as tk

from ckanext.sdi.check.report import BatchSink
from ckanext.sdi.check.write import batch_writer, neutral, read_batches
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.arrow import pc
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
SEVERITIES = {
    "error": N_("Must be mended"),
    "warning": N_("Should be looked at"),
    "info": N_("For your information"),
}
_ROWS_AT_ONCE = 1000


def path_of(resource_id: str, check_id: str) -> Path:
    """Where the findings of a check are."""
    return _folder(resource_id) / f"{check_id}.csv.gz"


def root() -> Path:
    """The folder of all findings: in it one a resource."""
    return Path(tk.config["ckan.storage_path"]) / "sdi" / "pemeriksaan"


def _folder(resource_id: str) -> Path:
    return root() / resource_id


@contextlib.contextmanager
def writer(resource_id: str, check_id: str) -> Iterator[BatchSink]:
    """Write a check's findings, many at once; the file is there when all of them are."""
    path = path_of(resource_id, check_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    try:
        with batch_writer(part) as sink:
            yield sink
        part.replace(path)
    finally:
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
    """Some findings in the order of the file, of all or of one rule and column."""
    wanted: list[Finding] = []
    for batch in _read(resource_id, check_id):
        if rule is not None:
            chosen = pc.and_(
                pc.equal(batch.column("rule"), rule),
                pc.equal(pc.fill_null(batch.column("column"), ""), column or ""),
            )
            batch = batch.filter(chosen)
        wanted += unpack(batch.slice(offset, limit - len(wanted)))
        offset = max(offset - batch.num_rows, 0)
        if len(wanted) == limit:
            break
    return wanted


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
    for path in _folder(resource_id).glob("*.csv.gz"):
        if path != path_of(resource_id, check_id):
            path.unlink(missing_ok=True)


def remove_all(resource_id: str) -> None:
    """Remove all findings of a resource, when it goes.

    What a running check is writing is left to that check, which removes it when it sees that its
    resource is gone.
    """
    folder = _folder(resource_id)
    for path in folder.glob("*.csv.gz"):
        path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()


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
