"""Editions and items in the database: taking a list in, agreeing to it, which one is in force.

Nothing here commits: the caller's transaction holds the whole import, or nothing of it.
"""

from __future__ import annotations

import datetime
import io
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import IO, Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager

from ckan import model

from ckanext.sdi.daftar_data import source as source_file
from ckanext.sdi.daftar_data.bulk import add_versions
from ckanext.sdi.daftar_data.difference import LISTS, Difference
from ckanext.sdi.daftar_data.formats import Judge, read_list
from ckanext.sdi.daftar_data.parsed import ParsedList
from ckanext.sdi.daftar_data.producers import Producers
from ckanext.sdi.model import Edition, ItemVersion
from ckanext.sdi.model.base import hold, now, today
from ckanext.sdi.rules.daftar_data_list import ListRow, judge_references
from ckanext.sdi.rules.finding import Finding

SHOWN = 1000
Outcome = Literal["imported", "unchanged", "refused", "checked"]
_held: ContextVar[ItemVersion | None] = ContextVar("held", default=None)


@dataclass
class Import:
    """What came of an import. ``checked``: a dry run that would have been imported.

    ``difference`` has the counts whole and the first ``SHOWN`` of each list.
    """

    outcome: Outcome
    parsed: ParsedList
    edition: Edition | None = None
    difference: dict[str, Any] = field(default_factory=dict)

    @property
    def findings(self) -> list[Finding]:
        return self.parsed.findings


def import_list(
    content: bytes | IO[bytes],
    *,
    level: str | None = None,
    tahun: int | None = None,
    title: str | None = None,
    source: str | None = None,
    user_id: str | None = None,
    dry_run: bool = False,
    mapping: dict[str, Any] | None = None,
) -> Import:
    """Take a list in as a draft edition, all of it or nothing.

    :param content: the file, or its bytes
    :param level: ``pusat``, ``provinsi`` or ``kabkota``; left out, the format tells
    :param tahun: the year of the list; left out, its title rows tell
    :param title: the edition's title
    :param source: where it came from: a file's name or an address
    :param dry_run: judge and compare only
    :param mapping: what a person says of the columns of a list in no known format
    :result: ``refused`` when a row is faulty; ``unchanged`` when this very file is already there
        for the level and year, as a draft or agreed
    """
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    producers = Producers()
    known = _known(producers)
    parsed = read_list(file, level=level, tahun=tahun, known=known, mapping=mapping)
    if parsed.refused or parsed.level is None or parsed.tahun is None:
        return Import("refused", parsed)
    lock(parsed.level, parsed.tahun)
    same = _same_file(parsed)
    if same is not None and mapping is None:
        return _unchanged(parsed, same)
    base = base_edition(parsed.level, parsed.tahun)
    with _kept_unless(dry_run):
        edition = Edition(
            level=parsed.level,
            tahun=parsed.tahun,
            title=_free_title(title or f"Daftar Data {parsed.level.capitalize()} {parsed.tahun}"),
            source=source,
            checksum=parsed.checksum,
            source_size=parsed.size,
            created_by=user_id,
        )
        model.Session.add(edition)
        model.Session.flush()
        add_versions(edition, parsed.rows, producers)
        compared = Difference(base.id if base else None, edition.id)
        difference = compared.as_dict(LISTS, limit=SHOWN)
    if dry_run:
        return Import("checked", parsed, difference=difference)
    if same is not None and not differ(same.id, edition.id):
        # Another mapping of the same file may make another list; the same one does not.
        delete_draft(edition.id)
        return _unchanged(parsed, same)
    source_file.keep(edition.id, file)
    return Import("imported", parsed, edition, difference)


def _unchanged(parsed: ParsedList, same: Edition) -> Import:
    return Import("unchanged", parsed, same, Difference(same.id, same.id).as_dict((), limit=0))


def differ(before: str, after: str) -> bool:
    """Whether two editions say other things of their items."""
    counts = Difference(before, after).counts()
    return any(counts[kind] for kind in LISTS)


@contextmanager
def _kept_unless(dry_run: bool) -> Iterator[None]:
    """A dry run writes too, so that it is compared as an import is, and takes all of it back."""
    if not dry_run:
        yield
        return
    with model.Session.begin_nested() as savepoint:
        yield
        savepoint.rollback()


def _free_title(title: str) -> str:
    """The title, numbered when another edition has it: people tell editions apart by it."""
    taken = set(
        model.Session.scalars(
            sa.select(Edition.title).where(Edition.title.startswith(title, autoescape=True))
        )
    )
    numbered = (f"{title} ({number})" for number in itertools.count(2))
    return next(free for free in itertools.chain([title], numbered) if free not in taken)


def lock(level: str, tahun: int) -> None:
    """Let one transaction at a time change the editions of a level and year."""
    hold(f"sdi_daftar_data:{level}:{tahun}")


def _known(producers: Producers) -> Judge:
    """What the portal knows of a row: its producer and the centre's item."""
    ddp = centre_ids()

    def judge(row: ListRow) -> list[Finding]:
        return judge_references([row], producers=producers, ddp=ddp)

    return judge


def centre_ids() -> set[str] | None:
    """The DDP ids that the centre's editions name; None when there is no such edition."""
    ids = model.Session.scalars(
        sa.select(ItemVersion.id_ddp).join(Edition).where(Edition.level == "pusat").distinct()
    )
    return {id_ddp for id_ddp in ids if id_ddp} or None


def _same_file(parsed: ParsedList) -> Edition | None:
    return model.Session.scalar(
        sa.select(Edition)
        .where(
            Edition.level == parsed.level,
            Edition.tahun == parsed.tahun,
            Edition.checksum == parsed.checksum,
            Edition.state != "closed",
        )
        .order_by(Edition.created_at.desc())
        .limit(1)
    )


def base_edition(level: str, tahun: int) -> Edition | None:
    """The agreed edition that a new one is compared with: of its year, else of the year before."""
    query = (
        sa.select(Edition)
        .where(Edition.level == level, Edition.state == "agreed")
        .order_by(sa.func.abs(Edition.tahun - tahun), Edition.tahun, Edition.agreed_at.desc())
    )
    return model.Session.scalar(query.limit(1))


def delete_draft(edition_id: str) -> bool:
    """Delete a draft, with what it says of its items; whether it is one still.

    The items stay: they are what is the same over editions, and a later one may name them again.
    """
    draft = sa.delete(Edition).where(Edition.id == edition_id, Edition.state == "draft")
    return model.Session.execute(draft.returning(Edition.id)).first() is not None


def agree(edition: Edition, user_id: str | None) -> list[Edition]:
    """Make an edition count. The one of its level and year that counted until now is closed.

    Producers that were not known when the list came in are looked for once more.

    :result: the editions that were closed
    """
    lock(edition.level, edition.tahun)
    older = list(
        model.Session.scalars(
            sa.select(Edition).where(
                Edition.level == edition.level,
                Edition.tahun == edition.tahun,
                Edition.state == "agreed",
                Edition.id != edition.id,
            )
        )
    )
    for other in older:
        other.state = "closed"
    edition.state = "agreed"
    edition.agreed_at = now()
    edition.agreed_by = user_id
    model.Session.flush()
    _match_again(edition)
    return older


def _match_again(edition: Edition) -> None:
    """Give the items of producers that are known by now to their offices."""
    nobodys = (ItemVersion.edition_id == edition.id, ItemVersion.organization_id.is_(None))
    producers = Producers()
    names = sa.select(ItemVersion.produsen).where(*nobodys).distinct()
    for name in list(model.Session.scalars(names)):
        office = producers.find(name)
        if office is not None:
            theirs = sa.update(ItemVersion).where(*nobodys, ItemVersion.produsen == name)
            model.Session.execute(theirs.values(organization_id=office))


def edition_in_force(level: str, at: datetime.date | None = None) -> Edition | None:
    """The agreed edition of a level that holds on a day: the newest whose year has begun.

    When only editions for later years are agreed, the first of them holds.
    """
    query = sa.select(Edition).where(Edition.level == level, Edition.state == "agreed")
    nearest = query.order_by(*_nearest(Edition)).limit(1)
    return model.Session.scalar(nearest, {"year": _year(at)})


def _year(at: datetime.date | None) -> int:
    """The year of a day; of none, this year where the portal is."""
    return (at or today()).year


def _nearest(edition: Any) -> tuple[sa.ColumnElement[int], ...]:
    year = sa.bindparam("year", type_=sa.Integer)
    return sa.case((edition.tahun <= year, 0), else_=1), sa.func.abs(edition.tahun - year)


@contextmanager
def held(version: ItemVersion) -> Iterator[None]:
    """Within it ``current_version`` takes an item that counts as it was found just now.

    Each save of a dataset asks for its item several times; a harvest has just asked for it.
    """
    outer = _held.set(version)
    try:
        yield
    finally:
        _held.reset(outer)


def current_version(item_id: str, at: datetime.date | None = None) -> ItemVersion | None:
    """What the agreed edition says of an item, when it names it.

    An item that only an edition for a coming year names counts too; one that the edition in force
    has dropped does not.
    """
    known = _held.get()
    if known is not None and known.item_id == item_id and at is None:
        return known
    return next(iter(current_versions(_of_one_item(), at, item_id=item_id)), None)


def current_versions(
    query: sa.Select[tuple[ItemVersion]], at: datetime.date | None = None, **given: str
) -> list[ItemVersion]:
    """What ``current_query`` finds, with the values that its items are asked for by."""
    return list(model.Session.scalars(query, {"year": _year(at), **given}))


@cache
def _of_one_item() -> sa.Select[tuple[ItemVersion]]:
    return current_query(ItemVersion.item_id == sa.bindparam("item_id"))


def current_query(items: sa.ColumnElement[bool]) -> sa.Select[tuple[ItemVersion]]:
    """What the agreed editions say of some items, as ``current_version``, with their editions.

    It is made up once and kept, as each save of a dataset asks: making it up takes longer than
    asking.
    """
    holds = aliased(Edition)
    holding_year = (
        sa.select(holds.tahun)
        .where(holds.level == Edition.level, holds.state == "agreed")
        .order_by(*_nearest(holds))
        .limit(1)
        .scalar_subquery()
    )
    return (
        sa.select(ItemVersion)
        .join(Edition)
        .options(contains_eager(ItemVersion.edition))
        .where(items, Edition.state == "agreed", Edition.tahun >= holding_year)
        .distinct(ItemVersion.item_id)
        .order_by(ItemVersion.item_id, Edition.tahun)
    )


def shown_version(item_id: str, *, drafts: bool) -> ItemVersion | None:
    """What a page shows of an item: as it counts, else as it last counted, else as a draft."""
    current = current_version(item_id)
    if current is not None:
        return current
    states = ("agreed", "closed", "draft") if drafts else ("agreed", "closed")
    query = (
        sa.select(ItemVersion)
        .join(Edition)
        .where(ItemVersion.item_id == item_id, Edition.state.in_(states))
    )
    drafts_last = sa.case((Edition.state == "draft", 1), else_=0)
    newest = query.order_by(drafts_last, Edition.tahun.desc(), Edition.created_at.desc())
    return model.Session.scalar(newest.limit(1))
