"""``sdi_portal`` against a CKAN-like server on this machine, of datasets without files.

``python bench/harvest_portal.py [--datasets N] [--most M] [--blocks B] [--workers W]`` needs the
servers of the tests: ``CKAN_INI`` names the settings (``test.ini`` when not given), the ``CKAN_…``
variables the databases. What it makes it deletes again. Printed are:

- the first harvest beside ``package_create`` in a loop on the same fields with the same setting of
  ``ckan.search.solr_commit`` (``--no-commit``: off), by turns of 25 with one that is not counted;
  the goal is a median ratio of at most 1.15;
- with W workers the same work by as many processes as one and as W;
- a second harvest of N with nothing changed, after a job that had an error: its requests (goal: at
  most two), the datasets touched (none) and its time;
- the gathering of N and of M: objects a second (goal: 500) and the peak of memory (goal: flat).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).resolve().parents[1]
TURN = 25
NO_COMMIT = "BENCH_NO_COMMIT"
KEY = "BENCH-1"
CLEAR = """
CREATE TEMP TABLE bench ON COMMIT DROP AS SELECT id FROM package WHERE name LIKE 'bench-%';
CREATE TEMP TABLE objects ON COMMIT DROP AS
    SELECT id FROM harvest_object WHERE harvest_source_id IN (SELECT id FROM bench);
CREATE TEMP TABLE jobs ON COMMIT DROP AS
    SELECT id FROM harvest_job WHERE source_id IN (SELECT id FROM bench);
DELETE FROM harvest_object_error WHERE harvest_object_id IN (SELECT id FROM objects);
DELETE FROM harvest_object_extra WHERE harvest_object_id IN (SELECT id FROM objects);
DELETE FROM harvest_object WHERE id IN (SELECT id FROM objects);
DELETE FROM harvest_gather_error WHERE harvest_job_id IN (SELECT id FROM jobs);
DELETE FROM harvest_job WHERE id IN (SELECT id FROM jobs);
DELETE FROM harvest_source WHERE id IN (SELECT id FROM bench);
DELETE FROM package_tag WHERE package_id IN (SELECT id FROM bench);
DELETE FROM member WHERE table_id IN (SELECT id FROM bench);
DELETE FROM package WHERE id IN (SELECT id FROM bench);
DELETE FROM sdi_daftar_data_edition WHERE checksum = title AND level = 'kabkota';
DELETE FROM sdi_daftar_data_item WHERE key LIKE 'BENCH-1-%';
"""


def dataset(number: int) -> dict[str, Any]:
    """A dataset as another CKAN has it; the second one cannot be saved."""
    extras = {"Satuan Dataset": "orang", "Konsep": "Penduduk", "Cakupan Dataset": "64"}
    return {
        "id": f"bench-{number:06d}",
        "name": f"bench-{number:06d}",
        "title": f"Jumlah penduduk menurut kecamatan, tabel {number}",
        "notes": "Banyaknya penduduk. " * 20,
        "id_ddd": KEY,
        "sumber": "x" * (2000 if number == 1 else 20),
        "metadata_modified": "2025-06-01T00:00:00.000000",
        "organization": {"id": "o", "title": "Dinas"},
        "tags": [{"name": "penduduk"}, {"name": "kecamatan"}],
        "extras": [{"key": key, "value": value} for key, value in extras.items()],
        "resources": [],
    }


class _Ckan(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server: Any = self.server
        query = parse_qs(urlsplit(self.path).query)
        if urlsplit(self.path).path == "/asked":
            body = str(server.asked).encode()
        else:
            server.asked += 1
            since = re.search(r"\[(.*?)Z TO", query.get("fq", [""])[0])
            number = 0 if since and since[1] > "2025-06-01T00:00:00.000000" else server.number
            start, rows = int(query["start"][0]), int(query["rows"][0])
            results = [dataset(n) for n in range(start, min(start + rows, number))]
            found = {"count": number, "results": results}
            body = json.dumps({"success": True, "result": found}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


def serve(number: int) -> None:
    """Be that server; its port is the first line."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Ckan)
    server.number, server.asked = number, 0
    print(server.server_address[1], flush=True)
    server.serve_forever()


@contextlib.contextmanager
def served(number: int) -> Iterator[str]:
    """The address of a server of so many datasets, in a process of its own."""
    command = [sys.executable, __file__, "--serve", str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.terminate()


def begin(address: str) -> None:
    """What a process needs to harvest from the server."""
    import ckan.plugins.toolkit as tk

    tk.config["ckanext.sdi.harvest.allowed_private_hosts"] = [urlsplit(address).netloc]
    if os.environ.get(NO_COMMIT):
        tk.config["ckan.search.solr_commit"] = False
    tk.get_action("get_site_user")({"ignore_auth": True}, {})


def source_at(address: str) -> tuple[str, str]:
    """A source, its office and its item; the source's and the office's id."""
    import ckan.plugins.toolkit as tk
    from ckan import model

    from ckanext.sdi.model import Edition, Item, ItemVersion

    mark = str(time.time_ns())
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    context: Any = {"ignore_auth": True, "user": user}
    office = tk.get_action("organization_create")(context, {"name": f"bench-{mark}"})
    edition = Edition(level="kabkota", tahun=2025, title=mark, state="agreed", checksum=mark)
    item = Item(level="kabkota", key=f"{KEY}-{mark}")
    model.Session.add_all([edition, item])
    model.Session.flush()
    version = ItemVersion(
        edition_id=edition.id,
        item_id=item.id,
        row_number=1,
        id_ddd=KEY,
        nama_data="Jumlah penduduk",
        organization_id=office["id"],
        klasifikasi_risiko="terbuka",
    )
    model.Session.add(version)
    model.Session.commit()
    source = {"name": f"bench-sumber-{mark}", "title": mark, "url": address}
    source |= {"source_type": "sdi_portal", "owner_org": office["id"]}
    made = tk.get_action("harvest_source_create")({"ignore_auth": True, "user": user}, source)
    return made["id"], office["id"]


def gathered(source_id: str) -> tuple[list[str], float]:
    """A new job of a source, gathered: its objects, and the seconds it took."""
    import ckan.plugins.toolkit as tk

    from ckanext.harvest import queue
    from ckanext.harvest.model import HarvestJob
    from ckanext.sdi.harvest.portal import PortalHarvester

    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    context: Any = {"ignore_auth": True, "user": user}
    made = tk.get_action("harvest_job_create")(context, {"source_id": source_id, "run": False})
    began = time.perf_counter()
    ids = queue.gather_stage(PortalHarvester(), HarvestJob.get(made["id"]))
    took = time.perf_counter() - began
    job: Any = HarvestJob.get(made["id"])
    job.status = "Finished"
    job.save()
    return ids, took


def imported(ids: list[str]) -> float:
    """The seconds that a worker needs for some objects."""
    from ckan import model

    from ckanext.harvest import queue
    from ckanext.harvest.model import HarvestObject
    from ckanext.sdi.harvest.portal import PortalHarvester

    harvester = PortalHarvester()
    began = time.perf_counter()
    for object_id in ids:
        queue.fetch_and_import_stages(harvester, HarvestObject.get(object_id))
        model.Session.remove()
    return time.perf_counter() - began


def created(numbers: range, owner: str, item_id: str) -> float:
    """The seconds of ``package_create`` for the same fields."""
    import ckan.plugins.toolkit as tk
    from ckan import model

    from ckanext.sdi.harvest.mapping import map_dataset

    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    given = []
    for number in numbers:
        said = dataset(number)
        fields = {**map_dataset(said).fields, "title": said["title"]}
        fields |= {"name": f"{said['name']}-{time.time_ns()}", "owner_org": owner}
        given.append({**fields, "type": "dataset", "daftar_data_item": item_id})
    began = time.perf_counter()
    for fields in given:
        tk.get_action("package_create")({"ignore_auth": True, "user": user}, fields)
        model.Session.remove()
    return time.perf_counter() - began


def first_harvest(blocks: int, workers: int) -> None:
    """A first harvest beside the loop, and by several workers."""
    import sqlalchemy as sa

    from ckan import model

    from ckanext.sdi.model import ItemVersion

    number = (blocks + 1) * TURN + 2 + 4 * TURN
    with served(number) as address:
        begin(address)
        source_id, owner = source_at(address)
        query = sa.select(ItemVersion.item_id).where(ItemVersion.organization_id == owner)
        item_id = str(model.Session.scalar(query))
        ids = gathered(source_id)[0][2:]
        ratios, rates = [], []
        for block in range(blocks + 1):
            turn = range(block * TURN, (block + 1) * TURN)
            alone = created(range(2 + turn.start, 2 + turn.stop), owner, item_id)
            ours = imported(ids[turn.start : turn.stop])
            if block:
                ratios.append(ours / alone)
                rates.append((TURN / ours, TURN / alone))
        print(f"first harvest: {statistics.median(r[0] for r in rates):.1f} datasets/s,", end=" ")
        print(f"package_create {statistics.median(r[1] for r in rates):.1f}/s,", end=" ")
        print(f"median ratio {statistics.median(ratios):.2f} (goal 1.15),", end=" ")
        print(f"from {min(ratios):.2f} to {max(ratios):.2f}", flush=True)
        rest = ids[(blocks + 1) * TURN :]
        half = len(rest) // 2
        for count, part in ((1, rest[:half]), (workers, rest[half:])):
            print(f"{count} workers: {by_workers(address, part, count):.1f} datasets/s", flush=True)


def by_workers(address: str, ids: list[str], count: int) -> float:
    """Datasets a second of some processes at once; each says when it is ready, and then waits."""
    command = [sys.executable, __file__, "--import-at", address]
    processes = []
    for n in range(count):
        process = subprocess.Popen(
            [*command, json.dumps(ids[n::count])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
    for process in processes:
        process.stdout.readline()
    began = time.perf_counter()
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        process.wait()
    return len(ids) / (time.perf_counter() - began)


def second_harvest(number: int) -> None:
    """Gatherings of so many; and one more when nothing changed, but one dataset had an error."""
    import sqlalchemy as sa

    from ckan import model

    from ckanext.sdi.model import RemoteDataset

    with served(number) as address:
        begin(address)
        source_id, _ = source_at(address)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        ids, took = gathered(source_id)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(
            f"gather {number:,}: {len(ids) / took:,.0f} objects/s, {grown:.0f} MiB more", flush=True
        )
        # As if all of them but one had been taken in: this measures what comes after.
        model.Session.execute(
            sa.update(RemoteDataset)
            .where(RemoteDataset.source_id == source_id, RemoteDataset.guid != dataset(1)["id"])
            .values(state="refused", ids={})
        )
        model.Session.commit()
        imported([ids[1]])
        asked = _asked(address)
        again, took = gathered(source_id)
        print(f"second harvest of {number:,}: {_asked(address) - asked} requests,", end=" ")
        print(f"{len(again)} looked at (the one with an error), {took:.2f} s", flush=True)


def _asked(address: str) -> int:
    from urllib.request import urlopen

    with urlopen(f"{address}/asked") as answer:  # noqa: S310  our own server
        return int(answer.read())


def clear() -> None:
    """Delete what the measuring made."""
    import sqlalchemy as sa

    from ckan import model

    model.Session.rollback()
    model.Session.execute(sa.text(CLEAR))
    model.Session.commit()


def main() -> None:
    """Measure, and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--datasets", type=int, default=5000)
    asked.add_argument("--most", type=int, default=100_000)
    asked.add_argument("--blocks", type=int, default=9)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--no-commit", action="store_true", help="Solr commits by itself")
    asked.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    asked.add_argument("--gather", type=int, help=argparse.SUPPRESS)
    asked.add_argument("--import-at", nargs=2, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.no_commit:
        os.environ[NO_COMMIT] = "1"
    if given.serve:
        serve(given.serve)
        return

    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app

    os.environ.setdefault("CKAN_INI", str(ROOT / "test.ini"))
    with make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config()).test_request_context():
        if given.import_at:
            begin(given.import_at[0])
            print("ready", flush=True)
            sys.stdin.readline()
            imported(json.loads(given.import_at[1]))
        elif given.gather:
            second_harvest(given.gather)
        else:
            try:
                if given.blocks:
                    first_harvest(given.blocks, given.workers)
                for number in filter(None, (given.datasets, given.most)):
                    # A process of its own: memory is given back to nobody.
                    command = [sys.executable, __file__, "--gather", str(number)]
                    subprocess.run(command, check=True)
            finally:
                clear()


if __name__ == "__main__":
    main()
