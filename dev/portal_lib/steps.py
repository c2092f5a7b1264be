"""Saying what is done, doing it, and naming the cause when it fails."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".portal"
LOGS = STATE / "log"
VENV = STATE / "venv"


class StepFailed(Exception):
    """A step that did not succeed: ``cause`` says why, ``remedy`` what to do."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy


def say(text: str) -> None:
    """Tell the person what is being done."""
    print(f"==> {text}", flush=True)


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for a program that is started: without this package's own path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, **(extra or {})}


def execute(
    arguments: Sequence[str | Path],
    *,
    remedy: str,
    environment: Mapping[str, str] | None = None,
    text: str | None = None,
    user: str | None = None,
) -> str:
    """Run a program to its end and return what it printed; its error output goes to a log.

    Raises StepFailed with the last lines it wrote and ``remedy`` when it ends with an error.
    """
    LOGS.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        done = subprocess.run(
            [str(argument) for argument in arguments],
            env=clean_environment(environment),
            cwd="/" if user else ROOT,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            input=text,
            text=True,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise StepFailed(f"{arguments[0]} is not installed", remedy) from error
    with (LOGS / "setup.log").open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}")
    if done.returncode:
        said = [line for line in (done.stderr or done.stdout).splitlines() if " INFO " not in line]
        last = "\n    ".join(said[-12:])
        raise StepFailed(f"{arguments[0]} ended with code {done.returncode}:\n    {last}", remedy)
    return done.stdout


def digest(*parts: str | Path) -> str:
    """One short hash of texts and of files' contents; a file that is absent counts as empty."""
    whole = hashlib.sha256()
    for part in parts:
        if isinstance(part, str):
            whole.update(part.encode())
        elif part.exists():
            whole.update(part.read_bytes())
        whole.update(b"\0")
    return whole.hexdigest()[:16]


def is_done(step: str, key: str) -> bool:
    """Whether ``step`` was finished before with the same ``key``."""
    stamp = STATE / "stamps" / step
    return stamp.exists() and stamp.read_text() == key


def set_done(step: str, key: str) -> None:
    """Remember that ``step`` is finished with ``key``."""
    stamp = STATE / "stamps" / step
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(key)


def load_json(name: str) -> dict[str, Any]:
    """What is kept in ``.portal/<name>.json``; empty when nothing is."""
    path = STATE / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else {}


def save_json(name: str, content: Mapping[str, Any]) -> None:
    """Keep ``content`` in ``.portal/<name>.json``, readable by its owner alone."""
    path = STATE / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(content, indent=1, sort_keys=True))
