"""Rules on what spreadsheets and copying do to codes of any system."""

from __future__ import annotations

from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.rules.code_entry import (
    STEP_AGAIN,
    STEP_REPLACE,
    STEP_SOURCE,
    STEP_TEXT,
    WHY_COPY,
    WHY_SHEET,
    code_rule,
)

code_rule(
    "kode.invisible",
    (
        N_(
            "“{value}” holds signs that cannot be seen, such as a blank or a line break. "
            "Delete them."
        ),
        N_("{n} codes hold signs that cannot be seen, such as a blank or a line break."),
        N_(
            "Every code of the column holds signs that cannot be seen, such as a blank or a "
            "line break."
        ),
    ),
    WHY_COPY,
    "Perpres 39/2019 Pasal 10",
    {"code": "kode_wilayah"},
    ("64.72\u00a0", "64.72"),
    (STEP_REPLACE, STEP_AGAIN),
)
code_rule(
    "kode.apostrophe",
    (
        N_("“{value}” begins with an apostrophe. Delete it; the column is text without it."),
        N_("{n} codes begin with an apostrophe."),
        N_("Every code of the column begins with an apostrophe."),
    ),
    WHY_COPY,
    "Perpres 39/2019 Pasal 10",
    {"code": "nik"},
    ("'3171011708450001", "3171011708450001"),
    (STEP_REPLACE, STEP_AGAIN),
)
code_rule(
    "kode.full_width",
    (
        N_("“{value}” is typed with digits of another script. Type the digits 0 to 9."),
        N_("{n} codes are typed with digits of another script."),
        N_("Every code of the column is typed with digits of another script."),
    ),
    WHY_COPY,
    "Perpres 39/2019 Pasal 10",
    {"code": "kode_wilayah"},
    ("６４.７２", "64.72"),
    (STEP_REPLACE, STEP_AGAIN),
)
code_rule(
    "kode.scientific",
    (
        N_(
            "“{value}” is what a spreadsheet left of a long number; its last digits are lost. "
            "Take the number from its source."
        ),
        N_("{n} codes were turned into numbers like 3.17E+15; their last digits are lost."),
        N_(
            "Every code of the column was turned into a number like 3.17E+15; the last digits "
            "are lost."
        ),
    ),
    WHY_SHEET,
    "Perpres 39/2019 Pasal 10",
    {"code": "nik"},
    ("3.17101E+15", "3171011708450001"),
    (STEP_SOURCE, STEP_TEXT, STEP_AGAIN),
)
code_rule(
    "kode.float_text",
    (
        N_("“{value}” was turned into a number with decimals. Type the code without them."),
        N_("{n} codes were turned into numbers with decimals, like 64.0."),
        N_("Every code of the column was turned into a number with decimals, like 64.0."),
    ),
    WHY_SHEET,
    "Perpres 39/2019 Pasal 10",
    {"code": "kode_bps"},
    ("6472.0", "6472"),
    (STEP_TEXT, STEP_REPLACE, STEP_AGAIN),
)
code_rule(
    "kode.separator",
    (
        N_(
            "“{value}” has points, dashes or blanks where this code has none. Write it without"
            " them."
        ),
        N_("{n} codes have points, dashes or blanks where there should be none."),
        N_("Every code of the column has points, dashes or blanks where there should be none."),
    ),
    WHY_COPY,
    "Perpres 39/2019 Pasal 10",
    {"code": "kode_wilayah"},
    ("64-72", "64.72"),
    (STEP_REPLACE, STEP_AGAIN),
)
code_rule(
    "kode.lost_zero",
    (
        N_("“{value}” lost the 0 in front. Type it with the 0."),
        N_("{n} codes lost the 0 in front."),
        N_("Every code of the column lost the 0 in front."),
    ),
    WHY_SHEET,
    "PMK 112/2022; PER-6/PJ/2024",
    {"code": "npwp"},
    ("20000014000000", "020000014000000"),
    (STEP_TEXT, STEP_REPLACE, STEP_AGAIN),
)
