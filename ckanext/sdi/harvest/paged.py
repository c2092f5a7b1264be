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
from ckanext.sdi.rules.mask import mask_loose

PAGE = 1000
MOST_RECORDS = 200_000
MAX_PAGE = 20 * 2**20
MAX_SECONDS = 3600.0
PAGE_SECONDS = 120.0
TRIES = 3
PAUSE = 2.0
"""Seconds before a page, or the whole list, is asked for once more; then twice as many."""

_NO_LIST = N_("{host} did not answer with a list: {said}")
_REFUSED = N_(
    "{host} refuses to give the list (HTTP status {status}). An administrator of this portal looks "
    "whether its token stands in ckanext.sdi.harvest.tokens and still holds."
)
_AGAIN = N_("{host} gives records again that it gave before (after {n}): the list is not whole.")
_LOST = N_("{host} gave {n} of {total} records: the list is not whole.")
_CHANGES = N_("{host} named {before} records, then {total}: its list changes while it is read.")
_TOO_MANY = N_("{host} names more than {n} records.")
_TOO_LONG = N_("{host} takes more than {n} minutes to give its list. Try again later.")
_TOKEN_REFUSED = ("401", "403")
_WORTH_ANOTHER_TRY = ("408", "425", "429")


class NotWhole(FetchError):
    """The pages do not make one list: it may have changed while it was read."""


@dataclass(frozen=True)
class Paged:
    """A list at an address that gives some records at a time.

    :param url: the whole address, without a query
    :param params: what is asked besides the page: ``kodepemda`` and ``tahun``, or ``edition``
    :param token: a bearer token
    :param page: how many records are asked for at once
    :param kept: the fields of a record that are written down; left out, all of them
    :param passing: fields that tell how the answer was made, not what the record is
    """

    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    token: str | None = field(default=None, repr=False)
    page: int = PAGE
    kept: tuple[str, ...] = ()
    passing: frozenset[str] = frozenset({"rownum", "rowtotal"})

    @property
    def host(self) -> str:
        """Who is asked, for sentences."""
        return urlsplit(self.url).hostname or ""

    def records(self) -> Iterator[dict[str, Any]]:
        """All records, one after the other.

        :raises FetchError: when a page cannot be had, or the list is not whole
        """
        number, total = 0, None
        seen: set[int] = set()
        until = time.monotonic() + MAX_SECONDS
        while True:
            some, told = self._page(number)
            if total is not None and told not in (None, total):
                raise NotWhole(_CHANGES, host=self.host, before=str(total), total=str(told))
            total = total if told is None else told
            marks = {self._mark(record) for record in some}
            if marks & seen:
                raise NotWhole(_AGAIN, host=self.host, n=str(number))
            seen |= marks
            number += len(some)
            if number > MOST_RECORDS:
                raise FetchError(_TOO_MANY, host=self.host, n=str(MOST_RECORDS))
            yield from some
            # Some give fewer at once than they are asked for. Where no total is told, an empty
            # page tells that there is no more.
            if not some or (total is not None and number >= total):
                break
            if time.monotonic() > until:
                raise FetchError(_TOO_LONG, host=self.host, n=str(round(MAX_SECONDS / 60)))
        if total is not None and number != total:
            raise NotWhole(_LOST, host=self.host, n=str(number), total=str(total))

    def _mark(self, record: Mapping[str, Any]) -> int:
        """A number that tells a record from the others of the list, and costs little to keep."""
        known: Any = {name: value for name, value in record.items() if name not in self.passing}
        written = json.dumps(record.get("id") or known, sort_keys=True).encode()
        return int.from_bytes(hashlib.sha256(written).digest()[:8], "big")

    def _page(self, offset: int) -> tuple[list[dict[str, Any]], int | None]:
        asked = {**self.params, "limit": str(self.page), "offset": str(offset)}
        return again(lambda: self._answer(asked))

    def _answer(self, asked: dict[str, str]) -> tuple[list[dict[str, Any]], int | None]:
        answer = self.json(self.url, asked)
        records = _records_of(answer)
        if records is None:
            raise FetchError(_NO_LIST, host=self.host, said=self._shown(json.dumps(answer)))
        return records, _total_of(answer, records)

    def json(self, url: str, asked: dict[str, str]) -> Any:
        """What the other side answers, as it is in JSON.

        :raises FetchError: when it does not answer, or with something else
        """
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        options = {"headers": headers, "max_bytes": MAX_PAGE, "max_seconds": PAGE_SECONDS}
        try:
            _, content = fetch_bytes(url, params=asked, **options)
        except FetchError as error:
            if error.params.get("status") in _TOKEN_REFUSED:
                raise FetchRefused(_REFUSED, **error.params) from error
            raise
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            said = self._shown(content[:10_000].decode("utf-8", "replace"))
            raise FetchError(_NO_LIST, host=self.host, said=said) from error

    def _shown(self, answer: str) -> str:
        """The beginning of an answer. Some repeat the token that they were asked with."""
        hidden = answer.replace(self.token, "…") if self.token else answer
        return mask_loose(" ".join(hidden[:500].split()))[:100]

    def save(self, target: IO[bytes]) -> int:
        """Write all records down as one list, each once; how many were given.

        A list that changes while it is read is read once more.

        :raises FetchError: as ``records``; what was written until then is of no use
        """
        try:
            return self._written(target)
        except NotWhole:
            time.sleep(PAUSE)
            return self._written(target)

    def _written(self, target: IO[bytes]) -> int:
        number, sign = 0, b"[\n"
        seen: set[int] = set()
        target.seek(0)
        target.truncate()
        for record in self.records():
            number += 1
            kept = {k: record[k] for k in self.kept or record if k in record}
            mark = self._mark(kept)
            if mark not in seen:
                target.write(sign + json.dumps(kept).encode())
                seen.add(mark)
                sign = b",\n"
        target.write(b"\n]\n" if number else b"[]\n")
        return number


def again(ask: Callable[[], Any], tries: int = TRIES) -> Any:
    """Ask once more, and again, when the other side fails; what it refuses is not asked again."""
    try:
        return ask()
    except FetchRefused:
        raise
    except FetchError as error:
        status = error.params.get("status", "")
        if tries == 1 or (status.startswith("4") and status not in _WORTH_ANOTHER_TRY):
            raise
    time.sleep(PAUSE * 2 ** (TRIES - tries))
    return again(ask, tries - 1)


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
    return int(text[:12]) if text.isascii() and text.isdigit() else None
