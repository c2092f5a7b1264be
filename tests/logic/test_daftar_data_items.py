"""Reading and correcting the items of the Forum's list, in a real database."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import factories

from ckanext.sdi.model import DatasetState, ItemVersion
from tests.daftar_data.acting import agreed, everything, excerpt, found, imported
from tests.daftar_data.lists import regional
from tests.province import TABLE_SCHEMA, Province, complete_metadata

pytestmark = pytest.mark.usefixtures("province")


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


def test_words_are_found_by_their_beginnings_else_within_others(province: Province) -> None:
    long = "x" * 3000
    agreed(
        province,
        regional(
            {"Nama Data": "Sehat (DBD/TB)", "Definisi": "Angka 'penduduk' \\ per-desa."},
            {"Nama Data": "Kesehatan", "Definisi": f"Kata {long} panjang"},
        ),
    )
    assert found(province, q="dbd pend") == ["64.001"]
    assert found(province, q="dbd/t") == ["64.001"]
    assert found(province, q="'penduduk' \\ desa") == ["64.001"]
    assert found(province, q="sehat") == ["64.001"], "what begins so stands before the rest"
    assert found(province, q="ehat") == ["64.001", "64.002"]
    assert found(province, q="sehat ehat") == ["64.001"]
    assert found(province, q="panjang ehat") == ["64.002"]
    assert found(province, q="panjang dbd") == []
    assert found(province, q="kata panjang") == ["64.002"]
    assert found(province, q="er-desa") == [], "within words of names only"
    assert found(province, q="64.00") == ["64.001", "64.002"]
    assert found(province, q="- ' &:* |", level="provinsi") == []


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
    findings = answer.json["error"]["findings"]
    (finding,) = (one for one in findings if one["severity"] == "error")
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
            "delivered": 0,
            "passed": 0,
            "published": 0,
            "reported": 1,
        },
        # What the list before it named of a producer that is no office here.
        {
            "organization": None,
            "asked": 0,
            "belum_dicek": 0,
            "mengacu": 0,
            "tidak_mengacu": 0,
            "with_dataset": 0,
            "delivered": 0,
            "passed": 0,
            "published": 0,
            "reported": 1,
        },
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
        "koordinator",
        "sdi_daftar_data_item_update",
        id="64.001",
        status="tidak_mengacu",
        reason="Rapat Forum 3 Maret",
    )
    assert result["status"] == "tidak_mengacu"
    assert result["changed"] == ["status"]
    (entry,) = result["corrections"]
    assert entry["by"] == province.users["koordinator"]["id"]
    assert (entry["before"], entry["after"]) == ("belum_dicek", "tidak_mengacu")
    assert entry["reason"] == "Rapat Forum 3 Maret"
    result = province.act(
        "walidata", "sdi_daftar_data_item_update", id="64.001", id_ddp="06.01.001", reason="Salah"
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
    {"nama_data": ""},
    {"jadwal_pemutakhiran": "kadang"},
    {"satuan": "x" * 501},
    {"prioritas_tahun": "2026, besok"},
]


def test_corrections_that_are_none(province: Province) -> None:
    agreed(province, regional({"ID DDP": ""}))
    for change in WRONG_CORRECTIONS:
        asked = {"reason": "Uji", **change}
        with pytest.raises(tk.ValidationError):
            province.act("koordinator", "sdi_daftar_data_item_update", id="64.001", **asked)
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
    with pytest.raises(tk.ValidationError, match="satuan"):
        province.act("koordinator", update, id="06.01.001", satuan="orang", reason="Uji")


def test_a_column_of_an_agreed_list_is_corrected_with_a_reason_only(province: Province) -> None:
    edition = agreed(province, regional({"Produsen Data": "Dinas Uji Coba"}))
    update = "sdi_daftar_data_item_update"
    change = {"id": "64.001", "satuan": "orang", "definisi": " ", "prioritas_tahun": "2027;2026"}
    with pytest.raises(tk.ValidationError, match="reason"):
        province.act("koordinator", update, **change)
    assert found(province, q="64.001", edition=edition["id"])
    result = province.act("koordinator", update, **change, reason="Surat Bappeda 12/2026")
    assert set(result["changed"]) == {"satuan", "definisi", "prioritas_tahun"}
    assert (result["satuan"], result["definisi"]) == ("orang", None)
    assert result["prioritas_tahun"] == [2026, 2027]
    assert {entry["reason"] for entry in result["corrections"]} == {"Surat Bappeda 12/2026"}
    # What is as it was needs no reason, and leaves no line.
    again = province.act("koordinator", update, id="64.001", satuan="orang")
    assert again["changed"] == []
    assert len(again["corrections"]) == 3


def test_another_producer_is_another_office(province: Province) -> None:
    agreed(province, regional({"Produsen Data": "Dinas Uji Coba"}))
    update = "sdi_daftar_data_item_update"
    asked = {"id": "64.001", "reason": "Urusan berpindah"}
    result = province.act("koordinator", update, **asked, produsen="DINAS LAIN")
    assert result["organization"]["name"] == "dinas-lain"
    result = province.act("koordinator", update, **asked, produsen="Dinas Tak Ada")
    assert result["organization"] is None
    assert [entry["field"] for entry in result["corrections"]] == [
        "produsen",
        "organization_id",
    ] * 2


def test_a_draft_is_mended_without_a_reason(province: Province) -> None:
    edition = imported(province, regional({}))["edition"]
    asked = {"id": "64.001", "edition": edition["id"], "nama_data": "Nama Baru"}
    result = province.act("walidata", "sdi_daftar_data_item_update", **asked)
    assert result["nama_data"] == "Nama Baru"


def test_an_agreed_edition_changes_in_no_other_way(province: Province) -> None:
    def rows() -> list[Any]:
        model.Session.expire_all()
        query = sa.select(ItemVersion.__table__).where(ItemVersion.edition_id == edition["id"])
        return list(model.Session.execute(query))

    edition = agreed(province, regional({"Produsen Data": "Dinas Tak Ada"}, {}))
    before = rows()
    imported(province, regional({"Satuan": "orang"}))
    imported(province, regional({"Produsen Data": "Dinas Tak Ada"}, {}))
    factories.Organization(title="Dinas Tak Ada")
    province.act("koordinator", "sdi_daftar_data_edition_agree", id=edition["id"])
    agreed(province, regional({"Satuan": "orang"}, {}))
    assert rows() == before


def test_an_unknown_ddp_id_is_a_warning(province: Province) -> None:
    agreed(province, excerpt(), tahun="2026")
    agreed(province, regional({}))
    result = province.act(
        "koordinator",
        "sdi_daftar_data_item_update",
        id="64.001",
        id_ddp="99.99.999",
        reason="Uji",
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
    why = {"id": province.item_id, "reason": "Uji"}
    province.act("koordinator", update, **why, status="belum_dicek")
    assert "daftar_data.belum_dicek" in findings()
    assert kept()["daftar_data"] == "error"
    province.act("koordinator", update, **why, id_ddp="06.01.001")
    assert "daftar_data.belum_dicek" not in findings()
    assert kept()["daftar_data"] != "error"
