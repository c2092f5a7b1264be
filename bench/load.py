"""From a file to rows that the Data API answers from, against ckanext-xloader's load alone.

``python bench/load.py [ROWS]`` (1,000,000 when not given) on the servers that ``test.ini`` and the
``CKAN_…`` variables name; ``--file PATH`` keeps the file from one run to the next, and ``--only``
runs some parts of it. One file of ten columns, three of them codes; in the same run, each in a
process of its own:

- ours: check with its findings file, load, until ``datastore_search`` answers right, ``q`` too;
- ckanext-xloader, the newest that pip finds: ``load_csv``, the count, ``create_column_indexes``, as
  its job calls them, and the state that this leaves; once with the GiST index that CKAN makes by
  default, once with the GIN index that ours makes (``ckan.datastore.default_fts_index_method``);
- ours with the columns that xloader makes, all text and all in full text, with its own GIN index;
- a raw COPY of the same bytes into an equal plain table, against our COPY without and with full
  text.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from check_csv import SCHEMA, make
from others import ROOT, python_with

PARTS = ("ours", "xloader", "xloader_gin", "whole", "copy")
# A number of the record is a number, and sought as one.
STANDARD = {
    **SCHEMA,
    "fields": [{**SCHEMA["fields"][0], "type": "integer"}, *SCHEMA["fields"][1:]],
}
# The tables are this bench's own, and go at its end.
BEGIN = """
import dataclasses, importlib.metadata, json, logging, resource, sys, time, uuid
import ckanext
# xloader's own package of this name hides the others.
ckanext.__path__ = [f"{one}/ckanext" for one in sys.path]
import sqlalchemy as sa
from ckan.cli import load_config
from ckan.config.middleware import make_app
path, schema, ini, *rest = sys.argv[1:]
make_app(load_config(ini))._wsgi_app.test_request_context().push()
import ckan.plugins.toolkit as tk
from ckan import model
from ckanext.datastore.backend.postgres import get_write_engine

def search(**asked):
    return tk.get_action("datastore_search")({"ignore_auth": True}, {**asked, "limit": 10})

def peak():
    most = max(resource.getrusage(who).ru_maxrss
               for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return most / 1024

def rows_found(resource_id, q):
    return [search(resource_id=resource_id)["total"], search(resource_id=resource_id, q=q)["total"]]
"""
OURS = """
from pathlib import Path
from ckanext.sdi.check.memory import give_back
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.check.write import batch_writer
from ckanext.sdi.datastore import load, table
from ckanext.sdi.datastore.judge import judge_file
from ckanext.sdi.codes import use_source
# The shipped list, whatever these databases have.
use_source("kode_wilayah", None)
standard, whole = TableSchema.from_dict(json.loads(schema)), rest == ["whole"]
if whole:
    own = load.columns_of
    load.columns_of = lambda standard: [
        dataclasses.replace(column, sql_type="text", full_text=True) for column in own(standard)
    ]
    # Nor does xloader index columns.
    table._search_indexes = lambda columns, key: iter([("gin", ("_full_text",))])
give_back()
id_ = str(uuid.uuid4())
start = time.perf_counter()
with batch_writer(Path(path + ".findings")) as sink:
    report = judge_file(Path(path), standard, "2025", name="x.csv", batches=sink)
checked = time.perf_counter() - start
if not report.passed:
    sys.exit(f"the file must pass: {report.counts}")
load.load_table(id_, Path(path), standard)
loaded = time.perf_counter() - start
found = rows_found(id_, "contoh")
took = time.perf_counter() - start
load.index_rows(id_, standard)
indexed = time.perf_counter() - start
table.drop_table(id_)
print(json.dumps({"seconds": took, "check": checked, "load": loaded - checked, "found": found,
                  "indexed": indexed, "peak": peak()}))
"""
XLOADER = """
from ckanext.xloader import loader
from sqlalchemy.schema import DropTable
logger = logging.getLogger("xloader")
package = model.Package(name=f"bench-{uuid.uuid4()}", type="dataset")
model.Session.add(package)
model.Session.flush()
made = model.Resource(package_id=package.id, url="x.csv", format="CSV")
made.position = 0
model.Session.add(made)
model.Session.commit()
id_ = made.id
start = time.perf_counter()
fields = loader.load_csv(path, resource_id=id_, mimetype="CSV", logger=logger)
copied = time.perf_counter() - start
loader.calculate_record_count(resource_id=id_, logger=logger)
counted = time.perf_counter() - start
loader.create_column_indexes(fields=fields, resource_id=id_, logger=logger)
indexed = time.perf_counter() - start
found = rows_found(id_, "contoh")
took = time.perf_counter() - start
with get_write_engine().connect() as connection:
    def ask(query):
        return connection.scalar(sa.text(query), {"id": id_})
    left = {
        "indexes": ask("SELECT string_agg(indexdef, '; ') FROM pg_indexes WHERE tablename = :id"),
        "trigger zfulltext": ask("SELECT tgenabled = 'O' FROM pg_trigger WHERE tgname = 'zfulltext'"
                                 " AND tgrelid = quote_ident(:id)::regclass"),
        "types": ask("SELECT string_agg(DISTINCT data_type, ', ') FROM information_schema.columns"
                     " WHERE table_name = :id AND column_name NOT LIKE '\\\\_%'"),
    }
with get_write_engine().begin() as connection:
    connection.execute(DropTable(sa.Table(id_, sa.MetaData())))
model.Session.execute(sa.delete(model.Resource).where(model.Resource.id == id_))
model.Session.execute(sa.delete(model.Package).where(model.Package.name == package.name))
model.Session.commit()
print(json.dumps({"seconds": took, "load_csv": copied, "count": counted - copied,
                  "indexes": indexed - counted, "found": found, "left": left, "peak": peak(),
                  "version": importlib.metadata.version("ckanext-xloader")}))
"""
COPY = """
from pathlib import Path
import psycopg2
from psycopg2 import sql
from ckanext.sdi.check.convert import typed_columns
from ckanext.sdi.check.table import open_table
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.datastore import limits, staging
from ckanext.sdi.datastore.types import columns_of
standard = TableSchema.from_dict(json.loads(schema))
columns = columns_of(standard)
plain = [dataclasses.replace(column, full_text=False) for column in columns]

def blocks():
    most = limits.of_portal()
    with open_table(Path(path), limits=most, asked=standard.layout, name="") as opened:
        for block in opened:
            yield typed_columns(block, standard)

# What is sent is written beforehand, so that the raw COPY has nothing to do but to copy.
with open(path + ".sent", "wb") as sent:
    sent.writelines(staging._as_csv(blocks()))

def ours(columns):
    def fill(cursor):
        staging.create("bench", columns)
        start = time.perf_counter()
        staging.fill(cursor, "bench", columns, blocks())
        return time.perf_counter() - start
    return fill

def raw(cursor):
    staging.create("bench", plain)
    names = ", ".join(["_id", *(f'"{column.name}"' for column in columns)])
    with open(path + ".sent", "rb") as sent:
        start = time.perf_counter()
        table = staging.name_of("bench")
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)", sent, 1 << 20)
        return time.perf_counter() - start

def undone(action):
    with get_write_engine().connect() as connection:
        took = action(connection.connection.cursor())
        connection.connection.rollback()
    staging.drop("bench")
    return took

ways = {"raw": raw, "ours": ours(plain), "with full text": ours(columns)}
took = {name: [] for name in ways}
for _ in range(3):
    for name, way in ways.items():
        took[name].append(undone(way))
print(json.dumps({name: sorted(times)[1] for name, times in took.items()}))
"""


def ran(python: Path | str, code: str, *arguments: str) -> dict[str, Any]:
    """What a script prints, in a process of its own that has the variables of this one.

    CKAN and all that it needs is the one that this Python has: xloader's wheel brings none.
    """
    packages = [path for path in sys.path if path.endswith("site-packages")]
    done = subprocess.run(
        [str(python), "-c", BEGIN + code, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *packages])},
    )
    if done.returncode:
        raise SystemExit(f"{arguments[2:]} ended with {done.returncode}")
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Make the file, run each, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rows", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = asked.file or Path(folder) / "x.csv"
        if not path.exists():
            make(path, asked.rows, share_wrong=0.0)
        for index in ("gist", "gin"):
            (Path(folder) / f"{index}.ini").write_text(
                f"[app:main]\nuse = config:{ROOT}/test.ini\nckan.plugins = datastore xloader\n"
                f"ckan.datastore.default_fts_index_method = {index}\n"
            )
        print(
            f"{asked.rows:,} rows of {len(SCHEMA['fields'])} columns,"
            f" {path.stat().st_size / 1e6:.0f} MB"
        )
        given = (str(path), json.dumps(STANDARD))

        def xloader(index: str) -> dict[str, Any]:
            python = python_with("ckanext-xloader")
            return ran(python, XLOADER, *given, f"{folder}/{index}.ini")

        runs: dict[str, Callable[[], dict[str, Any]]] = {
            "ours": lambda: ran(sys.executable, OURS, *given, "test.ini"),
            "xloader": lambda: xloader("gist"),
            "xloader_gin": lambda: xloader("gin"),
            "whole": lambda: ran(sys.executable, OURS, *given, "test.ini", "whole"),
            "copy": lambda: ran(sys.executable, COPY, *given, "test.ini"),
        }
        done = {}
        for part in asked.only:
            done[part] = runs[part]()
            _print(part, done[part])
    _compare(done)


def _print(part: str, one: dict[str, Any]) -> None:
    if part == "copy":
        print(
            f"raw COPY {one['raw']:.2f} s; ours {one['ours']:.2f} s,"
            f" {one['ours'] / one['raw']:.2f} times, goal 1.3;"
            f" full text makes it {one['with full text']:.2f} s"
        )
    elif part.startswith("xloader"):
        print(
            f"ckanext-xloader {one['version']}: {one['seconds']:.1f} s (load_csv"
            f" {one['load_csv']:.1f}, count {one['count']:.1f}, indexes {one['indexes']:.1f}),"
            f" found {one['found']}, peak {one['peak']:.0f} MiB"
        )
        for what, left in one["left"].items():
            print(f"  leaves {what}: {left}")
    else:
        title = "ours" if part == "ours" else "ours, all in full text"
        print(
            f"{title}: {one['seconds']:.1f} s (check {one['check']:.1f}, load {one['load']:.1f}),"
            f" with search indexes {one['indexed']:.1f} s,"
            f" found {one['found']}, peak {one['peak']:.0f} MiB",
            flush=True,
        )


def _compare(done: dict[str, dict[str, Any]]) -> None:
    theirs, whole, equal = (done.get(part) for part in ("xloader", "whole", "xloader_gin"))
    if theirs and "ours" in done:
        print(f"xloader / ours {theirs['seconds'] / done['ours']['seconds']:.1f}, goal 4")
    if whole and equal:
        bare = equal["seconds"] - equal["indexes"]
        print(
            f"with the same columns in full text: neither with an index"
            f" {bare / whole['seconds']:.1f}, ours before its index"
            f" {equal['seconds'] / whole['seconds']:.1f}, both with GIN"
            f" {equal['seconds'] / whole['indexed']:.1f}, goal 2"
        )


if __name__ == "__main__":
    main()
