"""Values that identify a person are not repeated in reports, logs or answers."""

from __future__ import annotations

import re

DOT = "•"
MAX_SHOWN = 120
_LONG_NUMBER = re.compile(r"(?:\d[ .\-'’/_\xa0]?){14,}\d")
_MOBILE = re.compile(r"(?<![\d.,])(?:\+?62[ .\-]?|0)8[1-35-9](?:[ .\-]?\d){7,10}(?!\d)")
_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")


def mask_all(text: str) -> str:
    """A value of a column that identifies persons: its first letter and no more."""
    return text[:1] + DOT * min(max(len(text) - 1, 0), 15)


def mask_loose(text: str) -> str:
    """Any other value, with what looks like a personal number or address in it masked, and cut."""
    return mask_text(text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…")


def mask_text(text: str) -> str:
    """What a person wrote, with what looks like a personal number or address in it masked."""
    masked = _LONG_NUMBER.sub(lambda found: _mask_number(found.group(), 4), text)
    masked = _MOBILE.sub(lambda found: _mask_number(found.group(), 2), masked)
    return _EMAIL.sub(lambda found: mask_all(found.group()), masked)


def _mask_number(text: str, shown: int) -> str:
    """A number, of which the first four digits stay and so many of the last."""
    digits = [i for i, sign in enumerate(text) if sign.isdigit()]
    hidden = set(digits[4:-shown])
    return "".join(DOT if i in hidden else sign for i, sign in enumerate(text))
