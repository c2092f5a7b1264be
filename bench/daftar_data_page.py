"""``/sdi/daftar-data`` of a long list: pages, filters, searches, against a bare SELECT of a page.

``python bench/daftar_data_page.py ADDRESS [--rounds N]`` asks a running portal whose list in force
has some 100,000 items (``bench/daftar_data_import.py`` makes such lists) and prints of each kind of
page the median and the 95th percentile. With SQLALCHEMY_URL set (the portal's database) it asks
for a page of twenty rows by their number in SQL too, and prints the ratio of the medians. The goal
is a 95th percentile of at most 300 ms.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from typing import Any

import requests
import sqlalchemy as sa
from portal import times_of

PAGES = {
    "first page": "",
    "last pages": "?page=4900",
    "an office": "?organization={office}",
    "three filters": "?status=mengacu&jadwal_pemutakhiran=tahunan&klasifikasi_risiko=terbuka",
    "a word": "?q=penduduk",
    "rare words": "?q=penduduk+98765",
}


def measured(title: str, ask: Callable[[], Any], rounds: int) -> float:
    """Ask again and again; the median in milliseconds."""
    median, p95 = times_of(ask, rounds)
    print(f"{title:16} median {median:5.0f} ms   p95 {p95:5.0f} ms", flush=True)
    return median


def main() -> None:
    """Ask for every kind of page."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("address")
    asked.add_argument("--rounds", type=int, default=20)
    given = asked.parse_args()
    address = given.address.rstrip("/")
    session = requests.Session()

    def page(query: str) -> None:
        session.get(f"{address}/sdi/daftar-data{query}", timeout=60).raise_for_status()

    search = f"{address}/api/3/action/sdi_daftar_data_search?facets=true&limit=1"
    found = session.get(search, timeout=60).json()["result"]
    print(f"{found['count']:,} items, {len(found['facets']['organization'])} offices")
    office = found["facets"]["organization"][0]["value"]
    medians = [
        measured(title, lambda q=query: page(q.format(office=office)), given.rounds)
        for title, query in PAGES.items()
    ]
    if url := os.environ.get("SQLALCHEMY_URL"):
        bare = sa.text(
            "SELECT * FROM sdi_daftar_data_item_version WHERE edition_id = :edition"
            " ORDER BY row_number LIMIT 20"
        )
        edition = {"edition": found["results"][0]["edition"]["id"]}
        with sa.create_engine(url).connect() as connection:
            plain = measured(
                "bare SELECT", lambda: connection.execute(bare, edition).all(), given.rounds
            )
        print(f"first page / bare SELECT: {medians[0] / plain:.1f}")


if __name__ == "__main__":
    main()
