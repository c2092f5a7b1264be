"""CKAN's actions that take a picture: of their refusals CKAN speaks English only."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.uploader import get_max_image_size
from ckan.types import Context, DataDict

from ckanext.sdi.rules.catalogue import N_

Next = Callable[[Context, DataDict], Any]
TAKE_A_PICTURE = (
    "config_option_update",
    "user_create",
    "user_update",
)
# What ckan.lib.uploader says, and what a person is told.
REFUSALS = (
    (
        re.compile(r"File upload too large|Upload size \d+ (surpasses|exceeds) "),
        N_("The picture is larger than {n} MB. Make it smaller and upload it again."),
    ),
    (
        re.compile(r"Unsupported upload type: |Type \S+ is not supported by storage"),
        N_("This file is no picture that the portal takes. Choose one in PNG, JPEG or GIF."),
    ),
    (
        re.compile(r"No uploads allowed for object type "),
        N_("The portal takes no pictures here."),
    ),
)


def in_words(action: Any) -> Any:
    """A chained action with the refusals of a picture told in words.

    :param action: what ``tk.chained_action`` made
    """

    @functools.wraps(action)
    def taking(next_action: Next, context: Context, data_dict: DataDict) -> Any:
        try:
            return action(next_action, context, data_dict)
        except tk.ValidationError as error:
            told = {key: _told(messages) for key, messages in error.error_dict.items()}
            if told == error.error_dict:
                raise
            raise tk.ValidationError(told) from error

    return taking


def _as_ckans(name: str) -> Any:
    @tk.chained_action
    def as_ckans(next_action: Next, context: Context, data_dict: DataDict) -> Any:
        return next_action(context, data_dict)

    as_ckans.__name__ = name
    as_ckans.__doc__ = f"As ``{name}`` of CKAN; what is wrong with a picture is told in words."
    return in_words(as_ckans)


def _told(messages: Any) -> Any:
    if isinstance(messages, list):
        return [_told(message) for message in messages]
    for said, message in REFUSALS:
        if isinstance(messages, str) and said.match(messages):
            return tk._(message).format(n=get_max_image_size())
    return messages


chained = {name: _as_ckans(name) for name in TAKE_A_PICTURE}
