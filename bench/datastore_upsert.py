"""10,000 records by ``datastore_upsert``: into a governed resource, and into a plain one.

``python bench/datastore_upsert.py [--rounds N]`` needs the servers of the tests: ``CKAN_INI`` names
the settings (``test.ini`` when not given), the ``CKAN_…`` variables the databases. It makes two
datasets and deletes them again. Both tables have the same columns and the same key; the plain one
belongs to a dataset that the gate leaves alone. Governed and plain take turns, after one turn that
is not counted; of each method the best times and their ratio are printed, and the median of the
ratios of neighbours, which what else the machine does moves. The goal is a ratio of at most 1.2.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
import uuid
from pathlib import Path
from typing import Any

import sqlalchemy as sa

ROOT = Path(__file__).resolve().parents[1]
RECORDS = 10_000
SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "id"},
        {"name": "nik", "sdi": {"code": "nik"}},
        {"name": "npwp", "sdi": {"code": "npwp"}},
        {"name": "kode_wilayah", "sdi": {"code": "kode_wilayah"}},
        {"name": "nama"},
        {"name": "jenis", "constraints": {"enum": ["A", "B"]}},
        {"name": "tahun", "type": "year"},
        {"name": "jumlah", "type": "integer", "constraints": {"minimum": 0}},
        {"name": "luas", "type": "number"},
        {"name": "sejak", "type": "date"},
    ],
    "primaryKey": "id",
}


def records(first: int) -> list[dict[str, Any]]:
    """Records with ids from ``first`` on."""
    return [
        {
            "id": str(number),
            "nik": f"317101170845{1 + number % 9998:04d}",
            "npwp": "013121660091000",
            "kode_wilayah": ("64.72", "64.71", "64.74")[number % 3],
            "nama": f"Usaha {number}",
            "jenis": "AB"[number % 2],
            "tahun": 2025,
            "jumlah": number,
            "luas": number / 4,
            "sejak": "2025-12-31",
        }
        for number in range(first, first + RECORDS)
    ]


def main() -> None:
    """Write, and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=7)
    rounds = asked.parse_args().rounds

    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app

    os.environ.setdefault("CKAN_INI", str(ROOT / "test.ini"))
    config = CKANConfigLoader(os.environ["CKAN_INI"]).get_config()
    with make_app(config).test_request_context():
        _measure(rounds)


def _measure(rounds: int) -> None:
    import ckan.plugins.toolkit as tk
    from ckan import model

    from ckanext.sdi.lifecycle import conformity
    from ckanext.sdi.model import DatasetState

    def act(action: str, **data: Any) -> Any:
        return tk.get_action(action)({"ignore_auth": True, "user": user}, data)

    def write(resource_id: str, method: str, first: int) -> float:
        sent = records(first)
        start = time.perf_counter()
        act("datastore_upsert", resource_id=resource_id, records=sent, method=method)
        return time.perf_counter() - start

    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    mark = uuid.uuid4().hex[:8]
    office = act("organization_create", name=f"bench-{mark}", title="Bench")
    made = [
        act("package_create", name=f"bench-{mark}-{n}", title="Bench", owner_org=office["id"])
        for n in (0, 1)
    ]
    row = model.Session.get(DatasetState, made[1]["id"])
    assert row is not None
    row.state, row.adopted = "published", True
    model.Session.flush()
    # As it was before the extension came, which no action makes.
    model.Session.execute(
        sa.update(model.Package).where(model.Package.id == made[1]["id"]).values(private=False)
    )
    model.Session.commit()
    model.Session.expire_all()
    conformity.refresh_and_index([made[1]["id"]])
    governed = act(
        "datastore_create",
        resource={"package_id": made[0]["id"], "table_schema": json.dumps(SCHEMA)},
    )["resource_id"]
    told = act("datastore_info", id=governed)["fields"]
    plain = act(
        "datastore_create",
        resource={"package_id": made[1]["id"]},
        fields=[{"id": field["id"], "type": field["type"]} for field in told],
        primary_key=["id"],
        indexes=["nik", "npwp", "kode_wilayah"],
    )["resource_id"]
    try:
        for method, step in (("insert", RECORDS), ("upsert", 0), ("update", 0)):
            times: dict[str, list[float]] = {governed: [], plain: []}
            for turn in range(rounds + 1):
                for resource_id in (governed, plain) if turn % 2 else (plain, governed):
                    times[resource_id].append(write(resource_id, method, turn * step))
            del times[governed][0], times[plain][0]
            best = min(times[governed]), min(times[plain])
            ratios = [a / b for a, b in zip(times[governed], times[plain], strict=True)]
            print(
                f"{method}: governed {best[0]:.2f} s, plain {best[1]:.2f} s,"
                f" ratio {best[0] / best[1]:.2f}; median of ratios {statistics.median(ratios):.2f}"
                f" (from {min(ratios):.2f} to {max(ratios):.2f})",
                flush=True,
            )
    finally:
        model.Session.rollback()
        for one in made:
            act("dataset_purge", id=one["id"])
        act("organization_purge", id=office["id"])


if __name__ == "__main__":
    main()
