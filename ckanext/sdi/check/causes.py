"""One likely cause behind many findings, told once above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ckanext.sdi.check.tasks import Task, Translate
from ckanext.sdi.rules.catalogue import N_


@dataclass(frozen=True)
class _Cause:
    """A cause is likely when its rules together are broken by so much of the rows.

    :param both: whether each of the rules must be broken
    """

    rules: frozenset[str]
    share: float
    sentence: str
    both: bool = False


FEWEST = 3
ALWAYS = frozenset({"table.ragged"})
_CAUSES = (
    _Cause(
        frozenset(
            {
                "kode.number",
                "kode.lost_zero",
                "kode_wilayah.lost_zero",
                "kode.scientific",
                "kode.float_text",
                "kode.digits_lost",
                "kolom.rounded",
            }
        ),
        0.0,
        N_(
            "A spreadsheet has probably taken codes for numbers, and dropped zeros and digits of"
            " them. Give the columns the format Text, then take the codes from their source again:"
            " typing over single cells does not bring back what is lost."
        ),
    ),
    _Cause(
        frozenset({"table.column_missing", "table.column_unknown"}),
        0.0,
        N_(
            "Columns are probably only called otherwise than in the column standard. Rename them in"
            " your file, or match the column standard to it, before you look at anything else."
        ),
        both=True,
    ),
    _Cause(
        frozenset({"kode_wilayah.gone", "kode_wilayah.retired", "kode_wilayah.not_yet"}),
        0.1,
        N_(
            "The codes are probably those of another edition than the one in force in the period of"
            " the data. Look first whether the period of the data is stated rightly."
        ),
    ),
    _Cause(
        frozenset({"integer.form", "integer.decimal_zero", "number.form", "number.notation"}),
        0.5,
        N_(
            "The numbers of a column are probably all written in another way than the column"
            " standard says, with other signs for decimals and thousands or with units. Change them"
            " all at once in your spreadsheet, or correct the column standard."
        ),
    ),
    _Cause(
        frozenset({"date.form", "date.impossible"}),
        0.5,
        N_(
            "The dates of a column are probably all written in another order or form. Change the"
            " format of the whole column instead of single cells."
        ),
    ),
    _Cause(
        frozenset({"value.unique", "table.primary_key"}),
        0.3,
        N_(
            "Rows have probably been put in twice, or the key of the column standard lacks a"
            " column that tells them apart."
        ),
    ),
    _Cause(
        frozenset({"table.ragged"}),
        0.0,
        N_(
            "Cells of some rows have probably moved into another column, since a text holds the"
            " sign that parts the columns. Mend these rows first."
        ),
    ),
)


def causes_of(tasks: Sequence[Task], translate: Translate) -> list[dict[str, object]]:
    """The likely causes of the tasks of a report.

    :returns: for each its ``sentence`` and the ``tasks`` it explains, as pairs of rule and column
    """
    found: list[dict[str, object]] = []
    for cause in _CAUSES:
        explained = [task for task in tasks if task.rule in cause.rules and _is_much(task, cause)]
        broken = {task.rule for task in explained}
        if explained and (not cause.both or broken == cause.rules):
            places = [[task.rule, task.column] for task in explained]
            found.append({"sentence": translate(cause.sentence), "tasks": places})
    return found


def _is_much(task: Task, cause: _Cause) -> bool:
    # What is about single cells needs no cause in common.
    alone = task.share is not None and task.count < FEWEST and task.rule not in ALWAYS
    return not alone and (not cause.share or (task.share or 0.0) >= cause.share)
