"""What a crash may leave: files of findings and tables of rows that nothing vouches for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from ckan import model

from ckanext.datastore.backend.postgres import get_read_engine
from ckanext.sdi.datastore import checks, findings_file, forget, staging
from ckanext.sdi.lifecycle import gate
from ckanext.sdi.model import Check
from ckanext.sdi.rules.dataset import ROWS_BY_API


@dataclass(frozen=True)
class Leftover:
    """One thing that is left.

    :param what: what it is, for the person who runs the command
    :param name: the file, the table or the resource
    """

    what: str
    name: str
    remove: Callable[[], object]


def find() -> Iterator[Leftover]:
    """Everything that is left. What a running check is using is not among it."""
    yield from _findings()
    yield from _staging_tables()
    yield from _rows()


def _findings() -> Iterator[Leftover]:
    states = dict(model.Session.execute(sa.select(Check.id, Check.state)).tuples().all())
    for path in sorted(findings_file.root().glob("*/*")):
        state = states.get(path.name.partition(".")[0])
        # What is being written has no other name before it is whole.
        if state is None or (path.suffix == ".part" and state != "running"):
            yield Leftover("findings of a check that is gone", str(path), _file(path))


def _file(path: Path) -> Callable[[], None]:
    return lambda: path.unlink(missing_ok=True)


def _staging_tables() -> Iterator[Leftover]:
    for resource_id in staging.abandoned():
        name = staging.name_of(resource_id)
        yield Leftover("an unfinished table", name, _table(resource_id))


def _table(resource_id: str) -> Callable[[], None]:
    return lambda: staging.drop(resource_id)


def _rows() -> Iterator[Leftover]:
    """Tables of governed resources of which no check says that its file is loaded.

    What is published or under review stands still: there a finding tells of such rows.
    """
    tables = _tables()
    ids = sa.select(Check.resource_id).distinct().order_by(Check.resource_id)
    for resource_id in model.Session.scalars(ids).all():
        if resource_id not in tables or _is_loaded(resource_id):
            continue
        resource = model.Session.get(model.Resource, resource_id)
        newest = checks.newest(resource_id)
        under_way = newest is not None and newest.state in checks.OPEN_STATES
        if resource is None or not gate.governs(resource) or under_way:
            continue
        if resource.url_type in ROWS_BY_API:
            continue
        if gate.why_not_change(resource.package_id or "") is None:
            yield Leftover("rows that come from no checked file", resource_id, _rows_of(resource))


def _rows_of(resource: model.Resource) -> Callable[[], None]:
    return lambda: forget.rows_and_index(resource.id)


def _is_loaded(resource_id: str) -> bool:
    loaded = sa.select(Check.id).where(
        Check.resource_id == resource_id, Check.loaded_sha256.is_not(None)
    )
    return model.Session.scalar(loaded.limit(1)) is not None


def _tables() -> set[str]:
    query = sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    with get_read_engine().connect() as connection:
        return set(connection.scalars(query))
