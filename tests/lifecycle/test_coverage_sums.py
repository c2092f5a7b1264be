"""What the database sums up is what counting item by item gives."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from ckan import model

from ckanext.sdi.lifecycle import coverage
from ckanext.sdi.lifecycle.coverage_sums import Summing, Sums
from ckanext.sdi.model import Edition, Item, ItemVersion
from tests.lifecycle.test_owed import ABOUT_2025, add_item, on, record, step
from tests.province import Province, make_dataset


def counted(tahun: int) -> dict[str | None, Sums]:
    """The same, item by item."""
    found: dict[str | None, Sums] = {}
    for item in coverage.covered(tahun):
        found.setdefault(item.organization_id, Sums()).add(item.far, item.lines)
    return found


def test_the_sums_are_those_of_the_items(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(monkeypatch, "2026-07-20")
    here, there = province.office["id"], province.other_office["id"]
    made = make_dataset(province)
    step(made["id"], "submitted", "2026-02-20T00:00:00", ABOUT_2025)
    record(add_item("Dibebaskan", "triwulanan"), "excused", "2025-01-01")
    kept = [add_item(f"Item {n}", "semesteran") for n in range(3)]
    dropped = add_item("Tidak lagi", "bulanan")
    (old,) = model.Session.scalars(sa.select(Edition))
    newer = Edition(level="provinsi", tahun=2026, title="2026", state="agreed", checksum="b")
    closed = Edition(level="provinsi", tahun=2026, title="lama", state="closed", checksum="c")
    city = Edition(level="kabkota", tahun=2026, title="kota", state="agreed", checksum="d")

    def name(edition: Edition, item_id: str, office: str | None, schedule: str, row: int) -> None:
        model.Session.add(
            ItemVersion(
                edition=edition,
                item_id=item_id,
                row_number=row,
                nama_data="x",
                organization_id=office,
                jadwal_pemutakhiran=schedule,
            )
        )

    # One moved, one of another schedule, one as it was; one of nobody, one of a city.
    for row, (item_id, office, schedule) in enumerate(
        zip(kept, (there, here, here), ("semesteran", "bulanan", "semesteran"), strict=True)
    ):
        name(newer, item_id, office, schedule, row)
    name(closed, kept[0], here, "bulanan", 1)
    for key, edition, office in (("nobody", newer, None), ("city", city, here)):
        item = Item(level=edition.level, key=key)
        model.Session.add_all([edition, item])
        model.Session.flush()
        name(edition, item.id, office, "bulanan", 9)
    model.Session.commit()
    summing = Summing()
    for tahun in (2025, 2026, 2030):
        sums = summing.by_office(tahun)
        assert sums == counted(tahun), tahun
        items = coverage.covered(tahun)
        found = summing.items(tahun, {item.organization_id for item in items}, most=None)
        assert {item.item_id: (item.organization_id, item.far, item.timely) for item in found} == {
            item.item_id: (item.organization_id, item.far, item.timely) for item in items
        }
    assert dropped not in {item.item_id for item in coverage.covered(2026)}
    assert summing.by_office(2025)[here].late > 0
    # Of what nothing is there of, so many are enough.
    few = summing.items(2025, {here}, most=1)
    assert len(few) == 3, "one of those, what has a dataset, and what is excused"
    assert old.state == "agreed"
