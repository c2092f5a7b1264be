"""Pythons that have what we compare ourselves with: its dependencies do not agree with CKAN's."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
VENVS = ROOT / ".portal" / "bench"


def python_with(package: str, *more: str) -> Path:
    """The Python of a package's own environment, with the newest version that pip finds.

    Each has one to itself: what one needs would hold another back.

    :param more: what else it needs
    """
    venv = VENVS / package
    python = venv / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--upgrade", package, *more]
    subprocess.run(command, check=True)
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
