"""The actions on the Forum's list, in a real database."""

from __future__ import annotations

import datetime
import io
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import factories

from ckanext.sdi.daftar_data import store
from ckanext.sdi.daftar_data.table import MAX_BYTES
from ckanext.sdi.model import Edition, ItemVersion, base
from tests.daftar_data.acting import agreed, everything, excerpt, found, imported
from tests.daftar_data.lists import as_csv, as_xlsx, records, regional, rows
from tests.province import TABLE_SCHEMA, Province

pytestmark = pytest.mark.usefixtures("province")


# Importing


def test_a_list_lands_as_a_draft_edition_with_its_items(province: Province) -> None:
    result = imported(
        province,
        regional(
            {"Produsen Data": "DINAS UJI  COBA"},
            {"Produsen Data": "dinas-lain", "ID DDP": "-"},
            {"Produsen Data": "Dinas Tak Ada", "ID DDP": ""},
        ),
    )
    assert result["outcome"] == "imported"
    assert result["edition"]["state"] == "draft"
    assert result["edition"]["tahun"] == 2026
    assert result["edition"]["source"] == "daftar.csv"
    assert [(f["rule"], f["row"]) for f in result["findings"]] == [
        ("daftar_data_list.producer_unknown", 3)
    ]
    versions = model.Session.scalars(
        sa.select(ItemVersion)
        .where(ItemVersion.edition_id == result["edition"]["id"])
        .order_by(ItemVersion.row_number)
    ).all()
    assert [v.organization_id for v in versions] == [
        province.office["id"],
        province.other_office["id"],
        None,
    ]
    assert [v.status for v in versions] == ["mengacu", "tidak_mengacu", "belum_dicek"]
    assert versions[0].item.key == "64.001"


def test_where_a_producer_stands_is_told_once(province: Province) -> None:
    result = imported(province, regional({"Produsen Data": "Dinas Tak Ada"}))
    assert [found["message"].count("J7") for found in result["findings"]] == [1]


def test_an_edition_under_a_hundred_others_is_found(province: Province, app: Any) -> None:
    first = imported(province, regional({}, {}))["edition"]
    model.Session.add_all(
        Edition(level="provinsi", tahun=2090, title=f"Lain {n}", checksum="uji") for n in range(101)
    )
    model.Session.commit()
    asked = {"id": first["id"]}
    assert province.act("koordinator", "sdi_daftar_data_edition_list", **asked)["count"] == 1
    headers = province.headers("koordinator")
    page = app.get(f"/sdi/daftar-data/edisi/{first['id']}", headers=headers)
    assert first["title"] in page.body
    assert first["id"] in app.get("/sdi/daftar-data", headers=headers).body
    assert tk.get_action("sdi_daftar_data_edition_list")({"user": ""}, asked)["count"] == 0


def test_the_real_list_of_the_centre(province: Province) -> None:
    result = imported(province, excerpt(), tahun="2026")
    assert result["edition"]["level"] == "pusat"
    assert (result["rows"], result["findings"]) == (11, [])
    assert result["difference"]["counts"]["new"] == 11


def test_the_same_file_again_changes_nothing(province: Province) -> None:
    first = imported(province, regional({}, {}))
    before = everything()
    second = imported(province, regional({}, {}))
    assert second["outcome"] == "unchanged"
    assert second["edition"]["id"] == first["edition"]["id"]
    assert everything() == before
    province.act("koordinator", "sdi_daftar_data_edition_agree", id=first["edition"]["id"])
    assert imported(province, regional({}, {}))["outcome"] == "unchanged"
    assert everything() == before


def test_editions_of_a_year_are_told_apart_by_their_titles(province: Province) -> None:
    lists = [regional({"Nama Data": f"Data {number}"}) for number in range(3)]
    titles = [imported(province, content)["edition"]["title"] for content in lists]
    first = titles[0]
    assert titles == [first, f"{first} (2)", f"{first} (3)"]
    given = [
        imported(province, regional({"Nama Data": name}), title="100% 1_baru")["edition"]["title"]
        for name in ("Satu", "Dua")
    ]
    assert given == ["100% 1_baru", "100% 1_baru (2)"]


def test_a_closed_list_can_come_back(province: Province) -> None:
    agreed(province, regional({}))
    agreed(province, regional({}, {}))
    assert imported(province, regional({}))["outcome"] == "imported"


FAULTY = [
    regional({}, {"Produsen Data": ""}),
    regional({}, {"ID DDD": "64.001"}),
    as_csv(records(rows(), columns=["ID DDD", "ID DDP", "Nama Data", "Satuan", "Definisi"])),
    b"<html><body>Masuk</body></html>",
    b"\x00\x01\x02",
    regional().decode().encode("utf-16"),
    b" ",
]


def test_one_fault_refuses_the_whole_file(province: Province) -> None:
    before = everything()
    for content in FAULTY:
        with pytest.raises(tk.ValidationError) as refused:
            imported(province, content)
        assert refused.value.error_dict["findings"]
        assert "message" in refused.value.error_dict
        assert everything() == before


def test_a_dry_run_writes_nothing(province: Province) -> None:
    before = everything()
    result = imported(province, regional({}), dry_run="true")
    assert result["outcome"] == "checked"
    assert result["edition"] is None
    assert result["difference"]["counts"]["new"] == 1
    assert everything() == before


WRONG_OPTIONS = [
    ("tahun", "besok"),
    ("tahun", "1900"),
    ("tahun", "9" * 5000),
    ("level", "desa"),
    ("title", "x" * 501),
    ("title", ["a"]),
]


def test_options_that_are_wrong(province: Province) -> None:
    for field, value in WRONG_OPTIONS:
        with pytest.raises(tk.ValidationError, match=field):
            imported(province, regional({}), **{field: value})
    assert everything() == [1, 1, 1]


def test_a_text_is_taken_in_and_nothing_is_refused(province: Province) -> None:
    text = regional({}).decode()
    act = province.act
    assert act("walidata", "sdi_daftar_data_import", content=text)["outcome"] == "imported"
    for nothing in ({}, {"content": ""}, {"content": 5}, {"upload": "daftar.csv"}):
        with pytest.raises(tk.ValidationError, match="upload"):
            act("walidata", "sdi_daftar_data_import", **nothing)


def test_what_a_client_makes_up_is_not_taken(province: Province) -> None:
    result = imported(province, regional({}), state="agreed", created_by="x", id="mine")
    edition = model.Session.get(Edition, result["edition"]["id"])
    assert edition is not None
    assert edition.state == "draft"
    assert edition.created_by == province.users["koordinator"]["id"]


def test_a_workbook_and_the_column_standard_that_goes_along(province: Province) -> None:
    items = rows({"ID DDD": "DDD-001", "Produsen Data": "Dinas Uji Coba"})
    result = imported(province, as_xlsx({"Daftar": records(items)}))
    item = province.act(
        "koordinator",
        "sdi_daftar_data_show",
        id=province.item_id,
        edition=result["edition"]["id"],
    )
    assert item["id"] == province.item_id
    assert item["table_schema"] == TABLE_SCHEMA


class Endless(io.RawIOBase):
    """A workbook of 300 MB, made as it is read."""

    def __init__(self) -> None:
        self.read_so_far = 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "all of it was asked for"
        part = min(size, 300 * 2**20 - self.read_so_far)
        self.read_so_far += part
        return b"PK\x03\x04".ljust(part, b"x")[:part]


def test_a_file_of_300_mb_is_not_read_to_its_end(province: Province) -> None:
    stream: Any = Endless()
    with pytest.raises(tk.ValidationError) as refused:
        province.act(
            "koordinator", "sdi_daftar_data_import", upload=FileStorage(stream, "daftar.xlsx")
        )
    told: Any = refused.value.error_dict["findings"]
    assert [found["rule"] for found in told] == ["daftar_data_list.too_large"]
    assert stream.read_so_far == MAX_BYTES + 1


# Who may


def test_others_change_nothing(province: Province) -> None:
    writes = {
        "sdi_daftar_data_import": {"content": "x"},
        "sdi_daftar_data_edition_agree": {"id": "x"},
        "sdi_daftar_data_item_update": {"id": "x"},
    }
    for role in ("produsen", "pendukung", "pembina", "pengembang", None):
        for action, data in writes.items():
            context: Any = {"user": province.users[role]["name"] if role else ""}
            with pytest.raises(tk.NotAuthorized):
                tk.get_action(action)(context, dict(data))


def test_the_walidata_imports_and_the_koordinator_agrees(province: Province) -> None:
    edition = province.act("walidata", "sdi_daftar_data_import", content=regional({}).decode())[
        "edition"
    ]
    with pytest.raises(tk.NotAuthorized):
        province.act("walidata", "sdi_daftar_data_edition_agree", id=edition["id"])
    assert province.act("admin", "sdi_daftar_data_edition_agree", id=edition["id"])


def test_drafts_are_seen_by_who_works_on_them(province: Province) -> None:
    edition = imported(province, regional({}))["edition"]
    item = model.Session.scalar(
        sa.select(ItemVersion.item_id).where(ItemVersion.edition_id == edition["id"])
    )
    reads = [
        ("sdi_daftar_data_search", {"edition": edition["id"]}),
        ("sdi_daftar_data_show", {"id": item}),
        ("sdi_daftar_data_show", {"id": province.item_id, "edition": edition["id"]}),
        ("sdi_daftar_data_diff", {"from": province.edition_id, "to": edition["id"]}),
    ]
    for action, data in reads:
        for role in ("produsen", None):
            context: Any = {"user": province.users[role]["name"] if role else ""}
            with pytest.raises(tk.ObjectNotFound):
                tk.get_action(action)(context, data)
    assert found(province, "koordinator", edition=edition["id"]) == ["64.001"]
    assert found(province) == ["DDD-001"]
    listed = tk.get_action("sdi_daftar_data_edition_list")
    assert [e["state"] for e in listed({"user": ""}, {})["results"]] == ["agreed"]
    walidata: Any = {"user": province.users["walidata"]["name"]}
    assert {e["state"] for e in listed(walidata, {})["results"]} == {"draft", "agreed"}


# Agreeing


def test_an_agreed_edition_counts_and_closes_the_older_one(province: Province) -> None:
    first = agreed(province, regional({}))
    assert first["state"] == "agreed"
    assert first["closed"] == []
    assert found(province) == ["64.001"]
    second = agreed(province, regional({}, {}))
    assert second["closed"] == [first["id"]]
    old = model.Session.get(Edition, first["id"])
    assert old is not None
    assert old.state == "closed"
    assert found(province) == ["64.001", "64.002"]
    # The list of another year stays as it is.
    other = model.Session.get(Edition, province.edition_id)
    assert other is not None
    assert other.state == "agreed"
    with pytest.raises(tk.ValidationError):
        province.act("koordinator", "sdi_daftar_data_edition_agree", id=first["id"])


def test_agreeing_twice_is_agreeing_once(province: Province) -> None:
    edition = agreed(province, regional({}))
    again = province.act("koordinator", "sdi_daftar_data_edition_agree", id=edition["id"])
    assert again["agreed_at"] == edition["agreed_at"]
    with pytest.raises(tk.ObjectNotFound):
        province.act("koordinator", "sdi_daftar_data_edition_agree", id="none")


def test_a_producer_that_came_later_is_found_when_it_is_agreed(province: Province) -> None:
    edition = imported(province, regional({"Produsen Data": "Dinas Baru"}))["edition"]
    office: Any = factories.Organization(title="Dinas Baru")
    province.act("koordinator", "sdi_daftar_data_edition_agree", id=edition["id"])
    assert found(province, organization=office["name"]) == ["64.001"]


def test_the_short_name_of_an_office_is_one_of_its_names(province: Province) -> None:
    office: Any = factories.Organization(title="Dinas Kesehatan Uji", singkatan="Dinkes")
    agreed(province, regional({"Produsen Data": "DINKES"}))
    assert found(province, organization=office["id"]) == ["64.001"]


def test_an_item_keeps_its_identity_and_one_that_was_dropped_is_no_longer_current(
    province: Province,
) -> None:
    agreed(province, regional({}, {}))
    item = tk.get_action("sdi_daftar_data_show")({"user": ""}, {"id": "64.002"})
    assert item["current"]
    agreed(province, regional({}))
    again = tk.get_action("sdi_daftar_data_show")({"user": ""}, {"id": item["id"]})
    assert again["id"] == item["id"]
    assert not again["current"]
    assert store.current_version(item["id"]) is None
    assert [e["state"] for e in again["editions"]] == ["closed"]


@pytest.mark.ckan_config("ckan.display_timezone", "Asia/Makassar")
def test_a_list_holds_from_the_first_hour_of_its_year_here(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreed(province, regional({}))
    held = []
    for hour in (15, 16):
        moment = datetime.datetime.fromisoformat(f"2025-12-31T{hour}:30")
        monkeypatch.setattr(base, "now", lambda moment=moment: moment)
        edition = store.edition_in_force("provinsi")
        held.append(edition and edition.tahun)
    assert held == [2025, 2026]
