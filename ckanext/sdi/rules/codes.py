"""Codes as findings: one value of a code system, judged by the rules of ``ckanext.sdi.codes``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ckanext.sdi import codes

# Their entries: every rule that a judgement can name is registered when this module is imported.
from ckanext.sdi.rules import code_areas as _areas
from ckanext.sdi.rules import code_damage as _damage
from ckanext.sdi.rules import code_data as _data
from ckanext.sdi.rules import code_persons as _persons
from ckanext.sdi.rules import code_tax as _tax
from ckanext.sdi.rules.catalogue import get_rule
from ckanext.sdi.rules.finding import Finding

# What a column standard may let be normalised: signs too many, never digits that are missing.
NORMALISED = frozenset({"kode.invisible", "kode.apostrophe", "kode.full_width", "kode.separator"})
ENTRIES = (_areas, _damage, _data, _persons, _tax)


def judge_code(
    system: str,
    value: str,
    *,
    level: str | None = None,
    at: date | None = None,
    profile: str = "wajib",
    severities: Mapping[str, str] | None = None,
    normalised: bool = False,
) -> list[Finding]:
    """What is wrong with a value, as findings that are not placed yet.

    :param system: id of a code system
    :param level: the level that an area code must have
    :param at: the day the data is about; today if not given
    :param profile: whose severities hold
    :param severities: severities of single rules that the column sets for itself
    :param normalised: the column takes separators, blanks and such signs out, so that they are
        only reported
    :returns: findings with the value masked where it identifies a person
    :raises KeyError: when there is no such system
    """
    own = own_severities(severities or {}, normalised=normalised)

    def severity(reason: codes.Reason) -> str:
        return own.get(reason.rule) or get_rule(reason.rule).severity[profile]

    def passes(suggestion: str | None) -> bool:
        again = codes.judge(system, suggestion, level=level, at=at) if suggestion else ()
        return all(severity(reason) != "error" for reason in again)

    return [
        Finding(
            rule=reason.rule,
            severity=severity(reason),
            params=reason.params,
            value=codes.mask(system, value),
            suggestion=_shown(system, reason.suggestion) if passes(reason.suggestion) else None,
        )
        for reason in codes.judge(system, value, level=level, at=at)
    ]


def own_severities(severities: Mapping[str, str], *, normalised: bool) -> dict[str, str]:
    """The severities of single rules that a column sets for itself; parameters as above."""
    return {**(dict.fromkeys(NORMALISED, "info") if normalised else {}), **severities}


def _shown(system: str, suggestion: str | None) -> str | None:
    """A suggestion that may be shown; one with a person's number is not repeated."""
    if suggestion is None:
        return None
    return suggestion if codes.mask(system, suggestion) == suggestion else None
