"""Another CKAN, asked through its public API: pages of datasets, and their files."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk

from ckanext.sdi.harvest.fetch import MAX_BYTES, Fetched, FetchError, fetch, fetch_bytes
from ckanext.sdi.harvest.mapping import plain_text
from ckanext.sdi.rules.catalogue import N_

PAGE = 100
MOST_DATASETS = 100_000
# A page, and the files of one dataset: a remote's word decides how many there are, and how large.
MAX_ANSWER = 20 * 2**20
MOST_FILES = 100
MOST_BYTES = 500 * 2**20
SNIFF = 512
_ID = re.compile(r"[\w.-]{1,100}", re.ASCII)
WEB_PAGE = (b"<!doctype", b"<html")


class RemoteError(FetchError):
    """The other side answered, but with something that cannot be used."""


def datasets(base: str) -> Iterator[list[dict[str, Any]]]:
    """The public datasets of a CKAN, page by page; one that comes twice is given once.

    Sorted by id, so that what changes meanwhile moves nothing from one page to the next.

    :param base: the portal's address
    :raises FetchError: when it cannot be asked, or its answer is not that of a CKAN
    """
    seen: set[str] = set()
    start = 0
    while True:
        page = _search(base, start)
        if not page:
            return
        start += len(page)
        if start > MOST_DATASETS:
            raise RemoteError(
                N_("{host} names more than {n} datasets."), host=_host(base), n=str(MOST_DATASETS)
            )
        fresh = {dataset["id"]: dataset for dataset in page if dataset["id"] not in seen}
        if not fresh:
            raise RemoteError(N_("{host} gives the same datasets on each page."), host=_host(base))
        seen.update(fresh)
        yield list(fresh.values())


def _search(base: str, start: int) -> list[dict[str, Any]]:
    params = {"rows": str(PAGE), "start": str(start), "sort": "id asc"}
    url = f"{base.rstrip('/')}/api/3/action/package_search"
    _, content = fetch_bytes(url, params=params, max_bytes=MAX_ANSWER)
    try:
        answer = json.loads(content)
        results = answer["result"]["results"]
        if answer["success"] is True and all(_is_dataset(dataset) for dataset in results):
            return results
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise RemoteError(
        N_("{host} did not answer as a CKAN does. Look whether {url} is the portal's address."),
        host=_host(base),
        url=base[:200],
    )


def _is_dataset(dataset: Any) -> bool:
    found = dataset.get("id") if isinstance(dataset, dict) else None
    return isinstance(found, str) and bool(_ID.fullmatch(found))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def tables(dataset: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """The CSV resources of a dataset, each once, and the names of its other ones."""
    found: dict[str, dict[str, Any]] = {}
    others: list[str] = []
    resources = dataset.get("resources")
    for resource in resources if isinstance(resources, list) else []:
        if not isinstance(resource, dict):
            continue
        if isinstance(resource.get("id"), str) and _is_table(resource):
            found.setdefault(resource["id"], resource)
        else:
            others.append(plain_text(resource.get("name") or resource.get("id"))[:100])
    return list(found.values()), others


def _is_table(resource: Mapping[str, Any]) -> bool:
    url = resource.get("url")
    if not isinstance(url, str):
        return False
    kind = str(resource.get("format") or "").strip().lower().lstrip(".")
    return kind == "csv" or (not kind and url.partition("?")[0].lower().endswith(".csv"))


class Downloads:
    """The files of one dataset: each address is fetched once, and together they have limits.

    :param open_files: closes, and so deletes, the files
    """

    def __init__(self, open_files: ExitStack) -> None:
        self._open_files = open_files
        self._fetched: dict[str, tuple[str, Fetched]] = {}
        self._count = self._size = 0

    def file_of(self, url: str) -> tuple[IO[bytes], str] | None:
        """A resource's file and its sha256; none when the dataset has reached its limits.

        :raises FetchError: when it cannot be fetched, is too large, or is a page of the web instead
        """
        if self._count == MOST_FILES or self._size > MOST_BYTES:
            return None
        if url not in self._fetched:
            self._fetched[url] = _download(url, self._open_files)
        path, fetched = self._fetched[url]
        self._size += fetched.size
        if self._size > MOST_BYTES:
            return None
        self._count += 1
        return self._open_files.enter_context(Path(path).open("rb")), fetched.sha256


def _download(url: str, open_files: ExitStack) -> tuple[str, Fetched]:
    # By name, so that each resource of the same address reads it by itself.
    target = open_files.enter_context(tempfile.NamedTemporaryFile())  # noqa: SIM115  it does
    limit = min(MAX_BYTES, tk.config["ckan.max_resource_size"] * 2**20)
    fetched = fetch(url, target, max_bytes=limit)
    target.seek(0)
    start = target.read(SNIFF).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if "text/html" in fetched.content_type.lower() or start.startswith(WEB_PAGE):
        raise RemoteError(
            N_("{host} answered with a web page, not with the table."), host=_host(url)
        )
    return target.name, fetched
