"""A CKAN-like server of datasets without files, in a process of its own, for measuring harvests."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

KEY = "BENCH-1"
MODIFIED = "2025-06-01T00:00:00.000000"
SINCE = re.compile(r"metadata_modified:\[(.*?)Z TO")


def dataset(number: int, mark: str = "") -> dict[str, Any]:
    """A dataset as another CKAN has it; the second one cannot be saved.

    :param mark: tells the names of one server's datasets from those of another's
    """
    name = f"bench-{mark}{number:06d}"
    extras = {"Satuan Dataset": "orang", "Konsep": "Penduduk", "Cakupan Dataset": "64"}
    return {
        "id": name,
        "name": name,
        "title": f"Jumlah penduduk menurut kecamatan, tabel {number}",
        "notes": "Banyaknya penduduk. " * 20,
        "id_ddd": KEY,
        "sumber": "x" * (2000 if number == 1 else 20),
        "metadata_modified": MODIFIED,
        "organization": {"id": "o", "title": "Dinas"},
        "tags": [{"name": "penduduk"}, {"name": "kecamatan"}],
        "extras": [{"key": key, "value": value} for key, value in extras.items()],
        "resources": [],
    }


class _Ckan(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server: Any = self.server
        query = parse_qs(urlsplit(self.path).query)
        if urlsplit(self.path).path == "/asked":
            body = str(server.asked).encode()
        else:
            server.asked += 1
            since = SINCE.search(query.get("fq", [""])[0])
            number = 0 if since and since[1] > MODIFIED else server.number
            start, rows = int(query["start"][0]), int(query["rows"][0])
            results = [dataset(n, server.mark) for n in range(start, min(start + rows, number))]
            found = {"count": number, "results": results}
            body = json.dumps({"success": True, "result": found}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


def serve(number: int, mark: str) -> None:
    """Be that server; its port is the first line."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Ckan)
    server.number, server.mark, server.asked = number, mark, 0
    print(server.server_address[1], flush=True)
    server.serve_forever()


@contextlib.contextmanager
def served(number: int, mark: str = "") -> Iterator[str]:
    """The address of a server of so many datasets, in a process of its own."""
    command = [sys.executable, __file__, str(number), mark]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


def asked(address: str) -> int:
    """How often it was asked until now."""
    with urlopen(f"{address}/asked") as answer:  # noqa: S310  our own server
        return int(answer.read())


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
