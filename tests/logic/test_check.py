"""Actions of the check: who may, what they take, what they answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.model import Check
from tests.province import (
    BAD_CSV,
    TABLE_SCHEMA,
    Province,
    add_resource,
    make_dataset,
    published_dataset,
    run_checks,
)

pytestmark = pytest.mark.usefixtures("with_plugins")

ACTIONS = ("sdi_resource_check", "sdi_resource_check_show", "sdi_table_schema_propose")


@pytest.fixture
def resource(province: Province) -> dict[str, Any]:
    made = add_resource(province, make_dataset(province)["id"], BAD_CSV)
    run_checks()
    return made


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("reference", ["no-such-resource", "", 7, ["x"], None])
def test_what_is_no_resource(province: Province, action: str, reference: Any) -> None:
    with pytest.raises((tk.ObjectNotFound, tk.ValidationError)):
        province.act("admin", action, id=reference)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", [None, "produsen_lain", "pengembang"])
def test_strangers(
    province: Province, resource: dict[str, Any], action: str, role: str | None
) -> None:
    user = province.users[role]["name"] if role else ""
    with pytest.raises(tk.NotAuthorized):
        tk.get_action(action)({"user": user}, {"id": resource["id"]})


def test_the_public_sees_the_check_of_published_data(province: Province) -> None:
    published = published_dataset(province)["resources"][0]["id"]
    shown = tk.get_action("sdi_resource_check_show")({"user": ""}, {"id": published})
    assert shown["state"] == "passed"
    for action in ("sdi_resource_check", "sdi_table_schema_propose"):
        with pytest.raises(tk.NotAuthorized):
            tk.get_action(action)({"user": ""}, {"id": published})


def test_a_task_has_what_a_person_needs(province: Province, resource: dict[str, Any]) -> None:
    check = province.act("produsen", "sdi_resource_check_show", id=resource["id"])
    for task in check["tasks"]:
        assert task["sentence"]
        assert task["steps"]
        assert task["why"]
        assert task["count"] == len(task["samples"]) == 1
    assert check["severities"]["error"] == 3
    assert check["clean_columns"] == ["tahun"]


def test_a_report_of_rules_that_are_gone(province: Province, resource: dict[str, Any]) -> None:
    check = model.Session.scalars(sa.select(Check)).one()
    report = json.loads(json.dumps(check.report))
    report["counts"][0]["rule"] = "rule.that.is_gone"
    check.report = report
    model.Session.commit()
    shown = province.act("produsen", "sdi_resource_check_show", id=resource["id"])
    assert (shown["state"], shown["tasks"]) == ("failed", [])
    assert shown["message"]


def test_the_walidata_may_check_again(province: Province) -> None:
    published = published_dataset(province)["resources"][0]["id"]
    assert province.act("walidata", "sdi_resource_check", id=published)["state"] == "waiting"


def test_a_standard_from_item_or_file(province: Province, resource: dict[str, Any]) -> None:
    def propose(**more: str) -> dict[str, Any]:
        return province.act("produsen", "sdi_table_schema_propose", id=resource["id"], **more)

    assert propose()["table_schema"] == TABLE_SCHEMA
    from_file = propose(source="file")
    assert from_file["source"] == "file"
    assert [field["name"] for field in from_file["table_schema"]["fields"]] == [
        "kode_wilayah",
        "npwp",
        "tahun",
        "jumlah",
    ]
    with pytest.raises(tk.ValidationError):
        propose(source="elsewhere")


def test_no_standard_where_the_item_has_none(province: Province) -> None:
    draft = make_dataset(province, daftar_data_item="")
    resource = add_resource(province, draft["id"])
    with pytest.raises(tk.ValidationError):
        province.act("produsen", "sdi_table_schema_propose", id=resource["id"], source="item")


class TestRecheck:
    def test_all(self, cli: Any, ckan_config: Any, province: Province, resource: Any) -> None:
        from ckan.cli.cli import ckan

        add_resource(province, resource["package_id"], lampiran="true")
        done = cli.invoke(ckan, ["sdi", "recheck"])
        assert done.exit_code == 0, done.output
        assert "1 checks started" in done.output
        again = cli.invoke(ckan, ["sdi", "recheck", "--stalled"])
        assert "0 checks started" in again.output

    def test_what_cannot_be_checked(
        self, cli: Any, ckan_config: Any, province: Province, resource: Any
    ) -> None:
        from ckan.cli.cli import ckan

        attachment = add_resource(province, resource["package_id"], lampiran="true")
        assert cli.invoke(ckan, ["sdi", "recheck", attachment["id"]]).exit_code == 1
        assert cli.invoke(ckan, ["sdi", "recheck", "no-such"]).exit_code == 1
        assert cli.invoke(ckan, ["sdi", "recheck", resource["id"]]).exit_code == 0
