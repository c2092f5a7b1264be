"""The tests: what each process of them gets for its own, and ``dev/portal test``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from portal_lib import servers
from portal_lib.steps import ROOT, STATE, VENV, StepFailed, clean_environment, say

# The tests' databases are no secret: test.ini names the password, and only this machine gets in.
OWNER = "sdi_test"
FOLDER = STATE / "test"


def environment_for(suffix: str, redis_number: int) -> dict[str, str]:
    """Make what one process of tests needs for itself, and return the variables that name it."""
    name = f"sdi_test{suffix}"
    addresses = servers.databases(name, OWNER, OWNER)
    if addresses:
        # A test copies them for a second portal.
        servers.PostgreSQL().sql(f"ALTER ROLE {OWNER} CREATEDB")
    # What they hold need not outlive a crash of the server: a commit then waits for no disk.
    for database in {urlsplit(address).path[1:] for address in addresses.values()}:
        servers.PostgreSQL().sql(f"ALTER DATABASE {database} SET synchronous_commit = off")
    return {
        **addresses,
        "CKAN_REDIS_URL": servers.Redis().url(redis_number),
        "CKAN_SOLR_URL": servers.Solr().url("ckan_test"),
        **servers.given(),
        "CKAN_SITE_ID": name,
        "CKAN_STORAGE_PATH": str(FOLDER / f"storage{suffix}"),
    }


def run(arguments: list[str]) -> int:
    """Lint, check the types and test; 0 when all of it is well. ``arguments`` go to pytest."""
    _refuse_to_empty_a_portal()
    shutil.rmtree(FOLDER, ignore_errors=True)
    servers.start_own()
    programs = VENV / "bin"
    failed = [
        title
        for title, command in {
            "ruff check": [programs / "ruff", "check", "--output-format", "concise"],
            "ruff format": [programs / "ruff", "format", "--check"],
            "pyright": [programs / "pyright"],
        }.items()
        if _fails(title, command, {})
    ]
    workers = _workers()
    environment = {**environment_for("", 1), "SDI_TEST_WORKERS": json.dumps(workers)}
    # Files in the order of conftest.py; of its own accord xdist begins with those of most tests.
    spread = ["-n", str(len(workers)), "--dist", "loadfile", "--no-loadscope-reorder"]
    pytest = [programs / "python", "-m", "pytest", *(spread if workers else ()), *arguments]
    if _fails("pytest", pytest, environment):
        failed.append("pytest")
    if failed:
        say(f"FAILED: {', '.join(failed)}")
    return 1 if failed else 0


def _workers() -> dict[str, dict[str, str]]:
    """The variables of each process of pytest-xdist; none where the databases are given ones."""
    if all(name in servers.given() for name in servers.DATABASES):
        return {}
    count = min(4, os.cpu_count() or 1)
    return {f"gw{number}": environment_for(f"_gw{number}", 2 + number) for number in range(count)}


def _refuse_to_empty_a_portal() -> None:
    """Tests empty their databases: those that are given must say in their names that they may."""
    for variable in servers.DATABASES:
        address = servers.given().get(variable)
        if address and "test" not in urlsplit(address).path:
            raise StepFailed(
                f"{variable} names a database without `test` in its name; tests empty it",
                "name a database made for tests",
            )


def _fails(title: str, command: Sequence[Path | str], environment: dict[str, str]) -> bool:
    """Run one program for the person to read along; whether it found something wrong."""
    say(title)
    arguments = [str(part) for part in command]
    done = subprocess.run(arguments, cwd=ROOT, env=clean_environment(environment), check=False)
    return done.returncode != 0
