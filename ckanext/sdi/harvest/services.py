"""What stands at the address of a Forum's list: a file, E-Walidata, or another portal's list.

A service is told by its address, or by ``service`` in the source's configuration.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from ckanext.sdi import config as options
from ckanext.sdi.daftar_data.records import EWALIDATA
from ckanext.sdi.daftar_data.table import MAX_BYTES
from ckanext.sdi.harvest.fetch import (
    Fetched,
    FetchError,
    FetchRefused,
    config_allowed,
    fetch,
    host_of,
)
from ckanext.sdi.harvest.paged import PAGE, Paged, again
from ckanext.sdi.model.base import today
from ckanext.sdi.rules.catalogue import N_

ACTION = "/api/3/action/"
SEARCH = "sdi_daftar_data_search"
EDITIONS = "sdi_daftar_data_edition_list"
ENDPOINTS = ("get_dssd_final", "get_dssd")
KEPT = (*EWALIDATA, "kodepemda", "tahun", "status")
"""Of a record of E-Walidata what the list has: figures that come in make no new list."""

_NO_YEAR = N_(
    "{host} gives the list of one year: write “tahun” into the source's configuration, for example "
    '{{"tahun": 2026, "kodepemda": "6472"}}.'
)
_NO_EDITION = N_("{host} has no agreed list of this kind: look at “level” and “tahun”.")
_WHICH = N_(
    "{host} has lists of several levels: write “level” into the source's configuration, one of: "
    "{levels}."
)
_IN_THE_OPEN = N_(
    "The token for {host} is not sent in the open: write the address with https://, or allow the "
    "host in ckanext.sdi.harvest.allowed_private_hosts."
)


def service_of(url: str, config: Mapping[str, Any]) -> str:
    """``file``, ``ewalidata`` or ``portal``."""
    path = urlsplit(url).path.rstrip("/")
    if path.endswith(ENDPOINTS):
        told = "ewalidata"
    elif not path or path.endswith(f"{ACTION}{SEARCH}"):
        # No file of a list is the first page of a host.
        told = "portal"
    else:
        told = "file"
    return config.get("service", told)


def save(
    url: str, config: Mapping[str, Any], target: IO[bytes], *, etag: str | None = None
) -> tuple[Fetched, int | None]:
    """Fetch a list into a file; how many records a service gave.

    :param etag: what a file was called the last time; a service has none for all its pages
    :raises FetchError: when it cannot be had, or is not whole
    """
    host_of(url)
    service = service_of(url, config)
    if service == "file":
        token = _token(url)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return fetch(url, target, etag=etag, max_bytes=MAX_BYTES, headers=headers), None
    asked = _ewalidata(url, config) if service == "ewalidata" else _portal(url, config)
    number = asked.save(target)
    return Fetched(url, "", target.tell(), None, "application/json"), number


def _token(url: str) -> str | None:
    parts = urlsplit(url)
    token = options.harvest_token(parts.netloc)
    if token and parts.scheme.lower() != "https" and parts.netloc.lower() not in config_allowed():
        raise FetchRefused(_IN_THE_OPEN, host=parts.hostname or "")
    return token


def _asked(url: str, config: Mapping[str, Any], **options: Any) -> Paged:
    """The service at an address: its query goes along, but for what names a page."""
    parts = urlsplit(url)
    query = {k: v for k, v in parse_qsl(parts.query) if k not in ("limit", "offset")}
    params = {**query, **options.pop("params")}
    address = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    page = config.get("page", PAGE)
    return Paged(address, params, token=_token(url), page=page, **options)


def _ewalidata(url: str, config: Mapping[str, Any]) -> Paged:
    given = {name: str(config[name]) for name in ("kodepemda", "tahun") if name in config}
    service = _asked(url, config, params=given, kept=KEPT)
    if "tahun" not in service.params:
        raise FetchError(_NO_YEAR, host=service.host)
    return service


def _portal(url: str, config: Mapping[str, Any]) -> Paged:
    """Another portal's list: pages of the edition that counts there when it is asked first.

    So an edition that is agreed to meanwhile does not end in the middle of this one.
    """
    base = url.partition("?")[0].rstrip("/").removesuffix(f"{ACTION}{SEARCH}")
    query = url.partition("?")[2]
    address = f"{base}{ACTION}{SEARCH}" + (f"?{query}" if query else "")
    service = _asked(address, config, params={})
    if "edition" in service.params:
        return service
    names = ("level", "tahun")
    wanted = {name: service.params[name] for name in names if name in service.params}
    wanted |= {name: str(config[name]) for name in names if name in config}
    edition = _edition(service, f"{base}{ACTION}{EDITIONS}", wanted)
    others = {name: value for name, value in service.params.items() if name not in names}
    return _asked(address.partition("?")[0], config, params={**others, "edition": edition})


def _edition(service: Paged, url: str, wanted: Mapping[str, str]) -> str:
    """The edition of this year that is asked for, else the last before, else the next one."""
    asked = {**wanted, "state": "agreed", "limit": "1000"}
    answer = again(lambda: service.json(url, asked))
    result = answer.get("result") if isinstance(answer, dict) else None
    found = result.get("results") if isinstance(result, dict) else None
    known = [
        edition
        for edition in (found if isinstance(found, list) else [])
        if isinstance(edition, dict)
        and isinstance(edition.get("id"), str)
        and isinstance(edition.get("tahun"), int)
        and edition.get("state") == "agreed"
    ]
    if not known:
        raise FetchError(_NO_EDITION, host=service.host)
    levels = sorted({str(edition.get("level")) for edition in known})
    if len(levels) > 1:
        raise FetchError(_WHICH, host=service.host, levels=", ".join(levels))
    year = today().year
    nearest = min(known, key=lambda e: (e["tahun"] > year, abs(e["tahun"] - year)))
    return nearest["id"]
