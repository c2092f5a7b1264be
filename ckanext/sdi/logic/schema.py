"""What the actions take, as CKAN validation schemas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.sdi.logic.posted import is_storable
from ckanext.sdi.model.role import ROLES

REASON_LENGTH = 4000
FINDINGS = 500
# What a database takes as an offset has an end; no list is longer than this.
FURTHEST = 10**9


def validated(data_dict: DataDict, schema: dict[str, Any], context: Context) -> dict[str, Any]:
    """The input after its schema.

    :raises ckan.logic.ValidationError: naming each field that is wrong
    """
    # CKAN hands empty lists on past every validator; here they say as much as an empty text.
    given = {key: "" if value == [] else value for key, value in data_dict.items()}
    data, errors = tk.navl_validate(given, schema, context)
    if errors:
        raise tk.ValidationError(errors)
    return data


def _validator(name: str) -> Any:
    return tk.get_validator(name)


def _text(length: int) -> Any:
    def within(value: Any) -> str:
        if not isinstance(value, str):
            raise tk.Invalid(tk._("Must be a text."))
        if len(value) > length:
            raise tk.Invalid(tk._("At most {n} characters, please.").format(n=length))
        if not is_storable(value):
            raise tk.Invalid(tk._("Contains a character that cannot be stored."))
        return value

    return within


def findings(value: Any) -> list[Any]:
    """A list of sentences or findings. (CKAN's own schemas take lists of dicts apart.)

    :raises ckan.logic.ValidationError: when it is something else, or too long
    """
    found = [value] if isinstance(value, (str, dict)) else value or []
    if not isinstance(found, list) or not all(isinstance(f, (str, dict)) for f in found):
        raise tk.ValidationError({"findings": [tk._("Must be a list of sentences or findings.")]})
    if len(found) > FINDINGS:
        raise tk.ValidationError(
            {"findings": [tk._("At most {n} findings, please.").format(n=FINDINGS)]}
        )
    return [finding for finding in found if finding]


def _at_most(most: int) -> Any:
    # Validators run on after one that refused: the value may be no number.
    return lambda value: min(value, most) if isinstance(value, int) else value


def _ignore_rest() -> dict[str, Any]:
    return {"__extras": [_validator("ignore")]}


def organization_id(value: Any) -> str:
    """The id of an organisation, by its id or name."""
    named = isinstance(value, str) and is_storable(value)
    group = model.Group.get(value) if named else None
    if group is None or not group.is_organization or group.state != "active":
        raise tk.Invalid(tk._("There is no such organization."))
    return group.id


def dataset_return() -> dict[str, Any]:
    optional = _validator("ignore_missing")
    return {
        "reason": [optional, _text(REASON_LENGTH)],
        **_ignore_rest(),
    }


def dataset_withdraw() -> dict[str, Any]:
    return {"reason": [_validator("not_empty"), _text(REASON_LENGTH)], **_ignore_rest()}


def suggestions() -> dict[str, Any]:
    optional = _validator("ignore_missing")
    return {
        "rule": [_validator("not_empty"), _text(200)],
        "column": [optional, _text(1000)],
        "sha256": [optional, _text(64)],
        "dry_run": [_validator("default")(False), _validator("boolean_validator")],
        **page(50, 500),
        **_ignore_rest(),
    }


def report_link() -> dict[str, Any]:
    return {"last_day": [_validator("not_empty"), _iso_day], **_ignore_rest()}


def _iso_day(value: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise tk.Invalid(tk._("Write the day as 2026-12-31.")) from error


def task_list() -> dict[str, Any]:
    optional = _validator("ignore_missing")
    return {
        "role": [optional, _validator("one_of")(["produsen", "walidata", "pembina"])],
        "q": [optional, _text(200)],
        "state": [optional, _text(40)],
        "timing": [optional, _text(40)],
        **page(20, 100),
        **_ignore_rest(),
    }


def plain_list() -> dict[str, Any]:
    """A list that takes nothing but its window."""
    return {**page(100, 1000), **_ignore_rest()}


def page(default_limit: int, most: int) -> dict[str, Any]:
    """``limit`` and ``offset`` of a list."""
    default = _validator("default")
    natural = _validator("natural_number_validator")
    return {
        "limit": [default(default_limit), natural, _at_most(most)],
        "offset": [default(0), natural, _at_most(FURTHEST)],
    }


def window(found: Sequence[Any], data: Mapping[str, Any]) -> Sequence[Any]:
    """The part of a list that ``page`` asks for."""
    return found[data["offset"] :][: data["limit"]]


def role_set() -> dict[str, Any]:
    empty = _validator("ignore_empty")
    return {
        "organization_id": [
            _validator("not_empty"),
            organization_id,
        ],
        "role": [_validator("not_empty"), _validator("one_of")(list(ROLES))],
        "jenis_data": [
            empty,
            _validator("one_of")(["statistik", "geospasial", "keuangan", "lainnya"]),
        ],
        "remove": [_validator("default")(False), _validator("boolean_validator")],
        **_ignore_rest(),
    }
