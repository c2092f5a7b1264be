"""Harvest sources of type ``sdi_forum``, from a real HTTP server on this machine."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import sqlalchemy as sa

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.harvest import queue
from ckanext.harvest.model import (
    HarvestGatherError,
    HarvestJob,
    HarvestObject,
    HarvestObjectError,
    HarvestSource,
)
from ckanext.harvest.tests.lib import run_harvest_job
from ckanext.sdi.daftar_data import export
from ckanext.sdi.harvest import words
from ckanext.sdi.harvest.forum import ForumHarvester
from ckanext.sdi.harvest.settings import read_config
from ckanext.sdi.model import Edition, Item, ItemVersion
from tests.daftar_data.lists import as_xlsx, records, regional, rows
from tests.province import Province

ALLOWED = "ckanext.sdi.harvest.allowed_private_hosts"


class _Lists(BaseHTTPRequestHandler):
    """Serves one list, with its checksum as ETag when the server has ``tagged``."""

    def do_GET(self) -> None:
        server: Any = self.server
        content: bytes = server.content
        tag = f'"{hashlib.sha256(content).hexdigest()[:12]}"'
        server.asked.append(self.headers.get("If-None-Match"))
        if server.tagged and self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200)
        if server.tagged:
            self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture
def server() -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Lists)
    server.content, server.tagged, server.asked = regional({}, {}), True, []
    server.url = f"http://127.0.0.1:{server.server_address[1]}/daftar.csv"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def allowed(server: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ckan_config, ALLOWED, [f"127.0.0.1:{server.server_address[1]}"])


def make_source(
    province: Province, url: str, config: str = "", role: str = "admin", name: str = "daftar-forum"
) -> Any:
    office = province.act("admin", "organization_show", id="org-koordinator")
    return province.act(
        role,
        "harvest_source_create",
        name=name,
        title="Daftar Forum",
        url=url,
        source_type="sdi_forum",
        owner_org=office["id"],
        config=config,
    )


def harvest(province: Province, source: Any) -> dict[str, Any]:
    """Run a job as the consumers would, and give what its page shows."""
    job = province.act("admin", "harvest_job_create", source_id=source["id"], run=False)
    run_harvest_job(HarvestJob.get(job["id"]), p.get_plugin("sdi_forum_harvester"))
    return province.act("admin", "harvest_job_report", id=job["id"]) | {
        "stats": province.act("admin", "harvest_job_show", id=job["id"])["stats"]
    }


def editions() -> list[Edition]:
    model.Session.expire_all()
    query = sa.select(Edition).where(Edition.checksum != "uji").order_by(Edition.created_at)
    return list(model.Session.scalars(query))


def counts() -> list[int]:
    count = sa.select(sa.func.count())
    tables: list[Any] = [Edition, Item, ItemVersion]
    return [model.Session.scalar(count.select_from(table)) or 0 for table in tables]


@pytest.mark.parametrize("tagged", [True, False], ids=["etag", "checksum"])
def test_a_list_becomes_a_draft_and_a_second_run_writes_nothing(
    tagged: bool, province: Province, server: Any, allowed: None
) -> None:
    server.tagged = tagged
    source = make_source(province, server.url, '{"title": "Daftar dari Forum"}')
    report = harvest(province, source)
    assert report["object_errors"] == {}
    (edition,) = editions()
    assert (edition.state, edition.title, edition.tahun) == ("draft", "Daftar dari Forum", 2026)
    assert edition.source == server.url
    before = counts()
    report = harvest(province, source)
    assert report["stats"]["not modified"] == 1
    assert report["stats"]["errored"] == 0
    assert counts() == before
    assert bool(server.asked[-1]) is tagged


@pytest.mark.parametrize("faulty", [False, True])
def test_an_object_that_has_its_turn_twice_is_told_once(
    faulty: bool, province: Province, server: Any, allowed: None
) -> None:
    """ckanext-harvest sends one again that takes more than three minutes."""
    server.content = b"a;b\n1;2\n" if faulty else regional({}, {}, {})
    source = make_source(province, server.url)
    harvest(province, source)
    found: Any = model.Session.query(HarvestObject).one()
    before = (found.state, found.report_status, [error.message for error in found.errors])
    assert before[0] == ("ERROR" if faulty else "COMPLETE")
    queue.fetch_and_import_stages(ForumHarvester(), found)
    model.Session.expire_all()
    after = (found.state, found.report_status, [error.message for error in found.errors])
    assert after == before
    assert len([extra for extra in found.extras if extra.key == "sdi_result"]) == 1


def test_a_changed_list_is_a_new_draft_and_one_object_is_current(
    province: Province, server: Any, allowed: None
) -> None:
    source = make_source(province, server.url)
    harvest(province, source)
    server.content = regional({}, {}, {})
    harvest(province, source)
    assert [edition.state for edition in editions()] == ["draft", "draft"]
    query = sa.select(HarvestObject).where(HarvestObject.current.is_(True))
    assert len(list(model.Session.scalars(query))) == 1


def test_an_object_of_a_job_that_was_given_up_leaves_the_next_list(
    province: Province, server: Any, allowed: None
) -> None:
    source = HarvestSource.get(make_source(province, server.url)["id"])
    harvester: Any = p.get_plugin("sdi_forum_harvester")
    objects = []
    for _ in range(2):
        job = HarvestJob(source=source)
        job.save()
        objects.append(HarvestObject.get(harvester.gather_stage(job)[0]))
    assert [harvester.import_stage(harvested) for harvested in objects] == [False, True]
    assert len(editions()) == 1


def test_every_faulty_row_stands_in_the_report_until_it_is_mended(
    province: Province, server: Any, allowed: None
) -> None:
    server.content = regional({}, {"Produsen Data": ""}, {"Jadwal Pemutakhiran": "kadang"})
    source = make_source(province, server.url)
    for _ in range(2):
        before = counts()
        report = harvest(province, source)
        ((_, errors),) = report["object_errors"].items()
        assert [error["line"] for error in errors["errors"]] == [2, 3]
        assert "“Produsen Data” kosong (sel J8)" in errors["errors"][0]["message"]
        assert "kadang" in errors["errors"][1]["message"]
        assert report["stats"]["errored"] >= 1
        assert counts() == before
    server.content = regional({}, {}, {})
    assert harvest(province, source)["object_errors"] == {}
    assert len(editions()) == 1


def test_without_the_exception_the_guard_refuses(province: Province, server: Any) -> None:
    report = harvest(province, make_source(province, server.url))
    (error,) = report["gather_errors"]
    assert "127.0.0.1" in error["message"]
    assert "allowed_private_hosts" in error["message"]
    assert server.asked == []
    assert editions() == []
    assert model.Session.scalar(sa.select(sa.func.count()).select_from(HarvestObject)) == 0


def test_a_page_in_place_of_the_list_and_a_server_that_is_gone(
    province: Province, server: Any, allowed: None
) -> None:
    server.content = b"<!DOCTYPE html><html></html>"
    source = make_source(province, server.url)
    harvest(province, source)
    assert model.Session.scalars(sa.select(HarvestObjectError.message)).one()
    server.shutdown()
    server.server_close()
    harvest(province, source)
    assert model.Session.scalars(sa.select(HarvestGatherError.message)).one()
    assert editions() == []


def test_a_workbook(province: Province, server: Any, allowed: None) -> None:
    server.content = as_xlsx({"Daftar": records(rows({}, {"ID DDP": "-"}))})
    report = harvest(province, make_source(province, server.url))
    assert report["object_errors"] == {}
    assert len(editions()) == 1


def test_the_centres_list_can_be_agreed_at_once(
    province: Province, server: Any, allowed: None
) -> None:
    given = {"sumber_referensi": "RPJMN", "jenis": "indikator", "satuan": "orang"}
    row = {"id_ddp": "06.01.001", "nama_data": "Data Pusat", "produsen": "BPS", **given}
    row |= {"jadwal_pemutakhiran": "tahunan", "status": "mengacu", "prioritas_tahun": [2026]}
    edition = {"level": "pusat", "tahun": 2026, "title": "Pusat"}
    server.content = "".join(export.as_csv(edition, [{**row, "extra": {}}])).encode()
    config = '{"level": "pusat", "tahun": 2026, "agree": true}'
    source = make_source(province, server.url, config)
    assert harvest(province, source)["object_errors"] == {}
    (made,) = editions()
    assert (made.level, made.state) == ("pusat", "agreed")
    assert harvest(province, source)["stats"]["not modified"] == 1


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ('{"level": "desa"}', "level"),
        ('{"tahun": "2026"}', "tahun"),
        ('{"tahun": 1900}', "tahun"),
        ('{"title": ""}', "title"),
        ('{"agree": "ya"}', "agree"),
        ('{"agree": true}', "agree"),
        ('{"agree": true, "level": "provinsi"}', "agree"),
        ('{"tingkat": "pusat"}', "tingkat"),
        ('{"kodepemda": "644"}', "kodepemda"),
        ('{"page": 0}', "page"),
        ('{"mapping": []}', "mapping"),
        ('{"mapping": {}}', "columns"),
        ('{"mapping": {"columns": {"A": "warna"}}}', "columns.A"),
        ('{"mapping": {"columns": {"A": "produsen"}, "values": {"warna": "x"}}}', "values.warna"),
        pytest.param("[" * 100_000, "JSON", id="deep"),
        pytest.param('{"tahun": ' + "9" * 5000 + "}", "JSON", id="long"),
        (7, "config"),
        ("[]", "config"),
        ("{", "JSON"),
    ],
)
def test_a_wrong_configuration_is_told_by_field(config: Any, field: str) -> None:
    with pytest.raises(ValueError, match=field) as english:
        read_config(config, str)
    # In the reader's language, and not in words of the program that looks.
    with pytest.raises(ValueError, match=field) as told:
        read_config(config, words.translate())
    assert str(told.value) != str(english.value)
    for word in ("is not", "required", "valid", "must"):
        assert word not in str(told.value)


def test_a_list_in_no_known_format_with_what_its_columns_are(
    province: Province, server: Any, allowed: None
) -> None:
    server.content = b"Bidang;Angka;Catatan\nKesehatan;Jumlah Puskesmas;-\n"
    columns = {"Bidang": "produsen", "Angka": "nama_data", "Catatan": None}
    mapping = {
        "columns": columns,
        "values": {"jadwal_pemutakhiran": "tahunan"},
        "id_prefix": "RKPD",
    }
    config: dict[str, Any] = {"level": "kabkota", "tahun": 2026}
    assert harvest(province, make_source(province, server.url, json.dumps(config)))["object_errors"]
    wrong = json.dumps({**config, "mapping": {"columns": {"Angka": "nama"}}})
    with pytest.raises(tk.ValidationError, match="nama"):
        make_source(province, server.url, wrong, name="lain")
    source = make_source(
        province, server.url, json.dumps({**config, "mapping": mapping}), name="lain"
    )
    assert harvest(province, source)["object_errors"] == {}
    (edition,) = editions()
    (item,) = edition.versions
    assert (edition.level, item.nama_data, item.produsen) == (
        "kabkota",
        "Jumlah Puskesmas",
        "Kesehatan",
    )


def test_the_door_of_the_source_form(province: Province, server: Any) -> None:
    with pytest.raises(tk.ValidationError, match="level"):
        make_source(province, server.url, '{"level": "desa"}')
    # An office's admin may make sources of other types, not of the Forum's list.
    for role in ("walidata", "pendukung", "produsen"):
        with pytest.raises(tk.NotAuthorized):
            make_source(province, server.url, role=role)
    source = make_source(province, server.url, role="koordinator")
    office = province.office["id"]
    for role in ("pendukung", "produsen"):
        for action, data in (
            ("package_create", {"type": "harvest", "owner_org": office}),
            ("package_patch", {"id": source["id"]}),
            ("harvest_source_update", {"id": source["id"]}),
        ):
            asked = {"name": "lain", "title": "Lain", "url": "http://contoh.example/a", **data}
            with pytest.raises(tk.NotAuthorized):
                province.act(role, action, source_type="sdi_forum", **asked)


def test_what_is_wrong_with_a_list_is_not_told_to_everybody(
    province: Province, app: Any, server: Any, allowed: None
) -> None:
    """The cells of a list that nobody agreed to stand in the sentences."""
    server.content = regional({}, {"Jadwal Pemutakhiran": "kadang-kadang"})
    source = make_source(province, server.url)
    harvest(province, source)
    asked: Any = {"model": model, "ignore_auth": True}
    tk.get_action("harvest_source_reindex")(asked, {"id": source["id"]})
    addresses = (
        f"/api/3/action/harvest_source_show_status?id={source['id']}",
        f"/api/3/action/harvest_source_show?id={source['id']}",
        f"/api/3/action/package_show?id={source['id']}",
        "/api/3/action/package_search?fq=dataset_type:harvest",
        f"/harvest/{source['name']}",
        f"/harvest/about/{source['name']}",
    )
    for role in (None, "pengembang", "produsen", "walidata"):
        pages = [app.get(address, headers=province.headers(role)).body for address in addresses]
        assert not [page for page in pages if "kadang-kadang" in page], role
        assert '"errored": 1' in pages[0]
    told = province.act("koordinator", "harvest_source_show_status", id=source["id"])
    assert "kadang-kadang" in told["last_job"]["object_error_summary"][0]["message"]
