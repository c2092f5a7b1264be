"""What a decree breaks: resources with codes of its list are looked at again, in the background.

The rows in the DataStore are asked, not the file: they are the same, and nothing is loaded anew.
A code counts as broken where it is not in force on the row's own reference date, so that data of
an earlier time stays right. A file that its office is still working on is checked once more, so
that its report tells what holds now.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from redis.exceptions import RedisError
from rq import Retry
from sqlalchemy.exc import SQLAlchemyError

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.datastore.backend.postgres import get_read_engine
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.code_lists import source
from ckanext.sdi.codes import vocabulary
from ckanext.sdi.codes.editions import Difference
from ckanext.sdi.datastore import check_job, checks
from ckanext.sdi.datastore.types import schema_of
from ckanext.sdi.lifecycle import gate, states
from ckanext.sdi.model import Check
from ckanext.sdi.model.base import now
from ckanext.sdi.model.codes import RECHECK_STATES, CodeEdition, CodeRecheck
from ckanext.sdi.rules import period

log = logging.getLogger(__name__)

JOB_TIMEOUT = 4 * 60 * 60
# Different codes of one column and day; a list has fewer than 100,000.
_MOST_CODES = 1_000_000


def note(edition: CodeEdition, difference: Difference) -> int:
    """Note the resources to look at: those that were checked and have columns of the system.

    In the transaction of the load, so that none is forgotten when it is committed.
    """
    if not difference.gone and not difference.new:
        return 0
    count = 0
    for resource in _checked_resources():
        if _columns(schema_of(resource), edition.system):
            model.Session.add(
                CodeRecheck(
                    edition_id=edition.id,
                    resource_id=resource.id,
                    package_id=resource.package_id,
                )
            )
            count += 1
    return count


def enqueue(edition_id: str) -> None:
    """Let a worker look at what was noted; without a queue ``ckan sdi codes recheck`` does it."""
    try:
        tk.enqueue_job(
            run,
            [edition_id],
            title=f"SDI: codes changed by edition {edition_id}",
            rq_kwargs={
                "job_id": _job_of(edition_id),
                "timeout": JOB_TIMEOUT,
                "retry": Retry(max=2),
            },
        )
    except RedisError:
        log.exception("The codes of edition %s could not be looked at", edition_id)


def take_up_stalled() -> int:
    """Let a worker look at what still waits and what the queue knows nothing of.

    :returns: of how many editions
    """
    waiting = sa.select(CodeRecheck.edition_id).where(CodeRecheck.state == "waiting").distinct()
    lost = [id_ for id_ in model.Session.scalars(waiting) if not checks.is_queued(_job_of(id_))]
    for edition_id in lost:
        enqueue(edition_id)
    return len(lost)


def _job_of(edition_id: str) -> str:
    return f"sdi-codes-{edition_id}"


def run(edition_id: str) -> int:
    """Look at every resource that waits; each is committed, so that a new run goes on after it."""
    source.forget()
    done = 0
    while True:
        waiting = model.Session.scalars(
            sa.select(CodeRecheck)
            .where(CodeRecheck.edition_id == edition_id, CodeRecheck.state == "waiting")
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if waiting is None:
            model.Session.rollback()
            return done
        _look_at(waiting)
        model.Session.commit()
        done += 1


def report(edition_id: str) -> dict[str, Any] | None:
    """How far the looking is, and what was found broken, per dataset."""
    edition = model.Session.get(CodeEdition, edition_id)
    if edition is None:
        return None
    of_edition = CodeRecheck.edition_id == edition_id
    counted = model.Session.execute(
        sa.select(CodeRecheck.state, sa.func.count()).where(of_edition).group_by(CodeRecheck.state)
    )
    progress = dict.fromkeys(RECHECK_STATES, 0)
    progress.update((state, number) for state, number in counted)
    broken = model.Session.execute(
        sa.select(CodeRecheck, model.Package.name, model.Package.title)
        .join(model.Package, model.Package.id == CodeRecheck.package_id)
        .where(of_edition, CodeRecheck.rows > 0)
        .order_by(CodeRecheck.rows.desc())
    )
    return {
        "id": edition.id,
        "system": edition.system,
        "decree": edition.decree,
        "valid_from": edition.valid_from.isoformat(),
        "progress": progress,
        "datasets": [
            {
                "package_id": found.package_id,
                "name": name,
                "title": title,
                "resource_id": found.resource_id,
                "rows": found.rows,
                "broken": found.broken,
            }
            for found, name, title in broken
        ],
    }


def _look_at(waiting: CodeRecheck) -> None:
    edition = model.Session.get_one(CodeEdition, waiting.edition_id)
    resource = model.Session.get(model.Resource, waiting.resource_id)
    standard = schema_of(resource) if resource else None
    waiting.finished_at = now()
    rows = standard is not None and _has_rows(waiting.resource_id)
    try:
        waiting.broken = {
            column: found
            for column in _columns(standard, edition.system)
            if standard
            and rows
            and (found := _broken(waiting.resource_id, column, standard, edition))
        }
    except SQLAlchemyError as error:
        log.warning("Resource %s could not be looked at: %s", waiting.resource_id, error)
        waiting.state, waiting.message = "error", type(error).__name__
        return
    waiting.rows = sum(sum(codes.values()) for codes in waiting.broken.values())
    waiting.state = "done"
    if resource is not None and _is_in_the_making(resource):
        check_job.restart(resource)


def _is_in_the_making(resource: model.Resource) -> bool:
    """Whether its office still works on it; what is handed in or published stays as it is."""
    state = gate.state_of(resource.package_id or "")
    settled = states.WITH_REVIEWER | {states.PUBLISHED}
    return state not in settled and check_job.why_not(resource) is None


def _columns(standard: TableSchema | None, system: str) -> list[str]:
    fields = standard.fields if standard else ()
    return [field.name for field in fields if field.code == system]


def _has_rows(resource_id: str) -> bool:
    loaded = sa.select(Check.id).where(
        Check.resource_id == resource_id, Check.loaded_sha256.is_not(None)
    )
    return model.Session.scalar(loaded.limit(1)) is not None


def _checked_resources() -> Iterator[model.Resource]:
    """Resources whose file was checked."""
    ids = sa.select(Check.resource_id)
    query = sa.select(model.Resource).where(
        model.Resource.id.in_(ids), model.Resource.state == model.State.ACTIVE
    )
    yield from model.Session.scalars(query)


def _broken(
    resource_id: str, column: str, standard: TableSchema, edition: CodeEdition
) -> dict[str, int]:
    """Codes that are not in force on their reference date, with the number of rows."""
    list_ = vocabulary(edition.system)
    day_column = standard.reference_column
    found: dict[str, int] = {}
    for code, when, rows in _distinct(resource_id, column, day_column):
        day = period.last_day(when) if day_column else standard.reference_date
        normal = list_.layout.normalise(code)
        if normal in list_ and not list_.in_force(normal, day or edition.valid_from):
            found[normal] = found.get(normal, 0) + rows
    return found


def _distinct(resource_id: str, column: str, day_column: str | None) -> list[tuple[str, Any, int]]:
    """The different codes of a column, each with its reference date's cell, and their rows."""
    names = [column, *([day_column] if day_column and day_column != column else [])]
    table = sa.table(resource_id, *(sa.column(name) for name in names))
    code = sa.cast(table.c[column], sa.Text)
    day = sa.cast(table.c[day_column], sa.Text) if day_column else None
    parts = [code] if day is None else [code, day]
    query = (
        sa.select(sa.func.count(), *parts)
        .where(table.c[column].is_not(None))
        .group_by(*parts)
        .limit(_MOST_CODES)
    )
    with get_read_engine().connect() as connection:
        return [(found[0], found[-1], number) for number, *found in connection.execute(query)]
