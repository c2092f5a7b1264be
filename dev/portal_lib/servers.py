"""PostgreSQL, Redis and Solr of the project's own, or those that the environment names."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import tempfile
import urllib.request
from functools import cached_property
from pathlib import Path
from urllib.error import URLError

from portal_lib.processes import Service, is_open, is_running, port_for
from portal_lib.steps import (
    LOGS,
    ROOT,
    STATE,
    VENV,
    StepFailed,
    digest,
    execute,
    load_json,
    save_json,
    say,
)

SOLR = Path(__file__).parents[1] / "solr"
POSTGRESQL_PORT, REDIS_PORT, SOLR_PORT = 5499, 6399, 8993
# What a core has set beside its name. That of the tests is held in memory: a commit, of which a
# test makes ten, takes 20 ms there and 200 with files.
CORES = {
    "ckan": {},
    "ckan_test": {
        "solr.directoryFactory": "solr.ByteBuffersDirectoryFactory",
        "solr.lock.type": "single",
        "sdi.update_log": "false",
    },
}
# The variables by which CKAN is told of its servers; where one is set, that server is used.
DATABASES = ("CKAN_SQLALCHEMY_URL", "CKAN_DATASTORE_WRITE_URL", "CKAN_DATASTORE_READ_URL")
VARIABLES = (*DATABASES, "CKAN_REDIS_URL", "CKAN_SOLR_URL")
# Harvest consumers end on an idle queue with redis-py's own timeout (ckanext-harvest #581).
REDIS_OPTIONS = "socket_timeout=86400"


def secret(name: str) -> str:
    """The secret called ``name``: made at random once, kept in ``.portal/secrets.json``."""
    known = load_json("secrets")
    if name not in known:
        known[name] = secrets.token_urlsafe(32)
        save_json("secrets", known)
    return known[name]


def is_kept(name: str) -> bool:
    """Whether this checkout has made the secret called ``name``."""
    return name in load_json("secrets")


class PostgreSQL:
    """A cluster of our own. Its superuser has a password of its own and is not root."""

    name = "postgresql"

    def __init__(self) -> None:
        # PostgreSQL refuses to run as root, and its user may not be able to enter the checkout.
        self.user = "postgres" if os.geteuid() == 0 else None
        self.folder = STATE / "postgresql"
        if self.user:
            self.folder = Path("/var/lib/sdi-portal") / digest(str(ROOT)) / "postgresql"

    @cached_property
    def port(self) -> int:
        """The port it listens on."""
        return port_for(self.name, POSTGRESQL_PORT)

    def start(self) -> None:
        """Make the cluster when there is none, and start it unless it runs."""
        programs = self._programs()
        if self.folder.exists() and not is_kept(self.name):
            self._set_aside()
        if not self.folder.exists():
            self._make_cluster(programs)
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 200,
            "shared_buffers": "256MB",
        }
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        Service(
            self.name,
            [programs / "postgres", "-D", self.folder, *options],
            answers=self._answers,
            user=self.user,
            stop_signal=signal.SIGINT,
        ).start()

    def _programs(self) -> Path:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not found:
            raise StepFailed("PostgreSQL's server is not installed", "apt-get install postgresql")
        return found[-1].parent

    def _set_aside(self) -> None:
        """Leave a cluster of an earlier checkout at this place: its password went with that."""
        number = 1
        while (aside := self.folder.with_name(f"postgresql.earlier-{number}")).exists():
            number += 1
        self.folder.rename(aside)
        say(f"an earlier checkout's databases are left in {aside}; remove them if you need none")

    def _make_cluster(self, programs: Path) -> None:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        if self.user:
            shutil.chown(self.folder.parent, self.user, self.user)
        # Under another name until it is whole: an interrupted start makes it anew.
        unfinished = self.folder.with_name("postgresql.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w") as password:
            print(secret("postgresql"), file=password, flush=True)
            if self.user:
                shutil.chown(password.name, self.user)
            execute(
                [
                    programs / "initdb",
                    *("-D", unfinished, "-U", "postgres", f"--pwfile={password.name}"),
                    *("--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256"),
                    "--text-search-config=indonesian",
                ],
                user=self.user,
                remedy="see .portal/log/setup.log; a full disk is the usual cause",
            )
        unfinished.rename(self.folder)

    def _answers(self) -> bool:
        if not is_open(self.port):
            return False
        try:
            self.sql("SELECT 1")
        except StepFailed:
            return False
        return True

    def remove(self) -> None:
        """Remove the cluster's files."""
        shutil.rmtree(self.folder.parent if self.user else self.folder, ignore_errors=True)

    def sql(self, text: str, database: str = "postgres") -> str:
        """Run SQL as the superuser and return what it answered, a line a row."""
        return execute(
            ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-f", "-", self.url("postgres", database)],
            text=text,
            environment={
                "PGPASSWORD": secret("postgresql"),
                "PGOPTIONS": "-c client_min_messages=error",
            },
            remedy="see .portal/log/setup.log; `dev/portal reset` begins with a new cluster",
        )

    def url(self, user: str, database: str, password: str | None = None) -> str:
        """The address of ``database`` for ``user``."""
        login = f"{user}:{password}" if password else user
        return f"postgresql://{login}@localhost:{self.port}/{database}"

    def make_databases(
        self, main: str, datastore: str, owner: str, password: str
    ) -> dict[str, str]:
        """Make a CKAN's two databases and its roles when absent; return the variables for CKAN."""
        reader = f"{owner}_reader"
        roles = set(self.sql("SELECT rolname FROM pg_roles").split())
        for role in (owner, reader):
            if role not in roles:
                self.sql(f"CREATE ROLE {role} LOGIN")
            self.sql(f"ALTER ROLE {role} PASSWORD '{password}'")
        there = set(self.sql("SELECT datname FROM pg_database").split())
        for database in {main, datastore} - there:
            self.sql(f"CREATE DATABASE {database} OWNER {owner}")
        self.sql(datastore_permissions(main, datastore, owner, reader))
        return {
            "CKAN_SQLALCHEMY_URL": self.url(owner, main, password),
            "CKAN_DATASTORE_WRITE_URL": self.url(owner, datastore, password),
            "CKAN_DATASTORE_READ_URL": self.url(reader, datastore, password),
        }


def datastore_permissions(main: str, datastore: str, owner: str, reader: str) -> str:
    """The SQL of ``ckan datastore set-permissions``, without starting a CKAN for it."""
    script = next(VENV.glob("lib/python3*/site-packages/ckanext/datastore/set_permissions.sql"))
    return script.read_text().format(
        maindb=main, datastoredb=datastore, mainuser=owner, writeuser=owner, readuser=reader
    )


class Redis:
    """A Redis of our own; it keeps its queues over a restart."""

    name = "redis"

    @cached_property
    def port(self) -> int:
        """The port it listens on."""
        return port_for(self.name, REDIS_PORT)

    def start(self) -> None:
        """Start it unless it runs."""
        folder = STATE / "redis"
        folder.mkdir(parents=True, exist_ok=True)
        options = {
            "port": self.port,
            "bind": "127.0.0.1",
            "dir": folder,
            "databases": 64,
            "save": "60 1",
            "daemonize": "no",
        }
        arguments = [part for key, value in options.items() for part in (f"--{key}", value)]
        Service(
            self.name,
            ["redis-server", *map(str, arguments)],
            answers=self._answers,
            seconds=20,
        ).start()

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as client:
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def url(self, number: int) -> str:
        """The address of database ``number``."""
        return f"redis://localhost:{self.port}/{number}?{REDIS_OPTIONS}"


class Solr:
    """A Solr of our own with CKAN's schema: one core for the portal and one for tests."""

    name = "solr"

    @cached_property
    def port(self) -> int:
        """The port it listens on."""
        return port_for(self.name, SOLR_PORT)

    def start(self) -> None:
        """Write the cores' settings and start it unless it runs."""
        home = STATE / "solr" / "home"
        for core in CORES:
            self._write_core(home / core)
        (home / "solr.xml").write_text("<solr/>\n")
        Service(
            self.name,
            [
                *("java", "-Xms256m", "-Xmx512m", "-cp", f"{STATE}/solr/lib/*"),
                *(f"-Dsolr.log.dir={LOGS}", SOLR / "Launcher.java", home, str(self.port)),
            ],
            answers=self._answers,
            seconds=120,
        ).start()

    def _write_core(self, core: Path) -> None:
        settings = core / "conf"
        settings.mkdir(parents=True, exist_ok=True)
        schema = next(VENV.glob("lib/python3*/site-packages/ckan/config/solr/schema.xml"))
        shutil.copy(schema, settings)
        shutil.copy(SOLR / "conf" / "solrconfig.xml", settings)
        for name in ("protwords.txt", "synonyms.txt", "stopwords.txt"):
            (settings / name).touch()
        properties = {"name": core.name, **CORES[core.name]}
        lines = (f"{key}={value}\n" for key, value in properties.items())
        (core / "core.properties").write_text("".join(lines))

    def _answers(self) -> bool:
        return all(solr_answers(self.url(core)) for core in CORES)

    def url(self, core: str) -> str:
        """The address of a core."""
        return f"http://localhost:{self.port}/solr/{core}"


def solr_answers(url: str) -> bool:
    """Whether the core at ``url`` answers a search."""
    try:
        with urllib.request.urlopen(f"{url}/select?q=*:*&rows=0&wt=json", timeout=5) as answer:  # noqa: S310
            return answer.status == 200
    except (URLError, OSError):
        return False


def given() -> dict[str, str]:
    """The servers that the environment names."""
    return {name: os.environ[name] for name in VARIABLES if os.environ.get(name)}


def own() -> list[PostgreSQL | Redis | Solr]:
    """The servers of our own that are needed: those that the environment does not name."""
    named = given()
    wanted = [
        (PostgreSQL(), all(name in named for name in DATABASES)),
        (Redis(), "CKAN_REDIS_URL" in named),
        (Solr(), "CKAN_SOLR_URL" in named),
    ]
    return [server for server, elsewhere in wanted if not elsewhere]


def start_own() -> None:
    """Start each server that the environment does not name."""
    needed = [server for server in own() if not is_running(server.name)]
    if needed:
        say(f"starting {', '.join(server.name for server in needed)}")
    for server in needed:
        server.start()


def databases(name: str, owner: str, password: str) -> dict[str, str]:
    """The two databases of a CKAN called ``name``, made when absent; none when they are given."""
    if all(variable in given() for variable in DATABASES):
        return {}
    return PostgreSQL().make_databases(name, f"{name}_datastore", owner, password)
