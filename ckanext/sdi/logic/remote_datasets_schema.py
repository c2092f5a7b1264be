"""What the actions on other portals' datasets take."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema

from ckanext.sdi.logic.daftar_data_schema import MOST_ITEMS, _is_text, _one_of, _text
from ckanext.sdi.logic.schema import _ignore_rest, page
from ckanext.sdi.model.remote_dataset import REMOTE_STATES


def listed() -> Schema:
    empty = tk.get_validator("ignore_empty")
    return {
        "state": [empty, _one_of(REMOTE_STATES)],
        "guid": [empty, _text(100)],
        **page(20, 100),
        **_ignore_rest(),
    }


def matches(value: Any) -> dict[str, str | None]:
    """The item that each dataset is said to be. (CKAN's own schemas take lists of dicts apart.)

    :raises ckan.logic.ValidationError: when it is something else, or too long
    """
    said: dict[str, str | None] = {}
    if not isinstance(value, list) or not value:
        raise tk.ValidationError({"matches": [tk._("Must be a list of datasets and items.")]})
    if len(value) > MOST_ITEMS:
        text = tk._("At most {n} items at once, please.").format(n=MOST_ITEMS)
        raise tk.ValidationError({"matches": [text]})
    for number, match in enumerate(value, start=1):
        texts = isinstance(match, dict) and all(_is_text(match.get(n)) for n in ("guid", "item"))
        if not texts or not match.get("guid"):
            problem = tk._("Must have the texts “guid” and “item”.")
            text = tk._("Item {n}: {problem}").format(n=number, problem=problem)
            raise tk.ValidationError({"matches": [text]})
        said[match["guid"]] = match.get("item") or None
    return said
