"""A second portal beside the one of the tests: a CKAN that runs, with databases of its own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import search

from ckanext.datastore.backend.postgres import get_read_engine, get_write_engine
from ckanext.sdi.model import Edition, Item, ItemVersion
from tests.browser.portal import ARTEFACTS, Portal
from tests.province import Province, make_dataset, make_province, published_dataset

DATABASES = {
    "CKAN_SQLALCHEMY_URL": "sqlalchemy.url",
    "CKAN_DATASTORE_WRITE_URL": "ckan.datastore.write_url",
    "CKAN_DATASTORE_READ_URL": "ckan.datastore.read_url",
}
END_SESSIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
CLOSED = "Jumlah titik rawan menurut kelurahan"


class SecondPortal(Portal):
    """It begins with what a portal of the tests had, copied; from then on each has its own."""

    def __init__(self, folder: Path) -> None:
        closed = {"ckanext.sdi.daftar_data.closed_items_by_name": "true"}
        super().__init__(folder, ARTEFACTS / "second_portal", closed)
        self.site_id = f"{tk.config['ckan.site_id']}_second"
        self.published: dict[str, Any] = {}
        self.walidata = ""

    @property
    def host(self) -> str:
        """As the settings of another portal name it."""
        return self.url.removeprefix("http://")

    @property
    def environment(self) -> dict[str, str]:
        """As of any portal, with a site and databases of its own."""
        urls = {variable: _copy_of(_url(name)) for variable, name in DATABASES.items()}
        named = {variable: _text(url) for variable, url in urls.items()}
        return {**super().environment, **named, "CKAN_SITE_ID": self.site_id}

    def begin(self) -> None:
        """Make a province through the gate, copy it, and start the portal."""
        province = make_province()
        _close_an_item(province)
        before = {"name": "usaha-2024", "title": "Jumlah usaha 2024", "notes": "Tahun sebelumnya."}
        period = {"periode_awal": "2024", "periode_akhir": "2024"}
        published_dataset(province, **before, **period)
        self.published = published_dataset(province)
        make_dataset(province, name="belum-terbit", title="Belum terbit")
        self.walidata = province.headers("walidata")["Authorization"]
        search.clear_all()
        self._index()
        self._copy()
        address = ("--host", "127.0.0.1", "--port", self.url.rpartition(":")[2])
        self.start("web", "run", *address, "--disable-reloader", "--threaded")
        self.wait_until_it_answers()

    def _index(self) -> None:
        """Write its index, which others use as well: a CKAN finds what names its site."""
        with pytest.MonkeyPatch.context() as patched:
            patched.setitem(tk.config, "ckan.site_id", self.site_id)
            patched.setitem(tk.config, "ckan.site_url", self.url)
            search.rebuild()

    def _copy(self) -> None:
        model.Session.remove()
        # A database that somebody is connected to cannot be copied.
        for engine in (model.ensure_engine(), get_write_engine(), get_read_engine()):
            engine.dispose()
        self._make_databases()
        shutil.copytree(tk.config["ckan.storage_path"], self.folder / "storage")

    def _make_databases(self, *, anew: bool = True) -> None:
        names = {_url(name).database for name in DATABASES.values()}
        for name in names:
            _run(f'DROP DATABASE IF EXISTS "{name}_second" WITH (FORCE)')
            if anew:
                # The migrations' own engine may still hold a connection.
                _run(f"{END_SESSIONS} datname = '{name}'")
                _run(f'CREATE DATABASE "{name}_second" TEMPLATE "{name}"')

    def end(self) -> None:
        """Stop it, and leave nothing of it."""
        for process in self.processes:
            # Nothing of it is kept, so there is nothing that it has to end in order.
            process.kill()
        self.stop()
        self._make_databases(anew=False)
        with pytest.MonkeyPatch.context() as patched:
            patched.setitem(tk.config, "ckan.site_id", self.site_id)
            search.clear_all()


def _close_an_item(province: Province) -> None:
    """Add an item to its list that is closed, and say of the other what a list must say."""
    said = {
        "klasifikasi": "Wilayah administrasi: kabupaten dan kota",
        "jenis": "variabel",
        "nama_indikator": "Usaha",
    }
    said |= {"sumber_referensi": "RPJMD", "kategori": "Ekonomi", "kode_indikator": "06.01"}
    model.Session.execute(sa.update(ItemVersion).values(**said))
    item = Item(level="provinsi", key="DDD-002")
    model.Session.add(item)
    model.Session.flush()
    model.Session.add(
        ItemVersion(
            edition_id=province.edition_id,
            item_id=item.id,
            row_number=2,
            id_ddd="DDD-002",
            status="tidak_mengacu",
            nama_data=CLOSED,
            produsen="Dinas Lain",
            organization_id=province.other_office["id"],
            klasifikasi_risiko="tertutup",
            jenis_data="statistik",
            jadwal_pemutakhiran="tahunan",
            **{**said, "definisi": "Banyaknya titik yang dijaga."},
        )
    )
    agreed = sa.update(Edition).values(agreed_at=sa.func.now())
    model.Session.execute(agreed)
    model.Session.commit()


def _url(name: str) -> sa.URL:
    return sa.make_url(tk.config[name])


def _copy_of(url: sa.URL) -> sa.URL:
    return url.set(database=f"{url.database}_second")


def _text(url: sa.URL) -> str:
    return url.render_as_string(hide_password=False)


def _run(statement: str) -> None:
    """Run a statement that is of no transaction, from a database that is not copied."""
    connection = psycopg2.connect(_text(_url("sqlalchemy.url").set(database="postgres")))
    connection.autocommit = True
    try:
        connection.cursor().execute(statement)
    except psycopg2.errors.InsufficientPrivilege as error:
        pytest.skip(f"the role of the tests may not make a database: {error}")
    finally:
        connection.close()
