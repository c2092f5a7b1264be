"""Rules on codes that a file holds as numbers."""

from __future__ import annotations

from typing import Any

from ckanext.sdi.rules.catalogue import N_, Example, Rule, register
from ckanext.sdi.rules.code_entry import STEP_AGAIN, STEP_SOURCE, STEP_TEXT, WHY_SHEET
from ckanext.sdi.rules.table import WARNING

_NIK: dict[str, Any] = {"fields": [{"name": "nik", "sdi": {"code": "nik"}}]}
_RIGHT = Example(sheets={"Data": [["nik"], ["3171011708450001"]]}, table_schema=_NIK)

register(
    Rule(
        id="kode.number",
        principle="kode_referensi",
        one=N_(
            "The file holds the codes of the column as numbers ({n} cells). Zeros in front and at"
            " the end are lost in such cells, and it cannot be seen where they were. Make the"
            " column text."
        ),
        many=N_("{n} columns of codes are held as numbers."),
        whole=N_("The codes of the column are held as numbers."),
        why=WHY_SHEET,
        source="Perpres 39/2019 Pasal 10",
        wrong=Example(
            sheets={"Data": [["nik"], [3171011708450001.0]]},
            table_schema=_NIK,
            told={"n": "1"},
        ),
        right=_RIGHT,
        steps=(STEP_TEXT, STEP_SOURCE, STEP_AGAIN),
        severity=WARNING,
        blocks=False,
        job="produsen",
    )
)
register(
    Rule(
        id="kode.digits_lost",
        principle="kode_referensi",
        one=N_(
            "“{value}” is held as a number of more than 15 digits: a spreadsheet makes zeros of"
            " the digits after the fifteenth. Take the number from its source."
        ),
        many=N_(
            "{n} codes are held as numbers of more than 15 digits: a spreadsheet makes zeros of the"
            " digits after the fifteenth."
        ),
        whole=N_(
            "Every code of the column is held as a number of more than 15 digits: a spreadsheet"
            " makes zeros of the digits after the fifteenth."
        ),
        why=WHY_SHEET,
        source="Perpres 39/2019 Pasal 10",
        wrong=Example(
            sheets={"Data": [["nik"], [3171011708450001.0]]},
            table_schema=_NIK,
            told={"value": "3171••••••••0001"},
        ),
        right=_RIGHT,
        steps=(STEP_SOURCE, STEP_TEXT, STEP_AGAIN),
        severity={"wajib": "error", "anjuran": "warning"},
        blocks=True,
        job="produsen",
    )
)
