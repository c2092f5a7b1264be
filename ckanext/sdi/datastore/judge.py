"""How a file is judged, whatever it is handed in to: a resource's check and a check that hands
nothing in give one verdict, since both come through here.
"""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path

from ckanext.sdi.check.report import BatchSink, Report
from ckanext.sdi.check.run import Again, Progress, check_table
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.code_lists import source
from ckanext.sdi.codes.vocabulary import today
from ckanext.sdi.datastore import limits
from ckanext.sdi.rules import period


def judge_file(
    path: Path,
    schema: TableSchema,
    periode_data: str | None,
    *,
    name: str | None = None,
    batches: BatchSink | None = None,
    progress: Progress | None = None,
    again: Again | None = None,
) -> Report:
    """Judge a file.

    :param path: the file
    :param schema: its column standard
    :param periode_data: the period of the data as people write it; its last day is the date that
        codes are judged at where the standard names none
    :param name: what the person's computer calls it
    :param batches: is given every finding, as ``check_table`` gives them
    :param progress: is told how far it is, as ``check_table`` tells
    :param again: is given the table once more, as ``check_table`` gives it
    :raises ckanext.sdi.check.table.Unreadable: when the file is no table
    """
    return check_table(
        path,
        schema,
        at=period.last_day(periode_data),
        limits=limits.of_portal(),
        name=name or "",
        batches=batches,
        progress=progress,
        again=again,
    )


def basis_of(name: str) -> str:
    """What a verdict rests on beside the file, its standard and its period, as a digest: the rules
    of this release, the editions of the code lists, the portal's limits, and the day, on which
    codes are judged that have no date of their own.

    :param name: what the person's computer calls the file
    """
    source.forget()
    parts = [_program(), source.newest(), repr(limits.of_portal()), today().isoformat(), name]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@functools.cache
def _program() -> str:
    """The rules, the reader and the shipped code lists as a digest."""
    digest = hashlib.sha256()
    house = Path(__file__).parents[1]
    for room in ("check", "codes", "rules"):
        for path in sorted((house / room).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(house)} ".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()
