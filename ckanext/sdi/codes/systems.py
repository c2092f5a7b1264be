"""The code systems there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ckanext.sdi.codes.kode_wilayah import LEVELS


def N_(message: str) -> str:
    """Mark a message for extraction; it is translated when it is shown."""
    return message


@dataclass(frozen=True, slots=True)
class CodeSystem:
    """A kind of code.

    :param kind: ``rule`` where a value is judged by its build alone, ``list`` where there is a list
    :param identifying: each value identifies a person or a family
    :param authority: who gives the codes out
    :param source: the law or decree that describes them
    :param levels: the levels a column can be bound to
    :param example: a made-up value of the right form
    """

    id: str
    title: str
    description: str
    kind: Literal["rule", "list"]
    identifying: bool
    authority: str
    source: str
    example: str
    levels: tuple[str, ...] = ()


_EVERY = (
    CodeSystem(
        "kode_wilayah",
        N_("Kode Wilayah (Kemendagri)"),
        N_(
            "Provinces, regencies and cities, districts, and villages, as the Ministry of Home "
            "Affairs numbers them."
        ),
        "list",
        False,
        "Kementerian Dalam Negeri",
        "Permendagri 58/2021; Kepmendagri 300.2.2-2138/2025",
        "64.72",
        LEVELS,
    ),
    CodeSystem(
        "kode_bps",
        N_("Area code of BPS"),
        N_(
            "The same areas in the numbering of BPS (2, 4, 7 or 10 digits). Many numbers mean "
            "another place than in Kode Wilayah, so a column must say which of the two it holds."
        ),
        "list",
        False,
        "Badan Pusat Statistik",
        "Master File Desa",
        "6472",
        LEVELS,
    ),
    CodeSystem(
        "nik",
        N_("NIK (population number)"),
        N_(
            "16 digits: area of first registration, date of birth (40 is added to a woman's day), "
            "serial number. It identifies a person and is never published."
        ),
        "rule",
        True,
        "Direktorat Jenderal Kependudukan dan Pencatatan Sipil",
        "PP 37/2007 Pasal 37; PP 40/2019 Pasal 30",
        "3171011708450001",
    ),
    CodeSystem(
        "nomor_kk",
        N_("Family card number (KK)"),
        N_(
            "16 digits: area of issue, date of recording, serial number. It identifies a family "
            "and is never published."
        ),
        "rule",
        True,
        "Direktorat Jenderal Kependudukan dan Pencatatan Sipil",
        "PP 37/2007",
        "6472011507190003",
    ),
    CodeSystem(
        "npwp",
        N_("NPWP (taxpayer number)"),
        N_(
            "15 digits in the old form, 16 since 2024: a resident's is the NIK, others have a "
            "number of their own. A person's NPWP is never published."
        ),
        "rule",
        False,
        "Direktorat Jenderal Pajak",
        "PMK 112/2022; PMK 136/2023; PER-6/PJ/2024",
        "0020000014000000",
    ),
    CodeSystem(
        "nitku",
        N_("NITKU (number of a place of business)"),
        N_(
            "22 digits: the NPWP of 16 digits and six digits of the place; 000000 is the head "
            "office."
        ),
        "rule",
        False,
        "Direktorat Jenderal Pajak",
        "PER-6/PJ/2024 Pasal 1",
        "0020000014000000000001",
    ),
    CodeSystem(
        "id_dtks",
        N_("ID DTKS (social welfare register)"),
        N_(
            "17 digits for a family, 19 for a member (the last two: 01 head, 02 mother, 03 and on "
            "children). Nothing else can be read out of it."
        ),
        "rule",
        True,
        "Kementerian Sosial",
        "Buletin DTKS 2021",
        "36502250005001110",
    ),
    CodeSystem(
        "kode_dssd",
        N_("DSSD code (sectoral statistics of regions)"),
        N_("Government affair, field, and a number of six digits: 5.03.000001."),
        "list",
        False,
        "Kementerian Dalam Negeri",
        "SIPD E-Walidata",
        "5.03.000001",
    ),
    CodeSystem(
        "kode_sds",
        N_("SDS code (statistical data standard)"),
        N_(
            "One or two letters and five digits of the concept, two of the definition, two of the "
            "classification: SD00001.00.00."
        ),
        "list",
        False,
        "Badan Pusat Statistik",
        "Peraturan BPS 4/2021",
        "SD00001.00.00",
    ),
)

SYSTEMS: dict[str, CodeSystem] = {system.id: system for system in _EVERY}
