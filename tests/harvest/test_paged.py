"""Lists given page by page, by servers that do as they like."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import ckan.plugins.toolkit as tk

from ckanext.sdi.daftar_data.formats import read_list
from ckanext.sdi.harvest import paged
from ckanext.sdi.harvest.fetch import FetchError, FetchRefused
from ckanext.sdi.harvest.paged import Paged
from ckanext.sdi.rules.daftar_data_file import ewalidata_example

RECORDS = json.loads(ewalidata_example(*[{} for _ in range(25)]))["data"]
TOKEN = "rahasia-sekali"


class Server(ThreadingHTTPServer):
    """E-Walidata as a test wants it; what it was asked is kept."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.manner = ""
        self.always = True
        self.asked: list[tuple[dict[str, str], str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/serv/get_dssd_final"

    @property
    def offsets(self) -> list[int]:
        return [int(query["offset"]) for query, _ in self.asked]

    def is_wrong(self, offset: int) -> bool:
        """Whether the manner shows: always from the second page on, or once on the second."""
        return offset >= 10 if self.always else offset == 10 and self.offsets.count(10) == 1

    def answer(self, limit: int, offset: int) -> Any:
        manner = self.manner if self.is_wrong(offset) else ""
        total = len(RECORDS) - (manner == "shrinks")
        start = {"repeats": 0, "shifts": offset - 1, "drops": offset + 10}.get(manner, offset)
        some = RECORDS[start : start + limit]
        if self.manner == "ckan":
            return {"success": True, "result": {"count": total, "results": some}}
        if self.manner == "error":
            return {"status": False, "message": f"token {TOKEN} of 3171234567890123"}
        told = {} if self.manner == "untold" else {"rowtotal": str(total)}
        return {"data": [{**r, **told, "rownum": n} for n, r in enumerate(some, start=offset)]}


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        query = {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
        self.server.asked.append((query, self.headers["Authorization"]))
        manner, offset = self.server.manner, int(query["offset"])
        status = 200
        if manner == "fails" and (self.server.always or len(self.server.asked) % 3 == 0):
            status = 500
        if manner == "401":
            status = 401
        body = json.dumps(self.server.answer(int(query["limit"]), offset)).encode()
        if manner == "page" and self.server.is_wrong(offset):
            body = b"<html>Silakan masuk</html>"
        if manner == "cut" and self.server.is_wrong(offset):
            body = body[:200]
        # No length is told.
        self.send_response(status)
        self.end_headers()
        if manner == "slow":
            self.wfile.write(body[:10])
            self.wfile.flush()
            time.sleep(2)
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    made = Server()
    threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
    allow = [f"127.0.0.1:{made.server_address[1]}"]
    monkeypatch.setitem(tk.config, "ckanext.sdi.harvest.allowed_private_hosts", allow)
    monkeypatch.setattr(paged, "PAUSE", 0)
    yield made
    made.shutdown()
    made.server_close()


def asked_of(server: Server, **options: Any) -> Paged:
    asked = {"kodepemda": "6472", "tahun": "2026"}
    return Paged(server.url, asked, **{"token": TOKEN, "page": 10, **options})


@pytest.mark.parametrize("manner", ["", "untold", "ckan"])
def test_all_pages_are_one_list(server: Server, manner: str) -> None:
    server.manner = manner
    file = io.BytesIO()
    assert asked_of(server).save(file) == 25
    parsed = read_list(file)
    assert not parsed.refused
    assert len(parsed.rows) == 25
    query, token = server.asked[0]
    assert query == {"kodepemda": "6472", "tahun": "2026", "limit": "10", "offset": "0"}
    assert token == f"Bearer {TOKEN}"
    # Where no total is told, only an empty page says that there is no more.
    assert server.offsets == [0, 10, 20, 25][: 4 if manner == "untold" else 3]


@pytest.mark.parametrize("manner", ["fails", "cut", "page", "repeats", "shifts", "shrinks"])
def test_what_goes_wrong_once_is_asked_for_again(server: Server, manner: str) -> None:
    server.manner, server.always = manner, False
    file = io.BytesIO()
    assert asked_of(server).save(file) == 25
    assert len(read_list(file).rows) == 25
    # A page that failed alone; of a list that changed, all of it.
    whole = manner in ("repeats", "shifts", "shrinks")
    assert server.offsets.count(0) == (2 if whole else 1)


@pytest.mark.parametrize(
    ("manner", "said"),
    [
        ("fails", "HTTP status 500"),
        ("cut", "did not answer with a list"),
        ("page", "<html>Silakan masuk"),
        ("error", "did not answer with a list"),
        ("repeats", "records again that it gave before"),
        ("shifts", "records again that it gave before"),
        ("drops", "15 of 25 records"),
        ("shrinks", "named 25 records, then 24"),
        ("401", "refuses to give the list (HTTP status 401)"),
    ],
)
def test_a_list_that_is_not_whole_is_none(server: Server, manner: str, said: str) -> None:
    server.manner = manner
    with pytest.raises(FetchError) as refused:
        asked_of(server).save(io.BytesIO())
    assert said in str(refused.value)
    assert "127.0.0.1" in str(refused.value)
    assert TOKEN not in str(refused.value)
    assert "3171234567890123" not in str(refused.value)
    assert len(server.asked) == {"401": 1, "fails": 3, "error": 3}.get(manner, len(server.asked))


def test_a_server_that_is_slow(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.manner = "slow"
    monkeypatch.setattr(paged, "PAGE_SECONDS", 0.2)
    monkeypatch.setattr(paged, "TRIES", 1)
    with pytest.raises(FetchError, match="in time"):
        paged.again(lambda: asked_of(server)._answer({"limit": "10", "offset": "0"}), 1)
    server.manner = ""
    monkeypatch.setattr(paged, "PAGE_SECONDS", 30)
    monkeypatch.setattr(paged, "MAX_SECONDS", 0)
    with pytest.raises(FetchError, match="minutes"):
        asked_of(server).save(io.BytesIO())


def test_a_list_without_end(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paged, "MOST_RECORDS", 15)
    with pytest.raises(FetchError, match="more than 15"):
        asked_of(server).save(io.BytesIO())


def test_only_what_the_list_has_is_written_down_and_once(server: Server) -> None:
    file = io.BytesIO()
    kept = ("satuan", "tahun")
    assert asked_of(server, kept=kept).save(file) == 25
    assert json.loads(file.getvalue()) == [{"satuan": "unit", "tahun": "2026"}]


def test_the_token_is_not_in_what_a_log_shows(server: Server) -> None:
    assert TOKEN not in repr(asked_of(server))


def test_it_is_fetched_through_the_guard(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tk.config, "ckanext.sdi.harvest.allowed_private_hosts", [])
    with pytest.raises(FetchRefused):
        list(asked_of(server).records())
    assert server.asked == []
