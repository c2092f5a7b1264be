"""Which datasets of another portal a harvest has to look at: those that are new or changed there,
and those that wait here for another try.

What was gathered is written page by page, so that a gathering needs no more memory for a hundred
thousand datasets than for a hundred, and one that was killed is begun again without doubles.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from ckan import model

from ckanext.harvest.model import HarvestObject
from ckanext.sdi.daftar_data.matching import Matcher
from ckanext.sdi.harvest import remote
from ckanext.sdi.harvest.fetch import FetchError
from ckanext.sdi.harvest.mapping import plain_text
from ckanext.sdi.model import RemoteDataset, RemotePortal
from ckanext.sdi.model.base import new_id, now
from ckanext.sdi.model.remote_dataset import FAILED, GONE, HELD, REFUSED, TAKEN, WAITING
from ckanext.sdi.rules.catalogue import N_

AT_A_TIME = 500
NOTHING_LEFT = N_(
    "{host} names no dataset any more. That is taken for a fault of it: nothing of what came from "
    "it was changed here."
)


@dataclass
class Gathering:
    """The gathering of one job.

    :param ids: the harvest objects that are to be looked at
    :param faults: what went wrong on the way; what came nevertheless is taken
    """

    job_id: str
    source_id: str
    url: str
    matcher: Matcher
    ids: list[str] = field(default_factory=list)
    faults: list[FetchError] = field(default_factory=list)

    def run(self) -> None:
        """Gather.

        :raises FetchError: when the portal's list cannot be had
        """
        self._resume()
        started = now()
        since = self._since()
        if since is None or not self._changes(since):
            self._all()
        self._again()
        self._keep(started)

    def _resume(self) -> None:
        """Keep what a gathering of this job had found that was killed: it was not sent yet."""
        unsent = sa.select(HarvestObject.id).where(
            HarvestObject.harvest_job_id == self.job_id, HarvestObject.state == "WAITING"
        )
        self.ids += model.Session.scalars(unsent)

    def _since(self) -> datetime.datetime | None:
        """From when on changes are to be asked for; none when all has to be asked for."""
        portal = model.Session.get(RemotePortal, self.source_id)
        known = sa.select(HarvestObject.id).where(HarvestObject.id == RemoteDataset.object_id)
        cleared = self._of_source(_open(), sa.not_(known.exists()))
        lost: Any = model.Session.execute(
            sa.update(RemoteDataset).where(*cleared).values(digest="")
        )
        same = portal is not None and portal.url == self.url and not lost.rowcount
        return portal.since if portal is not None and same else None

    def _changes(self, since: datetime.datetime) -> bool:
        """Take what changed since; whether that and what is known are all that the portal has.

        What changed last is asked for besides: an index may be late with a change, and the number
        of all datasets, which comes with it, shows that some are gone.
        """
        count, page = remote.newest(self.url)
        self._take(page)
        listing = remote.Listing(self.url, fq=remote.changed_since(since))
        for page in listing:
            self._take(page)
        return not listing.faults and self._known() == count

    def _all(self) -> None:
        """Take all that the portal has, and tell what it has no more."""
        listing = remote.Listing(self.url)
        for page in listing:
            self._take(page)
        self.faults += listing.faults
        seen = self._count(RemoteDataset.job_id == self.job_id, RemoteDataset.state != GONE)
        fault = listing.number_differs(seen)
        if not listing.count and self._count(RemoteDataset.state == TAKEN):
            fault = FetchError(NOTHING_LEFT, host=remote.host_of(self.url))
        if fault is not None and not listing.faults:
            self.faults.append(fault)
        if not self.faults:
            self._gone()

    def _known(self) -> int:
        return self._count(RemoteDataset.state != GONE)

    def _count(self, *conditions: sa.ColumnElement[bool]) -> int:
        query = sa.select(sa.func.count()).select_from(RemoteDataset)
        return model.Session.scalar(query.where(*self._of_source(*conditions))) or 0

    def _of_source(self, *conditions: sa.ColumnElement[bool]) -> Sequence[Any]:
        return (RemoteDataset.source_id == self.source_id, *conditions)

    def _take(self, page: Sequence[dict[str, Any]]) -> None:
        """Note a page, and make harvest objects for what it says anew."""
        texts = {dataset["id"]: remote.content_of(dataset) for dataset in page}
        digests = {guid: hashlib.sha256(t.encode()).hexdigest() for guid, t in texts.items()}
        columns = (RemoteDataset.guid, RemoteDataset.digest, RemoteDataset.state)
        known = sa.select(*columns).where(*self._of_source(RemoteDataset.guid.in_(texts)))
        same = {
            guid
            for guid, digest, state in model.Session.execute(known)
            if digest == digests[guid] and state != GONE
        }
        rows = [
            self._row(dataset, digests[dataset["id"]])
            for dataset in page
            if dataset["id"] not in same
        ]
        if rows:
            self._add_objects([(row["object_id"], row["guid"], texts[row["guid"]]) for row in rows])
            # The table, not its class, and the rows beside it: so the statement is made up once,
            # not anew with twelve parameters a row.
            written = insert(sa.inspect(RemoteDataset).local_table)
            news = {name: written.excluded[name] for name in rows[0]}
            keys = ["source_id", "guid"]
            written = written.on_conflict_do_update(index_elements=keys, set_=news)
            model.Session.execute(written, rows)
        if same:
            seen = sa.update(RemoteDataset).where(*self._of_source(RemoteDataset.guid.in_(same)))
            model.Session.execute(seen.values(job_id=self.job_id))
        model.Session.commit()

    def _row(self, dataset: dict[str, Any], digest: str) -> dict[str, Any]:
        organization = dataset.get("organization")
        producer = organization.get("title") if isinstance(organization, dict) else None
        title = plain_text(dataset.get("title")) or plain_text(dataset.get("name"))
        return {
            "source_id": self.source_id,
            "guid": dataset["id"],
            "title": (title or dataset["id"])[:300],
            "producer": plain_text(producer)[:300] or None,
            "modified": remote.modified_of(dataset),
            "digest": digest,
            "job_id": self.job_id,
            "object_id": new_id(),
            "state": WAITING,
            "reason": None,
            "params": {},
        }

    def _add_objects(self, objects: Sequence[tuple[str, str, str]]) -> None:
        rows = [
            {
                "id": object_id,
                "guid": guid,
                "content": content,
                "harvest_job_id": self.job_id,
                "harvest_source_id": self.source_id,
                "state": "WAITING",
                "current": False,
                "retry_times": 0,
                "gathered": now(),
            }
            for object_id, guid, content in objects
        ]
        model.Session.execute(sa.insert(sa.inspect(HarvestObject).local_table), rows)
        self.ids += [row["id"] for row in rows]

    def _again(self) -> None:
        """Datasets that say nothing new, but may come out otherwise now: without asking for them.

        Those that failed or were held back, those whose job ended before their turn, those that
        the list names now, and those that somebody deleted here.
        """
        after = ""
        # Those that this gathering has an object for already have their turn anyway.
        before = sa.select(HarvestObject.id).where(
            HarvestObject.id == RemoteDataset.object_id,
            HarvestObject.harvest_job_id != self.job_id,
        )
        while True:
            query = sa.select(RemoteDataset).where(
                *self._of_source(RemoteDataset.guid > after, _open(), before.exists())
            )
            page = model.Session.scalars(query.order_by(RemoteDataset.guid).limit(AT_A_TIME)).all()
            if not page:
                return
            after = page[-1].guid
            self._retry([row for row in page if self._may_differ(row)])
            model.Session.commit()

    def _may_differ(self, row: RemoteDataset) -> bool:
        if row.state != REFUSED:
            return True
        confirmed = self.matcher.item(row.item_id) if row.item_id else None
        return confirmed is not None or self.matcher.named(row.ids) is not None

    def _retry(self, rows: Sequence[RemoteDataset]) -> None:
        kept = sa.select(HarvestObject.id, HarvestObject.content).where(
            HarvestObject.id.in_([row.object_id for row in rows])
        )
        contents = {row.id: row.content for row in model.Session.execute(kept)}
        objects = []
        for row in rows:
            content = contents.get(row.object_id)
            if content is None:
                # Somebody cleared the history at this moment: the next harvest asks for all.
                continue
            row.object_id, row.job_id, row.state = new_id(), self.job_id, WAITING
            objects.append((row.object_id, row.guid, content))
        if objects:
            model.Session.flush()
            self._add_objects(objects)

    def _gone(self) -> None:
        """Objects for datasets that were taken in and are not listed any more."""
        gone = self._of_source(RemoteDataset.job_id != self.job_id, RemoteDataset.state != GONE)
        never = RemoteDataset.package_id.is_(None)
        model.Session.execute(sa.delete(RemoteDataset).where(*gone, never))
        query = sa.select(RemoteDataset).where(*gone).limit(AT_A_TIME)
        while rows := model.Session.scalars(query).all():
            for row in rows:
                row.state, row.object_id, row.job_id = GONE, new_id(), self.job_id
            model.Session.flush()
            self._add_objects([(row.object_id, row.guid, "{}") for row in rows])
            model.Session.commit()
        model.Session.commit()

    def _keep(self, started: datetime.datetime) -> None:
        """Note from when on changes are to be asked for; after a fault, all is asked for again."""
        lacking = self._count(RemoteDataset.state != GONE, RemoteDataset.modified.is_(None))
        newest = sa.select(sa.func.max(RemoteDataset.modified)).where(*self._of_source())
        moment = model.Session.scalar(newest)
        # A date in the future would hide every change until then.
        since = None if self.faults or lacking or moment is None else min(moment, started)
        kept = {"source_id": self.source_id, "url": self.url, "since": since, "listed_at": started}
        model.Session.execute(
            insert(RemotePortal)
            .values(kept)
            .on_conflict_do_update(index_elements=["source_id"], set_=kept)
        )
        model.Session.commit()


def _open() -> sa.ColumnElement[bool]:
    """The datasets that another try may help."""
    active = sa.select(model.Package.id).where(
        model.Package.id == RemoteDataset.package_id, model.Package.state == model.State.ACTIVE
    )
    deleted_here = sa.and_(RemoteDataset.state == TAKEN, sa.not_(active.exists()))
    return sa.or_(RemoteDataset.state.in_((WAITING, FAILED, HELD, REFUSED)), deleted_here)
