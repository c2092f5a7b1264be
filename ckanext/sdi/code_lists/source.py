"""The loaded lists as vocabularies, kept by a process until a newer edition is there."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from ckan import model

from ckanext.sdi.codes import use_source
from ckanext.sdi.codes.layouts import LAYOUTS
from ckanext.sdi.codes.vocabulary import Edition, Event, Vocabulary
from ckanext.sdi.model.codes import CodeEdition, CodeEvent, CodeVersion

log = logging.getLogger(__name__)

# How long a process may not notice that another one loaded an edition.
SECONDS = 5.0


def newest() -> dict[str, str | None]:
    """The newest edition of each system in the database; ``None`` where none is loaded."""
    engine = model.meta.engine
    if engine is None:
        return {}
    with engine.connect() as connection:
        return {system: _stamp(connection, system) for system in LAYOUTS}


class Source:
    """A system's list from the database, read again when its newest edition is another."""

    def __init__(self, system: str) -> None:
        self.system = system
        self._lock = threading.Lock()
        self._asked = -SECONDS
        self._stamp: Any = None
        self._vocabulary: Vocabulary | None = None

    def __call__(self) -> Vocabulary | None:
        """The list, or ``None`` when no edition is loaded."""
        if time.monotonic() - self._asked >= SECONDS:
            with self._lock:
                # Another thread may have asked while this one waited.
                if time.monotonic() - self._asked >= SECONDS:
                    self._refresh()
                    self._asked = time.monotonic()
        return self._vocabulary

    def forget(self) -> None:
        """Look at the database at the next question."""
        self._asked = -SECONDS

    def _refresh(self) -> None:
        engine = model.meta.engine
        if engine is None:
            return
        # Not the session: the question is no part of anybody's transaction.
        try:
            with engine.connect() as connection:
                stamp = _stamp(connection, self.system)
                if stamp != self._stamp:
                    self._vocabulary = _read(connection, self.system) if stamp else None
                    self._stamp = stamp
        except SQLAlchemyError:
            # Before the migration has run there is no table; the shipped list answers then.
            log.debug("No code editions can be read", exc_info=True)


_sources = {system: Source(system) for system in LAYOUTS}


def connect() -> None:
    """Let the code systems take their lists from the database."""
    for system, source in _sources.items():
        use_source(system, source)


def forget() -> None:
    """Make this process see at once what it has just committed."""
    for source in _sources.values():
        source.forget()


def _stamp(connection: Any, system: str) -> Any:
    query = sa.select(CodeEdition.id).where(CodeEdition.system == system)
    return connection.scalar(query.order_by(CodeEdition.position.desc()).limit(1))


def _read(connection: Any, system: str) -> Vocabulary:
    versions = connection.execute(
        sa.select(
            CodeVersion.code, CodeVersion.name, CodeVersion.valid_from, CodeVersion.valid_to
        ).where(CodeVersion.system == system)
    )
    rows = [(code, name, first, last) for code, name, first, last in versions]
    rows.sort(key=lambda row: (row[0], row[3] is None, row[3] or row[2]))
    events = connection.execute(
        sa.select(
            CodeEvent.date, CodeEvent.decree, CodeEvent.kind, CodeEvent.old, CodeEvent.new
        ).where(CodeEvent.system == system)
    )
    editions = connection.execute(
        sa.select(
            CodeEdition.id,
            CodeEdition.decree,
            CodeEdition.valid_from,
            CodeEdition.source,
            CodeEdition.coverage,
            CodeEdition.codes,
        )
        .where(CodeEdition.system == system)
        .order_by(CodeEdition.position)
    )
    return Vocabulary(
        system,
        LAYOUTS[system],
        rows,
        [Event(*event) for event in events],
        [Edition(*edition) for edition in editions],
    )
