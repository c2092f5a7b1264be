"""Lists that are given page by page: E-Walidata's (``get_dssd_final``), and those of other portals.

All pages are fetched into one file, which ``daftar_data`` reads as it reads any other. Half a list
is worse than none: a page that comes twice, is missing or is no JSON ends the fetching.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import urlsplit

from ckanext.sdi.harvest.fetch import FetchError, FetchRefused, fetch_bytes
from ckanext.sdi.rules.catalogue import N_

PAGE = 1000
MOST_RECORDS = 200_000
MAX_PAGE = 20 * 2**20
TRIES = 3
PAUSE = 2.0

_NO_LIST = N_("{host} did not answer with a list: {said}")
_SAME_PAGE = N_("{host} gives the same page again (after {n} records): the list is not whole.")
_LOST = N_("{host} gave {n} of {total} records: the list is not whole.")
_TOO_MANY = N_("{host} names more than {n} records.")


@dataclass(frozen=True)
class Paged:
    """A list at an address that gives some records at a time.

    :param url: the whole address; where E-Walidata's services are differs from place to place
    :param params: what is asked besides the page: ``kodepemda`` and ``tahun``, or ``edition``
    :param token: the bearer token of E-Walidata
    :param page: how many records are asked for at once
    """

    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    token: str | None = None
    page: int = PAGE

    @property
    def host(self) -> str:
        """Who is asked, for sentences."""
        return urlsplit(self.url).hostname or ""

    def records(self) -> Iterator[dict[str, Any]]:
        """All records, one after the other.

        :raises FetchError: when a page cannot be had, or the list is not whole
        """
        number, total = 0, None
        seen: set[bytes] = set()
        while True:
            some, told = self._page(number)
            total = total if told is None else told
            mark = hashlib.sha256(json.dumps(some, sort_keys=True).encode()).digest()
            if some and mark in seen:
                raise FetchError(_SAME_PAGE, host=self.host, n=str(number))
            seen.add(mark)
            number += len(some)
            if number > MOST_RECORDS:
                raise FetchError(_TOO_MANY, host=self.host, n=str(MOST_RECORDS))
            yield from some
            # Some give fewer at once than they are asked for: the total decides, where it is told.
            if not some or (number >= total if total is not None else len(some) < self.page):
                break
        if total is not None and number != total:
            raise FetchError(_LOST, host=self.host, n=str(number), total=str(total))

    def _page(self, offset: int) -> tuple[list[dict[str, Any]], int | None]:
        asked = {**self.params, "limit": str(self.page), "offset": str(offset)}
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        options = {"params": asked, "headers": headers, "max_bytes": MAX_PAGE}
        _, content = _again(lambda: fetch_bytes(self.url, **options))
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError) as error:
            said = " ".join(content[:100].decode("utf-8", "replace").split())
            raise FetchError(_NO_LIST, host=self.host, said=said) from error
        records = _records_of(answer)
        if records is None:
            raise FetchError(_NO_LIST, host=self.host, said=json.dumps(answer)[:100])
        return records, _total_of(answer, records)

    def save(self, target: IO[bytes]) -> int:
        """Write all records down as one list; how many they are.

        :raises FetchError: as ``records``; what was written until then is of no use
        """
        number = 0
        target.write(b"[")
        for number, record in enumerate(self.records(), start=1):
            target.write((b",\n" if number > 1 else b"\n") + json.dumps(record).encode())
        target.write(b"\n]\n")
        return number


def _again(ask: Callable[[], Any], tries: int = TRIES) -> Any:
    """Ask once more, and again, when the other side fails; a refusal of the guard stays one."""
    try:
        return ask()
    except FetchRefused:
        raise
    except FetchError:
        if tries == 1:
            raise
    time.sleep(PAUSE * 2 ** (TRIES - tries))
    return _again(ask, tries - 1)


def _records_of(answer: Any) -> list[dict[str, Any]] | None:
    """The records in an answer: it is a list, or has one under one of the usual names."""
    for name in ("result", "results", "data"):
        if isinstance(answer, dict) and name in answer:
            return _records_of(answer[name])
    if isinstance(answer, list) and all(isinstance(record, dict) for record in answer):
        return answer
    return None


def _total_of(answer: Any, records: list[dict[str, Any]]) -> int | None:
    """How many records there are in all, when the answer tells."""
    whole = answer.get("result", answer) if isinstance(answer, dict) else None
    told = whole.get("count") if isinstance(whole, dict) else None
    if told is None and records:
        told = records[0].get("rowtotal")
    text = str(told)
    return int(text) if text.isascii() and text.isdigit() else None
