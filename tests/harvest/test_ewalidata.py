"""Lists given page by page, by servers that do as they like."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import ckan.plugins.toolkit as tk

from ckanext.sdi.daftar_data.formats import read_list
from ckanext.sdi.harvest import ewalidata
from ckanext.sdi.harvest.ewalidata import Paged
from ckanext.sdi.harvest.fetch import FetchError, FetchRefused
from ckanext.sdi.rules.daftar_data_file import ewalidata_example

RECORDS = json.loads(ewalidata_example(*[{} for _ in range(25)]))["data"]


class Server(ThreadingHTTPServer):
    """E-Walidata as a test wants it; what it was asked is kept."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.manner = ""
        self.asked: list[tuple[dict[str, str], str | None]] = []

    def answer(self, limit: int, offset: int) -> Any:
        if self.manner == "repeats" and offset >= 10:
            offset = 0
        if self.manner == "drops" and offset >= 10:
            offset += 10
        some = RECORDS[offset : offset + limit]
        if self.manner == "ckan":
            return {"success": True, "result": {"count": len(RECORDS), "results": some}}
        if self.manner == "error":
            return {"status": False, "message": "token"}
        total = {} if self.manner == "untold" else {"rowtotal": str(len(RECORDS))}
        return {"data": [{**record, **total} for record in some]}


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        query = {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
        self.server.asked.append((query, self.headers["Authorization"]))
        manner = self.server.manner
        if manner == "fails" and len(self.server.asked) % 3 == 0:
            self.send_response(500)
            self.end_headers()
            return
        body = json.dumps(self.server.answer(int(query["limit"]), int(query["offset"]))).encode()
        if manner == "page":
            body = b"<html>Silakan masuk</html>"
        # No length is told.
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body[:200] if manner == "cut" else body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    made = Server()
    threading.Thread(target=made.serve_forever, daemon=True).start()
    allow = [f"127.0.0.1:{made.server_address[1]}"]
    monkeypatch.setitem(tk.config, "ckanext.sdi.harvest.allowed_private_hosts", allow)
    monkeypatch.setattr(ewalidata, "PAUSE", 0)
    yield made
    made.shutdown()
    made.server_close()


def paged(server: Server, **options: Any) -> Paged:
    url = f"http://127.0.0.1:{server.server_address[1]}/serv/get_dssd_final"
    asked = {"kodepemda": "6472", "tahun": "2026"}
    return Paged(url, asked, **{"token": "rahasia", "page": 10, **options})


@pytest.mark.parametrize("manner", ["", "untold", "ckan", "fails"])
def test_all_pages_are_one_list(server: Server, manner: str) -> None:
    server.manner = manner
    file = io.BytesIO()
    assert paged(server).save(file) == 25
    parsed = read_list(file)
    assert not parsed.refused
    assert len(parsed.rows) == 25
    query, token = server.asked[0]
    assert query == {"kodepemda": "6472", "tahun": "2026", "limit": "10", "offset": "0"}
    assert token == "Bearer rahasia"
    # The page that failed was asked for again.
    assert len(server.asked) == (4 if manner == "fails" else 3)


@pytest.mark.parametrize("manner", ["repeats", "drops", "page", "cut", "error"])
def test_a_list_that_is_not_whole_is_none(server: Server, manner: str) -> None:
    server.manner = manner
    with pytest.raises(FetchError) as refused:
        paged(server).save(io.BytesIO())
    assert "127.0.0.1" in str(refused.value)
    assert "rahasia" not in str(refused.value)


def test_it_is_fetched_through_the_guard(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tk.config, "ckanext.sdi.harvest.allowed_private_hosts", [])
    with pytest.raises(FetchRefused):
        list(paged(server).records())
    assert server.asked == []
