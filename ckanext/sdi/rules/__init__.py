"""The rule set: one entry a rule, and the functions that judge by it.

A form, the API, a harvest, a file and a write to the Data API are all judged here, so that they
give one verdict in one wording.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from ckanext.sdi.rules.catalogue import RULES, Example, Rule, get_rule, profile_lists
from ckanext.sdi.rules.dataset import judge_dataset
from ckanext.sdi.rules.dataset_facts import DatasetContext, ResourceFacts
from ckanext.sdi.rules.field import Field
from ckanext.sdi.rules.finding import Finding
from ckanext.sdi.rules.judge import judge_cells, judge_column

# Entries register themselves beside the code that judges by them: RULES is whole once each
# module has been imported.
for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = [
    "RULES",
    "DatasetContext",
    "Example",
    "Field",
    "Finding",
    "ResourceFacts",
    "Rule",
    "get_rule",
    "judge_cells",
    "judge_column",
    "judge_dataset",
    "profile_lists",
]
