"""Many items compared with the centre's list: proposals, a person's word, all or nothing."""

from __future__ import annotations

from typing import Any

import pytest

import ckan.plugins.toolkit as tk

from tests.daftar_data.acting import agreed, found, imported
from tests.daftar_data.lists import as_csv, regional
from tests.province import Province

pytestmark = pytest.mark.usefixtures("province")

CENTRE = {
    "06.01.001": "Angka Anak Tidak Sekolah",
    "06.01.002": "Angka Partisipasi Kasar Pendidikan Tinggi",
    "07.03.026": "Luas Kebakaran Hutan dan Lahan",
}
CONFIRM = "sdi_daftar_data_items_confirm"


def centre_list() -> bytes:
    """A made-up list of the centre."""
    titles = [
        "ID DDP",
        "Sumber Referensi",
        "Indikator",
        "Nama Data",
        "Jenis Pengajuan",
        "Jenis Data",
        "Indikator Variabel",
        "Standar Data",
        "Instansi Produsen Data",
        "Definisi",
        "Satuan",
        "Klasifikasi Data Sesuai Resiko",
        "Klasifikasi Penyajian",
        "Jadwal Pemutakhiran",
        "Tag Rad",
        "2026",
    ]
    rows = [
        [
            id_ddp,
            "",
            "",
            name,
            "",
            "Statistik",
            "Indikator",
            "",
            "BPS",
            "",
            "",
            "",
            "",
            "",
            "",
            "Ya",
        ]
        for id_ddp, name in CENTRE.items()
    ]
    return as_csv([titles, *rows])


@pytest.fixture
def edition(province: Province) -> str:
    """An agreed list of which no item was compared yet."""
    agreed(province, centre_list(), tahun="2026")
    content = regional(
        {
            "ID DDP": "",
            "Nama Data": "Angka anak tidak sekolah (ATS)",
            "Kode Indikator": "06.01.002",
        },
        {"ID DDP": "", "Nama Data": "Luas Lahan dan Hutan Kebakaran", "Kode Indikator": ""},
        {"ID DDP": "", "Nama Data": "Jumlah Becak", "Kode Indikator": ""},
        {"ID DDP": "-"},
    )
    return agreed(province, content)["id"]


def test_proposals_by_id_then_by_name(province: Province, edition: str) -> None:
    asked = {"edition": edition}
    result = province.act("walidata", "sdi_daftar_data_items_propose", **asked)
    assert result["count"] == 3
    proposed = [[(p["id_ddp"], p["by"]) for p in i["proposals"]] for i in result["results"]]
    assert proposed == [
        [("06.01.002", "id"), ("06.01.001", "name")],
        [("07.03.026", "name")],
        [],
    ]
    window = province.act("walidata", "sdi_daftar_data_items_propose", **asked, limit=1, offset=2)
    assert [item["nama_data"] for item in window["results"]] == ["Jumlah Becak"]
    # A proposal changes nothing.
    assert len(found(province, status="belum_dicek")) == 3


def test_what_it_referred_to_before_is_proposed_first(province: Province, edition: str) -> None:
    one = {"id": "64.003", "status": "mengacu", "id_ddp": "07.03.026"}
    province.act("koordinator", CONFIRM, edition=edition, items=[one], reason="Rapat")
    draft = imported(province, regional({"ID DDD": "64.003", "ID DDP": ""}, tahun=2027))["edition"]
    result = province.act("walidata", "sdi_daftar_data_items_propose", edition=draft["id"])
    first = result["results"][0]["proposals"][0]
    assert (first["id_ddp"], first["by"]) == ("07.03.026", "id")


def test_many_are_confirmed_at_once(province: Province, edition: str) -> None:
    items = [
        {"id": "64.001", "status": "mengacu", "id_ddp": "06.01.001"},
        {"id": "64.003", "status": "tidak_mengacu"},
    ]
    result = province.act("walidata", CONFIRM, edition=edition, items=items, reason="Rapat 3 Maret")
    assert result == {"confirmed": 2, "mengacu": 1, "tidak_mengacu": 1, "left": 1}
    show = tk.get_action("sdi_daftar_data_show")
    item = show({"user": ""}, {"id": "64.001"})
    assert (item["status"], item["centre"]["nama_data"]) == ("mengacu", CENTRE["06.01.001"])
    assert [e["field"] for e in item["corrections"]] == ["status", "id_ddp"]
    assert item["corrections"][0]["reason"] == "Rapat 3 Maret"
    assert found(province, status="tidak_mengacu") == ["64.003", "64.004"]


GOOD = {"id": "64.001", "status": "mengacu", "id_ddp": "06.01.001"}
WRONG: list[Any] = [
    None,
    [],
    "64.001",
    [GOOD, 5],
    [GOOD, {"id": "64.002", "status": "belum_dicek"}],
    [GOOD, {"id": "64.002", "status": "mengacu"}],
    [GOOD, {"id": "64.002", "status": "mengacu", "id_ddp": "belum ada"}],
    [GOOD, {"id": "64.002", "status": "mengacu", "id_ddp": "99.99.999"}],
    [GOOD, {"id": "64.002", "status": "tidak_mengacu", "id_ddp": "06.01.001"}],
    [GOOD, {"id": "64.004", "status": "mengacu", "id_ddp": "06.01.001"}],
    [GOOD, {"id": "tak-ada", "status": "tidak_mengacu"}],
    [GOOD, GOOD],
    [GOOD] * 1001,
]


def test_one_that_cannot_be_taken_keeps_all_of_them_out(province: Province, edition: str) -> None:
    for items in WRONG:
        with pytest.raises(tk.ValidationError, match="items"):
            province.act("koordinator", CONFIRM, edition=edition, items=items, reason="Rapat")
    item = tk.get_action("sdi_daftar_data_show")({"user": ""}, {"id": "64.001"})
    same = [{**GOOD}, {"id": item["id"], "status": "tidak_mengacu"}]
    with pytest.raises(tk.ValidationError, match="items"):
        province.act("koordinator", CONFIRM, edition=edition, items=same, reason="Rapat")
    with pytest.raises(tk.ValidationError, match="reason"):
        province.act("koordinator", CONFIRM, edition=edition, items=[GOOD])
    assert len(found(province, status="belum_dicek")) == 3


def test_every_fault_is_told(province: Province, edition: str) -> None:
    items: Any = [{"id": "a", "status": "tidak_mengacu"}, {"id": "b", "status": "tidak_mengacu"}]
    with pytest.raises(tk.ValidationError) as refused:
        province.act("koordinator", CONFIRM, edition=edition, items=items, reason="Rapat")
    told: Any = refused.value.error_dict["items"]
    assert len(told) == 2


def test_the_centres_own_list_and_a_closed_one_are_not_compared(
    province: Province, edition: str
) -> None:
    listed = tk.get_action("sdi_daftar_data_edition_list")({"user": ""}, {"level": "pusat"})
    agreed(province, regional({}))
    for wrong in (listed["results"][0]["id"], edition):
        with pytest.raises(tk.ValidationError, match="edition"):
            province.act("koordinator", CONFIRM, edition=wrong, items=[GOOD], reason="Rapat")


def test_a_list_without_the_centres(province: Province) -> None:
    draft = imported(province, regional({"ID DDP": ""}))["edition"]["id"]
    result = province.act("walidata", "sdi_daftar_data_items_propose", edition=draft)
    assert result["results"][0]["proposals"] == []
    items = [{"id": "64.001", "status": "mengacu", "id_ddp": "06.01.001"}]
    assert province.act("walidata", CONFIRM, edition=draft, items=items)["confirmed"] == 1


def test_the_page(province: Province, edition: str, app: Any) -> None:
    place = f"/sdi/daftar-data/edisi/{edition}/pusat"
    headers = province.headers("walidata")
    for role in ("produsen", "pembina"):
        app.get(place, headers=province.headers(role), status=403)
        app.post(place, headers=province.headers(role), data={}, status=403)
    page = app.get(place, headers=headers).body
    assert 'value="07.03.026"' in page
    assert place in app.get(place.removesuffix("/pusat"), headers=headers).body
    ids = {
        key: tk.get_action("sdi_daftar_data_show")({"user": ""}, {"id": key})["id"]
        for key in ("64.001", "64.002", "64.003")
    }
    form = {
        f"item/{ids['64.001']}": "?",
        f"other/{ids['64.001']}": "99.99.999",
        f"item/{ids['64.002']}": "07.03.026",
        f"item/{ids['64.003']}": "",
        "reason": "Rapat",
    }
    answer = app.post(place, headers=headers, data=form, status=422)
    assert 'value="99.99.999"' in answer.body
    assert len(found(province, status="belum_dicek")) == 3
    form[f"other/{ids['64.001']}"] = "06.01.001"
    app.post(place, headers=headers, data=form, status=302, follow_redirects=False)
    assert found(province, status="belum_dicek") == ["64.003"]
    app.post(place, headers=headers, data={"reason": "Rapat"}, status=422)
