"""Items that move, are dropped, or are owed by a decree; data from before it was noted when."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from ckan import model

from ckanext.sdi.lifecycle import owed
from ckanext.sdi.model import DatasetState, Edition, Item, ItemVersion, Transition
from tests.lifecycle.test_owed import ABOUT_2025, add_item, lines, on, record, step
from tests.province import Province, make_dataset


def edition(tahun: int, agreed: str, *named: tuple[str, str | None, str], **more: Any) -> Edition:
    """Another list of the province, that was agreed to on a day and names some items."""
    made = Edition(level="provinsi", tahun=tahun, title=str(tahun), state="agreed", checksum=agreed)
    made.agreed_at = dt.datetime.fromisoformat(agreed)
    for name, value in more.items():
        setattr(made, name, value)
    model.Session.add(made)
    model.Session.flush()
    for row, (item_id, office, schedule) in enumerate(named, 1):
        said = {"row_number": row, "status": "tidak_mengacu", "nama_data": f"Data {row}"}
        version = ItemVersion(edition_id=made.id, item_id=item_id, organization_id=office, **said)
        version.jadwal_pemutakhiran = schedule
        model.Session.add(version)
    model.Session.commit()
    return made


def agreed_early() -> None:
    """Let the province's list be one that was agreed to before its year."""
    model.Session.scalars(sa.select(Edition)).one().agreed_at = dt.datetime.fromisoformat(
        "2024-12-20"
    )


def test_an_item_that_moved_to_another_office(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each owes the periods that ended while the list named it; what was delivered stays so."""
    here, there = province.office["id"], province.other_office["id"]
    agreed_early()
    item_id = add_item("Pindah", "semesteran")
    edition(2026, "2026-07-10", (item_id, there, "semesteran"))
    made = make_dataset(province, daftar_data_item=item_id)
    step(made["id"], "submitted", "2026-07-05T00:00:00", [["2026-01-01", "2026-06-30"]])
    on(monkeypatch, "2026-08-01")

    def semesters(office: str) -> list[str]:
        (found,) = [a for a in owed.accounts([office]) if a.item_id == item_id]
        return [
            f"{line.expectation.period.first} {line.timeliness.kind} {line.state or '-'}"
            for line in found.lines
        ]

    old = ["2025-01-01 late -", "2025-07-01 late -", "2026-01-01 in_time submitted"]
    assert semesters(here) == old
    assert semesters(there) == ["2026-07-01 running -"]
    # The dataset goes along with the item: what the old office owed of it is there.
    model.Session.execute(
        sa.text("UPDATE package SET owner_org = :office WHERE id = :id"),
        {"office": there, "id": made["id"]},
    )
    assert semesters(here) == old
    # A correction says that it was the other office's from the beginning: it is not late with
    # what the first one has delivered.
    model.Session.execute(
        sa.text("UPDATE package SET owner_org = :office WHERE id = :id"),
        {"office": here, "id": made["id"]},
    )
    model.Session.execute(
        sa.update(ItemVersion).where(ItemVersion.item_id == item_id).values(organization_id=there)
    )
    model.Session.commit()
    assert semesters(there) == [*old, "2026-07-01 running -"]
    # Who owes the period itself gives nothing for another: each delivers its own.
    record(item_id, "owed", "2026-01-01", organization_id=here, last=dt.date(2026, 6, 30))
    assert semesters(here) == old[2:]
    assert semesters(there)[2] == "2026-01-01 late -"


def test_a_dropped_item_is_no_task(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed_early()
    kept, dropped = add_item("Bila ada", "insidental"), add_item("Tidak lagi", "insidental")
    edition(2026, "2025-12-20", (kept, province.office["id"], "insidental"))
    on(monkeypatch, "2026-04-01")
    tasks = province.act("produsen", "sdi_task_list")["results"]
    shown = {task["item"]["id"] for task in tasks}
    assert (kept in shown, dropped in shown, province.item_id in shown) == (True, False, True)


def test_a_decree_on_an_item_that_is_nobodys(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a schedule of its own it has that of the list, as it changes."""
    other = province.other_office["id"]
    agreed_early()
    item_id = add_item("Tanpa OPD", "semesteran")
    edition(2026, "2025-12-20", (item_id, None, "triwulanan"))
    model.Session.execute(
        sa.update(ItemVersion).where(ItemVersion.item_id == item_id).values(organization_id=None)
    )
    record(item_id, "owed", "2025-01-01", organization_id=other)
    on(monkeypatch, "2026-04-16")
    (found,) = owed.accounts([other])
    assert [
        (line.expectation.period.first.isoformat(), line.timeliness.kind) for line in found.lines
    ] == [
        ("2025-01-01", "late"),
        ("2025-07-01", "late"),
        ("2026-01-01", "late"),
        ("2026-04-01", "running"),
    ]


def test_a_decree_on_what_no_list_has_yet(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It counts from when a list that has the item is agreed to, and breaks nothing before."""
    on(monkeypatch, "2026-04-01")
    item = Item(level="provinsi", key="usul")
    model.Session.add(item)
    model.Session.flush()
    proposed = edition(2026, "2026-03-01", (item.id, None, "triwulanan"), state="draft")
    other = province.other_office["id"]
    record(item.id, "owed", "2026-01-01", organization_id=other, schedule="bulanan")
    assert owed.accounts([other]) == []
    assert province.act("produsen_lain", "sdi_task_list")["count"] == 0
    found = province.act("koordinator", "sdi_expectation_list", organization=other)
    assert found["count"] == 0
    proposed.state = "agreed"
    model.Session.commit()
    assert len(province.act("produsen_lain", "sdi_task_list")["results"]) == 3
    model.Session.execute(sa.delete(Edition).where(Edition.id == proposed.id))
    model.Session.commit()
    assert province.act("produsen_lain", "sdi_task_list")["count"] == 0


def test_what_was_there_before_the_portal_noted_when(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An adopted dataset is in time; handed in again it is so still; taken away it is not."""
    on(monkeypatch, "2026-06-01")
    made = make_dataset(province)
    row = model.Session.get(DatasetState, made["id"])
    assert row is not None
    row.state, row.adopted = "published", True
    model.Session.commit()
    assert lines(province)[0] == "2025 in_time published"
    step(made["id"], "submitted", "2026-05-20T00:00:00", ABOUT_2025)
    row.adopted = False
    model.Session.commit()
    assert lines(province)[0] == "2025 in_time submitted"
    step(made["id"], "returned", "2026-05-25T00:00:00")
    # Thirty days are left from the day on which it came back.
    assert lines(province)[0] == "2025 due returned"
    on(monkeypatch, "2026-06-24")
    assert lines(province)[0] == "2025 late returned"
    model.Session.execute(sa.delete(Transition))
    row.state, row.adopted = "published", False
    step(made["id"], "withdrawn", "2026-05-25T00:00:00")
    assert lines(province)[0] == "2025 late withdrawn"
    on(monkeypatch, "2026-06-23")
    assert lines(province)[0] == "2025 due withdrawn"
