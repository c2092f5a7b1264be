"""The pages of the Forum's list and of the tasks, with 100,000 items and 50 offices.

``python bench/list_pages.py ADDRESS TOKEN DATABASE [--items N] [--datasets N]`` imports a list of N
items (99,990: a list has 100,000 rows at most) of 50 new offices into a running portal as the
sysadmin of TOKEN, agrees to it, writes 10,000 datasets of its items into DATABASE (the portal's)
as bare rows, in all states, and makes a Produsen, a Walidata and a Koordinator. Then it prints of
each page the median and the 95th percentile, and the bare queries beside which the two most used
pages can be seen. ``--again MARK`` asks a portal that has such a list already, by the mark that
was printed. The goal is a 95th percentile of at most 300 ms, of the coverage 1 s.

The list stays in the portal: not for one with real data.
"""

from __future__ import annotations

import argparse
import csv
import functools
import io
import random
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from daftar_data_import import WORDS
from portal import Portal, times_of

from ckanext.sdi.rules.daftar_data_file import COLUMNS

OFFICES = 50
SYLLABLES = ("ba", "da", "ka", "la", "ma", "na", "pa", "ra", "sa", "ta", "nga", "du", "ri", "si")
# As in a language, few words are frequent and most are rare.
VOCABULARY = (*WORDS, *(a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES[:10]))
WEIGHTS = [1 / rank for rank in range(1, len(VOCABULARY) + 1)]
SCHEDULES = ("Bulanan", "Triwulanan", "Semesteran", "Tahunan", "Insidental", "Mingguan", "Tahunan")
BARE = {
    "a page of the list, a bare query": """
        SELECT version.* FROM sdi_daftar_data_item_version version
        JOIN sdi_daftar_data_edition edition ON edition.id = version.edition_id
        WHERE edition.title = :title ORDER BY row_number LIMIT 20""",
    "the office's items, a bare query": """
        SELECT item_id, edition_id, organization_id, jadwal_pemutakhiran
        FROM sdi_daftar_data_item_version WHERE organization_id = :office""",
}
LIST_PAGES = {
    "first page": "",
    "second page": "?page=2",
    "last page": "?page={last}",
    "an office": "?organization={name}",
    "three filters": "?status=tidak_mengacu&jadwal_pemutakhiran=tahunan&klasifikasi_risiko=terbuka",
    "a word": "?q=penduduk",
    "a word of most items": "?q=jumlah",
    "a rare word": "?q=98765",
    "part of a word": "?q=endudu",
    "two words": "?q=penduduk+sekolah",
    "two words, last page": "?q=penduduk+sekolah&page={words}",
    "words, none of them": "?q=penduduk+zzz",
    "two words and an office": "?q=penduduk+sekolah&organization={name}",
    "an item": "/{item}",
    "an item's periods": "/{item}/kewajiban",
}
WATCHED = {
    "coverage": "",
    "coverage, second page": "?page=2",
    "coverage by time": "?ukuran=waktu",
    "its list of late periods": "/daftar?timing=late",
    "its list of late periods, far on": "/daftar?timing=late&page=2000",
    "its list of items": "/daftar",
    "its list of published items": "/daftar?far=published",
    "berita acara of an office": "/berita-acara/{name}",
}
# Bare rows: what the pages read of a dataset, in each state that there is.
DATASETS = """
    WITH chosen AS (
        SELECT version.item_id, version.organization_id, version.nama_data,
               row_number() OVER () AS n, gen_random_uuid()::text AS id
        FROM sdi_daftar_data_item_version version
        JOIN sdi_daftar_data_edition edition ON edition.id = version.edition_id
        WHERE edition.title = :title AND version.row_number % :step = 0
    ), packages AS (
        INSERT INTO package (id, name, title, type, owner_org, state, private, metadata_created,
                             metadata_modified, extras)
        SELECT id, 'bench-' || id, nama_data, 'dataset', organization_id, 'active', true,
               now(), now(), jsonb_build_object('periode_awal', :year || '-01-01',
                                                'periode_akhir', :year || '-03-31')
        FROM chosen
    ), states AS (
        INSERT INTO sdi_dataset (package_id, state, adopted, item_id, changed_at, conformity)
        SELECT id, (ARRAY['draft', 'submitted', 'returned', 'published', 'approved', 'published',
                          'published', 'published', 'withdrawn', 'published'])[n % 10 + 1],
               false, item_id, now(), '{}'
        FROM chosen
    )
    INSERT INTO sdi_transition (id, package_id, action, from_state, to_state, at, findings, about)
    SELECT gen_random_uuid()::text, id, 'submit', 'draft', 'submitted', now(), '[]',
           jsonb_build_array(jsonb_build_array(:year || '-01-01', :year || '-03-31'))
    FROM chosen WHERE n % 10 > 0
"""


def the_list(items: int, year: int, mark: str, offices: list[str]) -> bytes:
    """A list of so many items, in the Forum's format; the seed is fixed."""
    source = random.Random(39)

    def text(count: int) -> str:
        return " ".join(source.choices(VOCABULARY, WEIGHTS, k=count))

    out = io.StringIO(newline="")
    write = csv.writer(out).writerow
    write([_title(mark)])
    write([f"TAHUN {year}"])
    write(COLUMNS)
    for number in range(items):
        office = offices[number % len(offices)]
        schedule = SCHEDULES[number // len(offices) % len(SCHEDULES)]
        indicator = ["-", "RPJMD", "06.01", text(8), f"{text(6).capitalize()} {number}"]
        kind = ["Statistik", "Variabel", "N/A", office, "Terbuka", text(40), "unit"]
        place = ["Wilayah administrasi", schedule, "Umum", "", "", ""]
        write([f"{mark}.{number:06}", *indicator, *kind, *place])
    return out.getvalue().encode()


def _title(mark: str) -> str:
    return f"DAFTAR DATA DAERAH {mark}"


def made(portal: Portal, mark: str, items: int) -> None:
    """Offices, a list that is agreed to, and people."""
    year = time.localtime().tm_year
    offices = [
        portal.act("organization_create", name=_office(mark, n), title=f"OPD {mark} {n}")
        for n in range(OFFICES)
    ]
    content = the_list(items, year, mark, [office["title"] for office in offices])
    clock = time.perf_counter()
    upload = {"upload": ("daftar.csv", content, "text/csv")}
    imported = portal.act("sdi_daftar_data_import", upload, title=_title(mark))
    portal.act("sdi_daftar_data_edition_agree", id=imported["edition"]["id"])
    print(f"{imported['rows']:,} items imported and agreed: {time.perf_counter() - clock:.0f} s")
    held = {
        row["role"]: row["organization"]["id"] for row in portal.act("sdi_role_list")["results"]
    }
    places = {"produsen": offices[0]["id"], **held}
    for role in ("produsen", "walidata", "koordinator"):
        name = f"{role}-{mark}"
        password = f"{mark}-Bench-1"
        portal.act("user_create", name=name, email=f"{name}@example.com", password=password)
        portal.act("organization_member_create", id=places[role], username=name, role="editor")


def _office(mark: str, number: int) -> str:
    return f"opd-{mark}-{number}"


def measured(title: str, ask: Callable[[], Any], rounds: int) -> None:
    """Ask again and again; print it."""
    median, p95 = times_of(ask, rounds, uncounted=3)
    print(f"{title:45} median {median:6.1f} ms   p95 {p95:6.1f} ms", flush=True)


def main() -> None:
    """Run it."""
    given = _given()
    portal = Portal(given.address, given.token)
    mark = given.again or str(int(time.time()))[-6:]
    engine = sa.create_engine(given.database)
    if not given.again:
        made(portal, mark, given.items)
        delivered(engine, mark, given.items, given.datasets)
        print(f"mark: {mark}")
    people = {
        role: Portal(
            given.address,
            portal.act("api_token_create", user=f"{role}-{mark}", name="bench")["token"],
        )
        for role in ("produsen", "walidata", "koordinator")
    }

    def page(role: str, path: str) -> Callable[[], None]:
        who = people[role]
        return lambda: who.session.get(who.address + path, timeout=900).raise_for_status()

    office = portal.act("organization_show", id=_office(mark, 0))
    names = asked_for(portal, office)
    bare_queries(engine, mark, office["id"], given.rounds)
    for title, path in LIST_PAGES.items():
        address = f"/sdi/daftar-data{path.format(**names)}"
        measured(f"the list, {title}", page("produsen", address), given.rounds)
    for role in people:
        measured(f"tasks of the {role}", page(role, "/sdi/tugas"), given.rounds)
    measured("tasks of the produsen, a word", page("produsen", "/sdi/tugas?q=sawah"), given.rounds)
    measured("tasks of the produsen, last page", page("produsen", "/sdi/tugas?page=90"), 10)
    for title, path in WATCHED.items():
        address = f"/sdi/daftar-data/cakupan{path.format(**names)}"
        measured(title, page("koordinator", address), 5)
    measured("a page without a list (/sdi/periksa)", page("produsen", "/sdi/periksa"), given.rounds)


def _given() -> argparse.Namespace:
    """What the command line says."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("address")
    asked.add_argument("token")
    asked.add_argument("database")
    asked.add_argument("--items", type=int, default=99_990)
    asked.add_argument("--datasets", type=int, default=10_000)
    asked.add_argument("--rounds", type=int, default=30)
    asked.add_argument("--again", metavar="MARK")
    return asked.parse_args()


def delivered(engine: sa.Engine, mark: str, items: int, datasets: int) -> None:
    """Write datasets of the list's items."""
    step = max(1, round(items / datasets))
    values = {"title": _title(mark), "step": step, "year": str(time.localtime().tm_year)}
    with engine.begin() as connection:
        print(f"{connection.execute(sa.text(DATASETS), values).rowcount:,} hand-ins written")
    # As PostgreSQL does by itself in a minute or two.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))


def asked_for(portal: Portal, office: dict[str, Any]) -> dict[str, Any]:
    """What stands in the addresses of the pages."""
    words = portal.act("sdi_daftar_data_search", q="penduduk sekolah", limit=1)
    everything = portal.act("sdi_daftar_data_search", organization=office["id"], limit=1)
    whole = portal.act("sdi_daftar_data_search", limit=1)["count"]
    print(f"{whole:,} items, {words['count']:,} of them with two words")
    return {
        "name": office["name"],
        "item": everything["results"][0]["id"],
        "last": -(-whole // 20),
        "words": -(-words["count"] // 20),
    }


def bare_queries(engine: sa.Engine, mark: str, office: str, rounds: int) -> None:
    """What the database alone takes for the two most used pages."""
    values = {"title": _title(mark), "office": office}
    with engine.connect() as connection:
        for title, query in BARE.items():
            ask = functools.partial(_rows, connection, sa.text(query), values)
            measured(title, ask, rounds)


def _rows(connection: sa.Connection, query: sa.TextClause, values: dict[str, Any]) -> Any:
    return connection.execute(query, values).all()


if __name__ == "__main__":
    main()
