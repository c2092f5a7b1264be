"""A DataStore table replaced in one transaction, on a real PostgreSQL."""

from __future__ import annotations

import datetime as dt
import threading
import traceback
import uuid
from typing import Any

import psycopg2
import pyarrow as pa
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

import ckan.plugins.toolkit as tk

from ckanext.datastore.backend import DatastoreBackend
from ckanext.datastore.backend.postgres import get_read_engine, get_write_engine
from ckanext.sdi.datastore import staging, table
from ckanext.sdi.datastore.staging import Column
from ckanext.sdi.datastore.table import (
    RowsRefusedError,
    build_indexes,
    drop_table,
    replace_table,
)

pytestmark = [
    pytest.mark.ckan_config("ckan.plugins", "datastore"),
    pytest.mark.usefixtures("with_plugins", "clean_datastore"),
]

COLUMNS = [
    Column("kode", "text", {"label": "Kode", "sdi": {"code": "kode_wilayah"}}, indexed=True),
    Column("nama", "text", {"label": "Nama", "notes": '50% : "baik"'}, full_text=True),
    Column("jumlah", "bigint"),
    Column("luas", "numeric"),
    Column("tanggal", "date"),
    Column("aktif", "boolean"),
]


@pytest.fixture
def resource_id() -> str:
    return str(uuid.uuid4())


def block(*rows: tuple[Any, ...]) -> list[pa.Array]:
    types = [pa.string(), pa.string(), pa.int64(), pa.string(), pa.date32(), pa.bool_()]
    return [
        pa.array(values, kind) for values, kind in zip(zip(*rows, strict=True), types, strict=True)
    ]


SAMARINDA = ("64.72", "Kota Samarinda", 861_000, "718.00", dt.date(2025, 12, 31), True)
BULUNGAN = ("013121660091000", 'Kata "sulit", 100% \\.', None, None, None, False)


def search(resource_id: str, **query: Any) -> dict[str, Any]:
    return tk.get_action("datastore_search")(
        {"ignore_auth": True}, {"resource_id": resource_id, **query}
    )


def select(what: str, resource_id: str) -> sa.TextClause:
    return sa.text(f'{what} FROM "{resource_id}"')


def relations() -> list[str]:
    """The tables, views, sequences and indexes that are no part of every DataStore."""
    with get_write_engine().connect() as connection:
        names = connection.scalars(
            sa.text(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                " AND relkind IN ('r', 'v', 'S', 'i')"
            )
        )
        return sorted(name for name in names if not name.startswith("_table"))


def test_values_come_back_as_they_were(resource_id: str) -> None:
    rows = replace_table(resource_id, COLUMNS, [block(SAMARINDA), block(BULUNGAN)])
    assert rows == 2
    found = search(resource_id)
    assert found["total"] == 2
    assert found["records"] == [
        {
            "_id": 1,
            "kode": "64.72",
            "nama": "Kota Samarinda",
            "jumlah": 861000,
            "luas": 718.00,
            "tanggal": "2025-12-31",
            "aktif": True,
        },
        {
            "_id": 2,
            "kode": "013121660091000",
            "nama": 'Kata "sulit", 100% \\.',
            "jumlah": None,
            "luas": None,
            "tanggal": None,
            "aktif": False,
        },
    ]
    types = {field["id"]: field["type"] for field in found["fields"]}
    assert types == {
        "_id": "int",
        "kode": "text",
        "nama": "text",
        "jumlah": "int8",
        "luas": "numeric",
        "tanggal": "date",
        "aktif": "bool",
    }


def test_an_empty_text_is_not_a_missing_one(resource_id: str) -> None:
    replace_table(resource_id, [Column("a", "text")], [[pa.array(["", None])]])
    assert [record["a"] for record in search(resource_id)["records"]] == ["", None]


def test_words_are_found_in_descriptive_text_only(resource_id: str) -> None:
    replace_table(resource_id, COLUMNS, [block(SAMARINDA, BULUNGAN)])
    assert search(resource_id, q="samarinda")["total"] == 1
    assert search(resource_id, q="64.72")["total"] == 0
    assert search(resource_id, filters={"kode": "64.72"})["total"] == 1


def test_the_data_dictionary_says_what_a_column_is(resource_id: str) -> None:
    replace_table(resource_id, COLUMNS, [block(SAMARINDA)])
    build_indexes(resource_id, COLUMNS)
    info = DatastoreBackend.get_active_backend().resource_fields(resource_id)
    fields = {field["id"]: field for field in info["fields"]}
    assert fields["kode"]["info"] == {"label": "Kode", "sdi": {"code": "kode_wilayah"}}
    assert fields["nama"]["info"]["notes"] == '50% : "baik"'
    assert fields["kode"]["schema"]["is_index"]


def test_a_second_load_leaves_nothing_of_the_first(resource_id: str) -> None:
    replace_table(resource_id, COLUMNS, [block(SAMARINDA)])
    build_indexes(resource_id, COLUMNS)
    first = relations()
    replace_table(resource_id, COLUMNS, [block(BULUNGAN, SAMARINDA)])
    # The second time there is nothing to do.
    for _ in range(2):
        build_indexes(resource_id, COLUMNS)
        assert relations() == first
    assert not [name for name in first if name.startswith("_sdi")]
    replace_table(resource_id, [Column("lain", "text")], [[pa.array(["x"])]])
    assert search(resource_id)["records"] == [{"_id": 1, "lain": "x"}]


def test_indexes_of_a_table_that_has_become_another_are_left_alone(resource_id: str) -> None:
    build_indexes(resource_id, COLUMNS)
    replace_table(resource_id, [Column("lain", "text")], [[pa.array(["x"])]])
    before = relations()
    build_indexes(resource_id, COLUMNS)
    assert relations() == before


def test_core_goes_on_with_the_table(resource_id: str) -> None:
    """Insert, upsert by the key, full text of new rows, no second set of indexes."""
    replace_table(resource_id, COLUMNS, [block(SAMARINDA)], primary_key=["kode"])
    build_indexes(resource_id, COLUMNS, ["kode"])
    before = relations()
    backend_call = {"resource_id": resource_id, "include_records": False}
    backend = DatastoreBackend.get_active_backend()
    new = {"kode": "64.01", "nama": "Kabupaten Paser", "jumlah": 1}
    backend.upsert({}, {**backend_call, "records": [new], "method": "insert"})
    backend.upsert({}, {**backend_call, "records": [{**new, "jumlah": 2}], "method": "upsert"})
    records = search(resource_id, q="paser")["records"]
    assert [(record["_id"], record["jumlah"]) for record in records] == [(2, 2)]
    fields = [{"id": column.name, "type": column.sql_type} for column in COLUMNS]
    call = {**backend_call, "fields": fields, "delete_fields": False, "primary_key": ["kode"]}
    backend.create({}, call, {})
    assert relations() == before


def test_readers_may_read_it_and_nothing_else(resource_id: str) -> None:
    replace_table(resource_id, COLUMNS, [block(SAMARINDA)])
    replace_table(resource_id, COLUMNS, [block(BULUNGAN)])
    with get_read_engine().connect() as connection:
        assert connection.scalar(select("SELECT count(*)", resource_id)) == 1
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(select("DELETE", resource_id))


def test_an_alias_shows_the_new_rows(resource_id: str) -> None:
    replace_table(resource_id, COLUMNS, [block(SAMARINDA)])
    with get_write_engine().begin() as connection:
        connection.execute(select('CREATE VIEW "penduduk" AS SELECT *', resource_id))
    replace_table(resource_id, COLUMNS, [block(BULUNGAN)])
    assert search("penduduk")["records"][0]["kode"] == "013121660091000"


def test_a_failed_load_leaves_the_old_rows(resource_id: str) -> None:
    replace_table(resource_id, COLUMNS, [block(SAMARINDA)])
    before = relations()
    bad = [pa.array(["1", "salah"])]
    with pytest.raises(RowsRefusedError) as refused:
        replace_table(resource_id, [Column("a", "bigint")], [bad])
    assert str(refused.value) == "InvalidTextRepresentation at line 2, column a"
    assert "salah" not in "".join(traceback.format_exception(refused.value))
    assert relations() == before
    assert search(resource_id)["records"][0]["kode"] == "64.72"


def test_a_key_has_the_name_that_ckan_knows_it_by(resource_id: str) -> None:
    for row in (SAMARINDA, BULUNGAN):
        replace_table(resource_id, COLUMNS, [block(row)], primary_key=["kode"])
        assert len(relations()) == 4
        assert not [name for name in relations() if name.startswith("_sdi_")]


def test_what_hangs_on_the_old_table_stops_the_load(resource_id: str) -> None:
    replace_table(resource_id, COLUMNS, [block(SAMARINDA)])
    with get_write_engine().begin() as connection:
        connection.execute(sa.text(f'CREATE TABLE lain (k int REFERENCES "{resource_id}" (_id))'))
    before = relations()
    with pytest.raises(psycopg2.errors.DependentObjectsStillExist):
        replace_table(resource_id, COLUMNS, [block(BULUNGAN)])
    assert relations() == before
    assert search(resource_id)["records"][0]["kode"] == "64.72"


def _boom(*_: Any) -> None:
    raise KeyError("overtaken")


@pytest.mark.parametrize("where", ["in the rows", "before the swap"])
def test_what_stops_a_load_comes_out_as_it_is(resource_id: str, where: str) -> None:
    def blocks() -> Any:
        yield block(SAMARINDA)
        if where == "in the rows":
            _boom()

    confirm = _boom if where == "before the swap" else lambda _: None
    with pytest.raises(KeyError, match="overtaken"):
        replace_table(resource_id, COLUMNS, blocks(), confirm=confirm)
    assert not relations()


def test_two_connections_fill_one_table(resource_id: str) -> None:
    """Each waits for a piece that only the other can have let through."""
    both = threading.Barrier(2, timeout=10.0)
    fed = staging.Feed.readinto

    def together(feed: staging.Feed, buffer: Any) -> int:
        read = fed(feed, buffer)
        if read:
            both.wait()
        return read

    many = [block((f"{number}", "Kota", number, None, None, None)) for number in range(1, 9)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging.Feed, "readinto", together)
        assert replace_table(resource_id, COLUMNS, many) == 8
    found = search(resource_id, q="kota", sort="_id")["records"]
    assert [(one["_id"], one["kode"]) for one in found] == [(n, f"{n}") for n in range(1, 9)]


@pytest.mark.parametrize("bad_one", range(4))
def test_a_value_that_either_connection_cannot_take_stops_both(
    resource_id: str, bad_one: int
) -> None:
    replace_table(resource_id, COLUMNS, [block(SAMARINDA)])
    before = relations()
    values = ["x" if number == bad_one else "1" for number in range(4)]
    with pytest.raises(RowsRefusedError):
        replace_table(resource_id, [Column("a", "bigint")], [[pa.array([one])] for one in values])
    assert relations() == before


def test_what_is_being_loaded_is_neither_seen_nor_cleaned_away(resource_id: str) -> None:
    replace_table(resource_id, COLUMNS, [block(SAMARINDA)])

    def look(_: int) -> None:
        assert staging.name_of(resource_id) in relations()
        assert staging.abandoned() == []
        staging.drop(resource_id)
        assert search(resource_id)["total"] == 1
        with get_read_engine().connect() as reader:
            names = reader.scalars(sa.text("SELECT name FROM _table_metadata")).all()
        assert resource_id in names
        assert staging.name_of(resource_id) not in names
        with pytest.raises(tk.ObjectNotFound):
            search(staging.name_of(resource_id))

    replace_table(resource_id, COLUMNS, [block(BULUNGAN, SAMARINDA)], confirm=look)
    assert search(resource_id)["total"] == 2


def test_a_load_puts_away_what_a_killed_one_left(resource_id: str) -> None:
    staging.create(resource_id, COLUMNS)
    assert staging.abandoned() == [resource_id]
    replace_table(resource_id, COLUMNS, [block(SAMARINDA)])
    assert staging.abandoned() == []
    assert search(resource_id)["total"] == 1


def test_a_reader_is_waited_for(resource_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_table(resource_id, COLUMNS, [block(SAMARINDA)])
    with get_read_engine().connect() as reader:
        reader.execute(select("SELECT *", resource_id))
        load = threading.Thread(
            target=replace_table, args=(resource_id, COLUMNS, [block(BULUNGAN)])
        )
        load.start()
        load.join(timeout=1.0)
        assert load.is_alive(), "the swap did not wait for the reader"
        # A count on a second connection, as datastore_search makes it, still gets through.
        with get_write_engine().connect() as second:
            second.execute(sa.text("SET statement_timeout = 2000"))
            assert second.scalar(select("SELECT count(*)", resource_id)) == 1
    load.join(timeout=10.0)
    assert search(resource_id)["records"][0]["kode"] == "013121660091000"


def test_a_reader_who_never_lets_go_ends_the_load(
    resource_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "LOCK_PATIENCE", 0.5)
    replace_table(resource_id, COLUMNS, [block(SAMARINDA)])
    with get_read_engine().connect() as reader:
        reader.execute(select("SELECT *", resource_id))
        with pytest.raises(table.TableBusyError):
            replace_table(resource_id, COLUMNS, [block(BULUNGAN)])
        assert search(resource_id)["records"][0]["kode"] == "64.72"


def test_drop_takes_all_of_it(resource_id: str) -> None:
    assert not drop_table(resource_id)
    replace_table(resource_id, COLUMNS, [block(SAMARINDA)])
    build_indexes(resource_id, COLUMNS)
    assert table.table_exists(resource_id)
    assert drop_table(resource_id)
    assert not relations()
    assert not table.table_exists(resource_id)


@pytest.mark.parametrize(
    "name", ["50% tua: umur", "nama';--", "SELECT", "Übergröße", "a.b", "x\\y"]
)
def test_names_as_people_write_them(resource_id: str, name: str) -> None:
    columns = [Column(name, "text", {"label": name}, full_text=True, indexed=True)]
    replace_table(resource_id, columns, [[pa.array(["rumah"])]])
    build_indexes(resource_id, columns)
    assert search(resource_id, q="rumah")["total"] == 1
    assert search(resource_id)["records"] == [{"_id": 1, name: "rumah"}]


def test_a_row_of_much_text_is_taken(resource_id: str) -> None:
    long = " ".join(f"kata{number}" for number in range(150_000))
    columns = [Column("isi", "text", full_text=True), Column("lain", "text", full_text=True)]
    replace_table(resource_id, columns, [[pa.array([long]), pa.array([long])]])
    assert search(resource_id)["records"][0]["isi"] == long
