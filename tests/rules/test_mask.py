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


@pytest.mark.parametrize("text", ["12/03/2025", "6472011001", "Rp 1.250.000.000,00"])
def test_other_numbers_stay(text: str) -> None:
    assert mask_text(text) == text
