"""The action on the rule set."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.sdi.logic import schema
from ckanext.sdi.rules import RULES


@tk.side_effect_free
def sdi_rule_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The rules that data is judged by, each with all its parts.

    :param principle: only those of one principle, such as ``kode_referensi``
    :param limit: how many, all if not given
    :param offset: how many to pass over
    :returns: ``{"count", "results": [{"id", "principle", "sentences": {"one", "many", "whole"},
        "why", "source", "steps", "severity": {"wajib", "anjuran"}, "blocks", "job", "since",
        "wrong", "right"}]}``; the sentences keep their placeholders
    :raises ckan.logic.ValidationError: when a parameter is wrong
    """
    tk.check_access("sdi_rule_list", context, data_dict)
    data = schema.validated(data_dict, _schema(), context)
    principle = data.get("principle")
    chosen = [rule for rule in RULES.values() if principle in (None, rule.principle)]
    shown = chosen[data["offset"] : data["offset"] + data["limit"]]
    return {"count": len(chosen), "results": [rule.as_dict(tk._) for rule in shown]}


def _schema() -> dict[str, Any]:
    one_of: Any = tk.get_validator("one_of")
    principles = sorted({rule.principle for rule in RULES.values()})
    return {
        "principle": [tk.get_validator("ignore_empty"), one_of(principles)],
        "__extras": [tk.get_validator("ignore")],
        **schema.page(1000, 1000),
    }
