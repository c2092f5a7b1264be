"""A made-up CKAN on this machine, with what a test gives it."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class FakeCkan(ThreadingHTTPServer):
    """A CKAN with the datasets and files that a test gives it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.datasets: list[Any] = []
        self.files: dict[str, bytes] = {}
        self.moved: dict[str, str] = {}
        self.home_page: bytes | None = None
        self.asked: list[str] = []
        # What it answers to a search in place of the page (none: the page), by the page's start or
        # to each.
        self.instead: dict[int | None, list[int | bytes | None]] = {}

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def has(self, dataset_id: str, *files: str, **fields: Any) -> dict[str, Any]:
        """Give it a dataset with CSV files."""
        resources = [
            {"id": f"{dataset_id}-{n}", "name": name, "format": "CSV", "url": f"{self.url}/{name}"}
            for n, name in enumerate(files)
        ]
        dataset = {
            "id": dataset_id,
            "name": dataset_id,
            "title": f"Dataset {dataset_id}",
            "notes": "Banyaknya usaha.",
            "metadata_modified": "2025-06-01T00:00:00.000000",
            "resources": resources,
            **fields,
        }
        self.datasets.append(dataset)
        return dataset


class _Handler(BaseHTTPRequestHandler):
    server: FakeCkan

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.asked.append(parts.path)
        if parts.path in self.server.moved:
            self.send_response(302)
            self.send_header("Location", self.server.moved[parts.path])
            self.end_headers()
        elif parts.path == "/api/3/action/package_search":
            self._search(parse_qs(parts.query))
        elif parts.path[1:] in self.server.files:
            self._answer(self.server.files[parts.path[1:]])
        else:
            self.send_error(404)

    def _search(self, query: dict[str, list[str]]) -> None:
        start = int(query["start"][0])
        planned = self.server.instead.get(start) or self.server.instead.get(None)
        instead = planned.pop(0) if planned else self.server.home_page
        if isinstance(instead, int):
            self.send_error(instead)
        else:
            self._answer(self._page(query, start) if instead is None else instead)

    def _page(self, query: dict[str, list[str]], start: int) -> bytes:
        datasets = self.server.datasets
        if "metadata_modified" in query["sort"][0]:
            datasets = sorted(datasets, key=lambda d: str(d["metadata_modified"]), reverse=True)
        if since := re.match(r"metadata_modified:\[(.*)Z TO \*\]", query.get("fq", [""])[0]):
            datasets = [d for d in datasets if str(d["metadata_modified"]) >= since[1]]
        results = datasets[start : start + int(query["rows"][0])]
        result = {"count": len(datasets), "results": results}
        return json.dumps({"success": True, "result": result}).encode()

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


def start() -> FakeCkan:
    """One that answers; the test stops it."""
    server = FakeCkan()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def stop(server: FakeCkan) -> None:
    server.shutdown()
    server.server_close()
