"""The portal itself: its settings, its database, its processes and the demo province."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from urllib.error import URLError

from portal_lib import processes, servers, suite
from portal_lib.processes import Service
from portal_lib.steps import (
    ROOT,
    STATE,
    VENV,
    StepFailed,
    clean_environment,
    digest,
    execute,
    is_done,
    say,
    set_done,
)

PORT = 5000
INI = STATE / "portal.ini"
CKAN = [VENV / "bin" / "ckan", "-c", INI]
ADMIN, ADMIN_PASSWORD = "admin", "satudata-admin"
HARVEST_EVERY = 60
# CKAN's processes, in the order in which they are started.
NAMES = ("worker", "harvest-gather", "harvest-fetch", "harvest-run", "web")


def url() -> str:
    """The portal's address."""
    return f"http://localhost:{processes.port_for('web', PORT)}"


def start() -> None:
    """Start all of the portal and wait until it answers; what runs already is left as it is."""
    servers.start_own()
    suite.environment_for("", 1)  # so that plain pytest works beside the portal
    _write_settings()
    _prepare_database()
    say("starting the web server, the worker and the harvest consumers")
    services = _services()
    for service in services:
        service.start()
    for service in services:
        service.require()
    _make_demo()
    say(f"the portal answers at {url()} (log in as {ADMIN} with the password {ADMIN_PASSWORD})")


def _write_settings() -> None:
    """Write the portal's ini: the shared settings, then what is this machine's alone."""
    addresses = {
        **servers.databases("sdi_portal", "sdi_portal", servers.secret("database")),
        "CKAN_REDIS_URL": servers.Redis().url(0),
        "CKAN_SOLR_URL": servers.Solr().url("ckan"),
        **servers.given(),
    }
    settings = {
        "use": "config:../dev/settings.ini",
        "SECRET_KEY": servers.secret("session"),
        "WTF_CSRF_SECRET_KEY": servers.secret("csrf"),
        "api_token.jwt.encode.secret": f"string:{servers.secret('token')}",
        "api_token.jwt.decode.secret": f"string:{servers.secret('token')}",
        "ckan.site_id": "sdi_portal",
        "ckan.site_url": url(),
        "ckan.storage_path": STATE / "storage",
        "sqlalchemy.url": addresses["CKAN_SQLALCHEMY_URL"],
        "ckan.datastore.write_url": addresses["CKAN_DATASTORE_WRITE_URL"],
        "ckan.datastore.read_url": addresses["CKAN_DATASTORE_READ_URL"],
        "ckan.redis.url": addresses["CKAN_REDIS_URL"],
        "solr_url": addresses["CKAN_SOLR_URL"],
    }
    lines = [f"{name} = {str(value).replace('%', '%%')}" for name, value in settings.items()]
    INI.touch(mode=0o600)
    INI.write_text("# Written by dev/portal at each start.\n[app:main]\n" + "\n".join(lines) + "\n")


def _setting(name: str) -> str:
    """A setting as it stands in the portal's ini."""
    found = [line for line in INI.read_text().splitlines() if line.startswith(f"{name} = ")]
    return found[0].partition(" = ")[2].replace("%%", "%")


def _prepare_database() -> None:
    """Bring the database to the newest migrations, once for each set of them."""
    migrations = sorted((ROOT / "ckanext/sdi/migration").rglob("*.py"))
    key = digest(
        _setting("sqlalchemy.url"),
        ROOT / "dev" / "requirements.txt",
        INI.parent / "secrets.json",
        *migrations,
    )
    if is_done("database", key):
        return
    say("preparing the database")
    remedy = "see .portal/log/setup.log; `dev/portal reset` begins with an empty database"
    execute([*CKAN, "db", "upgrade"], remedy=remedy)
    if "CKAN_DATASTORE_WRITE_URL" in servers.given():
        _permit_given_datastore()
    if f"name={ADMIN}" not in execute([*CKAN, "user", "list"], remedy=remedy).splitlines():
        login = (ADMIN, "email=admin@example.com", f"password={ADMIN_PASSWORD}")
        execute([*CKAN, "user", "add", *login], remedy=remedy)
    execute([*CKAN, "sysadmin", "add", ADMIN], remedy=remedy)
    set_done("database", key)


def _permit_given_datastore() -> None:
    """Set the permissions of a DataStore that the environment names, as its own writing user."""
    remedy = "give that user the right to it, or run `dev/portal ckan datastore set-permissions`"
    script = execute([*CKAN, "datastore", "set-permissions"], remedy=remedy)
    # The address already names the database.
    script = "\n".join(line for line in script.splitlines() if not line.startswith("\\connect"))
    address = _setting("ckan.datastore.write_url")
    execute(
        ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", address, "-f", "-"], text=script, remedy=remedy
    )


def _services() -> list[Service]:
    """CKAN's processes."""
    environment = {"CKAN_INI": str(INI)}
    port = processes.port_for("web", PORT)
    web = [
        *(VENV / "bin" / "gunicorn", "--chdir", ROOT / "dev", "--bind", f"127.0.0.1:{port}"),
        *("--workers", "2", "--threads", "4", "--timeout", "300", "wsgi:application"),
    ]
    every_minute = f'while true; do "$@"; sleep {HARVEST_EVERY}; done'
    commands = (
        [*CKAN, "jobs", "worker"],
        [*CKAN, "harvester", "gather-consumer"],
        [*CKAN, "harvester", "fetch-consumer"],
        ["bash", "-c", every_minute, "bash", *CKAN, "harvester", "run"],
        web,
    )
    return [
        Service(
            name,
            command,
            answers=answers if name == "web" else lambda: True,
            environment=environment,
            seconds=120,
        )
        for name, command in zip(NAMES, commands, strict=True)
    ]


def answers() -> bool:
    """Whether the portal answers a request."""
    try:
        with urllib.request.urlopen(f"{url()}/api/3/action/status_show", timeout=10) as answer:  # noqa: S310
            return json.load(answer)["success"]
    except (URLError, OSError):
        return False


def _make_demo() -> None:
    """Make the demo province once, through the portal that runs now."""
    key = digest(_setting("sqlalchemy.url"), STATE / "secrets.json")
    if is_done("demo", key):
        return
    say("making the demo province (some minutes, once)")
    execute([*CKAN, "sdi", "demo"], remedy="see .portal/log/setup.log and .portal/log/worker.log")
    set_done("demo", key)


def token(user: str) -> str:
    """A new API token of ``user``."""
    _require_settings()
    remedy = "name a user that there is (`dev/portal ckan user list`), with the portal up"
    return execute([*CKAN, "user", "token", "add", "-q", user, "dev-portal"], remedy=remedy).strip()


def run_ckan(arguments: list[str]) -> int:
    """Run CKAN's own command line with the portal's settings; return its exit code."""
    _require_settings()
    command = [str(part) for part in (*CKAN, *arguments)]
    return subprocess.run(command, env=clean_environment(), check=False).returncode


def _require_settings() -> None:
    if not INI.exists():
        raise StepFailed("the portal has not been set up yet", "dev/portal up")
