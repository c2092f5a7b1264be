"""Numbers and addresses of persons are masked in what is told."""

from __future__ import annotations

import pytest

from ckanext.sdi.rules.mask import mask_text


@pytest.mark.parametrize(
    "text",
    [
        "3171011708450001",
        "NIK: 3171011708450001, hadir",
        "3171/0117/0845/0001",
        "3171\u00a00117\u00a00845\u00a00001",
        "３１７１０１１７０８４５０００１",
    ],
)
def test_a_residents_number_is_masked_however_it_is_written(text: str) -> None:
    assert mask_text(text).count("•") == 8


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("081234567890", "0812••••••90"),
        ("hubungi 0812-3456-7890.", "hubungi 0812-••••-••90."),
        ("+62 812 3456 7890", "+62 81• •••• ••90"),
    ],
)
def test_the_number_of_a_mobile_telephone_is_masked(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "12/03/2025",
        "6472011001",
        "Rp 1.250.000.000,00",
        "0541-741234",
        "0.0812345678901",
        "0846000001",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask_text(text) == text
