"""The vocabulary in a fresh process: how long until it answers, and how much memory.

``python bench/code_ready.py`` starts seven processes one after the other and prints the median of
each figure, with the same for a Python that does nothing.
"""

from __future__ import annotations

import statistics
import subprocess
import sys

RUNS = 7
ASK = """
import re, time
start = time.perf_counter()
{work}
memory = re.findall(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[0]
print(time.perf_counter() - start, int(memory) / 1024)
"""
WORK = {
    "nothing": "",
    "codes": "from ckanext.sdi.codes import vocabulary\n"
    "assert vocabulary('kode_wilayah').get('6472').name == 'Kota Samarinda'",
    "codes and search": "from ckanext.sdi.codes import vocabulary\n"
    "assert vocabulary('kode_wilayah').search('balikpapan sel')[0] == 1",
}


def main() -> None:
    """Start, ask, print."""
    for title, work in WORK.items():
        figures = []
        for _ in range(RUNS):
            command = [sys.executable, "-c", ASK.replace("{work}", work)]
            ran = subprocess.run(command, capture_output=True, text=True, check=True)
            figures.append([float(figure) for figure in ran.stdout.split()])
        seconds, memory = (statistics.median(column) for column in zip(*figures, strict=True))
        print(f"{title}: {seconds:.2f} s, {memory:.0f} MiB")


if __name__ == "__main__":
    main()
