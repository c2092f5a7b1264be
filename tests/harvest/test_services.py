"""What stands at a source's address, end to end: E-Walidata, another portal, a file made anew."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.harvest.model import HarvestObject, HarvestObjectError, HarvestObjectExtra
from ckanext.sdi.harvest import paged, waiting
from ckanext.sdi.harvest.fetch import FetchError, FetchRefused
from ckanext.sdi.harvest.services import save, service_of
from tests.daftar_data.lists import as_xlsx, records, rows
from tests.harvest.test_forum import editions, harvest, make_source
from tests.harvest.test_paged import RECORDS, TOKEN
from tests.province import Province

Answer = Callable[[dict[str, str]], Any]
ENDPOINT = "/ewalidata/serv/get_dssd_final"
API = "/api/3/action/sdi_daftar_data_"


class Services(ThreadingHTTPServer):
    """Answers by path; what was asked is kept with its token."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str], str | None]] = []

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def address(self, path: str = "") -> str:
        return f"http://{self.host}{path}"


class _Handler(BaseHTTPRequestHandler):
    server: Services

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {k: v[0] for k, v in parse_qs(parts.query).items()}
        self.server.asked.append((parts.path, query, self.headers["Authorization"]))
        answer = self.server.answers[parts.path](query)
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    made = Services()
    threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setitem(tk.config, "ckanext.sdi.harvest.allowed_private_hosts", [made.host])
    monkeypatch.setattr(paged, "PAUSE", 0)
    yield made
    made.shutdown()
    made.server_close()


def window(found: list[Any], query: dict[str, str]) -> list[Any]:
    start = int(query.get("offset", 0))
    return found[start : start + int(query["limit"])]


def portal_of(there: Services, *editions: dict[str, Any], base: str = "") -> None:
    """A portal with these agreed editions, each of three items."""

    def listed(query: dict[str, str]) -> Any:
        found = [
            e
            for e in editions
            if query.get("level") in (None, e["level"])
            and query.get("tahun") in (None, str(e["tahun"]))
        ]
        return {"success": True, "result": {"count": len(found), "results": found}}

    def searched(query: dict[str, str]) -> Any:
        edition = next(e for e in editions if e["id"] == query["edition"])
        items = [
            {
                "id": f"item-{n}",
                "id_ddd": f"32.{n:03}",
                "nama_data": f"Data {n} dari {edition['id']}",
                "produsen": "Dinas Pendidikan",
                "jadwal_pemutakhiran": "tahunan",
                "status": "belum_dicek",
                "level": edition["level"],
                "edition": {k: edition[k] for k in ("id", "tahun", "title")},
            }
            for n in range(1, 4)
        ]
        return {"success": True, "result": {"count": 3, "results": window(items, query)}}

    there.answers[f"{base}{API}edition_list"] = listed
    there.answers[f"{base}{API}search"] = searched


def edition(name: str, level: str, tahun: int) -> dict[str, Any]:
    return {"id": name, "level": level, "tahun": tahun, "title": f"Daftar {name}"} | {
        "state": "agreed"
    }


def results() -> list[dict[str, Any]]:
    query = (
        sa.select(HarvestObjectExtra.value)
        .join(HarvestObject, HarvestObject.id == HarvestObjectExtra.harvest_object_id)
        .where(HarvestObjectExtra.key == "sdi_result")
        .order_by(HarvestObject.gathered)
    )
    return [json.loads(value) for value in model.Session.scalars(query)]


@pytest.mark.parametrize(
    ("url", "config", "service"),
    [
        ("https://a.example/daftar.csv", {}, "file"),
        ("https://a.example/ewalidata/serv/get_dssd_final", {}, "ewalidata"),
        ("https://a.example/get_dssd_final?kodepemda=6472", {}, "ewalidata"),
        ("https://a.example", {}, "portal"),
        ("https://a.example/", {}, "portal"),
        ("https://a.example/api/3/action/sdi_daftar_data_search?level=kabkota", {}, "portal"),
        ("https://a.example/layanan/data", {"service": "ewalidata"}, "ewalidata"),
        ("https://a.example/data", {"service": "portal"}, "portal"),
        ("https://a.example/", {"service": "file"}, "file"),
    ],
)
def test_a_service_is_told_by_its_address_or_the_configuration(
    url: str, config: dict[str, Any], service: str
) -> None:
    assert service_of(url, config) == service


def test_ewalidata_becomes_a_draft_and_new_figures_make_no_new_one(
    province: Province, there: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [dict(record) for record in RECORDS]
    there.answers[ENDPOINT] = lambda query: {"data": window(given, query)}
    monkeypatch.setitem(tk.config, "ckanext.sdi.harvest.tokens", [f"{there.host}={TOKEN}"])
    config = '{"kodepemda": "6472", "tahun": 2026, "page": 10}'
    source = make_source(province, there.address(ENDPOINT), config)
    report = harvest(province, source)
    assert (report["object_errors"], report["gather_errors"]) == ({}, [])
    (made,) = editions()
    assert (made.level, made.tahun, made.state) == ("kabkota", 2026, "draft")
    asked = {"kodepemda": "6472", "tahun": "2026", "limit": "10", "offset": "0"}
    assert there.asked[0] == (ENDPOINT, asked, f"Bearer {TOKEN}")
    (told,) = results()
    assert (told["outcome"], told["rows"], told["counts"]["new"]) == ("imported", 25, 25)
    for record in given:
        record["data"] = "999"
    # The figures of a district stand beside those of the whole.
    given.append({**given[0], "kodekec": "01"})
    assert harvest(province, source)["stats"]["not modified"] == 1
    assert results()[-1] == {**told, "outcome": "unchanged"}
    assert len(editions()) == 1
    given[3]["satuan"] = "sekolah"
    harvest(province, source)
    assert len(editions()) == 2
    shown = json.dumps(province.act("admin", "harvest_source_show", id=source["id"]))
    kept = model.Session.execute(sa.select(HarvestObject.content)).scalars().all()
    extras = model.Session.execute(sa.select(HarvestObjectExtra.value)).scalars().all()
    assert not any(TOKEN in text for text in (shown, *kept, *extras) if text)


def test_nothing_waits_when_the_harvest_is_done(province: Province, there: Services) -> None:
    there.answers[ENDPOINT] = lambda query: {"data": window(RECORDS, query)}
    source = make_source(province, there.address(f"{ENDPOINT}?tahun=2026"))
    harvest(province, source)
    assert len(editions()) == 1
    there.answers[ENDPOINT] = lambda _: b"<html>"
    (error,) = harvest(province, source)["gather_errors"]
    assert "127.0.0.1" in error["message"]
    assert len(editions()) == 1
    assert not waiting.path_of(source["id"], "x").parent.exists()


def test_a_list_whose_file_is_gone_is_told(
    province: Province, there: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.answers[ENDPOINT] = lambda query: {"data": window(RECORDS, query)}
    source = make_source(province, there.address(f"{ENDPOINT}?tahun=2026"))
    monkeypatch.setattr(waiting, "keep", lambda *_: None)
    harvest(province, source)
    assert model.Session.scalars(sa.select(HarvestObjectError.message)).one()
    assert editions() == []


def test_a_harvested_source_keeps_what_its_form_shows(province: Province, there: Services) -> None:
    source = make_source(province, there.address(ENDPOINT), '{"tahun": 2026}')
    assert province.act("admin", "harvest_source_reindex", id=source["id"])
    shown = province.act("admin", "harvest_source_show", id=source["id"])
    assert (shown["source_type"], shown["config"]) == ("sdi_forum", '{"tahun": 2026}')


def test_the_year_that_ewalidata_needs(there: Services) -> None:
    with pytest.raises(FetchError, match="tahun"):
        save(there.address(ENDPOINT), {}, io.BytesIO())
    assert there.asked == []


def test_a_token_goes_to_its_host_only_and_not_in_the_open(
    there: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.answers[ENDPOINT] = lambda query: {"data": window(RECORDS, query)}
    monkeypatch.setitem(tk.config, "ckanext.sdi.harvest.tokens", [f"lain.example={TOKEN}"])
    save(there.address(ENDPOINT), {"tahun": 2026}, io.BytesIO())
    assert there.asked[0][2] is None
    with pytest.raises(FetchRefused, match="https"):
        save(f"http://lain.example{ENDPOINT}", {"tahun": 2026}, io.BytesIO())


@pytest.mark.parametrize("base", ["", "/data"])
def test_a_portals_address_is_enough(province: Province, there: Services, base: str) -> None:
    old, new = edition("lama", "provinsi", 2024), edition("kini", "provinsi", 2025)
    portal_of(there, old, new, edition("nanti", "provinsi", 2090), base=base)
    config = '{"page": 2, "service": "portal"}' if base else '{"page": 2}'
    report = harvest(province, make_source(province, there.address(base), config))
    assert (report["object_errors"], report["gather_errors"]) == ({}, [])
    (made,) = editions()
    assert (made.level, made.tahun) == ("provinsi", 2025)
    asked = [query for path, query, _ in there.asked if path.endswith("search")]
    assert [(q["edition"], q["offset"]) for q in asked] == [("kini", "0"), ("kini", "2")]
    assert results()[-1]["rows"] == 3


def test_which_of_a_portals_lists(there: Services) -> None:
    portal_of(there, edition("p", "provinsi", 2025), edition("k", "kabkota", 2025))
    with pytest.raises(FetchError, match="kabkota, provinsi"):
        save(there.address(), {}, io.BytesIO())
    with pytest.raises(FetchError, match="no agreed list"):
        save(there.address(), {"level": "pusat"}, io.BytesIO())
    target = io.BytesIO()
    assert save(there.address(), {"level": "kabkota"}, target)[1] == 3
    assert "dari k" in target.getvalue().decode()
    target = io.BytesIO()
    save(there.address(f"{API}search?level=provinsi&limit=1"), {}, target)
    assert "dari p" in target.getvalue().decode()
    save(there.address(f"{API}search?edition=k"), {}, target)
    assert "dari k" in target.getvalue().decode()


def test_a_workbook_that_is_made_anew_each_time_is_the_same_list(
    province: Province, there: Services
) -> None:
    made: list[bytes] = []

    def book(_: Any) -> bytes:
        content = io.BytesIO(as_xlsx({"Daftar": records(rows({}, {}))}))
        with zipfile.ZipFile(content, "a") as packed:
            packed.writestr("docProps/made.txt", str(len(made)))
        made.append(content.getvalue())
        return made[-1]

    there.answers["/daftar.xlsx"] = book
    source = make_source(province, there.address("/daftar.xlsx"))
    harvest(province, source)
    (first,) = editions()
    report = harvest(province, source)
    assert made[0] != made[1]
    assert report["stats"]["not modified"] == 1
    assert [one.id for one in editions()] == [first.id]
    assert results()[-1] == {"outcome": "unchanged", "edition": first.id, "title": first.title} | {
        "agreed": False
    }
