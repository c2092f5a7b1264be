"""What a server can do to a fetch: answer without end, too slowly, or with what is no HTTP."""

from __future__ import annotations

import contextlib
import gzip
import io
import socket
import threading
from collections.abc import Iterable, Iterator
from itertools import chain, repeat

import pytest

from ckanext.sdi.harvest import fetch as module
from ckanext.sdi.harvest.fetch import FetchError, FetchRefused, fetch_bytes

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
# One of the server's steps, and how many it would take for all it has to say.
STEP, STEPS = 0.05, 400


class Raw:
    """A server that sends the given bytes, whatever it is asked."""

    def __init__(self) -> None:
        self.says: Iterable[bytes] = []
        self.step = 0.0
        self.sent = 0
        self.ended = threading.Event()
        self._hurry = threading.Event()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._door.accept()
                with connection, contextlib.suppress(OSError):
                    connection.recv(2**16)
                    for piece in self.says:
                        connection.sendall(piece)
                        self.sent += len(piece)
                        self._hurry.wait(self.step)
                    self.ended.set()

    def close(self) -> None:
        self._hurry.set()
        self._door.close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Raw]:
    server = Raw()
    allowed = frozenset({server.host})
    monkeypatch.setattr(module.config, "allowed_private_hosts", lambda: allowed)
    yield server
    server.close()


def one_by_one(text: bytes) -> Iterable[bytes]:
    return (text[n : n + 1] for n in range(len(text)))


@pytest.mark.parametrize(
    "says",
    [
        chain([OK + b"Content-Length: 400\r\n\r\n"], repeat(b"x", STEPS)),
        chain([OK + b"\r\n"], repeat(b"x", STEPS)),
        one_by_one(OK + b"X-Long: " + b"x" * STEPS),
        chain([CHUNKED], repeat(b"1\r\nx\r\n", STEPS)),
        chain([CHUNKED], repeat(b"0", STEPS)),
        repeat(b"HTTP/1.1 100 Continue\r\n\r\n", STEPS),
        chain([b"HTTP/1.1 302 Found\r\nLocation: /again\r\n\r\n"], repeat(b"x", STEPS)),
        chain([b""], repeat(b"", STEPS)),
    ],
    ids=["body", "no-length", "headers", "chunks", "chunk-size", "continue", "redirect", "silent"],
)
def test_a_slow_server_does_not_hold_a_fetch(server: Raw, says: Iterable[bytes]) -> None:
    """The fetch ends of itself, long before the server does."""
    server.says, server.step = says, STEP
    with pytest.raises(FetchError, match=r"in time|without end"):
        fetch_bytes(f"http://{server.host}/a.csv", max_seconds=10 * STEP)
    assert not server.ended.is_set()


def test_the_time_is_one_for_all_redirects(server: Raw) -> None:
    """Each of them is quick enough; together they are not."""

    class Redirect:
        def __iter__(self) -> Iterator[bytes]:
            yield from (b"HTTP/1.1 302 Found\r\n", b"Location: /again\r\n", b"Content-Length: 0")
            yield b"\r\n\r\n"

    server.says, server.step = Redirect(), 0.1
    with pytest.raises(FetchError, match="in time"):
        fetch_bytes(f"http://{server.host}/a.csv", max_seconds=0.5)


@pytest.mark.parametrize(
    "begins",
    [
        OK + b"\r\n",
        CHUNKED + b"-1\r\n",
        CHUNKED,
        b"HTTP/1.1 302 Found\r\nLocation: /again\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nTransfer-Encoding: chunked\r\nLocation: /again\r\n\r\nFFFFFFFF\r\n",
        b"HTTP/1.1 404 Not Found\r\n\r\n",
        OK + b"Content-Encoding: gzip\r\n\r\n",
        b"",
    ],
    ids=["body", "minus", "chunk-size", "redirect", "redirect-chunks", "error", "gzip", "status"],
)
def test_a_server_without_end_is_left(server: Raw, begins: bytes) -> None:
    """Whichever part of an answer it is that does not end, little more than the limit is read."""
    server.says = chain([begins], repeat(b"0" * 2**16, 2**10))
    target = io.BytesIO()
    with pytest.raises(FetchError):
        module.fetch(f"http://{server.host}/a.csv", target, max_bytes=2**20)
    assert not server.ended.is_set()
    assert server.sent < 2**24
    assert target.tell() <= 2**20


# No date in it: it is part of a test's name, which all processes must know it by.
BOMB = gzip.compress(gzip.compress(b"0" * 2**24, mtime=0), mtime=0)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
        OK + b"Content-Length: 5, 6\r\n\r\nabcde",
        OK + b"Content-Length: 50\r\n\r\nabc",
        OK + b"Content-Length: abc\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        OK + b"Content-Encoding: gzip\r\n\r\nno gzip",
        OK + b"Content-Encoding: " + b"gzip, " * 50 + b"gzip\r\n\r\nno gzip",
        OK + b"Content-Encoding: gzip, gzip\r\n\r\n" + BOMB,
        CHUNKED + b"5\r\nab",
        CHUNKED + b"zz\r\nab",
        *(
            b"HTTP/1.1 302 Found\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % to
            for to in (
                b"http://[::1", b"http://[::1/x.csv", b"http://a:port/", b"http://a:99999999/",
                b"http://*.example/", b"http://xn--a/", b"http://%zz/", b"\xff\xfe", b"http://\xc3",
                b"http://" + b"a" * 300 + b".example/", b"//", b"http:", b"http://..",
                b"http://a..b/", b"file:///etc/passwd", b"http://\x00/", b"http://a b/", b"?\x7f",
            )
        ),
    ],
)  # fmt: skip
def test_whatever_it_answers_is_a_failed_fetch(server: Raw, answer: bytes) -> None:
    server.says = [answer]
    with pytest.raises(FetchError):
        fetch_bytes(f"http://{server.host}/a.csv", max_bytes=2**20)


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1/x.csv", "http://[::1", "http://[abc]/", "http://a:port/", "http://a:99999999/",
        "http://*.example/", "http://%zz/", "http://\udc80/", "http://\x00/", "http://a b/",
        "http://.", "http://" + "a" * 300 + ".example/", "http://xn--a/", "http:///", "", "\x00",
        "http://a..b/", "http://\u2100.example/", "HTTP://[::ffff:1.2.3]/", "http://a:-1/",
    ],
)  # fmt: skip
def test_whatever_is_no_address_is_a_failed_fetch(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.config, "allowed_private_hosts", frozenset)
    with pytest.raises(FetchError):
        fetch_bytes(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://budi:sandi@127.0.0.1/a", "https://sandi@a.example/", "ftp://budi:sandi@a.example/",
        "budi:sandi@a.example/a", "http://budi:sandi@[::1/", "http://budi:sandi@a:port/",
        "//budi:sandi@a/", "http:\\\\budi:sandi@a/",
    ],
)  # fmt: skip
def test_an_address_with_a_password_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(FetchRefused) as refused:
        fetch_bytes(url)
    assert "sandi" not in str(refused.value)


def test_an_at_sign_elsewhere_is_no_password(server: Raw, monkeypatch: pytest.MonkeyPatch) -> None:
    server.says = [OK + b"Content-Length: 1\r\n\r\n1"]
    assert fetch_bytes(f"http://{server.host}/@a?b=@c")[1] == b"1"
