"""The steps of a dataset: hand in, return, approve, publish, withdraw.

Each step checks the state, writes the state and its record, and brings ``private`` and the search
index into line, in one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.sdi.kewajiban import periods
from ckanext.sdi.lifecycle import conformity, gate, states
from ckanext.sdi.model import DatasetState, Transition
from ckanext.sdi.model.base import now
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.catalogue import N_

# Why Data Prioritas is not published from a state, and what to do.
_NOT_PASSED = {
    states.SUBMITTED: N_(
        "This is Data Prioritas: approve it first, so that the Pembina Data can check it."
    ),
    states.APPROVED: N_(
        "This has become Data Prioritas since it was approved. Return it: handed in again, it goes"
        " to the Pembina Data."
    ),
}


def package_of(name_or_id: str) -> model.Package:
    """The dataset.

    :raises ckan.logic.NotFound: when there is no such dataset under the gate
    """
    package = model.Package.get(name_or_id)
    if package is None or package.type != gate.GOVERNED_TYPE or package.state != "active":
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    return package


def submit(context: Context, package: model.Package) -> dict[str, Any]:
    """Hand a dataset in to the Walidata (Perpres 39/2019: data together with its metadata).

    :raises ckan.logic.ValidationError: with every finding that blocks
    """
    row = _locked_row(package)
    adopted = row.state == states.PUBLISHED and row.adopted
    if not adopted:
        _require(row, states.SUBMIT)
    findings = _judge(package)
    _refuse_blocked(findings)
    return _move(context, package, row, states.SUBMIT, states.SUBMITTED, about=_about(package))


def _about(package: model.Package) -> list[list[str]]:
    """The periods that are handed in, as they are told now: by them it is judged who was late."""
    extras = package.extras or {}
    of_resources = [resource.extras.get("periode_data") for resource in package.resources]
    return periods.about(extras.get("periode_awal"), extras.get("periode_akhir"), of_resources)


def return_(
    context: Context, package: model.Package, findings: Sequence[dict[str, Any]], reason: str
) -> dict[str, Any]:
    """Give a dataset back, with what must be mended.

    The Pembina returns to the Walidata, who passes it on (Perpres 39/2019, pemeriksaan).
    """
    row = _locked_row(package)
    _require(row, states.RETURN)
    by_pembina = row.state == states.PEMBINA_REVIEW
    target = states.PEMBINA_RETURNED if by_pembina else states.RETURNED
    return _move(context, package, row, states.RETURN, target, reason, findings)


def approve(context: Context, package: model.Package, *, by_pembina: bool) -> dict[str, Any]:
    """Pass a dataset: the Walidata to the Pembina when it is Data Prioritas, else for publication.

    :raises ckan.logic.ValidationError: when something has come to block meanwhile
    """
    row = _locked_row(package)
    _require(row, states.APPROVE)
    _refuse_blocked(_judge(package))
    waits_for_pembina = row.state == states.SUBMITTED and is_prioritas(row)
    if row.state == states.PEMBINA_REVIEW and not by_pembina:
        raise tk.ValidationError(
            {"state": [tk._("This is Data Prioritas: the Pembina Data has to check it.")]}
        )
    target = states.PEMBINA_REVIEW if waits_for_pembina else states.APPROVED
    return _move(context, package, row, states.APPROVE, target)


def publish(context: Context, package: model.Package) -> dict[str, Any]:
    """Make a dataset public, as far as its classification allows.

    Everything is judged once more, the files read again: what was handed in is what is published.
    Warnings that stand are noted as confirmed by the one who publishes.

    :raises ckan.logic.ValidationError: when something blocks, or the Pembina has not passed it
    """
    row = _locked_row(package)
    _require(row, states.PUBLISH)
    if is_prioritas(row) and not _passed_by_pembina(row):
        raise tk.ValidationError({"state": [tk._(_NOT_PASSED[row.state])]})
    findings = _judge(package)
    _refuse_blocked(findings)
    row.klasifikasi_risiko = (package.extras or {}).get("klasifikasi_risiko")
    confirmed = [f.as_dict(tk._) for f in findings if f.severity == "warning"]
    return _move(context, package, row, states.PUBLISH, states.PUBLISHED, findings=confirmed)


def withdraw(context: Context, package: model.Package, reason: str) -> dict[str, Any]:
    """Take a published dataset out of the public's sight; it can be mended and handed in again."""
    row = _locked_row(package)
    _require(row, states.WITHDRAW)
    return _move(context, package, row, states.WITHDRAW, states.WITHDRAWN, reason)


def note(context: Context, package_id: str, action: str, reason: str) -> None:
    """Write into a dataset's history what was done to it in between its steps.

    The transaction is the caller's to commit.
    """
    state = gate.state_of(package_id)
    model.Session.add(
        Transition(
            package_id=package_id,
            action=action,
            from_state=state,
            to_state=state,
            user_id=_user_id(context),
            reason=reason,
        )
    )
    model.Session.flush()


def history(package_id: str, *, limit: int, offset: int) -> tuple[int, list[Transition]]:
    """How many steps a dataset took, and some of them, newest first."""
    steps = sa.select(Transition).where(Transition.package_id == package_id)
    count = model.Session.scalar(steps.with_only_columns(sa.func.count()))
    page = steps.order_by(Transition.at.desc()).limit(limit).offset(offset)
    return count or 0, list(model.Session.scalars(page))


def is_prioritas(row: DatasetState) -> bool:
    """Whether the dataset's item is Data Prioritas in its edition's year."""
    version = conformity.version_of(row.item_id)
    return version is not None and version.edition.tahun in (version.prioritas_tahun or [])


def _passed_by_pembina(row: DatasetState) -> bool:
    """Whether it was the Pembina who approved a dataset, and not the Walidata alone."""
    approvals = (
        sa.select(Transition.from_state)
        .where(Transition.package_id == row.package_id, Transition.to_state == states.APPROVED)
        .order_by(Transition.at.desc())
    )
    newest = model.Session.scalar(approvals.limit(1))
    return row.state == states.APPROVED and newest == states.PEMBINA_REVIEW


def _locked_row(package: model.Package) -> DatasetState:
    package_id = package.id
    row = gate.locked_row_of(package_id)
    # What was read before the lock may have changed since; the dataset may even be gone.
    model.Session.expire_all()
    package_of(package_id)
    if row is None:
        row = DatasetState(package_id=package_id, state=states.DRAFT, adopted=False)
        model.Session.add(row)
        model.Session.flush()
    return row


def _require(row: DatasetState, step: states.Step) -> None:
    if row.state not in step.from_states:
        model.Session.rollback()
        raise tk.ValidationError(
            {
                "state": [
                    tk._(
                        "This step is not possible now: the dataset is in the state “{state}”."
                    ).format(state=tk._(states.LABELS[row.state]))
                ]
            }
        )


def _judge(package: model.Package) -> list[Finding]:
    shown = tk.get_action("package_show")(
        {"ignore_auth": True, "use_cache": False}, {"id": package.id}
    )
    return conformity.findings_of(shown, strict=True)


def _refuse_blocked(findings: Sequence[Finding]) -> None:
    blocking = [finding for finding in findings if finding.blocks]
    if not blocking:
        return
    model.Session.rollback()
    raise tk.ValidationError(
        {
            "findings": [finding.as_dict(tk._) for finding in blocking],
            "message": [finding.message(tk._) for finding in blocking],
        },
        error_summary={
            tk._("Not ready to be handed in"): tk.ungettext(
                "%(num)d thing is missing", "%(num)d things are missing", len(blocking)
            )
            % {"num": len(blocking)}
        },
    )


def _move(
    context: Context,
    package: model.Package,
    row: DatasetState,
    step: states.Step,
    target: str,
    reason: str | None = None,
    findings: Sequence[dict[str, Any]] = (),
    about: list[list[str]] | None = None,
) -> dict[str, Any]:
    model.Session.add(
        Transition(
            package_id=package.id,
            action=step.action,
            from_state=row.state,
            to_state=target,
            user_id=_user_id(context),
            reason=reason or None,
            findings=list(findings),
            about=about,
        )
    )
    row.state, row.adopted, row.changed_at = target, False, now()
    model.Session.flush()
    private = not gate.may_be_public(package)
    if package.private != private:
        with gate.opened(package.id):
            if private:
                close_activities(package)
            _patch_private(context, package.id, private=private)
    else:
        model.Session.commit()
        conformity.refresh_and_index([package.id])
    return {"id": package.id, "name": package.name, "state": target}


def _patch_private(context: Context, package_id: str, *, private: bool) -> None:
    """Write the flag, the row and the record together; none of them alone."""
    try:
        # From the database: a step does not rest on what the search index holds.
        shown = tk.get_action("package_show")(
            {"ignore_auth": True, "use_cache": False, "for_update": True}, {"id": package_id}
        )
        shown.pop("metadata_modified", None)
        tk.get_action("package_update")(
            {"ignore_auth": True, "user": context.get("user", "")}, {**shown, "private": private}
        )
    except BaseException:
        model.Session.rollback()
        raise


def close_activities(package: model.Package) -> None:
    """Hide the stored public copies of a dataset that is public no more.

    Activities keep the labels of the moment they were written, so a withdrawn dataset would stay
    readable in its old activities.
    """
    if not p.plugin_loaded("activity"):
        return
    labels = [f"member-{package.owner_org}", "sdi-walidata"]
    model.Session.execute(
        sa.text("UPDATE activity SET permission_labels = :labels WHERE object_id = :id"),
        {"labels": labels, "id": package.id},
    )


def _user_id(context: Context) -> str | None:
    user = context.get("auth_user_obj") or model.User.get(context.get("user") or "")
    return user.id if user else None
