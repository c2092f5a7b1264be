"""The page of a file's check."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest

from ckan import model

from ckanext.sdi.datastore import table
from tests.province import (
    BAD_CSV,
    GOOD_CSV,
    TABLE_SCHEMA,
    Province,
    add_resource,
    make_dataset,
    published_dataset,
    run_checks,
)

pytestmark = pytest.mark.usefixtures("with_plugins")

HEADER = GOOD_CSV.splitlines()[0]


def address(resource: dict[str, Any], more: str = "") -> str:
    return f"/dataset/jumlah-usaha/resource/{resource['id']}/pemeriksaan{more}"


@pytest.fixture
def wrong(province: Province) -> dict[str, Any]:
    """A resource whose file has three bad cells."""
    resource = add_resource(province, make_dataset(province)["id"], BAD_CSV)
    run_checks()
    return resource


class TestRead:
    def test_progress_without_scripts(self, app: Any, province: Province) -> None:
        resource = add_resource(province, make_dataset(province)["id"], BAD_CSV)
        page = app.get(address(resource), headers=province.headers("produsen")).body
        assert '<noscript><meta http-equiv="refresh"' in page
        assert "<progress" in page

    def test_the_report(self, app: Any, province: Province, wrong: dict[str, Any]) -> None:
        page = app.get(address(wrong), headers=province.headers("produsen")).body
        assert "http-equiv" not in page
        for cell in ("A2", "B3", "D3"):
            assert re.search(rf"<th scope=\"row\"[^>]*>{cell}</th>", page), cell
        assert "tujuh" in page

    def test_the_cells_of_one_task(
        self, app: Any, province: Province, wrong: dict[str, Any]
    ) -> None:
        check = province.act("produsen", "sdi_resource_check_show", id=wrong["id"])
        task = next(task for task in check["tasks"] if task["column"] == "jumlah")
        more = f"?rule={task['rule']}&column=jumlah"
        page = app.get(address(wrong, more), headers=province.headers("produsen")).body
        cells = re.findall(r"<th scope=\"row\"[^>]*>(\w+)</th>", page.partition('id="sel"')[2])
        assert cells[0] == "D3"
        assert "A2" not in cells

    def test_fifty_a_page(self, app: Any, province: Province) -> None:
        text = HEADER + "\n" + "64.72,,2025,x\n" * 120
        resource = add_resource(province, make_dataset(province)["id"], text)
        run_checks()
        page = app.get(address(resource, "?page=3"), headers=province.headers("produsen")).body
        cells = re.findall(r"<th scope=\"row\"[^>]*>(D\d+)</th>", page)
        assert (cells[0], cells[-1], len(cells)) == ("D102", "D121", 20)
        assert "120" in page

    def test_a_file_that_cannot_be_read_has_no_list_of_cells(
        self, app: Any, province: Province
    ) -> None:
        resource = add_resource(province, make_dataset(province)["id"], "")
        run_checks()
        headers = province.headers("produsen")
        page = app.get(address(resource), headers=headers).body
        assert 'id="sdi-tasks-error"' in page
        assert 'id="sel"' not in page
        assert "temuan.csv" not in page
        app.get(address(resource, "/temuan.csv"), headers=headers, status=404)

    @pytest.mark.parametrize("more", ["?page=x", "?page=-1", "?page=999", "?rule=x&column=y"])
    def test_an_odd_address_is_no_error(
        self, app: Any, province: Province, wrong: dict[str, Any], more: str
    ) -> None:
        page = app.get(address(wrong, more), headers=province.headers("produsen"), status=200)
        assert "A2" in page.body

    @pytest.mark.parametrize("role", [None, "produsen_lain", "pengembang"])
    @pytest.mark.parametrize("more", ["", "/temuan.csv", "/standar"])
    def test_findings_are_as_private_as_the_file(
        self, app: Any, province: Province, wrong: dict[str, Any], role: str | None, more: str
    ) -> None:
        app.get(address(wrong, more), headers=province.headers(role), status=404)

    def test_a_public_dataset_shows_its_check(self, app: Any, province: Province) -> None:
        resource = published_dataset(province)["resources"][0]
        page = app.get(address(resource), status=200).body
        assert '<form method="post"' not in page.partition('role="main"')[2]

    def test_values_that_identify_a_person_are_masked(self, app: Any, province: Province) -> None:
        fields = [{"name": "nik", "type": "string", "sdi": {"code": "nik"}}]
        resource = add_resource(
            province,
            make_dataset(province)["id"],
            "nik\n3171014513900001\n",
            table_schema=json.dumps({"fields": fields}),
        )
        run_checks()
        headers = province.headers("produsen")
        for more in ("", "/temuan.csv"):
            page = app.get(address(resource, more), headers=headers)
            assert "3171014513900001" not in page.get_data(as_text=True)
        api = app.get(f"/api/action/sdi_resource_check_show?id={resource['id']}", headers=headers)
        assert "3171014513900001" not in api.body
        assert "A2" in api.body

    def test_another_datasets_resource_is_not_here(
        self, app: Any, province: Province, wrong: dict[str, Any]
    ) -> None:
        make_dataset(province, name="lain")
        there = address(wrong).replace("jumlah-usaha", "lain")
        app.get(there, headers=province.headers("produsen"), status=404)


class TestFindings:
    def test_all_of_them_as_csv(self, app: Any, province: Province, wrong: dict[str, Any]) -> None:
        answer = app.get(address(wrong, "/temuan.csv"), headers=province.headers("produsen"))
        assert answer.headers["Content-Type"].startswith("text/csv")
        rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
        assert [row[0] for row in rows[1:]] == ["A2", "B3", "D3"]
        assert rows[3][1:4] == ["2", "jumlah", "tujuh"]

    def test_no_formula_reaches_a_spreadsheet(self, app: Any, province: Province) -> None:
        text = f"{HEADER}\n64.72,,2025,=cmd|' /C calc'!A0\n"
        resource = add_resource(province, make_dataset(province)["id"], text)
        run_checks()
        answer = app.get(address(resource, "/temuan.csv"), headers=province.headers("produsen"))
        rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
        assert rows[1][3].startswith("'=cmd")


class TestAgain:
    def test_it_starts_a_check(self, app: Any, province: Province, wrong: dict[str, Any]) -> None:
        headers = province.headers("produsen")
        app.post(address(wrong, "/ulang"), headers=headers, follow_redirects=False, status=302)
        model.Session.rollback()
        check = province.act("produsen", "sdi_resource_check_show", id=wrong["id"])
        assert check["state"] == "waiting"

    @pytest.mark.parametrize(("role", "status"), [(None, 404), ("pengembang", 404)])
    def test_not_for_strangers(
        self,
        app: Any,
        province: Province,
        wrong: dict[str, Any],
        role: str | None,
        status: int,
    ) -> None:
        app.post(address(wrong, "/ulang"), headers=province.headers(role), status=status)

    def test_not_for_readers_of_a_public_dataset(self, app: Any, province: Province) -> None:
        resource = published_dataset(province)["resources"][0]
        app.post(address(resource, "/ulang"), headers=province.headers("pengembang"), status=403)


class TestStandard:
    def standard(self, app: Any, province: Province, resource: dict[str, Any]) -> dict[str, str]:
        """The form that the page shows, as a browser would send it."""
        from bs4 import BeautifulSoup

        page = app.get(
            address(resource, "/standar?dari=berkas"), headers=province.headers("produsen")
        )
        form: Any = BeautifulSoup(page.body, "html.parser").find("input", {"name": "base"})
        sent: dict[str, str] = {}
        for tag in form.find_parent("form").find_all(["input", "select"]):
            if tag.name == "select":
                chosen = tag.find("option", selected=True) or tag.find("option")
                sent[tag["name"]] = chosen["value"]
            elif tag.get("type") != "checkbox" or tag.has_attr("checked"):
                sent[tag["name"]] = tag.get("value", "")
        return sent

    def test_proposed_looked_over_and_taken(self, app: Any, province: Province) -> None:
        resource = add_resource(province, make_dataset(province)["id"], table_schema="")
        sent = self.standard(app, province, resource)
        assert (sent["name-0"], sent["code-0"]) == ("kode_wilayah", "kode_wilayah")
        assert sent["type-3"] == "integer"
        run_checks()
        shown = province.act("produsen", "resource_show", id=resource["id"])
        assert not shown.get("table_schema"), "nothing is applied unconfirmed"
        sent["required-3"] = "true"
        sent["satuan-3"] = "unit"
        answer = app.post(
            address(resource, "/standar"),
            headers=province.headers("produsen"),
            data=sent,
            follow_redirects=False,
        )
        assert answer.status_code == 302
        model.Session.rollback()
        shown = province.act("produsen", "resource_show", id=resource["id"])
        field = shown["table_schema"]["fields"][3]
        assert field["constraints"]["required"] is True
        assert field["sdi"]["satuan"] == "unit"
        run_checks()
        assert table.table_exists(resource["id"])

    def test_the_items_standard(self, app: Any, province: Province) -> None:
        resource = add_resource(province, make_dataset(province)["id"], table_schema="")
        headers = province.headers("produsen")
        page = app.get(address(resource, "/standar?dari=item"), headers=headers).body
        assert "Kode Wilayah" in page
        proposed = province.act("produsen", "sdi_table_schema_propose", id=resource["id"])
        assert proposed == {"source": "item", "table_schema": TABLE_SCHEMA}

    def test_what_the_form_does_not_show_is_kept(self, app: Any, province: Province) -> None:
        resource = add_resource(province, make_dataset(province)["id"], table_schema="")
        sent = self.standard(app, province, resource)
        base = json.loads(sent["base"])
        base["missingValues"] = ["", "-"]
        base["fields"][3]["constraints"] = {"minimum": 0}
        sent["base"] = json.dumps(base)
        app.post(address(resource, "/standar"), headers=province.headers("produsen"), data=sent)
        model.Session.rollback()
        schema = province.act("produsen", "resource_show", id=resource["id"])["table_schema"]
        assert schema["missingValues"] == ["", "-"]
        assert schema["fields"][3]["constraints"] == {"minimum": 0}

    def test_a_faulty_one_is_shown_again_with_the_reason(
        self, app: Any, province: Province
    ) -> None:
        resource = add_resource(province, make_dataset(province)["id"], table_schema="")
        sent = self.standard(app, province, resource)
        sent["name-1"] = sent["name-0"]
        page = app.post(
            address(resource, "/standar"), headers=province.headers("produsen"), data=sent
        )
        assert page.status_code == 200
        assert 'role="alert"' in page.body
        assert "kode_wilayah" in page.body.partition('role="alert"')[2][:1000]

    @pytest.mark.parametrize("base", ["", "{", "[]", '{"fields": 1}', '{"fields": [1]}'])
    def test_a_broken_form_is_refused(self, app: Any, province: Province, base: str) -> None:
        resource = add_resource(province, make_dataset(province)["id"], table_schema="")
        app.post(
            address(resource, "/standar"),
            headers=province.headers("produsen"),
            data={"base": base},
            status=400,
        )

    def test_not_for_who_only_reads(self, app: Any, province: Province) -> None:
        resource = published_dataset(province)["resources"][0]
        for send in (app.get, app.post):
            send(address(resource, "/standar"), headers=province.headers("walidata"), status=403)

    def test_a_file_that_is_no_table(self, app: Any, province: Province) -> None:
        resource = add_resource(province, make_dataset(province)["id"], "", table_schema="")
        answer = app.get(
            address(resource, "/standar?dari=berkas"),
            headers=province.headers("produsen"),
            follow_redirects=False,
        )
        assert answer.status_code == 302
