"""What a bare Debian lacks: its packages, a virtual environment, Solr's jars."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from portal_lib.steps import ROOT, STATE, VENV, StepFailed, digest, execute, is_done, say, set_done

DEV = ROOT / "dev"
PACKAGES = (
    # to build psycopg2, which has no wheel for Linux
    *("gcc", "libc6-dev", "libpq-dev", "python3-dev", "python3-venv"),
    *("libmagic1", "postgresql", "redis-server", "default-jdk-headless", "maven"),
)
TEST_PACKAGES = ("chromium", "fonts-dejavu-core", "git")
NETWORK = "check that this machine reaches its package registries, then start again"


def prepare(*, for_tests: bool) -> None:
    """Install all that is missing; where nothing is, this is a matter of milliseconds."""
    _install_packages([*PACKAGES, *(TEST_PACKAGES if for_tests else ())])
    _make_venv(DEV / ("requirements-test.txt" if for_tests else "requirements.txt"))
    _fetch_solr()


def _install_packages(names: list[str]) -> None:
    key = digest(*names)
    if is_done("packages", key):
        return
    missing = [name for name in names if not _is_installed(name)]
    if missing:
        say(f"installing Debian packages: {' '.join(missing)}")
        root = [] if os.geteuid() == 0 else ["sudo"]
        if root and not shutil.which("sudo"):
            raise StepFailed(
                "Debian packages are missing, and this user is neither root nor has sudo",
                f"as root: apt-get install {' '.join(missing)}",
            )
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        apt = [*root, "env", *(f"{name}={value}" for name, value in quiet.items()), "apt-get"]
        execute([*apt, "update"], remedy=NETWORK)
        execute([*apt, "install", "-y", "--no-install-recommends", *missing], remedy=NETWORK)
    set_done("packages", key)


def _is_installed(name: str) -> bool:
    query = ["dpkg-query", "-W", "-f", "${Status}", name]
    status = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    return status == "install ok installed"


def _make_venv(requirements: Path) -> None:
    """Make the virtual environment and install the packages and this checkout in it."""
    files = (DEV / "requirements.txt", DEV / "requirements-test.txt")
    python = VENV / "bin" / "python"
    version = digest(str(VENV), str(sys.version_info[:2]))
    if not python.exists() or not is_done("venv", version):
        say("making a virtual environment")
        execute(
            [sys.executable, "-m", "venv", "--clear", VENV], remedy="apt-get install python3-venv"
        )
        set_done("venv", version)
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    # The tests' packages hold the portal's: what was installed for them serves both.
    stamps = {file.name: digest(version, *files, file.name) for file in files}
    done = [name for name, key in stamps.items() if is_done(name, key)]
    if requirements.name not in done and files[1].name not in done:
        say(f"installing Python packages of dev/{requirements.name} (a few minutes at first)")
        execute([*pip, "-r", requirements], remedy=NETWORK)
        set_done(requirements.name, stamps[requirements.name])
    key = digest(version, ROOT / "setup.py", ROOT / "pyproject.toml")
    if not is_done("checkout", key):
        say("installing this checkout")
        execute(
            [*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT],
            remedy="see .portal/log/setup.log; setup.py or pyproject.toml may be at fault",
        )
        set_done("checkout", key)


def _fetch_solr() -> None:
    """Take Solr's jars from Maven."""
    solr = DEV / "solr"
    key = digest(solr / "pom.xml")
    if is_done("solr", key):
        return
    say("fetching Solr's jars by Maven")
    jars = STATE / "solr" / "lib"
    shutil.rmtree(jars, ignore_errors=True)
    execute(
        [
            *("mvn", "-q", "-B", "-f", solr / "pom.xml"),
            "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies",
            *("-DincludeScope=runtime", f"-DoutputDirectory={jars}"),
        ],
        remedy=NETWORK,
    )
    set_done("solr", key)
