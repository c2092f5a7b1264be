"""``sdi_portal`` beside ckanext-harvest's own CKAN harvester, of datasets without files.

``python bench/harvest_portal.py [--datasets N] [--most M] [--loop L] [--workers W]`` needs the
servers of the tests: ``CKAN_INI`` names the settings (``test.ini`` when not given), the ``CKAN_…``
variables the databases. The other portal is a CKAN-like server on this machine. What the measuring
makes it deletes again. Printed are:

- a first harvest of L datasets, as the fetch consumer does it and with its part of the gathering,
  beside ``package_create`` in a loop on the same fields and beside ckanext-harvest's own harvester
  (``ckan_harvester``) of the same datasets under other names; with the same setting of
  ``ckan.search.solr_commit`` (``--no-commit``: off), by turns of 10, the first of each not counted;
  the goal is a median ratio of at most 1.15;
- a second harvest by each when nothing changed but a dataset had an error the first time:
  requests (goal for ``sdi_portal``: at most two), datasets looked at and touched (none);
- the same import by as many processes as one and as W;
- the gathering of N and of M by ``sdi_portal``, and of N by the other: objects a second (goal: 500)
  and how much more memory is in use at the most (goal: flat), and a second harvest of each.

``package_create`` and imports take some 0.05 s each and more, so L is 300 unless it is said.
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
TURN = 10
NO_COMMIT = "BENCH_NO_COMMIT"
OURS, THEIRS, ALONE = "sdi_portal", "ckan", "package_create"
MARK = "theirs-"
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


def begin(*addresses: str) -> None:
    """What a process needs to harvest from the servers."""
    import ckan.plugins.toolkit as tk

    allowed = [urlsplit(address).netloc for address in addresses]
    tk.config["ckanext.sdi.harvest.allowed_private_hosts"] = allowed
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
    finish(source_id)
    made = tk.get_action("harvest_job_create")(context, {"source_id": source_id, "run": False})
    harvester = harvester_of(source_id)
    began = time.perf_counter()
    ids = queue.gather_stage(harvester, HarvestJob.get(made["id"]))
    return ids or [], time.perf_counter() - began


def finish(source_id: str) -> None:
    """End the jobs of a source, so that it can have another one."""
    import sqlalchemy as sa

    from ckan import model

    from ckanext.harvest.model import HarvestJob

    jobs = sa.update(HarvestJob).where(HarvestJob.source_id == source_id)
    model.Session.execute(jobs.values(status="Finished"))
    model.Session.commit()


class _Channel:
    """Where a consumer of the queue says that it is done with a message."""

    delivery_tag = ""

    def basic_ack(self, tag: str) -> None:
        pass


def imported(ids: list[str]) -> float:
    """The seconds that ckanext-harvest's fetch consumer needs for some objects."""
    from ckanext.harvest import queue

    messages = [json.dumps({"harvest_object_id": object_id}) for object_id in ids]
    channel = _Channel()
    began = time.perf_counter()
    for message in messages:
        queue.fetch_callback(channel, channel, None, message)
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
    """A first harvest beside the loop and the other harvester; a second one; several workers."""
    number = 2 + (loop // TURN + 1) * TURN
    with served(number) as address, served(number, MARK) as theirs:
        begin(address, theirs)
        source_id, owner = source_at(address)
        other_id, _ = source_at(theirs, THEIRS)
        by_turns(loop, source_id, other_id, owner)
        again(OURS, address, source_id)
        again(THEIRS, theirs, other_id)
    with served(4 * 50) as address:
        begin(address)
        source_id, _ = source_at(address)
        ids = gathered(source_id)[0][2:]
        half = len(ids) // 2
        for count, part in ((1, ids[:half]), (workers, ids[half:])):
            print(f"{count} workers: {by_workers(address, part, count):.1f} datasets/s", flush=True)


def by_turns(loop: int, source_id: str, other_id: str, owner: str) -> None:
    """``package_create``, a harvest by us and one by the other, ten datasets each in turn.

    To each ten of a harvest comes their part of its gathering.
    """
    import sqlalchemy as sa

    from ckan import model

    from ckanext.sdi.model import ItemVersion

    query = sa.select(ItemVersion.item_id).where(ItemVersion.organization_id == owner)
    item_id = str(model.Session.scalar(query))
    ids, gathering = gathered(source_id)
    other_ids, other_gathering = gathered(other_id)
    imported(ids[:2])
    imported(other_ids[:2])
    part, other_part = (TURN * took / len(ids) for took in (gathering, other_gathering))
    seconds: dict[str, list[float]] = {ALONE: [], OURS: [], THEIRS: []}
    for turn in range(loop // TURN + 1):
        of_turn = slice(2 + turn * TURN, 2 + (turn + 1) * TURN)
        # By turns each of them is first.
        for step in (0, 1, 2) if turn % 2 else (2, 1, 0):
            if step == 0:
                taken = range(of_turn.start, of_turn.stop)
                seconds[ALONE].append(created(taken, owner, item_id))
            elif step == 1:
                seconds[OURS].append(imported(ids[of_turn]) + part)
            else:
                seconds[THEIRS].append(imported(other_ids[of_turn]) + other_part)
    speeds = {name: f"{TURN / statistics.median(took):.1f}/s" for name, took in seconds.items()}
    print(f"first harvest of {loop} by turns, with its gathering:", speeds)
    for name in (OURS, THEIRS):
        pairs = zip(seconds[ALONE][1:], seconds[name][1:], strict=True)
        ratios = [took / alone for alone, took in pairs]
        quarter = statistics.quantiles(ratios, n=4)
        print(f"{name} in terms of {ALONE}: median {statistics.median(ratios):.2f},", end=" ")
        print(f"half of the turns from {quarter[0]:.2f} to {quarter[2]:.2f},", end=" ")
        whole = sum(seconds[name][1:]) / sum(seconds[ALONE][1:])
        print(f"all of them {whole:.2f}", "(goal 1.15)" if name == OURS else "", flush=True)


def again(kind: str, address: str, source_id: str) -> None:
    """A second harvest when nothing changed, after a job that had an error."""
    before, requests = touched(), asked(address)
    ids, took = gathered(source_id)
    took += imported(ids)
    changed = len(touched() ^ before)
    print(f"second harvest, {kind}: {asked(address) - requests} requests,", end=" ")
    print(f"{len(ids)} datasets looked at, {changed} touched, {took:.2f} s", flush=True)


def touched() -> set[Any]:
    """The datasets, and when each was changed."""
    import sqlalchemy as sa

    from ckan import model

    query = sa.select(model.Package.id, model.Package.metadata_modified)
    harvested = model.Package.name.op("~")(f"^bench-({MARK})?0")
    return set(model.Session.execute(query.where(harvested)).tuples())


def by_theirs(number: int) -> None:
    """The gathering of so many by ckanext-harvest's own harvester."""
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
        imported([ids[1]])
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
    arguments.add_argument("--import-at", nargs=2, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.no_commit:
        os.environ[NO_COMMIT] = "1"

    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app

    os.environ.setdefault("CKAN_INI", str(ROOT / "test.ini"))
    config: Any = CKANConfigLoader(os.environ["CKAN_INI"]).get_config()
    config["ckan.plugins"] += " ckan_harvester"
    with make_app(config).test_request_context():
        if given.import_at:
            address, ids = given.import_at
            begin(address)
            print("ready", flush=True)
            sys.stdin.readline()
            imported(json.loads(ids))
        elif given.theirs:
            measured(lambda: by_theirs(given.datasets))
        elif given.gather:
            measured(lambda: by_ours(given.gather))
        else:
            if given.loop:
                measured(lambda: first_harvest(given.loop, given.workers))
                apart("--theirs", "--datasets", str(given.datasets))
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
