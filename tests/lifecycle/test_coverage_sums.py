"""What the database sums up is what counting item by item gives."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from ckan import model

from ckanext.sdi.lifecycle import coverage
from ckanext.sdi.lifecycle.coverage import Covered
from ckanext.sdi.lifecycle.coverage_sums import Summing, Sums
from ckanext.sdi.model import Edition, Item, ItemVersion
from tests.lifecycle.test_owed import ABOUT_2025, add_item, on, record, step
from tests.province import Province, make_dataset


def counted(tahun: int) -> dict[str | None, Sums]:
    """The same, item by item."""
    found: dict[str | None, Sums] = {}
    for item in coverage.covered(tahun):
        found.setdefault(item.organization_id, Sums()).add_item(item)
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
    # What the list before named stays of the year, up to the day on which another was agreed to.
    for edition, day in ((old, "2025-01-03"), (closed, "2026-03-10"), (newer, "2026-03-15")):
        edition.agreed_at = dt.datetime.fromisoformat(day)
    model.Session.commit()
    summing = Summing()
    for tahun in (2025, 2026, 2030):
        sums = summing.by_office(tahun)
        assert sums == counted(tahun), tahun
        items = coverage.covered(tahun)
        found = summing.items(tahun)
        assert sorted(map(told, found)) == sorted(map(told, items))
        assert sorted(map(told, summing.items(tahun, {here, None}))) == sorted(
            told(item) for item in items if item.organization_id in {here, None}
        )
    in_2026 = {(item.item_id, item.organization_id): item for item in coverage.covered(2026)}
    besides = in_2026[dropped, here]
    timely = [line.timeliness.kind for line in besides.lines]
    assert (besides.listed, timely) == (False, ["late", "late"]), "January and February"
    assert in_2026[kept[0], there].listed
    assert summing.by_office(2025)[here].late > 0
    # Of what nothing is there of, so many are enough.
    few = summing.first_listed(2025, {here}, most=1)
    assert len(few) == 3, "one of those, what has a dataset, and what is excused"
    assert old.state == "agreed"


def told(item: Covered) -> tuple[Any, ...]:
    """What is known of an item; which edition's words are shown of what is in no list is free."""
    names = (item.version_id, item.row_number) if item.listed else ()
    key = (item.item_id, item.organization_id or "", item.listed, item.far, item.timely)
    return (*key, len(item.lines), *names)


def test_a_hundred_lists_are_one_query_more_than_none(province: Province) -> None:
    """What other editions say is not joined edition by edition."""

    def asked() -> list[str]:
        found: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            found.append(statement)

        engine = model.Session.get_bind()
        event.listen(engine, "before_cursor_execute", note)
        try:
            Summing().by_office(2025)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return found

    before = asked()
    item = model.Session.scalars(sa.select(ItemVersion)).one()
    for tahun in range(1990, 2024):
        edition = Edition(
            level="provinsi", tahun=tahun, title="x", state="closed", checksum=str(tahun)
        )
        model.Session.add(edition)
        model.Session.add(
            ItemVersion(edition=edition, item_id=item.item_id, row_number=1, nama_data="x")
        )
    model.Session.commit()
    after = asked()
    assert len(after) == len(before)
    joins = [statement.count("JOIN") for statement in after]
    assert joins == [statement.count("JOIN") for statement in before]
