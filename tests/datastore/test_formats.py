"""Other files than CSV, from the upload to typed rows."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk

from ckanext.sdi.datastore import table
from tests.data.bad_workbooks import parquet
from tests.data.workbooks import ods, packed, xls, xlsx
from tests.datastore.working import rows, shown, work
from tests.province import GOOD_CSV, TABLE_SCHEMA, Province, add_resource

pytestmark = pytest.mark.usefixtures("with_plugins", "empty_queue")

NAMES = ["kode_wilayah", "npwp", "tahun", "jumlah"]
ROWS: list[list[Any]] = [
    ["64.72", "013121660091000", 2025, 12],
    ["64.71", "021832415000000", 2025, 7],
]
RECORDS = [dict(zip(NAMES, row, strict=True)) for row in ROWS]
COLUMNS = {name: [row[place] for row in ROWS] for place, name in enumerate(NAMES)}
OFFICE_SHEET = [
    ["Usaha menurut kota"], [], ["Kode Wilayah", *NAMES[1:]], ["(1)", "(2)", "(3)", "(4)"],
    *ROWS, ["Jumlah", "", "", 19], [], ["Sumber: Dinas Koperasi"],
]  # fmt: skip
FILES = {
    "usaha.xlsx": xlsx(OFFICE_SHEET),
    "usaha.xls": xls([NAMES, *ROWS]),
    "usaha.ods": ods([NAMES, *ROWS]),
    "usaha.json": json.dumps(RECORDS).encode(),
    "usaha.jsonl": "\n".join(map(json.dumps, RECORDS)).encode(),
    "usaha.parquet": parquet(**COLUMNS),
    "usaha.zip": packed({"usaha.csv": GOOD_CSV.encode()}),
}


def sent(name: str) -> dict[str, Any]:
    file = FileStorage(io.BytesIO(FILES[name]), filename=name)
    return {"upload": file, "url": name, "format": ""}


@pytest.mark.parametrize("name", FILES)
def test_it_comes_through_to_typed_rows(
    name: str, province: Province, draft: dict[str, Any]
) -> None:
    resource = add_resource(province, draft["id"], **sent(name))
    work()
    check = shown(province, resource)
    assert (check["state"], check["rows"], check["loaded"]) == ("passed", 2, True)
    assert rows(resource) == [
        {"_id": place, **record} for place, record in enumerate(RECORDS, start=1)
    ]
    conformity = province.act("produsen", "sdi_dataset_conformity", id=draft["id"])
    assert conformity["summary"]["principles"]["interoperabilitas"] == "ok"


def test_what_was_left_out_is_told(province: Province, draft: dict[str, Any]) -> None:
    resource = add_resource(province, draft["id"], **sent("usaha.xlsx"))
    work()
    check = shown(province, resource)
    assert check["layout"] == {
        "format": "xlsx", "sheet": "Data", "other_sheets": [], "header_row": 3, "header_rows": 1,
        "first_row": 5, "last_row": 6,
        "skipped": [{"why": "title", "rows": [1]}, {"why": "numbers", "rows": [4]},
                    {"why": "total", "rows": [7]}, {"why": "note", "rows": [9]}],
    }  # fmt: skip
    assert {task["rule"] for task in check["tasks"]} >= {
        "table.title_rows", "table.numbers_rows", "table.total_rows", "table.note_rows",
    }  # fmt: skip


def test_a_name_that_lies_is_told(province: Province, draft: dict[str, Any]) -> None:
    resource = add_resource(province, draft["id"], **{**sent("usaha.ods"), "url": "usaha.ods"})
    file = FileStorage(io.BytesIO(FILES["usaha.ods"]), filename="usaha.xlsx")
    province.act("produsen", "resource_patch", id=resource["id"], upload=file)
    work()
    check = shown(province, resource)
    assert check["state"] == "passed"
    assert [task["rule"] for task in check["tasks"]] == ["table.name"]


def test_the_settings_are_the_limits(
    province: Province, draft: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "ckanext.sdi.check.max_cells", 4)
    resource = add_resource(province, draft["id"], **sent("usaha.json"))
    work()
    check = shown(province, resource)
    assert check["state"] == "unreadable"
    assert [task["rule"] for task in check["tasks"]] == ["table.too_many_cells"]
    assert not table.table_exists(resource["id"])


def test_a_check_without_handing_in_says_the_same(province: Province) -> None:
    file = FileStorage(io.BytesIO(FILES["usaha.xlsx"]), filename="usaha.xls")
    told = province.act("produsen", "sdi_file_check", upload=file, table_schema=TABLE_SCHEMA)
    assert (told["state"], told["rows"], told["layout"]["header_row"]) == ("passed", 2, 3)
    assert "table.name" in {task["rule"] for task in told["tasks"]}
