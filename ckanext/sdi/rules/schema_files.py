"""The JSON Schemas of the contract, as they stand in ``schemas/``."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

from jsonschema import Draft202012Validator


@cache
def validator(name: str) -> Draft202012Validator:
    """What checks by a schema; the file is read once.

    :param name: the file's name
    """
    text = resources.files("ckanext.sdi.schemas").joinpath(name).read_text("utf-8")
    return Draft202012Validator(json.loads(text))
