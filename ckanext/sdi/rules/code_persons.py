"""Rules on NIK and family card numbers."""

from __future__ import annotations

from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.rules.code_entry import (
    STEP_AGAIN,
    STEP_COMPARE,
    STEP_SOURCE,
    STEP_STANDARD,
    STEP_TEXT,
    WHY_AREA,
    WHY_AREALIST,
    WHY_BUILD,
    WHY_SHEET,
    code_rule,
)

code_rule(
    "nik.characters",
    (
        N_("“{value}” is no NIK: it holds other signs than digits. Type its 16 digits only."),
        N_("{n} cells hold other signs than the digits of NIK."),
        N_("No cell of the column holds the digits of NIK alone."),
    ),
    WHY_BUILD,
    "PP 37/2007 Pasal 37; PP 40/2019 Pasal 30",
    {"code": "nik"},
    ("31710117O8450001", "3171011708450001"),
    (STEP_COMPARE, STEP_STANDARD, STEP_AGAIN),
)
code_rule(
    "nik.length",
    (
        N_("“{value}” has {length} digits; NIK has 16. Compare it with the document."),
        N_("{n} cells do not have the 16 digits of NIK."),
        N_("No cell of the column has the 16 digits of NIK."),
    ),
    WHY_BUILD,
    "PP 37/2007 Pasal 37; PP 40/2019 Pasal 30",
    {"code": "nik"},
    ("31710117084500", "3171011708450001"),
    (STEP_COMPARE, STEP_TEXT, STEP_AGAIN),
)
code_rule(
    "nik.province",
    (
        N_(
            "NIK “{value}” begins with {province}, which is no province. Compare it with the "
            "document."
        ),
        N_("{n} values of NIK begin with the code of no province."),
        N_("Every value of NIK in the column begins with the code of no province."),
    ),
    WHY_AREA,
    "PP 37/2007 Pasal 37; PP 40/2019 Pasal 30",
    {"code": "nik"},
    ("9971011708450001", "3171011708450001"),
    (STEP_COMPARE, STEP_STANDARD, STEP_AGAIN),
)
code_rule(
    "nik.area",
    (
        N_("In NIK “{value}”, the regency or the district is 00, which does not exist."),
        N_("{n} values of NIK have 00 for the regency or the district."),
        N_("Every value of NIK in the column has 00 for the regency or the district."),
    ),
    WHY_AREA,
    "PP 37/2007 Pasal 37; PP 40/2019 Pasal 30",
    {"code": "nik"},
    ("3171001708450001", "3171011708450001"),
    (STEP_COMPARE, STEP_AGAIN),
)
code_rule(
    "nik.regency",
    (
        N_("NIK “{value}” begins with {regency}, a regency or city that is in no known list."),
        N_("{n} values of NIK begin with a regency or city that is in no known list."),
        N_(
            "Every value of NIK in the column begins with a regency or city that is in no "
            "known list."
        ),
    ),
    WHY_AREALIST,
    "PP 37/2007 Pasal 37; PP 40/2019 Pasal 30",
    {"code": "nik"},
    ("3199011708450001", "3171011708450001"),
    (STEP_COMPARE, STEP_AGAIN),
    severity="warning",
)
code_rule(
    "nik.district",
    (
        N_("The first six digits of NIK “{value}” name a district that is in no known list."),
        N_("{n} values of NIK begin with a district that is in no known list."),
        N_("Every value of NIK in the column begins with a district that is in no known list."),
    ),
    WHY_AREALIST,
    "PP 37/2007 Pasal 37; PP 40/2019 Pasal 30",
    {"code": "nik"},
    ("3171991708450001", "3171011708450001"),
    (STEP_COMPARE, STEP_AGAIN),
    severity="warning",
)
code_rule(
    "nik.date",
    (
        N_("In NIK “{value}”, digits 7 to 12 are no date. Compare it with the document."),
        N_("In {n} values of NIK, digits 7 to 12 are no date."),
        N_("In every value of NIK in the column, digits 7 to 12 are no date."),
    ),
    WHY_BUILD,
    "PP 37/2007 Pasal 37; PP 40/2019 Pasal 30",
    {"code": "nik"},
    ("3171013102900001", "3171011708450001"),
    (STEP_COMPARE, STEP_AGAIN),
)
code_rule(
    "nik.serial",
    (
        N_(
            "NIK “{value}” ends in 0000; serial numbers begin at 0001. A spreadsheet may have "
            "rounded it."
        ),
        N_("{n} values of NIK end in 0000; a spreadsheet may have rounded them."),
        N_("Every value of NIK in the column ends in 0000; a spreadsheet rounded them."),
    ),
    WHY_SHEET,
    "PP 37/2007 Pasal 37; PP 40/2019 Pasal 30",
    {"code": "nik"},
    ("3171011708450000", "3171011708450001"),
    (STEP_SOURCE, STEP_TEXT, STEP_AGAIN),
)
code_rule(
    "nomor_kk.characters",
    (
        N_("“{value}” is no KK: it holds other signs than digits. Type its 16 digits only."),
        N_("{n} cells hold other signs than the digits of KK."),
        N_("No cell of the column holds the digits of KK alone."),
    ),
    WHY_BUILD,
    "PP 37/2007",
    {"code": "nomor_kk"},
    ("31710115O7190003", "3171011507190003"),
    (STEP_COMPARE, STEP_STANDARD, STEP_AGAIN),
)
code_rule(
    "nomor_kk.length",
    (
        N_("“{value}” has {length} digits; KK has 16. Compare it with the document."),
        N_("{n} cells do not have the 16 digits of KK."),
        N_("No cell of the column has the 16 digits of KK."),
    ),
    WHY_BUILD,
    "PP 37/2007",
    {"code": "nomor_kk"},
    ("317101150719003", "3171011507190003"),
    (STEP_COMPARE, STEP_TEXT, STEP_AGAIN),
)
code_rule(
    "nomor_kk.province",
    (
        N_(
            "KK “{value}” begins with {province}, which is no province. Compare it with the "
            "document."
        ),
        N_("{n} values of KK begin with the code of no province."),
        N_("Every value of KK in the column begins with the code of no province."),
    ),
    WHY_AREA,
    "PP 37/2007",
    {"code": "nomor_kk"},
    ("9971011507190003", "3171011507190003"),
    (STEP_COMPARE, STEP_STANDARD, STEP_AGAIN),
)
code_rule(
    "nomor_kk.regency",
    (
        N_("KK “{value}” begins with {regency}, a regency or city that is in no known list."),
        N_("{n} values of KK begin with a regency or city that is in no known list."),
        N_(
            "Every value of KK in the column begins with a regency or city that is in no known"
            " list."
        ),
    ),
    WHY_AREALIST,
    "PP 37/2007",
    {"code": "nomor_kk"},
    ("3199011507190003", "3171011507190003"),
    (STEP_COMPARE, STEP_AGAIN),
    severity="warning",
)
code_rule(
    "nomor_kk.district",
    (
        N_("The first six digits of KK “{value}” name a district that is in no known list."),
        N_("{n} values of KK begin with a district that is in no known list."),
        N_("Every value of KK in the column begins with a district that is in no known list."),
    ),
    WHY_AREALIST,
    "PP 37/2007",
    {"code": "nomor_kk"},
    ("3171991507190003", "3171011507190003"),
    (STEP_COMPARE, STEP_AGAIN),
    severity="warning",
)
code_rule(
    "nomor_kk.date",
    (
        N_("In KK “{value}”, digits 7 to 12 are no date. Compare it with the document."),
        N_("In {n} values of KK, digits 7 to 12 are no date."),
        N_("In every value of KK in the column, digits 7 to 12 are no date."),
    ),
    WHY_BUILD,
    "PP 37/2007",
    {"code": "nomor_kk"},
    ("3171013102900003", "3171011507190003"),
    (STEP_COMPARE, STEP_AGAIN),
    severity="warning",
)
code_rule(
    "nomor_kk.serial",
    (
        N_(
            "KK “{value}” ends in 0000; serial numbers begin at 0001. A spreadsheet may have "
            "rounded it."
        ),
        N_("{n} values of KK end in 0000; a spreadsheet may have rounded them."),
        N_("Every value of KK in the column ends in 0000; a spreadsheet rounded them."),
    ),
    WHY_SHEET,
    "PP 37/2007",
    {"code": "nomor_kk"},
    ("3171011507190000", "3171011507190003"),
    (STEP_SOURCE, STEP_TEXT, STEP_AGAIN),
)
