"""PostgreSQL, Redis or Solr go away, or the disk is full: afterwards all is true, nothing lost."""

from __future__ import annotations

import contextlib
import resource as limits_of_process
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import ckan.lib.redis
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import jobs

from ckanext.datastore.backend.postgres import get_write_engine
from ckanext.sdi.datastore import checks, findings_file, job, leftovers, staging, table
from tests.datastore.dying import assert_nothing_is_left, let_time_pass, work_apart
from tests.datastore.working import NEW_CSV, codes, shown, states, work
from tests.lifecycle.test_at_once import at_once
from tests.province import BAD_CSV, Province, add_resource, upload

pytestmark = pytest.mark.usefixtures("with_plugins", "empty_queue", "own_folder")


@pytest.fixture
def loaded(province: Province, draft: dict[str, Any]) -> dict[str, Any]:
    """A resource with rows of an earlier file, and a new file whose check waits."""
    resource = add_resource(province, draft["id"])
    work()
    province.act("produsen", "resource_patch", id=resource["id"], upload=upload(NEW_CSV))
    return resource


class Database:
    """One of the tests' databases, which can be made to go away as a stopped server does."""

    def __init__(self, engine: sa.Engine) -> None:
        self._name = str(engine.url.database)
        # From another database one can take this one away, and bring it back.
        self._beside = sa.create_engine(
            engine.url.set(database="template1"), isolation_level="AUTOCOMMIT"
        )

    def _allow(self, yes: str) -> None:
        with self._beside.connect() as connection:
            connection.execute(
                sa.text(f'ALTER DATABASE "{self._name}" WITH ALLOW_CONNECTIONS {yes}')
            )

    def go(self) -> None:
        """Cut every connection, and take no new one."""
        self._allow("false")
        with self._beside.connect() as connection:
            cut = sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname=:n")
            connection.execute(cut, {"n": self._name})

    def come_back(self) -> None:
        self._allow("true")
        self._beside.dispose()


@contextlib.contextmanager
def _going(patch: pytest.MonkeyPatch, engine: sa.Engine | None) -> Iterator[None]:
    """Within it the database goes away in the middle of the COPY."""
    assert engine is not None
    database = Database(engine)
    as_csv = staging._as_csv

    def cutting(blocks: Any) -> Any:
        for chunk in as_csv(blocks):
            yield chunk
            database.go()

    patch.setattr(staging, "_as_csv", cutting)
    try:
        yield
    finally:
        database.come_back()
        model.Session.remove()


def test_the_datastore_goes_away(
    province: Province, loaded: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, _going(patch, get_write_engine()):
        work()
    check = shown(province, loaded)
    assert (check["state"], check["loaded"]) == ("error", False)
    assert check["message"]
    assert codes(loaded) == ["64.72", "64.71"]
    province.act("produsen", "sdi_resource_check", id=loaded["id"])
    work()
    assert codes(loaded) == ["64.01", "64.71"]
    assert_nothing_is_left(loaded["id"])


def test_ckans_database_goes_away(
    province: Province, loaded: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, _going(patch, model.meta.engine):
        work_apart()
    # Nobody could write what became of it.
    assert states(loaded) == ["passed", "running"]
    assert codes(loaded) == ["64.72", "64.71"]
    let_time_pass()
    assert shown(province, loaded)["state"] == "waiting"
    work()
    assert states(loaded) == ["passed", "superseded", "passed"]
    assert codes(loaded) == ["64.01", "64.71"]
    assert_nothing_is_left(loaded["id"])


class OwnRedis:
    """A Redis of the test's own, which forgets all when it stops."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("redis-server")
        assert program is not None
        given = ["--port", str(self.port), "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen([program, *given], stdout=subprocess.DEVNULL)
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.05)
        raise RuntimeError("Redis did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def own_redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnRedis]:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    server = OwnRedis(tmp_path)
    server.start()
    monkeypatch.setitem(tk.config, "ckan.redis.url", f"redis://127.0.0.1:{server.port}/0")
    monkeypatch.setattr(ckan.lib.redis, "_connection_pool", None)
    monkeypatch.setattr(jobs, "_queues", {})
    yield server
    server.stop()


def test_redis_goes_away(
    province: Province,
    own_redis: OwnRedis,
    draft: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resource = add_resource(province, draft["id"])
    work()
    own_redis.stop()
    # A file is taken all the same, and what became of its check is said.
    province.act("produsen", "resource_patch", id=resource["id"], upload=upload(NEW_CSV))
    check = shown(province, resource)
    assert check["state"] == "error"
    assert check["message"]
    assert codes(resource) == ["64.72", "64.71"]
    own_redis.start()
    province.act("produsen", "sdi_resource_check", id=resource["id"])
    own_redis.stop()
    own_redis.start()
    # The job is lost; the check still waits for it.
    assert shown(province, resource)["state"] == "waiting"
    let_time_pass()
    assert shown(province, resource)["state"] == "waiting"
    # This time it goes while the check is made, which does not need it.
    judge_file = job.judge_file

    def without_redis(*args: Any, **more: Any) -> Any:
        own_redis.stop()
        return judge_file(*args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(job, "judge_file", without_redis)
        job.run(shown(province, resource)["check_id"])
    assert states(resource) == ["passed", "error", "superseded", "passed"]
    assert codes(resource) == ["64.01", "64.71"]
    own_redis.start()
    assert_nothing_is_left(resource["id"])


def test_solr_goes_away(
    province: Province, loaded: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        refused = f"http://127.0.0.1:{free.getsockname()[1]}/solr/ckan"
    with monkeypatch.context() as patch:
        patch.setitem(tk.config, "solr_url", refused)
        work()
    check = shown(province, loaded)
    assert (check["state"], check["loaded"]) == ("passed", True)
    assert codes(loaded) == ["64.01", "64.71"]
    assert_nothing_is_left(loaded["id"])
    # The index follows with the next check of the same bytes, which judges nothing anew.
    province.act("produsen", "sdi_resource_check", id=loaded["id"])
    work()
    assert states(loaded)[-1] == "passed"


def _until_full(patch: pytest.MonkeyPatch, name: str) -> None:
    """The process that makes the check can write no file of more than some bytes."""
    real: Callable[..., Any] = getattr(job, name)

    def full(*args: Any, **more: Any) -> Any:
        _, hard = limits_of_process.getrlimit(limits_of_process.RLIMIT_FSIZE)
        limits_of_process.setrlimit(limits_of_process.RLIMIT_FSIZE, (64, hard))
        return real(*args, **more)

    patch.setattr(job, name, full)


def test_the_disk_is_full(
    province: Province, loaded: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    many = BAD_CSV + "64.99,12345,2025,x\n" * 500
    province.act("produsen", "resource_patch", id=loaded["id"], upload=upload(many))
    with monkeypatch.context() as patch:
        _until_full(patch, "judge_file")
        assert work_apart() == []
    check = shown(province, loaded)
    assert (check["state"], check["loaded"]) == ("error", False)
    assert check["message"]
    assert not list(findings_file.root().rglob("*.part"))
    # There is room again.
    province.act("produsen", "sdi_resource_check", id=loaded["id"])
    work()
    check = shown(province, loaded)
    assert (check["state"], check["severities"]["error"]) == ("failed", 1503)
    assert_nothing_is_left(loaded["id"])


def test_two_uploads_at_once(province: Province, draft: dict[str, Any]) -> None:
    resource = add_resource(province, draft["id"])
    at_once(
        province,
        *(
            ("produsen", "resource_patch", {"id": resource["id"], "upload": upload(text)})
            for text in (NEW_CSV, BAD_CSV, NEW_CSV.replace("64.71", "64.02"))
        ),
    )
    work()
    check = shown(province, resource)
    saved = model.Session.get_one(model.Resource, resource["id"])
    with job.files.version({"id": saved.id, "url": saved.url}) as path:
        assert check["sha256"] == job.files.sha256_of(path)
        written = path.read_text()
    assert check["state"] == ("failed" if written == BAD_CSV else "passed")
    if written == BAD_CSV:
        assert not table.table_exists(resource["id"])
    else:
        lines = written.splitlines()[1:]
        assert codes(resource) == [line.partition(",")[0] for line in lines]
    assert_nothing_is_left(resource["id"])


@pytest.mark.parametrize("action", ["resource_delete", "package_delete"])
def test_deleted_while_it_fails(
    province: Province, loaded: dict[str, Any], monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    province.act("produsen", "resource_patch", id=loaded["id"], upload=upload(BAD_CSV))
    judge_file = job.judge_file
    target = loaded["id"] if action == "resource_delete" else loaded["package_id"]

    def slow(*args: Any, **more: Any) -> Any:
        report = judge_file(*args, **more)
        province.act("admin", action, id=target)
        return report

    monkeypatch.setattr(job, "judge_file", slow)
    work()
    assert states(loaded)[-1] == "superseded"
    newest = checks.newest(loaded["id"])
    assert newest is not None
    assert not list(findings_file.root().rglob(f"{newest.id}*"))
    assert [(left.what, left.name) for left in leftovers.find()] == []
