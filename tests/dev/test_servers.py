"""The servers of dev/portal: a cluster made once, never taken over from a checkout that is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal_lib import processes, servers, steps

CORE = servers.SOLR / "conf" / "solrconfig.xml"


class _Started(Exception):
    """The server would be started now."""


@pytest.fixture
def postgresql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> servers.PostgreSQL:
    """A cluster whose programs are not run: making it makes its folder."""

    def stop_here(service: processes.Service) -> None:
        raise _Started

    def make(cluster: servers.PostgreSQL, programs: Path) -> None:
        servers.secret("postgresql")
        cluster.folder.mkdir(parents=True)

    monkeypatch.setattr(steps, "STATE", tmp_path / "state")
    monkeypatch.setattr(processes.Service, "start", stop_here)
    monkeypatch.setattr(servers.PostgreSQL, "_programs", lambda _: Path("/usr/bin"))
    monkeypatch.setattr(servers.PostgreSQL, "_make_cluster", make)
    cluster = servers.PostgreSQL()
    cluster.folder = tmp_path / "postgresql"
    return cluster


def _start(cluster: servers.PostgreSQL) -> None:
    with pytest.raises(_Started):
        cluster.start()


def test_a_cluster_is_made_once(postgresql: servers.PostgreSQL) -> None:
    _start(postgresql)
    (postgresql.folder / "mine").touch()
    _start(postgresql)
    assert (postgresql.folder / "mine").exists()


def test_databases_of_a_checkout_that_is_gone_are_left_and_a_new_cluster_is_made(
    postgresql: servers.PostgreSQL, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (1, 2):
        _start(postgresql)
        (postgresql.folder / f"of-checkout-{number}").touch()
        (tmp_path / "state" / "secrets.json").unlink()
    _start(postgresql)
    assert (tmp_path / "postgresql.earlier-1" / "of-checkout-1").exists()
    assert (tmp_path / "postgresql.earlier-2" / "of-checkout-2").exists()
    assert list(postgresql.folder.iterdir()) == []
    assert "postgresql.earlier-2" in capsys.readouterr().out


def test_only_the_core_of_the_tests_is_held_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lib/python3.0/site-packages/ckan/config/solr").mkdir(parents=True)
    (tmp_path / "lib/python3.0/site-packages/ckan/config/solr/schema.xml").touch()
    monkeypatch.setattr(servers, "VENV", tmp_path)
    for core in servers.CORES:
        servers.Solr()._write_core(tmp_path / core)
    assert (tmp_path / "ckan/core.properties").read_text() == "name=ckan\n"
    of_tests = (tmp_path / "ckan_test/core.properties").read_text().splitlines()
    assert "solr.directoryFactory=solr.ByteBuffersDirectoryFactory" in of_tests
    # A property that the core's settings do not ask for would change nothing.
    asked = CORE.read_text()
    assert all(f"${{{line.partition('=')[0]}:" in asked for line in of_tests if "." in line)
