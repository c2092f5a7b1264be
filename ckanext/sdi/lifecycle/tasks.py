"""What waits for whom: the list's demands on an office, and the reviewers' queues."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.sdi.daftar_data.store import edition_in_force
from ckanext.sdi.lifecycle import states
from ckanext.sdi.model import DatasetState, Edition, ItemVersion, Transition
from ckanext.sdi.model.daftar_data import LEVELS
from ckanext.sdi.rules.catalogue import N_

NOT_BEGUN = "not_begun"
AGAIN = "again"
"""Not begun for this period, while the item has a published dataset of others."""
WITHOUT_BASE = "without_base"
TURNED_TERTUTUP = "turned_tertutup"

STATE_LABELS = {
    NOT_BEGUN: N_("Not begun"),
    **states.LABELS,
    WITHOUT_BASE: N_("Published, no longer in the list"),
    TURNED_TERTUTUP: N_("Published, now tertutup in the list"),
}

# What its holder has to do next, by state; absent: nothing for now.
PRODUSEN_TODO = {
    AGAIN: N_(
        "Start the dataset of this period: its form begins with what your last dataset of this"
        " item says. Check it and upload the file of this period."
    ),
    NOT_BEGUN: N_("Make the dataset from this item of the list and upload its file."),
    states.DRAFT: N_("Complete the metadata, upload the file and hand the dataset in."),
    states.RETURNED: N_("Mend what the Walidata found, then hand the dataset in again."),
    states.WITHDRAWN: N_("Mend the dataset and hand it in again."),
    states.SUBMITTED: N_("Nothing for now: the Walidata is checking it."),
    states.PEMBINA_REVIEW: N_("Nothing for now: the Pembina Data is checking it."),
    states.PEMBINA_RETURNED: N_("Nothing for now: the Walidata has the findings of the Pembina."),
    states.APPROVED: N_("Nothing for now: the Walidata is about to publish it."),
    states.PUBLISHED: N_("Nothing: the dataset is published."),
}
WALIDATA_TODO = {
    states.SUBMITTED: N_("Check the dataset: approve and publish it, or return it with findings."),
    states.PEMBINA_RETURNED: N_("Pass the findings of the Pembina Data on to the producer."),
    states.APPROVED: N_("Publish the dataset."),
    WITHOUT_BASE: N_(
        "The list in force does not name its item any more. It stays published: have the Forum"
        " name it again, or withdraw it."
    ),
    TURNED_TERTUTUP: N_(
        "The list says “tertutup” of its item since it was published. It stays as it was:"
        " withdraw it, or have the list corrected."
    ),
}
_STANDING = (WITHOUT_BASE, TURNED_TERTUTUP)
PEMBINA_TODO = {
    states.PEMBINA_REVIEW: N_("Check this Data Prioritas: approve it, or return it with findings."),
}


@dataclass(frozen=True)
class Page:
    """A page of tasks, with the count of all of them and the counts by state and timeliness."""

    count: int
    counts: dict[str, int]
    rows: list[dict[str, Any]]
    timings: dict[str, int] = field(default_factory=dict)


def add_reasons(datasets: list[dict[str, Any]]) -> None:
    """Say with which sentence each returned dataset came back."""
    newest = (
        sa.select(Transition.package_id, Transition.reason)
        .where(
            Transition.package_id.in_([dataset["id"] for dataset in datasets]),
            Transition.to_state == states.RETURNED,
            Transition.from_state != states.RETURNED,
        )
        .distinct(Transition.package_id)
        .order_by(Transition.package_id, Transition.at.desc())
    )
    reasons = dict(model.Session.execute(newest).tuples().all())
    for dataset in datasets:
        dataset["reason"] = reasons.get(dataset["id"])


def for_reviewer(
    role: str,
    todo: dict[str, str],
    *,
    jenis_data: Sequence[str] | None,
    only: str | None,
    q: str,
    limit: int,
    offset: int,
) -> Page:
    """The datasets that wait for a reviewer, Data Prioritas and the oldest first.

    :param jenis_data: only datasets of these kinds; ``None`` for every kind
    :param only: only those in this state; the counts are of all
    """
    version = _newest_version()
    prioritas = sa.func.coalesce(version.c.prioritas, False)
    state = sa.case(*_in_question(todo), else_=DatasetState.state)
    # What stands published can wait for what was handed in.
    last = state.in_(_STANDING)
    waiting = (
        sa.select(DatasetState.package_id, state)
        .join(model.Package, model.Package.id == DatasetState.package_id)
        .outerjoin(version, sa.true())
        .where(state.in_(todo), model.Package.state == "active")
        .order_by(last, prioritas.desc(), DatasetState.changed_at, DatasetState.package_id)
    )
    if jenis_data is not None:
        waiting = waiting.where(model.Package.extras["jenis_data"].astext.in_(jenis_data))
    if q:
        waiting = waiting.where(model.Package.title.icontains(q, autoescape=True))
    found: dict[str, str] = dict(model.Session.execute(waiting).tuples().all())
    asked = [id_ for id_, state_ in found.items() if only in (None, state_)]
    shown = asked[offset : offset + limit]
    rows = {row["package_id"]: row for row in _details(shown)}
    return Page(
        len(asked),
        dict(Counter(found.values())),
        # One may be purged between the two questions.
        [_reviewer_row(role, todo, found[id_], rows[id_]) for id_ in shown if id_ in rows],
    )


def _details(package_ids: Sequence[str]) -> list[Any]:
    """What a reviewer's task says of some datasets."""
    submitted = (
        sa.select(Transition.package_id, sa.func.count().label("times"))
        .where(Transition.action == "submit", Transition.package_id.in_(package_ids))
        .group_by(Transition.package_id)
        .subquery()
    )
    version = _newest_version()
    query = (
        sa.select(
            DatasetState.changed_at,
            DatasetState.conformity,
            DatasetState.item_id,
            model.Package.id.label("package_id"),
            model.Package.name.label("package_name"),
            model.Package.title,
            model.Group.id.label("organization_id"),
            model.Group.name.label("organization_name"),
            model.Group.title.label("organization_title"),
            version.c.nama_data,
            version.c.tahun,
            sa.func.coalesce(version.c.prioritas, False).label("prioritas"),
            sa.func.coalesce(submitted.c.times, 0).label("times"),
        )
        .join(model.Package, model.Package.id == DatasetState.package_id)
        .outerjoin(model.Group, model.Group.id == model.Package.owner_org)
        .outerjoin(submitted, submitted.c.package_id == DatasetState.package_id)
        .outerjoin(version, sa.true())
        .where(DatasetState.package_id.in_(package_ids))
    )
    return [row._mapping for row in model.Session.execute(query)]


def _in_question(todo: Mapping[str, str]) -> list[tuple[sa.ColumnElement[bool], str]]:
    """Published datasets that the list, as it is now, would not let be published."""
    if WITHOUT_BASE not in todo:
        return [(sa.false(), WITHOUT_BASE)]
    in_force = [edition for level in LEVELS if (edition := edition_in_force(level))]
    # An item that is new in a coming year's list counts already.
    counts = sa.or_(
        sa.false(),
        *(
            sa.and_(Edition.level == edition.level, Edition.tahun >= edition.tahun)
            for edition in in_force
        ),
    )
    current = sa.select(Edition.id).where(Edition.state == "agreed", counts)
    # Looked up dataset by dataset: a list is much longer than what is published of it.
    named = sa.exists().where(
        ItemVersion.item_id == DatasetState.item_id,
        ItemVersion.edition_id.in_(list(model.Session.scalars(current))),
    )
    closed = sa.exists().where(
        ItemVersion.item_id == DatasetState.item_id,
        ItemVersion.edition_id.in_([edition.id for edition in in_force]),
        ItemVersion.klasifikasi_risiko == "tertutup",
    )
    published = sa.and_(DatasetState.state == states.PUBLISHED, DatasetState.item_id.is_not(None))
    opened = DatasetState.klasifikasi_risiko.is_distinct_from("tertutup")
    return [
        (sa.and_(published, ~named), WITHOUT_BASE),
        (sa.and_(published, opened, closed), TURNED_TERTUTUP),
    ]


def _newest_version() -> Any:
    """What the newest list that counts, else the last that did, says of a dataset's item."""
    agreed = Edition.state == "agreed"
    return (
        sa.select(
            ItemVersion.nama_data,
            Edition.tahun,
            (Edition.tahun == sa.any_(ItemVersion.prioritas_tahun)).label("prioritas"),
        )
        .join(Edition, Edition.id == ItemVersion.edition_id)
        .where(
            ItemVersion.item_id == DatasetState.item_id,
            Edition.state.in_(("agreed", "closed")),
        )
        .order_by(agreed.desc(), Edition.tahun.desc())
        .limit(1)
        .lateral()
    )


def _reviewer_row(role: str, todo: dict[str, str], state: str, row: Any) -> dict[str, Any]:
    item = None
    if row["nama_data"]:
        item = {
            "id": row["item_id"],
            "nama_data": row["nama_data"],
            "tahun": row["tahun"],
            "prioritas": row["prioritas"],
        }
    return {
        "role": role,
        "state": state,
        "todo": todo[state],
        "since": row["changed_at"].isoformat(),
        "organization": {
            "id": row["organization_id"],
            "name": row["organization_name"],
            "title": row["organization_title"],
        },
        "item": item,
        "dataset": {
            "id": row["package_id"],
            "name": row["package_name"],
            "title": row["title"],
            "state": states.PUBLISHED if state in _STANDING else state,
            "conformity": row["conformity"],
            "times_submitted": row["times"],
        },
    }
