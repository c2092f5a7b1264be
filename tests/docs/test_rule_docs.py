"""The documents that are made from the rule catalogue are as the script makes them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ckanext.sdi.rules import RULES

ROOT = Path(__file__).parents[2]


def test_they_are_what_the_script_gives() -> None:
    run = subprocess.run(
        [sys.executable, ROOT / "dev/rule_docs", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, f"run dev/rule_docs:\n{run.stdout}{run.stderr}"


def test_each_rule_has_its_part() -> None:
    headings = [
        line.removeprefix("### ")
        for line in (ROOT / "docs/aturan.md").read_text("utf-8").splitlines()
        if line.startswith("### ")
    ]
    assert sorted(headings) == sorted(RULES)
