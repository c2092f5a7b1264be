"""One cell's text as the value its column declares, or the reason why it is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from ckanext.sdi.rules.field import Field

BIGINT = 2**63
# PostgreSQL's numeric takes more, but no statistic needs it and 1e100000 must not fill a disk.
MAX_DIGITS = 100
BLANKS = " \t\u00a0"
PLACEHOLDERS = frozenset({
    "-", "--", "–", "—", "n/a", "na", "#n/a", "nan", "null", "none", "n.a.", "tad",
    "...", "…", ".", "x", "nihil", "kosong", "tidak ada", "#ref!", "#value!", "#div/0!", "#name?",
})  # fmt: skip
MONTHS = (
    "januari", "februari", "maret", "april", "mei", "juni",
    "juli", "agustus", "september", "oktober", "november", "desember",
)  # fmt: skip

_PLAIN_INTEGER = re.compile(r"[+-]?[0-9]+")
_PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_WHOLE_FLOAT = re.compile(r"([+-]?[0-9]+)\.0+")
_COMMA_NUMBER = re.compile(r"[+-]?[0-9]+,[0-9]+|[+-]?[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_POINT_NUMBER = re.compile(r"[+-]?[0-9]+\.[0-9]+|[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DATE_SHAPES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%d %B %Y")


class Misread(Exception):
    """The text is no value of its column.

    :param rule: the id of the rule that says so
    :param suggestion: the value as it could be, when that is not in doubt
    """

    def __init__(self, rule: str, suggestion: str | None = None) -> None:
        super().__init__(rule)
        self.rule = rule
        self.suggestion = suggestion


def parse(field: Field, text: str) -> Any:
    """The value of a cell.

    :returns: ``int`` for integer and year, ``Decimal`` for number, ``bool``, ``date`` or ``str``
    :raises Misread: when the text is no such value
    """
    return PARSERS[field.type](field, text)


def _parse_string(field: Field, text: str) -> str:
    return text


def _ungroup(field: Field, text: str) -> str:
    """The number with a decimal point and without group signs; ill-placed group signs stay."""
    if field.group_char and field.group_char in text:
        group, decimal = re.escape(field.group_char), re.escape(field.decimal_char)
        if not re.fullmatch(rf"[+-]?[0-9]{{1,3}}(?:{group}[0-9]{{3}})+(?:{decimal}[0-9]+)?", text):
            return text
        text = text.replace(field.group_char, "")
    return text.replace(",", ".") if field.decimal_char == "," and "." not in text else text


def _other_notation(field: Field, text: str) -> tuple[str, str | None] | None:
    """The rule for a number in the notation that the column does not declare."""
    declared_comma = field.decimal_char == ","
    other = _POINT_NUMBER if declared_comma else _COMMA_NUMBER
    if not other.fullmatch(text):
        return None
    if declared_comma:
        plain = text.replace(",", "").replace(".", ",")
    else:
        plain = text.replace(".", "").replace(",", ".")
    # "1.234" is one thousand or one and a bit: who typed it must say which.
    certain = text.count(".") + text.count(",") > 1 or (
        ("," in text) != declared_comma and not re.fullmatch(r".*[.,][0-9]{3}", text)
    )
    return "number.notation", plain if certain else None


def _parse_integer(field: Field, text: str) -> int:
    stripped = text.strip(BLANKS)
    plain = _ungroup(field, stripped)
    if _PLAIN_INTEGER.fullmatch(plain):
        if len(plain) > 30 or not -BIGINT <= int(plain) < BIGINT:
            raise Misread("integer.range")
        return int(plain)
    whole = _WHOLE_FLOAT.fullmatch(plain)
    if whole:
        raise Misread("integer.decimal_zero", whole.group(1))
    if stripped.lower() in PLACEHOLDERS:
        raise Misread("value.placeholder")
    if re.fullmatch(r"[+-]?[0-9]{1,3}(?:[.,][0-9]{3})+", stripped):
        raise Misread("number.notation", re.sub(r"[.,]", "", stripped))
    raise Misread("integer.form")


def _parse_number(field: Field, text: str) -> Decimal:
    stripped = text.strip(BLANKS)
    plain = _ungroup(field, stripped)
    foreign = field.decimal_char == "," and "." in stripped and plain == stripped
    if not foreign and _PLAIN_NUMBER.fullmatch(plain):
        try:
            value = Decimal(plain)
        except InvalidOperation as error:
            raise Misread("number.form") from error
        if len(plain) > MAX_DIGITS or abs(value.adjusted()) > MAX_DIGITS:
            raise Misread("number.range")
        return value
    if stripped.lower() in PLACEHOLDERS:
        raise Misread("value.placeholder")
    other = _other_notation(field, stripped)
    if other:
        raise Misread(*other)
    raise Misread("number.form")


def _parse_boolean(field: Field, text: str) -> bool:
    stripped = text.strip(BLANKS)
    if stripped in field.true_values:
        return True
    if stripped in field.false_values:
        return False
    if stripped.lower() in PLACEHOLDERS:
        raise Misread("value.placeholder")
    raise Misread("boolean.form")


def _parse_year(field: Field, text: str) -> int:
    stripped = text.strip(BLANKS)
    if re.fullmatch(r"[0-9]{4}", stripped):
        return int(stripped)
    whole = re.fullmatch(r"([0-9]{4})\.0+", stripped)
    if whole:
        raise Misread("integer.decimal_zero", whole.group(1))
    if stripped.lower() in PLACEHOLDERS:
        raise Misread("value.placeholder")
    raise Misread("year.form")


@lru_cache(maxsize=64)
def _date_regex(pattern: str) -> re.Pattern[str]:
    iso = pattern == "%Y-%m-%d"
    parts = {
        "%Y": "(?P<year>[0-9]{4})",
        "%m": "(?P<month>[0-9]{2})" if iso else "(?P<month>[0-9]{1,2})",
        "%d": "(?P<day>[0-9]{2})" if iso else "(?P<day>[0-9]{1,2})",
        "%B": f"(?P<name>{'|'.join(MONTHS)})",
    }
    pieces = re.split("(%[YmdB])", pattern)
    return re.compile("".join(parts.get(p) or re.escape(p) for p in pieces), re.IGNORECASE)


def date_pattern_fault(pattern: str) -> bool:
    """Whether a date format cannot be read: it names day, month and year once each."""
    pieces = re.findall("%.?", pattern)
    allowed = sorted(pieces) in (["%Y", "%d", "%m"], ["%B", "%Y", "%d"])
    return not allowed


def _read_date(pattern: str, text: str) -> date | None:
    """The date that a text of this form names.

    :returns: None when the form is another
    :raises ValueError: when the form is right and there is no such day
    """
    found = _date_regex(pattern).fullmatch(text)
    if not found:
        return None
    parts = found.groupdict()
    month = MONTHS.index(parts["name"].lower()) + 1 if parts.get("name") else int(parts["month"])
    return date(int(parts["year"]), month, int(parts["day"]))


def _parse_date(field: Field, text: str) -> date:
    stripped = text.strip(BLANKS)
    try:
        value = _read_date(field.date_pattern, stripped)
    except ValueError as error:
        raise Misread("date.impossible") from error
    if value is not None:
        return value
    if stripped.lower() in PLACEHOLDERS:
        raise Misread("value.placeholder")
    for shape in _DATE_SHAPES:
        try:
            value = _read_date(shape, stripped)
        except ValueError as error:
            raise Misread("date.impossible") from error
        if value is not None:
            raise Misread("date.form", write_date(field.date_pattern, value))
    raise Misread("date.form")


def write_date(pattern: str, value: date) -> str:
    """A date as text in a format."""
    # Not strftime: its %B follows the locale of the process, and %Y drops zeros before year 1000.
    parts = {
        "%Y": f"{value.year:04d}",
        "%m": f"{value.month:02d}",
        "%d": f"{value.day:02d}",
        "%B": MONTHS[value.month - 1].capitalize(),
    }
    return re.sub("%[YmdB]", lambda m: parts[m.group()], pattern)


PARSERS: dict[str, Callable[[Field, str], Any]] = {
    "string": _parse_string,
    "integer": _parse_integer,
    "number": _parse_number,
    "boolean": _parse_boolean,
    "date": _parse_date,
    "year": _parse_year,
}


def bound(field: Field, limit: Any) -> Any:
    """A constraint's value (minimum, maximum, enum) as a value of the column.

    JSON's own numbers and the text of ISO dates are taken, whatever the cells' notation is.

    :raises Misread: when it is no value of the column's type
    """
    plain = Field(
        name=field.name,
        type=field.type,
        true_values=field.true_values,
        false_values=field.false_values,
    )
    return parse(plain, str(limit).lower() if isinstance(limit, bool) else str(limit))
