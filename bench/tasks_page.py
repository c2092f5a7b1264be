"""``/sdi/tugas`` of an office, with 100,000 items and 50 offices, on a running portal.

``python bench/tasks_page.py ADDRESS TOKEN DATABASE [--items N]`` imports a list of N items
(99,990: a list has 100,000 rows at most) of 50 new offices as the sysadmin of TOKEN, agrees to it,
and prints, for a Produsen of one office, for the list and for the coverage page: the median and the
95th percentile; beside them the bare query that reads the office's items from DATABASE (its
address), and how many times as long the tasks take. Their goal is a 95th percentile of at most
300 ms.

The list stays in the portal: not for one with real data.
"""

from __future__ import annotations

import argparse
import csv
import io
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from portal import Portal, times_of

from ckanext.sdi.rules.daftar_data_file import COLUMNS

ROUNDS, OF_COVERAGE = 30, 3
OFFICES = 50
SCHEDULES = ("Bulanan", "Triwulanan", "Semesteran", "Tahunan", "Insidental", "Mingguan", "Tahunan")
BARE = sa.text(
    "SELECT item_id, edition_id, organization_id, jadwal_pemutakhiran"
    " FROM sdi_daftar_data_item_version WHERE organization_id = :office"
)


def the_list(items: int, year: int, mark: str, offices: list[str]) -> bytes:
    """A list of so many items, in the Forum's format."""
    out = io.StringIO(newline="")
    write = csv.writer(out).writerow
    write(["DAFTAR DATA DAERAH PROVINSI CONTOH"])
    write([f"TAHUN {year}"])
    write(COLUMNS)
    for number in range(items):
        office = offices[number % len(offices)]
        schedule = SCHEDULES[number // len(offices) % len(SCHEDULES)]
        indicator = ["-", "RPJMD", "06.01", "Indikator", f"Data {mark} nomor {number}"]
        kind = ["Statistik", "Variabel", "N/A", office, "Terbuka", "Banyaknya.", "unit"]
        place = ["Wilayah administrasi", schedule, "Umum", "", "", ""]
        write([f"{mark}.{number:06}", *indicator, *kind, *place])
    return out.getvalue().encode()


def measured(title: str, ask: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """Ask again and again; the 95th percentile in milliseconds."""
    median, p95 = times_of(ask, rounds, uncounted=3)
    print(f"{title:40} median {median:6.1f} ms   p95 {p95:6.1f} ms")
    return p95


def main() -> None:
    """Run it."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("address")
    asked.add_argument("token")
    asked.add_argument("database")
    asked.add_argument("--items", type=int, default=99_990)
    given = asked.parse_args()
    portal = Portal(given.address, given.token)
    mark, year = str(int(time.time()))[-6:], time.localtime().tm_year
    offices = [
        portal.act("organization_create", name=f"opd-{mark}-{n}", title=f"OPD {mark} {n}")
        for n in range(OFFICES)
    ]
    content = the_list(given.items, year, mark, [office["title"] for office in offices])
    clock = time.perf_counter()
    imported = portal.act("sdi_daftar_data_import", {"upload": ("daftar.csv", content, "text/csv")})
    portal.act("sdi_daftar_data_edition_agree", id=imported["edition"]["id"])
    print(f"{imported['rows']:,} items imported and agreed: {time.perf_counter() - clock:.0f} s")
    user = portal.act(
        "user_create",
        name=f"produsen-{mark}",
        email="bench@example.com",
        password=f"{mark}-Bench-1",
    )
    office = offices[0]["id"]
    portal.act("organization_member_create", id=office, username=user["name"], role="editor")
    token = portal.act("api_token_create", user=user["name"], name="bench")["token"]
    produsen = Portal(given.address, token)

    def page(who: Portal, path: str) -> Callable[[], None]:
        return lambda: who.session.get(who.address + path, timeout=900).raise_for_status()

    engine = sa.create_engine(given.database)
    with engine.connect() as connection:
        bare = measured(
            "the office's items, a bare query",
            lambda: connection.execute(BARE, {"office": office}).all(),
        )
    tasks = measured("/sdi/tugas of the office", page(produsen, "/sdi/tugas"))
    measured("/sdi/tugas, last page", page(produsen, "/sdi/tugas?page=100"))
    measured("/sdi/daftar-data", page(produsen, "/sdi/daftar-data"))
    measured("/sdi/periksa (a page without a list)", page(produsen, "/sdi/periksa"))
    measured("/sdi/daftar-data/cakupan", page(portal, "/sdi/daftar-data/cakupan"), OF_COVERAGE)
    print(f"the tasks take {tasks / bare:.1f} times as long as the bare query")


if __name__ == "__main__":
    main()
