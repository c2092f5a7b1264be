"""Template helpers: thin, they ask the rooms that know."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from babel.dates import format_date, format_datetime
from flask_babel import get_locale

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi import codes
from ckanext.sdi.kewajiban import periods
from ckanext.sdi.kewajiban.timing import LABELS as TIMING_LABELS
from ckanext.sdi.lifecycle import conformity, continued, role_names, states, tasks
from ckanext.sdi.logic import http_errors
from ckanext.sdi.logic.editions import item_told
from ckanext.sdi.logic.names import free_name
from ckanext.sdi.model import DatasetState, Edition
from ckanext.sdi.rules import filled
from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.rules.period import parse
from ckanext.sdi.views import asking

MOST_OWN_ITEMS = 100

_ZONES = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}
_TYPE_LABELS = {
    "string": N_("Text"),
    "integer": N_("Whole number"),
    "number": N_("Number"),
    "boolean": N_("Yes or no"),
    "date": N_("Date"),
    "year": N_("Year"),
}
_CHECK_LABELS = {
    "waiting": N_("Waiting to be checked"),
    "running": N_("Being checked"),
    "passed": N_("Passed the check"),
    "failed": N_("Has cells to be mended"),
    "unreadable": N_("Cannot be read"),
    "error": N_("The check broke off"),
    "superseded": N_("Replaced by a newer check"),
}


def sdi_field_groups(fields: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A schema's fields by the groups that ``form_group`` opens.

    :param fields: scheming fields in their order
    :returns: ``title``, ``text`` and ``fields`` of each group; none when no field opens one
    """
    groups: list[dict[str, Any]] = []
    for field in fields:
        if "form_group" in field:
            groups.append({**field["form_group"], "fields": []})
        if groups:
            groups[-1]["fields"].append(field)
    return groups


def sdi_form_item(data: Mapping[str, Any]) -> dict[str, Any] | None:
    """The Daftar Data item that a form's dataset belongs to, with what it says of the dataset.

    :param data: the form's values
    :returns: the item version's facts with ``binding``, ``before`` (the newest dataset that the
        office made of the item) and ``suggested`` (what a new dataset begins with, a free name
        among it), None without an item
    """
    user = _reader()
    facts = item_told({"user": user}, data.get("daftar_data_item") or None)
    if facts is None:
        return None
    before = continued.before(facts["item_id"], facts["organization_id"], user)
    suggested: dict[str, Any] = filled.suggested(facts)
    if before:
        suggested |= continued.fields(before)
        period = sdi_period(facts["jadwal_pemutakhiran"] or "", data.get("periode_awal") or "")
        suggested["title"] = ", ".join(filter(None, (facts["nama_data"], period)))
    return {
        **facts,
        "binding": filled.binding(facts),
        "before": before,
        "suggested": {**suggested, "name": free_name(suggested["title"])},
    }


def sdi_item(item_id: str | None) -> dict[str, Any] | None:
    """What the list says of an item to the reader, None when there is no such item."""
    return item_told({"user": _reader()}, item_id)


def _reader() -> str:
    return tk.current_user.name if tk.current_user.is_authenticated else ""


def sdi_area_label(code: str) -> str:
    """An area's name with its code, the code alone when it is unknown."""
    area = codes.vocabulary("kode_wilayah").get(code)
    return code if area is None else f"{area.label} ({code})"


def sdi_area_labels(value: Any) -> dict[str, str]:
    """The labels of the areas that a form's field names, by the code as it stands there."""
    named = re.split(r"[,;\s]+", value) if isinstance(value, str) else value or []
    return {code: sdi_area_label(code) for code in named if code}


def sdi_mask(system: str, value: str) -> str:
    """A code as it may be shown: those that identify a person lose their middle."""
    return codes.mask(system, value)


def sdi_state_label(state: str) -> str:
    """A state of the lifecycle in words."""
    return tk._(states.LABELS[state])


def sdi_choice_label(field_name: str, value: str) -> str:
    """A chosen value of a dataset's field in words."""
    schema = tk.h.scheming_get_dataset_schema("dataset")
    field = tk.h.scheming_field_by_name(schema["dataset_fields"], field_name)
    return tk.h.scheming_choices_label(field["choices"], value)


def sdi_datetime(moment: str | dt.datetime | None) -> str:
    """A moment as people here write it, in the portal's time zone: 24 November 2026, 14.13 WITA.

    :param moment: a moment in UTC, as the tables and actions give it
    """
    if not moment:
        return ""
    if isinstance(moment, str):
        moment = dt.datetime.fromisoformat(moment)
    zone = tk.h.get_display_timezone()
    local = moment.replace(tzinfo=moment.tzinfo or dt.timezone.utc).astimezone(zone)
    written = format_datetime(local, "d MMMM y, HH.mm", locale=get_locale())
    return f"{written} {_ZONES.get(str(zone), local.strftime('%Z'))}"


def sdi_day(day: str | dt.date) -> str:
    """A day as people here write it: 24 November 2026.

    :param day: the day, or its ISO text
    """
    as_date = dt.date.fromisoformat(day) if isinstance(day, str) else day
    return format_date(as_date, "d MMMM y", locale=get_locale())


def sdi_period(schedule: str, code: str) -> str:
    """A period of a schedule in words: 2026, Semester I 2026, Triwulan III 2026, Maret 2026."""
    period = parse(code)
    return periods.words(schedule, period, tk._) if period else code


def sdi_timing_label(timing: str) -> str:
    """How timely a period is, in words."""
    return tk._(TIMING_LABELS[timing])


def sdi_history(package_id: str) -> list[dict[str, Any]]:
    """The steps that a dataset took, newest first; none for who may not see them."""
    try:
        return tk.get_action("sdi_dataset_history")({}, {"id": package_id})["results"]
    except tk.NotAuthorized:
        return []


def sdi_check(resource_id: str) -> dict[str, Any] | None:
    """The newest check of a resource: its state, rows and counts by severity."""
    check = conformity.newest_checks([resource_id]).get(resource_id)
    if check is None:
        return None
    return {
        "state": check.state,
        "rows": check.rows,
        "severities": (check.report or {}).get("severities", {}),
    }


def sdi_counts() -> dict[str, int]:
    """How much the public finds here: datasets and the offices that gave them."""
    found = tk.get_action("package_search")(
        {}, {"rows": 0, "facet.field": ["organization"], "facet.limit": -1}
    )
    offices = found["search_facets"].get("organization", {}).get("items", [])
    return {"datasets": found["count"], "offices": len(offices)}


def sdi_check_label(state: str) -> str:
    """The state of a check in words."""
    return tk._(_CHECK_LABELS[state])


def sdi_columns(table_schema: Any) -> list[dict[str, Any]]:
    """The columns of a column standard, for a table: name, meaning, what they hold.

    :param table_schema: a Table Schema; anything else (what a form was sent and refused) has none
    """
    fields = table_schema.get("fields") if isinstance(table_schema, Mapping) else None
    if not isinstance(fields, list):
        return []
    return [_column(field) for field in fields if isinstance(field, Mapping)]


def _column(field: Mapping[str, Any]) -> dict[str, Any]:
    sdi = field.get("sdi") or {}
    type_name = field.get("type", "string")
    holds = tk._(_TYPE_LABELS.get(type_name, type_name))
    if sdi.get("code") in codes.SYSTEMS:
        holds = tk._(codes.SYSTEMS[sdi["code"]].title)
    return {
        "name": field.get("name"),
        "title": field.get("title"),
        "description": field.get("description"),
        "holds": holds,
        "satuan": sdi.get("satuan"),
        "required": bool((field.get("constraints") or {}).get("required")),
    }


def sdi_organization_title(organization_id: str) -> str:
    """An office's name."""
    group = model.Group.get(organization_id)
    return group.title or group.name if group else organization_id


def sdi_role_name(organization_id: str, role: str) -> str:
    """What a member's role is called in an organisation, e.g. ``Produsen Data``."""
    names = role_names.role_names(model.Group.get(organization_id))
    return names.get(role) or tk.h.roles_translated().get(role, role)


def sdi_own_items() -> list[dict[str, str]]:
    """Items that the list asks of the user's offices and nobody has begun, as form options."""
    query = {"role": "produsen", "state": tasks.NOT_BEGUN, "limit": MOST_OWN_ITEMS}
    try:
        found = tk.get_action("sdi_task_list")({}, query)
    except tk.NotAuthorized:
        return []
    # An item of which several periods are missing is offered once.
    names = {task["item"]["id"]: task["item"]["nama_data"] for task in found["results"]}
    return [{"value": item_id, "text": name} for item_id, name in names.items()]


def sdi_item_of_dataset(name_or_id: str) -> dict[str, Any] | None:
    """The Daftar Data item that a dataset delivers, as the list has it."""
    package = model.Package.get(name_or_id)
    row = model.Session.get(DatasetState, package.id) if package else None
    return sdi_item(row.item_id) if row else None


def sdi_works_on(pkg_dict: Mapping[str, Any]) -> bool:
    """Whether the user has a part in a dataset: makes it, checks it, or publishes it."""
    id_dict = {"id": pkg_dict["id"]}
    return any(
        tk.h.check_access(name, id_dict)
        for name in ("package_update", "sdi_dataset_return", "sdi_dataset_publish")
    )


def sdi_error_told(code: Any, name: str | None, content: Any) -> tuple[str | None, Any]:
    """The heading and the sentence of an error page, in words for people."""
    return http_errors.told(code, name, content)


def sdi_remote_counts(source: str) -> list[dict[str, Any]]:
    """How many datasets a harvest source's portal lists, by what came of them.

    :result: ``state``, ``label`` and ``count`` of each; empty for who may not see them
    """
    from ckanext.sdi.views.panen import STATE_LABELS

    try:
        asked = {"id": source, "limit": 1}
        counts = tk.get_action("sdi_remote_dataset_list")(asking.context(), asked)["counts"]
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return []
    return [
        {"state": state, "label": tk._(label), "count": counts[state]}
        for state, label in STATE_LABELS.items()
    ]


def sdi_lists_of_job(job_id: str) -> list[dict[str, Any]]:
    """What the lists that a harvest job brought became.

    :result: ``outcome`` (``imported``, ``unchanged`` or ``refused``), and as far as there are such
        ``edition`` (while it is there), ``title``, ``rows``, ``counts`` and ``agreed``
    """
    from ckanext.harvest.model import HarvestObject, HarvestObjectExtra

    query = (
        sa.select(HarvestObjectExtra.value)
        .join(HarvestObject, HarvestObject.id == HarvestObjectExtra.harvest_object_id)
        .where(HarvestObject.harvest_job_id == job_id, HarvestObjectExtra.key == "sdi_result")
    )
    told = [json.loads(value) for value in model.Session.scalars(query)]
    # A draft may have been deleted since.
    ids = [result.get("edition") for result in told]
    there = set(model.Session.scalars(sa.select(Edition.id).where(Edition.id.in_(ids))))
    return [
        {
            "outcome": "imported",
            **result,
            "edition": result.get("edition") if result.get("edition") in there else None,
        }
        for result in told
    ]
