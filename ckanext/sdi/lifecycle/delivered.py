"""The datasets that were made of the list's items: what they are about, and their hand-ins."""

from __future__ import annotations

import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from ckan import model

from ckanext.sdi.kewajiban import periods
from ckanext.sdi.kewajiban.timing import HandIn
from ckanext.sdi.lifecycle import states
from ckanext.sdi.model import DatasetState, Transition
from ckanext.sdi.rules.period import Period

WITH_PRODUCER = (states.DRAFT, states.RETURNED, states.WITHDRAWN)
_BACK = (states.RETURNED, states.WITHDRAWN)
MANY = 1000

ItemIds = Sequence[str] | sa.CompoundSelect[Any]
"""Items by their ids, or by a query for these."""


@dataclass(slots=True)
class Dataset:
    """A dataset of an item: whose it is, where it stands, its hand-ins, what it is about now."""

    id: str
    name: str
    title: str
    organization_id: str
    state: str
    changed_at: dt.datetime
    about: list[Period]
    hand_ins: list[HandIn] = field(default_factory=list)

    @property
    def all_about(self) -> list[Sequence[Period]]:
        """What it is or was about, each once."""
        found: list[Sequence[Period]] = [self.about]
        for hand_in in self.hand_ins:
            if hand_in.about not in found:
                found.append(hand_in.about)
        return found


def datasets(item_ids: ItemIds | None, zone: dt.tzinfo) -> Mapping[str, list[Dataset]]:
    """The datasets of items by item, whichever office has them now, the oldest first."""
    extras = model.Package.extras
    # CKAN keeps a resource's own fields as a text of JSON.
    fields = sa.cast(sa.cast(model.Resource.extras, sa.Text), JSONB)
    of_resources = (
        sa.select(sa.func.array_agg(fields["periode_data"].astext))
        .where(model.Resource.package_id == model.Package.id, model.Resource.state == "active")
        .correlate(model.Package)
        .scalar_subquery()
    )
    # What is with the reviewers says with its hand-in what it is about.
    asked = sa.or_(DatasetState.state.in_(WITH_PRODUCER), DatasetState.adopted)
    query = (
        sa.select(
            DatasetState.package_id,
            DatasetState.item_id,
            DatasetState.state,
            DatasetState.changed_at,
            DatasetState.adopted,
            model.Package.name,
            model.Package.title,
            model.Package.owner_org,
            extras["periode_awal"].astext,
            extras["periode_akhir"].astext,
            sa.case((asked, of_resources)),
        )
        .join(model.Package, model.Package.id == DatasetState.package_id)
        .where(model.Package.state == "active", DatasetState.item_id.is_not(None))
        .order_by(model.Package.metadata_created)
    )
    if item_ids is not None:
        query = query.where(DatasetState.item_id.in_(item_ids))
    found: dict[str, list[Dataset]] = defaultdict(list)
    by_id: dict[str, Dataset] = {}
    for package_id, item_id, state, changed_at, adopted, *more in model.Session.execute(query):
        name, title, owner, first, last, resources = more
        about = list(_about(first, last, tuple(resources or ())))
        dataset = Dataset(package_id, name, title or name, owner or "", state, changed_at, about)
        if adopted:
            dataset.hand_ins.append(HandIn(None, about))
        by_id[dataset.id] = dataset
        found[item_id].append(dataset)
    _add_hand_ins(by_id, zone)
    return found


@functools.lru_cache(maxsize=1024)
def _about(
    first: str | None, last: str | None, of_resources: tuple[str | None, ...]
) -> Sequence[Period]:
    """What a dataset is about; most are about the same few periods."""
    return periods.as_stretches(periods.about(first, last, of_resources))


def _add_hand_ins(by_id: dict[str, Dataset], zone: dt.tzinfo) -> None:
    """Read from the history when each dataset was handed in and when it came back."""
    query = (
        sa.select(
            Transition.package_id,
            Transition.from_state,
            Transition.to_state,
            Transition.at,
            Transition.about,
        )
        .where(
            Transition.to_state.in_((states.SUBMITTED, *_BACK)),
            Transition.to_state != Transition.from_state,
        )
        .order_by(Transition.at)
    )
    # Of very many it is quicker to read what is of others too.
    if len(by_id) < MANY:
        query = query.where(Transition.package_id.in_(list(by_id)))
    for package_id, from_state, to_state, at, about in model.Session.execute(query):
        dataset = by_id.get(package_id)
        if dataset is None:
            continue
        day = periods.local_day(at, zone)
        stretches = periods.as_stretches(about) if to_state == states.SUBMITTED else dataset.about
        hand_ins = dataset.hand_ins
        if from_state == states.PUBLISHED and not hand_ins:
            # It was public before it was noted when: adopted, up to this step.
            hand_ins.append(HandIn(None, stretches))
        if to_state in _BACK or from_state == states.PUBLISHED:
            _came_back(hand_ins, day)
        if to_state == states.SUBMITTED:
            hand_ins.append(HandIn(day, stretches))


def _came_back(hand_ins: list[HandIn], day: dt.date) -> None:
    """Note that the producer had the data again on a day."""
    if hand_ins:
        last = hand_ins[-1]
        hand_ins[-1] = HandIn(last.day, last.about, day)
