"""A report shown by a link, and nothing else by it."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.datastore import report_links
from ckanext.sdi.model import ReportLink
from tests.province import BAD_CSV, Province, add_resource, make_dataset, run_checks

pytestmark = pytest.mark.usefixtures("with_plugins")


@pytest.fixture
def wrong(province: Province) -> dict[str, Any]:
    """A resource of a private dataset whose file has three bad cells."""
    resource = add_resource(province, make_dataset(province)["id"], BAD_CSV)
    run_checks()
    return resource


def link(province: Province, resource: dict[str, Any], days: int = 7, **more: Any) -> Any:
    day = (report_links.today() + dt.timedelta(days=days)).isoformat()
    call = {"id": resource["id"], "last_day": day, **more}
    return province.act("produsen", "sdi_report_link_create", **call)


def path(url: str) -> str:
    return "/sdi/laporan/" + url.rpartition("/")[2]


class TestRead:
    def test_a_stranger_sees_the_report_and_its_tasks(
        self, app: Any, province: Province, wrong: dict[str, Any]
    ) -> None:
        address = path(link(province, wrong)["url"])
        page = app.get(address, status=200)
        assert "Berkas belum dapat diterima" in page.body
        assert "tujuh" in page.body
        tasks = re.findall(rf'href="({address}\?[^"#]+)#sel-1"', page.body)
        assert len(tasks) == 3
        task = app.get(tasks[0].replace("&amp;", "&"), status=200)
        assert 'id="sel-1" tabindex="-1"' in task.body
        for answer in (page, task):
            assert answer.headers["Cache-Control"] == "private, no-store"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert "noindex" in answer.headers["X-Robots-Tag"]

    def test_nothing_else_of_the_dataset_is_there(
        self, app: Any, province: Province, wrong: dict[str, Any]
    ) -> None:
        address = path(link(province, wrong)["url"])
        check = province.act("produsen", "sdi_resource_check_show", id=wrong["id"])
        addresses = [address, f"{address}?page=2"]
        addresses += [
            f"{address}?rule={task['rule']}&column={task['column']}" for task in check["tasks"]
        ]
        for one in addresses:
            body = app.get(one).body.partition('role="main"')[2]
            assert "temuan.csv" not in body
            for hidden in ("jumlah-usaha", "Jumlah usaha", "Dinas Uji", wrong["id"], "013121660"):
                assert hidden not in body, hidden
        app.get(f"/dataset/jumlah-usaha/resource/{wrong['id']}/pemeriksaan", status=404)

    def test_values_are_masked(self, app: Any, province: Province) -> None:
        fields = [{"name": "nik", "type": "string", "sdi": {"code": "nik"}}]
        resource = add_resource(
            province,
            make_dataset(province)["id"],
            "nik\n3171014513900001\n",
            table_schema=json.dumps({"fields": fields}),
        )
        run_checks()
        body = app.get(path(link(province, resource)["url"])).body
        assert "3171••••" in body
        assert "3171014513900001" not in body

    def test_while_the_file_is_checked(self, app: Any, province: Province) -> None:
        resource = add_resource(province, make_dataset(province)["id"], BAD_CSV)
        assert "sedang diperiksa" in app.get(path(link(province, resource)["url"])).body

    def test_it_ends_with_its_last_day(
        self, app: Any, province: Province, wrong: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        today = report_links.today()
        address = path(link(province, wrong, days=1)["url"])
        monkeypatch.setattr(report_links, "today", lambda: today + dt.timedelta(days=1))
        app.get(address, status=200)
        monkeypatch.setattr(report_links, "today", lambda: today + dt.timedelta(days=2))
        app.get(address, status=404)

    def test_it_ends_with_the_resource_and_its_dataset(
        self, app: Any, province: Province, wrong: dict[str, Any]
    ) -> None:
        address = path(link(province, wrong)["url"])
        province.act("produsen", "package_delete", id=wrong["package_id"])
        app.get(address, status=404)

    @pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "a%2Fb"])
    def test_no_such_link(
        self, app: Any, province: Province, wrong: dict[str, Any], token: str
    ) -> None:
        app.get(f"/sdi/laporan/{token}", status=404)

    def test_the_token_is_nowhere(self, province: Province, wrong: dict[str, Any]) -> None:
        made = link(province, wrong)
        token = made["url"].rpartition("/")[2]
        kept = model.Session.get(ReportLink, made["id"])
        assert kept is not None
        assert token not in (kept.id, kept.token_sha256)
        told = province.act("produsen", "sdi_report_link_list", id=wrong["id"])
        assert token not in json.dumps(told)
        assert report_links.resource_of(token) is not None
        assert report_links.resource_of(kept.token_sha256) is None


class TestLinks:
    def test_made_shown_and_withdrawn(
        self, app: Any, province: Province, wrong: dict[str, Any]
    ) -> None:
        headers = province.headers("produsen")
        page = f"/dataset/jumlah-usaha/resource/{wrong['id']}/pemeriksaan/tautan"
        day = report_links.today() + dt.timedelta(days=3)
        body = app.post(page, headers=headers, data={"last_day": day.isoformat()}).body
        found = re.search(r'id="sdi-address" value="([^"]+)"', body)
        assert found
        app.get(path(found[1]), status=200)
        body = app.get(page, headers=headers).body
        assert found[1] not in body
        action = re.search(r'action="([^"]+/cabut)"', body)
        assert action
        app.post(action[1], headers=headers, follow_redirects=False)
        app.get(path(found[1]), status=404)
        assert province.act("produsen", "sdi_report_link_list", id=wrong["id"])["count"] == 0

    @pytest.mark.parametrize("day", ["", "kemarin", "2020-01-01", "2999-01-01"])
    def test_a_day_that_is_none(
        self, app: Any, province: Province, wrong: dict[str, Any], day: str
    ) -> None:
        page = f"/dataset/jumlah-usaha/resource/{wrong['id']}/pemeriksaan/tautan"
        answer = app.post(
            page, headers=province.headers("produsen"), data={"last_day": day}, status=422
        )
        assert 'role="alert"' in answer.body

    def test_one_resource_does_not_withdraw_the_links_of_another(
        self, province: Province, wrong: dict[str, Any]
    ) -> None:
        other = add_resource(province, wrong["package_id"], BAD_CSV)
        made = link(province, wrong)
        with pytest.raises(tk.ObjectNotFound):
            province.act("produsen", "sdi_report_link_delete", id=other["id"], link=made["id"])
        assert province.act("produsen", "sdi_report_link_list", id=wrong["id"])["count"] == 1

    @pytest.mark.parametrize("role", [None, "produsen_lain", "walidata"])
    def test_others_may_not(
        self, app: Any, province: Province, wrong: dict[str, Any], role: str | None
    ) -> None:
        page = f"/dataset/jumlah-usaha/resource/{wrong['id']}/pemeriksaan/tautan"
        headers = province.headers(role)
        for answer in (app.get(page, headers=headers), app.post(page, headers=headers)):
            assert answer.status_code in (403, 404)

    def test_not_too_many(
        self, province: Province, wrong: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(report_links, "MOST", 1)
        link(province, wrong)
        with pytest.raises(tk.ValidationError):
            link(province, wrong)
