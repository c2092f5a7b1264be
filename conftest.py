"""What every test may use, beside the fixtures of CKAN's own pytest plugin.

Tests of ``codes``, ``rules``, ``check``, ``kewajiban``, ``dev`` and of the formats of a list need
no server: asked for alone, they run without a CKAN being loaded. All others name ``with_plugins``
or ``clean_db``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import close_all_sessions

import ckan.plugins as p
from ckan import model
from ckan.common import config
from ckan.lib import app_globals

from ckanext.sdi.codes import use_source
from ckanext.sdi.codes.layouts import LAYOUTS

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
LONGEST = tuple(
    TESTS / name
    for name in (
        "browser/test_journey.py",
        "codes/test_column.py",
        "browser/test_pages.py",
        "logic/test_sloppy_clients.py",
        "i18n/test_crawl.py",
    )
)
READ_AT_EACH_USE = {"ckan.max_resource_size", "ckan.max_image_size", "ckanext.sdi.gate"}
"""Settings for which nothing has to be loaded anew."""
MIGRATED = ("activity", "harvest", "sdi")
OWN_VERSIONS = tuple(f"{name}_alembic_version" for name in MIGRATED)


@dataclass
class KeptCkan:
    """The CKAN of a process, with its plugins, kept from one test to the next.

    CKAN's own fixtures load the plugins, make an application and unload the plugins for each
    test: two seconds of processor time. Here they are made once, and the settings that a test
    changed are put back.
    """

    own: dict[str, Any]
    app: Any
    plugins: list[Any]
    settings: dict[str, Any]
    settings_of_flask: dict[str, Any]

    kept: ClassVar[KeptCkan | None] = None

    @classmethod
    def load(cls, own: dict[str, Any]) -> None:
        """Have a CKAN with the settings of test.ini and a test's own.

        It is made anew for other settings than the last test's, and after a test that has loaded
        plugins for itself.
        """
        loading = {key: own[key] for key in own.keys() - READ_AT_EACH_USE}
        kept = cls.kept
        if kept is None or kept.own != loading or kept.plugins != _loaded_plugins():
            kept = cls.kept = cls._made(loading)
        config.clear()
        config.update({**kept.settings, **{key: own[key] for key in own.keys() & READ_AT_EACH_USE}})
        flask_config = kept.app._wsgi_app.config
        flask_config.clear()
        flask_config.update(kept.settings_of_flask)
        app_globals._CONFIG_CACHE.clear()
        app_globals.app_globals._init()
        model.Session.remove()

    @classmethod
    def _made(cls, own: dict[str, Any]) -> KeptCkan:
        from ckan.config.middleware import make_app
        from ckan.tests.pytest_ckan import ckan_setup

        cls.unload()
        config.clear()
        config.update({**ckan_setup._config, **own})
        app: Any = make_app(config)
        return cls(own, app, _loaded_plugins(), config.copy(), dict(app._wsgi_app.config))

    @classmethod
    def unload(cls) -> None:
        """Leave no plugin loaded, and the code systems with the lists that are shipped."""
        cls.kept = None
        p.unload_all()
        for system in LAYOUTS:
            use_source(system, None)


def _loaded_plugins() -> list[Any]:
    """The plugins' objects: each time that a plugin is loaded, it is another one."""
    return list(p.PluginImplementations(p.IConfigurer))


def pytest_configure(config: pytest.Config) -> None:
    """Give each process of pytest-xdist its own databases; leave CKAN out where none needs it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        os.environ.update(json.loads(os.environ["SDI_TEST_WORKERS"])[worker])
    asked = [Path(argument.partition("::")[0]).resolve() for argument in config.args]
    if asked and all(any(path.is_relative_to(free) for free in SERVERLESS) for path in asked):
        config.pluginmanager.unregister(name="ckan")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files of a minute and more come first: no process then waits for the last of them."""
    places = {path: place for place, path in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that names no plugins finds none, whatever ran before it."""
    names = getattr(item, "fixturenames", ())
    if "with_plugins" not in names and KeptCkan.kept:
        KeptCkan.unload()


@pytest.fixture
def with_plugins(request: pytest.FixtureRequest, ckan_config: Any) -> None:
    """The plugins of test.ini, or of the test's own settings, loaded."""
    KeptCkan.load(dict(mark.args for mark in request.node.iter_markers("ckan_config")))


@pytest.fixture
def app(with_plugins: None) -> Any:
    """A client of the application, without cookies."""
    from ckan.tests.helpers import CKANTestApp

    kept: Any = KeptCkan.kept
    return CKANTestApp(kept.app)


@pytest.fixture
def cli(cli: Any, with_plugins: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """CKAN's command line in this process; it finds a CKAN, where it would start another."""
    kept: Any = KeptCkan.kept
    monkeypatch.setattr("ckan.cli.cli.make_app", lambda _: kept.app)
    return cli


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


@pytest.fixture(scope="session")
def empty_db(reset_db: Callable[[], None], migrate: Callable[[], None]) -> Callable[[], None]:
    """Callable that leaves an empty database with the tables of CKAN and of its plugins.

    It takes some 10 ms after the first time. With the rows go the editions of code lists that a
    process has read from the database.
    """

    def run() -> None:
        from ckanext.sdi.code_lists import source

        close_all_sessions()
        there = set(sa.inspect(model.ensure_engine()).get_table_names())
        if model.repo.tables_created_and_initialised and there.issuperset(OWN_VERSIONS):
            _empty(there - {"alembic_version", *OWN_VERSIONS})
        else:
            engine = model.ensure_engine()
            reset_db()
            migrate()
            # The migrations leave an engine that connects anew for each transaction, in 20 ms.
            model.init_model(engine)
        source.forget()

    return run


@pytest.fixture
def clean_db(with_plugins: None, empty_db: Callable[[], None]) -> None:
    """An empty database."""
    empty_db()


def _empty(tables: set[str]) -> None:
    """CKAN's own reset asks and empties table by table: 120 statements, where this sends one."""
    known = [table.name for table in model.repo.metadata.sorted_tables if table.name in tables]
    statements = (f'DELETE FROM "{name}"' for name in reversed(known))  # noqa: S608
    with model.ensure_engine().begin() as connection:
        connection.exec_driver_sql("; ".join(statements))


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
