"""Rows by the Data API: judged as a file is, all bad cells told, nothing of a refused call kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.datastore import table
from tests.datastore.working import rows
from tests.province import TABLE_SCHEMA, Province, run_checks

pytestmark = pytest.mark.usefixtures("with_plugins")

KEYED = {**TABLE_SCHEMA, "primaryKey": ["kode_wilayah", "tahun"]}
SAMARINDA = {"kode_wilayah": "64.72", "npwp": "013121660091000", "tahun": 2025, "jumlah": 12}
BALIKPAPAN = {"kode_wilayah": "64.71", "npwp": None, "tahun": "2025", "jumlah": "7"}
BAD = [
    {"kode_wilayah": "64.99", "npwp": "013121660091000", "tahun": 2025, "jumlah": "banyak"},
    SAMARINDA,
    {"kode_wilayah": 6471, "npwp": "12345", "tahun": 2025, "jumlah": 3, "catatan": "x"},
    {"kode_wilayah": None, "jumlah": {"a": 1}},
]
BAD_CELLS = {
    (0, "kode_wilayah"),
    (0, "jumlah"),
    (2, "kode_wilayah"),
    (2, "npwp"),
    (2, "catatan"),
    (3, "kode_wilayah"),
    (3, "jumlah"),
}


def make_door(
    province: Province, package_id: str, schema: dict[str, Any] = TABLE_SCHEMA, **call: Any
) -> dict[str, Any]:
    """A resource whose rows come by the Data API."""
    resource = {"package_id": package_id, "name": "Tabel usaha", "table_schema": schema}
    made = province.act("produsen", "datastore_create", resource=resource, **call)
    return province.act("produsen", "resource_show", id=made["resource_id"])


def upsert(province: Province, resource: dict[str, Any], **call: Any) -> Any:
    return province.act("produsen", "datastore_upsert", resource_id=resource["id"], **call)


def refused(province: Province, resource: dict[str, Any], **call: Any) -> dict[str, Any]:
    before = rows(resource)
    with pytest.raises(tk.ValidationError) as caught:
        upsert(province, resource, **call)
    model.Session.rollback()
    assert rows(resource) == before
    return caught.value.error_dict


def cells(error: dict[str, Any]) -> set[tuple[int, str]]:
    return {(finding["record"], finding["field"]) for finding in error["findings"]}


def rules(error: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(one["record"], one["field"], one["rule"]) for one in error["findings"]]


@pytest.fixture
def keyed(province: Province, draft: dict[str, Any]) -> dict[str, Any]:
    """A door with a key, and two rows in it."""
    return make_door(province, draft["id"], KEYED, records=[SAMARINDA, BALIKPAPAN])


def test_rows_are_written_with_the_types_of_the_standard(
    province: Province, draft: dict[str, Any]
) -> None:
    resource = make_door(province, draft["id"], records=[SAMARINDA, BALIKPAPAN])
    assert resource["url_type"] == "datastore"
    assert rows(resource) == [
        {"_id": 1, "kode_wilayah": "64.72", "npwp": "013121660091000", "tahun": 2025, "jumlah": 12},
        {"_id": 2, "kode_wilayah": "64.71", "npwp": None, "tahun": 2025, "jumlah": 7},
    ]
    info = province.act("produsen", "datastore_info", id=resource["id"])
    assert [field["type"] for field in info["fields"]] == ["text", "text", "int4", "int8"]
    assert info["fields"][0]["info"]["sdi"] == {"code": "kode_wilayah", "level": "kab_kota"}
    upsert(province, resource, records=[{"kode_wilayah": "64.74"}], method="insert")
    assert len(rows(resource)) == 3


def test_a_refused_call_makes_no_resource(province: Province, draft: dict[str, Any]) -> None:
    with pytest.raises(tk.ValidationError) as caught:
        make_door(province, draft["id"], records=BAD)
    model.Session.rollback()
    assert cells(caught.value.error_dict) == BAD_CELLS
    assert province.act("produsen", "package_show", id=draft["id"])["resources"] == []


@pytest.mark.parametrize("method", ["insert", "upsert"])
def test_all_bad_cells_are_named_and_nothing_is_written(
    province: Province, keyed: dict[str, Any], method: str
) -> None:
    bad = [{**BAD[0]}, {**SAMARINDA, "tahun": 2024}, *BAD[2:]]
    error = refused(province, keyed, records=bad, method=method)
    assert cells(error) - {(3, "tahun")} == BAD_CELLS
    assert error["records_row"] == 0
    told = {(one["record"], one["field"]): one for one in error["findings"]}
    assert told[2, "npwp"]["value"] == "•••••"
    assert told[0, "jumlah"]["message"]
    assert told[0, "jumlah"]["row"] == 1
    assert "12345" not in str(error)


def test_a_call_without_a_standard_is_refused(province: Province, draft: dict[str, Any]) -> None:
    with pytest.raises(tk.ValidationError) as caught:
        make_door(province, draft["id"], {}, records=[SAMARINDA])
    assert "table_schema" in str(caught.value.error_dict["sdi"])
    with pytest.raises(tk.ValidationError) as caught:
        make_door(province, draft["id"], {"fields": [{"name": "a", "type": "angka"}]})
    assert "table_schema" in caught.value.error_dict


def test_fields_say_what_the_standard_says(province: Province, keyed: dict[str, Any]) -> None:
    call = {"resource_id": keyed["id"]}
    good = [{"id": "jumlah", "type": "int8"}, {"id": "npwp", "type": "text"}]
    province.act("produsen", "datastore_create", **call, fields=good)
    wrong: list[dict[str, Any]] = [
        {"fields": [{"id": "jumlah", "type": "text"}]},
        {"fields": [{"id": "lain", "type": "text"}]},
        {"primary_key": ["npwp"]},
        {"aliases": ["nama-lain"]},
        {"triggers": [{"function": "f"}]},
        {"records": "x"},
        {"records": ["x"]},
    ]
    for one in wrong:
        with pytest.raises(tk.ValidationError):
            province.act("produsen", "datastore_create", **call, **one)
        model.Session.rollback()
    assert len(rows(keyed)) == 2


class TestKeys:
    """What may stand once only, in the call and in the table."""

    def test_a_key_of_the_table_is_not_inserted_again(
        self, province: Province, keyed: dict[str, Any]
    ) -> None:
        twice = {**SAMARINDA, "tahun": 2024}
        error = refused(
            province, keyed, records=[SAMARINDA, twice, twice, BALIKPAPAN], method="insert"
        )
        assert rules(error) == [
            (0, "kode_wilayah, tahun", "table.primary_key"),
            (2, "kode_wilayah, tahun", "table.primary_key"),
            (3, "kode_wilayah, tahun", "table.primary_key"),
        ]
        assert "_id 1" in error["findings"][0]["message"]

    @pytest.mark.parametrize("method", ["insert", "upsert"])
    def test_a_key_in_another_notation_is_named_with_its_record(
        self, province: Province, keyed: dict[str, Any], method: str
    ) -> None:
        twice = [{**SAMARINDA, "tahun": 2024}, {**SAMARINDA, "tahun": " 2024"}]
        error = refused(province, keyed, records=twice, method=method)
        assert rules(error) == [(1, "kode_wilayah, tahun", "table.primary_key")]

    def test_an_upsert_changes_what_is_there_and_adds_the_rest(
        self, province: Province, keyed: dict[str, Any]
    ) -> None:
        upsert(province, keyed, records=[{**SAMARINDA, "jumlah": 99}, {**SAMARINDA, "tahun": 2024}])
        assert [row["jumlah"] for row in rows(keyed)] == [99, 7, 12]

    def test_a_new_row_is_given_its_number(self, province: Province, keyed: dict[str, Any]) -> None:
        new = [{**SAMARINDA, "_id": 9, "tahun": "x"}, {**SAMARINDA, "_id": None, "tahun": 2020}]
        error = refused(province, keyed, records=new, method="insert")
        assert rules(error) == [
            (0, "_id", "table.column_unknown"),
            (0, "tahun", "value.placeholder"),
            (1, "_id", "table.column_unknown"),
        ]

    def test_an_update_takes_part_of_a_record(
        self, province: Province, keyed: dict[str, Any]
    ) -> None:
        part = {"kode_wilayah": "64.72", "tahun": "2025", "jumlah": 5}
        upsert(province, keyed, records=[part], method="update")
        upsert(province, keyed, records=[{"_id": "2", "jumlah": 6}], method="update")
        first, second = rows(keyed)
        assert (first["jumlah"], first["npwp"]) == (5, "013121660091000")
        assert (second["jumlah"], second["kode_wilayah"]) == (6, "64.71")

    def test_a_part_is_judged_by_its_fields(
        self, province: Province, keyed: dict[str, Any]
    ) -> None:
        parts = [
            {"_id": 1, "jumlah": "x"},
            {"_id": 2, "kode_wilayah": ""},
            {"_id": 7, "jumlah": 1},
            {"kode_wilayah": "64.74", "tahun": 2025, "jumlah": 1},
        ]
        error = refused(province, keyed, records=parts, method="update")
        assert rules(error) == [
            (0, "jumlah", "value.placeholder"),
            (1, "kode_wilayah", "value.required"),
            (2, "_id", "table.key_unknown"),
            (3, "kode_wilayah, tahun", "table.key_unknown"),
        ]

    def test_an_update_cannot_take_the_key_of_another_row(
        self, province: Province, keyed: dict[str, Any]
    ) -> None:
        error = refused(
            province, keyed, records=[{"_id": 2, "kode_wilayah": "64.72"}], method="update"
        )
        assert rules(error) == [(0, "kode_wilayah, tahun", "table.primary_key")]

    def test_a_unique_column_is_held_against_the_table(
        self, province: Province, draft: dict[str, Any]
    ) -> None:
        schema = {
            "fields": [
                {"name": "100% nama", "constraints": {"unique": True}},
                {"name": "luas", "type": "number", "constraints": {"unique": True}},
                {"name": "sejak", "type": "date", "format": "%d/%m/%Y"},
            ],
            "primaryKey": "100% nama",
        }
        first = {"100% nama": "a", "luas": "1.50", "sejak": "31/12/2025"}
        resource = make_door(province, draft["id"], schema, records=[first])
        upsert(province, resource, records=[{**first, "luas": 1.5}])
        error = refused(province, resource, records=[{"100% nama": "b", "luas": 1.5}])
        assert rules(error) == [(0, "luas", "value.unique")]
        assert rows(resource)[0]["sejak"] == "2025-12-31"


class TestDelete:
    def test_a_filter_of_another_type_is_refused(
        self, province: Province, keyed: dict[str, Any]
    ) -> None:
        with pytest.raises(tk.ValidationError) as caught:
            province.act(
                "produsen", "datastore_delete", resource_id=keyed["id"], filters={"jumlah": "x"}
            )
        assert list(caught.value.error_dict) == ["filters"]
        assert len(rows(keyed)) == 2

    def test_rows_and_the_table_are_deleted(
        self, province: Province, keyed: dict[str, Any]
    ) -> None:
        call = {"resource_id": keyed["id"]}
        province.act("produsen", "datastore_delete", **call, filters={"kode_wilayah": "64.72"})
        assert [row["kode_wilayah"] for row in rows(keyed)] == ["64.71"]
        province.act("produsen", "datastore_records_delete", **call, filters={})
        assert rows(keyed) == []
        province.act("produsen", "datastore_delete", **call)
        assert not table.table_exists(keyed["id"])
        province.act("produsen", "datastore_create", **call, records=[SAMARINDA])
        assert len(rows(keyed)) == 1


@pytest.mark.parametrize("role", ["produsen_lain", "walidata", "pengembang", None])
def test_others_learn_only_that_they_may_not(
    province: Province, keyed: dict[str, Any], role: str | None
) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [
        ("datastore_create", {"resource_id": keyed["id"], "records": BAD}),
        ("datastore_upsert", {"resource_id": keyed["id"], "records": BAD, "force": True}),
        ("datastore_delete", {"resource_id": keyed["id"]}),
    ]
    name = province.users[role]["name"] if role else ""
    for action, data in calls:
        with pytest.raises(tk.NotAuthorized):
            tk.get_action(action)({"user": name}, data)
        model.Session.rollback()
    assert len(rows(keyed)) == 2


def test_a_standard_that_changes_brings_the_table_along(
    province: Province, keyed: dict[str, Any]
) -> None:
    other_key = {**TABLE_SCHEMA, "primaryKey": "kode_wilayah"}
    province.act("produsen", "resource_patch", id=keyed["id"], table_schema=other_key)
    with pytest.raises(tk.ValidationError) as caught:
        upsert(province, keyed, records=[SAMARINDA])
    assert "kode_wilayah" in str(caught.value.error_dict["sdi"])
    model.Session.rollback()
    province.act("produsen", "datastore_create", resource_id=keyed["id"])
    upsert(province, keyed, records=[{**SAMARINDA, "tahun": 2025}])
    assert len(rows(keyed)) == 2
    province.act("produsen", "resource_patch", id=keyed["id"], table_schema=KEYED)
    province.act("produsen", "datastore_create", resource_id=keyed["id"])
    note = {"name": "catatan", "constraints": {"unique": True}}
    more = {**KEYED, "fields": [*KEYED["fields"], note]}
    province.act("produsen", "resource_patch", id=keyed["id"], table_schema=more)
    with pytest.raises(tk.ValidationError) as caught:
        upsert(province, keyed, records=[{**SAMARINDA, "catatan": "x"}])
    assert "catatan" in str(caught.value.error_dict["sdi"])
    model.Session.rollback()
    added = {"tahun": 2023, "catatan": "y"}
    province.act(
        "produsen",
        "datastore_create",
        resource_id=keyed["id"],
        records=[{**SAMARINDA, **added}],
    )
    upsert(province, keyed, records=[{**SAMARINDA, "catatan": "x"}])
    assert rows(keyed)[0]["catatan"] == "x"
    province.act("produsen", "resource_patch", id=keyed["id"], table_schema=KEYED)
    with pytest.raises(tk.ValidationError):
        province.act("produsen", "datastore_create", resource_id=keyed["id"])
    model.Session.rollback()
    province.act("produsen", "datastore_create", resource_id=keyed["id"], delete_fields=True)
    assert "catatan" not in rows(keyed)[0]


def test_the_form_of_the_resource_leaves_its_rows_alone(
    app: Any, province: Province, keyed: dict[str, Any]
) -> None:
    address = f"/dataset/{keyed['package_id']}/resource/{keyed['id']}/edit"
    page = app.get(address, headers=province.headers("produsen")).text
    assert '<input type="hidden" name="url_type" value="datastore">' in page
    form = {"id": keyed["id"], "url": keyed["url"], "url_type": "datastore", "name": "Lain"}
    given = {**form, "save": "go-metadata", "table_schema": json.dumps(KEYED)}
    app.post(address, headers=province.headers("produsen"), data=given)
    shown = province.act("produsen", "resource_show", id=keyed["id"])
    assert (shown["name"], shown["url_type"]) == ("Lain", "datastore")
    assert len(rows(keyed)) == 2


def test_the_page_of_the_check_speaks_of_rows(
    app: Any, province: Province, keyed: dict[str, Any]
) -> None:
    run_checks()
    address = f"/dataset/{keyed['package_id']}/resource/{keyed['id']}/pemeriksaan"
    page = app.get(address, headers=province.headers("produsen")).text
    assert "Tabel berisi 2 baris yang ditulis lewat API Data." in page
