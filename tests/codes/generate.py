"""Values of every code system as people type, copy and break them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from ckanext.sdi.codes import vocabulary
from ckanext.sdi.codes.registry import areas

Make = Callable[[random.Random], str]
T = TypeVar("T")

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
# The sum of four digits, the second and the fourth of them doubled.
LUHN = [
    sum(
        (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)[int(d)] if n % 2 else int(d)
        for n, d in enumerate(f"{four:04}")
    )
    for four in range(10_000)
]
INVISIBLE = ("\u00a0", "\u200b", "\ufeff", " ", "\t", "\n", "\r\n", "\u2060")


def digits(rng: random.Random, count: int) -> str:
    # Three times as fast as randrange: millions are made.
    return f"{rng.getrandbits(64) % 10**count:0{count}}"


def one_of(rng: random.Random, choices: Sequence[T]) -> T:
    """As ``rng.choice``, in half its time."""
    return choices[int(rng.random() * len(choices))]


def _resident(rng: random.Random, most_days: int) -> str:
    known = _choices()["areas"]
    area = one_of(rng, known) if rng.random() < 0.9 else digits(rng, 6)
    if rng.random() < 0.03:
        area = area[:2] + one_of(rng, ("00" + area[4:], area[2:4] + "00", "9999"))
    day = f"{rng.randint(0, most_days):02}"
    month = f"{rng.randint(0, 13) if rng.random() < 0.2 else rng.randint(1, 12):02}"
    serial = "0000" if rng.random() < 0.02 else digits(rng, 4)
    return area + day + month + digits(rng, 2) + serial


def nik(rng: random.Random) -> str:
    return _resident(rng, 73)


def nomor_kk(rng: random.Random) -> str:
    return _resident(rng, 33)


def old_npwp(rng: random.Random) -> str:
    eight = digits(rng, 8)
    sums = LUHN[int(eight[:4])] + LUHN[int(eight[4:])]
    check = -sums % 10 if rng.random() < 0.8 else digits(rng, 1)
    return f"{eight}{check}{digits(rng, 3)}{one_of(rng, ('000', digits(rng, 3)))}"


def npwp(rng: random.Random) -> str:
    roll = rng.random()
    if roll < 0.3:
        return old_npwp(rng)
    if roll < 0.45:
        n = old_npwp(rng)
        return f"{n[:2]}.{n[2:5]}.{n[5:8]}.{n[8]}-{n[9:12]}.{n[12:]}"
    if roll < 0.7:
        return "0" + old_npwp(rng)
    if roll < 0.75:
        return "10" + digits(rng, 14)
    if roll < 0.77:
        return one_of(rng, ("0" * 15, "0" * 16, "0" * 15 + "1", "0" * 10 + "100000"))
    return nik(rng) if roll < 0.95 else digits(rng, 16)


def nitku(rng: random.Random) -> str:
    head = npwp(rng)
    return (head if len(head) == 16 else "0" + old_npwp(rng)) + digits(rng, 6)


def id_dtks(rng: random.Random) -> str:
    family = digits(rng, 17)
    return family if rng.random() < 0.4 else f"{family}{one_of(rng, ('00', '01', digits(rng, 2)))}"


def kode_wilayah(rng: random.Random) -> str:
    roll = rng.random()
    if roll < 0.8:
        code = one_of(rng, _choices()["wilayah"])
    else:
        code = digits(rng, one_of(rng, (2, 4, 6, 10)))
        if roll < 0.9:
            code = ".".join(filter(None, (code[:2], code[2:4], code[4:6], code[6:])))
    return code.replace(".", "") if rng.random() < 0.4 else code


def kode_bps(rng: random.Random) -> str:
    return digits(rng, one_of(rng, (2, 4, 7, 10, rng.randint(1, 11))))


def kode_dssd(rng: random.Random) -> str:
    return f"{digits(rng, 1)}.{digits(rng, 2)}.{digits(rng, 6)}"


def kode_sds(rng: random.Random) -> str:
    if rng.random() < 0.05:
        return digits(rng, 8)
    letters = one_of(rng, ("SD", "SP", "ST", "SE", "UL", "S", "Sd", "ABC"))
    return f"{letters}{digits(rng, 5)}.{digits(rng, 2)}.{digits(rng, 2)}"


MAKERS: dict[str, Make] = {
    "nik": nik,
    "nomor_kk": nomor_kk,
    "npwp": npwp,
    "nitku": nitku,
    "id_dtks": id_dtks,
    "kode_wilayah": kode_wilayah,
    "kode_bps": kode_bps,
    "kode_dssd": kode_dssd,
    "kode_sds": kode_sds,
}

DAMAGE: tuple[Callable[[random.Random, str], str], ...] = (
    lambda rng, value: value.lstrip("0"),  # the leading zero lost
    lambda rng, value: value.rstrip("0"),
    lambda rng, value: value + ".0",
    lambda rng, value: value + one_of(rng, (",00", ".00", ",0")),
    lambda rng, value: f"{value[:1]}.{value[1:6]}E+{max(len(value) - 1, 1)}",
    lambda rng, value: f"{value[:1]},{value[1:6]}e{len(value)}",
    lambda rng, value: one_of(rng, "'’`") + value,
    lambda rng, value: one_of(rng, INVISIBLE) + value,
    lambda rng, value: value + one_of(rng, INVISIBLE),
    lambda rng, value: value.translate(one_of(rng, (FULL_WIDTH, ARABIC))),
    lambda rng, value: value[:15] + "0" * (len(value) - 15),  # what 15 digits leave
    lambda rng, value: value[: rng.randrange(len(value) + 1)],
    lambda rng, value: value + digits(rng, rng.randint(1, 3)),
    lambda rng, value: _with(rng, value, one_of(rng, " .-/,")),
    lambda rng, value: _with(rng, value, one_of(rng, "OlIx:;A\x00é½")),
    lambda rng, value: _instead(rng, value, one_of(rng, "0123456789")),
    lambda rng, value: _instead(rng, value, one_of(rng, "/:;OoxX ")),
)


def _with(rng: random.Random, value: str, sign: str) -> str:
    at = rng.randrange(len(value) + 1)
    return value[:at] + sign + value[at:]


def _instead(rng: random.Random, value: str, sign: str) -> str:
    at = rng.randrange(max(len(value), 1))
    return value[:at] + sign + value[at + 1 :]


def values(system: str, count: int, seed: int) -> Iterator[str]:
    """Made-up values of a system, three in ten of them damaged, some twice."""
    rng = random.Random(seed)
    make = MAKERS[system]
    for _ in range(count):
        value = make(rng)
        while rng.random() < 0.3:
            value = one_of(rng, DAMAGE)(rng, value)
        yield value


_lists: dict[str, list[str]] = {}


def _choices() -> dict[str, list[str]]:
    if not _lists:
        _lists["areas"] = sorted(area for area in areas() if len(area) == 6)
        _lists["wilayah"] = list(vocabulary("kode_wilayah").codes())
    return _lists
