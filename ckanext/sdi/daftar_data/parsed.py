"""What a list's file holds, as far as it was read: its findings, and its rows in a file of their
own, so that a long list costs no memory.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ckanext.sdi.codes.indicators import normalise_dssd
from ckanext.sdi.daftar_data import columns as col
from ckanext.sdi.rules import daftar_data_file as file_rules
from ckanext.sdi.rules.daftar_data_file import told
from ckanext.sdi.rules.finding import Finding

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_FINDINGS = 10_000
"""So many findings are kept; the counts are of all."""

WORD_FIELDS = ("jenis_data", "jenis", "klasifikasi_risiko", "jadwal_pemutakhiran")

_EMPTY = {"", "-", "–", "—", "n/a"}
_NO = {"tidak", "t", "0", "false", "-", "–", "—", ""}


class SpooledRows:
    """Rows as fields of an item's version, with ``row_number``; they are read as often as asked."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as this does
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[dict[str, Any]]:
        self._file.seek(0)
        for line in self._file:
            yield json.loads(line)

    def append(self, row: Mapping[str, Any]) -> None:
        """Take a row in."""
        self._file.write(json.dumps(row).encode() + b"\n")
        self._count += 1


@dataclass
class ParsedList:
    """What a file holds."""

    checksum: str
    size: int
    format: str | None = None
    level: str | None = None
    tahun: int | None = None
    title: str | None = None
    titles: list[str] = field(default_factory=list)
    """The columns of a list in no known format, for a person to say what they are."""
    rows: SpooledRows = field(default_factory=SpooledRows)
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    """How many findings there are of each severity."""

    @property
    def refused(self) -> bool:
        """Whether anything stands in the way of an import."""
        return self.counts["error"] > 0

    def tell(self, findings: Iterable[Finding]) -> None:
        """Take findings in: those that stand in the way first, when there are too many."""
        for finding in findings:
            self.counts[finding.severity] += 1
            if len(self.findings) < MOST_FINDINGS:
                self.findings.append(finding)
            elif finding.severity == "error" and self.counts["error"] <= MOST_FINDINGS:
                self._make_room(finding)

    def _make_room(self, finding: Finding) -> None:
        """Keep a finding in place of the last one that does not stand in the way."""
        for place in range(len(self.findings) - 1, -1, -1):
            if self.findings[place].severity != "error":
                self.findings[place] = finding
                return


def values_of(written: Mapping[str, str]) -> dict[str, Any]:
    """The fields of an item from what a list has written.

    "-" and blank say nothing, except in ID DDP: there "-" says that a person has looked.
    """
    values: dict[str, Any] = {"extra": {}}
    for name, cell in written.items():
        text = None if cell.casefold() in _EMPTY else _without_tail(cell)
        if name in col.EXTRA:
            values["extra"][name] = text
        elif text and name in WORD_FIELDS:
            values[name] = col.word(name, text)
        elif text and name == "kode_dssd":
            values[name] = normalise_dssd(text)
        elif name != "prioritas_tahun":
            values[name] = text
    if values.get("id_ddp"):
        values["status"] = "mengacu"
    else:
        values["status"] = "tidak_mengacu" if written.get("id_ddp") else "belum_dicek"
    return values


def _without_tail(cell: str) -> str | None:
    """A cell without the separator that the national list leaves at the end of each list."""
    return cell.replace("\xa0", " ").strip().removesuffix(";").rstrip() or None


def listed_years(cell: str) -> tuple[list[int], str | None]:
    """The years of a cell such as "2025, 2026", and the first part that is no year."""
    if cell.casefold() in _EMPTY | _NO:
        return [], None
    years = []
    for part in re.split(r"[;,\s]+", cell.strip(" ;,")):
        if not is_year(part):
            return [], part
        years.append(int(part))
    return years, None


def is_year(text: str) -> bool:
    """Whether a text is a year that a list can be for."""
    return text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:5]) <= LAST_YEAR


def year_finding(found: str, cell: str | None, wanted: str | None = None) -> Finding:
    """The finding on a year that is none, or another than the list is for."""
    wanted = wanted or f"{FIRST_YEAR}–{LAST_YEAR}"
    return told(file_rules.YEAR, found=found, cell=cell, wanted=wanted)
