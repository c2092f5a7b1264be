"""The configuration of a harvest source, checked by the schema of its type."""

from __future__ import annotations

import json
from typing import Any

from jsonschema.exceptions import ValidationError

from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.rules.schema_files import validator

FORUM = "harvest_config.schema.json"
PORTAL = "portal_config.schema.json"

_FAULTS = {
    "enum": N_("“{field}” must be one of: {expected}."),
    "type": N_("“{field}” must be of the type {expected}."),
    "minimum": N_("“{field}” must not be less than {expected}."),
    "maximum": N_("“{field}” must not be more than {expected}."),
    "minLength": N_("“{field}” must not be empty."),
    "maxLength": N_("“{field}” must not be longer than {expected} characters."),
    "pattern": N_("“{field}” is not written right: it must match {expected}."),
    "maxProperties": N_("“{field}” must not have more than {expected} entries."),
}


def read_config(text: str | None, translate: Any, schema: str = FORUM) -> dict[str, Any]:
    """A source's configuration.

    :param schema: the file in ``schemas/`` that it is checked by
    :raises ValueError: with a sentence for each fault that names the field
    """
    try:
        config = json.loads(text) if text and text.strip() else {}
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        message = translate(N_("This is not JSON: look at line {line}, sign {column}."))
        raise ValueError(message.format_map(place)) from error
    faults = [_sentence(error, translate) for error in validator(schema).iter_errors(config)]
    if faults:
        raise ValueError(" ".join(dict.fromkeys(faults)))
    return config


def _sentence(error: ValidationError, translate: Any) -> str:
    if error.validator in ("required", "const"):
        return translate(N_("“agree” is for the centre's list: it needs “level” to be “pusat”."))
    expected: Any = error.validator_value
    instance: Any = error.instance
    if error.validator == "additionalProperties":
        known: Any = error.schema
        field = ", ".join(sorted(set(instance) - set(known["properties"])))
        return translate(N_("“{field}” is not known here.")).format(field=field)
    field = ".".join(str(part) for part in error.path) or "config"
    listed = ", ".join(expected) if isinstance(expected, list) else str(expected)
    return translate(_FAULTS[str(error.validator)]).format(field=field, expected=listed)
