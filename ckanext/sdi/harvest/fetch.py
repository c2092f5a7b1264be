"""The one way a harvest fetches: http(s), from public addresses, within limits.

The guard stands where the connection is made: the name is resolved once, its addresses are judged
and the connection goes to the judged address. So a redirect, or a name that resolves to something
else the second time (DNS rebinding), meets the same guard.

The limits stand where the bytes come in: the libraries above read headers, redirects and chunks
for as long, and as much, as the server likes.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import io
import ipaddress
import re
import socket
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from ckanext.sdi import config
from ckanext.sdi.rules.catalogue import N_

MAX_BYTES = 50 * 2**20
MAX_SECONDS = 300.0
CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
MAX_REDIRECTS = 5
BLOCK = 2**16
# What may come besides the file itself: headers, redirects, the marks between chunks.
OVERHEAD = 2**20
SCHEMES = ("http", "https")
USER_AGENT = "ckanext-sdi-harvest"
# What the libraries raise for what a server sends, or for an address that it leads to.
FAULTS = (
    requests.exceptions.RequestException,
    HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
    OverflowError,
)

_TOO_SLOW = N_("{host} did not answer in time. Try again later.")
_TOO_LARGE = N_("The file of {host} is larger than {limit} MB.")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class FetchError(Exception):
    """A source that could not be fetched.

    ``message`` is a gettext message id with placeholders for ``params``, so that it is told in
    the reader's language.
    """

    def __init__(self, message: str, **params: str) -> None:
        super().__init__(message.format_map(params))
        self.message = message
        self.params = params


class FetchRefused(FetchError):
    """The guard refused the address; nothing was asked of it."""


@dataclass
class _Allowance:
    """What a fetch may still take of time and bytes, its redirects and headers included."""

    host: str
    max_bytes: int
    until: float
    taken: int = 0

    def seconds(self, most: float) -> float:
        """How long the next step may take.

        :raises FetchError: when the time is over
        """
        left = self.until - time.monotonic()
        if left <= 0:
            raise FetchError(_TOO_SLOW, host=self.host)
        return min(most, left)

    def take(self, size: int) -> None:
        """Count bytes that came.

        :raises FetchError: when they are too many
        """
        self.taken += size
        if self.taken > self.max_bytes + OVERHEAD:
            raise self.too_large()

    def too_large(self) -> FetchError:
        """The error to raise for a file over the limit."""
        return FetchError(_TOO_LARGE, host=self.host, limit=str(self.max_bytes // 2**20))


# Connections are made far below, by libraries that would not hand this on.
_allowance: ContextVar[_Allowance] = ContextVar("allowance")


@dataclass(frozen=True)
class Fetched:
    """What came of a request. ``unchanged``: the server says it is as it was (HTTP 304)."""

    url: str
    sha256: str
    size: int
    etag: str | None
    content_type: str
    unchanged: bool = False


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open network.

    Addresses that carry an IPv4 address inside (mapped, 6to4, Teredo, NAT64) are judged by both.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner: list[Any] = []
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.is_site_local:
            # Deprecated, and not among what Python calls private; networks still use it.
            return False
        inner = [ip.ipv4_mapped, ip.sixtofour, ip.teredo[1] if ip.teredo else None]
        if ip in _NAT64:
            inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
    hidden = [part for part in inner if part is not None]
    return (
        ip.is_global
        and not ip.is_multicast
        and not ip.is_reserved
        and all(is_public(str(part)) for part in hidden)
    )


def judged_addresses(host: str, port: int, allowed: frozenset[str]) -> list[str]:
    """The addresses of a host, when it may be connected to.

    :param allowed: ``host:port`` that may be private
    :raises FetchRefused: when one of its addresses is not public
    :raises FetchError: when the name has no address
    """
    bare = host.strip("[]").rstrip(".").lower()
    try:
        found = socket.getaddrinfo(bare, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(
            N_("The address of {host} was not found. Look whether it is written right."), host=bare
        ) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if f"{bare}:{port}" not in allowed and not all(map(is_public, addresses)):
        raise FetchRefused(
            N_(
                "{host}:{port} is not a public address: it is not fetched. An administrator can "
                "allow it in ckanext.sdi.harvest.allowed_private_hosts."
            ),
            host=bare,
            port=str(port),
        )
    return addresses


def _connect(connection: Any) -> socket.socket:
    """Connect to an address that was judged just now, not to a name that is resolved again."""
    *rest, last = judged_addresses(connection.host, connection.port, config_allowed())
    seconds = _allowance.get().seconds
    for address in rest:
        with contextlib.suppress(OSError):
            return socket.create_connection((address, connection.port), seconds(CONNECT_SECONDS))
    return socket.create_connection((last, connection.port), seconds(CONNECT_SECONDS))


class _Wire(io.RawIOBase):
    """What comes over a connection, as far as the fetch's allowance goes."""

    def __init__(self, connection: socket.socket, stream: io.RawIOBase) -> None:
        self._connection = connection
        self._stream = stream
        self._allowance = _allowance.get()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._connection.settimeout(self._allowance.seconds(READ_SECONDS))
        try:
            size = self._stream.readinto(buffer)
        except TimeoutError as error:
            raise FetchError(_TOO_SLOW, host=self._allowance.host) from error
        self._allowance.take(size or 0)
        return size

    def close(self) -> None:
        self._stream.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *rest: Any, **options: Any) -> None:
        super().__init__(sock, *rest, **options)
        self.fp: Any = io.BufferedReader(_Wire(sock, self.fp.detach()))


class _GuardedHTTP(HTTPConnection):
    response_class = _Answer

    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _GuardedHTTPS(HTTPSConnection):
    response_class = _Answer

    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _GuardedHTTP  # pyright: ignore[reportAssignmentType]  urllib3's own do as well


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedHTTPS  # pyright: ignore[reportAssignmentType]  the same


class _GuardedAdapter(HTTPAdapter):
    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        self.poolmanager = PoolManager(connections, maxsize=maxsize, block=block, **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}

    def send(self, *request: Any, **options: Any) -> requests.Response:
        response = super().send(*request, **options)
        if response.is_redirect:
            # requests would read its page, of whatever size, into memory.
            response.raw.close()
        return response


def config_allowed() -> frozenset[str]:
    """The private hosts that the portal's administrators allow."""
    return frozenset(host.lower() for host in config.allowed_private_hosts())


def host_of(url: str) -> str:
    """The host of an address that a harvest can fetch.

    :raises FetchRefused: for another scheme, a name or password in it, or what is no address
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise FetchRefused(N_("The address is not written right: look at its host.")) from error
    # Not ``netloc``: without a scheme, too, no password is repeated below.
    if "@" in re.split(r"[/?#]", url.partition("//")[2] or url, maxsplit=1)[0]:
        raise FetchRefused(
            N_(
                "An address with a user name or password in it is not fetched: everybody can see"
                " the address of a harvest source. Write it without them."
            )
        )
    if parts.scheme.lower() not in SCHEMES or not host:
        raise FetchRefused(
            N_("Only addresses that begin with http:// or https:// are fetched, not {url}."),
            url=url[:200],
        )
    return host


def session() -> requests.Session:
    """A session whose every connection, redirects too, goes through the guard.

    Proxies and ``.netrc`` of the environment are not used: a proxy would resolve the name itself.
    """
    guarded = requests.Session()
    guarded.trust_env = False
    guarded.max_redirects = MAX_REDIRECTS
    guarded.adapters.clear()
    for scheme in SCHEMES:
        guarded.mount(f"{scheme}://", _GuardedAdapter())
    guarded.headers["User-Agent"] = USER_AGENT
    return guarded


def fetch(
    url: str,
    target: IO[bytes],
    *,
    etag: str | None = None,
    max_bytes: int = MAX_BYTES,
    max_seconds: float = MAX_SECONDS,
    params: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Fetched:
    """Fetch a URL into an open file.

    :param etag: what the server called the content the last time; when it still holds, nothing is
        written and the result says ``unchanged``
    :param params: the query of the URL
    :param headers: what else is sent; ``Authorization`` does not go along to another host
    :raises FetchRefused: for another scheme or an address that is not public
    :raises FetchError: when the server does not answer, answers with an error, or answers with
        more or for longer than the limits allow
    """
    host = host_of(url)
    sent = {**(headers or {}), **({"If-None-Match": etag} if etag else {})}
    allowance = _Allowance(host, max_bytes, time.monotonic() + max_seconds)
    outer = _allowance.set(allowance)
    try:
        with (
            session() as guarded,
            guarded.get(
                url,
                headers=sent,
                params=params,
                stream=True,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
            ) as response,
        ):
            return _received(response, target, allowance)
    except requests.exceptions.InvalidSchema as error:
        raise FetchRefused(
            N_("{host} leads to an address that is not http:// or https://: it is not followed."),
            host=host,
        ) from error
    except FAULTS as error:
        raise FetchError(_reason(error), host=host) from error
    finally:
        _allowance.reset(outer)


def _reason(error: Exception) -> str:
    if isinstance(error, requests.exceptions.TooManyRedirects):
        return N_("{host} leads from one address to the next without end.")
    if isinstance(error, requests.exceptions.Timeout):
        return _TOO_SLOW
    if isinstance(error, requests.exceptions.SSLError):
        return N_("The certificate of {host} is not valid.")
    if isinstance(error, ValueError):
        return N_(
            "{host} cannot be fetched: its address, or one it leads to, is not written right."
        )
    return N_("{host} cannot be reached. Try again later.")


def _received(response: requests.Response, target: IO[bytes], allowance: _Allowance) -> Fetched:
    host = urlsplit(response.url).hostname or ""
    if response.status_code == requests.codes.not_modified:
        return Fetched(response.url, "", 0, response.headers.get("ETag"), "", unchanged=True)
    if response.status_code != requests.codes.ok:
        raise FetchError(
            N_("{host} answered with HTTP status {status}, not with the file."),
            host=host,
            status=str(response.status_code),
        )
    digest, size = hashlib.sha256(), 0
    for block in response.iter_content(BLOCK):
        size += len(block)
        if size > allowance.max_bytes:
            raise allowance.too_large()
        digest.update(block)
        target.write(block)
    return Fetched(
        response.url,
        digest.hexdigest(),
        size,
        response.headers.get("ETag"),
        response.headers.get("Content-Type", ""),
    )


def fetch_bytes(url: str, **options: Any) -> tuple[Fetched, bytes]:
    """``fetch`` into memory, for what is small: a list, an answer of an API."""
    target = io.BytesIO()
    return fetch(url, target, **options), target.getvalue()
