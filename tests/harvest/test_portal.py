"""The harvester of another CKAN's datasets, against a made-up CKAN on this machine."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob, HarvestObject
from ckanext.sdi.harvest import remote
from ckanext.sdi.harvest.portal import PortalHarvester
from ckanext.sdi.model import ItemVersion
from tests.harvest import fake_ckan
from tests.harvest.fake_ckan import FakeCkan
from tests.province import BAD_CSV, GOOD_CSV, Province, run_checks

pytestmark = pytest.mark.usefixtures("with_plugins", "province")


def source_of(province: Province, there: FakeCkan, **changes: Any) -> dict[str, Any]:
    data = {"name": "sumber", "title": "Sumber", "url": there.url, "source_type": "sdi_portal"}
    data["owner_org"] = province.office["id"]
    return province.act("admin", "harvest_source_create", **{**data, **changes})


def harvest(province: Province, source: dict[str, Any]) -> dict[str, Any]:
    """Run a source once, as the consumers do, and the checks that come of it; the job's report."""
    made = province.act("admin", "harvest_job_create", source_id=source["id"], run=False)
    job: Any = HarvestJob.get(made["id"])
    tk.get_action("get_site_user")({"ignore_auth": True}, {})  # as at a portal's start
    harvester = PortalHarvester()
    for object_id in queue.gather_stage(harvester, job):
        queue.fetch_and_import_stages(harvester, HarvestObject.get(object_id))
        model.Session.remove()
    job = HarvestJob.get(made["id"])
    job.status = "Finished"
    job.save()
    run_checks()
    return province.act("admin", "harvest_job_report", id=made["id"])


def messages(report: dict[str, Any]) -> list[str]:
    """What the report says of the datasets that were not taken in."""
    told = [error["errors"] for error in report["object_errors"].values()]
    return [error["message"] for errors in told for error in errors]


def taken_in() -> list[model.Package]:
    query = model.Session.query(model.Package).filter_by(type="dataset")
    return query.order_by(model.Package.title).all()


def objects() -> list[Any]:
    return model.Session.query(HarvestObject).order_by(HarvestObject.gathered).all()


def test_of_two_datasets_the_listed_one_is_taken_in(province: Province, allowed: FakeCkan) -> None:
    allowed.files["usaha.csv"] = GOOD_CSV.encode()
    allowed.has("ada", "usaha.csv", extras=[{"key": "id_ddd", "value": "DDD-001"}])
    allowed.has("tidak", "usaha.csv", extras=[{"key": "id_ddd", "value": "DDD-999"}])

    report = harvest(province, source_of(province, allowed))

    assert report["gather_errors"] == []
    (message,) = messages(report)
    assert "Dataset tidak" in message
    assert "DDD-999" in message
    assert "Dinas Uji Coba" in message
    (package,) = taken_in()
    shown = province.act("produsen", "package_show", id=package.id)
    assert shown["title"] == "Dataset ada"
    assert shown["owner_org"] == province.office["id"]
    assert shown["daftar_data_item"] == province.item_id
    assert shown["satuan"] == "unit"
    assert (shown["private"], shown["sdi"]["state"]) == (True, "draft")
    (resource,) = shown["resources"]
    assert resource["url_type"] == "upload"
    check = province.act("produsen", "sdi_resource_check_show", id=resource["id"])
    assert check["state"] == "passed"
    rows = province.act("produsen", "datastore_search", resource_id=resource["id"])["records"]
    assert [row["kode_wilayah"] for row in rows] == ["64.72", "64.71"]
    assert rows[0]["npwp"] == "013121660091000"
    with pytest.raises(tk.NotAuthorized):
        tk.check_access("package_show", {"user": ""}, {"id": package.id})


@pytest.mark.parametrize("named", [{"id_ddp": "06.01.001"}, {"ID DDD": "DDD-001"}])
def test_ids_are_read_from_fields_and_extras(
    province: Province, allowed: FakeCkan, named: dict[str, str]
) -> None:
    allowed.has("ada", **named)
    assert messages(harvest(province, source_of(province, allowed))) == []
    assert [package.extras["daftar_data_item"] for package in taken_in()] == [province.item_id]


@pytest.mark.parametrize("column", ["kode_dssd", "kode_indikator"])
def test_a_code_of_sectoral_data_is_known_in_whichever_column_the_list_has_it(
    province: Province, allowed: FakeCkan, column: str
) -> None:
    model.Session.execute(sa.update(ItemVersion).values({column: "1.01.000001"}))
    model.Session.commit()
    allowed.has("ada", **{"Kode DSSD": "101000001"})
    assert messages(harvest(province, source_of(province, allowed))) == []
    assert [package.extras["daftar_data_item"] for package in taken_in()] == [province.item_id]


def test_the_sources_page_lists_what_it_brought(
    province: Province, allowed: FakeCkan, app: Any
) -> None:
    allowed.files["usaha.csv"] = GOOD_CSV.encode()
    allowed.has("ada", id_ddd="DDD-001")
    allowed.has("berkas", "usaha.csv", id_ddd="DDD-001")
    source = source_of(province, allowed)
    harvest(province, source)
    asked = {"fq": f'harvest_source_id:"{source["id"]}"', "include_private": True}
    assert province.act("produsen", "package_search", **asked)["count"] == 2
    taken = f"/sdi/panen/{source['name']}?state=taken"
    for path in ("", "/job/last"):
        for role in ("produsen", "walidata"):
            address = f"/harvest/{source['name']}{path}"
            page = app.get(address, headers=province.headers(role))
            assert (taken in page.body) == (page.status_code == 200)
    # Strangers are not told what is no public dataset.
    assert taken not in app.get(f"/harvest/{source['name']}").body


def test_what_the_remote_says_of_visibility_counts_for_nothing(
    province: Province, allowed: FakeCkan
) -> None:
    spoofed = {
        "private": False,
        "state": "deleted",
        "type": "harvest",
        "owner_org": province.other_office["id"],
        "klasifikasi_risiko": "tertutup",
        "sdi": {"state": "published"},
    }
    allowed.has("ada", id_ddd="DDD-001", **spoofed)
    harvest(province, source_of(province, allowed))
    (package,) = taken_in()
    assert (package.private, package.state, package.type) == (True, "active", "dataset")
    assert package.owner_org == province.office["id"]
    assert package.extras["klasifikasi_risiko"] == "terbuka"
    assert province.act("produsen", "package_show", id=package.id)["sdi"]["state"] == "draft"


def test_another_offices_item_is_not_taken_in_and_not_told_of(
    province: Province, allowed: FakeCkan
) -> None:
    allowed.has("ada", id_ddd="DDD-001")
    source = source_of(province, allowed)
    data = {"id": source["id"], "owner_org": province.other_office["id"]}
    province.act(
        "admin", "package_owner_org_update", id=data["id"], organization_id=data["owner_org"]
    )
    (message,) = messages(harvest(province, source))
    assert "Dinas Lain" in message
    assert "Dinas Uji Coba" not in message
    assert "Jumlah usaha" not in message
    assert taken_in() == []


def test_a_dataset_that_names_nothing_is_told_what_to_name(
    province: Province, allowed: FakeCkan
) -> None:
    allowed.has("ada")
    (message,) = messages(harvest(province, source_of(province, allowed)))
    assert "id_ddd" in message
    assert "kode_dssd" in message


def test_a_second_run_without_change_writes_nothing(province: Province, allowed: FakeCkan) -> None:
    allowed.files["usaha.csv"] = GOOD_CSV.encode()
    allowed.has("ada", "usaha.csv", id_ddd="DDD-001")
    source = source_of(province, allowed)
    harvest(province, source)
    (package,) = taken_in()
    before = province.act("admin", "package_show", id=package.id)
    checks = province.act("admin", "sdi_resource_check_show", id=before["resources"][0]["id"])

    assert messages(harvest(province, source)) == []

    assert [found.report_status for found in objects()] == ["added"]
    after = province.act("admin", "package_show", id=package.id)
    assert after["metadata_modified"] == before["metadata_modified"]
    assert after["resources"] == before["resources"]
    again = province.act("admin", "sdi_resource_check_show", id=before["resources"][0]["id"])
    assert again["check_id"] == checks["check_id"]
    assert allowed.asked.count("/usaha.csv") == 1


def test_a_change_updates_the_draft_and_keeps_what_a_person_added(
    province: Province, allowed: FakeCkan
) -> None:
    allowed.files["usaha.csv"] = BAD_CSV.encode()
    dataset = allowed.has("ada", "usaha.csv", id_ddd="DDD-001")
    source = source_of(province, allowed)
    harvest(province, source)
    (package,) = taken_in()
    (resource,) = province.act("admin", "package_show", id=package.id)["resources"]
    checked = province.act("admin", "sdi_resource_check_show", id=resource["id"])
    assert checked["state"] == "failed"
    province.act("produsen", "package_patch", id=package.id, konsep="Kegiatan usaha.")

    allowed.files["usaha.csv"] = GOOD_CSV.encode()
    dataset.update(title="Judul baru", metadata_modified="2026-01-01T00:00:00")
    assert messages(harvest(province, source)) == []

    (package,) = taken_in()
    shown = province.act("produsen", "package_show", id=package.id)
    assert (shown["title"], shown["konsep"]) == ("Judul baru", "Kegiatan usaha.")
    assert [found["id"] for found in shown["resources"]] == [resource["id"]]
    checked = province.act("admin", "sdi_resource_check_show", id=resource["id"])
    assert checked["state"] == "passed"
    assert [(found.report_status, found.current) for found in objects()] == [
        ("added", False),
        ("updated", True),
    ]


def test_what_is_with_a_reviewer_is_left_as_it_is(province: Province, allowed: FakeCkan) -> None:
    allowed.files["usaha.csv"] = GOOD_CSV.encode()
    dataset = allowed.has("ada", "usaha.csv", id_ddd="DDD-001")
    source = source_of(province, allowed)
    harvest(province, source)
    package_id = taken_in()[0].id
    missing = {
        "konsep": "Kegiatan usaha.",
        "klasifikasi": "Wilayah",
        "ukuran": "Jumlah",
        "periode_awal": "2025",
        "periode_akhir": "2025",
        "cakupan_wilayah": ["64"],
        "penanggung_jawab": "Bidang Data",
    }
    province.act("produsen", "package_patch", id=package_id, **missing)
    province.act("produsen", "sdi_dataset_submit", id=package_id)
    dataset["title"] = "Judul baru"

    (message,) = messages(harvest(province, source))
    assert "Judul baru" in message
    province.act("walidata", "sdi_dataset_publish", id=package_id)
    (message,) = messages(harvest(province, source))
    assert "Judul baru" in message

    shown = province.act("produsen", "package_show", id=package_id)
    assert (shown["title"], shown["sdi"]["state"]) == ("Dataset ada", "published")


def test_the_regional_form_is_mapped_and_the_rest_named(
    province: Province, allowed: FakeCkan
) -> None:
    form = {
        "Pengukuran Dataset": "Jumlah",
        "Tingkat Penyajian Dataset": "Kabupaten/Kota",
        "Cakupan Dataset": "Kalimantan Timur",
        "Satuan Dataset": "orang",
        "Frekuensi Dataset": "per tahun",
        "Dimensi Dataset Awal": "2024",
        "Dimensi Dataset Akhir": "tahun lalu",
        "Konsep": "-",
        "Kontak Produsen": "seksi data",
        "harvest_source_id": "x",
    }
    extras = [{"key": key, "value": value} for key, value in form.items()]
    pdf = {"id": "r", "name": "Laporan", "format": "PDF", "url": f"{allowed.url}/laporan.pdf"}
    allowed.has("ada", id_ddd="DDD-001", extras=extras, resources=[pdf], tags=[{"name": "usaha!"}])
    assert messages(harvest(province, source_of(province, allowed))) == []
    (package,) = taken_in()
    shown = province.act("produsen", "package_show", id=package.id)
    assert shown["ukuran"] == "Jumlah"
    assert shown["tingkat_penyajian"] == "kab_kota"
    assert shown["cakupan_wilayah"] == ["64"]
    assert shown["jadwal_pemutakhiran"] == "tahunan"
    assert shown["periode_awal"] == "2024"
    assert not shown.get("periode_akhir")
    assert not shown.get("konsep")
    assert [tag["name"] for tag in shown["tags"]] == ["usaha"]
    assert shown["satuan"] == "unit", "the list's unit binds, not the remote's"
    (harvested,) = objects()
    left_out = {extra.key: extra.value for extra in harvested.extras}["sdi_left_out"]
    assert set(left_out.split(", ")) == {
        "Dimensi Dataset Akhir",
        "Kontak Produsen",
        "Laporan",
        "satuan",
    }


def test_one_bad_dataset_does_not_stop_the_others(
    province: Province, allowed: FakeCkan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "ckan.max_resource_size", 1)
    allowed.files["besar.csv"] = b"a,b\n" + b"1,2\n" * 300_000
    allowed.files["laman.csv"] = b"\n<!DOCTYPE html><title>Masuk</title>"
    allowed.files["usaha.csv"] = GOOD_CSV.encode()
    allowed.moved["/pindah.csv"] = "http://127.0.0.1:9/usaha.csv"
    allowed.has("a-besar", "besar.csv", id_ddd="DDD-001")
    allowed.has("b-laman", "laman.csv", id_ddd="DDD-001")
    allowed.has("c-pindah", "pindah.csv", id_ddd="DDD-001")
    allowed.has("d-hilang", "hilang.csv", id_ddd="DDD-001")
    allowed.has("e-panjang", id_ddd="DDD-001", sumber="x" * 2000)
    allowed.has("f-aneh", id_ddd="DDD-001", extras="x", tags=[1], resources=[None], notes={"a": 1})
    allowed.has("g-ada", "usaha.csv", id_ddd="DDD-001", title="\ud800Usaha\x00")

    told = messages(harvest(province, source_of(province, allowed)))

    assert len(told) == 5
    assert any("1 MB" in message for message in told)
    assert any("127.0.0.1:9" in message for message in told)
    assert any("404" in message for message in told)
    assert any("sumber" in message for message in told)
    assert [package.title for package in taken_in()] == ["Dataset f-aneh", "Usaha"]
    failed = [found for found in objects() if found.state == "ERROR"]
    assert [found.package_id for found in failed] == [None] * 5


def test_a_private_address_is_not_asked(province: Province, ckan_there: FakeCkan) -> None:
    ckan_there.has("ada", id_ddd="DDD-001")
    report = harvest(province, source_of(province, ckan_there))
    (error,) = report["gather_errors"]
    assert ckan_there.host in error["message"]
    assert ckan_there.asked == []
    assert taken_in() == []


def test_a_redirect_into_a_private_address_is_not_followed(
    province: Province, allowed: FakeCkan
) -> None:
    other = fake_ckan.start()
    allowed.moved["/api/3/action/package_search"] = f"{other.url}/api/3/action/package_search"
    report = harvest(province, source_of(province, allowed))
    fake_ckan.stop(other)
    assert other.host in report["gather_errors"][0]["message"]
    assert other.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>Masuk</html>",
        b"[]",
        b'{"success": false, "result": {"results": []}}',
        b'{"success": true, "result": {"results": [{"name": "tanpa id"}]}}',
        b'{"success": true, "result": {"results": 7}}',
        b"[" * 100_000,
        b'{"success": true, "result": {"results": [{"id": "sama"}]}}',
    ],
)
def test_what_is_no_ckan_is_told_and_leaves_no_object(
    province: Province, allowed: FakeCkan, answer: bytes
) -> None:
    allowed.home_page = answer
    report = harvest(province, source_of(province, allowed))
    assert "127.0.0.1" in report["gather_errors"][0]["message"]
    assert objects() == []


def test_datasets_are_asked_for_page_by_page(
    province: Province, allowed: FakeCkan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "PAGE", 2)
    for n in range(5):
        allowed.has(f"d{n}")
    allowed.datasets.append(allowed.datasets[0])
    harvest(province, source_of(province, allowed))
    assert [found.guid for found in objects()] == ["d0", "d1", "d2", "d3", "d4"]
