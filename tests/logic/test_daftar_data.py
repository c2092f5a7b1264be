"""The actions on the Forum's list, in a real database."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import factories

from ckanext.sdi.daftar_data import store
from ckanext.sdi.model import DatasetState, Edition, Item, ItemVersion
from tests.daftar_data.lists import DDP_EXCERPT, as_csv, as_xlsx, records, regional, rows
from tests.province import TABLE_SCHEMA, Province, complete_metadata

pytestmark = pytest.mark.usefixtures("province")


def counted(*tables: Any) -> list[int]:
    model.Session.expire_all()
    count = sa.select(sa.func.count())
    return [model.Session.scalar(count.select_from(table)) or 0 for table in tables]


def everything() -> list[int]:
    return counted(Edition, Item, ItemVersion)


def imported(province: Province, content: bytes, **options: Any) -> dict[str, Any]:
    upload = FileStorage(io.BytesIO(content), "daftar.csv")
    return province.act("koordinator", "sdi_daftar_data_import", upload=upload, **options)


def agreed(province: Province, content: bytes, **options: Any) -> dict[str, Any]:
    edition = imported(province, content, **options)["edition"]
    return province.act("koordinator", "sdi_daftar_data_edition_agree", id=edition["id"])


def excerpt() -> bytes:
    if not DDP_EXCERPT.exists():
        pytest.skip(f"the sample file {DDP_EXCERPT.name} is not here")
    return DDP_EXCERPT.read_bytes()


def found(province: Province, role: str | None = None, **asked: Any) -> list[str]:
    context: Any = {"user": province.users[role]["name"] if role else ""}
    results = tk.get_action("sdi_daftar_data_search")(context, asked)
    assert results["count"] >= len(results["results"])
    return [item["id_ddd"] or item["id_ddp"] for item in results["results"]]


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


# Reading


def test_search_by_every_filter(province: Province) -> None:
    agreed(province, excerpt(), tahun="2026")
    agreed(
        province,
        regional(
            {"Nama Data": "Jumlah Sekolah 100%", "Produsen Data": "Dinas Uji Coba"},
            {"Nama Data": "Peta Jalan", "Jenis Data": "Geospasial", "ID DDP": "-"},
            {"Nama Data": "Jumlah Guru", "ID DDP": ""},
        ),
    )
    assert found(province, level="provinsi") == ["64.001", "64.002", "64.003"]
    assert found(province, q="jumlah guru") == ["64.003"]
    assert found(province, q="100%") == ["64.001"]
    assert found(province, q="_umlah guru") == []
    assert found(province, q="64.002") == ["64.002"]
    assert found(province, organization="dinas-uji") == ["64.001"]
    assert found(province, status="tidak_mengacu") == ["64.002"]
    assert found(province, status="belum_dicek") == ["64.003"]
    assert found(province, jenis_data="geospasial") == ["64.002"]
    assert found(province, produsen="kehutanan") == ["07.03.026"]
    assert found(province, tahun="2025", level="provinsi") == ["DDD-001"]
    assert "06.01.001" not in found(province, tahun="2025", limit=100)
    assert "06.01.001" in found(province, tahun="2029", limit=100)
    assert len(found(province, limit=5)) == 5
    assert found(province, level="provinsi", limit=1, offset=1) == ["64.002"]
    assert found(province, q="tidak ada di mana pun") == []


WRONG_FILTERS = [
    {"status": "selesai"},
    {"tahun": "kini"},
    {"level": "desa"},
    {"jenis_data": "lain"},
    {"organization": "tak-ada"},
    {"q": "x" * 201},
    {"q": ["a"]},
    {"limit": "-1"},
    {"offset": "x"},
    {"q": "a\x00b"},
]


def test_a_filter_that_is_none(province: Province) -> None:
    for asked in WRONG_FILTERS:
        with pytest.raises(tk.ValidationError):
            tk.get_action("sdi_daftar_data_search")({"user": ""}, asked)


def test_reads_answer_get_without_login(province: Province, app: Any) -> None:
    edition = agreed(province, regional({}))
    paths = [
        "sdi_daftar_data_search?q=contoh",
        "sdi_daftar_data_edition_list",
        "sdi_daftar_data_show?id=64.001",
        f"sdi_daftar_data_diff?from={province.edition_id}&to={edition['id']}",
        "sdi_daftar_data_status",
    ]
    for path in paths:
        assert app.get(f"/api/3/action/{path}").json["success"]
    for path in ("sdi_daftar_data_show?id=tak-ada", "sdi_daftar_data_search?edition=x"):
        assert app.get(f"/api/3/action/{path}", status=404)
    for path in ("sdi_daftar_data_show", "sdi_daftar_data_diff", "sdi_daftar_data_search?tahun=x"):
        assert app.get(f"/api/3/action/{path}", status=409).json["error"]


def test_a_refused_upload_by_the_api(province: Province, app: Any) -> None:
    answer = app.post(
        "/api/3/action/sdi_daftar_data_import",
        headers=province.headers("koordinator"),
        data={"upload": (io.BytesIO(regional({"Satuan": "x" * 501})), "daftar.csv")},
        status=409,
    )
    (finding,) = answer.json["error"]["findings"]
    assert (finding["row"], finding["column"], finding["cell"]) == (1, "Satuan", "M7")
    assert finding["principle"] == "daftar_data"
    assert everything() == [1, 1, 1]


def test_the_difference_and_the_status(province: Province) -> None:
    first = agreed(province, regional({"Produsen Data": "Dinas Uji Coba"}, {"ID DDP": "-"}))
    second = agreed(
        province, regional({"Produsen Data": "Dinas Uji Coba", "Satuan": "orang"}, tahun=2026)
    )
    asked = {"from": first["id"], "to": second["id"]}
    result = tk.get_action("sdi_daftar_data_diff")({"user": ""}, asked)
    assert result["counts"] == {
        "new": 0,
        "gone": 1,
        "changed": 1,
        "unchanged": 0,
        "moved": 0,
        "lowered": 0,
    }
    assert result["changed"][0]["fields"] == {"satuan": ["persen", "orang"]}
    status = tk.get_action("sdi_daftar_data_status")({"user": ""}, {})
    assert status["results"] == [
        {
            "organization": {
                "id": province.office["id"],
                "name": "dinas-uji",
                "title": "Dinas Uji Coba",
            },
            "asked": 1,
            "belum_dicek": 0,
            "mengacu": 1,
            "tidak_mengacu": 0,
            "with_dataset": 0,
            "published": 0,
        }
    ]


def test_an_item_shows_the_centres_item_it_refers_to(province: Province) -> None:
    agreed(province, excerpt(), tahun="2026")
    result = imported(province, regional({}, {"ID DDP": "99.99.999"}))
    assert ("daftar_data_list.ddp_unknown", 2) in [
        (f["rule"], f["row"]) for f in result["findings"]
    ]
    province.act("koordinator", "sdi_daftar_data_edition_agree", id=result["edition"]["id"])
    show = tk.get_action("sdi_daftar_data_show")
    item = show({"user": ""}, {"id": "64.001"})
    assert item["centre"]["nama_data"] == "Angka Anak Tidak Sekolah"
    assert show({"user": ""}, {"id": "64.002"})["centre"] is None


# Corrections


def test_an_item_is_taken_out_of_belum_dicek(province: Province) -> None:
    agreed(province, regional({"ID DDP": ""}))
    result = province.act(
        "koordinator", "sdi_daftar_data_item_update", id="64.001", status="tidak_mengacu"
    )
    assert result["status"] == "tidak_mengacu"
    assert result["changed"] == ["status"]
    (entry,) = result["corrections"]
    assert entry["by"] == province.users["koordinator"]["id"]
    assert (entry["before"], entry["after"]) == ("belum_dicek", "tidak_mengacu")
    result = province.act(
        "walidata", "sdi_daftar_data_item_update", id="64.001", id_ddp="06.01.001"
    )
    assert (result["status"], result["id_ddp"]) == ("mengacu", "06.01.001")
    public = tk.get_action("sdi_daftar_data_show")({"user": ""}, {"id": "64.001"})
    assert len(public["corrections"]) == 3
    assert all("by" not in entry for entry in public["corrections"])
    assert public["extra"] == {}


def test_the_column_standard_and_the_office_are_set_and_taken_away(province: Province) -> None:
    agreed(province, regional({}))
    update = "sdi_daftar_data_item_update"
    result = province.act(
        "koordinator", update, id="64.001", table_schema=TABLE_SCHEMA, organization="dinas-lain"
    )
    assert result["table_schema"] == TABLE_SCHEMA
    assert result["organization"]["name"] == "dinas-lain"
    assert result["changed"] == ["table_schema", "organization_id"]
    result = province.act("koordinator", update, id="64.001", table_schema="")
    assert result["table_schema"] is None


WRONG_CORRECTIONS = [
    {},
    {"status": "mungkin"},
    {"status": "mengacu"},
    {"status": "tidak_mengacu", "id_ddp": "06.01.001"},
    {"status": "mengacu", "id_ddp": "belum ada"},
    {"table_schema": "{"},
    {"table_schema": {"fields": "x"}},
    {"organization": "tak-ada"},
]


def test_corrections_that_are_none(province: Province) -> None:
    agreed(province, regional({"ID DDP": ""}))
    for change in WRONG_CORRECTIONS:
        with pytest.raises(tk.ValidationError):
            province.act("koordinator", "sdi_daftar_data_item_update", id="64.001", **change)
    item = tk.get_action("sdi_daftar_data_show")({"user": ""}, {"id": "64.001"})
    assert item["corrections"] == []
    assert item["status"] == "belum_dicek"


def test_an_item_of_the_centre_and_one_in_a_closed_edition_stay(province: Province) -> None:
    closed = agreed(province, regional({}))
    agreed(province, regional({}, {}))
    update = "sdi_daftar_data_item_update"
    with pytest.raises(tk.ValidationError):
        province.act(
            "koordinator", update, id="64.001", edition=closed["id"], status="tidak_mengacu"
        )
    agreed(province, excerpt(), tahun="2026")
    with pytest.raises(tk.ValidationError):
        province.act("koordinator", update, id="06.01.001", status="tidak_mengacu")


def test_an_unknown_ddp_id_is_a_warning(province: Province) -> None:
    agreed(province, excerpt(), tahun="2026")
    agreed(province, regional({}))
    result = province.act(
        "koordinator", "sdi_daftar_data_item_update", id="64.001", id_ddp="99.99.999"
    )
    assert result["findings"][0]["rule"] == "daftar_data_list.ddp_unknown"
    assert result["findings"][0]["severity"] == "warning"


def test_the_datasets_of_an_item_are_judged_anew(province: Province) -> None:
    def findings() -> set[str]:
        asked = {"id": dataset["id"]}
        judged = province.act("produsen", "sdi_dataset_conformity", **asked)
        return {found["rule"] for found in judged["findings"]}

    def kept() -> dict[str, Any]:
        model.Session.expire_all()
        row = model.Session.get(DatasetState, dataset["id"])
        assert row is not None
        return row.conformity["principles"]

    dataset = province.act("produsen", "package_create", **complete_metadata(province))
    assert "daftar_data.belum_dicek" not in findings()
    update = "sdi_daftar_data_item_update"
    province.act("koordinator", update, id=province.item_id, status="belum_dicek")
    assert "daftar_data.belum_dicek" in findings()
    assert kept()["daftar_data"] == "error"
    province.act("koordinator", update, id=province.item_id, id_ddp="06.01.001")
    assert "daftar_data.belum_dicek" not in findings()
    assert kept()["daftar_data"] != "error"
