"""What the tables hold becomes what an office owes, and its tasks in their order."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import factories

from ckanext.sdi.lifecycle import owed
from ckanext.sdi.model import (
    DatasetState,
    Edition,
    Item,
    ItemVersion,
    RecordedObligation,
    Transition,
)
from tests.province import Province, make_dataset, published_dataset, ready_dataset


def on(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    """Let it be a day."""
    monkeypatch.setattr(owed, "today", lambda: dt.date.fromisoformat(day))


def lines(province: Province, office: str | None = None) -> list[str]:
    found = owed.accounts([office or province.office["id"]])
    return [
        f"{line.expectation.period.first.year} {line.timeliness.kind} {line.state or '-'}"
        for account in found
        for line in account.lines
    ]


def step(package_id: str, state: str, at: str, about: list[list[str]] | None = None) -> None:
    """Write that a dataset came into a state at a moment (UTC)."""
    row = model.Session.get(DatasetState, package_id)
    assert row is not None
    moment = dt.datetime.fromisoformat(at)
    made = Transition(
        package_id=package_id, action="x", from_state=row.state, to_state=state, at=moment
    )
    made.about = about
    row.state = state
    model.Session.add(made)
    model.Session.commit()


ABOUT_2025 = [["2025-01-01", "2025-12-31"]]


def test_a_hand_in_notes_what_it_is_about(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ready_dataset(province)
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    (about,) = model.Session.scalars(sa.select(Transition.about))
    assert about == ABOUT_2025
    on(monkeypatch, "2026-02-20")
    (late,) = [line for line in lines(province) if line.startswith("2025")]
    assert late == "2025 given_late submitted"
    # What the metadata says afterwards changes nothing of what was handed in.
    province.act("walidata", "sdi_dataset_return", id=made["id"], reason="Salah tahun.")
    assert "2025 late returned" in lines(province)


def test_the_days_of_the_history_are_the_portals(
    province: Province, monkeypatch: pytest.MonkeyPatch, ckan_config: Any
) -> None:
    made = make_dataset(province)
    on(monkeypatch, "2026-03-01")
    ckan_config["ckan.display_timezone"] = "Asia/Jayapura"
    step(made["id"], "submitted", "2026-01-30T14:59:59", ABOUT_2025)
    assert "2025 in_time submitted" in lines(province)
    model.Session.execute(
        sa.update(Transition).values(at=dt.datetime.fromisoformat("2026-01-30T15:00:00"))
    )
    assert "2025 given_late submitted" in lines(province)
    ckan_config["ckan.display_timezone"] = "Asia/Makassar"
    assert "2025 in_time submitted" in lines(province)


def add_item(name: str, schedule: str) -> str:
    """Another item of the province's list and office."""
    first = model.Session.scalars(sa.select(ItemVersion)).first()
    assert first is not None
    item = Item(level="provinsi", key=name)
    model.Session.add(item)
    model.Session.flush()
    version = ItemVersion(
        edition_id=first.edition_id,
        item_id=item.id,
        row_number=2,
        id_ddd=name,
        status="tidak_mengacu",
        nama_data=name,
        organization_id=first.organization_id,
        jadwal_pemutakhiran=schedule,
    )
    model.Session.add(version)
    model.Session.commit()
    return item.id


def record(item_id: str, kind: str, first: str, **more: Any) -> None:
    row = RecordedObligation(
        item_id=item_id, kind=kind, first=dt.date.fromisoformat(first), reason="SK 7/2026", **more
    )
    model.Session.add(row)
    model.Session.commit()


def test_tasks_come_in_the_order_of_their_urgency(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(monkeypatch, "2026-07-14")
    half, quarter = add_item("Setengah tahun", "semesteran"), add_item("Triwulan", "triwulanan")
    never = add_item("Bila ada", "insidental")
    record(quarter, "excused", "2025-01-01", last=dt.date(2026, 3, 31))
    made = make_dataset(province)
    step(made["id"], "submitted", "2026-01-10T00:00:00", ABOUT_2025)
    step(made["id"], "returned", "2026-07-13T00:00:00")
    found = province.act("produsen", "sdi_task_list")
    told = [(task["item"]["id"], task["owed"] or {}) for task in found["results"]]
    assert [(item, owes.get("period"), owes.get("timing")) for item, owes in told] == [
        (province.item_id, "2025", "due"),
        (half, "2025-S1", "late"),
        (half, "2025-S2", "late"),
        (quarter, "2026-Q2", "due"),
        (half, "2026-S1", "due"),
        (never, None, None),
    ]
    assert found["timings"] == {"late": 2, "due": 3}
    assert found["counts"] == {"returned": 1, "not_begun": 5}
    assert told[0][1]["due"] == "2026-08-02"
    only = province.act("produsen", "sdi_task_list", timing="late", q="SETENGAH")
    assert [task["owed"]["days_late"] for task in only["results"]] == [349, 165]
    assert (only["count"], only["timings"]) == (2, {"late": 2, "due": 1})


def test_another_office_owes_by_a_decree_until_it_ends(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(monkeypatch, "2026-04-01")
    other = province.other_office["id"]
    assert lines(province, other) == []
    ends = {"organization_id": other, "last": dt.date(2025, 12, 31), "grace": 100}
    record(province.item_id, "owed", "2025-06-01", **ends)
    assert lines(province, other) == ["2025 due -"]
    (task,) = province.act("produsen_lain", "sdi_task_list")["results"]
    assert (task["owed"]["due"], task["owed"]["why"]) == ("2026-04-10", "SK 7/2026")
    assert lines(province) == ["2025 late -", "2026 running -"]


def test_an_item_that_a_newer_list_dropped_keeps_its_past(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(monkeypatch, "2026-04-01")
    newer = Edition(level="provinsi", tahun=2026, title="2026", state="agreed", checksum="b")
    model.Session.add(newer)
    model.Session.commit()
    assert lines(province) == ["2025 late -"]
    (task,) = province.act("produsen", "sdi_task_list")["results"]
    assert task["owed"]["period"] == "2025"


def test_an_office_whose_portal_does_not_answer_is_not_late(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(monkeypatch, "2026-03-01")
    source = factories.Dataset(type="dataset", owner_org=province.office["id"])
    for number, (day, error) in enumerate([("10", False), ("20", True), ("25", True)]):
        model.Session.execute(
            sa.text(
                "INSERT INTO harvest_job (id, created, source_id, status)"
                " VALUES (:id, :created, :source, 'Finished')"
            ),
            {"id": str(number), "created": f"2026-01-{day}", "source": _source(source["id"])},
        )
        if error:
            model.Session.execute(
                sa.text(
                    "INSERT INTO harvest_gather_error (id, harvest_job_id, created)"
                    " VALUES (:id, :id, now())"
                ),
                {"id": str(number)},
            )
    model.Session.commit()
    assert lines(province)[0] == "2025 unreachable -"
    assert lines(province, province.other_office["id"]) == []
    model.Session.execute(sa.text("DELETE FROM harvest_gather_error WHERE id = '2'"))
    # Reached again after five days, which are given back.
    on(monkeypatch, "2026-02-04")
    assert lines(province)[0] == "2025 due -"
    on(monkeypatch, "2026-02-05")
    assert lines(province)[0] == "2025 late -"
    # A source that is harvested no more keeps the days that it had, and adds none.
    model.Session.execute(sa.text("UPDATE harvest_source SET active = false"))
    assert lines(province)[0] == "2025 late -"
    on(monkeypatch, "2026-02-04")
    assert lines(province)[0] == "2025 due -"
    model.Session.execute(sa.text("DELETE FROM harvest_job WHERE id = '2'"))
    on(monkeypatch, "2026-01-31")
    assert lines(province)[0] == "2025 due -"
    on(monkeypatch, "2026-02-01")
    assert lines(province)[0] == "2025 late -"


def _source(package_id: str) -> str:
    known = model.Session.scalar(
        sa.text("SELECT id FROM harvest_source WHERE id = :id"), {"id": package_id}
    )
    if known is None:
        model.Session.execute(
            sa.text(
                "INSERT INTO harvest_source (id, url, type, active)"
                " VALUES (:id, 'https://opd.example', 'sdi_portal', true)"
            ),
            {"id": package_id},
        )
    return package_id


def test_the_walidata_sees_what_a_list_leaves_without_a_base(province: Province) -> None:
    made = published_dataset(province)

    def waiting() -> dict[str, int]:
        found = province.act("walidata", "sdi_task_list")
        assert [task["dataset"]["id"] for task in found["results"]] == [made["id"]] * found["count"]
        return found["counts"]

    assert waiting() == {}
    version = model.Session.scalars(sa.select(ItemVersion)).one()
    version.klasifikasi_risiko = "tertutup"
    model.Session.commit()
    assert waiting() == {"turned_tertutup": 1}
    year = version.edition.tahun + 1
    newer = Edition(level="provinsi", tahun=year, title="b", state="agreed", checksum="b")
    model.Session.add(newer)
    model.Session.commit()
    assert waiting() == {"without_base": 1}
    # It stands published, for everybody, until a person decides.
    shown = tk.get_action("package_show")({"user": ""}, {"id": made["id"]})
    assert (shown["private"], shown["sdi"]["state"]) == (False, "published")
    assert province.act("pembina", "sdi_task_list")["count"] == 0
