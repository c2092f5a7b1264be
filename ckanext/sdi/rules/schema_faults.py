"""What is wrong with JSON that a person wrote, by its schema: in sentences of this house."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterable, Iterator
from typing import Any

from jsonschema.exceptions import ValidationError

from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.rules.schema_files import validator

Translate = Callable[[str], str]

_FAULTS = {
    "enum": N_("“{field}” must be one of: {expected}."),
    "type": N_("“{field}” must be {expected}."),
    "minimum": N_("“{field}” must not be less than {expected}."),
    "maximum": N_("“{field}” must not be more than {expected}."),
    "minLength": N_("“{field}” must not be empty."),
    "maxLength": N_("“{field}” must not be longer than {expected} characters."),
    "minProperties": N_("“{field}” is empty: write at least one entry into it."),
    "maxProperties": N_("“{field}” must not have more than {expected} entries."),
    "required": N_("“{field}” is missing: write it."),
}
_TYPES = {
    "object": N_("an object: names and values between braces"),
    "array": N_("a list between square brackets"),
    "string": N_("a text between quotation marks"),
    "integer": N_("a whole number without quotation marks"),
    "number": N_("a number without quotation marks"),
    "boolean": N_("true or false, without quotation marks"),
    "null": N_("null, without quotation marks"),
}
_UNKNOWN = N_("“{field}” is not known here: take it out, or write one of: {expected}.")
# A pattern tells a person nothing.
_PATTERNS = {
    "kodepemda": N_(
        "“{field}” must be the region's code of two or four digits between quotation marks, for "
        'example "64" or "6472".'
    ),
    "id_prefix": N_(
        "“{field}”: ids begin with at most 31 letters, digits, points, hyphens and underscores, a "
        "letter or digit first."
    ),
}
_AGREE = N_("“agree” is for the centre's list: it needs “level” to be “pusat”.")
NOT_JSON = N_("This is not JSON: look at line {line}, sign {column}.")
NOT_READABLE = N_("This JSON has a number of too many digits, or brackets in too many others.")


def read_json(text: Any, translate: Translate, *, field: str) -> Any:
    """What a text says in JSON.

    :param field: where the text was written
    :raises ValueError: with a sentence that names the place of what is wrong
    """
    if not isinstance(text, str):
        expected = translate(_TYPES["string"])
        raise ValueError(translate(_FAULTS["type"]).format(field=field, expected=expected))
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise ValueError(translate(NOT_JSON).format_map(place)) from error
    except (ValueError, RecursionError) as error:
        raise ValueError(translate(NOT_READABLE)) from error


def faults_of(name: str, given: Any, translate: Translate, *, whole: str) -> list[str]:
    """A sentence for each fault of what was given: each names its key, and what to do.

    :param name: the file in ``schemas/`` that it is checked by
    :param whole: what is named when it is the whole that is wrong
    """
    found = [
        sentence
        for error in validator(name).iter_errors(given)
        for sentence in _sentences(error, whole, translate)
    ]
    return list(dict.fromkeys(found))


def _sentences(error: ValidationError, whole: str, translate: Translate) -> Iterator[str]:
    steps = [str(step) for step in error.absolute_path]
    if "then" in error.absolute_schema_path:
        yield translate(_AGREE)
    elif error.validator == "anyOf":
        # What may also be null: what else it may be.
        last: Any = [one for one in error.context or [] if one.validator != "type"][-1:]
        for one in last:
            yield from _sentences(one, whole, translate)
    else:
        for message, place, expected in _told(error, steps, translate):
            field = ".".join(step[:100] for step in place) or whole
            yield translate(message).format(field=field, expected=", ".join(expected))


def _told(
    error: ValidationError, steps: list[str], translate: Translate
) -> Iterator[tuple[str, list[str], list[str]]]:
    """The message id, the place and what was expected there."""
    kind = str(error.validator)
    instance: Any = error.instance
    expected: Any = error.validator_value
    known: Any = error.schema
    listed = expected if isinstance(expected, list) else [str(expected)]
    if kind == "additionalProperties":
        names = list(known["properties"])
        yield from ((_UNKNOWN, [*steps, name], names) for name in _unknown(instance, names))
    elif "propertyNames" in error.absolute_schema_path:
        yield _UNKNOWN, [*steps, str(instance)], listed
    elif kind == "required":
        yield from ((_FAULTS[kind], [*steps, name], []) for name in _unknown(listed, instance))
    elif kind == "pattern":
        yield _PATTERNS[steps[-1]], steps, []
    elif kind == "type":
        yield _FAULTS[kind], steps, [translate(_TYPES[one]) for one in listed]
    else:
        yield _FAULTS[kind], steps, [str(one) for one in listed]


def _unknown(names: Iterable[str], known: Container[str]) -> list[str]:
    return [name for name in names if name not in known]
