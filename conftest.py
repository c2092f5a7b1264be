"""What every test may use, beside the fixtures of CKAN's own pytest plugin.

Tests of ``codes``, ``rules``, ``check``, ``kewajiban``, ``dev`` and of the formats of a list need
no server: asked for alone, they run without a CKAN being loaded. All others name ``with_plugins``
or ``clean_db``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

import ckan.plugins as p
from ckan import model

TESTS = Path(__file__).with_name("tests")
SERVERLESS = tuple(
    TESTS / name
    for name in (
        "codes",
        "rules",
        "check",
        "kewajiban",
        "daftar_data/test_export.py",
        "daftar_data/test_formats.py",
        "daftar_data/test_likeness.py",
        "daftar_data/test_rules.py",
        "dev",
        "test_house.py",
        "test_packaging.py",
        "i18n/test_catalogue.py",
        "i18n/test_marked.py",
    )
)
MIGRATED = ("activity", "harvest", "sdi")


def pytest_configure(config: pytest.Config) -> None:
    """Give each process of pytest-xdist its own databases; leave CKAN out where none needs it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        os.environ.update(json.loads(os.environ["SDI_TEST_WORKERS"])[worker])
    asked = [Path(argument.partition("::")[0]).resolve() for argument in config.args]
    if asked and all(any(path.is_relative_to(free) for free in SERVERLESS) for path in asked):
        config.pluginmanager.unregister(name="ckan")


@pytest.fixture(scope="session")
def migrate(migrate_db_for: Callable[[str], None]) -> Callable[[], None]:
    """Callable that makes the plugins' own tables where CKAN's reset has dropped them."""

    def run() -> None:
        there = set(sa.inspect(model.ensure_engine()).get_table_names())
        missing = [name for name in MIGRATED if f"{name}_alembic_version" not in there]
        absent = [name for name in missing if not p.plugin_loaded(name)]
        if absent:
            p.load(*absent)
        for name in missing:
            migrate_db_for(name)
        if absent:
            p.unload(*absent)

    return run


@pytest.fixture
def clean_db(with_plugins: None, reset_db: Callable[[], None], migrate: Callable[[], None]) -> None:
    """An empty database with the tables of CKAN and of its plugins (some 30 ms after the first).

    With it go the editions of code lists that a process has read from the database.
    """
    from ckanext.sdi.code_lists import source

    reset_db()
    migrate()
    source.forget()


@pytest.fixture(scope="session")
def reset_datastore() -> Callable[[], None]:
    """Callable that drops every table of the DataStore."""
    from ckanext.datastore.backend.postgres import get_write_engine

    def run() -> None:
        tables = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
        with get_write_engine().begin() as connection:
            for name in connection.scalars(sa.text(f"{tables} AND tablename <> '_table_stats'")):
                connection.execute(sa.text(f"DROP TABLE {name} CASCADE"))
            connection.execute(sa.text("DELETE FROM _table_stats"))

    return run


@pytest.fixture
def clean_datastore(clean_db: None, clean_index: None, reset_datastore: Callable[[], None]) -> None:
    """A DataStore without tables, an empty database and an empty index."""
    reset_datastore()
