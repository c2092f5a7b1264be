"""The Table Designer offers the code systems, and its tables are judged as all others are."""

from __future__ import annotations

from typing import Any

import pytest

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.codes import SYSTEMS
from ckanext.sdi.datastore.designer import CODE_TYPES
from tests.datastore.working import rows, shown
from tests.lifecycle.seen import adopt
from tests.province import Province, run_checks

PLUGINS = (
    "sdi scheming_datasets scheming_organizations datastore tabledesigner datatables_view activity"
)
pytestmark = [
    pytest.mark.ckan_config("ckan.plugins", PLUGINS),
    pytest.mark.usefixtures("with_plugins"),
]
DESIGN: list[dict[str, Any]] = [
    {"id": "nomor", "tdtype": "text", "tdpkreq": "pk", "info": {"label": "Nomor"}},
    {"id": "kode", "tdtype": "sdi_kode_wilayah_kab_kota", "tdpkreq": "req"},
    {"id": "npwp", "tdtype": "sdi_npwp", "tdpkreq": ""},
    {"id": "jenis", "tdtype": "choice", "tdchoices": "A\nB", "tdpkreq": ""},
    {"id": "jumlah", "tdtype": "integer", "tdminimum": "0", "tdmaximum": "", "tdpkreq": ""},
]
ROW = {"nomor": "1", "kode": "64.72", "npwp": "", "jenis": "A", "jumlah": "5"}


def design(resource: dict[str, Any], fields: list[dict[str, Any]]) -> None:
    """What saving the page of the data dictionary does."""
    from ckanext.tabledesigner.datastore import create_table

    types = [tk.h.tabledesigner_column_type(field).datastore_type for field in fields]
    made = [{**field, "type": type_} for field, type_ in zip(fields, types, strict=True)]
    create_table(resource["id"], made, {"user": "uji-produsen"})


@pytest.fixture
def designed(province: Province, draft: dict[str, Any]) -> dict[str, Any]:
    """A table of the designer, with its columns."""
    made = province.act(
        "produsen",
        "resource_create",
        package_id=draft["id"],
        name="Tabel usaha",
        url_type="tabledesigner",
    )
    design(made, DESIGN)
    return province.act("produsen", "resource_show", id=made["id"])


def test_every_code_system_is_a_column_type() -> None:
    options = {one["value"]: one["text"] for one in tk.h.tabledesigner_column_type_options()}
    assert set(CODE_TYPES) <= set(options)
    assert {kind.code for kind in CODE_TYPES.values()} == set(SYSTEMS)
    assert {"sdi_nik", "sdi_nomor_kk", "sdi_npwp", "sdi_nitku", "sdi_kode_wilayah"} <= set(options)


def test_a_design_is_the_column_standard(province: Province, designed: dict[str, Any]) -> None:
    schema = designed["table_schema"]
    assert schema["primaryKey"] == ["nomor"]
    assert [field["name"] for field in schema["fields"]] == [one["id"] for one in DESIGN]
    assert schema["fields"][1]["sdi"] == {"code": "kode_wilayah", "level": "kab_kota"}
    assert schema["fields"][3]["constraints"] == {"enum": ["A", "B"]}
    info = province.act("produsen", "datastore_info", id=designed["id"])
    assert [field["tdtype"] for field in info["fields"]] == [one["tdtype"] for one in DESIGN]


def test_rows_are_judged_and_checked(province: Province, designed: dict[str, Any]) -> None:
    call = {"resource_id": designed["id"], "method": "insert"}
    province.act("produsen", "datastore_upsert", **call, records=[ROW])
    bad = {**ROW, "nomor": "", "kode": "64", "npwp": "1", "jenis": "C", "jumlah": "-1"}
    with pytest.raises(tk.ValidationError) as caught:
        province.act("produsen", "datastore_upsert", **call, records=[bad])
    model.Session.rollback()
    error: Any = caught.value.error_dict
    assert {one["field"] for one in error["findings"]} == set(ROW)
    # What the pages for one row read.
    first = error["records"][0].split("\t")
    assert first[0] == "TAB-DELIMITED"
    assert set(first[1::2]) == set(ROW)
    assert len(rows(designed)) == 1
    run_checks()
    assert shown(province, designed)["state"] == "passed"


def test_a_design_that_changes(province: Province, designed: dict[str, Any]) -> None:
    call = {"resource_id": designed["id"], "method": "insert"}
    province.act("produsen", "datastore_upsert", **call, records=[ROW])
    design(designed, [*DESIGN[:3], {"id": "catatan", "tdtype": "text", "tdpkreq": ""}])
    assert set(rows(designed)[0]) == {"_id", "nomor", "kode", "npwp", "catatan"}
    for wrong in (
        [{**DESIGN[0], "tdtype": "integer"}],
        [*DESIGN[:3], {"id": "waktu", "tdtype": "timestamp", "tdpkreq": ""}],
    ):
        with pytest.raises(tk.ValidationError):
            design(designed, wrong)
        model.Session.rollback()
    run_checks()
    assert shown(province, designed)["state"] == "passed"


def test_codes_are_judged_where_the_gate_looks_after_nothing(
    province: Province, draft: dict[str, Any], designed: dict[str, Any]
) -> None:
    province.act("produsen", "resource_patch", id=designed["id"], table_schema="")
    adopt(draft["id"])
    call = {"resource_id": designed["id"], "method": "insert"}
    province.act("produsen", "datastore_upsert", **call, records=[ROW])
    for records in ([{**ROW, "nomor": "2", "kode": "64.99"}], [{**ROW, "nomor": "2", "npwp": 1}]):
        with pytest.raises(tk.ValidationError) as caught:
            province.act("produsen", "datastore_upsert", **call, records=records)
        assert "findings" in caught.value.error_dict
    assert len(rows(designed)) == 1


def test_a_standard_that_is_there_already_makes_the_table(
    province: Province, draft: dict[str, Any]
) -> None:
    schema = {"fields": [{"name": "kode", "sdi": {"code": "nitku"}}, {"name": "n"}]}
    made = province.act(
        "produsen",
        "resource_create",
        package_id=draft["id"],
        name="Tabel",
        url_type="tabledesigner",
        table_schema=schema,
    )
    info = province.act("produsen", "datastore_info", id=made["id"])
    assert [(one["id"], one["tdtype"]) for one in info["fields"]] == [
        ("kode", "sdi_nitku"),
        ("n", "text"),
    ]
