"""Values of every code system as people type, copy and break them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from ckanext.sdi.codes import vocabulary
from ckanext.sdi.codes.registry import areas

Make = Callable[[random.Random], str]

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
INVISIBLE = ("\u00a0", "\u200b", "\ufeff", " ", "\t", "\n", "\r\n", "\u2060")


def digits(rng: random.Random, count: int) -> str:
    return f"{rng.randrange(10**count):0{count}}"


def _resident(rng: random.Random, most_days: int) -> str:
    known = _choices()["areas"]
    area = rng.choice(known) if rng.random() < 0.9 else digits(rng, 6)
    if rng.random() < 0.03:
        area = area[:2] + rng.choice(("00" + area[4:], area[2:4] + "00", "9999"))
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
    sums = sum((int(d) * 2 - 9 if int(d) > 4 else int(d) * 2) if n % 2 else int(d)
               for n, d in enumerate(eight))  # fmt: skip
    check = (10 - sums % 10) % 10 if rng.random() < 0.8 else rng.randrange(10)
    return f"{eight}{check}{digits(rng, 3)}{rng.choice(('000', digits(rng, 3)))}"


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
        return rng.choice(("0" * 15, "0" * 16, "0" * 15 + "1", "0" * 10 + "100000"))
    return nik(rng) if roll < 0.95 else digits(rng, 16)


def nitku(rng: random.Random) -> str:
    head = npwp(rng)
    return (head if len(head) == 16 else "0" + old_npwp(rng)) + digits(rng, 6)


def id_dtks(rng: random.Random) -> str:
    family = digits(rng, 17)
    return family if rng.random() < 0.4 else f"{family}{rng.choice(('00', '01', digits(rng, 2)))}"


def kode_wilayah(rng: random.Random) -> str:
    roll = rng.random()
    if roll < 0.8:
        code = rng.choice(_choices()["wilayah"])
    else:
        code = digits(rng, rng.choice((2, 4, 6, 10)))
        if roll < 0.9:
            code = ".".join(filter(None, (code[:2], code[2:4], code[4:6], code[6:])))
    return code.replace(".", "") if rng.random() < 0.4 else code


def kode_bps(rng: random.Random) -> str:
    return digits(rng, rng.choice((2, 4, 7, 10, rng.randint(1, 11))))


def kode_dssd(rng: random.Random) -> str:
    return f"{digits(rng, 1)}.{digits(rng, 2)}.{digits(rng, 6)}"


def kode_sds(rng: random.Random) -> str:
    if rng.random() < 0.05:
        return digits(rng, 8)
    letters = rng.choice(("SD", "SP", "ST", "SE", "UL", "S", "Sd", "ABC"))
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
    lambda rng, value: value + rng.choice((",00", ".00", ",0")),
    lambda rng, value: f"{value[:1]}.{value[1:6]}E+{max(len(value) - 1, 1)}",
    lambda rng, value: f"{value[:1]},{value[1:6]}e{len(value)}",
    lambda rng, value: rng.choice("'’`") + value,
    lambda rng, value: rng.choice(INVISIBLE) + value,
    lambda rng, value: value + rng.choice(INVISIBLE),
    lambda rng, value: value.translate(rng.choice((FULL_WIDTH, ARABIC))),
    lambda rng, value: value[:15] + "0" * (len(value) - 15),  # what 15 digits leave
    lambda rng, value: value[: rng.randrange(len(value) + 1)],
    lambda rng, value: value + digits(rng, rng.randint(1, 3)),
    lambda rng, value: _with(rng, value, rng.choice(" .-/,")),
    lambda rng, value: _with(rng, value, rng.choice("OlIx:;A\x00é½")),
    lambda rng, value: _instead(rng, value, rng.choice("0123456789")),
    lambda rng, value: _instead(rng, value, rng.choice("/:;OoxX ")),
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
            value = rng.choice(DAMAGE)(rng, value)
        yield value


_lists: dict[str, list[str]] = {}


def _choices() -> dict[str, list[str]]:
    if not _lists:
        _lists["areas"] = sorted(area for area in areas() if len(area) == 6)
        _lists["wilayah"] = list(vocabulary("kode_wilayah").codes())
    return _lists
