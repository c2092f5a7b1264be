"""What the actions on reference codes take."""

from __future__ import annotations

from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema

from ckanext.sdi.codes import SYSTEMS
from ckanext.sdi.codes.kode_wilayah import LEVELS
from ckanext.sdi.logic.schema import _ignore_rest, _text, page
from ckanext.sdi.rules import period

MOST_RESULTS = 1000
MOST_VALUES = 10_000


def day(value: Any) -> date:
    """A reference date: a day, or the last day of a year, a quarter or a month."""
    found = period.parse(str(value)) if isinstance(value, (str, int)) else None
    if found is None:
        raise tk.Invalid(tk._("Write a date like 2024-12-31, or a year."))
    return found.last


def values(value: Any) -> list[str]:
    """A list of codes, as texts; whole numbers are taken for what their digits are.

    :raises ckan.logic.ValidationError: when it is no list, too long, or holds something else
    """
    if not isinstance(value, list):
        raise tk.ValidationError({"values": [tk._("Must be a list of texts.")]})
    if len(value) > MOST_VALUES:
        message = tk._("At most {n} values at once, please.").format(n=MOST_VALUES)
        raise tk.ValidationError({"values": [message]})
    for number, entry in enumerate(value, 1):
        if isinstance(entry, bool) or not isinstance(entry, (str, int, float)):
            message = tk._("Value number {n} is no text.").format(n=number)
            raise tk.ValidationError({"values": [message]})
    return [str(entry) for entry in value]


def system_id(value: Any) -> str:
    """The id of a code system.

    :raises ckan.logic.NotFound: when there is none of that id
    """
    if not isinstance(value, str) or value not in SYSTEMS:
        raise tk.ObjectNotFound(tk._("There is no such code system."))
    return value


def _required() -> list[Any]:
    return [tk.get_validator("not_empty"), _text(200)]


def system_list() -> Schema:
    return {**page(100, MOST_RESULTS), **_ignore_rest()}


def system_show() -> Schema:
    return {"id": _required(), **_ignore_rest()}


def show() -> Schema:
    missing = tk.get_validator("ignore_empty")
    return {"system": _required(), "code": _required(), "at": [missing, day], **_ignore_rest()}


def search() -> Schema:
    missing = tk.get_validator("ignore_empty")
    one_of: Any = tk.get_validator("one_of")
    defaults: Any = tk.get_validator("default")
    return {
        "system": [defaults("kode_wilayah"), _text(200)],
        "q": [defaults(""), _text(20_000)],
        "level": [missing, one_of(list(LEVELS))],
        "parent": [missing, _text(200)],
        "at": [missing, day],
        **page(20, MOST_RESULTS),
        **_ignore_rest(),
    }


def check() -> Schema:
    missing = tk.get_validator("ignore_empty")
    one_of: Any = tk.get_validator("one_of")
    return {
        "system": _required(),
        "level": [missing, one_of(list(LEVELS))],
        "at": [missing, day],
        **_ignore_rest(),
    }


def translate() -> Schema:
    missing = tk.get_validator("ignore_empty")
    return {
        "system": _required(),
        "from": [missing, _text(200)],
        "to": [missing, _text(200)],
        **_ignore_rest(),
    }


def edition_guess() -> Schema:
    return {"system": _required(), **_ignore_rest()}


def edition_diff() -> Schema:
    missing = tk.get_validator("ignore_empty")
    return {
        **edition_load(),
        "edition": [missing, _text(200)],
        "valid_from": [missing, day],
        "from": [missing, _text(200)],
        "to": [missing, _text(200)],
    }


def edition_load() -> Schema:
    default: Any = tk.get_validator("default")
    return {
        "system": [default("kode_wilayah"), _text(200)],
        "edition": [tk.get_validator("not_empty"), _text(200)],
        "valid_from": [tk.get_validator("not_empty"), day],
        "source": [default(""), _text(500)],
        "from_empty": [default(False), tk.get_validator("boolean_validator")],
        **_ignore_rest(),
    }


def totals(value: Any) -> dict[str, int]:
    """How many codes of each level a decree says there are: ``{"provinsi": 38, …}`` or
    ``provinsi=38,kab_kota=514``.

    :raises ckan.logic.ValidationError: when it is something else
    """
    pairs = value
    if isinstance(value, str):
        parts = [part.partition("=") for part in value.split(",") if part.strip()]
        pairs = {level: number for level, _, number in parts}
    try:
        found = {str(level).strip(): int(number) for level, number in dict(pairs or {}).items()}
    except (TypeError, ValueError) as error:
        message = tk._("Must be numbers by level, like provinsi=38,kab_kota=514.")
        raise tk.ValidationError({"totals": [message]}) from error
    unknown = sorted(set(found) - {*LEVELS, "data"})
    if unknown:
        message = tk._("There is no level {level}.").format(level=unknown[0][:40])
        raise tk.ValidationError({"totals": [message]})
    return found


def successors(value: Any) -> dict[str, list[str]]:
    """Successors entered by hand: ``{"91.01": ["93.01"], …}`` or lines ``91.01,93.01``.

    :raises ckan.logic.ValidationError: when it is something else
    """
    found: dict[str, list[str]] = {}
    if isinstance(value, dict):
        for old, new in value.items():
            found[str(old)] = [str(code) for code in (new if isinstance(new, list) else [new])]
        return found
    for line in str(value or "").splitlines():
        old, _, new = line.replace(";", ",").partition(",")
        if not line.strip():
            continue
        if not old.strip() or not new.strip():
            message = tk._("Write an old and a new code in each line, with a comma between.")
            raise tk.ValidationError({"successors": [message]})
        found.setdefault(old.strip(), []).append(new.strip())
    return found
