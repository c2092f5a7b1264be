"""The guarded fetch, against real HTTP servers on this machine."""

from __future__ import annotations

import gzip
import io
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ckanext.sdi.harvest import fetch as module
from ckanext.sdi.harvest.fetch import FetchError, FetchRefused, fetch, fetch_bytes, is_public


class Handler(BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        where, _, rest = self.path[1:].partition("/")
        if where == "to":
            self.send_response(302)
            self.send_header("Location", rest.replace("~", "/"))
            self.end_headers()
        elif where == "list" and self.headers.get("If-None-Match") == '"one"':
            self.send_response(304)
            self.end_headers()
        elif where == "gzip":
            self._answer(gzip.compress(b"0" * 10_000_000), {"Content-Encoding": "gzip"})
        elif where == "missing":
            self.send_error(404)
        else:
            self._answer(b"a;b\n1;2\n", {"ETag": '"one"'})

    def _answer(self, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def allow(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Name the hosts that may be private, as the option of the portal does."""

    def allowed(*hosts: str) -> None:
        monkeypatch.setattr(module.config, "allowed_private_hosts", lambda: frozenset(hosts))

    allowed()
    return allowed


def base(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}"


def test_an_allowed_host_is_fetched_and_its_content_told_by_etag(
    server: ThreadingHTTPServer, allow: Any
) -> None:
    allow(f"127.0.0.1:{server.server_address[1]}")
    first, content = fetch_bytes(f"{base(server)}/list")
    assert content == b"a;b\n1;2\n"
    assert first.etag == '"one"'
    assert first.size == len(content)
    again, nothing = fetch_bytes(f"{base(server)}/list", etag=first.etag)
    assert again.unchanged
    assert nothing == b""


def test_a_private_address_is_refused_and_never_asked(
    server: ThreadingHTTPServer, allow: Any
) -> None:
    with pytest.raises(FetchRefused, match="not a public address"):
        fetch_bytes(f"{base(server)}/list")
    assert server.asked == []  # type: ignore[attr-defined]


def test_another_port_of_an_allowed_host_is_refused(
    server: ThreadingHTTPServer, allow: Any
) -> None:
    allow("127.0.0.1:1")
    with pytest.raises(FetchRefused):
        fetch_bytes(f"{base(server)}/list")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1", "255.255.255.255", "192.0.2.1", "240.0.0.1", "::1", "::", "fe80::1",
        "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::",
        "64:ff9b::7f00:1", "64:ff9b::a00:1", "fe80::1%eth0", "fec0::1", "feff::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "103.10.66.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("name", ["localhost", "2130706433", "0x7f.1", "[::1]"])
def test_other_spellings_of_this_machine(
    name: str, server: ThreadingHTTPServer, allow: Any
) -> None:
    with pytest.raises(FetchError):
        fetch_bytes(f"http://{name}:{server.server_address[1]}/list")
    assert server.asked == []  # type: ignore[attr-defined]


def test_a_redirect_into_a_private_address_is_refused(
    server: ThreadingHTTPServer, allow: Any
) -> None:
    port = server.server_address[1]
    allow(f"127.0.0.1:{port}")
    with pytest.raises(FetchRefused, match="not a public address"):
        fetch_bytes(f"{base(server)}/to/http:~~localhost:{port}~list")
    assert not any(path == "/list" for path in server.asked)  # type: ignore[attr-defined]


@pytest.mark.parametrize("target", ["file:~~~etc~passwd", "ftp:~~127.0.0.1~a", "gopher:~~a~b"])
def test_a_redirect_to_another_scheme_is_refused(
    target: str, server: ThreadingHTTPServer, allow: Any
) -> None:
    allow(f"127.0.0.1:{server.server_address[1]}")
    with pytest.raises(FetchRefused):
        fetch_bytes(f"{base(server)}/to/{target}")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a/b", "//a/b", "http://", "a.csv"])
def test_other_schemes_are_refused(url: str, allow: Any) -> None:
    with pytest.raises(FetchRefused, match="http://"):
        fetch_bytes(url)


def test_a_redirect_without_end(server: ThreadingHTTPServer, allow: Any) -> None:
    allow(f"127.0.0.1:{server.server_address[1]}")
    loop = f"/to/{base(server)}/to/".replace("://", ":~~")
    with pytest.raises(FetchError):
        fetch_bytes(base(server) + loop + "x")


def test_the_connection_goes_to_the_address_that_was_judged(
    server: ThreadingHTTPServer, allow: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is public when it is judged and private the next time never gets there."""
    answers = iter(["203.0.114.1", "127.0.0.1", "127.0.0.1"])
    connected: list[tuple[str, int]] = []

    def resolve(host: str, port: int, *rest: Any, **options: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address: tuple[str, int], *rest: Any) -> socket.socket:
        connected.append(address)
        raise OSError("no route")

    monkeypatch.setattr(module.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(module.socket, "create_connection", connect)
    with pytest.raises(FetchError, match="cannot be reached"):
        fetch_bytes(f"http://rebinding.example:{server.server_address[1]}/list")
    assert connected == [("203.0.114.1", server.server_address[1])]
    with pytest.raises(FetchRefused):
        fetch_bytes(f"http://rebinding.example:{server.server_address[1]}/list")


def test_one_private_address_among_public_ones_is_enough(
    allow: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(host: str, port: int, *rest: Any, **options: Any) -> list[Any]:
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("8.8.8.8", port)), (*kind, ("10.0.0.8", port))]

    monkeypatch.setattr(module.socket, "getaddrinfo", resolve)
    with pytest.raises(FetchRefused):
        fetch_bytes("http://two.example/list")


def test_more_than_the_limit_is_refused_also_when_it_is_packed(
    server: ThreadingHTTPServer, allow: Any
) -> None:
    allow(f"127.0.0.1:{server.server_address[1]}")
    target = io.BytesIO()
    with pytest.raises(FetchError, match="larger than 1 MB"):
        fetch(f"{base(server)}/gzip", target, max_bytes=2**20)
    assert target.tell() <= 2**20


def test_an_error_of_the_server_is_told_with_its_status(
    server: ThreadingHTTPServer, allow: Any
) -> None:
    allow(f"127.0.0.1:{server.server_address[1]}")
    with pytest.raises(FetchError, match="404"):
        fetch_bytes(f"{base(server)}/missing")


def test_proxies_of_the_environment_are_not_used(
    server: ThreadingHTTPServer, allow: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", base(server))
    monkeypatch.setenv("HTTP_PROXY", base(server))
    with pytest.raises(FetchRefused):
        fetch_bytes("http://10.0.0.1/list")
    assert server.asked == []  # type: ignore[attr-defined]
