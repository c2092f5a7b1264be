"""The search over 91,599 area codes: 1,000 different questions, no answer from a cache.

``python bench/code_search.py [ADDRESS]`` prints the median and the 95th percentile in process and,
with the address of a running portal (http://localhost:5000), over HTTP; with SQLALCHEMY_URL set, of
an ``ILIKE`` on the same names in PostgreSQL too.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable

import sqlalchemy as sa

from ckanext.sdi.codes import vocabulary

QUESTIONS = 1000


def questions() -> list[str]:
    """As people type: the beginnings of a word or two, codes dotted or not; all different."""
    source = random.Random(39)
    wilayah = vocabulary("kode_wilayah")
    names = list(wilayah.names())
    asked: dict[str, None] = {}
    while len(asked) < QUESTIONS:
        code, name = source.choice(names)
        words = name.split()
        roll = source.random()
        if roll < 0.2:
            text = code[: source.randint(3, len(code))]
        elif roll < 0.3:
            text = code.replace(".", "")[: source.randint(3, 10)]
        elif roll < 0.7 or len(words) == 1:
            word = source.choice(words)
            text = word[: source.randint(2, len(word) + 1)]
        else:
            text = f"{words[0]} {words[1][:3]}"
        asked[text.lower().strip() or "a"] = None
    return list(asked)


def measure(title: str, ask: Callable[[str], object], asked: list[str]) -> float:
    """Ask everything once; print and return the 95th percentile in milliseconds."""
    taken = []
    for question in asked:
        start = time.perf_counter()
        ask(question)
        taken.append((time.perf_counter() - start) * 1000)
    p95 = statistics.quantiles(taken, n=20)[-1]
    print(f"{title}: median {statistics.median(taken):.1f} ms, p95 {p95:.1f} ms")
    return p95


def over_http(address: str) -> Callable[[str], object]:
    """The action of a portal."""

    def ask(question: str) -> object:
        query = urllib.parse.urlencode({"q": question, "limit": 20})
        url = f"{address}/api/3/action/sdi_code_search?{query}"
        with urllib.request.urlopen(url) as answer:  # noqa: S310
            return json.load(answer)["result"]["count"]

    return ask


def by_ilike(url: str) -> Callable[[str], object]:
    """The same names in a table of PostgreSQL, with an index that ILIKE can use if there is one."""
    connection = sa.create_engine(url).connect()
    connection.execute(sa.text("CREATE TEMP TABLE wilayah (code text PRIMARY KEY, label text)"))
    wilayah = vocabulary("kode_wilayah")
    rows = [{"c": c, "n": n} for c, n in dict(wilayah.names()).items()]
    connection.execute(sa.text("INSERT INTO wilayah VALUES (:c, :n)"), rows)
    connection.execute(sa.text("ANALYZE wilayah"))
    found = sa.text(
        "SELECT code, label, count(*) OVER () FROM wilayah WHERE label ILIKE :q OR code LIKE :p"
        " ORDER BY length(code), label LIMIT 20"
    )
    return lambda q: connection.execute(found, {"q": f"%{q}%", "p": f"{q}%"}).all()


def main() -> None:
    """Ask in every way there is, print the ratios."""
    asked = questions()
    wilayah = vocabulary("kode_wilayah")
    start = time.perf_counter()
    wilayah.search("x")
    print(f"{len(asked):,} questions; first answer after {time.perf_counter() - start:.2f} s")
    own = measure("in process", lambda q: wilayah.search(q), asked)
    if len(sys.argv) > 1:
        over_http(sys.argv[1])("x")
        measure("over HTTP", over_http(sys.argv[1]), asked)
    if os.environ.get("SQLALCHEMY_URL"):
        theirs = measure("ILIKE", by_ilike(os.environ["SQLALCHEMY_URL"]), asked)
        print(f"ILIKE / in process: {theirs / own:.1f}")


if __name__ == "__main__":
    main()
