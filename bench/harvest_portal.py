"""``sdi_portal`` beside ckanext-harvest's own CKAN harvester, of datasets without files.

``python bench/harvest_portal.py [--datasets N] [--most M] [--loop L] [--workers W]`` needs the
servers of the tests: ``CKAN_INI`` names the settings (``test.ini`` when not given), the ``CKAN_…``
variables the databases. The other portal is a CKAN-like server on this machine. What the measuring
makes it deletes again. Printed are:

- a first harvest of L datasets beside ``package_create`` in a loop on the same fields, with the
  same setting of ``ckan.search.solr_commit`` (``--no-commit``: off), by turns of 5, the first of
  each not counted; the goal is a median ratio of at most 1.15;
- the same by ckanext-harvest's own harvester (``ckan_harvester``, in a process that has it
  enabled), and a second harvest by each when nothing changed but a dataset had an error the first
  time: requests (goal for ``sdi_portal``: at most two), datasets looked at and touched (none);
- the same import by as many processes as one and as W;
- the gathering of N and of M by ``sdi_portal``, and of N by the other: objects a second (goal: 500)
  and how much more memory is in use at the most (goal: flat), and a second harvest of each.

``package_create`` and imports take some 0.1 s each, so L is 300 unless more is asked for.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ckan_like import KEY, asked, dataset, served

ROOT = Path(__file__).resolve().parents[1]
TURN = 5
NO_COMMIT = "BENCH_NO_COMMIT"
OURS, THEIRS = "sdi_portal", "ckan"
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


def begin(address: str) -> None:
    """What a process needs to harvest from the server."""
    import ckan.plugins.toolkit as tk

    tk.config["ckanext.sdi.harvest.allowed_private_hosts"] = [urlsplit(address).netloc]
    if os.environ.get(NO_COMMIT):
        tk.config["ckan.search.solr_commit"] = False
    tk.get_action("get_site_user")({"ignore_auth": True}, {})


def source_at(address: str, kind: str = OURS) -> tuple[str, str]:
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
    source |= {"source_type": kind, "owner_org": office["id"]}
    made = tk.get_action("harvest_source_create")({"ignore_auth": True, "user": user}, source)
    return made["id"], office["id"]


def harvester_of(source_id: str) -> Any:
    """The harvester of a source."""
    from ckanext.harvest.model import HarvestSource
    from ckanext.sdi.harvest.portal import PortalHarvester

    source: Any = HarvestSource.get(source_id)
    if source.type == OURS:
        return PortalHarvester()
    from ckanext.harvest.harvesters import CKANHarvester

    return CKANHarvester()


def gathered(source_id: str) -> tuple[list[str], float]:
    """A new job of a source, gathered: its objects, and the seconds it took."""
    import ckan.plugins.toolkit as tk

    from ckanext.harvest import queue
    from ckanext.harvest.model import HarvestJob

    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    context: Any = {"ignore_auth": True, "user": user}
    made = tk.get_action("harvest_job_create")(context, {"source_id": source_id, "run": False})
    harvester = harvester_of(source_id)
    began = time.perf_counter()
    ids = queue.gather_stage(harvester, HarvestJob.get(made["id"]))
    took = time.perf_counter() - began
    job: Any = HarvestJob.get(made["id"])
    job.status = "Finished"
    job.save()
    return ids or [], took


def imported(ids: list[str], source_id: str) -> float:
    """The seconds that a worker needs for some objects."""
    from ckan import model

    from ckanext.harvest import queue
    from ckanext.harvest.model import HarvestObject

    harvester = harvester_of(source_id)
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


def first_harvest(loop: int, workers: int) -> None:
    """A first harvest beside the loop; a second one; the import by several workers."""
    import sqlalchemy as sa

    from ckan import model

    from ckanext.sdi.model import ItemVersion

    turns = loop // TURN + 1
    with served(2 + turns * TURN) as address:
        begin(address)
        source_id, owner = source_at(address)
        query = sa.select(ItemVersion.item_id).where(ItemVersion.organization_id == owner)
        item_id = str(model.Session.scalar(query))
        ids = gathered(source_id)[0]
        imported(ids[:2], source_id)
        alone, ours = [], []
        for turn in range(turns):
            numbers = range(2 + turn * TURN, 2 + (turn + 1) * TURN)
            # By turns the one and the other is first.
            for step in (1, 0) if turn % 2 else (0, 1):
                if step:
                    ours.append(imported(ids[numbers.start : numbers.stop], source_id))
                else:
                    alone.append(created(numbers, owner, item_id))
        ratios = [b / a for a, b in zip(alone[1:], ours[1:], strict=True)]
        print(f"first harvest of {loop}: {TURN / statistics.median(ours):.1f} datasets/s,", end=" ")
        print(f"package_create {TURN / statistics.median(alone):.1f}/s,", end=" ")
        print(f"median ratio {statistics.median(ratios):.2f} (goal 1.15),", end=" ")
        quarter = statistics.quantiles(ratios, n=4)
        print(f"half of them from {quarter[0]:.2f} to {quarter[2]:.2f}", flush=True)
        again(OURS, address, source_id)
    with served(4 * 10 * TURN) as address:
        begin(address)
        source_id, _ = source_at(address)
        ids = gathered(source_id)[0][2:]
        half = len(ids) // 2
        for count, part in ((1, ids[:half]), (workers, ids[half:])):
            speed = by_workers(address, source_id, part, count)
            print(f"{count} workers: {speed:.1f} datasets/s", flush=True)


def again(kind: str, address: str, source_id: str) -> None:
    """A second harvest when nothing changed, after a job that had an error."""
    before, requests = touched(), asked(address)
    ids, took = gathered(source_id)
    took += imported(ids, source_id)
    changed = len(touched() ^ before)
    print(f"second harvest, {kind}: {asked(address) - requests} requests,", end=" ")
    print(f"{len(ids)} datasets looked at, {changed} touched, {took:.2f} s", flush=True)


def touched() -> set[Any]:
    """The datasets, and when each was changed."""
    import sqlalchemy as sa

    from ckan import model

    query = sa.select(model.Package.id, model.Package.metadata_modified)
    ours = query.where(model.Package.name.like("bench-0%"))
    return set(model.Session.execute(ours).tuples())


def by_theirs(loop: int, number: int) -> None:
    """The same by ckanext-harvest's own harvester, and its gathering of so many."""
    with served(2 + loop) as address:
        begin(address)
        source_id, _ = source_at(address, THEIRS)
        ids, _ = gathered(source_id)
        imported(ids[:2], source_id)
        took = imported(ids[2:], source_id)
        print(f"first harvest of {loop}, {THEIRS}: {loop / took:.1f} datasets/s", flush=True)
        again(THEIRS, address, source_id)
    with served(number) as address:
        begin(address)
        print(gathering(THEIRS, source_at(address, THEIRS)[0])[1], flush=True)


def gathering(kind: str, source_id: str) -> tuple[list[str], str]:
    """The objects of a gathering, and what there is to tell of it."""
    Path("/proc/self/clear_refs").write_text("5")
    before = memory("VmRSS")
    ids, took = gathered(source_id)
    grown = memory("VmHWM") - before
    told = f"gather {len(ids):,}, {kind}: {len(ids) / took:,.0f} objects/s, {grown:.0f} MiB more"
    return ids, told


def memory(name: str) -> float:
    """What this process has in use, or had at the most since it was last asked to forget: MiB."""
    status = Path("/proc/self/status").read_text()
    found = re.search(rf"{name}:\s+(\d+)", status)
    assert found
    return int(found[1]) / 1024


def by_workers(address: str, source_id: str, ids: list[str], count: int) -> float:
    """Datasets a second of some processes at once; each says when it is ready, and then waits."""
    command = [sys.executable, __file__, "--import-at", address, source_id]
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


def by_ours(number: int) -> None:
    """Gather so many; and once more when nothing changed, but one dataset had an error."""
    import sqlalchemy as sa

    from ckan import model

    from ckanext.sdi.model import RemoteDataset

    with served(number) as address:
        begin(address)
        source_id, _ = source_at(address)
        ids, told = gathering(OURS, source_id)
        print(told, flush=True)
        # As if all of them but one had been taken in: this measures what comes after.
        model.Session.execute(
            sa.update(RemoteDataset)
            .where(RemoteDataset.source_id == source_id, RemoteDataset.guid != dataset(1)["id"])
            .values(state="refused", ids={})
        )
        model.Session.commit()
        imported([ids[1]], source_id)
        again(OURS, address, source_id)


def clear() -> None:
    """Delete what the measuring made."""
    import sqlalchemy as sa

    from ckan import model

    model.Session.rollback()
    model.Session.execute(sa.text(CLEAR))
    model.Session.commit()


def main() -> None:
    """Measure, and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--datasets", type=int, default=5000)
    arguments.add_argument("--most", type=int, default=100_000)
    arguments.add_argument("--loop", type=int, default=300)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--no-commit", action="store_true", help="Solr commits by itself")
    arguments.add_argument("--gather", type=int, help=argparse.SUPPRESS)
    arguments.add_argument("--theirs", action="store_true", help=argparse.SUPPRESS)
    arguments.add_argument("--import-at", nargs=3, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.no_commit:
        os.environ[NO_COMMIT] = "1"

    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app

    os.environ.setdefault("CKAN_INI", str(ROOT / "test.ini"))
    config: Any = CKANConfigLoader(os.environ["CKAN_INI"]).get_config()
    if given.theirs:
        config["ckan.plugins"] += " ckan_harvester"
    with make_app(config).test_request_context():
        if given.import_at:
            address, source_id, ids = given.import_at
            begin(address)
            print("ready", flush=True)
            sys.stdin.readline()
            imported(json.loads(ids), source_id)
        elif given.theirs:
            measured(lambda: by_theirs(given.loop, given.datasets))
        elif given.gather:
            measured(lambda: by_ours(given.gather))
        else:
            if given.loop:
                measured(lambda: first_harvest(given.loop, given.workers))
                apart("--theirs", "--loop", str(given.loop), "--datasets", str(given.datasets))
            for number in filter(None, (given.datasets, given.most)):
                apart("--gather", str(number))


def measured(measure: Callable[[], None]) -> None:
    """Measure, and leave nothing of it."""
    try:
        measure()
    finally:
        clear()


def apart(*arguments: str) -> None:
    """Measure in a process of its own: memory is given back to nobody."""
    subprocess.run([sys.executable, __file__, *arguments], check=True)


if __name__ == "__main__":
    main()
