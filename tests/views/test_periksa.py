"""The page that checks a file without handing it in."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from ckan import model

from ckanext.sdi.datastore import file_check
from ckanext.sdi.model import Check, ItemVersion
from tests.data.workbooks import xlsx
from tests.province import BAD_CSV, GOOD_CSV, TABLE_SCHEMA, Province

pytestmark = pytest.mark.usefixtures("with_plugins")

ADDRESS = "/sdi/periksa"
HEADER = GOOD_CSV.splitlines()[0]


def sent(text: str | None = BAD_CSV, **more: Any) -> dict[str, Any]:
    """The form as a browser sends it."""
    file = (io.BytesIO(b""), "") if text is None else (io.BytesIO(text.encode()), "usaha.csv")
    empty = {"item": "", "table_schema": "", "periode_data": ""}
    return {**empty, "table_schema_file": (io.BytesIO(b""), ""), "upload": file, **more}


def post(app: Any, province: Province, data: dict[str, Any], status: int = 200) -> Any:
    answer = app.post(ADDRESS, headers=province.headers("produsen"), data=data, status=status)
    return BeautifulSoup(answer.body, "html.parser").find(role="main")


def chosen(page: Any) -> str:
    option = page.select_one("select[name=item] option[selected]")
    return option["value"] if option else ""


class TestForm:
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_only_for_who_is_logged_in(self, app: Any, province: Province, method: str) -> None:
        answer = getattr(app, method)(ADDRESS, follow_redirects=False)
        assert answer.status_code == 302
        assert "/user/login?came_from=/sdi/periksa" in answer.headers["Location"]

    @pytest.mark.ckan_config("ckan.max_resource_size", 7)
    def test_the_limits_are_said_first(self, app: Any, province: Province) -> None:
        page = app.get(ADDRESS, headers=province.headers("pengembang"), status=200).body
        assert re.search(r"\b7 MB", page)
        assert page.index("7 MB") < page.index('type="file"')

    def test_workbooks_are_taken(self, app: Any, province: Province) -> None:
        page = app.get(ADDRESS, headers=province.headers("pengembang")).body
        assert ".xlsx" in BeautifulSoup(page, "html.parser").select("#sdi-upload")[0]["accept"]
        rows = [["Usaha"], [], HEADER.split(","), ["64.72", "013121660091000", 2025, 12]]
        sheet = (io.BytesIO(xlsx(rows)), "usaha.xlsx")
        report = post(app, province, sent(upload=sheet)).get_text(" ", strip=True)
        assert "judul di atas tabel: baris 1" in report

    def test_items_of_ones_own_offices(self, app: Any, province: Province) -> None:
        for role, offered in (("produsen", True), ("produsen_lain", False)):
            page = app.get(ADDRESS, headers=province.headers(role)).body
            assert (f'value="{province.item_id}"' in page) is offered

    def test_an_item_without_a_standard_is_not_offered(self, app: Any, province: Province) -> None:
        model.Session.execute(sa.update(ItemVersion).values(table_schema=None))
        model.Session.commit()
        page = app.get(ADDRESS, headers=province.headers("produsen")).body
        assert f'value="{province.item_id}"' not in page

    @pytest.mark.parametrize("role", ["produsen", "produsen_lain", "pengembang"])
    def test_the_item_that_an_address_names(self, app: Any, province: Province, role: str) -> None:
        headers = province.headers(role)
        page = app.get(f"{ADDRESS}?item={province.item_id}", headers=headers).body
        assert chosen(BeautifulSoup(page, "html.parser")) == province.item_id
        assert page.count(f'value="{province.item_id}"') == 1

    def test_an_item_that_is_none(self, app: Any, province: Province) -> None:
        headers = province.headers("produsen")
        for item in ("tidak-ada", "x" * 500, "%00"):
            page = app.get(f"{ADDRESS}?item={item}", headers=headers, status=200)
            assert chosen(BeautifulSoup(page.body, "html.parser")) == ""

    @pytest.mark.parametrize("place", ["/", "/sdi/tugas", "/sdi/daftar-data/{item}"])
    def test_it_is_found(self, app: Any, province: Province, place: str) -> None:
        address = place.format(item=province.item_id)
        page = app.get(address, headers=province.headers("produsen")).body
        assert f'href="{ADDRESS}' in page


class TestReport:
    def test_by_an_item(self, app: Any, province: Province) -> None:
        page = post(app, province, sent(item=province.item_id))
        cells = [cell.text for cell in page.select("#sel ~ div th[scope=row]")]
        assert cells == ["A2", "B3", "D3"]
        assert "tujuh" in page.text
        assert chosen(page) == province.item_id, "ready for the mended file"
        assert model.Session.scalar(sa.select(sa.func.count(Check.id))) == 0

    def test_each_task_leads_to_its_first_cell(self, app: Any, province: Province) -> None:
        page = post(app, province, sent(item=province.item_id))
        links = page.select("section a[href^='#sel-']")
        assert [link.text for link in links] == ["A2", "B3", "D3"]
        for link in links:
            assert page.find(id=link["href"][1:]).text == link.text

    def test_a_file_that_passes(self, app: Any, province: Province) -> None:
        page = post(app, province, sent(GOOD_CSV, item=province.item_id))
        assert page.select_one(".sdi-panel-good")
        assert page.find(id="sel") is None
        assert "Lulus: 4 kolom" in page.text

    def test_a_proposed_standard_is_shown(self, app: Any, province: Province) -> None:
        page = post(app, province, sent(GOOD_CSV))
        proposed = json.loads(page.find(id="sdi-judged-by").text)
        assert [field["name"] for field in proposed["fields"]] == HEADER.split(",")
        assert not page.select_one("textarea[name=table_schema]").text.strip()

    def test_a_standard_that_is_pasted(self, app: Any, province: Province) -> None:
        text = json.dumps(TABLE_SCHEMA)
        page = post(app, province, sent(table_schema=text))
        assert page.find(id="sel")
        assert page.select_one("textarea[name=table_schema]").text.strip() == text

    def test_a_standard_as_a_file(self, app: Any, province: Province) -> None:
        text = "\ufeff" + json.dumps(TABLE_SCHEMA)
        file = (io.BytesIO(text.encode()), "standar.json")
        old = json.dumps({"fields": [{"name": "lama"}]})
        page = post(app, province, sent(table_schema_file=file, table_schema=old))
        assert [cell.text for cell in page.select("#sel ~ div th[scope=row]")] == ["A2", "B3", "D3"]
        kept = page.select_one("textarea[name=table_schema]").text
        assert json.loads(kept) == TABLE_SCHEMA, "ready for the mended file"

    def test_a_file_that_is_no_table(self, app: Any, province: Province) -> None:
        page = post(app, province, sent("", item=province.item_id))
        assert page.find(id="sdi-tasks-error")
        assert page.find(id="sel") is None

    def test_a_list_that_is_cut_says_so(self, app: Any, province: Province) -> None:
        rows = file_check.MOST_FINDINGS + 1
        page = post(app, province, sent(f"{HEADER}\n" + "64.72,,2025,x\n" * rows, item="DDD-001"))
        assert len(page.select("#sel ~ div th[scope=row]")) == file_check.MOST_FINDINGS
        assert str(rows) in page.find(id="sel").find_next("p").text

    def test_values_that_identify_a_person_are_masked(self, app: Any, province: Province) -> None:
        page = post(app, province, sent("nik\n3171014513900001\n3171011708450001\n"))
        assert "3171014513900001" not in str(page)
        assert "3171••••••••0001" in str(page)

    def test_no_cache_keeps_it(self, app: Any, province: Province) -> None:
        answer = app.post(ADDRESS, headers=province.headers("produsen"), data=sent())
        assert "no-store" in answer.headers["Cache-Control"]

    def test_what_is_in_the_file_is_text(self, app: Any, province: Province) -> None:
        page = post(app, province, sent(f"{HEADER}\n64.72,,2025,<b>7</b>\n", item="DDD-001"))
        assert "<b>7</b>" in page.text
        assert page.find("b") is None


class TestRefused:
    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (sent(None), ""),
            (sent(item="tidak-ada"), ""),
            (sent(item="x" * 500), ""),
            (sent(periode_data="kemarin"), ""),
            (sent(table_schema="{"), "JSON"),
            (sent(table_schema='{"fields": [{"name": "a", "type": "b"}]}'), "fields.a.type"),
            (sent(table_schema_file=(io.BytesIO(b"\xff\xfe\x00"), "s.json")), "JSON"),
            (sent(table_schema_file=(io.BytesIO(b" "), "s.json")), "fields"),
            (sent(table_schema_file=(io.BytesIO(b"x" * 300_000), "s.json")), ""),
            (sent(item="DDD-001", table_schema=json.dumps(TABLE_SCHEMA)), ""),
        ],
    )
    def test_with_the_reason(
        self, app: Any, province: Province, data: dict[str, Any], said: str
    ) -> None:
        page = post(app, province, data, status=422)
        told = page.find(role="alert").find("li").text
        assert told.strip()
        assert said in told
        assert page.find(id="sdi-verdict-heading") is None
        assert chosen(page) in ("", province.item_id)

    @pytest.mark.ckan_config("ckan.max_resource_size", 1)
    def test_a_file_that_is_too_large(self, app: Any, province: Province) -> None:
        page = post(app, province, sent("x" * (1 << 20) + "y"), status=422)
        assert "1 MB" in page.find(role="alert").text

    def test_an_empty_post(self, app: Any, province: Province) -> None:
        page = post(app, province, {}, status=422)
        assert page.find(role="alert").find("li").text
