"""Numbers as people write them: what parts the digits is left out, a number within a text is found.

A valid NIK is strong evidence: of random numbers of 16 digits fewer than one in a thousand has an
area, a date and a serial that hold.
"""

from __future__ import annotations

import re
from unicodedata import normalize

import numpy as np
import pyarrow as pa

from ckanext.sdi.codes import judge, surely_right
from ckanext.sdi.rules.arrow import pc

NIK_DIGITS = 16
_PARTS = r"[ .\-'’/_()\x{00A0}]"
_FLOAT = r"^([0-9]{9,})[.,]0+$"
# Longitudes and other fractions have as many digits, and two dates together have 16.
_OTHER = "|".join(
    (
        r"^\(?(?:0|[1-9][0-9]{0,4})\.[0-9]+\)?$",
        r"^[0-9]*,[0-9]+$",
        r"[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-](?:19|20)[0-9]{2}",
    )
)
_IN_TEXT = (
    r"(?:^|[^0-9.,]|(?:^|[^0-9])[.,])(?P<number>[0-9](?:[ .\-'/_]?[0-9]){15}(?:\.0+)?)(?:[^0-9]|$)"
)
_WITHIN = re.compile(r"(?<![0-9])(?<![0-9][.,])[0-9](?:[ .\-'’/_]?[0-9]){15}(?![0-9])")
# No operator has numbers that begin with 084 or 086.
_MOBILE = r"^(?:\+?62|0)8[1-35-9][0-9]{7,10}$"
_MOBILE_SHORTEST, _MOBILE_LONGEST = 10, 22
_MOBILE_MARKS = np.zeros(256, dtype=bool)
_MOBILE_MARKS[[*b"+'( "]] = True
_WIDE = 0xEF
"""The first byte of full-width digits."""


def folded(texts: pa.Array) -> pa.Array:
    """The texts with full-width signs as plain ones."""
    if not has_sign(texts, _WIDE):
        return texts
    return pc.utf8_normalize(texts, form="NFKC")


def ends(texts: pa.Array) -> np.ndarray:
    """Where each text begins among the buffer's bytes, and where the last ends."""
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)
    return offsets[texts.offset : texts.offset + len(texts) + 1]


def signs(texts: pa.Array) -> np.ndarray:
    """The bytes of the buffer that ``ends`` tells the places of."""
    data = texts.buffers()[2]
    return np.empty(0, dtype=np.uint8) if data is None else np.frombuffer(data, dtype=np.uint8)


def has_sign(texts: pa.Array, sign: int) -> bool:
    """Whether a byte stands in any of the texts: far cheaper than looking at each whole text."""
    places = ends(texts)
    return bool((signs(texts)[places[0] : places[-1]] == sign).any())


def bare(texts: pa.Array) -> pa.Array:
    """The texts without the signs that people part numbers with, and without ``.0`` behind."""
    parted = pc.invert(pc.ascii_is_decimal(texts))
    if not pc.any(parted).as_py():
        return texts
    chosen = pc.replace_substring_regex(texts.filter(parted), _FLOAT, r"\1")
    numbers = pc.invert(pc.match_substring_regex(chosen, _OTHER))
    clean = pc.replace_substring_regex(chosen, _PARTS, "")
    return pc.replace_with_mask(texts, parted, pc.if_else(numbers, clean, chosen))


def _with_long_number(texts: pa.Array) -> np.ndarray:
    """Places of the texts that may hold a number of so many digits, each longer than that.

    Of any two signs that follow each other there one is a digit: this is far faster to see than
    what an expression tells.
    """
    places, all_signs = ends(texts), signs(texts)
    part = all_signs[places[0] : places[-1]]
    digits = (part - np.uint8(ord("0"))) < 10
    # A comma, as in sums of money, ends a number.
    dense = digits.copy()
    dense[:-1] |= digits[1:] & (part[:-1] != ord(","))
    # Holds where it holds for 2, 4, 8 and 16 signs on.
    for step in (1, 2, 4, 8):
        dense = dense[:-step] & dense[step:]
    cells = np.searchsorted(places - places[0], np.flatnonzero(dense), "right") - 1
    return cells[np.diff(cells, prepend=-1) > 0]


def valid_niks(texts: pa.Array) -> int:
    """How many of some bare texts are NIKs whose area, date and serial hold."""
    if not len(texts):
        return 0
    return int(np.count_nonzero(surely_right("nik", texts)))


def texts_with_nik(texts: pa.Array) -> int:
    """In how many texts a valid NIK stands; the first number of such a length is looked at.

    :param texts: each longer than a NIK
    """
    likely = _with_long_number(texts)
    if not len(likely):
        return 0
    texts = texts.take(pa.array(likely))
    # To tell whether it stands there is cheaper than where.
    texts = texts.filter(pc.match_substring_regex(texts, _IN_TEXT))
    found = pc.extract_regex(texts, _IN_TEXT).drop_null()
    return valid_niks(bare(found.field("number"))) if len(found) else 0


def mobile_numbers(texts: pa.Array) -> int:
    """How many of some texts are built as the numbers of mobile telephones: 08… or +62 8…"""
    places, every = ends(texts), signs(texts)
    lengths = np.diff(places)
    likely = np.flatnonzero((lengths >= _MOBILE_SHORTEST) & (lengths <= _MOBILE_LONGEST))
    # Looking at two signs is far cheaper than at each whole text.
    first, second = every[places[likely]], every[places[likely] + 1]
    begins = (first == ord("0")) & (second == ord("8"))
    begins |= (first == ord("6")) & (second == ord("2"))
    likely = likely[begins | _MOBILE_MARKS[first]]
    if not len(likely):
        return 0
    numbers = bare(texts.take(pa.array(likely)))
    return pc.sum(pc.match_substring_regex(numbers, _MOBILE)).as_py() or 0


def niks_in(text: str) -> list[str]:
    """The valid NIKs in one text, as they are written there but for full-width signs."""
    return [
        number
        for number in _WITHIN.findall(normalize("NFKC", text))
        if not re.search(_OTHER, number) and not judge("nik", re.sub("[^0-9]", "", number))
    ]
