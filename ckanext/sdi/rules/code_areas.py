"""Rules on Kode Wilayah and the area codes of BPS."""

from __future__ import annotations

from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.rules.code_entry import (
    STEP_AGAIN,
    STEP_COMPARE,
    STEP_LOOKUP,
    STEP_PERIOD,
    STEP_REPLACE,
    STEP_STANDARD,
    STEP_TEXT,
    WHY_BUILD,
    WHY_DATED,
    WHY_LEVEL,
    WHY_LIST,
    WHY_SHEET,
    code_rule,
)

code_rule(
    "kode_wilayah.characters",
    (
        N_("“{value}” is no Kode Wilayah: it holds other signs than digits and points."),
        N_("{n} cells hold other signs than those of a Kode Wilayah."),
        N_("No cell of the column holds the signs of a Kode Wilayah alone."),
    ),
    WHY_BUILD,
    "Permendagri 58/2021; Kepmendagri 300.2.2-2138/2025",
    {"code": "kode_wilayah"},
    ("Samarinda", "64.72"),
    (STEP_LOOKUP, STEP_STANDARD, STEP_AGAIN),
)
code_rule(
    "kode_wilayah.length",
    (
        N_("“{value}” has {length} digits; a Kode Wilayah has 2, 4, 6 or 10."),
        N_("{n} cells do not have the 2, 4, 6 or 10 digits of a Kode Wilayah."),
        N_("No cell of the column has the 2, 4, 6 or 10 digits of a Kode Wilayah."),
    ),
    WHY_BUILD,
    "Permendagri 58/2021; Kepmendagri 300.2.2-2138/2025",
    {"code": "kode_wilayah"},
    ("64.720", "64.72.01"),
    (STEP_LOOKUP, STEP_TEXT, STEP_AGAIN),
)
code_rule(
    "kode_wilayah.lost_zero",
    (
        N_(
            "“{value}” lost the 0 at its end: a spreadsheet took it for a number. Type it with the"
            " 0, like 11.10."
        ),
        N_("{n} codes of regencies lost the 0 at their end, like 11.1 for 11.10."),
        N_("Every code of the column lost the 0 at its end, like 11.1 for 11.10."),
    ),
    WHY_SHEET,
    "Permendagri 58/2021; Kepmendagri 300.2.2-2138/2025",
    {"code": "kode_wilayah"},
    ("11.1", "11.10"),
    (STEP_TEXT, STEP_REPLACE, STEP_AGAIN),
)
code_rule(
    "kode_wilayah.level",
    (
        N_("“{value}” is the code of a {found}; this column holds codes of a {wanted}."),
        N_("{n} codes are of another level than the column's."),
        N_("Every code is of another level than the column's."),
    ),
    WHY_LEVEL,
    "Permendagri 58/2021; Kepmendagri 300.2.2-2138/2025",
    {"code": "kode_wilayah", "level": "kab_kota"},
    ("64.72.01", "64.72"),
    (STEP_LOOKUP, STEP_STANDARD, STEP_AGAIN),
)
code_rule(
    "kode.unknown",
    (
        N_("Code “{value}” is in no edition of its list up to {edition}."),
        N_("{n} codes are in no edition of their list."),
        N_("No code of the column is in any edition of its list."),
    ),
    WHY_LIST,
    "Permendagri 58/2021; Kepmendagri 300.2.2-2138/2025",
    {"code": "kode_wilayah"},
    ("36.50", "36.03"),
    (STEP_LOOKUP, STEP_STANDARD, STEP_AGAIN),
)
code_rule(
    "kode_wilayah.retired",
    (
        N_(
            "Kode Wilayah {code} ({name}) is no longer in force on {at}: it ended on {until} "
            "by {decree}. The code is now {now}."
        ),
        N_("{n} codes are no longer in force in the period of the data."),
        N_("Every code of the column is no longer in force in the period of the data."),
    ),
    WHY_DATED,
    "Permendagri 58/2021; Kepmendagri 300.2.2-2138/2025",
    {"code": "kode_wilayah"},
    ("64.04", "65.01"),
    (STEP_LOOKUP, STEP_PERIOD, STEP_AGAIN),
    severity="warning",
    at="2024-12-31",
)
code_rule(
    "kode_wilayah.gone",
    (
        N_(
            "Kode Wilayah {code} ({name}) is no longer in force on {at}: it ended on {until} "
            "by {decree}. What took its place is not known; look it up in the decree."
        ),
        N_(
            "{n} codes are no longer in force in the period of the data, and their successors "
            "are not known."
        ),
        N_(
            "Every code of the column is no longer in force in the period of the data, and no "
            "successor is known."
        ),
    ),
    WHY_DATED,
    "Permendagri 58/2021; Kepmendagri 300.2.2-2138/2025",
    {"code": "kode_wilayah"},
    ("91.13.36", "95.03.01"),
    (STEP_LOOKUP, STEP_PERIOD, STEP_AGAIN),
    severity="warning",
    at="2024-12-31",
)
code_rule(
    "kode_wilayah.not_yet",
    (
        N_("Kode Wilayah {code} ({name}) was not yet in force on {at}: it is used from {from} on."),
        N_("{n} codes were not yet in force in the period of the data."),
        N_("Every code of the column was not yet in force in the period of the data."),
    ),
    WHY_DATED,
    "Permendagri 58/2021; Kepmendagri 300.2.2-2138/2025",
    {"code": "kode_wilayah"},
    ("93.01", "91.01"),
    (STEP_LOOKUP, STEP_PERIOD, STEP_AGAIN),
    severity="warning",
    at="2020-12-31",
)
code_rule(
    "kode_bps.characters",
    (
        N_("“{value}” is no area code of BPS: it holds other signs than digits."),
        N_("{n} cells hold other signs than the digits of an area code of BPS."),
        N_("No cell of the column holds the digits of an area code of BPS alone."),
    ),
    WHY_BUILD,
    "Master File Desa BPS",
    {"code": "kode_bps"},
    ("Samarinda", "6472"),
    (STEP_COMPARE, STEP_STANDARD, STEP_AGAIN),
)
code_rule(
    "kode_bps.length",
    (
        N_("“{value}” has {length} digits; an area code of BPS has 2, 4, 7 or 10."),
        N_("{n} cells do not have the 2, 4, 7 or 10 digits of an area code of BPS."),
        N_("No cell of the column has the 2, 4, 7 or 10 digits of an area code of BPS."),
    ),
    WHY_BUILD,
    "Master File Desa BPS",
    {"code": "kode_bps"},
    ("647201", "6472010"),
    (STEP_COMPARE, STEP_STANDARD, STEP_AGAIN),
)
code_rule(
    "kode_bps.level",
    (
        N_("“{value}” is the BPS code of a {found}; this column holds codes of a {wanted}."),
        N_("{n} BPS codes are of another level than the column's."),
        N_("Every BPS code is of another level than the column's."),
    ),
    WHY_LEVEL,
    "Master File Desa BPS",
    {"code": "kode_bps", "level": "kab_kota"},
    ("64", "6472"),
    (STEP_COMPARE, STEP_STANDARD, STEP_AGAIN),
)
