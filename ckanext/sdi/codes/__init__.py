"""Reference codes: whether a value is a right one, what a code means, and what became of it.

Pure Python on files that come along; knows nothing of CKAN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ckanext.sdi.codes.judge import judge, normalise
from ckanext.sdi.codes.masking import mask
from ckanext.sdi.codes.reason import Reason
from ckanext.sdi.codes.registry import has_vocabulary, use_source, vocabulary
from ckanext.sdi.codes.systems import SYSTEMS, CodeSystem
from ckanext.sdi.codes.tax import is_personal_npwp
from ckanext.sdi.codes.translate import guess_edition, translate
from ckanext.sdi.codes.vocabulary import Code, Edition, Event, Vocabulary

if TYPE_CHECKING:
    from ckanext.sdi.codes.column import ColumnVerdict, judge_column, surely_right
    from ckanext.sdi.codes.masking_column import mask_column

__all__ = [
    "SYSTEMS",
    "Code",
    "CodeSystem",
    "ColumnVerdict",
    "Edition",
    "Event",
    "Reason",
    "Vocabulary",
    "guess_edition",
    "has_vocabulary",
    "is_personal_npwp",
    "judge",
    "judge_column",
    "mask",
    "mask_column",
    "normalise",
    "surely_right",
    "translate",
    "use_source",
    "vocabulary",
]


def __getattr__(name: str) -> Any:
    """What needs numpy and pyarrow is loaded when it is asked for: a form needs neither."""
    if name in ("ColumnVerdict", "judge_column", "surely_right"):
        from ckanext.sdi.codes import column

        return getattr(column, name)
    if name == "mask_column":
        from ckanext.sdi.codes import masking_column

        return masking_column.mask_column
    raise AttributeError(name)
