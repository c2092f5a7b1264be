"""Actions on reference codes: thin; ``ckanext.sdi.codes`` and the rules do the work."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.sdi import codes
from ckanext.sdi.codes import Code, Vocabulary
from ckanext.sdi.codes.vocabulary import today
from ckanext.sdi.logic import codes_schema as schema
from ckanext.sdi.logic.schema import validated
from ckanext.sdi.rules.codes import judge_code


@tk.side_effect_free
def sdi_code_system_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The kinds of codes there are.

    :param limit: how many, 100 if not given
    :param offset: how many to pass over
    :returns: ``{"count", "results": [{"id", "title", "description", "kind": "rule" | "list",
        "identifying", "authority", "source", "example", "levels", "edition"}]}``
    """
    tk.check_access("sdi_code_system_list", context, data_dict)
    data = validated(data_dict, schema.system_list(), context)
    systems = list(codes.SYSTEMS.values())
    chosen = systems[data["offset"] : data["offset"] + data["limit"]]
    return {"count": len(systems), "results": [_system(system.id) for system in chosen]}


@tk.side_effect_free
def sdi_code_system_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """One code system, with its editions and how many codes of each level are in force.

    :param id: id of the system, such as ``kode_wilayah``
    :returns: the entry of ``sdi_code_system_list`` with ``editions`` and ``counts``
    :raises ckan.logic.NotFound: when there is no such system
    """
    tk.check_access("sdi_code_system_show", context, data_dict)
    data = validated(data_dict, schema.system_show(), context)
    system = _system(schema.system_id(data["id"]))
    list_ = _list_or_none(system["id"])
    if list_ is not None:
        system["editions"] = [_edition(edition) for edition in list_.editions]
        system["counts"] = list_.counts()
    return system


@tk.side_effect_free
def sdi_code_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """One code of a list: what it means, whether it is in force, and what became of it.

    A code that was ever valid is found.

    :param system: id of a code system that is a list
    :param code: the code, with or without dots
    :param at: a day (``2024-12-31``) or a year; today if not given
    :returns: ``{"system", "code", "name", "level", "kind", "label", "parent", "parents",
        "valid_from", "valid_to", "at", "in_force", "successors", "predecessors", "history",
        "edition"}``
    :raises ckan.logic.NotFound: when there is no such system, it is no list, or the code never was
    """
    tk.check_access("sdi_code_show", context, data_dict)
    data = validated(data_dict, schema.show(), context)
    list_ = _list(schema.system_id(data["system"]))
    day = data.get("at") or today()
    code = list_.get(data["code"].strip(), day)
    if code is None:
        raise tk.ObjectNotFound(tk._("This code was never in the list."))
    history = list_.history(code.code)
    before = [event.old for event in history if event.new == code.code != event.old and event.old]
    return {
        "system": list_.system,
        **_code(code),
        "parents": [{"code": p.code, "name": p.name} for p in list_.parents(code.code, day)],
        "valid_from": code.valid_from and code.valid_from.isoformat(),
        "valid_to": code.valid_to and code.valid_to.isoformat(),
        "at": day.isoformat(),
        "in_force": code.in_force(day),
        "successors": [_short(list_, other) for other in list_.successors(code.code)],
        "predecessors": [_short(list_, other) for other in before],
        "history": [_event(event) for event in history],
        "edition": list_.edition and _edition(list_.edition),
    }


@tk.side_effect_free
def sdi_code_search(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Codes of a list, by part of a code or by the beginnings of words of a name.

    ``balikpapan sel`` finds Balikpapan Selatan; words may also be of the names of the parents.

    :param system: id of a code system that is a list (``kode_wilayah`` if not given)
    :param q: what was typed; everything if empty
    :param level: ``provinsi``, ``kab_kota``, ``kecamatan`` or ``desa`` only
    :param parent: codes under this one only
    :param at: in force on this day; today if not given
    :param limit: how many, 20 if not given, 1000 at most
    :param offset: how many to pass over
    :returns: ``{"count", "results": [{"code", "name", "level", "kind", "parent", "label",
        "valid_to"}], "edition"}``; codes that are no longer in force only when no other is found
    :raises ckan.logic.NotFound: when there is no such system, or it is no list
    """
    tk.check_access("sdi_code_search", context, data_dict)
    data = validated(data_dict, schema.search(), context)
    list_ = _list(schema.system_id(data["system"]))
    count, found = list_.search(
        data["q"],
        level=data.get("level"),
        parent=data.get("parent") or None,
        at=data.get("at"),
        limit=data["limit"],
        offset=data["offset"],
    )
    results = [
        {**_code(code), "valid_to": code.valid_to and code.valid_to.isoformat()} for code in found
    ]
    return {"count": count, "results": results, "edition": list_.edition and list_.edition.decree}


def sdi_code_check(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Judge values of a code system. POST only: a NIK in an address ends in an access log.

    Nothing is stored or logged.

    :param system: id of the code system
    :param values: the values, 10,000 at most
    :param level: the level that area codes must have
    :param at: the day that the data is about (``2024-12-31``) or a year; today if not given
    :returns: ``{"results": [{"value", "findings": […]}], "edition"}``, an entry for each value in
        the order asked; ``value`` is masked where it identifies a person
    :raises ckan.logic.NotFound: when there is no such system
    :raises ckan.logic.ValidationError: when ``values`` is no list of texts, or too long
    """
    tk.check_access("sdi_code_check", context, data_dict)
    # CKAN's schemas take lists apart; this one is judged as it is.
    rest = {name: value for name, value in data_dict.items() if name != "values"}
    data = validated(rest, schema.check(), context)
    system = schema.system_id(data["system"])
    level, day = data.get("level"), data.get("at")
    results = [
        {
            "value": codes.mask(system, value),
            "findings": [
                finding.as_dict(tk._) for finding in judge_code(system, value, level=level, at=day)
            ],
        }
        for value in schema.values(data_dict.get("values"))
    ]
    list_ = _list_or_none(system)
    return {
        "results": results,
        "edition": list_.edition.decree if list_ is not None and list_.edition else None,
    }


def _list(system: str) -> Vocabulary:
    list_ = _list_or_none(system)
    if list_ is None:
        raise tk.ObjectNotFound(tk._("There is no list of this code system on this portal."))
    return list_


def _list_or_none(system: str) -> Vocabulary | None:
    return codes.vocabulary(system) if codes.has_vocabulary(system) else None


def _system(system_id: str) -> dict[str, Any]:
    system = codes.SYSTEMS[system_id]
    list_ = _list_or_none(system_id)
    return {
        "id": system.id,
        "title": tk._(system.title),
        "description": tk._(system.description),
        "kind": system.kind,
        "identifying": system.identifying,
        "authority": system.authority,
        "source": system.source,
        "example": system.example,
        "levels": list(system.levels),
        "edition": _edition(list_.edition) if list_ is not None and list_.edition else None,
    }


def _edition(edition: codes.Edition) -> dict[str, Any]:
    return {
        "id": edition.id,
        "decree": edition.decree,
        "valid_from": edition.valid_from.isoformat(),
        "source": edition.source,
        "coverage": edition.coverage,
        "codes": edition.codes or None,
    }


def _code(code: Code) -> dict[str, Any]:
    return {
        "code": code.code,
        "name": code.name,
        "level": code.level,
        "kind": code.kind,
        "parent": code.parent,
        "label": code.label,
    }


def _short(list_: Vocabulary, code: str) -> dict[str, str]:
    found = list_.get(code)
    return {"code": code, "label": found.label if found else code}


def _event(event: codes.Event) -> dict[str, str]:
    return {
        "date": event.date.isoformat(),
        "decree": event.decree,
        "kind": event.kind,
        "old": event.old,
        "new": event.new,
    }
