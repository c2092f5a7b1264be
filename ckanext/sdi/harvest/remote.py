"""Another CKAN, asked through its public API: pages of datasets, and their files."""

from __future__ import annotations

import datetime
import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk

from ckanext.sdi.check.unpack import nameless
from ckanext.sdi.harvest import fetch as fetching
from ckanext.sdi.harvest.fetch import (
    MAX_BYTES,
    Fetched,
    FetchError,
    fetch,
    fetch_bytes,
)
from ckanext.sdi.harvest.mapping import plain_text
from ckanext.sdi.rules.catalogue import N_

PAGE = 100
NEWEST = 20
PAUSES = (0.5, 2.0)
"""Seconds before a page is asked for once more."""
MOST_DATASETS = 100_000
MAX_SECONDS = 6000.0
"""For all pages: ckanext-harvest takes a gathering of more than two hours for one that died."""
# A page, and the files of one dataset: a remote's word decides how many there are, and how large.
MAX_ANSWER = 20 * 2**20
MOST_FILES = 100
MOST_BYTES = 500 * 2**20
FILES_SECONDS = 1800.0
"""For all files of a dataset: a worker has other datasets to go on with."""
SNIFF = 512
_ID = re.compile(r"[\w.-]{1,100}", re.ASCII)
WEB_PAGE = (b"<!doctype", b"<html")
_SLOW_FILES = N_(
    "{host} takes more than {n} minutes to give the files of this dataset. It is tried again the "
    "next time."
)
_TOO_LONG = N_(
    "{host} takes more than {n} minutes to give its datasets. What it gave is taken; the next "
    "harvest asks for all of them again."
)


class RemoteError(FetchError):
    """The other side answered, but with something that cannot be used."""


@dataclass
class Listing:
    """The public datasets of a CKAN, or those that a filter asks for, page by page.

    Sorted by id, so that what changes meanwhile moves nothing from one page to the next. A page
    that cannot be had is asked for again, and then passed over: ``faults`` says why.

    :param base: the portal's address
    :param fq: a filter of CKAN's search
    """

    base: str
    fq: str = ""
    count: int = 0
    faults: list[FetchError] = field(default_factory=list)

    def __iter__(self) -> Iterator[list[dict[str, Any]]]:
        """Ask for page after page.

        :raises FetchError: when the first page, or two in a row, cannot be had
        """
        start, before, missed = 0, frozenset(), False
        until = time.monotonic() + MAX_SECONDS
        while start == 0 or start < self.count:
            if time.monotonic() > until:
                minutes = str(round(MAX_SECONDS / 60))
                self.faults.append(RemoteError(_TOO_LONG, host=host_of(self.base), n=minutes))
                break
            try:
                page = self._page(start)
            except FetchError as error:
                if start == 0 or missed:
                    raise
                self.faults.append(error)
                start, missed = start + PAGE, True
                continue
            ids = frozenset(dataset["id"] for dataset in page)
            if not page or ids == before:
                break
            start, before, missed = start + len(page), ids, False
            yield list({dataset["id"]: dataset for dataset in page}.values())

    def _page(self, start: int) -> list[dict[str, Any]]:
        for pause in PAUSES if start else ():
            with suppress(FetchError):
                return self._asked(start)
            time.sleep(pause)
        return self._asked(start)

    def _asked(self, start: int) -> list[dict[str, Any]]:
        self.count, results = search(self.base, rows=PAGE, start=start, fq=self.fq, sort="id asc")
        if self.count > MOST_DATASETS:
            raise RemoteError(
                N_("{host} names more than {n} datasets."),
                host=host_of(self.base),
                n=str(MOST_DATASETS),
            )
        return results

    def number_differs(self, given: int) -> RemoteError | None:
        """What there is to tell when other than the named number of datasets came."""
        if given == self.count:
            return None
        return RemoteError(
            N_(
                "{host} names {named} datasets, but gave {given} different ones. What it gave is "
                "taken; the next harvest asks for all of them again."
            ),
            host=host_of(self.base),
            named=str(self.count),
            given=str(given),
        )


def newest(base: str) -> tuple[int, list[dict[str, Any]]]:
    """How many datasets a CKAN has, and those that changed last."""
    return search(base, rows=NEWEST, start=0, fq="", sort="metadata_modified desc")


def search(
    base: str, *, rows: int, start: int, fq: str, sort: str
) -> tuple[int, list[dict[str, Any]]]:
    """One answer of a CKAN's search: how many there are in all, and these.

    :raises FetchError: when it cannot be asked, or its answer is not that of a CKAN
    """
    params = {"rows": str(rows), "start": str(start), "sort": sort, **({"fq": fq} if fq else {})}
    url = f"{base.rstrip('/')}/api/3/action/package_search"
    _, content = fetch_bytes(url, params=params, max_bytes=MAX_ANSWER)
    try:
        answer = json.loads(content)
        count, results = answer["result"]["count"], answer["result"]["results"]
        right = answer["success"] is True and type(count) is int
        if right and all(_is_dataset(dataset) for dataset in results):
            return count, results
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise RemoteError(
        N_("{host} did not answer as a CKAN does. Look whether {url} is the portal's address."),
        host=host_of(base),
        url=base[:200],
    )


def content_of(dataset: Mapping[str, Any]) -> str:
    """What a dataset says, as text that is the same when it says the same.

    How often a page was looked at is not said by the dataset.
    """
    kept = {name: value for name, value in dataset.items() if name != "tracking_summary"}
    return json.dumps(kept, sort_keys=True)


def modified_of(dataset: Mapping[str, Any]) -> datetime.datetime | None:
    """When a dataset changed last (UTC), as its portal says."""
    try:
        moment = datetime.datetime.fromisoformat(dataset["metadata_modified"])
        if moment.tzinfo:
            moment = moment.astimezone(datetime.timezone.utc)
        return moment.replace(tzinfo=None)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def changed_since(moment: datetime.datetime) -> str:
    """The filter for datasets that changed after a moment; an index knows milliseconds."""
    after = moment + datetime.timedelta(milliseconds=1)
    return f"metadata_modified:[{after.isoformat(timespec='milliseconds')}Z TO *]"


def _is_dataset(dataset: Any) -> bool:
    found = dataset.get("id") if isinstance(dataset, dict) else None
    return isinstance(found, str) and bool(_ID.fullmatch(found))


def host_of(url: str) -> str:
    """The host of an address, to name it in a sentence."""
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
        self._until = time.monotonic() + FILES_SECONDS

    def file_of(self, url: str) -> tuple[IO[bytes], str] | None:
        """A resource's file and its sha256; none when the dataset has reached its limits.

        :raises FetchError: when it cannot be fetched, is too large, or is a page of the web instead
        """
        if self._count == MOST_FILES or self._size > MOST_BYTES:
            return None
        if url not in self._fetched:
            left = self._until - time.monotonic()
            if left <= 0:
                minutes = str(round(FILES_SECONDS / 60))
                raise RemoteError(_SLOW_FILES, host=host_of(url), n=minutes)
            self._fetched[url] = _download(url, self._open_files, min(left, fetching.MAX_SECONDS))
        path, fetched = self._fetched[url]
        self._size += fetched.size
        if self._size > MOST_BYTES:
            return None
        self._count += 1
        return self._open_files.enter_context(Path(path).open("rb")), fetched.sha256


def _download(url: str, open_files: ExitStack, seconds: float) -> tuple[str, Fetched]:
    # By a path, so that each resource of the same address reads it by itself.
    target, path = nameless(open_files)
    limit = min(MAX_BYTES, tk.config["ckan.max_resource_size"] * 2**20)
    fetched = fetch(url, target, max_bytes=limit, max_seconds=seconds)
    target.seek(0)
    start = target.read(SNIFF).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if "text/html" in fetched.content_type.lower() or start.startswith(WEB_PAGE):
        raise RemoteError(
            N_("{host} answered with a web page, not with the table."), host=host_of(url)
        )
    return str(path), fetched
