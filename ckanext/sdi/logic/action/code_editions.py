"""Actions on editions of code lists: translating, guessing, comparing, loading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.sdi import codes
from ckanext.sdi.code_lists import bridge, recheck, source, store
from ckanext.sdi.codes.editions import Difference, compare
from ckanext.sdi.codes.layouts import LAYOUTS
from ckanext.sdi.codes.list_file import MAX_BYTES, Problem
from ckanext.sdi.codes.translate import Translation, guess_edition, translate
from ckanext.sdi.codes.vocabulary import Edition, Vocabulary, today
from ckanext.sdi.lifecycle.roles import user_id_of
from ckanext.sdi.logic import codes_schema as schema
from ckanext.sdi.logic.schema import validated

# What an answer lists of a difference; the counts are always whole.
MOST_LISTED = 1000


def sdi_code_translate(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Carry codes to an edition, and say of which it cannot be decided.

    :param system: id of a code system that is a list
    :param values: the codes, 10,000 at most
    :param to: an edition (its id or decree) or a day; the newest edition if not given. For
        ``kode_bps`` and ``kode_wilayah`` also the other of the two: the bridge that the operator
        has loaded carries them over, ``from`` is its period then
    :param from: the edition or day at which the values were right (optional): a code that was
        given to another place since is then told apart
    :returns: ``{"results": [{"value", "status": "unchanged" | "translated" | "split" | "gone" |
        "unknown", "code", "codes": [{"code", "label"}], "decrees"}], "undecided", "counts",
        "edition"}``; ``code`` only where one is sure
    :raises ckan.logic.NotFound: when there is no such system or edition, or it is no list
    :raises ckan.logic.ValidationError: when ``values`` is no list of texts, or too long
    """
    tk.check_access("sdi_code_translate", context, data_dict)
    rest = {name: value for name, value in data_dict.items() if name != "values"}
    data = validated(rest, schema.translate(), context)
    if data.get("to") and data["to"] == bridge.OTHER.get(schema.system_id(data["system"])):
        return _over_the_bridge(data, schema.values(data_dict.get("values")))
    list_ = _list(data["system"])
    to, edition = _day_of(list_, data.get("to"))
    since = _day_of(list_, data["from"])[0] if data.get("from") else None
    answers = translate(list_, schema.values(data_dict.get("values")), to, since)
    found = _translations(list_.system, answers, lambda code: _labelled(list_, code, to))
    return {**found, "at": to.isoformat(), "edition": edition.decree if edition else None}


def sdi_code_edition_guess(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Say which edition a column of codes was written in, and how sure that is.

    :param system: id of a code system that is a list
    :param values: the codes, 10,000 at most
    :returns: ``{"edition", "certainty": "sure" | "likely" | "undecided" | "none", "deciding",
        "unknown", "results": [{"edition", "matched", "of", "share"}]}``, the best first;
        ``deciding`` is how many different codes stand in some editions only
    :raises ckan.logic.NotFound: when there is no such system, or it is no list
    :raises ckan.logic.ValidationError: when ``values`` is no list of texts, or too long
    """
    tk.check_access("sdi_code_edition_guess", context, data_dict)
    rest = {name: value for name, value in data_dict.items() if name != "values"}
    list_ = _list(validated(rest, schema.edition_guess(), context)["system"])
    guesses = guess_edition(list_, schema.values(data_dict.get("values")))
    results = [
        {
            "edition": edition_dict(guess.edition),
            "matched": guess.matched,
            "of": guess.of,
            "share": round(guess.share, 4),
        }
        for guess in guesses.ranking
    ]
    known = guesses.certainty in ("sure", "likely")
    return {
        "edition": results[0]["edition"] if known else None,
        "certainty": guesses.certainty,
        "deciding": guesses.deciding,
        "unknown": guesses.unknown,
        "results": results,
    }


@tk.side_effect_free
def sdi_code_edition_diff(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Compare two editions, or a list in a file with the newest edition. Nothing is written.

    :param system: id of a code system (``kode_wilayah`` if not given)
    :param from: an edition, its id or decree (with ``to``)
    :param to: an edition
    :param upload: a file with a list (CSV: code, name), or ``content``, its text; with the
        parameters of ``sdi_code_edition_load``
    :returns: ``{"counts": {"new", "gone", "renamed", "respelled", "successors", "levels"}, "new",
        "gone", "renamed"}``; lists are cut at 1,000
    :raises ckan.logic.NotFound: when there is no such system or edition
    :raises ckan.logic.ValidationError: when the list would be refused, with each fault by line
    """
    tk.check_access("sdi_code_edition_diff", context, data_dict)
    data = validated(_plain(data_dict), schema.edition_diff(), context)
    system = schema.system_id(data["system"])
    if "upload" in data_dict or "content" in data_dict:
        try:
            _, difference = store.preview(_content(data_dict), _edition(data, data_dict))
        except store.Refused as refused:
            raise tk.ValidationError(_refusal(refused)) from refused
    else:
        difference = _between(system, data)
    return difference_dict(system, difference)


def sdi_code_edition_load(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Load a list as the newest edition, all of it or nothing. For the Walidata and sysadmins.

    What is gone is kept with its last day. In the background resources with codes of the list are
    looked at again: rows for codes which are gone, and files that are not handed in once more.

    :param system: id of a code system (``kode_wilayah`` if not given)
    :param upload: the file (CSV: code, name; dotted or not), or ``content``, its text
    :param edition: the decree
    :param valid_from: the day from which it is in force
    :param source: where the list was taken from (optional)
    :param totals: the decree's number of codes by level (optional): the list must have as many
    :param successors: old code to new codes, where names do not settle it (optional)
    :param from_empty: begin the system's history with this list, without the shipped one
    :returns: ``{"edition", "counts", "resources"}``; ``resources`` is how many are looked at again
    :raises ckan.logic.ValidationError: when the list is refused, with each fault by line
    :raises ckan.logic.NotAuthorized: when the user is neither Walidata nor sysadmin
    """
    tk.check_access("sdi_code_edition_load", context, data_dict)
    data = validated(_plain(data_dict), schema.edition_load(), context)
    schema.system_id(data["system"])
    new = _edition(data, data_dict)
    try:
        edition, difference = store.load(_content(data_dict), new, user_id_of(context.get("user")))
    except store.Refused as refused:
        model.Session.rollback()
        raise tk.ValidationError(_refusal(refused)) from refused
    waiting = recheck.note(edition, difference)
    edition_id = edition.id
    model.Session.commit()
    source.forget()
    if waiting:
        recheck.enqueue(edition_id)
    return {
        "edition": {"id": edition_id, "decree": new.decree, "codes": edition.codes},
        "counts": difference_dict(new.system, difference)["counts"],
        "resources": waiting,
    }


@tk.side_effect_free
def sdi_code_edition_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """A loaded edition, and what it broke: the resources that were looked at again.

    :param id: the edition's id
    :returns: ``{"id", "decree", "valid_from", "progress": {"waiting", "done", "error"},
        "datasets": [{"package_id", "resource_id", "broken": {column: {code: rows}}}]}``
    :raises ckan.logic.NotFound: when there is no such edition
    :raises ckan.logic.NotAuthorized: when the user is neither Walidata nor sysadmin
    """
    tk.check_access("sdi_code_edition_show", context, data_dict)
    data = validated(data_dict, schema.system_show(), context)
    found = recheck.report(data["id"])
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such edition."))
    return found


def edition_dict(edition: Edition) -> dict[str, Any]:
    """An edition as the API gives it."""
    return {
        "id": edition.id,
        "decree": edition.decree,
        "valid_from": edition.valid_from.isoformat(),
    }


def difference_dict(system: str, difference: Difference) -> dict[str, Any]:
    """A difference as the API gives it."""
    level = LAYOUTS[system].level
    levels: dict[str, dict[str, int]] = {}
    for kind, of_kind in (("new", difference.new), ("gone", difference.gone)):
        for code in of_kind:
            counts = levels.setdefault(level(code), {"new": 0, "gone": 0, "successors": 0})
            counts[kind] += 1
            counts["successors"] += code in difference.successors
    return {
        "counts": {
            "new": len(difference.new),
            "gone": len(difference.gone),
            "renamed": len(difference.renamed),
            "respelled": len(difference.respelled),
            "successors": len(difference.successors),
            "levels": levels,
        },
        "new": [
            {"code": code, "name": name} for code, name in _first(sorted(difference.new.items()))
        ],
        "gone": [
            {
                "code": code,
                "name": name,
                "successors": list(difference.successors.get(code, ())),
            }
            for code, name in _first(sorted(difference.gone.items()))
        ],
        "renamed": [
            {"code": code, "before": before, "after": after}
            for code, (before, after) in _first(sorted(difference.renamed.items()))
        ],
    }


def _first(items: list[Any]) -> list[Any]:
    return items[:MOST_LISTED]


def _between(system: str, data: dict[str, Any]) -> Difference:
    list_ = _list(system)
    if not data.get("from") or not data.get("to"):
        message = tk._("Name two editions, or give a file.")
        raise tk.ValidationError({"from": [message]})
    days = [_day_of(list_, data[name])[0] for name in ("from", "to")]
    names = [list_.names_at(day) for day in days]
    difference = compare(*names)
    # Between loaded editions the events say what took whose place, not the names.
    difference.successors = {
        code: followers
        for code in difference.gone
        if (followers := tuple(c.code for c in list_.successors_at(code, days[1])))
    }
    return difference


def _edition(data: dict[str, Any], data_dict: DataDict) -> store.NewEdition:
    return store.NewEdition(
        system=data["system"],
        decree=data.get("edition") or "-",
        valid_from=data.get("valid_from") or date.max,
        source=data.get("source") or "",
        from_empty=data.get("from_empty") or False,
        totals=schema.totals(data_dict.get("totals")) or None,
        successors=schema.successors(data_dict.get("successors")) or None,
    )


def _over_the_bridge(data: dict[str, Any], values: list[str]) -> dict[str, Any]:
    answers = bridge.translate(data["system"], values, data.get("from"))
    other = data["to"]
    list_ = codes.vocabulary(other) if codes.has_vocabulary(other) else None
    return _translations(
        data["system"],
        answers,
        lambda code: _labelled(list_, code, today()) if list_ else {"code": code, "label": code},
    )


def _translations(
    system: str, answers: list[Translation], label: Callable[[str], dict[str, str]]
) -> dict[str, Any]:
    results = [
        {
            "value": codes.mask(system, answer.value),
            "status": answer.status,
            "code": answer.codes[0] if len(answer.codes) == 1 else None,
            "codes": [label(code) for code in answer.codes],
            "decrees": list(answer.decrees),
        }
        for answer in answers
    ]
    undecided = [r["value"] for r in results if r["status"] in ("split", "gone", "unknown")]
    return {
        "results": results,
        "undecided": list(dict.fromkeys(undecided)),
        "counts": dict(Counter(answer.status for answer in answers)),
    }


def _plain(data_dict: DataDict) -> dict[str, Any]:
    """What a schema judges: all but the file and what is taken apart by hand."""
    apart = ("upload", "content", "totals", "successors")
    return {name: value for name, value in data_dict.items() if name not in apart}


def _content(data_dict: DataDict) -> bytes:
    upload, content = data_dict.get("upload"), data_dict.get("content")
    if upload is not None and hasattr(upload, "read"):
        return upload.read(MAX_BYTES + 1)
    if isinstance(content, bytes):
        return content
    if isinstance(content, str) and content:
        return content.encode("utf-8", "surrogatepass")
    raise tk.ValidationError({"upload": [tk._("Choose a file.")]})


def _refusal(refused: store.Refused) -> dict[str, Any]:
    shown = [problem_text(problem) for problem in refused.problems[:MOST_LISTED]]
    return {"upload": shown, "problem_count": [str(refused.count)]}


def problem_text(problem: Problem) -> str:
    """A fault of a list in words, with its line."""
    text = tk._(problem.message).format(**problem.params)
    return tk._("Line {n}: {text}").format(n=problem.line, text=text) if problem.line else text


def _list(system: str) -> Vocabulary:
    schema.system_id(system)
    if not codes.has_vocabulary(system):
        raise tk.ObjectNotFound(tk._("There is no list of this code system on this portal."))
    return codes.vocabulary(system)


def _day_of(list_: Vocabulary, named: str | None) -> tuple[date, Edition | None]:
    """The day that an edition (by id or decree), a day or a year stands for."""
    if not named:
        edition = list_.edition
        return (edition.valid_from if edition else date.max), edition
    for edition in list_.editions:
        if named in (edition.id, edition.decree):
            return edition.valid_from, edition
    try:
        return schema.day(named), None
    except tk.Invalid as error:
        raise tk.ObjectNotFound(tk._("There is no such edition.")) from error


def _labelled(list_: Vocabulary, code: str, at: date) -> dict[str, str]:
    found = list_.get(code, at)
    return {"code": code, "label": found.label if found else code}
