"""A list that a service gives page by page, fetched to disk: records a second, and memory.

``python bench/forum_pages.py [RECORDS …]`` (5,000 and 100,000) needs no servers but its own: a
process that answers as E-Walidata does, 1,000 records at a time. Printed are for each length the
records a second, the pages asked for, the file's size, and the most memory that the process has
had before and after. The goal is that memory does not grow with the list.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

DEFINITION = "Banyaknya satuan yang tercatat pada akhir tahun menurut catatan administrasi. " * 3


class Service(BaseHTTPRequestHandler):
    """E-Walidata with as many records as its path says."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: int(values[0]) for name, values in parse_qs(parts.query).items()}
        total = int(parts.path.strip("/"))
        numbers = range(query["offset"], min(query["offset"] + query["limit"], total))
        body = json.dumps({"data": [record(number, total) for number in numbers]}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing is logged."""


def record(number: int, total: int) -> dict[str, Any]:
    """A made-up record."""
    return {
        "kodeindikator": f"{number // 10**6 + 1}.01.{number % 10**6:06}",
        "uraian_indikator": f"Jumlah satuan contoh nomor {number}",
        "definisi_operasional": DEFINITION,
        "satuan": "unit",
        "uraibidang": "Pendidikan",
        "kodepemda": "6472",
        "tahun": "2026",
        "data": str(number),
        "status": "AKTIF",
        "rownum": number,
        "rowtotal": total,
    }


def peak() -> int:
    """The most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Fetch each list once."""
    import ckan.plugins.toolkit as tk

    from ckanext.sdi.harvest.paged import Paged
    from ckanext.sdi.harvest.services import KEPT

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    host = f"127.0.0.1:{server.server_address[1]}"
    if (child := os.fork()) == 0:
        server.serve_forever()
    try:
        tk.config["ckanext.sdi.harvest.allowed_private_hosts"] = [host]
        for total in [int(number) for number in sys.argv[1:]] or [5_000, 100_000]:
            before = peak()
            with tempfile.TemporaryFile() as file:
                clock = time.perf_counter()
                number = Paged(f"http://{host}/{total}", kept=KEPT).save(file)
                took = time.perf_counter() - clock
                size = file.tell() / 2**20
            assert number == total
            print(
                f"{total:,} records in {-(-total // 1000)} pages: {total / took:,.0f} records/s,"
                f" {size:.1f} MiB on disk; peak memory {before} -> {peak()} MiB"
            )
    finally:
        os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
