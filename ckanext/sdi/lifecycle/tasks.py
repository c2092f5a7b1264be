"""What waits for whom: the list's demands on an office, and the reviewers' queues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.sdi.lifecycle import states
from ckanext.sdi.model import DatasetState, Edition, ItemVersion, Transition
from ckanext.sdi.rules.catalogue import N_

NOT_BEGUN = "not_begun"

STATE_LABELS = {NOT_BEGUN: N_("Not begun"), **states.LABELS}

# What its holder has to do next, by state; absent: nothing for now.
PRODUSEN_TODO = {
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
}
PEMBINA_TODO = {
    states.PEMBINA_REVIEW: N_("Check this Data Prioritas: approve it, or return it with findings."),
}
# Returned and unbegun work first, what is done last.
PRODUSEN_ORDER = (
    states.RETURNED,
    states.WITHDRAWN,
    states.DRAFT,
    NOT_BEGUN,
    states.PEMBINA_RETURNED,
    states.SUBMITTED,
    states.PEMBINA_REVIEW,
    states.APPROVED,
    states.PUBLISHED,
)


@dataclass(frozen=True)
class Page:
    """A page of tasks, with the count of all of them and the counts by state."""

    count: int
    counts: dict[str, int]
    rows: list[dict[str, Any]]


def for_produsen(
    organization_ids: Sequence[str], *, q: str, state: str | None, limit: int, offset: int
) -> Page:
    """What the agreed lists ask of some offices, with the datasets made for it.

    An item that the lists of several years name is asked for once, as the newest of them has it.
    """
    dataset = (
        sa.select(
            DatasetState.item_id,
            DatasetState.state,
            DatasetState.changed_at,
            model.Package.id.label("package_id"),
            model.Package.name,
            model.Package.title,
            model.Package.owner_org,
        )
        .join(model.Package, model.Package.id == DatasetState.package_id)
        .where(model.Package.state == "active")
        .subquery()
    )
    state_column = sa.func.coalesce(dataset.c.state, NOT_BEGUN)
    newest = sa.select(_newest_version().c.id)
    where: list[sa.ColumnElement[bool]] = [
        ItemVersion.id.in_(newest),
        ItemVersion.organization_id.in_(organization_ids),
    ]
    if q:
        where.append(ItemVersion.nama_data.icontains(q, autoescape=True))
    base = (
        sa.select(ItemVersion, Edition.tahun, Edition.title, model.Group, dataset, state_column)
        .join(Edition, Edition.id == ItemVersion.edition_id)
        .join(model.Group, model.Group.id == ItemVersion.organization_id)
        .outerjoin(
            dataset,
            sa.and_(
                dataset.c.item_id == ItemVersion.item_id,
                dataset.c.owner_org == ItemVersion.organization_id,
            ),
        )
        .where(*where)
    )
    counts = _counts(base, state_column)
    if state:
        base = base.where(state_column == state)
    order = sa.case({s: i for i, s in enumerate(PRODUSEN_ORDER)}, value=state_column, else_=99)
    page = base.order_by(order, Edition.tahun.desc(), ItemVersion.row_number)
    rows = [
        _produsen_row(*row) for row in model.Session.execute(page.limit(limit).offset(offset)).all()
    ]
    _add_reasons([row["dataset"] for row in rows if row["state"] == states.RETURNED])
    return Page(counts.get(state, 0) if state else sum(counts.values()), counts, rows)


def _add_reasons(datasets: list[dict[str, Any]]) -> None:
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


def _produsen_row(
    version: ItemVersion, tahun: int, edition: str, office: model.Group, *rest: Any
) -> dict[str, Any]:
    _item_id, state, changed_at, package_id, name, title, _owner, shown_state = rest
    dataset = None
    if package_id:
        dataset = {"id": package_id, "name": name, "title": title, "state": state}
    return {
        "role": "produsen",
        "state": shown_state,
        "todo": PRODUSEN_TODO[shown_state],
        "since": changed_at.isoformat() if changed_at else None,
        "organization": {"id": office.id, "name": office.name, "title": office.title},
        "item": _item(version, tahun, edition),
        "dataset": dataset,
    }


def _item(version: ItemVersion, tahun: int, edition: str) -> dict[str, Any]:
    return {
        "id": version.item_id,
        "id_ddd": version.id_ddd,
        "id_ddp": version.id_ddp,
        "nama_data": version.nama_data,
        "jadwal_pemutakhiran": version.jadwal_pemutakhiran,
        "klasifikasi_risiko": version.klasifikasi_risiko,
        "status": version.status,
        "tahun": tahun,
        "edition": edition,
        "prioritas": tahun in (version.prioritas_tahun or []),
    }


def for_reviewer(
    role: str,
    todo: dict[str, str],
    *,
    jenis_data: Sequence[str] | None,
    q: str,
    limit: int,
    offset: int,
) -> Page:
    """The datasets that wait for a reviewer, Data Prioritas and the oldest first.

    :param jenis_data: only datasets of these kinds; ``None`` for every kind
    """
    submitted = (
        sa.select(Transition.package_id, sa.func.count().label("times"))
        .where(Transition.action == "submit")
        .group_by(Transition.package_id)
        .subquery()
    )
    version = _newest_version()
    prioritas = sa.func.coalesce(version.c.prioritas, False)
    base = (
        sa.select(
            DatasetState.state,
            DatasetState.changed_at,
            DatasetState.conformity,
            model.Package.id.label("package_id"),
            model.Package.name.label("package_name"),
            model.Package.title,
            model.Group.id.label("organization_id"),
            model.Group.name.label("organization_name"),
            model.Group.title.label("organization_title"),
            version.c.item_id,
            version.c.nama_data,
            version.c.tahun,
            prioritas.label("prioritas"),
            sa.func.coalesce(submitted.c.times, 0).label("times"),
        )
        .join(model.Package, model.Package.id == DatasetState.package_id)
        .outerjoin(model.Group, model.Group.id == model.Package.owner_org)
        .outerjoin(submitted, submitted.c.package_id == DatasetState.package_id)
        .outerjoin(version, version.c.item_id == DatasetState.item_id)
        .where(DatasetState.state.in_(todo), model.Package.state == "active")
    )
    if jenis_data is not None:
        base = base.where(model.Package.extras["jenis_data"].astext.in_(jenis_data))
    if q:
        base = base.where(model.Package.title.icontains(q, autoescape=True))
    counts = _counts(base, DatasetState.state)
    page = base.order_by(prioritas.desc(), DatasetState.changed_at)
    rows = [
        _reviewer_row(role, todo, row._mapping)
        for row in model.Session.execute(page.limit(limit).offset(offset))
    ]
    return Page(sum(counts.values()), counts, rows)


def _newest_version() -> Any:
    return (
        sa.select(
            ItemVersion.id,
            ItemVersion.item_id,
            ItemVersion.nama_data,
            Edition.tahun,
            (Edition.tahun == sa.any_(ItemVersion.prioritas_tahun)).label("prioritas"),
        )
        .join(Edition)
        .where(Edition.state == "agreed")
        .distinct(ItemVersion.item_id)
        .order_by(ItemVersion.item_id, Edition.tahun.desc())
        .subquery()
    )


def _reviewer_row(role: str, todo: dict[str, str], row: Any) -> dict[str, Any]:
    item = None
    if row["item_id"]:
        item = {
            "id": row["item_id"],
            "nama_data": row["nama_data"],
            "tahun": row["tahun"],
            "prioritas": row["prioritas"],
        }
    return {
        "role": role,
        "state": row["state"],
        "todo": todo[row["state"]],
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
            "state": row["state"],
            "conformity": row["conformity"],
            "times_submitted": row["times"],
        },
    }


def _counts(query: sa.Select[Any], state_column: Any) -> dict[str, int]:
    grouped = (
        query.with_only_columns(state_column.label("state"), sa.func.count())
        .group_by(state_column)
        .order_by(None)
    )
    return dict(model.Session.execute(grouped).tuples().all())
