"""What the portal's and the tests' settings must hold, and what dev/portal refuses."""

from __future__ import annotations

import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from portal_lib import servers, suite
from portal_lib.steps import StepFailed

ROOT = Path(__file__).parents[2]


def _settings(name: str) -> dict[str, str]:
    parser = RawConfigParser()
    parser.read(ROOT / name)
    return dict(parser["app:main"])


def test_sdi_is_the_first_plugin() -> None:
    assert _settings("dev/settings.ini")["ckan.plugins"].split()[0] == "sdi"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ckan.auth.create_unowned_dataset", "false"),
        ("ckan.auth.user_create_organizations", "false"),
        ("ckan.auth.allow_dataset_collaborators", "false"),
        ("ckan.auth.public_activity_stream_detail", "false"),
        ("ckan.auth.reveal_private_datasets", "false"),
        ("scheming.dataset_fallback", "true"),
        ("ckan.datastore.public_table_search", ""),
        ("ckan.datastore.sqlsearch.enabled", "false"),
        ("ckan.datastore.default_fts_lang", "indonesian"),
    ],
)
def test_the_gate_has_the_settings_it_needs(name: str, value: str) -> None:
    assert _settings("dev/settings.ini")[name] == value


def test_the_tests_run_with_the_settings_of_the_portal() -> None:
    tests = _settings("test.ini")
    assert tests["use"] == "config:dev/settings.ini"
    assert set(tests) & set(_settings("dev/settings.ini")) == {"use"}


def test_tests_do_not_empty_a_portals_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CKAN_SQLALCHEMY_URL", "postgresql://ckan:secret@db/ckan")
    with pytest.raises(StepFailed) as failure:
        suite.run([])
    assert "CKAN_SQLALCHEMY_URL" in failure.value.cause
    assert "secret" not in failure.value.cause


def test_given_servers_are_used_instead_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in servers.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    assert [server.name for server in servers.own()] == ["postgresql", "redis", "solr"]
    monkeypatch.setenv("CKAN_REDIS_URL", "redis://queue/0")
    monkeypatch.setenv("CKAN_SQLALCHEMY_URL", "postgresql://ckan@db/ckan")
    assert [server.name for server in servers.own()] == ["postgresql", "solr"]
    for name in servers.VARIABLES:
        monkeypatch.setenv(name, "given")
    assert servers.own() == []


@pytest.mark.parametrize("verb", ["run", "up", "stop", "status", "reset", "token", "logs"])
def test_every_verb_says_what_it_does(verb: str) -> None:
    done = subprocess.run(
        [ROOT / "dev/portal", verb, "--help"], capture_output=True, text=True, check=True
    )
    assert f"dev/portal {verb}" in done.stdout


def test_an_unknown_verb_is_refused() -> None:
    done = subprocess.run([ROOT / "dev/portal", "fly"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "invalid choice" in done.stderr
