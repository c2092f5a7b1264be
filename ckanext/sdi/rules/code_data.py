"""Rules on ID DTKS and on the codes of data (DSSD, SDS)."""

from __future__ import annotations

from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.rules.code_entry import (
    STEP_AGAIN,
    STEP_COMPARE,
    STEP_STANDARD,
    STEP_TEXT,
    WHY_BUILD,
    WHY_CENTRAL,
    code_rule,
)

code_rule(
    "id_dtks.characters",
    (
        N_("“{value}” is no ID DTKS: it holds other signs than digits."),
        N_("{n} cells hold other signs than the digits of an ID DTKS."),
        N_("No cell of the column holds the digits of an ID DTKS alone."),
    ),
    WHY_BUILD,
    "Buletin DTKS 2021",
    {"code": "id_dtks"},
    ("3650225000500111O", "36502250005001110"),
    (STEP_COMPARE, STEP_STANDARD, STEP_AGAIN),
)
code_rule(
    "id_dtks.length",
    (
        N_("“{value}” has {length} digits; an ID DTKS has 17 for a family or 19 for a member."),
        N_("{n} cells do not have the 17 or 19 digits of an ID DTKS."),
        N_("No cell of the column has the 17 or 19 digits of an ID DTKS."),
    ),
    WHY_BUILD,
    "Buletin DTKS 2021",
    {"code": "id_dtks"},
    ("3650225000500111", "36502250005001110"),
    (STEP_COMPARE, STEP_STANDARD, STEP_AGAIN),
)
code_rule(
    "id_dtks.member",
    (
        N_("ID DTKS “{value}” ends in 00; members are counted from 01."),
        N_("{n} ID DTKS end in 00; members are counted from 01."),
        N_("Every ID DTKS of the column ends in 00; members are counted from 01."),
    ),
    WHY_BUILD,
    "Buletin DTKS 2021",
    {"code": "id_dtks"},
    ("3650225000500111000", "3650225000500111001"),
    (STEP_COMPARE, STEP_AGAIN),
)
code_rule(
    "kode_dssd.shape",
    (
        N_("“{value}” is no DSSD code; one looks like 5.03.000001."),
        N_("{n} cells do not have the form of a DSSD code."),
        N_("No cell of the column has the form of a DSSD code."),
    ),
    WHY_BUILD,
    "SIPD E-Walidata",
    {"code": "kode_dssd"},
    ("5.3.1", "5.03.000001"),
    (STEP_COMPARE, STEP_TEXT, STEP_AGAIN),
)
code_rule(
    "kode_sds.shape",
    (
        N_("“{value}” is no SDS code; one looks like SD00001.00.00."),
        N_("{n} cells do not have the form of an SDS code."),
        N_("No cell of the column has the form of an SDS code."),
    ),
    WHY_BUILD,
    "Peraturan BPS 4/2021",
    {"code": "kode_sds"},
    ("SD1.0.0", "SD00001.00.00"),
    (STEP_COMPARE, STEP_AGAIN),
)
code_rule(
    "kode_sds.central",
    (
        N_(
            "“{value}” is the eight-digit number of the centre's list. Give the SDSN code, "
            "like SD00001.00.00, where there is one."
        ),
        N_("{n} cells hold the eight-digit number of the centre's list in place of an SDSN code."),
        N_(
            "Every cell of the column holds the eight-digit number of the centre's list in "
            "place of an SDSN code."
        ),
    ),
    WHY_CENTRAL,
    "Peraturan BPS 4/2021",
    {"code": "kode_sds"},
    ("10310002", "SD00001.00.00"),
    (STEP_COMPARE, STEP_AGAIN),
    severity="warning",
)
