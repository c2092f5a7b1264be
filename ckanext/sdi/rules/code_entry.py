"""What the entries of code rules have in common: reasons, sources, steps."""

from __future__ import annotations

from typing import Any

from ckanext.sdi.rules.catalogue import N_, Example, Job, Rule, register

WHY_SHEET = N_(
    "A spreadsheet takes a column of codes for numbers unless it is text: it drops zeros in "
    "front, rounds after 15 digits and adds decimals. The code then names something else, or "
    "nothing."
)
WHY_COPY = N_(
    "Signs that are copied along make two equal codes unequal, so that tables no longer join."
)
WHY_BUILD = N_(
    "A code of reference is the one identity of an object; a value of another build names "
    "nobody and nothing."
)
WHY_AREA = N_(
    "The first digits are the code of the area where the number was given out, of any edition "
    "of Kode Wilayah."
)
WHY_AREALIST = N_(
    "Lists of areas from before 2017 are not at hand, so an unknown regency or district may be"
    " right; a run of them points to a mistake."
)
WHY_LIST = N_(
    "A code that is in no edition of its list names nothing. Areas have the codes that the Ministry"
    " of Home Affairs sets, standards those of BPS."
)
WHY_DATED = N_(
    "Codes of areas come and go by decree. Data names an area by the code in force in the "
    "period it is about."
)
WHY_LEVEL = N_(
    "The column standard says of which level the areas are; a row of another level would be "
    "counted twice."
)
WHY_CHECKDIGIT = N_(
    "The ninth digit checks the eight before it. The rule fits published numbers but was never"
    " published itself, so this is a warning."
)
WHY_NPWP16 = N_(
    "Residents' tax numbers are their NIK; old numbers begin with 0, those given since 2025 "
    "with 10. Other beginnings are not known."
)
WHY_ZEROS = N_(
    "A row of zeros is typed where there is no number; it would make all of them one taxpayer."
)
WHY_CENTRAL = N_(
    "The centre's Daftar Data names standards by eight digits; a dataset names the standard by"
    " its SDSN code."
)

STEP_TEXT = N_("Format the column as text in your spreadsheet before you type or paste the codes.")
STEP_SOURCE = N_(
    "Take the codes anew from their source; what a spreadsheet rounded cannot be restored."
)
STEP_REPLACE = N_("Correct the values; Find and Replace does it for a whole column.")
STEP_COMPARE = N_("Compare the value with the document it was taken from and correct it.")
STEP_EMPTY = N_("Leave the cell empty when there is no number.")
STEP_LOOKUP = N_("Look the right code up on the page Kode Referensi and type it in.")
STEP_PERIOD = N_("If the data is of an earlier time, correct the period of the data instead.")
STEP_STANDARD = N_("If the whole column is like this, correct the column standard instead.")
STEP_AGAIN = N_("Save the file and upload it again.")


def code_rule(
    rule_id: str,
    sentences: tuple[str, str, str],
    why: str,
    source: str,
    sdi: dict[str, Any],
    examples: tuple[str, str],
    steps: tuple[str, ...],
    *,
    severity: str = "error",
    at: str | None = None,
    job: Job = "produsen",
) -> None:
    """Register a rule on one code.

    :param sentences: for one cell, for ``{n}`` cells, for every row
    :param sdi: the ``sdi`` property of a column that holds such codes
    :param examples: a wrong and a right value
    :param severity: with the binding profile; with the advisory one it is never an error
    :param at: the reference date of the examples
    """
    wrong, right = (_example(sdi, value, at) for value in examples)
    advisory = "warning" if severity == "error" else severity
    register(
        Rule(
            id=rule_id,
            principle="kode_referensi",
            one=sentences[0],
            many=sentences[1],
            whole=sentences[2],
            why=why,
            source=source,
            wrong=wrong,
            right=right,
            steps=steps,
            severity={"wajib": severity, "anjuran": advisory},
            blocks=severity == "error",
            job=job,
        )
    )


def _example(sdi: dict[str, Any], value: str, at: str | None) -> Example:
    cell: dict[str, Any] = {"field": {"name": "kode", "type": "string", "sdi": sdi}, "value": value}
    return Example(cell=cell if at is None else {**cell, "at": at})
