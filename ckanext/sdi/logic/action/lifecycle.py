"""Actions of the lifecycle: thin; ``ckanext.sdi.lifecycle`` does the work."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import Context, DataDict

from ckanext.sdi.lifecycle import conformity, dataset, gate, own_tasks, roles, tasks
from ckanext.sdi.logic import posted, schema
from ckanext.sdi.logic.editions import sees_whole
from ckanext.sdi.rules.mask import mask_text

STEPS = ("package_update", "sdi_dataset_return", "sdi_dataset_publish")


def sdi_dataset_submit(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Hand a dataset in to the Walidata.

    :param id: the dataset's id or name
    :returns: ``{"id", "name", "state"}``
    :raises ckan.logic.ValidationError: with ``findings``, every one that blocks; or ``state``,
        when the dataset is not at a point where it can be handed in
    :raises ckan.logic.NotFound: when there is no such dataset
    :raises ckan.logic.NotAuthorized: when the user is not the office's Produsen
    """
    package = _package("sdi_dataset_submit", context, data_dict)
    return dataset.submit(context, package)


def sdi_dataset_return(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Give a dataset back with findings: the Walidata to the producer, the Pembina to the Walidata.

    :param id: the dataset's id or name
    :param findings: what must be mended: a list of sentences, or of findings as
        ``sdi_dataset_conformity`` gives them (at least one, or a ``reason``)
    :param reason: one's own sentence (optional)
    :returns: ``{"id", "name", "state"}``
    :raises ckan.logic.ValidationError: when neither findings nor a reason are given, or the
        dataset is not with a reviewer
    """
    package = _package("sdi_dataset_return", context, data_dict)
    findings = [_as_finding(f) for f in schema.findings(data_dict.get("findings"))]
    own = {key: value for key, value in data_dict.items() if key != "findings"}
    data = schema.validated(own, schema.dataset_return(), context)
    reason = data.get("reason") or ""
    if not findings and not reason:
        raise tk.ValidationError(
            {"findings": [tk._("Say what must be mended: choose findings or write a sentence.")]}
        )
    return dataset.return_(context, package, findings, mask_text(reason))


def sdi_dataset_approve(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Pass a dataset: the Walidata for publication (Data Prioritas: to the Pembina), then the
    Pembina for publication.

    :param id: the dataset's id or name
    :returns: ``{"id", "name", "state"}``
    :raises ckan.logic.ValidationError: with ``findings`` that block, or ``state``
    """
    package = _package("sdi_dataset_approve", context, data_dict)
    by_pembina = roles.has_role(context.get("user"), roles.PEMBINA) or bool(
        context.get("ignore_auth")
    )
    return dataset.approve(context, package, by_pembina=by_pembina)


def sdi_dataset_publish(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Publish a dataset: the only way for one to become public.

    ``terbuka`` becomes public; ``terbatas`` and ``tertutup`` are published and stay private.
    Warnings that stand count as confirmed by the one who publishes, and are noted.

    :param id: the dataset's id or name
    :returns: ``{"id", "name", "state"}``
    :raises ckan.logic.ValidationError: with ``findings`` that block, or ``state``
    """
    package = _package("sdi_dataset_publish", context, data_dict)
    return dataset.publish(context, package)


def sdi_dataset_withdraw(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Take a published dataset back; it can then be mended and handed in again.

    :param id: the dataset's id or name
    :param reason: why, as it will stand in the history
    :returns: ``{"id", "name", "state"}``
    :raises ckan.logic.ValidationError: when it is not published, or no reason is given
    """
    package = _package("sdi_dataset_withdraw", context, data_dict)
    data = schema.validated(data_dict, schema.dataset_withdraw(), context)
    return dataset.withdraw(context, package, mask_text(data["reason"]))


@tk.side_effect_free
def sdi_dataset_conformity(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What a dataset lacks, per principle, judged now.

    For who may take a step with it the files are read as well; to others it says what the last
    checks found.

    :param id: the dataset's id or name
    :returns: ``{"id", "state", "summary": {"errors", "warnings", "blocks", "principles"},
        "findings": […]}``
    :raises ckan.logic.NotFound: when there is no such dataset
    """
    package = _package("sdi_dataset_conformity", context, data_dict)
    shown = tk.get_action("package_show")(
        {"ignore_auth": True, "use_cache": False}, {"id": package.id}
    )
    works_on_it = any(
        authz.is_authorized_boolean(step, context, {"id": package.id}) for step in STEPS
    )
    findings = conformity.findings_of(
        shown,
        strict=works_on_it,
        sees_whole=lambda item: sees_whole(context, item, item["organization_id"]),
    )
    return {
        "id": package.id,
        "state": gate.state_of(package.id),
        "summary": conformity.summary(findings),
        "findings": [finding.as_dict(tk._) for finding in findings],
    }


@tk.side_effect_free
def sdi_dataset_history(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The steps a dataset took: who, when, from where to where, why, with which findings.

    :param id: the dataset's id or name
    :param limit: at most this many (default 100, at most 1000)
    :param offset: start here (default 0)
    :returns: ``{"count", "results": [{"action", "from_state", "to_state", "user", "at", "reason",
        "findings"}]}``, newest first
    """
    package = _package("sdi_dataset_history", context, data_dict)
    data = schema.validated(data_dict, schema.plain_list(), context)
    count, steps = dataset.history(package.id, limit=data["limit"], offset=data["offset"])
    users = _names({step.user_id for step in steps if step.user_id})
    return {
        "count": count,
        "results": [
            {
                "action": step.action,
                "from_state": step.from_state,
                "to_state": step.to_state,
                "user": users.get(step.user_id or ""),
                "at": step.at.isoformat(),
                "reason": step.reason,
                "findings": step.findings,
            }
            for step in steps
        ],
    }


@tk.side_effect_free
def sdi_task_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What waits for the user: as Produsen what the agreed lists ask of the office, as Walidata
    and Pembina what was handed in; of the Walidata also what stands published and the list in
    force does not name any more (``without_base``) or says ``tertutup`` of (``turned_tertutup``).

    :param role: ``produsen``, ``walidata`` or ``pembina`` (default: the first that the user holds)
    :param q: part of a name (optional)
    :param state: only tasks of this state (optional)
    :param timing: only periods that are ``late``, ``due`` (over, and not late yet), ``running`` or
        ``unreachable`` (the office's portal does not answer; optional, for ``produsen``)
    :param limit: at most this many (default 20, at most 100)
    :param offset: start here (default 0)
    :returns: ``{"role", "roles", "count", "counts": {state: n}, "timings": {timing: n}, "results":
        [{"role", "state", "todo", "since", "organization", "item", "dataset", "owed"}]}``; of a
        returned dataset ``dataset["reason"]`` is the sentence it came back with; ``owed`` is the
        period that a producer's task is about: ``period``, ``schedule``, ``due``, ``timing``,
        ``days_late``, ``why``; ``again`` whether a period is to be begun of an item that has a
        published dataset of another one
    """
    tk.check_access("sdi_task_list", context, data_dict)
    data = schema.validated(data_dict, schema.task_list(), context)
    user = context.get("user") or ""
    held = _task_roles(user)
    role = data.get("role") or (held[0] if held else None)
    if role is None:
        empty = {"count": 0, "counts": {}, "timings": {}, "results": []}
        return {"role": None, "roles": [], **empty}
    if role not in held:
        raise tk.NotAuthorized(tk._("You do not hold this role."))
    page = _tasks(role, user, data)
    results = [{**row, "todo": tk._(row["todo"])} for row in page.rows]
    return {
        "role": role,
        "roles": held,
        "count": page.count,
        "counts": page.counts,
        "timings": page.timings,
        "results": results,
    }


def _tasks(role: str, user: str, data: dict[str, Any]) -> tasks.Page:
    window = {"q": data.get("q") or "", "limit": data["limit"], "offset": data["offset"]}
    state = data.get("state") or None
    if role == "produsen":
        offices = [office["id"] for office in _offices(user)]
        timely = data.get("timing") or None
        return own_tasks.for_produsen(offices, state=state, timeliness=timely, **window)
    if role == roles.WALIDATA:
        return tasks.for_reviewer(role, tasks.WALIDATA_TODO, jenis_data=None, only=state, **window)
    kinds = [held.jenis_data for held in _held(user) if held.role == roles.PEMBINA]
    jenis_data = None if None in kinds else [kind for kind in kinds if kind]
    todo = tasks.PEMBINA_TODO
    return tasks.for_reviewer(role, todo, jenis_data=jenis_data, only=state, **window)


def _held(user: str) -> list[Any]:
    user_id = roles.user_id_of(user)
    return roles.held_by(user_id) if user_id else []


def _task_roles(user: str) -> list[str]:
    held = {row.role for row in _held(user)}
    found = [role for role in (roles.WALIDATA, roles.PEMBINA) if role in held]
    return found + (["produsen"] if _offices(user) else [])


def _offices(user: str) -> list[dict[str, Any]]:
    """The organisations a user delivers data for; a role's own organisation is none of them."""
    with_role = {row.organization_id for row in roles.assignments()}
    mine = tk.get_action("organization_list_for_user")(
        {"user": user}, {"permission": "update_dataset"}
    )
    return [office for office in mine if office["id"] not in with_role]


def _package(action: str, context: Context, data_dict: DataDict) -> model.Package:
    package = dataset.package_of(posted.reference(data_dict))
    tk.check_access(action, context, {**data_dict, "id": package.id})
    return package


def _as_finding(finding: Any) -> dict[str, Any]:
    """A posted finding; the numbers that a reviewer copied into it do not identify anybody."""
    found = finding if isinstance(finding, dict) else {"message": str(finding)}
    return {key: _masked(part) for key, part in found.items()}


def _masked(part: Any) -> Any:
    if isinstance(part, str):
        return mask_text(part)
    if isinstance(part, list):
        return [_masked(entry) for entry in part]
    if isinstance(part, dict):
        return {key: _masked(entry) for key, entry in part.items()}
    return part


def _names(user_ids: set[str]) -> dict[str, str]:
    users = (model.User.get(user_id) for user_id in user_ids)
    return {user.id: user.display_name for user in users if user is not None}
