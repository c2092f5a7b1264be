"""Every finding of a check in a file beside the resource: gzipped CSV, one line a finding.

The sentence is not in it, but what it is made of: each reader is told in their own language.
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import ckan.plugins.toolkit as tk

from ckanext.sdi.check.write import neutral
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.catalogue import N_

FIELDS = (
    "rule",
    "severity",
    "column",
    "row",
    "cell",
    "value",
    "suggestion",
    "key",
    "params",
)
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


def _folder(resource_id: str) -> Path:
    return Path(tk.config["ckan.storage_path"]) / "sdi" / "pemeriksaan" / resource_id


@contextlib.contextmanager
def writer(resource_id: str, check_id: str) -> Iterator[Callable[[Finding], None]]:
    """Write a check's findings; the file is there when all of them are."""
    path = path_of(resource_id, check_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    try:
        with gzip.open(part, "wt", compresslevel=1, encoding="utf-8", newline="") as file:
            lines = csv.writer(file)

            def sink(finding: Finding) -> None:
                lines.writerow(_pack(finding))

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
    wanted = (
        finding
        for finding in _read(resource_id, check_id)
        if rule is None or (finding[0] == rule and finding[2] == (column or ""))
    )
    return [_unpack(line) for line in itertools.islice(wanted, offset, offset + limit)]


def download(resource_id: str, check_id: str, translate: Callable[[str], str]) -> Iterator[bytes]:
    """All findings as a CSV file for people, piece by piece.

    A cell that a spreadsheet would take for a formula is made harmless by an apostrophe.
    """
    # The mark at the beginning tells a spreadsheet that this is UTF-8.
    yield b"\xef\xbb\xbf"
    lines = _read(resource_id, check_id)
    rows: list[list[str]] = [[translate(heading) for heading in HEADINGS]]
    while rows:
        text = io.StringIO(newline="")
        csv.writer(text).writerows([neutral(cell) for cell in row] for row in rows)
        yield text.getvalue().encode()
        some = itertools.islice(lines, _ROWS_AT_ONCE)
        rows = [_told(_unpack(line), translate) for line in some]


def remove(resource_id: str, check_id: str) -> None:
    """Remove the findings of a check."""
    path_of(resource_id, check_id).unlink(missing_ok=True)


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


def _read(resource_id: str, check_id: str) -> Iterator[list[str]]:
    try:
        with gzip.open(path_of(resource_id, check_id), "rt", encoding="utf-8", newline="") as file:
            yield from csv.reader(file)
    except FileNotFoundError:
        return


def _pack(finding: Finding) -> list[str]:
    return [
        finding.rule,
        finding.severity,
        finding.column or "",
        "" if finding.row is None else str(finding.row),
        finding.cell or "",
        finding.value or "",
        finding.suggestion or "",
        json.dumps(finding.key, ensure_ascii=False) if finding.key else "",
        json.dumps(dict(finding.params), ensure_ascii=False) if finding.params else "",
    ]


def _unpack(line: list[str]) -> Finding:
    told = dict(zip(FIELDS, line, strict=True))
    return Finding(
        rule=told["rule"],
        severity=told["severity"],
        params=json.loads(told["params"]) if told["params"] else {},
        column=told["column"] or None,
        row=int(told["row"]) if told["row"] else None,
        cell=told["cell"] or None,
        key=json.loads(told["key"]) if told["key"] else None,
        value=told["value"] or None,
        suggestion=told["suggestion"] or None,
    )


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
