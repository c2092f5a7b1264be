"""Rules on a whole column of codes, and on the two columns of a social register."""

from __future__ import annotations

from typing import Any

from ckanext.sdi.rules.catalogue import N_, Example, Rule, register
from ckanext.sdi.rules.code_entry import STEP_AGAIN, STEP_COMPARE, STEP_SOURCE, STEP_TEXT

_STEP_LOOK = N_("Look at the column and at its standard: does it hold what the standard says?")
_STEP_RIGHT = N_("If the column is right after all, nothing needs to be done.")
_PERSONS = [f"3171011708{45 + n % 50:02}{n:04}" for n in range(1, 200)]


def _column(system: str, values: list[str]) -> Example:
    fields = [{"name": "kode", "type": "string", "sdi": {"code": system}}]
    return Example(csv="kode\n" + "\n".join(values) + "\n", table_schema={"fields": fields})


def _family(rows: str) -> Example:
    fields: list[dict[str, Any]] = [
        {"name": name, "type": "string", "sdi": {"code": "id_dtks"}}
        for name in ("keluarga", "anggota")
    ]
    return Example(csv=f"keluarga,anggota\n{rows}", table_schema={"fields": fields})


def _rule(
    rule_id: str,
    sentences: tuple[str, str, str],
    why: str,
    source: str,
    examples: tuple[Example, Example],
    *,
    severity: str = "warning",
    steps: tuple[str, ...] = (_STEP_LOOK, _STEP_RIGHT),
) -> None:
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
            wrong=examples[0],
            right=examples[1],
            steps=steps,
            severity={"wajib": severity, "anjuran": advisory},
            blocks=severity == "error",
            job="produsen",
        )
    )


_rule(
    "kolom.rounded",
    (
        N_(
            "{found} of {of} numbers of the column end in 0; one in ten would be usual. A"
            " spreadsheet has likely rounded them after 15 digits."
        ),
        N_("{n} columns hold numbers that a spreadsheet has likely rounded after 15 digits."),
        N_("Every column holds numbers that a spreadsheet has likely rounded after 15 digits."),
    ),
    N_(
        "Spreadsheets keep 15 digits of a number and put 0 in place of the others, so that the last"
        " digit of a NIK is lost. The numbers then belong to other persons."
    ),
    "PP 37/2007 Pasal 37",
    (
        _column("nik", [f"{number[:-1]}0" for number in _PERSONS[:40] if number[-2] != "0"]),
        _column("nik", _PERSONS[:40]),
    ),
    steps=(STEP_SOURCE, STEP_TEXT, STEP_AGAIN),
)
_rule(
    "kolom.kk_like_nik",
    (
        N_(
            "{found} of {of} numbers of the column have a day over 40, as women's NIK have. The"
            " column says that it holds family card numbers; are the columns exchanged?"
        ),
        N_("{n} columns of family card numbers look like NIK."),
        N_("Every column of family card numbers looks like NIK."),
    ),
    N_(
        "NIK and family card numbers are built alike. In a NIK 40 is added to a woman's day of"
        " birth; the day of recording in a family card number is never over 31."
    ),
    "PP 37/2007 Pasal 37",
    (
        _column("nomor_kk", [f"{n[:6]}57{n[8:]}" if int(n[-1]) % 2 else n for n in _PERSONS[:60]]),
        _column("nomor_kk", _PERSONS[:60]),
    ),
)
_rule(
    "kolom.nik_like_kk",
    (
        N_(
            "Of the {of} NIK of the column not one is a woman's. If it is to hold men only, that is"
            " right; else it may hold family card numbers."
        ),
        N_("{n} columns of NIK look like family card numbers."),
        N_("Every column of NIK looks like family card numbers."),
    ),
    N_(
        "NIK and family card numbers are built alike. In a NIK 40 is added to a woman's day of"
        " birth; about half of a population's are such."
    ),
    "PP 37/2007 Pasal 37",
    (
        _column("nik", _PERSONS),
        _column("nik", [f"{n[:6]}57{n[8:]}" if int(n[-1]) % 2 else n for n in _PERSONS]),
    ),
)
_rule(
    "kolom.bps",
    (
        N_(
            "{found} of {of} different codes of the column are no Kode Wilayah but look like area"
            " codes of BPS. Does the column hold BPS codes?"
        ),
        N_("{n} columns of Kode Wilayah look like area codes of BPS."),
        N_("Every column of Kode Wilayah looks like area codes of BPS."),
    ),
    N_(
        "The two numberings look alike and mean other places: 3171 is Jakarta Selatan for BPS and"
        " Jakarta Pusat for Kemendagri. The column standard must name the right one."
    ),
    "Permendagri 58/2021; Master File Desa BPS",
    (
        _column("kode_wilayah", [f"32730{n:02}" for n in range(10, 40)]),
        _column("kode_wilayah", [f"32.73.{n:02}" for n in range(1, 31)]),
    ),
)
_rule(
    "id_dtks.family",
    (
        N_("The member's ID DTKS “{value}” does not begin with the family's ID in the same row."),
        N_("{n} members' ID DTKS do not begin with the family's ID in the same row."),
        N_("No member's ID DTKS begins with the family's ID in the same row."),
    ),
    N_("A member's ID DTKS is the family's with two digits after it."),
    "Buletin DTKS 2021",
    (
        _family("36502250005001110,3650225000500111101\n"),
        _family("36502250005001110,3650225000500111001\n"),
    ),
    severity="error",
    steps=(STEP_COMPARE, STEP_AGAIN),
)
_rule(
    "id_dtks.heads",
    (
        N_("The family of “{value}” has a head already, in row {first_row}; a family has one."),
        N_("{n} families have more than one head."),
        N_("Every family has more than one head."),
    ),
    N_("A family has one head, whose ID DTKS ends in 01."),
    "Buletin DTKS 2021",
    (
        _family("36502250005001110,3650225000500111001\n36502250005001110,3650225000500111001\n"),
        _family("36502250005001110,3650225000500111001\n36502250005001110,3650225000500111002\n"),
    ),
    steps=(STEP_COMPARE, STEP_AGAIN),
)
