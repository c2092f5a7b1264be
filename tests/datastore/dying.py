"""Workers that die: real processes on real servers, killed at a named point."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.lib import jobs

from ckanext.sdi.datastore import checks, findings_file, job, leftovers, staging, table
from ckanext.sdi.model import Check
from ckanext.sdi.model.base import now

Die = Callable[[], None]


class Watched(jobs.Worker):
    """CKAN's own worker, which makes each job in a process of its own."""

    def __init__(self, at_death: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self._at_death = at_death
        self.deaths: list[object] = []

    def main_work_horse(self, *args: Any) -> None:
        """Whatever happens, the process ends here and does not go on as the test."""
        try:
            super().main_work_horse(*args)
        finally:
            os._exit(1)

    def handle_work_horse_killed(self, *_: Any) -> None:
        """See what is there at the moment of the death."""
        self.deaths.append(self._at_death())


def work_apart(at_death: Callable[[], object] = lambda: None) -> list[object]:
    """Do all that is queued, each job in a process that may die.

    :param at_death: called at each death
    :returns: what it said, one a death
    """
    model.Session.rollback()
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    worker = Watched(at_death)
    try:
        worker.work(burst=True)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    return worker.deaths


def killer(folder: Path, *, with_worker: bool = False) -> Die:
    """Kill the process that calls it, once: who comes after lives.

    :param with_worker: its parent, too, which would notice
    """
    marker = folder / "died"

    def die() -> None:
        if marker.exists():
            return
        marker.touch()
        if with_worker:
            os.kill(os.getppid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)

    return die


def _reading(patch: pytest.MonkeyPatch, die: Die) -> None:
    _before(patch, job.files, "sha256_of", die)


def _checking(patch: pytest.MonkeyPatch, die: Die) -> None:
    _after(patch, job, "judge_file", die)


def _writing_the_report(patch: pytest.MonkeyPatch, die: Die) -> None:
    """Findings are in the file, and it is not closed."""
    judge_file = job.judge_file

    def dying(*args: Any, batches: Any, **more: Any) -> Any:
        def sink(batch: Any) -> None:
            batches(batch)
            die()

        report = judge_file(*args, batches=sink, **more)
        if not report.counts:
            die()
        return report

    patch.setattr(job, "judge_file", dying)


def _copying(patch: pytest.MonkeyPatch, die: Die) -> None:
    as_csv = staging._as_csv

    def dying(blocks: Any) -> Any:
        for chunk in as_csv(blocks):
            yield chunk
            die()

    patch.setattr(staging, "_as_csv", dying)


def _making_keys(patch: pytest.MonkeyPatch, die: Die) -> None:
    _after(patch, table, "_finish", die)


def _swapping(patch: pytest.MonkeyPatch, die: Die) -> None:
    """The old table is dropped and the new renamed; it is not committed."""
    _after(patch, table, "_swap", die)


def _swapped(patch: pytest.MonkeyPatch, die: Die) -> None:
    """The new rows are there; the check does not know."""
    _before(patch, job, "_activate", die)


def _finished(patch: pytest.MonkeyPatch, die: Die) -> None:
    """The check says what came out; the search index does not."""
    _before(patch, job.conformity, "refresh_and_index", die)


def _indexing(patch: pytest.MonkeyPatch, die: Die) -> None:
    """One search index is built, and not committed."""
    _after(patch, table, "_index", die)


POINTS: dict[str, Callable[[pytest.MonkeyPatch, Die], None]] = {
    "reading": _reading,
    "checking": _checking,
    "writing the report": _writing_the_report,
    "COPY": _copying,
    "keys": _making_keys,
    "swap": _swapping,
    "after the swap": _swapped,
    "after the end": _finished,
    "after the end, search indexes": _indexing,
}


def _before(patch: pytest.MonkeyPatch, of: Any, name: str, die: Die) -> None:
    real = getattr(of, name)

    def dying(*args: Any, **more: Any) -> Any:
        die()
        return real(*args, **more)

    patch.setattr(of, name, dying)


def _after(patch: pytest.MonkeyPatch, of: Any, name: str, die: Die) -> None:
    real = getattr(of, name)

    def dying(*args: Any, **more: Any) -> Any:
        result = real(*args, **more)
        die()
        return result

    patch.setattr(of, name, dying)


def let_time_pass() -> None:
    """As if the last sign of life of all open checks was long ago."""
    model.Session.rollback()
    then = now() - checks.STALLED_AFTER * 2
    model.Session.execute(
        sa.update(Check)
        .where(Check.state.in_(checks.OPEN_STATES))
        .values(created_at=Check.created_at, heartbeat_at=then)
    )
    model.Session.commit()


def assert_nothing_is_left(resource_id: str) -> None:
    """No open check, no files but the newest check's, no unfinished table: nothing to clean."""
    model.Session.rollback()
    assert not [one for one in _states() if one in checks.OPEN_STATES]
    newest = checks.newest(resource_id)
    assert newest is not None
    kept = {path.name for path in findings_file.path_of(resource_id, "x").parent.glob("*")}
    assert {name.partition(".")[0] for name in kept} <= {newest.id}
    assert not [name for name in kept if name.endswith(".part")]
    assert [(left.what, left.name) for left in leftovers.find()] == []


def _states() -> list[str]:
    return list(model.Session.scalars(sa.select(Check.state)))
