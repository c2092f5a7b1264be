"""Rules on NPWP and NITKU."""

from __future__ import annotations

from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.rules.code_entry import (
    STEP_AGAIN,
    STEP_COMPARE,
    STEP_EMPTY,
    STEP_SOURCE,
    STEP_STANDARD,
    STEP_TEXT,
    WHY_AREA,
    WHY_AREALIST,
    WHY_BUILD,
    WHY_CHECKDIGIT,
    WHY_NPWP16,
    WHY_SHEET,
    WHY_ZEROS,
    code_rule,
)

code_rule(
    "npwp.characters",
    (
        N_("“{value}” is no NPWP: it holds other signs than digits, points and dashes."),
        N_("{n} cells hold other signs than those of an NPWP."),
        N_("No cell of the column holds the signs of an NPWP alone."),
    ),
    WHY_BUILD,
    "PMK 112/2022; PER-6/PJ/2024",
    {"code": "npwp"},
    ("O20000014000000", "020000014000000"),
    (STEP_COMPARE, STEP_STANDARD, STEP_AGAIN),
)
code_rule(
    "npwp.length",
    (
        N_("“{value}” has {length} digits; an NPWP has 15 or, since 2024, 16."),
        N_("{n} cells do not have the 15 or 16 digits of an NPWP."),
        N_("No cell of the column has the 15 or 16 digits of an NPWP."),
    ),
    WHY_BUILD,
    "PMK 112/2022; PER-6/PJ/2024",
    {"code": "npwp"},
    ("0200000140", "020000014000000"),
    (STEP_COMPARE, STEP_TEXT, STEP_AGAIN),
)
code_rule(
    "npwp.zeros",
    (
        N_("“{value}” is zeros in place of an NPWP. Leave the cell empty when there is none."),
        N_("{n} cells hold zeros in place of an NPWP."),
        N_("Every cell of the column holds zeros in place of an NPWP."),
    ),
    WHY_ZEROS,
    "PMK 112/2022; PER-6/PJ/2024",
    {"code": "npwp"},
    ("000000000000000", "020000014000000"),
    (STEP_EMPTY, STEP_AGAIN),
)
code_rule(
    "npwp.check_digit",
    (
        N_("The check digit of NPWP “{value}” does not fit. A digit may be mistyped."),
        N_("The check digit of {n} NPWP does not fit."),
        N_("The check digit of no NPWP in the column fits."),
    ),
    WHY_CHECKDIGIT,
    "PMK 112/2022; PER-6/PJ/2024",
    {"code": "npwp"},
    ("020000019000000", "020000014000000"),
    (STEP_COMPARE, STEP_AGAIN),
    severity="warning",
)
code_rule(
    "npwp.form",
    (
        N_(
            "NPWP “{value}” begins with {start}: it is neither a NIK nor an old number nor one"
            " of the series that begins with 10."
        ),
        N_("{n} NPWP have a beginning that is not known."),
        N_("Every NPWP in the column has a beginning that is not known."),
    ),
    WHY_NPWP16,
    "PMK 112/2022; PER-6/PJ/2024",
    {"code": "npwp"},
    ("9971011708450001", "3171011708450001"),
    (STEP_COMPARE, STEP_STANDARD, STEP_AGAIN),
    severity="warning",
)
code_rule(
    "npwp.area",
    (
        N_("In NPWP “{value}”, the regency or the district is 00, which does not exist."),
        N_("{n} values of NPWP have 00 for the regency or the district."),
        N_("Every value of NPWP in the column has 00 for the regency or the district."),
    ),
    WHY_AREA,
    "PMK 112/2022; PER-6/PJ/2024",
    {"code": "npwp"},
    ("3171001708450001", "3171011708450001"),
    (STEP_COMPARE, STEP_AGAIN),
)
code_rule(
    "npwp.regency",
    (
        N_("NPWP “{value}” begins with {regency}, a regency or city that is in no known list."),
        N_("{n} values of NPWP begin with a regency or city that is in no known list."),
        N_(
            "Every value of NPWP in the column begins with a regency or city that is in no "
            "known list."
        ),
    ),
    WHY_AREALIST,
    "PMK 112/2022; PER-6/PJ/2024",
    {"code": "npwp"},
    ("3199011708450001", "3171011708450001"),
    (STEP_COMPARE, STEP_AGAIN),
    severity="warning",
)
code_rule(
    "npwp.district",
    (
        N_("The first six digits of NPWP “{value}” name a district that is in no known list."),
        N_("{n} values of NPWP begin with a district that is in no known list."),
        N_("Every value of NPWP in the column begins with a district that is in no known list."),
    ),
    WHY_AREALIST,
    "PMK 112/2022; PER-6/PJ/2024",
    {"code": "npwp"},
    ("3171991708450001", "3171011708450001"),
    (STEP_COMPARE, STEP_AGAIN),
    severity="warning",
)
code_rule(
    "npwp.date",
    (
        N_("NPWP “{value}” has the form of a NIK, but digits 7 to 12 are no date."),
        N_("{n} NPWP have the form of a NIK without a date in digits 7 to 12."),
        N_("Every NPWP in the column has the form of a NIK without a date in digits 7 to 12."),
    ),
    WHY_NPWP16,
    "PMK 112/2022; PER-6/PJ/2024",
    {"code": "npwp"},
    ("3171013102900001", "3171011708450001"),
    (STEP_COMPARE, STEP_AGAIN),
)
code_rule(
    "npwp.serial",
    (
        N_(
            "NPWP “{value}” has the form of a NIK, but ends in 0000. A spreadsheet may have "
            "rounded it."
        ),
        N_("{n} NPWP have the form of a NIK and end in 0000."),
        N_("Every NPWP in the column has the form of a NIK and ends in 0000."),
    ),
    WHY_SHEET,
    "PMK 112/2022; PER-6/PJ/2024",
    {"code": "npwp"},
    ("3171011708450000", "3171011708450001"),
    (STEP_SOURCE, STEP_TEXT, STEP_AGAIN),
)
code_rule(
    "nitku.characters",
    (
        N_("“{value}” is no NITKU: it holds other signs than digits, points and dashes."),
        N_("{n} cells hold other signs than those of a NITKU."),
        N_("No cell of the column holds the signs of a NITKU alone."),
    ),
    WHY_BUILD,
    "PER-6/PJ/2024 Pasal 1",
    {"code": "nitku"},
    ("O020000014000000000001", "0020000014000000000001"),
    (STEP_COMPARE, STEP_STANDARD, STEP_AGAIN),
)
code_rule(
    "nitku.length",
    (
        N_(
            "“{value}” has {length} digits; a NITKU has 22: the NPWP of 16 digits and six of "
            "the place of business."
        ),
        N_("{n} cells do not have the 22 digits of a NITKU."),
        N_("No cell of the column has the 22 digits of a NITKU."),
    ),
    WHY_BUILD,
    "PER-6/PJ/2024 Pasal 1",
    {"code": "nitku"},
    ("0020000014000000", "0020000014000000000001"),
    (STEP_COMPARE, STEP_TEXT, STEP_AGAIN),
)
