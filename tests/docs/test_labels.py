"""What the guides set in bold is what the pages say, in the words of the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "ckanext/sdi/i18n/id/LC_MESSAGES/ckanext-sdi.po"
_BOLD = re.compile(r"\*\*([^*]+)\*\*")


def labels() -> set[str]:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    found: set[str] = set()
    for message in catalogue:
        texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
        found.update(text for text in texts if text)
    return found


def emphasised(page: str) -> set[str]:
    """The bold words of a page that are not marked as emphasis alone by ``_EMPHASIS``."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    lines = [line for line in text.splitlines() if not _is_lead(line)]
    return {" ".join(found.split()) for found in _BOLD.findall("\n".join(lines))} - EMPHASIS[page]


def _is_lead(line: str) -> bool:
    return line.startswith("**")


EMPHASIS = {
    "produsen.md": {"tebal", "teks", "CSV UTF-8", "tidak dapat diserahkan sebagai data terbuka"},
    "walidata.md": {"tebal"},
}


@pytest.mark.parametrize("page", sorted(EMPHASIS))
def test_what_is_bold_stands_on_a_page(page: str) -> None:
    assert emphasised(page) - labels() == set()
