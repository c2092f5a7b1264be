"""The report page of a check with 1,000,000 findings, on a running portal.

``python bench/report_page.py ADDRESS TOKEN [--rows N]`` uploads a file of N rows (1,000,000) with a
bad cell in each as the sysadmin of TOKEN, waits for its check and prints (part by part with
``--only``, on a report of before with ``--report``)

- of the report page (first, middle and last page of all cells), of the task's page (the same, with
  the rows), and of the page of suggested values: the median, the 95th percentile and the size,
- how long the streaming of all findings as CSV, of the annotated CSV and of the annotated workbook
  takes, with the time to its first byte,
- and, where the portal's web server runs on this machine, its peak memory before and after each.

The goal is a 95th percentile of at most 300 ms and a page of at most 300 KB.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import time
from pathlib import Path

from portal import Portal, times_of

ROUNDS = 20
SCHEMA = (
    '{"fields": [{"name": "nomor", "type": "string"}, {"name": "nama", "type": "string"},'
    ' {"name": "kecamatan", "type": "string"}, {"name": "desa", "type": "string"},'
    ' {"name": "alamat", "type": "string"}, {"name": "tahun", "type": "year"},'
    ' {"name": "jenis", "type": "string"}, {"name": "satuan", "type": "string"},'
    ' {"name": "keterangan", "type": "string"}, {"name": "jumlah", "type": "integer"}],'
    ' "primaryKey": ["nomor"]}'
)


def peak(portal: Portal) -> float | None:
    """The most memory that a process of its web server has had, in MiB."""
    where = portal.address.partition("//")[2].encode()
    peaks = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            if where in (process / "cmdline").read_bytes():
                status = (process / "status").read_text()
                peaks.append(int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024)
    return max(peaks, default=None)


def uploaded(portal: Portal, rows: int) -> str:
    """The path of the report of a file with a bad cell in each row."""
    name = f"bench-laporan-{int(time.time())}"
    office = portal.act("organization_create", name=name)
    made = portal.act("package_create", name=name, title="Bench", owner_org=office["id"])
    text = io.StringIO()
    text.write("nomor,nama,kecamatan,desa,alamat,tahun,jenis,satuan,keterangan,jumlah\n")
    for row in range(rows):
        text.write(
            f"N{row:07},Usaha nomor {row},Sungai Kunjang,Loa Buah,Jalan Melati {row % 500},"
            f"2025,dagang,unit,tercatat,{row % 9000}.0\n"
        )
    file = ("usaha.csv", text.getvalue().encode(), "text/csv")
    resource = portal.act(
        "resource_create",
        {"upload": file},
        package_id=made["id"],
        name="Usaha",
        format="CSV",
        table_schema=SCHEMA,
    )
    clock = time.perf_counter()
    while True:
        check = portal.act("sdi_resource_check_show", id=resource["id"])
        if check["state"] not in ("waiting", "running"):
            break
        time.sleep(1)
    found = sum(task["count"] for task in check["tasks"])
    print(f"check: {check['state']}, {found:,} findings, {time.perf_counter() - clock:.0f} s")
    return f"/dataset/{name}/resource/{resource['id']}/pemeriksaan"


def measured(portal: Portal, title: str, path: str) -> None:
    """Ask for a page again and again."""
    size = 0

    def ask() -> None:
        nonlocal size
        answer = portal.session.get(portal.address + path, timeout=600)
        answer.raise_for_status()
        size = len(answer.content)

    median, p95 = times_of(ask, ROUNDS)
    print(f"{title:32} median {median:5.0f} ms   p95 {p95:5.0f} ms   {size / 1024:5.0f} KB")


def streamed(portal: Portal, title: str, path: str) -> None:
    """Take a file without keeping it."""
    before, clock = peak(portal), time.perf_counter()
    first, size = 0.0, 0
    with portal.session.get(portal.address + path, stream=True, timeout=600) as answer:
        answer.raise_for_status()
        for piece in answer.iter_content(1 << 16):
            first = first or time.perf_counter() - clock
            size += len(piece)
    took, after = time.perf_counter() - clock, peak(portal)
    memory = f"peak memory {before:.0f} -> {after:.0f} MiB" if before and after else ""
    print(f"{title:32} {took:5.1f} s, first byte {first:.2f} s, {size >> 20} MiB   {memory}")


def main() -> None:
    """Run it."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("address")
    asked.add_argument("token")
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--report", help="the path of a report that is there from a run before")
    asked.add_argument("--only", choices=("upload", "pages", "streams"))
    given = asked.parse_args()
    portal = Portal(given.address, given.token)
    report = given.report or uploaded(portal, given.rows)
    print(report)
    if given.only in (None, "pages"):
        _pages(portal, report, given.rows)
    if given.only in (None, "streams"):
        streamed(portal, "all findings as CSV", f"{report}/temuan.csv")
        streamed(portal, "annotated CSV", f"{report}/berkas-temuan.csv")
        streamed(portal, "annotated workbook", f"{report}/berkas-temuan.xlsx")


def _pages(portal: Portal, report: str, rows: int) -> None:
    pages = -(-rows // 50)
    task = "rule=integer.decimal_zero&column=jumlah"
    for place, page in (("first", 1), ("middle", pages // 2), ("last", pages)):
        measured(portal, f"report, {place} page", f"{report}?page={page}")
        measured(portal, f"task, {place} page", f"{report}?{task}&page={page}")
        measured(portal, f"suggested values, {place} page", f"{report}/usulan?{task}&page={page}")


if __name__ == "__main__":
    main()
