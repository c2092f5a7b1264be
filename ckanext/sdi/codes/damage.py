"""What spreadsheets and copying do to codes: told apart from wrong codes, and undone on request."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# A float holds whole numbers up to here exactly; above, its text has other digits than were typed.
EXACT_FLOAT = 2**53

_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+")
_FLOAT = re.compile(r"(\d+)[.,]0+")
_SEPARATORS = re.compile(r"[ .\-/]")
_APOSTROPHES = "'’‘`´"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A value without its damage.

    :param value: the value as it was meant, as far as that can be told
    :param damage: rule ids of what was found, in the order of their undoing
    :param lost: the digits are gone for good, the value is not to be judged further
    :param doubtful: digits may have changed, the value is not to be suggested
    """

    value: str
    damage: tuple[str, ...] = ()
    lost: bool = False
    doubtful: bool = False


def clean(value: str) -> Cleaned:
    """Undo what can be undone without knowing the code system.

    Separators stay: some systems are written with them.
    """
    damage: list[str] = []
    visible = _visible(value).strip()
    if visible != value:
        damage.append("kode.invisible")
    bare = visible.lstrip(_APOSTROPHES)
    if bare != visible:
        damage.append("kode.apostrophe")
    ascii_digits = _to_ascii_digits(bare)
    if ascii_digits != bare:
        damage.append("kode.full_width")
    if _SCIENTIFIC.fullmatch(ascii_digits):
        return Cleaned(ascii_digits, (*damage, "kode.scientific"), lost=True)
    return Cleaned(ascii_digits, tuple(damage))


def without_float(cleaned: Cleaned) -> Cleaned:
    """Take ``.0`` off a number's text; a number over 2^53 may have lost its last digit."""
    found = _FLOAT.fullmatch(cleaned.value)
    if not found:
        return cleaned
    whole = found[1]
    doubtful = int(whole) > EXACT_FLOAT if len(whole) < 100 else True
    return Cleaned(whole, (*cleaned.damage, "kode.float_text"), doubtful=doubtful)


def without_separators(cleaned: Cleaned, *, allowed: bool = False) -> Cleaned:
    """Take dots, dashes, slashes and spaces out of a code of digits.

    :param allowed: the system is written with them, so that they are no damage
    """
    bare = _SEPARATORS.sub("", cleaned.value)
    if bare == cleaned.value or not is_digits(bare):
        return cleaned
    damage = cleaned.damage if allowed else (*cleaned.damage, "kode.separator")
    return Cleaned(bare, damage, doubtful=cleaned.doubtful)


def is_digits(value: str) -> bool:
    """Whether a value is ASCII digits and nothing else; ``str.isdigit`` takes others too."""
    return value.isascii() and value.isdigit()


def _visible(value: str) -> str:
    # Of most values every sign is seen, and one question says so.
    if value.isascii() and value.isprintable():
        return value
    return "".join(sign for sign in value if not _is_invisible(sign))


def _is_invisible(sign: str) -> bool:
    if sign == " ":
        return False
    return sign.isspace() or unicodedata.category(sign) in ("Cc", "Cf")


def _to_ascii_digits(value: str) -> str:
    if value.isascii():
        return value
    return "".join(_ascii_sign(sign) for sign in value)


def _ascii_sign(sign: str) -> str:
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    # Full-width letters and points, typed by the same keyboards as full-width digits.
    return unicodedata.normalize("NFKC", sign) if "\uff01" <= sign <= "\uff5e" else sign
