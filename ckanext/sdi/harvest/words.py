"""What a harvest tells, in the portal's language: its consumers run outside of any request."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from pathlib import Path

import ckan.plugins.toolkit as tk

from ckanext.sdi.harvest.fetch import FetchError
from ckanext.sdi.harvest.mapping import plain_text
from ckanext.sdi.rules.catalogue import N_

FAULT = N_(
    "What came from this source could not be taken in because of a fault in this portal. It is "
    "tried again the next time; if it fails once more, tell the portal's administrator."
)
DOMAIN = "ckanext-sdi"
CATALOGUES = Path(__file__).parents[1] / "i18n"


def translate() -> Callable[[str], str]:
    """The function that translates into the portal's default language."""
    languages = [tk.config.get("ckan.locale_default") or "en"]
    return gettext.translation(DOMAIN, CATALOGUES, languages, fallback=True).gettext


def told(error: FetchError) -> str:
    """A failed fetch in a sentence that can be stored: addresses come from the other side."""
    return plain_text(translate()(error.message).format_map(error.params))
