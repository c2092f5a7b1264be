"""A Python that has what we compare ourselves with: its dependencies do not agree with CKAN's."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".portal" / "bench-venv"


def python_with(*packages: str) -> Path:
    """The Python of ``.portal/bench-venv``; makes it and installs what is missing."""
    python = VENV / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    listed = subprocess.run(
        [str(python), "-m", "pip", "list", "--format=json"],
        capture_output=True,
        text=True,
        check=True,
    )
    there = {entry["name"].lower() for entry in json.loads(listed.stdout)}
    missing = [package for package in packages if package.lower() not in there]
    if missing:
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *missing], check=True)
    return python


def told(python: Path | str, code: str, arguments: Sequence[str]) -> Any:
    """What a script prints, in a process of its own: a line of JSON."""
    ran = subprocess.run(
        [str(python), "-c", code, *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )
    if ran.returncode:
        raise SystemExit(ran.stderr)
    return json.loads(ran.stdout.splitlines()[-1])
