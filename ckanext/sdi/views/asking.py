"""What a page asks the actions as: the person in front of it, and a page of a list at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import Page
from ckan.lib.helpers import helper_functions as h

from ckanext.sdi.logic.editions import is_allowed


def context() -> Any:
    """The context of an action that is called for the person who is logged in, or for nobody."""
    return {"user": tk.current_user.name if tk.current_user.is_authenticated else ""}


def may(action: str) -> bool:
    """Whether the person may call an action at all."""
    return is_allowed(action, context())


def page_of(results: Sequence[Any], *, count: int, number: int, per_page: int) -> Page:
    """The pager of a list of which an action gave one page.

    :param count: how many there are on all pages
    :param number: which page it is
    """
    return Page(
        collection=results,
        page=number,
        url=_address,
        item_count=count,
        items_per_page=per_page,
        presliced_list=True,
    )


def _address(page: int, **params: Any) -> str:
    """Another page of the page that was asked for, whatever its address names before the ``?``."""
    return h.pager_url(page=page, **{**(tk.request.view_args or {}), **params})
