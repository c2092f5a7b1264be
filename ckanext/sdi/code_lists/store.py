"""Editions of code lists in the database.

The list that comes with the extension is written down when the first edition is loaded after it;
until then it is read from its file.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.sdi.codes import editions, kode_wilayah
from ckanext.sdi.codes.editions import Difference
from ckanext.sdi.codes.layouts import LAYOUTS
from ckanext.sdi.codes.list_file import ListFile, Problem, read_list
from ckanext.sdi.codes.systems import N_
from ckanext.sdi.codes.vocabulary import Event, Layout, Vocabulary
from ckanext.sdi.model.codes import CodeEdition, CodeEvent, CodeVersion

# A list that lacks more than this share of the codes in force is likely cut off.
_MOST_GONE = 0.2
# Any number, the same in every process: loads of one portal wait for each other.
_LOCK = 7_305_001

# The laws of three provinces took effect on codes with the edition after them, the third.
_PROVINCES_OF_2022 = {"UU 14/2022": 3, "UU 15/2022": 3, "UU 16/2022": 3}
_COLUMNS = ("system", "code", "name", "level", "kind", "parent", "valid_from", "valid_to",
            "first_position", "last_position")  # fmt: skip


class Refused(Exception):
    """A list that is not taken, with every reason."""

    def __init__(self, problems: Sequence[Problem], count: int | None = None) -> None:
        super().__init__(f"{count or len(problems)} problems")
        self.problems = list(problems)
        self.count = len(problems) if count is None else count


@dataclass(frozen=True)
class NewEdition:
    """What is known of a list that is to be loaded.

    :param from_empty: begin the system's history with it, without the list that is shipped
    :param totals: how many codes of each level the decree says there are
    :param successors: old code to new codes, as entered from the decree's annex
    """

    system: str
    decree: str
    valid_from: date
    source: str = ""
    from_empty: bool = False
    totals: Mapping[str, int] | None = None
    successors: Mapping[str, Iterable[str]] | None = None


def layout_of(system: str) -> Layout:
    """The layout of a system that is a list.

    :raises Refused: when it is none
    """
    if system not in LAYOUTS:
        raise Refused([Problem(0, N_("There are no lists of this code system."))])
    return LAYOUTS[system]


def edition_rows(system: str) -> list[CodeEdition]:
    """The loaded editions of a system, oldest first."""
    query = sa.select(CodeEdition).where(CodeEdition.system == system)
    return list(model.Session.scalars(query.order_by(CodeEdition.position)))


def names_of(system: str, position: int) -> dict[str, str]:
    """The list of an edition exactly: names by code."""
    query = sa.select(CodeVersion.code, CodeVersion.name).where(
        CodeVersion.system == system,
        CodeVersion.first_position <= position,
        sa.or_(CodeVersion.last_position.is_(None), CodeVersion.last_position >= position),
    )
    return {row.code: row.name for row in model.Session.execute(query)}


def current_names(system: str, *, from_empty: bool = False) -> dict[str, str]:
    """The newest list of a system: loaded, else as shipped, else empty."""
    loaded = edition_rows(system)
    if loaded:
        return names_of(system, loaded[-1].position)
    if system == "kode_wilayah" and not from_empty:
        return {code: name for code, name, _, last in kode_wilayah.shipped().rows() if last is None}
    return {}


def preview(content: bytes, new: NewEdition) -> tuple[ListFile, Difference]:
    """What loading a list would change; nothing is written.

    :raises Refused: when the list would not be taken
    """
    layout = layout_of(new.system)
    read = read_list(content, layout, new.totals)
    if read.problem_count:
        raise Refused(read.problems, read.problem_count)
    _judge_edition(new)
    before = current_names(new.system, from_empty=new.from_empty)
    difference = editions.compare(before, read.names, new.successors)
    _judge_difference(new, before, read, difference)
    return read, difference


def load(content: bytes, new: NewEdition, user_id: str | None) -> tuple[CodeEdition, Difference]:
    """Load a list as the newest edition, in one transaction that the caller commits.

    :raises Refused: when the list is not taken; nothing is written then
    """
    model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    read, difference = preview(content, new)
    if not edition_rows(new.system) and not new.from_empty:
        _write_shipped(new.system)
    loaded = edition_rows(new.system)
    edition = CodeEdition(
        system=new.system,
        position=loaded[-1].position + 1 if loaded else 1,
        decree=new.decree,
        valid_from=new.valid_from,
        source=new.source,
        checksum=hashlib.sha256(content).hexdigest(),
        codes=len(read.names),
        loaded_by=user_id,
    )
    model.Session.add(edition)
    model.Session.flush()
    _apply(edition, difference, first=not loaded)
    return edition, difference


def _judge_edition(new: NewEdition) -> None:
    loaded = edition_rows(new.system)
    if any(edition.decree == new.decree for edition in loaded):
        raise Refused([Problem(0, N_("{decree} is loaded already."), {"decree": new.decree})])
    newest = loaded[-1].valid_from if loaded else None
    if new.from_empty:
        if loaded:
            message = N_("The system already has editions, so its history cannot begin anew.")
            raise Refused([Problem(0, message)])
    elif newest is None and new.system == "kode_wilayah":
        newest = max(e.valid_from for e in kode_wilayah.shipped().editions)
    if newest is not None and new.valid_from <= newest:
        params = {"date": newest.isoformat()}
        message = N_("The newest edition is of {date}; a new one must be later.")
        raise Refused([Problem(0, message, params)])


def _judge_difference(
    new: NewEdition, before: Mapping[str, str], read: ListFile, difference: Difference
) -> None:
    problems = [
        Problem(
            0,
            N_("{new} is entered as a successor of {old}, but is not in the list."),
            {"old": old, "new": code},
        )
        for old, codes in (new.successors or {}).items()
        for code in codes
        if code not in read.names
    ]
    problems += [
        Problem(0, N_("{old} is entered with a successor, but it is not gone."), {"old": old})
        for old in new.successors or {}
        if old not in difference.gone
    ]
    if not new.totals and before and len(difference.gone) > _MOST_GONE * len(before):
        params = {"gone": str(len(difference.gone)), "of": str(len(before))}
        message = N_(
            "The list lacks {gone} of the {of} codes in force: it may be cut off. Give the decree's"
            " totals to load it all the same."
        )
        problems.append(Problem(0, message, params))
    if problems:
        raise Refused(problems)


def _apply(edition: CodeEdition, difference: Difference, *, first: bool) -> None:
    """Write what an edition changes: versions end and begin, events are kept."""
    layout = LAYOUTS[edition.system]
    ended = [*difference.gone, *difference.renamed, *difference.respelled]
    _end(edition, ended)
    begun = dict(difference.new)
    for changed in (difference.renamed, difference.respelled):
        begun |= {code: after for code, (_, after) in changed.items()}
    # Codes of the first list there is were in use before it, nobody knows since when.
    start = None if first else edition.valid_from
    _insert(edition.system, layout, ((c, n, start, None, edition.position, None)
                                     for c, n in begun.items()))  # fmt: skip
    if not first:
        found = editions.events_of(difference, edition.decree, edition.valid_from, layout)
        _insert_events(edition.id, edition.system, found)


def _end(edition: CodeEdition, codes: Sequence[str]) -> None:
    if codes:
        model.Session.execute(
            sa.update(CodeVersion)
            .where(
                CodeVersion.system == edition.system,
                CodeVersion.last_position.is_(None),
                CodeVersion.code == sa.any_(sa.literal(codes, sa.ARRAY(sa.UnicodeText))),
            )
            .values(
                valid_to=edition.valid_from - timedelta(days=1),
                last_position=edition.position - 1,
            )
            .execution_options(synchronize_session=False)
        )


def _write_shipped(system: str) -> None:
    """Write the list that comes with the extension down, with its editions and events."""
    if system != "kode_wilayah":
        return
    wilayah = kode_wilayah.shipped()
    written = [
        CodeEdition(
            system=system,
            position=position,
            decree=shipped.decree,
            valid_from=shipped.valid_from,
            source=shipped.source,
            coverage=shipped.coverage,
            codes=shipped.codes,
        )
        for position, shipped in enumerate(wilayah.editions, 1)
    ]
    model.Session.add_all(written)
    model.Session.flush()
    positions = {edition.decree: edition.position for edition in written}
    _insert(system, wilayah.layout, _shipped_rows(wilayah, positions))
    by_edition: dict[str, list[Event]] = defaultdict(list)
    for event in wilayah.events():
        by_edition[written[_position(event, positions) - 1].id].append(event)
    for edition_id, events in by_edition.items():
        _insert_events(edition_id, system, events)


def _shipped_rows(wilayah: Vocabulary, positions: Mapping[str, int]) -> Iterator[tuple[Any, ...]]:
    """The shipped versions with the editions they stand in, which their events tell."""
    began: dict[tuple[str, bool], int] = {}
    ended: dict[tuple[str, bool], int] = {}
    for event in wilayah.events():
        renamed, position = event.kind == "rename", _position(event, positions)
        if event.new:
            began[event.new, renamed] = position
        if event.old:
            ended[event.old, renamed] = position
    for code, name, first, last in wilayah.rows():
        versions = len(wilayah.versions(code))
        newest = last is None
        begin = began.get((code, versions > 1 and newest), 1)
        end = None if newest else ended.get((code, versions > 1), max(positions.values())) - 1
        yield code, name, first, last, begin, end


def _position(event: Event, positions: Mapping[str, int]) -> int:
    """The edition that an event came with: its decree's, or the first one after its law."""
    return positions.get(event.decree) or _PROVINCES_OF_2022.get(event.decree, 0) or len(positions)


def _insert(system: str, layout: Layout, rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert versions with COPY: a list has some 90,000."""
    text = io.StringIO()
    writer = csv.writer(text)
    for code, name, first, last, *positions in rows:
        place = (layout.level(code), layout.kind(code), layout.parent(code))
        writer.writerow((system, code, name, *place, first, last, *positions))
    text.seek(0)
    cursor: Any = model.Session.connection().connection.cursor()
    cursor.copy_expert(f"COPY sdi_code ({', '.join(_COLUMNS)}) FROM STDIN WITH CSV", text)


def _insert_events(edition_id: str, system: str, events: Iterable[Event]) -> None:
    rows = [
        {
            "edition_id": edition_id,
            "system": system,
            "date": event.date,
            "decree": event.decree,
            "kind": event.kind,
            "old": event.old,
            "new": event.new,
        }
        for event in events
    ]
    if rows:
        model.Session.execute(sa.insert(CodeEvent), rows)
